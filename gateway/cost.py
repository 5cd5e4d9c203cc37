"""What an operation costs by its shape, and how often it uses what is limited: computed before anything runs.

The cost follows the cost-directive specification (IBM's GraphQL Cost Directive): each field has a weight, as often as
it is resolved at most. Weights are 1 for objects and lists, 0 for scalars, 10 for root fields of mutations; a list is
as long as its slicing argument says, else as the default limit. Generated object relationships weigh 0.01, because they
are joined into their row. A plan keeps the tree (`Pricing`), which holds nobody's values; `tally` fills in one
request's list sizes. Refuses nothing: `admit` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from graphql import (
    ArgumentNode,
    EnumValueNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
)

from gateway.contract import Operation
from policies.admission import Limit, ListSize, Rules, Unit
from resolvers.sql.scope import ListLimits
from resolvers.sql.selection import Fields, collect
from resolvers.sql.values import Inputs
from schema.elements import Element, element_of
from schema.model import WRITES, Action, Model

_OBJECT, _SCALAR, _MUTATION, _JOINED = 1.0, 0.0, 10.0, 0.01
_UNLIMITED = 100
"""The length that is assumed of lists where `[limits] default_rows` is off."""
_LIMIT = ListSize(None, ("limit",), (), False)
_NODES = "nodes"
_RETURNING = "returning"
_DIGITS = 11
_ROOTS = {
    OperationType.QUERY: "Query",
    OperationType.MUTATION: "Mutation",
    OperationType.SUBSCRIPTION: "Subscription",
}


class Tally(NamedTuple):
    """One request: its cost, and by limit how much of it the request uses at most."""

    cost: float
    uses: Mapping[Limit, int]


@dataclass(frozen=True, slots=True)
class Size:
    """How long a list is: as long as the variable `counted`, else what the caller's slicing arguments say (variable or
    literal slot), else `assumed`.
    """

    given: tuple[str | int, ...]
    assumed: int
    most: int
    counted: str | None = None

    @property
    def fixed(self) -> bool:
        """Whether it is the same for all requests of one plan."""
        return not self.given and self.counted is None

    def of(self, inputs: Inputs) -> int:
        if self.counted is not None:
            value = inputs.variables.coerced.get(self.counted)
            return len(value) if isinstance(value, list) else 1
        sizes = [size for source in self.given if (size := _number(inputs, source)) is not None]
        return min(max(sizes), self.most) if sizes else self.assumed


@dataclass(frozen=True, slots=True)
class Priced:
    """A field that is resolved as often as there are rows of its parent.

    `size` is None where it gives one object. `available` is how many rows there are by estimate, None where that is not
    known. `limits` count each time it is resolved, `row_limits` each row that it gives.
    """

    path: tuple[str, ...]
    weight: float
    size: Size | None = None
    available: int | None = None
    limits: tuple[Limit, ...] = ()
    row_limits: tuple[Limit, ...] = ()
    children: tuple[Priced, ...] = ()


@dataclass(frozen=True, slots=True)
class Pricing:
    """An operation's tree. `unsliced` are lists that have to say how long they are: coordinate and arguments."""

    roots: tuple[Priced, ...] = ()
    unsliced: tuple[tuple[str, tuple[str, ...]], ...] = ()
    constant: Tally | None = None
    """The tally where no list size depends on the request."""

    def tally(self, inputs: Inputs) -> Tally:
        return self.constant if self.constant is not None else _tally(self.roots, inputs)


UNPRICED = Pricing()


def _tally(roots: Sequence[Priced], inputs: Inputs) -> Tally:
    uses: dict[Limit, int] = {}
    cost = sum(_add(root, 1, 1, inputs, uses) for root in roots)
    return Tally(cost, uses)


def _add(priced: Priced, times: int, expected: int, inputs: Inputs, uses: dict[Limit, int]) -> float:
    """The cost of a field resolved `times` times at most, `expected` times by estimate."""
    size = priced.size.of(inputs) if priced.size is not None else 1
    rows = times * size
    rows_expected = expected * (min(size, priced.available) if priced.available is not None else size)
    for limit in priced.limits:
        uses[limit] = uses.get(limit, 0) + _amount(limit, expected, rows)
    for limit in priced.row_limits:
        uses[limit] = uses.get(limit, 0) + _amount(limit, rows_expected, rows)
    below = sum(_add(child, rows, rows_expected, inputs, uses) for child in priced.children)
    return times * priced.weight + below


