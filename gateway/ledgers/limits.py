"""Rate limits by sliding windows: in this process, or in Redis or Valkey, which all workers share.

All limits of an operation are taken or none. Raises UNAVAILABLE where the store cannot be reached: what cannot be
counted must not run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage, SlidingWindowCounterSupport
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.asyncio import BlockingConnectionPool

from gateway.ledgers.counters import Standing, Wanted, unused
from narthex.errors import Code, Refusal

_TIMEOUT_S = 2.0
_CONNECTIONS = 50
_PREFIX = "narthex"


class Rates:
    """Counters of the library `limits`. `url` is that of a Redis or Valkey; None keeps them in this process."""

    def __init__(self, url: str | None = None) -> None:
        self._pool: BlockingConnectionPool | None = None
        if url is None:
            self._storage: MemoryStorage | RedisStorage = MemoryStorage()
        else:
            # One client speaks to both; it knows only the one scheme.
            url = url.replace("valkey", "redis", 1)
            self._pool = BlockingConnectionPool.from_url(
                url,
                max_connections=_CONNECTIONS,
                timeout=_TIMEOUT_S,
                socket_timeout=_TIMEOUT_S,
                socket_connect_timeout=_TIMEOUT_S,
            )
            self._storage = RedisStorage(
                f"async+{url}",
                wrap_exceptions=True,
                implementation="redispy",
                key_prefix=_PREFIX,
                connection_pool=self._pool,  # type: ignore[arg-type]
            )
        self._limiter = SlidingWindowCounterRateLimiter(self._storage)
        self._turn = asyncio.Lock() if url is None else None
        """In one process operations take their limits one after the other, so that none is refused by a near miss."""

    async def look(self, wanted: Sequence[Wanted]) -> list[Standing]:
        """How full the counters are."""
        return [await self._standing(one) for one in wanted]

    async def take(self, wanted: Sequence[Wanted]) -> list[Standing]:
        """Count all amounts if every one fits, else none, which the standings then tell."""
        if self._turn is None:
            standings = await self.look(wanted)
            return await self._take(wanted) if all(standing.fits for standing in standings) else standings
        async with self._turn:
            return await self._take(wanted)

    async def _take(self, wanted: Sequence[Wanted]) -> list[Standing]:
        """How full the counters are is looked at only where one does not fit."""
        for place, one in enumerate(wanted):
            if not await self._hit(one, one.amount):
                await self.give_back(wanted[:place])
                standings = await self.look(wanted)
                standings[place] = standings[place]._replace(fits=False)
                return standings
        return [unused(one) for one in wanted]

    async def give_back(self, wanted: Sequence[Wanted]) -> None:
        """Take back what was counted for an operation that does not run after all."""
        for one in wanted:
            await self._hit(one, -one.amount)

    async def close(self) -> None:
        """Close the connections to the store."""
        if self._pool is not None:
            await self._pool.aclose()

    async def _hit(self, wanted: Wanted, amount: int) -> bool:
        with _reached():
            return await self._limiter.hit(_item(wanted), wanted.counter.hex(), cost=amount)

    async def _standing(self, wanted: Wanted) -> Standing:
        item, length = _item(wanted), wanted.limit.window_s
        with _reached():
            storage = cast(SlidingWindowCounterSupport, self._storage)
            found = await storage.get_sliding_window(item.key_for(wanted.counter.hex()), length)
        previous, previous_for, used, used_for = found
        # A window counts for its own length and for the one after it.
        elapsed = length - (used_for - length if used else previous_for if previous else length)
        standing = Standing(wanted, True, used, previous if previous_for > 0 else 0, min(max(elapsed, 0.0), length))
        return standing._replace(fits=standing.remaining >= wanted.amount)


def _item(wanted: Wanted) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(wanted.limit.limit, wanted.limit.window_s)


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except StorageError as error:
        raise Refusal(Code.UNAVAILABLE, "The store of rate limits cannot be reached.", retry_after_s=1) from error
