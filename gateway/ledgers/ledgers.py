"""All ledgers of a gateway as admission sees them: looked at without a trace, taken together or not at all, settled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from gateway.ledgers.counters import Standing, Wanted
from gateway.ledgers.idempotency import Answers
from gateway.ledgers.limits import Rates
from gateway.ledgers.quotas import Quotas, Taken
from narthex.errors import Refusal
from policies.admission import Limit

if TYPE_CHECKING:
    from gateway.database.connections import Pool
    from narthex.settings import Settings

_SWEEP_EVERY_S = 60.0


def open_rates(settings: Settings, *, several: bool) -> Rates | None:
    """Where rates are counted: in the store that is set, else in this process, or in Postgres where there are several.

    None is Postgres.
    """
    store = settings.limits.store.get_secret_value() if settings.limits.store is not None else ""
    if store == "postgres" or (several and store in ("", "memory")):
        return None
    return Rates(None if store in ("", "memory") else store)


class Ledgers:
    """`rates` is None where rates are counted in the table of the quotas."""

    def __init__(self, control: Pool, rates: Rates | None, wait_s: float) -> None:
        self._rates = rates
        self._quotas = Quotas(control)
        self.answers = Answers(control, wait_s)
        self._settling: set[asyncio.Task[None]] = set()
        self.failures = 0
        """How often a ledger could not be reached."""

    async def look(self, wanted: Sequence[Wanted]) -> list[Standing]:
        """How full the counters are; nothing is taken."""
        return (await self._both(wanted, take=False))[0]

    async def take(self, wanted: Sequence[Wanted]) -> tuple[list[Standing], list[Taken]]:
        """Take all of it, if all of it fits; what has to be settled.

        How full rates are the standings say only where something does not fit.
        """
        return await self._both(wanted, take=True)

    async def settle(self, taken: Sequence[Taken], used: Callable[[], Mapping[Limit, int]]) -> None:
        """Count what was really used where something else was taken. What cannot be corrected stays as it was taken.

        Whoever is cancelled meanwhile goes; it is counted all the same.
        """
        settling = asyncio.create_task(self._settle(taken, used), name="settle")
        self._settling.add(settling)
        settling.add_done_callback(self._settling.discard)
        await asyncio.shield(settling)

    async def _settle(self, taken: Sequence[Taken], used: Callable[[], Mapping[Limit, int]]) -> None:
        try:
            actual = used()
            limits = [(one, one.wanted.limit, one.wanted.amount) for one in taken]
            await self._quotas.correct(
                [(one, actual[limit] - amount) for one, limit, amount in limits if limit in actual]
            )
        except Refusal:
            self.failures += 1

    async def sweep(self) -> None:
        """Remove what no longer counts, for ever; in the end the connections to a store of rates are closed.

        Several gateways that do it at once are in nobody's way.
        """
        try:
            while True:
                await asyncio.sleep(_SWEEP_EVERY_S)
                try:
                    await self._quotas.sweep()
                except Refusal:
                    self.failures += 1
        finally:
            await self.close()

    def gauges(self) -> dict[str, tuple[str, float]]:
        """What an operator looks at."""
        return {
            "narthex_ledger_failures": ("Times that limits or kept answers could not be reached.", self.failures),
            "narthex_answers_replayed": ("Answers given again to an idempotency key.", self.answers.replayed),
        }

    async def close(self) -> None:
        """Close the connections to a store of rates."""
        if self._rates is not None:
            await self._rates.close()

    async def _both(self, wanted: Sequence[Wanted], *, take: bool) -> tuple[list[Standing], list[Taken]]:
        rates = self._rates
        quick = [one for one in wanted if not one.limit.durable] if rates is not None else []
        stored = [one for one in wanted if one.limit.durable or rates is None]
        try:
            standings: list[Standing] = []
            if rates is not None and quick:
                standings = await (rates.take(quick) if take else rates.look(quick))
            fit = all(standing.fits for standing in standings)
            try:
                counted, taken = await self._quotas.count(stored, take=take and fit)
            except BaseException:
                if take and fit and rates is not None:
                    await rates.give_back(quick)
                raise
            if take and fit and rates is not None and not all(standing.fits for standing in counted):
                await rates.give_back(quick)
            return [*standings, *counted], taken
        except Refusal:
            self.failures += 1
            raise
