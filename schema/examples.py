"""One operation for each thing of the catalog, which runs as it stands.

An example is written from an outline and then validated in the contract's view; of several ideas the first valid one is
taken, and where none is there is none. The same contract gets the same examples. A control-plane field brings its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

import strawberry
from graphql import GraphQLField, GraphQLSyntaxError, parse, validate
from strawberry.schema.schema_converter import GraphQLCoreConverter

from schema.catalog import Column, TypeKind
from schema.model import Action, Entity, Relationship, RelationshipKind
from schema.outline import Form, Outline, Reach
from schema.scalars import is_array, leaf_of
from schema.search import ROOT, Entry, EntryKind
from schema.types import ScalarNames
from schema.visibility import View

EXAMPLE = "example"
"""The key of a Strawberry field's metadata under which its example is found."""

_ROWS, _COLUMNS = 3, 4
_LIMIT = f"limit: {_ROWS}"
_SUMMED = frozenset({"int2", "int4", "int8", "numeric", "float4", "float8"})
_TEXTS = frozenset({"text", "varchar", "bpchar", "citext"})
_MOMENTS = frozenset({"date", "time", "timetz", "timestamp", "timestamptz", "interval"})
_COMPARED = _SUMMED | _TEXTS | _MOMENTS | {"money"}
"""Types of which Postgres knows a greatest value."""
_LITERALS: Mapping[str, str] = {
    "int2": "1", "int4": "1", "int8": "1", "numeric": "1", "float4": "1", "float8": "1", "bool": "true",
    "text": '"a"', "varchar": '"a"', "bpchar": '"a"', "citext": '"a"', "date": '"2025-01-01"',
    "timestamp": '"2025-01-01T00:00:00"', "timestamptz": '"2025-01-01T00:00:00+00:00"',
    "uuid": '"00000000-0000-0000-0000-000000000001"',
}  # fmt: skip


def example(view: View, outline: Outline, entry: Entry) -> str | None:
    """An operation that shows the entry at work and is valid for the contract."""
    return next((text for text in _ideas(view, outline, entry) if _is_valid(view, text)), None)


def _is_valid(view: View, text: str) -> bool:
    try:
        return not validate(view, parse(text), max_errors=1)
    except GraphQLSyntaxError:
        return False


def _ideas(view: View, outline: Outline, entry: Entry) -> Iterator[str]:
    if entry.kind is EntryKind.FIELD and entry.entity is None:
        yield from _of_control_field(view.schema.control_roots.get(entry.member or ""))
        return
    entity = outline.model.entities[entry.entity or ""]
    writer = _Writer(outline, view.schema.names, entity)
    if entry.kind is EntryKind.TABLE:
        yield from writer.table()
    elif entry.kind is EntryKind.COLUMN:
        yield from writer.column(entry.member or "")
    elif entry.coordinate.startswith(f"{ROOT}."):
        yield from writer.root(entry.member or "")
    else:
        yield from writer.relationship(entry.member or "")


def _of_control_field(field: GraphQLField | None) -> Iterator[str]:
    definition = None if field is None else field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if isinstance(definition, strawberry.types.field.StrawberryField):
        text = definition.metadata.get(EXAMPLE)
        if isinstance(text, str):
            yield text


