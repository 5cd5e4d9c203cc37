"""Argument values while a plan is made: structure is known, scalars are only known by where they will come from.

A tree of input is a mapping, a tuple, an enum name (`str`), `None` for an explicit null, or a `Leaf`. One plan serves
every operation of the same shape, and holds nobody's values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLString,
    GraphQLSyntaxError,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    StringValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    coerce_input_literal,
    parse_const_value,
)
from graphql.execution.values import VariableValues

from narthex.errors import Code, Refusal
from narthex.principal import Principal
from schema.catalog import PgType

_ROWS = "_insert_input"
"""How the types of rows to insert end."""


class Inputs(NamedTuple):
    """The values of one request: coerced variables, the source text of the document's literals by slot, who asks.

    `record` is the audit record that a writing statement hands to `narthex.settle`; None where none is due.
    """

    variables: VariableValues
    literals: Sequence[str]
    principal: Principal | None = None
    record: str | None = None


Read = Callable[[Inputs], object]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar, or a list of scalars, that is read from the request when the statement runs.

    `constant` is set where the value is part of the plan's shape (booleans). Leaves of one `key` read the same value.
    """

    read: Read
    key: object
    constant: object = Undefined

    def of(self, type_: PgType, *, listed: bool) -> Read:
        """How the value is read where it stands for a value of a type, or for a list of them."""
        return self.read


@dataclass(frozen=True, slots=True)
class Uniform:
    """A list of two or more input objects that all have the same keys, with scalars or nulls for values.

    Each leaf reads the values of one key. `bound` is a power of two that the length does not reach: the plan serves
    other lengths below it.
    """

    columns: Mapping[str, Leaf]
    bound: int


Tree = Leaf | str | None | Uniform | Mapping[str, "Tree"] | tuple["Tree", ...]


class InvalidLiteral(Exception):
    """A literal does not fit its type; validation of the document says so with its place."""


@dataclass(slots=True)
class Budget:
    """How many values the arguments of one statement may have: fragments and variables can repeat them at will."""

    limit: int
    spent: int = 0

    def spend(self) -> None:
        self.spent += 1
        if self.spent > self.limit:
            raise Refusal(Code.LIMIT_EXCEEDED, f"The arguments have more than {self.limit} values.", limit=self.limit)


@dataclass(frozen=True, slots=True)
class Source:
    """What trees are read from while planning: this request's variables (for their shape) and the literals' slots."""

    variables: VariableValues
    slots: Mapping[int, int]
    budget: Budget

    def tree(self, node: ValueNode, type_: GraphQLInputType) -> Tree | object:
        """The tree of one argument value, or `Undefined` for a variable that was not given."""
        self.budget.spend()
        if isinstance(node, VariableNode):
            name = node.name.value
            if name not in self.variables.coerced:
                return Undefined
            value = self.variables.coerced[name]
            if value is None and isinstance(type_, GraphQLNonNull):
                # Validation lets a variable with a default stand here (GraphQL specification, section 5.8.5).
                raise Refusal(Code.BAD_USER_INPUT, f"The variable '${name}' must not be null where it is used.")
            return self._variable_tree(type_, value, (name,))
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        if isinstance(node, NullValueNode):
            return None
        if isinstance(type_, GraphQLList):
            return self._list(node, type_)
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(node, type_)
        if isinstance(type_, GraphQLEnumType):
            return cast(EnumValueNode, node).value
        return self._leaf(node, type_)

    def _list(self, node: ValueNode, type_: GraphQLList[GraphQLInputType]) -> Tree:
        if _is_scalar_list(type_):
            return self._leaf(node, type_)
        if not isinstance(node, ListValueNode):
            return (cast(Tree, self.tree(node, type_.of_type)),)
        items = (self.tree(item, type_.of_type) for item in node.values)
        return tuple(cast(Tree, None if item is Undefined else item) for item in items)

    def _object(self, node: ValueNode, type_: GraphQLInputObjectType) -> Tree:
        fields: dict[str, Tree] = {}
        for field in cast(ObjectValueNode, node).fields:
            value = self.tree(field.value, type_.fields[field.name.value].type)
            if value is not Undefined:
                fields[field.name.value] = cast(Tree, value)
        return fields

    def _leaf(self, node: ValueNode, type_: GraphQLInputType) -> Leaf:
        if isinstance(node, BooleanValueNode) and not _is_scalar_list(type_):
            return Leaf(lambda inputs: node.value, str(node.value), node.value)
        restore = _restorer(node, self.slots)

        def read(inputs: Inputs) -> object:
            value = coerce_input_literal(restore(inputs), type_, inputs.variables)
            if value is Undefined:
                raise InvalidLiteral
            return value

        return Leaf(read, _offset(node))

    def _variable_tree(self, type_: GraphQLInputType, value: object, path: tuple[str | int, ...]) -> Tree:
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        self.budget.spend()
        if value is None:
            return None
        if isinstance(type_, GraphQLEnumType):
            return cast(str, value)
        if isinstance(type_, GraphQLList) and not _is_scalar_list(type_):
            items = cast(Sequence[object], value)
            if (keys := _uniform_keys(type_, items)) is not None:
                return self._uniform(path, keys, len(items))
            return tuple(self._variable_tree(type_.of_type, item, (*path, at)) for at, item in enumerate(items))
        if isinstance(type_, GraphQLInputObjectType):
            given, fields = cast(Mapping[str, object], value), type_.fields
            return {name: self._variable_tree(fields[name].type, item, (*path, name)) for name, item in given.items()}
        return Leaf(_path_reader(path), path, value if isinstance(value, bool) else Undefined)

    def _uniform(self, path: tuple[str | int, ...], keys: Sequence[str], length: int) -> Uniform:
        columns = {}
        for key in keys:
            self.budget.spend()
            columns[key] = Leaf(_column_reader(path, key), (*path, key, Uniform))
        return Uniform(columns, bound_of(length))


