"""A slow, plainly correct interpreter of queries over rows in memory: what the data lane is held against.

Joins, conditions, order, limits, nesting and aggregation are loops over Python objects; nothing of the compiler is
used.
Refuses (`NullCompared`, `Mismatch`, `Undecided`) what has no one meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from schema.model import Action, Entity, RelationshipKind
from tests.oracle.answers import Array, Choice, Json, Node, Number, Object, Path, Scalar, exact, is_fixed
from tests.oracle.conditions import Conditions, count
from tests.oracle.guards import OPEN, Guarded, Guards
from tests.oracle.inputs import ABSENT, Value, listed, value_of, variables_of
from tests.oracle.ordering import Ordering, keys_of
from tests.oracle.rows import Row, Store

_JSON_STEP = re.compile(
    r"""\.?(?:(?P<key>[^.\[\]"']+)|\[(?P<at>\d+)\]|\["(?P<double>[^"]*)"\]|\['(?P<single>[^']*)'\])"""
)
_FLOATS = frozenset({"float4", "float8"})
_ADDING = frozenset({"sum", "avg", "stddev", "stddev_pop", "stddev_samp", "var_pop", "var_samp", "variance"})


class Undecided(Exception):
    """An aggregate over limited rows, where nothing decides which rows they are."""


def interpret(
    store: Store,
    text: str,
    given: Mapping[str, object],
    name: str | None = None,
    *,
    default_rows: int = 100,
    max_rows: int = 10_000,
    guards: Guards = OPEN,
) -> Object:
    """The answer to an operation, as the `data` entry of its response."""
    document = parse(text)
    operation = _operation(document, name)
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    variables = variables_of(operation, given)
    reader = _Reader(store, variables, fragments, default_rows or max_rows, max_rows, Guarded(store, guards))
    return reader.roots(operation.selection_set)


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    return next(node for node in operations if name is None or (node.name is not None and node.name.value == name))


@dataclass(frozen=True)
class _Window:
    """The rows that a list's arguments choose: in groups (see `Array`), each entry the rows that may stand there."""

    groups: Sequence[Sequence[Sequence[Row]]]
    skip: int
    take: int | None
    whole: Sequence[Row] | None
    """All rows as they lie in the table, where a condition alone chooses: aggregates meet them in that order."""

    @property
    def total(self) -> int:
        return sum(map(len, self.groups))


class _Reader:
    def __init__(
        self,
        store: Store,
        variables: Mapping[str, Value],
        fragments: Mapping[str, FragmentDefinitionNode],
        default_rows: int,
        max_rows: int,
        guarded: Guarded,
    ) -> None:
        self._store = store
        self._guarded = guarded
        self._variables = variables
        self._fragments = fragments
        self._default = default_rows
        self._most = max_rows
        self._conditions = Conditions(store, guarded)
        self._ordering = Ordering(store, guarded)

    def roots(self, selections: SelectionSetNode) -> Object:
        fields = self._fields([selections])
        return Object([(key, self._root(nodes, (key,))) for key, nodes in fields.items()])

    def _root(self, nodes: Sequence[FieldNode], path: Path) -> Node:
        name, entities = nodes[0].name.value, self._store.model.entities
        if name == "__typename":
            return Scalar("query_root")
        if name in entities:
            return self._list(entities[name], self._guarded.rows(name, Action.SELECT), nodes, path)
        if name.endswith("_aggregate"):
            entity = entities[name.removesuffix("_aggregate")]
            return self._aggregate(entity, self._guarded.rows(entity.name, Action.AGGREGATE), nodes, path)
        entity = entities[name.removesuffix("_by_pk")]
        key = self._arguments(nodes[0])
        rows = self._guarded.rows(entity.name, Action.SELECT)
        for column, value in key.items():
            rows = [row for row in rows if self._conditions.holds(entity, row, {column: {"_eq": value}}) is True]
        return _one([self._row(entity, row, nodes, path) for row in rows])

    # Rows

    def _row(self, entity: Entity, row: Row, nodes: Sequence[FieldNode], path: Path) -> Node:
        fields = self._fields_of(nodes)
        return Object([(key, self._field(entity, row, inner, (*path, key))) for key, inner in fields.items()])

    def _field(self, entity: Entity, row: Row, nodes: Sequence[FieldNode], path: Path) -> Node:
        name = nodes[0].name.value
        if name == "__typename":
            return Scalar(entity.name)
        if name in entity.columns:
            value, arguments = self._guarded.shown(entity, name, row.cells[name]), self._arguments(nodes[0])
            if arguments.get("path") is not None:
                value = _at(value, str(arguments["path"]))
            return Scalar(value)
        if name in entity.relationships:
            relationship = entity.relationships[name]
            target = self._store.model.entities[relationship.target]
            related = self._guarded.related(relationship, row, Action.SELECT)
            if relationship.kind is RelationshipKind.ARRAY:
                return self._list(target, related, nodes, path)
            return _one([self._row(target, other, nodes, path) for other in related])
        relationship = entity.relationships[name.removesuffix("_aggregate")]
        target = self._store.model.entities[relationship.target]
        return self._aggregate(target, self._guarded.related(relationship, row, Action.AGGREGATE), nodes, path)

    # Lists

    def _window(self, entity: Entity, rows: Sequence[Row], arguments: Mapping[str, Value]) -> _Window:
        if arguments.get("where") is not None:
            rows = [row for row in rows if self._conditions.holds(entity, row, arguments["where"]) is True]
        order_by, distinct_on = arguments.get("order_by"), arguments.get("distinct_on")
        keys = [] if order_by is None else keys_of(order_by)
        columns = [] if distinct_on is None else [str(name) for name in listed(distinct_on)]
        if columns:
            # One entry a combination, so nothing but the choice within it is open.
            groups: list[list[list[Row]]] = [[rows] for rows in self._ordering.distinct(entity, rows, columns, keys)]
        else:
            groups = [[[row] for row in group] for group in self._ordering.groups(entity, rows, keys)]
        offset, limit = _integer(arguments.get("offset")), _integer(arguments.get("limit"))
        whole = rows if offset is None and limit is None and not columns else None
        return _Window(groups, offset or 0, limit, whole)

    def _list(self, entity: Entity, rows: Sequence[Row], nodes: Sequence[FieldNode], path: Path) -> Array:
        window = self._window(entity, rows, self._arguments(nodes[0]))
        return self._array(entity, window, nodes, path, self._default)

    def _array(self, entity: Entity, window: _Window, nodes: Sequence[FieldNode], path: Path, most: int) -> Array:
        """The rows of a window; `most` of them where the caller gave no limit."""
        cut, take = None, window.take
        bound = self._guarded.max_rows(entity)
        if take is None:
            take = most
            cut = path if window.total - window.skip > take else None
        if bound is not None and bound < take:
            cut = path if min(window.total - window.skip, take) > bound else None
            take = bound
        groups: list[list[Node]] = []
        at = 0
        for group in window.groups:
            seen = at < window.skip + take and at + len(group) > window.skip
            at += len(group)
            made = [_one([self._row(entity, row, nodes, path) for row in rows]) for rows in group] if seen else []
            groups.append(made or [_UNSEEN] * len(group))
        return Array(groups, window.skip, take, cut)

    # Aggregates

    def _aggregate(self, entity: Entity, rows: Sequence[Row], nodes: Sequence[FieldNode], path: Path) -> Node:
        window = self._window(entity, rows, self._arguments(nodes[0]))
        fields: list[tuple[str, Node]] = []
        for key, inner in self._fields_of(nodes).items():
            name = inner[0].name.value
            if name == "__typename":
                fields.append((key, Scalar(f"{entity.name}_aggregate")))
            elif name == "nodes":
                both = self._guarded.meeting(entity.name, Action.SELECT, rows)
                listed = self._window(entity, both, self._arguments(nodes[0]))
                fields.append((key, self._array(entity, listed, inner, (*path, key), self._most)))
            else:
                fields.append((key, self._functions(entity, window, inner)))
        return Object(fields)

    def _functions(self, entity: Entity, window: _Window, nodes: Sequence[FieldNode]) -> Node:
        fields: list[tuple[str, Node]] = []
        for key, inner in self._fields_of(nodes).items():
            name = inner[0].name.value
            if name == "__typename":
                fields.append((key, Scalar(f"{entity.name}_aggregate_fields")))
            elif name == "count":
                arguments = self._arguments(inner[0])
                columns = arguments.get("columns")
                names = [] if columns is None else [str(column) for column in listed(columns)]
                number = count(self._store, entity, _decided(window), names, arguments.get("distinct") is True)
                fields.append((key, Scalar(Number(str(number)))))
            else:
                fields.append((key, self._over_columns(entity, window, name, inner)))
        return Object(fields)

    def _over_columns(self, entity: Entity, window: _Window, function: str, nodes: Sequence[FieldNode]) -> Node:
        fields: list[tuple[str, Node]] = []
        for key, inner in self._fields_of(nodes).items():
            name = inner[0].name.value
            if name == "__typename":
                fields.append((key, Scalar(f"{entity.name}_{function}_fields")))
                continue
            storage = entity.columns[name].type.storage
            texts = [row.cells[name].text for row in _decided(window)]
            result, _, _ = self._store.judge.fold(function, storage.sql, [texts])
            about = function in _ADDING and storage.name in _FLOATS
            fields.append((key, Scalar(exact(result), about)))
        return Object(fields)

    # Selections and arguments

    def _arguments(self, node: FieldNode) -> dict[str, Value]:
        values = {argument.name.value: value_of(argument.value, self._variables) for argument in node.arguments or ()}
        return {name: value for name, value in values.items() if value is not ABSENT}

    def _fields_of(self, nodes: Sequence[FieldNode]) -> dict[str, list[FieldNode]]:
        return self._fields([node.selection_set for node in nodes if node.selection_set is not None])

    def _fields(self, sets: Iterable[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """Fields by response key, fragments in their place."""
        fields: dict[str, list[FieldNode]] = {}
        for selections in sets:
            for node in selections.selections:
                if not self._included(node.directives or ()):
                    continue
                if isinstance(node, FieldNode):
                    fields.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
                    continue
                assert isinstance(node, FragmentSpreadNode | InlineFragmentNode)
                inner = self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
                for key, nodes in self._fields([inner.selection_set]).items():
                    fields.setdefault(key, []).extend(nodes)
        return fields

    def _included(self, directives: Iterable[DirectiveNode]) -> bool:
        for directive in directives:
            (argument,) = directive.arguments or ()
            truth = value_of(argument.value, self._variables)
            if directive.name.value == "skip" and truth is True:
                return False
            if directive.name.value == "include" and truth is False:
                return False
        return True


_UNSEEN = Scalar("outside of the window")


def _one(nodes: Sequence[Node]) -> Node:
    """The first of some rows, or null."""
    if not nodes:
        return Scalar(None)
    return nodes[0] if len(nodes) == 1 else Choice(nodes)


def _decided(window: _Window) -> Sequence[Row]:
    """The rows of a window, in the order in which an aggregate meets them."""
    if window.whole is not None:
        return window.whole
    array = Array(
        [[_one([Scalar(str(id(row))) for row in rows]) for rows in group] for group in window.groups],
        window.skip,
        window.take,
    )
    rows = {str(id(row)): row for group in window.groups for entry in group for row in entry}
    found: list[Row] = []
    for group, number in array.window:
        if number < len(group) or not all(is_fixed(node) for node in group):
            raise Undecided
        found += [rows[node.value] for node in group if isinstance(node, Scalar)]  # type: ignore[index]
    return found


def _integer(value: Value) -> int | None:
    if isinstance(value, Number):
        return int(value.text)
    assert value is None
    return None


def _at(value: Json, path: str) -> Json:
    """The part of a JSON value that a path leads to, or null."""
    rest = path.removeprefix("$")
    while rest:
        step = _JSON_STEP.match(rest)
        assert step is not None
        rest = rest[step.end() :]
        key = next(text for text in step.groups() if text is not None)
        if isinstance(value, tuple):
            found = [inner for name, inner in value if name == key]
            value = found[-1] if found else None
        elif isinstance(value, list) and re.fullmatch(r"[+-]?\d+", key):
            at = int(key)
            value = value[at] if -len(value) <= at < len(value) else None
        else:
            return None
    return value
