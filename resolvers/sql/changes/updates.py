"""Updates: what each operator makes of a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from narthex.errors import Code, Refusal
from resolvers.sql.changes.cells import leaf_of
from resolvers.sql.changes.written import Changes, Written
from resolvers.sql.guards import preset_values
from resolvers.sql.params import TEXT
from resolvers.sql.scope import Path, Scope
from resolvers.sql.values import Tree
from schema.catalog import Column, PgType, quote
from schema.model import Action, Entity, Requires
from schema.updates import OPERATORS

_INT = PgType("pg_catalog", "int4")


def update(
    changes: Changes, path: Path, entity: Entity, alias: str, assigned: Mapping[str, str], where: Sequence[str]
) -> Written:
    """Add the part that updates rows, presets included; `assigned` are SQL expressions by GraphQL name."""
    scope = changes.scope
    scope.uses.update(Requires(entity.name, Action.UPDATE, name) for name in assigned)
    new = {**assigned, **preset_values(scope, entity, Action.UPDATE)}
    values = ", ".join(f"{quote(entity.columns[name].name)} = {value}" for name, value in new.items())
    text = f"update {entity.table.sql} as {alias} set {values}"
    conditions, was = [condition for condition in where if condition != "true"], None
    if changes.dry:
        was = scope.alias()
        text += f" from {entity.table.sql} {was}"
        conditions[:0] = [f"{was}.ctid = {alias}.ctid", f"{was}.tableoid = {alias}.tableoid"]
    if conditions:
        text += f" where {' and '.join(conditions)}"
    changed = frozenset(entity.columns[name].name for name in new)
    return changes.add(path, entity, Action.UPDATE, text, alias, changed=changed, was=was)


def assignments(
    scope: Scope, entity: Entity, alias: str, operators: Mapping[str, Tree], coordinate: str
) -> dict[str, str]:
    """The new value of each column that the caller names, by GraphQL name.

    Refuses with BAD_USER_INPUT where no operator is given, or two for one column.
    """
    given = {name: tree for name, tree in operators.items() if name in OPERATORS and tree is not None}
    if not given:
        raise Refusal(
            Code.BAD_USER_INPUT,
            "An update needs at least one operator.",
            coordinate=coordinate,
            hint=f"Give one of {', '.join(sorted(OPERATORS))}.",
        )
    assigned: dict[str, str] = {}
    for operator, tree in given.items():
        for name, value in cast(Mapping[str, Tree], tree).items():
            if name in assigned:
                raise Refusal(
                    Code.BAD_USER_INPUT,
                    f"The column '{name}' stands in more than one operator.",
                    coordinate=coordinate,
                    hint="Name each column in one operator only.",
                )
            place = f"{coordinate}({operator}:)"
            assigned[name] = _assigned(scope, entity.columns[name], alias, operator, value, place)
    return assigned


def _assigned(scope: Scope, column: Column, alias: str, operator: str, value: Tree, coordinate: str) -> str:
    if value is None:
        if operator == "_set":
            return "null"
        raise Refusal(
            Code.BAD_USER_INPUT,
            "The operator does not take null.",
            coordinate=coordinate,
            hint="Use `_set` to make a column null.",
        )
    old, params, leaf = f"{alias}.{quote(column.name)}", scope.params, leaf_of(value)
    match operator:
        case "_set":
            return params.typed(leaf, column.type)
        case "_inc":
            return f"{old} + {params.typed(leaf, column.type)}"
        case "_append":
            return f"{old} || {params.typed(leaf, column.type.storage)}"
        case "_prepend":
            return f"{params.typed(leaf, column.type.storage)} || {old}"
        case "_delete_key":
            return f"{old} - {params.typed(leaf, TEXT)}"
        case "_delete_elem":
            return f"{old} - {params.typed(leaf, _INT)}"
        case _:
            return f"{old} #- {params.listed(leaf, TEXT)}"
