"""Violated constraints as the caller may know them: the kind always, names only where the contract shows all of them.

Postgres's own text holds values of rows, so none of it is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import asyncpg

from narthex.errors import Code, Refusal
from schema.model import Action, Entity, Model, Requires

_KINDS: Mapping[str, tuple[str, str]] = {
    "23502": ("A column that must have a value got none.", "Give the column a value that is not null."),
    "23503": (
        "A row refers to one that does not exist, or is still referred to.",
        "Write the row that is referred to first; delete the rows that refer to it first.",
    ),
    "23505": ("A row with the same key exists.", "Use other values, or say in on_conflict what to do then."),
    "23514": ("A value is not among those that a check allows.", "Send values that the check accepts."),
    "23P01": ("A row conflicts with another one that excludes it.", "Send values that do not overlap."),
}
_DEFAULT = ("A rule of the database refused the change.", "Send values that the rule accepts.")
_SHOWN = (Action.SELECT, Action.INSERT, Action.UPDATE)


class Shows(Protocol):
    """What of the schema the caller may know."""

    def allows(self, requirement: Requires) -> bool: ...


def violation_of(error: asyncpg.PostgresError, model: Model, contract: Shows) -> Refusal:
    """The refusal of a violated constraint, or of a change that a trigger refused."""
    message, hint = _KINDS.get(error.sqlstate or "", _DEFAULT)
    entity = _entity(error, model)
    columns = _columns(error, entity) if entity is not None else ()
    if entity is None or not columns or not all(_is_shown(contract, entity, column) for column in columns):
        return Refusal(Code.CONSTRAINT_VIOLATION, message, hint=hint)
    coordinate = f"{entity.name}.{columns[0]}" if len(columns) == 1 else entity.name
    return Refusal(
        Code.CONSTRAINT_VIOLATION,
        message,
        coordinate=coordinate,
        hint=hint,
        constraint=error.constraint_name,
        columns=list(columns),
    )


def _entity(error: asyncpg.PostgresError, model: Model) -> Entity | None:
    for entity in model.entities.values():
        if (entity.table.schema, entity.table.name) == (error.schema_name, error.table_name):
            return entity
    return None


def _columns(error: asyncpg.PostgresError, entity: Entity) -> tuple[str, ...]:
    """The served names of the columns that the constraint is on; of a check, which may read any, all columns."""
    table, name = entity.table, error.constraint_name
    served = {column.name: field for field, column in entity.columns.items()}
    keys = [table.primary_key, *table.unique_keys, *table.foreign_keys]
    sql: tuple[str, ...] | None = None
    if error.column_name is not None:
        sql = (error.column_name,)
    elif name is not None:
        sql = next((key.columns for key in keys if key is not None and key.name == name), tuple(table.by_name))
    if sql is None or not all(column in served for column in sql):
        return ()
    return tuple(served[column] for column in sql)


def _is_shown(contract: Shows, entity: Entity, column: str) -> bool:
    return any(contract.allows(Requires(entity.name, action, column)) for action in _SHOWN)
