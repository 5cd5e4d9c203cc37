"""GraphQL scalars for Postgres types: their names in Hasura v2's dialect and how their input is coerced.

A value leaves here as the text that Postgres reads, so that nothing is lost on the way (numbers keep their digits);
only Int, Float, Boolean, String, lists and JSON stay Python values. Refuses JSON kinds that a type does not take and
text that cannot be a value of it; what only Postgres can judge is left to Postgres.
"""

from __future__ import annotations

import calendar
import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    BooleanValueNode,
    ConstValueNode,
    EnumValueNode,
    FloatValueNode,
    GraphQLError,
    GraphQLScalarType,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
)

from schema.catalog import PgType, TypeKind
from schema.words import valid_name


class ExactFloat(float):
    """A JSON number with a fraction or exponent that still knows its digits."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> ExactFloat:
        self = super().__new__(cls, text)
        self.text = text
        return self

    def __repr__(self) -> str:
        # graphql-core writes floats with str() when it puts a variable into a JSON literal.
        return self.text

    def __reduce__(self) -> tuple[type[ExactFloat], tuple[str]]:
        return ExactFloat, (self.text,)


_HASURA_NAMES: Mapping[str, str] = {
    "int4": "Int",
    "float4": "Float",
    "bool": "Boolean",
    "text": "String",
    "varchar": "String",
    "int2": "smallint",
    "int8": "bigint",
    "char": "bpchar",
}
_NUMERIC = frozenset({"int2", "int4", "int8", "float4", "float8", "numeric", "money"})
_TEXT = frozenset({"text", "varchar", "citext", "bpchar", "char"})
_JSON = frozenset({"json", "jsonb"})
_COMPARABLE = (
    _NUMERIC | _TEXT | {"date", "timestamp", "timestamptz", "timetz", "uuid", "ltree", "lquery", "ltxtquery", "raster"}
)


def leaf_of(type_: PgType) -> PgType:
    """The type that has the scalar: below domains, and the element of an array."""
    storage = type_.storage
    return leaf_of(storage.element) if storage.element is not None else storage


def is_array(type_: PgType) -> bool:
    return type_.storage.element is not None


def is_numeric(type_: PgType) -> bool:
    """Whether `sum`, `avg` and their family take the type."""
    return type_.storage.name in _NUMERIC


def is_comparable(type_: PgType) -> bool:
    """Whether `max` and `min` take the type, as Hasura counts."""
    storage = type_.storage
    return (
        storage.element is not None
        or storage.kind in (TypeKind.ENUM, TypeKind.COMPOSITE)
        or storage.name in _COMPARABLE
    )


def is_text(type_: PgType) -> bool:
    """Whether the pattern operators take the type."""
    return type_.storage.name in _TEXT


def is_json(type_: PgType) -> bool:
    """Whether a field of the type takes `path`."""
    return type_.storage.name in _JSON


def is_jsonb(type_: PgType) -> bool:
    """Whether the type has jsonb's operators."""
    storage = type_.storage
    return (storage.schema, storage.name) == ("pg_catalog", "jsonb")


def scalar_name(leaf: PgType) -> str:
    """The scalar's name in Hasura's dialect, before clashes are looked at."""
    if leaf.schema == "pg_catalog" and leaf.name in _HASURA_NAMES:
        return _HASURA_NAMES[leaf.name]
    name = valid_name(leaf.name)
    return f"{name}_scalar" if leaf.kind is TypeKind.COMPOSITE else name


def make_scalar(name: str, leaf: PgType) -> GraphQLScalarType:
    """The scalar `name` for values of `leaf` (no array, no domain)."""
    if leaf.name in _JSON and leaf.schema == "pg_catalog":
        return GraphQLScalarType(
            name,
            coerce_input_value=_any_json,
            coerce_input_literal=_json_literal,
            description=leaf.comment,
        )
    if leaf.kind is TypeKind.ENUM:
        form = _enum_form(name, leaf.labels)
        listed = f"One of: {', '.join(leaf.labels)}."
        description: str | None = f"{leaf.comment}\n\n{listed}" if leaf.comment else listed
    else:
        form = _FORMS.get(leaf.name, _ANY_TEXT) if leaf.schema == "pg_catalog" else _ANY_TEXT
        description = leaf.comment
    coercion = _Coercion(name, form)
    return GraphQLScalarType(
        name,
        coerce_input_value=coercion.value,
        coerce_input_literal=coercion.literal,
        description=description,
    )


def share_coercion(scalar: GraphQLScalarType, leaf: PgType) -> GraphQLScalarType:
    """Let a control-plane scalar coerce as the reflected scalar of its name does: one name, one meaning."""
    reflected = make_scalar(scalar.name, leaf)
    scalar.coerce_input_value = reflected.coerce_input_value
    scalar.coerce_input_literal = reflected.coerce_input_literal
    return scalar


