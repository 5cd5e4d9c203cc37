"""JSON text of what callers sent: for answers that repeat it and for records that keep it.

Refuses nothing. Half surrogate pairs, numbers beyond 64 bits and values of no JSON kind come in with requests, and must
not keep an error from being told or a record from being written.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

import orjson

from schema.scalars import ExactFloat

_DIGITS = 400
"""Characters of the longest fraction that is told as a number: Postgres keeps no more than 16,383 of its digits."""


def json_bytes(content: object) -> bytes:
    """JSON as UTF-8; what cannot be said in it is said as nearly as possible."""
    try:
        return orjson.dumps(content, default=_stand_in, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return _plain(content).encode(errors="replace")


def storable(text: str) -> str:
    """Text as Postgres can hold it: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()


def storable_json(content: object) -> str:
    """JSON as Postgres's `jsonb` can hold it."""
    return json_bytes(content).decode().replace("\\u0000", "\\ufffd")


def _stand_in(value: object) -> object:
    """A number with its digits as they came, where others read it as a number too; other values as their text."""
    if isinstance(value, ExactFloat) and _is_plain(value):
        return orjson.Fragment(value.text)
    return value.text if isinstance(value, ExactFloat) else str(value)


def _is_plain(value: ExactFloat) -> bool:
    vanished = not value and "e" in value.text.lower()
    return math.isfinite(value) and not vanished and len(value.text) <= _DIGITS


def _plain(value: object) -> str:
    """The same, for what the fast encoder refuses."""
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, ExactFloat):
        return value.text if _is_plain(value) else json.dumps(value.text)
    if isinstance(value, float):
        return json.dumps(value if math.isfinite(value) else None)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_plain(str(name))}:{_plain(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_plain, value)) + "]"
    return json.dumps(str(value), ensure_ascii=False)
