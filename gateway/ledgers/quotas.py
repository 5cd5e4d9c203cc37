"""Durable counters in a table of Narthex's own: quotas always, rates too where several workers share no other store.

One statement takes all that an operation needs, or nothing. Raises UNAVAILABLE where the table cannot be reached: what
cannot be counted must not run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import asyncpg

from gateway.ledgers.counters import Standing, Wanted
from narthex.errors import Code, Refusal

if TYPE_CHECKING:
    from gateway.database.connections import Pool

_COUNT = "select fits, previous, used, elapsed, started from narthex.count_uses($1, $2, $3, $4, $5, $6)"
_CORRECT = (
    "update narthex.usage_window w set used = greatest(0, w.used + n.change) "
    "from unnest($1::bytea[], $2::timestamptz[], $3::bigint[]) n (counter, started, change) "
    "where w.counter = n.counter and w.window_start = n.started"
)
_SWEEP = (
    "with used as (delete from narthex.usage_window where ends_at < now()), "
    "kept as (delete from narthex.idempotency where expires_at < now()) select 1"
)
_MOST = 2**62


class Taken(NamedTuple):
    """An amount that was counted, and the window that counts it."""

    wanted: Wanted
    started: datetime


class Quotas:
    def __init__(self, control: Pool) -> None:
        self._control = control

    async def count(self, wanted: Sequence[Wanted], *, take: bool) -> tuple[list[Standing], list[Taken]]:
        """How full the counters are, and what was taken: all of it, or nothing where one amount does not fit."""
        if not wanted:
            return [], []
        with reached():
            rows = await self._control.fetch(
                _COUNT,
                [one.counter for one in wanted],
                [min(one.amount, _MOST) for one in wanted],
                [one.limit.limit for one in wanted],
                [one.limit.window_s for one in wanted],
                [not one.limit.durable for one in wanted],
                take,
            )
        standings = [
            Standing(one, row["fits"], row["used"], row["previous"], row["elapsed"])
            for one, row in zip(wanted, rows, strict=True)
        ]
        if not take or not all(standing.fits for standing in standings):
            return standings, []
        return standings, [Taken(one, row["started"]) for one, row in zip(wanted, rows, strict=True)]

    async def correct(self, changes: Sequence[tuple[Taken, int]]) -> None:
        """Count more or less than was taken, in the windows in which it was taken."""
        changed = [(taken, change) for taken, change in changes if change]
        if not changed:
            return
        with reached():
            await self._control.execute(
                _CORRECT,
                [taken.wanted.counter for taken, _ in changed],
                [taken.started for taken, _ in changed],
                [change for _, change in changed],
            )

    async def sweep(self) -> None:
        """Remove windows and answers that no longer count."""
        with reached():
            await self._control.execute(_SWEEP)


@contextmanager
def reached() -> Iterator[None]:
    """The driver's errors as a refusal."""
    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
        raise Refusal(Code.UNAVAILABLE, "The ledgers cannot be reached.", retry_after_s=1) from error
