"""The sessions that requests run their statements in: a few, opened when needed, the one used last given out first.

The driver's own pool spends a task, two timers and a queue on every use, a third of what a point read costs. This one
takes a session from a list and puts it back. A session is given out again only as clean as it came: one whose use was
cut short is cleaned beside the requests, and one that is still in a transaction, or does not come clean, is ended.
Raises what the driver raises; those who wait for a session get it in their order.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TYPE_CHECKING

import asyncpg

if TYPE_CHECKING:
    # The driver's classes are generic for the type checker only.
    Session = asyncpg.Connection[asyncpg.Record]

_CLEANING_S = 1.0
"""Told to stop before it has begun, a server goes on. It ends the statement when nobody is connected."""
_UNUSED_S = 300.0
_USES = 1_000_000
"""A backend grows with what it has prepared; replacing it now and then gives that back."""


class SessionPool:
    """At most `most` sessions, made by `connect`. Of those that nobody needs for minutes, `least` stay open.

        async with pool.acquire() as session, session.transaction(): …

    Leaving the block gives the session back, whatever it is left by.
    """

    def __init__(self, connect: Callable[[], Awaitable[Session]], least: int, most: int, uses: int = _USES) -> None:
        self._connect = connect
        self._least = least
        self._uses = uses
        self._places = most
        """Sessions that may be opened beside those that are."""
        self._used: dict[Session, int] = {}
        """All open sessions, and how often each was given out."""
        self._idle: list[Session] = []
        self._waiting: deque[asyncio.Future[Session | None]] = deque()
        self._cleaning: set[asyncio.Task[None]] = set()
        self._closed = False
        self._untouched = 0
        """Sessions at the bottom of `_idle` that nobody has needed since the last sweep."""
        self._sweeping = asyncio.get_running_loop().call_later(_UNUSED_S, self._sweep)

    def acquire(self) -> _Use:
        """A session for the length of an `async with` block."""
        return _Use(self)

    async def take(self) -> Session:
        """A session that is open, as far as anybody knows."""
        while self._idle:
            session = self._idle.pop()
            if len(self._idle) < self._untouched:
                self._untouched = len(self._idle)
            if not session.is_closed():
                return session
            self._forget(session)
        if self._closed:
            raise asyncpg.InterfaceError("the pool is closed")
        if self._places:
            self._places -= 1
            return await self._open()
        turn: asyncio.Future[Session | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            passed = await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._pass_on(turn.result())
            raise
        return passed if passed is not None else await self._open()

    def give_back(self, session: Session, error: BaseException | None = None) -> None:
        """Take a session back, whose use ended with `error`. Afterwards it is somebody else's."""
        if session not in self._used:  # it was cut with the pool
            return
        self._used[session] = used = self._used[session] + 1
        if session.is_closed() or session.is_in_transaction() or used >= self._uses:
            self._end(session)
        elif error is None or _leaves_clean(error):
            self._pass_on(session)
        else:
            cleaning = asyncio.get_running_loop().create_task(self._clean(session))
            self._cleaning.add(cleaning)
            cleaning.add_done_callback(self._cleaning.discard)

    def get_size(self) -> int:
        return len(self._used)

    def get_idle_size(self) -> int:
        return len(self._idle)

    def terminate(self) -> None:
        """Cut all sessions, those in use as well. Whoever waits for one is refused."""
        self._closed = True
        self._sweeping.cancel()
        for cleaning in self._cleaning:
            cleaning.cancel()
        for session in self._used:
            session.terminate()
        self._used.clear()
        self._idle.clear()
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(asyncpg.InterfaceError("the pool is closed"))

    async def __aenter__(self) -> SessionPool:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.terminate()

    async def fill(self) -> None:
        """Open the `least` sessions, so that a server that cannot be reached is known at once."""
        for session in [await self.take() for _ in range(self._least)]:
            self._pass_on(session)

    async def _open(self) -> Session:
        """A new session, by whoever has a place for it."""
        try:
            session = await self._connect()
        except BaseException:
            self._pass_on(None)
            raise
        if self._closed:
            session.terminate()
            raise asyncpg.InterfaceError("the pool is closed")
        self._used[session] = 0
        return session

    def _pass_on(self, session: Session | None) -> None:
        """To whoever waits longest, else to the others: a session, or the place for one."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(session)
                return
        if session is None:
            self._places += 1
        else:
            self._idle.append(session)

    def _end(self, session: Session) -> None:
        session.terminate()
        del self._used[session]
        self._pass_on(None)

    def _forget(self, session: Session) -> None:
        del self._used[session]
        self._places += 1

    async def _clean(self, session: Session) -> None:
        """The driver waits until the server has stopped, rolls back what is open, and resets the rest."""
        try:
            await session.reset(timeout=_CLEANING_S)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
            self._end(session)
        else:
            self.give_back(session)

    def _sweep(self) -> None:
        for _ in range(min(self._untouched, len(self._used) - self._least)):
            self._end(self._idle.pop(0))
        self._untouched = len(self._idle)
        self._sweeping = asyncio.get_running_loop().call_later(_UNUSED_S, self._sweep)


def _leaves_clean(error: BaseException) -> bool:
    """Whether the server has refused a statement and waits for the next, as far as the error tells."""
    return isinstance(error, asyncpg.PostgresError) and not isinstance(error, asyncpg.OperatorInterventionError)


class _Use:
    """One use of a session."""

    __slots__ = ("_pool", "_session")

    def __init__(self, pool: SessionPool) -> None:
        self._pool = pool

    async def __aenter__(self) -> Session:
        self._session = await self._pool.take()
        return self._session

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.give_back(self._session, error)
