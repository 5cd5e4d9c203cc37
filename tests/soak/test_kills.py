"""A gateway that is killed over and over: nothing stays behind, and the next one has everything that was promised."""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from statistics import median

import asyncpg
import pytest

from tests.gateway.cli.gateways import processes_of
from tests.places import Measured, Place
from tests.soak.crowd import Crowd
from tests.soak.database import Written, connected, urls_of, writers
from tests.soak.figures import Figures, scaled

pytestmark = pytest.mark.soak

ROUNDS = 50
_LONGEST_LIFE_S = 2.0
_GONE_WITHIN_S = 10.0
# What waits for its group when the gateway dies: 100 ms of it, and what a busy machine adds.
_UNWRITTEN_S = 1.0
_QUERIES = (
    "{ track(limit: 20, order_by: {track_id: asc}) { name album { title } } }",
    "{ genre { name tracks_aggregate { aggregate { count } } } }",
    "{ artist_by_pk(artist_id: 7) { name } }",
)


class Notes:
    """Rows that a client writes while the gateway lives; `kept` are those whose commit was answered."""

    def __init__(self) -> None:
        self.tried = 0
        self.kept: set[int] = set()

    async def write(self, url: str) -> None:
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
            async with connected(url) as database:
                await database.execute("CREATE TABLE IF NOT EXISTS soak_note (n int PRIMARY KEY)")
                while True:
                    self.tried += 1
                    await database.execute("INSERT INTO soak_note VALUES ($1)", self.tried)
                    self.kept.add(self.tried)
                    await asyncio.sleep(0.001)

    async def missing(self, url: str) -> set[int]:
        """Rows that were promised and are not there."""
        async with connected(url) as database:
            if await database.fetchval("SELECT to_regclass('public.soak_note') IS NULL"):
                return self.kept
            return self.kept - {row["n"] for row in await database.fetch("SELECT n FROM soak_note")}


class Lives:
    """One gateway after another in one place. Durations are in seconds."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.notes = Notes()
        self.written: dict[str, Written] = {}
        self.starts: list[float] = []
        self.gone: list[float] = []
        self.unwritten: list[float] = []
        """Of each killed gateway: load whose answers have no record, because it died before their group was written."""
        self.answered = self.without_record = 0

    async def start(self) -> Measured:
        """The next gateway. Everything that the one before it promised is there."""
        began = time.monotonic()
        gateway = await asyncio.to_thread(self.place.start)
        self.starts.append(time.monotonic() - began)
        assert not await self.notes.missing(urls_of(self.place.data_dir).migrator)
        return gateway

    async def check(self, answered: int, lived: float, *, killed: bool) -> None:
        """The audit store after a life with load: one writer more, without a gap, and the others are as they were."""
        async with connected(urls_of(self.place.data_dir).control) as control:
            found = await writers(control)
        assert all(written.whole for written in found.values()), found
        assert self.written.items() <= found.items()
        new = found.keys() - self.written.keys()
        assert len(new) <= 1
        records = sum(found[writer].records for writer in new)
        lost = max(0, answered - records)
        if killed:
            self.unwritten.append(lost / max(answered, 1) * lived)
        else:
            # Those that it did not answer any more have a record too.
            assert answered <= records <= answered + len(_QUERIES)
        self.without_record += lost
        self.answered += answered
        self.written = found

    async def load(self, gateway: Measured, token: str, seconds: float, end: Callable[[], None]) -> tuple[int, float]:
        """Callers and a writer until the gateway is ended under them: answers, and how long it lived."""
        crowd = Crowd(gateway.url, [(token, query) for query in _QUERIES], mortal=True)
        writing = asyncio.create_task(self.notes.write(urls_of(self.place.data_dir).migrator))
        began = time.monotonic()
        async with crowd.asking():
            await asyncio.sleep(seconds)
            lived = time.monotonic() - began
            await self.end(end)
        await writing
        assert not crowd.failed, crowd.failed
        return crowd.answered, lived

    async def end(self, end: Callable[[], None]) -> None:
        """End the gateway; no process that works in this place or names it is left."""
        began = time.monotonic()
        await asyncio.to_thread(end)
        while left := await asyncio.to_thread(processes_of, self.place.data_dir.parent):
            assert time.monotonic() - began < _GONE_WITHIN_S, left
            await asyncio.sleep(0.02)
        self.gone.append(time.monotonic() - began)


async def test_kills(place: Place, figures: Figures) -> None:
    dice, lives, rounds = random.Random(7), Lives(place), scaled(ROUNDS)
    began = time.monotonic()
    gateway = await lives.start()
    token = gateway.token("--ttl", "6h", role="agent")
    for number in range(rounds):
        answered, lived = await lives.load(gateway, token, dice.uniform(0, _LONGEST_LIFE_S), gateway.kill)
        if number % 5 == 4:  # one that dies before it is ready, at whatever it is doing then
            early = place.launch()
            await asyncio.sleep(dice.uniform(0, median(lives.starts)))
            await lives.end(early.kill)
            early.wait()
        gateway = await lives.start()
        await lives.check(answered, lived, killed=True)
    answered, lived = await lives.load(gateway, token, 1, gateway.stop)
    gateway = await lives.start()
    await lives.check(answered, lived, killed=False)
    await lives.end(gateway.stop)

    seconds, early = time.monotonic() - began, rounds // 5
    gone, starts, lost = lives.gone, lives.starts, max(lives.unwritten)
    figures.add(
        "kills",
        f"{rounds} kills under load and {early} during the start, in {seconds:.0f} s; "
        f"nothing left after {median(gone):.2f} s (at most {max(gone):.2f} s); "
        f"ready again after {median(starts):.1f} s (at most {max(starts):.1f} s)",
    )
    figures.add(
        "what outlives a kill",
        f"{len(lives.notes.kept):,} committed rows, none missing; {len(lives.written)} writers, none with a gap; "
        f"of {lives.answered:,} answers {lives.without_record:,} have no record, because their group was not written "
        f"yet (at most {lost * 1000:.0f} ms of load)",
    )
    assert lost < _UNWRITTEN_S
