"""Requests in flight: one whose client goes away, whose deadline passes or whose token is revoked is cancelled, and its
SQL with it.
"""

from __future__ import annotations

import asyncio

from starlette.types import Receive

from gateway.identity.revocation import Covers
from gateway.pipeline import EXPIRED
from narthex.principal import Principal

_WATCH_AFTER_S = 0.05


class Flight:
    """One request that is being answered, and the task that does so."""

    def __init__(self, receive: Receive, principal: Principal) -> None:
        self.receive = receive
        self.principal = principal
        self.task = asyncio.current_task()
        self.deadline: float | None = None
        self.expired = False
        self.abandoned = False
        self.revoked = False
        self.watcher: asyncio.Task[None] | None = None

    async def watch(self) -> None:
        """Cancel the task when the client goes away."""
        while (await self.receive())["type"] != "http.disconnect":
            pass
        self.abandoned = True
        if self.task is not None:
            self.task.cancel()


class Flights:
    """The requests that are being answered. Only those that take a while are watched: it costs much of a point read."""

    def __init__(self, deadline_s: float) -> None:
        self._deadline_s = deadline_s
        self._flights: set[Flight] = set()
        self._sweeping = False

    def begin(self, receive: Receive, principal: Principal) -> Flight:
        flight = Flight(receive, principal)
        self._flights.add(flight)
        if not self._sweeping:
            self._sweeping = True
            asyncio.get_running_loop().call_later(_WATCH_AFTER_S, self._sweep)
        return flight

    def end(self, flight: Flight) -> None:
        self._flights.discard(flight)
        if flight.watcher is not None:
            flight.watcher.cancel()

    def end_revoked(self, covers: Covers) -> None:
        """Cancel what runs for those who are no longer welcome."""
        for flight in self._flights:
            if not flight.revoked and flight.task is not None and covers(flight.principal):
                flight.revoked = True
                flight.task.cancel()

    def _sweep(self) -> None:
        """Watch what was there at the last sweep already, and end what has been there for too long."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        for flight in self._flights:
            if flight.deadline is None:
                flight.deadline = now + self._deadline_s
            elif flight.watcher is None:
                flight.watcher = asyncio.create_task(flight.watch())
            elif now > flight.deadline and not flight.expired and flight.task is not None:
                flight.expired = True
                flight.task.cancel(EXPIRED)
        self._sweeping = bool(self._flights)
        if self._sweeping:
            loop.call_later(_WATCH_AFTER_S, self._sweep)
