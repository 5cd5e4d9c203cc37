"""Bind parameters: one `$n` a leaf, with the conversion from GraphQL's value to what the driver sends.

Types that the driver sends as they are go natively; everything else goes as text and is cast in SQL by the type's own
input function, so that Postgres alone decides what is a valid `interval` or `tsrange`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

from narthex.errors import Code, Refusal
from resolvers.sql.values import Inputs, Leaf, Read
from schema.catalog import PgType
from schema.scalars import ExactFloat, json_text

Bind = Callable[[Inputs], object]
Encode = Callable[[object], object]

_NATIVE = {
    "int2": int,
    "int4": int,
    "int8": int,
    "float4": float,
    "bool": bool,
    "text": str,
}
_TEXTUAL = frozenset({"varchar", "name"})
TEXT = PgType("pg_catalog", "text")

_MOST = 32_767
"""Parameters of one statement that the driver sends."""


class Params:
    """Collects the parameters of one statement in the order of their numbers.

    What is read and converted alike is one parameter, so that a long list in a fragment is sent once however often the
    fragment is spread.
    """

    def __init__(self) -> None:
        self.binds: list[Bind] = []
        self._numbers: dict[object, int] = {}

    def typed(self, leaf: Leaf, type_: PgType) -> str:
        """A parameter that holds one value of a type."""
        encode, cast_ = _encoding(type_)
        return self._add(leaf.of(type_, listed=False), encode, cast_, (leaf.key, type_))

    def listed(self, leaf: Leaf, type_: PgType) -> str:
        """A parameter that holds values of a type, to stand inside `any(…)` or `all(…)`."""
        key, read = (leaf.key, type_, "listed"), leaf.of(type_, listed=True)
        if type_.storage.element is not None:
            # Postgres has no arrays of arrays of unequal length: each goes as its array literal.
            encode_all: Encode = lambda value: [_array_literal(item) for item in _items(value)]  # noqa: E731
            literals = self._add(read, encode_all, "::text[]", key)
            return f"select item::{bare(type_).sql} from unnest({literals}) item"
        encode, cast_ = _encoding(type_)
        return self._add(read, lambda value: [encode(item) for item in _items(value)], _array_cast(cast_), key)

    def column(self, leaf: Leaf, type_: PgType) -> tuple[str, str]:
        """An array parameter of one value, or null, for each of some rows, and the cast that its items need."""
        storage = type_.storage
        encode, cast_ = (_array_literal, f"::text::{bare(type_).sql}") if storage.element else _encoding(type_)
        _, first, *rest = cast_.split("::")
        encode_all: Encode = lambda value: [None if item is None else encode(item) for item in _items(value)]  # noqa: E731
        array = self._add(leaf.read, encode_all, f"::{first}[]", (leaf.key, type_, "column"))
        return array, "".join(f"::{part}" for part in rest)

    def computed(self, read: Read, encode: Encode, cast_: str) -> str:
        """A parameter made by a function of the operation's own (`limit`, JSON paths)."""
        return self._add(read, encode, cast_, object())

    def known(self, read: Read, cast_: str, key: object) -> str:
        """A parameter that is the same wherever the key is: what it reads is sent as it is."""
        return self._add(read, _as_is, cast_, key)

    def _add(self, read: Read, encode: Encode, cast_: str, key: object) -> str:
        number = self._numbers.get(key)
        if number is None:
            if len(self.binds) == _MOST:
                raise Refusal(Code.LIMIT_EXCEEDED, f"The arguments have more than {_MOST} values.", limit=_MOST)
            self.binds.append(read if encode is _as_is else _encoded(read, encode))
            number = self._numbers[key] = len(self.binds)
        return f"${number}{cast_}"


def row_count(params: Params, leaf: Leaf, coordinate: str, limit: int | None) -> str:
    """A `limit` or `offset`: not negative, and no more than `limit` where there is one."""

    def encode(value: object) -> object:
        count = cast(int, value)
        if count < 0:
            raise Refusal(Code.BAD_USER_INPUT, "The value must not be negative.", coordinate=coordinate)
        if limit is not None and count > limit:
            raise Refusal(Code.LIMIT_EXCEEDED, f"The limit is {limit} rows.", coordinate=coordinate, limit=limit)
        return count

    return params.computed(leaf.read, encode, "::int8")


def _as_is(value: object) -> object:
    return value


def _encoded(read: Read, encode: Encode) -> Bind:
    def bind(inputs: Inputs) -> object:
        value = read(inputs)
        return None if value is None else encode(value)

    return bind


def _encoding(type_: PgType) -> tuple[Encode, str]:
    storage = type_.storage
    if storage.element is not None:
        return _encode_array(bare(storage))
    if storage.name in ("json", "jsonb"):
        return _json_text, f"::text::{type_.sql}"
    native = _NATIVE.get(storage.name) if storage.schema == "pg_catalog" else None
    if native is int or native is float:
        return cast(Encode, native), f"::{storage.name}"
    if native is not None:
        return _as_is, f"::{storage.name}"
    if storage.schema == "pg_catalog" and storage.name in _TEXTUAL:
        return _as_is, "::text"
    return _text, f"::text::{storage.sql}"


def _encode_array(array: PgType) -> tuple[Encode, str]:
    element = cast(PgType, array.element)
    if element.element is None and element.name not in ("json", "jsonb", "bytea"):
        encode, cast_ = _encoding(element)
        cast_ = _array_cast(cast_ if element.name not in _TEXTUAL else f"::text::{element.sql}")
        return (lambda value: [None if item is None else encode(item) for item in _items(value)]), cast_
    return _array_literal, f"::text::{array.sql}"


def _array_cast(cast_: str) -> str:
    return "".join(f"::{part}[]" for part in cast_.split("::") if part)


def bare(type_: PgType) -> PgType:
    """The type without any domain, in its elements neither: a comparison must not check what it compares with."""
    storage = type_.storage
    return storage if storage.element is None else replace(storage, element=bare(storage.element))


def _items(value: object) -> Sequence[object]:
    return cast(Sequence[object], value)


def _text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, ExactFloat):
        return value.text
    return value if isinstance(value, str) else str(value)


def _array_literal(value: object) -> str:
    """An array in Postgres's text form (PostgreSQL, section 8.15.6)."""
    if value is None:
        return "NULL"
    if isinstance(value, list | tuple):
        return "{" + ",".join(_array_literal(item) for item in value) + "}"
    text = _json_text(value) if isinstance(value, dict) else cast(str, _text(value))
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _json_text(value: object) -> str:
    return json_text(value) if _has_exact(value) else json.dumps(value, ensure_ascii=False)


def _has_exact(value: object) -> bool:
    if isinstance(value, dict):
        return any(_has_exact(item) for item in value.values())
    if isinstance(value, list | tuple):
        return any(_has_exact(item) for item in value)
    return isinstance(value, ExactFloat)
