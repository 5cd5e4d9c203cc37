"""What only Postgres can say about single values: comparisons, order and folds of values that Python cannot compare.

Values go in and out as text, one column of plain values at a time: no table of the database is ever read here, so that
filters, joins, order and limits stay the interpreter's own.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import asyncpg

_SESSION = {
    "search_path": "pg_catalog, public",
    "timezone": "UTC",
    "extra_float_digits": "1",
    "default_transaction_read_only": "on",
}
# {v} is a value of the column's type {t}, {x} the operand as text.
_TESTS: Mapping[str, str] = {
    "_eq": "{v} = {x}::{t}",
    "_gt": "{v} > {x}::{t}",
    "_lt": "{v} < {x}::{t}",
    "_gte": "{v} >= {x}::{t}",
    "_lte": "{v} <= {x}::{t}",
    "_like": "{v} like {x}",
    "_ilike": "{v} ilike {x}",
    "_similar": "{v} similar to {x}",
    "_regex": "{v} ~ {x}",
    "_iregex": "{v} ~* {x}",
    "_contains": "{v} @> {x}::{t}",
    "_contained_in": "{v} <@ {x}::{t}",
    "_has_key": "{v} ? {x}",
    "_ancestor": "{v} @> {x}::{t}",
    "_descendant": "{v} <@ {x}::{t}",
    "_matches": "{v} ~ {x}::lquery",
    "_matches_fulltext": "{v} @ {x}::ltxtquery",
}


class Judge:
    """A connection on a thread of its own, so that the interpreter stays plain synchronous code."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="judge", daemon=True)
        self._thread.start()
        self._connection = self._wait(asyncpg.connect(url, server_settings=_SESSION))
        self._tests: dict[tuple[str, str, str], dict[str, bool | None]] = {}
        self._ranks: dict[tuple[str, frozenset[str]], dict[str, int]] = {}
        self._folds: dict[tuple[str, str, bool, tuple[Sequence[str | None], ...]], tuple[str, str | None, str]] = {}

    def close(self) -> None:
        self._wait(self._connection.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def test(self, operator: str, type_: str, value: str, operand: str, among: Iterable[str] = ()) -> bool | None:
        """`value operator operand`; `among` are values that will be asked for next."""
        known = self._tests.setdefault((operator, type_, operand), {})
        if value not in known:
            expression = _TESTS[operator].format(v=f"t::{type_}", x="$2::text", t=type_)
            if type_.endswith('"citext"') and operator in ("_like", "_ilike", "_regex", "_iregex"):
                expression += "::public.citext"
            values = list({value, *among})
            rows = self._ask(f"select t, ({expression}) from unnest($1::text[]) t", values, operand)
            known.update((row[0], row[1]) for row in rows)
        return known[value]

    def ranks(self, type_: str, values: Iterable[str]) -> Mapping[str, int]:
        """The place of each value in the order of its type; equal values have equal ranks."""
        wanted = frozenset(values)
        found = self._ranks.get((type_, wanted))
        if found is None:
            rows = self._ask(
                f"select t, dense_rank() over (order by t::{type_}) from unnest($1::text[]) t", list(wanted)
            )
            found = self._ranks[type_, wanted] = {row[0]: row[1] for row in rows}
        return found

    def fold(
        self, function: str, type_: str, columns: Sequence[Sequence[str | None]], distinct: bool = False
    ) -> tuple[str, str | None, str]:
        """An aggregate function over values that somebody else has chosen: as JSON, as text, and the result's type."""
        key = (function, type_, distinct, tuple(tuple(column) for column in columns))
        found = self._folds.get(key)
        if found is None:
            names = [f"v{number}" for number in range(len(columns))]
            arrays = ", ".join(f"${number + 1}::text[]" for number in range(len(columns)))
            call = f"{function}({'distinct ' if distinct else ''}{', '.join(f'{name}::{type_}' for name in names)})"
            row = self._ask(
                "select coalesce(to_json(r)::text, 'null'), r::text, "
                "(select format('%I.%I', typnamespace::regnamespace, typname) from pg_type where oid = pg_typeof(r)) "
                f"from (select {call} as r from unnest({arrays}) as x({', '.join(names)})) f",
                *[list(column) for column in columns],
            )[0]
            found = self._folds[key] = (row[0], row[1], row[2])
        return found

    def _ask(self, sql: str, *values: object) -> list[Any]:
        return list(self._wait(self._connection.fetch(sql, *values)))

    def _wait(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(_awaited(coroutine), self._loop).result(timeout=60)


async def _awaited(awaitable: Any) -> Any:
    return await awaitable
