"""What random queries are made of: the columns of each entity by what can be done with them, and values that occur."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from graphql import GraphQLInputObjectType, GraphQLObjectType

from schema.aggregates import FUNCTIONS, aggregated_columns
from schema.build import UnifiedSchema
from schema.catalog import Column, TypeKind
from schema.model import Entity, RelationshipKind
from schema.scalars import leaf_of
from tests.oracle.answers import Json, Number, exact
from tests.oracle.rows import Store

# Types that Postgres gives no order, or no equality, or whose text is not what the scalar takes.
_MUTE = frozenset(
    {"json", "xml", "point", "box", "circle", "line", "lseg", "path", "polygon", "jsonpath", "hstore", "vector"}
    | {"regclass", "lquery", "ltxtquery", "tsvector", "tsquery"}
)
_NO_EXTREMES = frozenset({"uuid", "ltree", "lquery", "ltxtquery"})
_ADDED = frozenset({"money"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass
class Universe:
    """`masked` are columns that can be selected and nothing else."""

    store: Store
    schema: UnifiedSchema
    masked: frozenset[tuple[str, str]] = frozenset()
    root: str | None = None
    """The only entity at the root of queries, if there is one."""

    @cached_property
    def entities(self) -> Sequence[Entity]:
        """Those with rows."""
        return [entity for entity in self.store.model.entities.values() if self.store.rows[entity.name]]

    @cached_property
    def weighted(self) -> Sequence[Entity]:
        """The more there is to ask of an entity, the more often it stands here."""
        if self.root is not None:
            return [self.store.model.entities[self.root]]
        return [
            entity for entity in self.entities for _ in range(1 + len(entity.relationships) + len(entity.columns) // 4)
        ]

    def compared(self, entity: Entity) -> Sequence[str]:
        """Columns with an order and an equality."""
        return [name for name in self.raw(entity) if _is_compared(entity.columns[name])]

    def raw(self, entity: Entity) -> Sequence[str]:
        """Columns that are not masked."""
        return [name for name in entity.columns if (entity.name, name) not in self.masked]

    def folded(self, entity: Entity, function: str) -> Sequence[str]:
        """Columns that an aggregate function takes."""
        raw = self.raw(entity)
        columns = {name: column for name, column in aggregated_columns(entity, function).items() if name in raw}
        if function in ("max", "min"):
            return [name for name, column in columns.items() if _is_compared(column) and not _is(column, _NO_EXTREMES)]
        return [name for name, column in columns.items() if not _is(column, _ADDED) or function == "sum"]

    def functions(self, entity: Entity) -> Sequence[str]:
        return [function for function in FUNCTIONS if self.folded(entity, function)]

    def operators(self, entity: Entity, column: str) -> Mapping[str, str]:
        """The operators of a column with the type of their operand, but those that take another object."""
        condition = cast(GraphQLInputObjectType, self.schema.make_type(f"{entity.name}_bool_exp"))
        comparison = cast(GraphQLInputObjectType, condition.fields[column].type)
        names = comparison.fields if _is_compared(entity.columns[column]) else ("_is_null",)
        return {name: str(comparison.fields[name].type) for name in names if name != "_cast"}

    def argument_type(self, root: str, argument: str) -> str:
        query = cast(GraphQLObjectType, self.schema.query_type)
        return str(query.fields[root].args[argument].type)

    def arrays(self, entity: Entity) -> Sequence[str]:
        return [name for name, each in entity.relationships.items() if each.kind is RelationshipKind.ARRAY]

    def objects(self, entity: Entity) -> Sequence[str]:
        return [name for name, each in entity.relationships.items() if each.kind is RelationshipKind.OBJECT]

    def values(self, entity: Entity, column: str) -> Sequence[object]:
        """Values of a column as an argument can hold them; never none."""
        key = (entity.name, column)
        if key not in self._values:
            cells = {row.cells[column].json: None for row in self.store.rows[entity.name]}
            found = [_input(exact(json), entity.columns[column]) for json in list(cells)[:60]]
            self._values[key] = [value for value in found if value is not None] or _fallback(entity.columns[column])
        return self._values[key]

    @cached_property
    def _values(self) -> dict[tuple[str, str], Sequence[object]]:
        return {}


def _is(column: Column, names: frozenset[str]) -> bool:
    return column.type.storage.name in names


def _is_compared(column: Column) -> bool:
    leaf = leaf_of(column.type)
    return leaf.kind is not TypeKind.COMPOSITE and leaf.name not in _MUTE


def _input(value: Json, column: Column) -> object:
    """A value as an argument, or None where it cannot be one."""
    leaf = leaf_of(column.type)
    if column.type.storage.element is not None:
        if not isinstance(value, list) or any(item is None or isinstance(item, list) for item in value):
            return None
        items = [_scalar(item, leaf.name) for item in value]
        return None if None in items else items
    return _scalar(value, leaf.name)


def _scalar(value: Json, type_: str) -> object:
    if type_ in ("json", "jsonb"):
        return _json_input(value)
    if type_ in ("int4", "float4") and not isinstance(value, Number):
        return None
    return value


def _json_input(value: Json) -> object:
    if isinstance(value, tuple):
        if not all(_NAME.fullmatch(key) for key, _ in value):
            return None
        return {key: _json_input(inner) for key, inner in value}
    return [_json_input(item) for item in value] if isinstance(value, list) else value


def _fallback(column: Column) -> Sequence[object]:
    leaf = leaf_of(column.type)
    value: object = Number("1")
    if leaf.name in ("bool",):
        value = True
    elif leaf.name not in ("int2", "int4", "int8", "float4", "float8", "numeric", "oid", "jsonb", "money"):
        value = leaf.labels[0] if leaf.labels else ""
    return [[value]] if column.type.storage.element is not None else [value]
