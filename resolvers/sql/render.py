"""What SQL text is made of: string constants, JSON text, conditions, and the parts of a select in their order.

Identifiers come in as `schema.catalog.quote` and its `sql` properties write them; values are parameters (`params`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schema.catalog import PgType

_PLAIN = frozenset({"int2", "int4", "int8", "bool", "json", "jsonb"})
_QUOTED = frozenset({"uuid"})


def literal(text: str) -> str:
    """A string constant (PostgreSQL, section 4.1.2.1, with `standard_conforming_strings` on)."""
    return "'" + text.replace("'", "''") + "'"


class Text:
    """A text expression built from constants and SQL expressions; neighbouring constants become one."""

    def __init__(self) -> None:
        self._parts: list[tuple[bool, str]] = []

    def constant(self, text: str) -> Text:
        if self._parts and self._parts[-1][0]:
            self._parts[-1] = (True, self._parts[-1][1] + text)
        else:
            self._parts.append((True, text))
        return self

    def expression(self, sql: str) -> Text:
        """`sql` must be of type text and not null."""
        self._parts.append((False, sql))
        return self

    def extend(self, other: Text) -> Text:
        for is_constant, part in other._parts:
            if is_constant:
                self.constant(part)
            else:
                self.expression(part)
        return self

    def render(self) -> str:
        return " || ".join(literal(part) if is_constant else part for is_constant, part in self._parts)


def json_text(expression: str, type_: PgType, nullable: bool) -> str:
    """The JSON of a value as text, never null. Text concatenation is the fastest form (`bench/forms.py`)."""
    storage = type_.storage
    if storage.element is None and storage.schema == "pg_catalog" and storage.name in _PLAIN:
        text = f"({expression})::text"
    elif storage.schema == "pg_catalog" and storage.name in _QUOTED:
        text = f"""('"' || ({expression})::text || '"')"""
    else:
        text = f"to_json({expression})::text"
    return f"coalesce({text}, 'null')" if nullable else text


@dataclass
class Select:
    """One select; `limit` and `offset` are SQL expressions."""

    columns: Sequence[str]
    source: str
    joins: Sequence[str] = ()
    where: Sequence[str] = ()
    distinct_on: Sequence[str] = ()
    order_by: Sequence[str] = ()
    limit: str | None = None
    offset: str | None = None

    def render(self) -> str:
        distinct = f"distinct on ({', '.join(self.distinct_on)}) " if self.distinct_on else ""
        parts = [f"select {distinct}{', '.join(self.columns)} from {self.source}", *self.joins]
        conditions = [condition for condition in self.where if condition != "true"]
        if conditions:
            parts.append("where " + " and ".join(conditions))
        if self.order_by:
            parts.append("order by " + ", ".join(self.order_by))
        if self.limit is not None:
            parts.append(f"limit {self.limit}")
        if self.offset is not None:
            parts.append(f"offset {self.offset}")
        return " ".join(parts)


def conjunction(conditions: Sequence[str]) -> str:
    """`and` over conditions; true over none."""
    kept = [condition for condition in conditions if condition != "true"]
    if not kept:
        return "true"
    return kept[0] if len(kept) == 1 else f"({' and '.join(kept)})"


def disjunction(conditions: Sequence[str]) -> str:
    """`or` over conditions; false over none."""
    return f"({' or '.join(conditions)})" if conditions else "false"