def _amount(limit: Limit, calls: int, rows: int) -> int:
    """Rows are taken as many as there may be, and corrected when they are known; of bytes nothing is known before."""
    if limit.unit is Unit.ROWS:
        return rows
    return calls if limit.unit is Unit.CALLS else 1


def _number(inputs: Inputs, source: str | int) -> int | None:
    """An `Int` argument, which has been checked when the statement's values were made."""
    if isinstance(source, int):
        literal = inputs.literals[source]
        return max(int(literal), 0) if len(literal) <= _DIGITS and literal.lstrip("-").isdecimal() else None
    value = inputs.variables.coerced.get(source)
    return max(value, 0) if isinstance(value, int) else None


def price(operation: Operation, inputs: Inputs, model: Model, limits: ListLimits) -> Pricing:
    """The tree of an operation under one shape of its variables, with the limits that its contract's role has."""
    pricer = _Pricer(operation, inputs, model, limits, operation.contract.admission)
    node = operation.node
    view = operation.view
    root = view.mutation_type if node.operation is OperationType.MUTATION else view.query_type
    if root is None:
        return UNPRICED
    priced = tuple(pricer.fields(root, _ROOTS[node.operation], [node.selection_set], (), {}))
    constant = None if _depends(priced) else _tally(priced, inputs)
    return Pricing(priced, tuple(dict.fromkeys(pricer.unsliced)), constant)


def _depends(roots: Sequence[Priced]) -> bool:
    return any((root.size is not None and not root.size.fixed) or _depends(root.children) for root in roots)


class _Used(NamedTuple):
    """What a field uses: itself, tables under actions, columns under actions."""

    fields: set[tuple[str, str]]
    tables: set[tuple[str, Action]]
    columns: set[tuple[str, str, Action]]

    def add(self, element: Element | None) -> None:
        if element is None:
            return
        if element.coordinate is not None:
            owner, _, name = element.coordinate.partition(".")
            self.fields.add((owner, name))
        for needed in element.requires:
            if needed.column is None or element.coordinate is not None:  # reading by key requires the key's columns
                self.tables.add((needed.entity, needed.action))
            if needed.column is not None:
                self.columns.add((needed.entity, needed.column, needed.action))


