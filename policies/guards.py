"""What narrows the use of a table that is open, decided for one contract: data for the SQL compiler, no decisions.

A predicate has the shape of the table's `_bool_exp`, with `Constant` and `Claim` where values stand, and `_exists` as
`{_table: name, _where: predicate}`. It reads tables as they are, without anybody's guards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from schema.model import Action


class Masking(StrEnum):
    """How a column is shown instead of its value."""

    NULL = "NULL"
    REDACT = "REDACT"
    HASH = "HASH"
    LAST4 = "LAST4"
    EMAIL = "EMAIL"


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that a policy names, coerced by the column's scalar."""

    value: object


@dataclass(frozen=True, slots=True)
class Claim:
    """`$claim.name`: a value of the caller's token."""

    name: str


Predicate = Mapping[str, Any] | tuple[Any, ...] | Constant | Claim | str


@dataclass(frozen=True, slots=True)
class RowRule:
    """One predicate; false as a whole where a claim that it names is missing or does not fit its column."""

    predicate: Mapping[str, Any]
    source: str
    """`file:line` of the policy."""


@dataclass(frozen=True, slots=True)
class TableGuards:
    """`filters` hold for rows as they are, `checks` for rows as they become; all rules of an action must hold.

    Columns are called as they are served. `max_rows` bounds every list of the table's rows, `max_depth` how many fields
    deep in an operation they are read, and `timeout_s` how long an operation runs that touches them.
    """

    filters: Mapping[Action, tuple[RowRule, ...]] = field(default_factory=dict)
    checks: Mapping[Action, tuple[RowRule, ...]] = field(default_factory=dict)
    presets: Mapping[Action, Mapping[str, Constant | Claim]] = field(default_factory=dict)
    masks: Mapping[str, Masking] = field(default_factory=dict)
    max_rows: int | None = None
    max_depth: int | None = None
    timeout_s: int | None = None


UNGUARDED = TableGuards()