def _uniform_keys(type_: GraphQLList[GraphQLInputType], items: Sequence[object]) -> tuple[str, ...] | None:
    """The keys of rows to insert where they are the same in all: such lists may be long, and their lengths many."""
    inner = type_.of_type
    if isinstance(inner, GraphQLNonNull):
        inner = inner.of_type
    if len(items) < 2 or not isinstance(inner, GraphQLInputObjectType) or not inner.name.endswith(_ROWS):
        return None
    keys = cast(Mapping[str, object], items[0]).keys()
    fields = inner.fields
    if not keys or not all(_is_scalar(fields[key].type) for key in keys):
        return None
    return tuple(keys) if all(cast(Mapping[str, object], item).keys() == keys for item in items) else None


def _is_scalar(type_: GraphQLInputType) -> bool:
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    return isinstance(inner, GraphQLScalarType) or _is_scalar_list(inner)


def bound_of(number: int) -> int:
    """The power of two above a number; the same for all that share a plan."""
    return 1 << max(number, 1).bit_length()


def _is_scalar_list(type_: GraphQLInputType) -> bool:
    """Whether a type is a list, however deep, of scalars."""
    if isinstance(type_, GraphQLNonNull):
        return _is_scalar_list(type_.of_type)
    if isinstance(type_, GraphQLList):
        inner = type_.of_type
        while isinstance(inner, GraphQLNonNull):
            inner = inner.of_type
        return isinstance(inner, GraphQLScalarType) or _is_scalar_list(inner)
    return False


def shape_of(type_: GraphQLInputType, value: object) -> object:
    """The part of a coerced value that decides the plan: keys, nulls, enum names, booleans; hashable."""
    if isinstance(type_, GraphQLNonNull):
        return shape_of(type_.of_type, value)
    if value is None:
        return None
    if isinstance(type_, GraphQLScalarType):
        return value if isinstance(value, bool) else "scalar"
    if isinstance(type_, GraphQLEnumType):
        return value
    if isinstance(type_, GraphQLList):
        if _is_scalar_list(type_):
            return "scalars"
        if (keys := _uniform_keys(type_, cast(Sequence[object], value))) is not None:
            return Uniform, keys, bound_of(len(cast(Sequence[object], value)))
        return tuple(shape_of(type_.of_type, item) for item in cast(Sequence[object], value))
    fields = type_.fields
    given = cast(Mapping[str, object], value)
    return tuple((name, shape_of(fields[name].type, item)) for name, item in given.items())


def in_order(value: object, given: object) -> object:
    """A coerced value with the keys of its objects as the caller wrote them: in `order_by` the first decides.

    Coercion puts them in the order of the input type.
    """
    if isinstance(value, dict) and isinstance(given, Mapping):
        keys = [key for key in given if key in value]
        keys += [key for key in value if key not in given]
        return {key: in_order(value[key], given.get(key)) for key in keys}
    if isinstance(value, list) and value:
        items = given if isinstance(given, list) and len(given) == len(value) else [given] * len(value)
        return [in_order(item, its) for item, its in zip(value, items, strict=True)]
    return value


def _path_reader(path: tuple[str | int, ...]) -> Read:
    name, *rest = path

    def read(inputs: Inputs) -> object:
        value = inputs.variables.coerced[cast(str, name)]
        for step in rest:
            value = value[step]
        return value

    return read


def _column_reader(path: tuple[str | int, ...], key: str) -> Read:
    rows = _path_reader(path)
    return lambda inputs: [row[key] for row in cast(Sequence[Mapping[str, object]], rows(inputs))]


Restore = Callable[[Inputs], ValueNode]


def _restorer(node: ValueNode, slots: Mapping[int, int]) -> Restore:
    """Gives the value with a request's literals in place of those of the document that the plan was made from."""
    if isinstance(node, (IntValueNode, FloatValueNode)):
        number, slot = type(node), slots[_offset(node)]
        return lambda inputs: number(value=inputs.literals[slot])
    if isinstance(node, StringValueNode):
        slot = slots[_offset(node)]
        return lambda inputs: StringValueNode(value=string_of(inputs.literals[slot]))
    if isinstance(node, ListValueNode):
        items = [_restorer(item, slots) for item in node.values]
        return lambda inputs: ListValueNode(values=tuple([restore(inputs) for restore in items]))
    if isinstance(node, ObjectValueNode):
        fields = [(field.name, _restorer(field.value, slots)) for field in node.fields]
        return lambda inputs: ObjectValueNode(
            fields=tuple([ObjectFieldNode(name=name, value=restore(inputs)) for name, restore in fields])
        )
    return lambda inputs: node


def _offset(node: ValueNode) -> int:
    assert node.loc is not None
    return node.loc.start


def string_of(literal: str) -> str:
    """The value of a string literal."""
    if "\\" not in literal and not literal.startswith('"""'):
        return literal[1:-1]
    try:
        return cast(str, coerce_input_literal(parse_const_value(literal), GraphQLString))
    except GraphQLSyntaxError:  # an escape that there is not
        raise InvalidLiteral from None
