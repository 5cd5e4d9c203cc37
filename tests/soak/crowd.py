"""Callers who ask all the time, and what they were answered."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import aiohttp


class Crowd:
    """`answered` counts answers; `failed` has every different one that was not data alone, with its count.

    With `mortal` the gateway may go away, which ends a caller and is no failure.
    """

    def __init__(self, url: str, asks: Sequence[tuple[str, str]], *, mortal: bool = False) -> None:
        self._url, self._asks, self._mortal = f"{url}/graphql", asks, mortal
        self._stopped = False
        self.answered = 0
        self.slowest_s = 0.0
        self.failed: Counter[str] = Counter()

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as session:
            tasks = [asyncio.create_task(self._ask(session, token, query)) for token, query in self._asks]
            try:
                yield
            finally:
                self._stopped = True
                await asyncio.gather(*tasks)

    async def _ask(self, session: aiohttp.ClientSession, token: str, query: str) -> None:
        headers = {"authorization": f"Bearer {token}"}
        gone = (aiohttp.ClientError, OSError) if self._mortal else ()
        with suppress(*gone):
            while not self._stopped:
                began = time.monotonic()
                async with session.post(self._url, json={"query": query}, headers=headers) as response:
                    answer = await response.text()
                self.answered += 1
                self.slowest_s = max(self.slowest_s, time.monotonic() - began)
                if response.status != 200 or "errors" in json.loads(answer):
                    self.failed[f"{response.status} {query} {answer[:500]}"] += 1
