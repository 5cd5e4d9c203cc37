"""Values of a caller's token in the place of values of a column: which fit, and as what they are bound.

A claim fits a type if its text is a literal of the type for certain. Where that cannot be told here it does not fit, so
that no claim ever makes Postgres fail. What does not fit is bound as null.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from policies.guards import Claim
from resolvers.sql.values import Inputs, Leaf, Read
from schema.catalog import PgType, TypeKind

Fit = Callable[[str], object]
"""A claim's text as the value to bind, or None where it does not fit. May raise `ValueError` instead."""

_MOST_DIGITS = 1_000
"""Digits and exponents of numbers. Postgres takes more; nobody's token has more."""
_FURTHEST_ZONE = timedelta(hours=16)
_LARGEST_FLOAT4 = 3.4028234e38
_INTEGER = re.compile(r"[+-]?\d{1,20}", re.ASCII)
_NUL_OR_SURROGATE = re.compile("[\0\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e([+-]?\d+))?", re.ASCII | re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}", re.ASCII | re.IGNORECASE)
_DAY = r"\d{4}-\d{2}-\d{2}"
_CLOCK = r"\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?"
_ZONE = r"(?:Z|[+-]\d{2}(?::?\d{2})?)?"
_DATE = re.compile(_DAY, re.ASCII)
_MOMENT = re.compile(rf"{_DAY}(?:[T ]{_CLOCK}{_ZONE})?", re.ASCII)
_TIME = re.compile(_CLOCK + _ZONE, re.ASCII)
_BOOLEANS = {"true": True, "t": True, "yes": True, "y": True, "on": True, "1": True} | {
    "false": False, "f": False, "no": False, "n": False, "off": False, "0": False}  # fmt: skip
_ENDLESS = frozenset({"infinity", "-infinity"})


Fitted = dict[object, Read]
"""How claims are read by the types that they are compared with; each gives None where the claim does not fit."""


@dataclass(frozen=True, slots=True)
class ClaimLeaf(Leaf):
    """A claim where a value stands, or a list of values. Whoever asks for it as a type is added to `fitted`."""

    claim: Claim = field(kw_only=True)
    fitted: Fitted = field(kw_only=True)

    def of(self, type_: PgType, *, listed: bool) -> Read:
        name, fit = self.claim.name, _fit_list(type_) if listed else _fit(type_)

        def read(inputs: Inputs) -> object:
            return fit(inputs.principal.claim(name)) if inputs.principal is not None else None

        return self.fitted.setdefault((self.claim, type_, listed), read)


@dataclass(frozen=True, slots=True)
class ListLeaf(Leaf):
    """A list of values, of which some may be claims; None where one of them does not fit."""

    items: tuple[Leaf, ...] = field(kw_only=True)

    def of(self, type_: PgType, *, listed: bool) -> Read:
        element = type_ if listed or type_.storage.element is None else type_.storage.element
        reads = [item.of(element, listed=False) for item in self.items]

        def read(inputs: Inputs) -> object:
            values = [each(inputs) for each in reads]
            return None if None in values else values

        return read


def claim_leaf(claim: Claim, fitted: Fitted) -> Leaf:
    """The leaf of a claim, which has no value before a type asks for it."""
    return ClaimLeaf(_nothing, claim, claim=claim, fitted=fitted)


def list_leaf(items: tuple[Leaf, ...]) -> Leaf:
    return ListLeaf(_nothing, (ListLeaf, tuple(item.key for item in items)), items=items)


def _nothing(inputs: Inputs) -> object:
    return None


def fitting(type_: PgType, value: object) -> object:
    """The claim's value as it is bound for a column of the type, or None where it does not fit."""
    return _fit(type_)(value)