@dataclass
class _Pricer:
    """Walks the selections of one operation."""

    operation: Operation
    inputs: Inputs
    model: Model
    limits: ListLimits
    rules: Rules
    unsliced: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def fields(
        self,
        parent: GraphQLObjectType,
        owner: str,
        sets: Sequence[SelectionSetNode],
        path: tuple[str, ...],
        sized: Mapping[str, Size],
    ) -> Iterator[Priced]:
        """The composite fields of a selection, and root fields of any type."""
        for key, nodes in self._collected(sets).items():
            name = nodes[0].name.value
            if name.startswith("__"):
                continue  # introspection has bounds of its own
            definition = parent.fields[name]
            if owner in _ROOTS.values() or isinstance(get_named_type(definition.type), GraphQLObjectType):
                yield self._field(parent, owner, definition, nodes, (*path, key), sized.get(name))

    def _collected(self, sets: Sequence[SelectionSetNode]) -> Fields:
        return collect(sets, self.operation.syntax.fragments, self.inputs.variables)

    def _field(
        self,
        parent: GraphQLObjectType,
        owner: str,
        definition: GraphQLField,
        nodes: list[FieldNode],
        path: tuple[str, ...],
        inherited: Size | None,
    ) -> Priced:
        node, name = nodes[0], nodes[0].name.value
        type_ = get_named_type(definition.type)
        element = element_of(definition.extensions)
        if owner == "Mutation" and name == "query" and isinstance(type_, GraphQLObjectType):
            roots = self.fields(type_, "Query", _selections(nodes), path, {})
            return Priced(path, _SCALAR, children=tuple(roots))
        size, sized = self._sizes(owner, name, definition, node, element, inherited)
        weight = self._weight(owner, name, definition, element)
        weight += sum(self.rules.weight(owner, name, argument.name.value) or 0 for argument in self._given(node))
        children: tuple[Priced, ...] = ()
        if isinstance(type_, GraphQLObjectType):
            children = tuple(self.fields(type_, type_.name, _selections(nodes), path, sized))
        limits, row_limits = self._limits(owner, name, definition, nodes, element)
        available = self._available(owner, element, size, inherited)
        return Priced(path, weight, size, available, limits, row_limits, children)

    def _weight(self, owner: str, name: str, definition: GraphQLField, element: Element | None) -> float:
        """The field's own weight, else that of the table that it gives, else the default."""
        own = self.rules.weight(owner, name)
        if own is not None:
            return own
        if owner == "Mutation":
            return _MUTATION
        type_ = get_named_type(definition.type)
        if not isinstance(type_, GraphQLObjectType):
            return _SCALAR
        if type_.name in self.model.entities and (given := self.rules.weight(type_.name)) is not None:
            return given
        joined = owner in self.model.entities and element is not None and not _is_list(definition.type)
        return _JOINED if joined and type_.name in self.model.entities else _OBJECT

    def _sizes(
        self,
        owner: str,
        name: str,
        definition: GraphQLField,
        node: FieldNode,
        element: Element | None,
        inherited: Size | None,
    ) -> tuple[Size | None, Mapping[str, Size]]:
        """The field's own length where it is a list, and those that it gives fields below it."""
        listed, type_name = _is_list(definition.type), get_named_type(definition.type).name
        rule = self.rules.list_size(owner, name)
        data = element is not None and bool(element.requires)
        if rule is None and listed and type_name in self.model.entities:
            rule = self.rules.list_size(type_name)
        if listed and inherited is not None and rule is None:
            return inherited, {}
        if rule is None and not data:
            return (Size((), 1, 1) if listed else None), {}
        size = self._size(f"{owner}.{name}", rule or _LIMIT, node, definition)
        if listed:
            return size, {}
        if rule is not None and rule.sized:
            return None, dict.fromkeys(rule.sized, size)
        below = {_NODES: self._all_rows(size, element)} if "limit" in definition.args else {}
        if (written := self._written(node)) is not None:
            below[_RETURNING] = written
        return None, below

    def _size(self, coordinate: str, rule: ListSize, node: FieldNode, definition: GraphQLField) -> Size:
        slicing = rule.slicing or (_LIMIT.slicing if "limit" in definition.args else ())
        given = [argument.value for argument in self._given(node) if argument.name.value in slicing]
        if rule.require_one and len(given) != 1:
            self.unsliced.append((coordinate, slicing))
        assumed = rule.assumed if rule.assumed is not None else self.limits.default_rows or _UNLIMITED
        return Size(tuple(self._sources(given)), assumed, self.limits.max_rows)

    def _all_rows(self, size: Size, element: Element | None) -> Size:
        """Inside an aggregate no default limit holds: its rows are as many as the table is estimated to have."""
        entity = self.model.entities.get(element.requires[0].entity) if element is not None else None
        rows = round(entity.table.estimated_rows) if entity is not None else 0
        return Size(size.given, min(max(size.assumed, rows), size.most), size.most)

    def _given(self, node: FieldNode) -> list[ArgumentNode]:
        """The arguments that have a value. One that is null counts as not given."""
        return [argument for argument in node.arguments or () if self._has_value(argument.value)]

    def _has_value(self, value: ValueNode) -> bool:
        if isinstance(value, VariableNode):
            return self.inputs.variables.coerced.get(value.name.value) is not None
        return not isinstance(value, NullValueNode)

    def _sources(self, values: Iterable[ValueNode]) -> Iterator[str | int]:
        for value in values:
            if isinstance(value, VariableNode):
                yield value.name.value
            elif isinstance(value, IntValueNode) and value.loc is not None:
                yield self.operation.syntax.slots[value.loc.start]

    def _written(self, node: FieldNode) -> Size | None:
        """How many rows an insert gives back, from the number of its objects: lists of one plan differ in length."""
        for argument in self._given(node):
            if argument.name.value == "objects":
                value, number = argument.value, len(self._items(argument.value))
                return Size((), number, number, value.name.value if isinstance(value, VariableNode) else None)
        return None

    def _items(self, value: object) -> Sequence[object]:
        """The items of a list, which may be one alone."""
        if isinstance(value, VariableNode):
            value = self.inputs.variables.coerced.get(value.name.value)
        if isinstance(value, ListValueNode):
            return value.values
        return value if isinstance(value, list | tuple) else (value,)

    def _available(self, owner: str, element: Element | None, size: Size | None, inherited: Size | None) -> int | None:
        """How many rows a list can have by the database's own statistics; None where they say nothing."""
        if size is None or element is None or not element.requires:
            return None
        target = self.model.entities.get(element.requires[0].entity)
        if target is None or target.table.estimated_rows < 1:
            return None
        source = self.model.entities.get(owner)
        if source is None or inherited is not None:
            return max(1, round(target.table.estimated_rows))
        if source.table.estimated_rows < 1:
            return None
        return max(1, round(target.table.estimated_rows / source.table.estimated_rows))

    def _limits(
        self,
        owner: str,
        name: str,
        definition: GraphQLField,
        nodes: list[FieldNode],
        element: Element | None,
    ) -> tuple[tuple[Limit, ...], tuple[Limit, ...]]:
        """What counts each time the field is resolved, and what for each row: a line once, whatever it matches."""
        if not self.rules.limited:
            return (), ()
        once, by_row = _Used({(owner, name)}, set(), set()), _Used(set(), set(), set())
        once.add(element)
        for argument in self._given(nodes[0]):
            self._argument(definition.args[argument.name.value].type, argument.value, once)
        type_ = get_named_type(definition.type)
        if isinstance(type_, GraphQLObjectType):
            for inner in self._collected(_selections(nodes)).values():
                leaf = type_.fields.get(inner[0].name.value)
                if leaf is not None and not isinstance(get_named_type(leaf.type), GraphQLObjectType):
                    by_row.add(element_of(leaf.extensions))
        # Rows that are written are counted by the steps of their statements, which know how many there are.
        tables = {(entity, action) for entity, action in once.tables if action not in WRITES}
        return self._of(once._replace(tables=tables)), self._of(by_row._replace(tables=set()))

    def _of(self, used: _Used) -> tuple[Limit, ...]:
        limits: dict[Limit, None] = {}
        for owner, name in sorted(used.fields):
            limits.update(dict.fromkeys(self.rules.limits(owner, name)))
        for entity, action in sorted(used.tables):
            limits.update(dict.fromkeys(self.rules.limits(entity, None, action)))
        for entity, column, action in sorted(used.columns):
            limits.update(dict.fromkeys(self.rules.limits(entity, column, action)))
        return tuple(limits)

    def _argument(self, type_: GraphQLInputType, value: object, used: _Used) -> None:
        """What conditions, orders and input use: tables at the end of relationships, and columns."""
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        if isinstance(type_, GraphQLList):
            for item in self._items(value):
                self._argument(type_.of_type, item, used)
            return
        if isinstance(value, VariableNode):
            value = self.inputs.variables.coerced.get(value.name.value)
        if isinstance(type_, GraphQLEnumType):
            chosen = type_.values.get(value.value if isinstance(value, EnumValueNode) else str(value))
            if chosen is not None:
                used.add(element_of(chosen.extensions))
        elif isinstance(type_, GraphQLInputObjectType):
            for name, entry in _entries(value).items():
                member = type_.fields.get(name)
                if member is not None and entry is not None and not isinstance(entry, NullValueNode):
                    used.add(element_of(member.extensions))
                    self._argument(member.type, entry, used)


def _entries(value: object) -> Mapping[str, object]:
    if isinstance(value, ObjectValueNode):
        return {entry.name.value: entry.value for entry in value.fields}
    return cast(Mapping[str, object], value) if isinstance(value, Mapping) else {}


def _selections(nodes: Sequence[FieldNode]) -> list[SelectionSetNode]:
    return [node.selection_set for node in nodes if node.selection_set is not None]


def _is_list(type_: GraphQLOutputType) -> bool:
    if isinstance(type_, GraphQLNonNull):
        type_ = type_.of_type
    return isinstance(type_, GraphQLList)