def json_text(value: object) -> str:
    """A coerced JSON value as text for Postgres, numbers with the digits that the caller wrote."""
    if isinstance(value, ExactFloat):
        return value.text
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(key)}:{json_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(json_text(item) for item in value) + "]"
    return json.dumps(value)


def _any_json(value: Any) -> Any:
    return value


def _json_literal(node: ConstValueNode) -> Any:
    match node:
        case IntValueNode(value=text):
            return int(text)
        case FloatValueNode(value=text):
            return ExactFloat(text)
        case StringValueNode() | BooleanValueNode() | EnumValueNode():
            return node.value
        case ListValueNode(values=values):
            return [_json_literal(item) for item in values]
        case ObjectValueNode(fields=fields):
            return {field.name.value: _json_literal(field.value) for field in fields}
        case _:
            return None


@dataclass(frozen=True, slots=True)
class _Form:
    """What a scalar takes: text that passes `fits`, and which JSON numbers. `expects` completes "it takes …"."""

    expects: str
    fits: Callable[[str], bool]
    integers: bool = False
    fractions: bool = False
    enum_literals: bool = False


@dataclass(frozen=True, slots=True)
class _Coercion:
    name: str
    form: _Form

    def value(self, value: Any) -> str:
        """A value from JSON as text."""
        form = self.form
        if isinstance(value, str):
            text = value
        elif isinstance(value, int) and form.integers and not isinstance(value, bool):
            text = str(value)
        elif isinstance(value, float) and form.fractions:
            text = repr(value)
        else:
            raise self._error()
        return self._checked(text)

    def literal(self, node: ConstValueNode) -> str:
        """A literal's own text, so that no digit is lost."""
        form = self.form
        match node:
            case StringValueNode(value=text):
                return self._checked(text, node)
            case IntValueNode(value=text) if form.integers:
                return self._checked(text, node)
            case FloatValueNode(value=text) if form.fractions:
                return self._checked(text, node)
            case EnumValueNode(value=text) if form.enum_literals:
                return self._checked(text, node)
            case _:
                raise self._error(node)

    def _checked(self, text: str, node: ValueNode | None = None) -> str:
        if "\0" in text or not self.form.fits(text):
            raise self._error(node)
        return text

    def _error(self, node: ValueNode | None = None) -> GraphQLError:
        return GraphQLError(f"Not a value of '{self.name}': it takes {self.form.expects}.", node)


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.ASCII | re.IGNORECASE | re.VERBOSE)
    return lambda text: compiled.fullmatch(text) is not None


def _integer(low: int, high: int) -> _Form:
    looks_right = _matches(r"[+-]?\d{1,20}")
    return _Form(
        f"integers from {low} to {high}, as numbers or strings",
        lambda text: looks_right(text) and low <= int(text) <= high,
        integers=True,
    )


def _enum_form(name: str, labels: tuple[str, ...]) -> _Form:
    return _Form(f"one of the values of '{name}'", frozenset(labels).__contains__, enum_literals=True)


_DAY = re.compile(r"(\d{4,7})-(\d{1,2})-(\d{1,2})", re.ASCII)
_ZONE = r"\s*(?:z | utc | gmt | [+-]\d{1,2}(?::?\d{2}){0,2} | [a-z]+/[a-z_/+-]+\d*)"
_CLOCK = r"\d{1,2} : \d{2} (?: : \d{2} (?: [.,]\d+ )? )? (?: \s*[ap]m )?"
_SPOKEN = r"now(?:\(\))? | today | tomorrow | yesterday | epoch | -?infinity"


def _day_exists(text: str) -> bool:
    found = _DAY.match(text)
    if found is None:
        return True
    year, month, day = (int(part) for part in found.groups())
    # The Gregorian calendar repeats every 400 years, and Python's ends at 9999.
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2000 + year % 400, month)[1]


def _moment(pattern: str, expects: str) -> _Form:
    looks_right = _matches(pattern)
    return _Form(expects, lambda text: looks_right(text) and _day_exists(text))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return True


_NUMBER = r"[+-]? (?: \d+ (?: \. \d* )? | \. \d+ ) (?: e [+-]? \d+ )?"
_DATE = r"\d{4,7}-\d{1,2}-\d{1,2} (?: \s* bc )?"
_TIMESTAMP = rf"{_SPOKEN} | \d{{4,6}}-\d{{1,2}}-\d{{1,2}} (?: [t\s] \s* (?: {_CLOCK} ) (?: {_ZONE} )? )? (?: \s* bc )?"
_ANY_TEXT = _Form("strings", lambda text: True)
_ANY_NUMBER = _Form(
    "numbers, as numbers or strings",
    _matches(rf"{_NUMBER} | nan | [+-]? inf(?:inity)?"),
    integers=True,
    fractions=True,
)
_FORMS: Mapping[str, _Form] = {
    "int2": _integer(-(2**15), 2**15 - 1),
    "int8": _integer(-(2**63), 2**63 - 1),
    "oid": _integer(0, 2**32 - 1),
    "numeric": _ANY_NUMBER,
    "float8": _ANY_NUMBER,
    "money": _Form("amounts, as numbers or strings", lambda text: True, integers=True, fractions=True),
    "uuid": _Form(
        "UUIDs as strings",
        _matches(r"[0-9a-f]{4}(?:-?[0-9a-f]{4}){7} | \{[0-9a-f]{4}(?:-?[0-9a-f]{4}){7}\}"),
    ),
    "date": _moment(rf"{_SPOKEN} | {_DATE}", "dates as strings, like 2001-02-28"),
    "timestamp": _moment(_TIMESTAMP, "timestamps as strings, like 2001-02-28T13:45:00"),
    "timestamptz": _moment(_TIMESTAMP, "timestamps as strings, like 2001-02-28T13:45:00+00:00"),
    "time": _moment(rf"now | allballs | {_CLOCK} (?: {_ZONE} )?", "times as strings, like 13:45:00"),
    "timetz": _moment(rf"now | allballs | {_CLOCK} (?: {_ZONE} )?", "times as strings, like 13:45:00+00:00"),
    "inet": _Form("IP addresses as strings, like 10.0.0.1 or 10.0.0.0/8", _is_address),
}