def _fit(type_: PgType) -> Callable[[object], object]:
    """How the type takes claims, looked up once for a statement."""
    storage = type_.storage
    if storage.element is not None:
        return _fit_list(storage.element)
    if storage.kind is TypeKind.ENUM:
        labels = frozenset(storage.labels)
        takes: Fit | None = lambda text: text if text in labels else None  # noqa: E731
    elif storage.schema == "pg_catalog":
        takes = _FITS.get(storage.name)
    else:
        takes = _any if storage.name == "citext" else None
    if takes is None:
        return _never

    def fit(value: object) -> object:
        text = _text(value)
        try:
            return None if text is None else takes(text)
        except ValueError:
            return None

    return fit


def _fit_list(type_: PgType) -> Callable[[object], object]:
    if type_.storage.element is not None:
        return _never
    fit = _fit(type_)

    def fit_all(value: object) -> object:
        if not isinstance(value, list | tuple):
            return None
        items = [fit(item) for item in value]
        return None if None in items else items

    return fit_all


def _never(value: object) -> object:
    return None


def _text(value: object) -> str | None:
    """The text of a scalar claim that Postgres can be sent."""
    if isinstance(value, str):
        return None if _NUL_OR_SURROGATE.search(value) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        # Python refuses to write numbers of thousands of digits.
        return str(value) if value.bit_length() <= 3 * _MOST_DIGITS else None
    return repr(value) if isinstance(value, float) else None


def _integer(low: int, high: int) -> Fit:
    def fit(text: str) -> object:
        return value if _INTEGER.fullmatch(text) and low <= (value := int(text)) <= high else None

    return fit


def _numeric(text: str) -> object:
    if text.lower() in ("nan", "infinity", "-infinity"):
        return text
    found = _NUMBER.fullmatch(text)
    if found is None or len(text) > _MOST_DIGITS or len(found[1] or "") > 4:
        return None
    return text if abs(int(found[1] or 0)) <= _MOST_DIGITS else None


def _float(text: str) -> float | None:
    if text.lower() in ("nan", "infinity", "-infinity"):
        return float(text)
    found = _NUMBER.fullmatch(text)
    if found is None or len(text) > _MOST_DIGITS:
        return None
    value, mantissa = float(text), text.lower().partition("e")[0]
    vanished = value == 0 and any(digit in mantissa for digit in "123456789")
    return None if math.isinf(value) or vanished else value


def _float8(text: str) -> object:
    return text if _float(text) is not None else None


def _float4(text: str) -> object:
    value = _float(text)
    return None if value is None or _LARGEST_FLOAT4 < abs(value) < math.inf else value


def _boolean(text: str) -> object:
    return _BOOLEANS.get(text.lower())


def _uuid(text: str) -> object:
    return text if _UUID.fullmatch(text) else None


def _date(text: str) -> object:
    if text in _ENDLESS:
        return text
    return text if _DATE.fullmatch(text) and date.fromisoformat(text) else None


def _moment(text: str) -> object:
    if text in _ENDLESS:
        return text
    return text if _MOMENT.fullmatch(text) and _has_zone(datetime.fromisoformat(text)) else None


def _time(text: str) -> object:
    return text if _TIME.fullmatch(text) and _has_zone(time.fromisoformat(text)) else None


def _has_zone(value: datetime | time) -> bool:
    """Whether Postgres knows the zone, if there is one."""
    offset = value.utcoffset()
    return offset is None or abs(offset) < _FURTHEST_ZONE


def _any(text: str) -> object:
    return text


_FITS: Mapping[str, Fit] = {
    "int2": _integer(-(2**15), 2**15 - 1),
    "int4": _integer(-(2**31), 2**31 - 1),
    "int8": _integer(-(2**63), 2**63 - 1),
    "oid": _integer(0, 2**32 - 1),
    "numeric": _numeric,
    "float4": _float4,
    "float8": _float8,
    "bool": _boolean,
    "uuid": _uuid,
    "text": _any,
    "varchar": _any,
    "bpchar": _any,
    "name": _any,
    "date": _date,
    "timestamp": _moment,
    "timestamptz": _moment,
    "time": _time,
    "timetz": _time,
}