class _Writer:
    """Operations on one table."""

    def __init__(self, outline: Outline, names: ScalarNames, entity: Entity) -> None:
        self._outline = outline
        self._names = names
        self._entity = entity

    def table(self) -> Iterator[str]:
        if self._has_rows():
            yield self._rows(self._fields())
        yield from self._aggregate("count")

    def column(self, name: str) -> Iterator[str]:
        entity, column = self._entity, self._entity.columns[name]
        if Action.SELECT in self._outline.actions(entity, name) and self._has_rows():
            fields = self._fields(name)
            if self._outline.key(entity) == (name,) and (by_key := self._by_key(fields)) is not None:
                yield by_key
            for argument in _arguments(name, column):
                yield self._rows(fields, argument)
            yield self._rows(fields)
        yield from self._aggregated(name, column)

    def root(self, name: str) -> Iterator[str]:
        fields = self._fields()
        if name == self._entity.name:
            yield _operation([f"{name}({_LIMIT})"], fields)
        elif name == f"{self._entity.name}_by_pk":
            if (text := self._by_key(fields)) is not None:
                yield text
        else:
            yield _operation([name], "aggregate { count }")

    def relationship(self, name: str) -> Iterator[str]:
        way = self._entity.relationships.get(name.removesuffix("_aggregate"))
        if way is None or not self._has_rows():
            return
        path = self._path(self._entity.name)
        if name != way.name:
            yield _operation([*path, name], "aggregate { count }")
            return
        target = _Writer(self._outline, self._names, self._outline.model.entities[way.target])
        yield _operation([*path, _step(way)], target._fields())

    def _has_rows(self) -> bool:
        """Whether a query leads to rows: an example that runs as it stands writes nothing."""
        name, outline = self._entity.name, self._outline
        return name in outline.rows and outline.path(name)[0].form is not Form.RETURNED

    def _rows(self, fields: str, argument: str = "") -> str:
        return _operation(self._path(self._entity.name, argument), fields)

    def _path(self, entity: str, argument: str = "") -> list[str]:
        """The fields that lead to rows of a table. Only a list takes the argument."""
        path = self._outline.path(entity)
        written = [self._written(reach, argument if reach is path[-1] else "") for reach in path]
        return [field for fields in written for field in fields]

    def _written(self, reach: Reach, argument: str) -> list[str]:
        arguments = f"({', '.join(filter(None, (argument, _LIMIT)))})"
        if reach.form is Form.LIST:
            return [f"{reach.field}{arguments}"]
        if reach.form is Form.NODES:
            return [f"{reach.field}{arguments}", "nodes"]
        entities = self._outline.model.entities
        if reach.source is None:
            entity = entities[reach.field.removesuffix("_by_pk")]
            return [f"{reach.field}({_key(entity) or ''})"]
        way = entities[reach.source].relationships[reach.field]
        return [_step(way, argument)]

    def _by_key(self, fields: str) -> str | None:
        key = _key(self._entity)
        return None if key is None else _operation([f"{self._entity.name}_by_pk({key})"], fields)

    def _aggregated(self, name: str, column: Column) -> Iterator[str]:
        if _is_of(column, _SUMMED):
            yield from self._aggregate(f"avg {{ {name} }} max {{ {name} }}")
        if _is_of(column, _COMPARED):
            yield from self._aggregate(f"max {{ {name} }}")
        yield from self._aggregate("count")

    def _aggregate(self, fields: str) -> Iterator[str]:
        reach = self._outline.aggregates.get(self._entity.name)
        source = None if reach is None or reach.source is None else self._outline.path(reach.source)[0]
        if reach is not None and (source is None or source.form is not Form.RETURNED):
            path = self._path(reach.source) if reach.source is not None else []
            yield _operation([*path, reach.field], f"aggregate {{ {fields} }}")

    def _fields(self, wanted: str | None = None) -> str:
        """A few columns that tell rows apart: the key, what has a name, the wanted one."""
        entity, readable = self._entity, self._outline.readable(self._entity)
        plain = [name for name in readable if leaf_of(entity.columns[name].type).kind is not TypeKind.COMPOSITE]
        keys = [name for name in self._outline.key(entity) if name in plain]
        foreign = {column for key in entity.table.foreign_keys for column in key.columns}
        others = [name for name in plain if name not in keys and entity.columns[name].name not in foreign]
        texts = [name for name in others if _is_of(entity.columns[name], _TEXTS) and not entity.columns[name].nullable]
        room = _COLUMNS - (wanted is not None)
        ranked = list(dict.fromkeys([*keys, *texts[:2], *others, *plain]))
        chosen = {*ranked[:room], *([wanted] if wanted is not None else [])}
        return " ".join(name for name in readable if name in chosen) or "__typename"


def _operation(path: Iterable[str], fields: str) -> str:
    text = fields
    for field in reversed(list(path)):
        text = f"{field} {{ {text} }}"
    return f"{{ {text} }}"


def _step(way: Relationship, argument: str = "") -> str:
    if way.kind is RelationshipKind.OBJECT:
        return way.name
    return f"{way.name}({', '.join(filter(None, (argument, _LIMIT)))})"


def _arguments(name: str, column: Column) -> Iterator[str]:
    """What a list can do with the column."""
    if is_array(column.type):
        return
    leaf = leaf_of(column.type)
    if leaf.labels:
        yield f"where: {{{name}: {{_eq: {json.dumps(leaf.labels[0])}}}}}"
    if leaf.name == "bool":
        yield f"where: {{{name}: {{_eq: true}}}}"
    if _is_of(column, _TEXTS):
        yield f'where: {{{name}: {{_ilike: "%a%"}}}}'
    if _is_of(column, _COMPARED):
        yield f"order_by: {{{name}: desc{'_nulls_last' if column.nullable else ''}}}"


def _is_of(column: Column, types: frozenset[str]) -> bool:
    return column.type.storage.name in types


def _key(entity: Entity) -> str | None:
    """Arguments for a row by its key, None where no value can be made up."""
    arguments = []
    for name in entity.key:
        leaf = leaf_of(entity.columns[name].type)
        literal = json.dumps(leaf.labels[0]) if leaf.labels else _LITERALS.get(leaf.name)
        if literal is None or is_array(entity.columns[name].type):
            return None
        arguments.append(f"{name}: {literal}")
    return ", ".join(arguments)
