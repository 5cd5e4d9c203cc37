"""The one connection of the control role that a process keeps to itself: for LISTEN, and for small reads that must not
queue behind others in a pool.

A connection that was lost is opened again, with all its channels, at the next read. Refuses with UNAVAILABLE where the
database does not answer in time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg

from narthex.errors import Code, Refusal

if TYPE_CHECKING:
    from gateway.database.setup import Connection

_PATIENCE_S = 1.0
_SESSION = {"application_name": "narthex listen", "search_path": "pg_catalog, pg_temp", "jit": "off"}
UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server has ended the session and has not hung up yet
)


class Standing:
    """Opened by its first use; `close` ends it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None
        self._channels: dict[str, Callable[[], None]] = {}
        self._turn = asyncio.Lock()

    async def listen(self, channel: str, heard: Callable[[], None]) -> None:
        """Call `heard` whenever somebody notifies the channel, on this and on every later connection."""
        async with self._used() as connection:
            await connection.add_listener(channel, lambda *_: heard())
            self._channels[channel] = heard

    async def fetch(self, query: str, *values: object) -> list[asyncpg.Record]:
        async with self._used() as connection:
            return await connection.fetch(query, *values)

    async def fetchrow(self, query: str, *values: object) -> asyncpg.Record | None:
        async with self._used() as connection:
            return await connection.fetchrow(query, *values)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    @asynccontextmanager
    async def _used(self) -> AsyncIterator[Connection]:
        """The connection, one user at a time. A user that fails or is cancelled ends it: nobody knows its state."""
        async with self._turn:
            done = False
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    yield await self._open()
                done = True
            except UNREACHABLE as error:
                raise Refusal(Code.UNAVAILABLE, "The control database cannot be read now.") from error
            finally:
                if not done:
                    self.close()

    async def _open(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._url, server_settings=_SESSION)
            for channel, heard in self._channels.items():
                await self._connection.add_listener(channel, lambda *_, heard=heard: heard())
        return self._connection
