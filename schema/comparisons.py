"""Input types that are the same for all tables: what `where` may say about a value, and the directions of order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNamedType,
    GraphQLString,
)

from schema.catalog import PgType
from schema.lazy import InputType
from schema.scalars import is_array, is_jsonb, is_text
from schema.types import DataTypes, listed

ORDER_BY = "order_by"
_SUFFIX = "_comparison_exp"
_ARRAY_SUFFIX = "_array_comparison_exp"
_CAST_SUFFIX = "_cast_exp"


class _Operand(Enum):
    VALUE = "a value of the column's type"
    VALUES = "a list of them"
    TEXT = "a string"
    TEXTS = "a list of strings"
    TRUTH = "true or false"


_Operators = Mapping[str, tuple[_Operand | str, str | None]]

_COMMON: _Operators = {
    "_eq": (_Operand.VALUE, None),
    "_neq": (_Operand.VALUE, None),
    "_gt": (_Operand.VALUE, None),
    "_gte": (_Operand.VALUE, None),
    "_lt": (_Operand.VALUE, None),
    "_lte": (_Operand.VALUE, None),
    "_in": (_Operand.VALUES, None),
    "_nin": (_Operand.VALUES, None),
    "_is_null": (_Operand.TRUTH, None),
}
_PATTERNS: _Operators = {
    "_like": (_Operand.VALUE, "matches the pattern: `%` is any text, `_` one character"),
    "_nlike": (_Operand.VALUE, "does not match the pattern"),
    "_ilike": (_Operand.VALUE, "matches the pattern, whatever the case"),
    "_nilike": (_Operand.VALUE, "does not match the pattern, whatever the case"),
    "_similar": (_Operand.VALUE, "matches the SQL regular expression as a whole"),
    "_nsimilar": (_Operand.VALUE, "does not match the SQL regular expression"),
    "_regex": (_Operand.VALUE, "contains a match of the POSIX regular expression"),
    "_nregex": (_Operand.VALUE, "contains no match of the POSIX regular expression"),
    "_iregex": (_Operand.VALUE, "contains a match of the POSIX regular expression, whatever the case"),
    "_niregex": (_Operand.VALUE, "contains no match of the POSIX regular expression, whatever the case"),
}
_JSONB: _Operators = {
    "_contains": (_Operand.VALUE, "contains the JSON value at its top level"),
    "_contained_in": (_Operand.VALUE, "is contained in the JSON value"),
    "_has_key": (_Operand.TEXT, "has the string as a key or element at its top level"),
    "_has_keys_any": (_Operand.TEXTS, "has one of the strings as a key or element at its top level"),
    "_has_keys_all": (_Operand.TEXTS, "has all of the strings as keys or elements at its top level"),
}
_LTREE: _Operators = {
    "_ancestor": (_Operand.VALUE, "is an ancestor of the path, or the same"),
    "_ancestor_any": (_Operand.VALUES, "is an ancestor of one of the paths"),
    "_descendant": (_Operand.VALUE, "is a descendant of the path, or the same"),
    "_descendant_any": (_Operand.VALUES, "is a descendant of one of the paths"),
    "_matches": ("lquery", "matches the lquery"),
    "_matches_any": (_Operand.TEXTS, "matches one of the lqueries"),
    "_matches_fulltext": ("ltxtquery", "matches the ltxtquery"),
}
_ARRAY: _Operators = {
    "_contains": (_Operand.VALUE, "has all of the elements"),
    "_contained_in": (_Operand.VALUE, "has no other elements"),
}
_ORDERS = {
    "asc": "ascending, nulls last",
    "asc_nulls_first": "ascending, nulls first",
    "asc_nulls_last": "ascending, nulls last",
    "desc": "descending, nulls first",
    "desc_nulls_first": "descending, nulls first",
    "desc_nulls_last": "descending, nulls last",
}


def comparison(types: DataTypes, type_: PgType) -> GraphQLInputObjectType:
    """What can be said about a column of the type."""
    return named_comparison(types, types.names.of(type_), is_array(type_))


def named_comparison(types: DataTypes, scalar: str, array: bool = False) -> GraphQLInputObjectType:
    """What can be said about a value of the scalar, or about a list of them."""
    name = f"{scalar}{_ARRAY_SUFFIX if array else _SUFFIX}"
    return types.ensure(name, lambda: InputType(name, lambda: dict(_fields(types, scalar, array))))


def order_by(types: DataTypes) -> GraphQLEnumType:
    """The directions of order."""
    return types.ensure(
        ORDER_BY,
        lambda: GraphQLEnumType(
            ORDER_BY,
            {name: GraphQLEnumValue(name, description=text) for name, text in _ORDERS.items()},
        ),
    )


def find(types: DataTypes, name: str) -> GraphQLNamedType | None:
    """The type of this module that is called `name`, if the schema can have it."""
    if name == ORDER_BY:
        return order_by(types)
    if name.endswith(_CAST_SUFFIX) and name.removesuffix(_CAST_SUFFIX) == "jsonb":
        return _cast(types)
    if (scalar := name.removesuffix(_ARRAY_SUFFIX)) != name and scalar in types.names.arrays:
        return named_comparison(types, scalar, array=True)
    if (scalar := name.removesuffix(_SUFFIX)) != name and scalar in types.names.leaves:
        return named_comparison(types, scalar)
    return None


def compared_scalar(name: str) -> str:
    """The scalar whose comparisons the type `name` holds, if it is such a type; else `name` itself."""
    for suffix in (_ARRAY_SUFFIX, _SUFFIX, _CAST_SUFFIX):
        if name.endswith(suffix):
            return name.removesuffix(suffix)
    return name


def _fields(types: DataTypes, scalar: str, array: bool) -> Iterator[tuple[str, GraphQLInputField]]:
    value: GraphQLInputType = types.scalar(scalar)
    if array:
        value = listed(value)
    operands: dict[_Operand | str, GraphQLInputType] = {
        _Operand.VALUE: value,
        _Operand.VALUES: listed(value),
        _Operand.TEXT: GraphQLString,
        _Operand.TEXTS: listed(GraphQLString),
        _Operand.TRUTH: GraphQLBoolean,
    }
    leaf = types.names.leaves[scalar]
    for operators in _operators(leaf, array):
        for name, (operand, description) in operators.items():
            type_ = types.scalar(operand) if isinstance(operand, str) else operands[operand]
            yield name, GraphQLInputField(type_, description=description)
    if not array and is_jsonb(leaf):
        yield "_cast", GraphQLInputField(_cast(types), description="compares the value as text")


def _operators(leaf: PgType, array: bool) -> Iterator[_Operators]:
    yield _COMMON
    if array:
        yield _ARRAY
    elif is_text(leaf):
        yield _PATTERNS
    elif is_jsonb(leaf):
        yield _JSONB
    elif leaf.name == "ltree":
        yield _LTREE


def _cast(types: DataTypes) -> GraphQLInputObjectType:
    name = f"jsonb{_CAST_SUFFIX}"
    return types.ensure(
        name,
        lambda: InputType(name, lambda: {"String": GraphQLInputField(named_comparison(types, "String"))}),
    )
