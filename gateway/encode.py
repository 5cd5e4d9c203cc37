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


def json_bytes(content: object) -> bytes:
    """JSON as UTF-8; what cannot be said in it is said as nearly as possible."""
    try:
        return orjson.dumps(content, default=_stand_in, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return json.dumps(_sayable(content), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def storable(text: str) -> str:
    """Text as Postgres can hold it: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()


def storable_json(content: object) -> str:
    """JSON as Postgres's `jsonb` can hold it."""
    return json_bytes(content).decode().replace("\\u0000", "\\ufffd")


def _stand_in(value: object) -> object:
    """A number with its digits as they came; other values as their text."""
    if isinstance(value, ExactFloat):
        return orjson.Fragment(value.text) if math.isfinite(value) else value.text
    return str(value)


def _sayable(value: object) -> object:
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(_sayable(str(name))): _sayable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_sayable(item) for item in value]
    return _sayable(str(value))
