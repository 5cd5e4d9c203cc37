"""The root fields of a table and the action behind each, so that schema and policies speak of the same ones.

Pure, and refuses nothing: a table that Postgres cannot write gives no fields of the mutation root.
"""

from __future__ import annotations

from schema.catalog import Column
from schema.model import Action, Entity, Requires


def query_fields(entity: Entity) -> dict[str, Action]:
    """The fields of the query root."""
    selects = dict.fromkeys(_with_key(entity, entity.name), Action.SELECT)
    return selects | {f"{entity.name}_aggregate": Action.AGGREGATE}


def mutation_fields(entity: Entity) -> dict[str, Action]:
    """The fields of the mutation root. What has no column to write has rows to delete all the same."""
    name, fields = entity.name, dict[str, Action]()
    if not entity.table.writable or not entity.columns:
        return fields
    if writable_columns(entity):
        fields |= {f"insert_{name}": Action.INSERT, f"insert_{name}_one": Action.INSERT}
        fields |= dict.fromkeys(_with_key(entity, f"update_{name}"), Action.UPDATE)
        fields[f"update_{name}_many"] = Action.UPDATE
    return fields | dict.fromkeys(_with_key(entity, f"delete_{name}"), Action.DELETE)


def subscription_fields(entity: Entity) -> dict[str, Action]:
    """The fields of the subscription root."""
    return dict.fromkeys((*query_fields(entity), f"{entity.name}_stream"), Action.SUBSCRIBE)


def writable_columns(entity: Entity) -> dict[str, Column]:
    """The columns to which a value can be given: none of a view, none that Postgres computes or counts up itself."""
    if not entity.table.writable:
        return {}
    return {name: column for name, column in entity.columns.items() if column.writable}


def key_needs(entity: Entity) -> tuple[Requires, ...]:
    """What must be open for a row to be named by its key."""
    return tuple(Requires(entity.name, Action.SELECT, column, raw=True) for column in entity.key)


def _with_key(entity: Entity, name: str) -> tuple[str, ...]:
    return (name, f"{name}_by_pk") if entity.key else (name,)
