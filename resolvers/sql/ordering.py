"""`order_by` and `distinct_on`: trees to SQL sort keys on a table alias."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from narthex.errors import Code, Refusal
from resolvers.sql.guards import visible_rows
from resolvers.sql.operators import aggregate_call
from resolvers.sql.scope import Scope
from resolvers.sql.values import Tree
from schema.catalog import quote
from schema.model import Action, Entity, Relationship
from schema.tables import AGGREGATE

_DIRECTIONS: Mapping[str, str] = {
    "asc": "asc nulls last",
    "asc_nulls_first": "asc nulls first",
    "asc_nulls_last": "asc nulls last",
    "desc": "desc nulls first",
    "desc_nulls_first": "desc nulls first",
    "desc_nulls_last": "desc nulls last",
}


def sort_keys(scope: Scope, entity: Entity, alias: str, tree: Tree) -> list[tuple[str, str]]:
    """Pairs of expression and direction in order. `tree` is a tuple of `<entity>_order_by` mappings."""
    keys: list[tuple[str, str]] = []
    for item in cast(tuple[Tree, ...], tree):
        if item is not None:
            keys += _keys(scope, entity, alias, cast(Mapping[str, Tree], item))
    return keys


def _keys(scope: Scope, entity: Entity, alias: str, item: Mapping[str, Tree]) -> list[tuple[str, str]]:
    keys: list[tuple[str, str]] = []
    for name, value in item.items():
        if value is None:
            continue
        if (column := entity.columns.get(name)) is not None:
            keys.append((f"{alias}.{quote(column.name)}", _DIRECTIONS[cast(str, value)]))
        elif (relationship := entity.relationships.get(name)) is not None:
            keys += _related_keys(scope, relationship, alias, cast(Mapping[str, Tree], value))
        else:
            relationship = entity.relationships[name.removesuffix(AGGREGATE)]
            keys += _aggregate_keys(scope, relationship, alias, cast(Mapping[str, Tree], value))
    return keys


def _related_keys(
    scope: Scope, relationship: Relationship, alias: str, item: Mapping[str, Tree]
) -> list[tuple[str, str]]:
    """Keys of the one related row, each by a sub-select, so that no join multiplies or loses rows."""
    target = scope.model.entities[relationship.target]
    inner = scope.alias()
    matched = visible_rows(scope, relationship, alias, inner, Action.SELECT, {})
    return [
        (f"(select {expression} from {target.table.sql} {inner} where {matched} limit 1)", direction)
        for expression, direction in _keys(scope, target, inner, item)
    ]


def _aggregate_keys(
    scope: Scope, relationship: Relationship, alias: str, item: Mapping[str, Tree]
) -> list[tuple[str, str]]:
    target = scope.model.entities[relationship.target]
    inner = scope.alias()
    matched = visible_rows(scope, relationship, alias, inner, Action.AGGREGATE, {})
    keys: list[tuple[str, str]] = []
    for function, value in item.items():
        if value is None:
            continue
        if function == "count":
            keys.append(("count(*)", _DIRECTIONS[cast(str, value)]))
            continue
        for name, direction in cast(Mapping[str, Tree], value).items():
            if direction is not None:
                column = target.columns[name]
                folded = aggregate_call(function, f"{inner}.{quote(column.name)}", column.type)
                keys.append((folded, _DIRECTIONS[cast(str, direction)]))
    return [
        (f"(select {expression} from {target.table.sql} {inner} where {matched})", direction)
        for expression, direction in keys
    ]


def distinct_order(
    distinct_on: Sequence[str], keys: Sequence[tuple[str, str]], coordinate: str
) -> list[tuple[str, str]]:
    """The sort keys that `distinct on` needs: its columns first. Refuses an `order_by` that begins otherwise."""
    leading = [expression for expression, _ in keys[: len(distinct_on)]]
    if not keys:
        return [(expression, _DIRECTIONS["asc"]) for expression in distinct_on]
    if set(leading) != set(distinct_on) and not set(leading) < set(distinct_on):
        raise Refusal(
            Code.BAD_USER_INPUT,
            "The columns of distinct_on must be the first columns of order_by.",
            coordinate=coordinate,
            hint="Begin order_by with the columns of distinct_on.",
        )
    missing = [expression for expression in distinct_on if expression not in leading]
    return [
        *keys[: len(distinct_on)],
        *((expression, _DIRECTIONS["asc"]) for expression in missing),
        *keys[len(distinct_on) :],
    ]
