"""Hundreds of changes of policies and tables under load: callers notice only the change, and nothing piles up."""

import asyncio
import gc
import time
import weakref
from itertools import cycle
from pathlib import Path
from statistics import median

import aiohttp
import asyncpg
import pytest

from gateway.database.connections import open_data_reads
from gateway.loading import Loader
from gateway.server import control_schema
from narthex.settings import load_settings
from tests.conftest import DatabaseMaker
from tests.lane import MUSIC
from tests.places import Measured
from tests.soak.crowd import Crowd
from tests.soak.database import connected, connections, urls_of
from tests.soak.figures import Figures, scaled

pytestmark = pytest.mark.soak

CHANGES = 200
"""Of policies, and as many of tables."""
SOON_S = 2.0
_PATIENCE_S = 20.0
_ON_TIME = 0.99
GROWTH = 0.05
_SAMPLE_EVERY = 5
_QUERIES = (
    "{ track(limit: 20, order_by: {track_id: asc}) { name album { title } } }",
    "{ genre { genre_id name } }",
    "{ __schema { queryType { name } } me { role } }",
    '{ catalog(search: "track") { entries { coordinate } } }',
)
_OPEN = 'employee @auth(roles: ["agent"], on: [SELECT], columns: ["employee_id", "title"])'
_EMPLOYEES = "{ employee(limit: 1) { title } }"
# Each step with what can be asked from then on, and what cannot any more.
_STEPS = (
    ("CREATE TABLE soak_label (label_id int PRIMARY KEY, name text)", "{ soak_label { name } }", None),
    ("ALTER TABLE soak_label RENAME name TO title", "{ soak_label { title } }", "{ soak_label { name } }"),
    ("ALTER TABLE genre ADD soak_label_id int REFERENCES soak_label", "{ genre { soak_label { title } } }", None),
    ("ALTER TABLE genre DROP soak_label_id", None, "{ genre { soak_label_id } }"),
    ("DROP TABLE soak_label", None, "{ soak_label { title } }"),
)


class Watcher:
    """Asks until something can be asked, or cannot."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, f"{url}/graphql"
        self.seconds: list[float] = []

    async def until(self, token: str, *, seen: str | None = None, unseen: str | None = None) -> None:
        began = time.monotonic()
        while (seen and not await self._valid(token, seen)) or (unseen and await self._valid(token, unseen)):
            assert time.monotonic() - began < _PATIENCE_S, (seen, unseen)
            await asyncio.sleep(0.02)
        self.seconds.append(time.monotonic() - began)

    async def _valid(self, token: str, query: str) -> bool:
        headers = {"authorization": f"Bearer {token}"}
        async with self._session.post(self._url, json={"query": query}, headers=headers) as response:
            return "errors" not in await response.json()

    def told(self) -> str:
        late = sum(each > SOON_S for each in self.seconds)
        return (
            f"seen after {median(self.seconds):.2f} s (at most {max(self.seconds):.2f} s, {late} beyond {SOON_S:g} s)"
        )


class Gauge:
    """Memory, sockets and connections of a gateway, again and again."""

    def __init__(self, gateway: Measured) -> None:
        self._gateway = gateway
        self.rss: list[float] = []
        self.files: list[int] = []
        self.connections: list[int] = []

    async def read(self, database: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.rss.append(self._gateway.rss_mb())
        self.files.append(self._gateway.process.num_fds())
        self.connections.append(sum((await connections(database)).values()))

    def growth(self) -> tuple[float, float]:
        """Memory after the first third and at the end, each the median of several readings."""
        some = max(1, len(self.rss) // 4)
        start = len(self.rss) // 3
        return median(self.rss[start : start + some]), median(self.rss[-some:])


async def test_changes_under_load(gateway: Measured, figures: Figures) -> None:
    agent, admin = (gateway.token("--ttl", "6h", role=role) for role in ("agent", "admin"))
    policy, steps, gauge = gateway.project / "policies" / "soak.policy", cycle(_STEPS), Gauge(gateway)
    urls, changes = urls_of(gateway.data_dir), scaled(CHANGES, 10)
    crowd = Crowd(gateway.url, [(token, query) for token in (agent, admin) for query in _QUERIES])
    began = time.monotonic()
    async with (
        connected(urls.migrator) as migrator,
        aiohttp.ClientSession() as session,
        crowd.asking(),
    ):
        edits, alterations = Watcher(session, gateway.url), Watcher(session, gateway.url)
        for number in range(changes):
            opened = number % 2 == 0
            policy.write_text(f"# {number}\n{_OPEN if opened else ''}\n", encoding="utf-8")
            await edits.until(agent, **{"seen" if opened else "unseen": _EMPLOYEES})
            statement, seen, unseen = next(steps)
            await migrator.execute(statement)
            await alterations.until(admin, seen=seen, unseen=unseen)
            if number % _SAMPLE_EVERY == 0:
                await gauge.read(migrator)
    seconds = time.monotonic() - began
    before, after = gauge.growth()
    growth = after / before - 1
    figures.add(
        "reload",
        f"{changes} policy edits, {edits.told()}, and {changes} changes of tables, {alterations.told()}, in "
        f"{seconds:.0f} s; {crowd.answered:,} requests meanwhile, {crowd.failed.total()} failed, "
        f"the slowest answered after {crowd.slowest_s * 1000:.0f} ms",
    )
    figures.add(
        "what reloads leave",
        f"RSS {before:.0f} MB after a third, {after:.0f} MB at the end ({growth:+.1%}); "
        f"database connections {gauge.connections[0]} to {max(gauge.connections)}, "
        f"open files {gauge.files[0]} to {max(gauge.files)}",
    )
    figures.add("memory, every few changes", " ".join(f"{each:.0f}" for each in gauge.rss) + " MB")
    assert not crowd.failed, crowd.failed.most_common(5)
    for watcher in (edits, alterations):
        assert sum(each <= SOON_S for each in watcher.seconds) >= _ON_TIME * changes
    assert max(gauge.connections) <= _most_connections(gateway.project)
    assert gauge.files[-1] <= max(gauge.files[: len(gauge.files) // 2 + 1]) + 5
    assert growth < GROWTH


def _most_connections(project: Path) -> int:
    """Both pools, and the one that listens."""
    database = load_settings(project).database
    return database.pool + database.control_pool + 1


async def test_snapshots_are_released(database_from: DatabaseMaker, tmp_path: Path, figures: Figures) -> None:
    url, changes = await database_from(*MUSIC), scaled(CHANGES, 10)
    (tmp_path / "policies").mkdir()
    settings = load_settings(tmp_path)
    pool = await open_data_reads(url, settings)
    try:
        loader = Loader(settings, tmp_path, pool, control_schema())
        seen = weakref.WeakSet([await loader.load()])
        async with connected(url) as database:
            alive, versions = [len(seen)], {loader.snapshot.version}
            for number in range(changes):
                await database.execute(f"COMMENT ON TABLE genre IS 'Edition {number}.'")
                seen.add(await loader.load())
                versions.add(loader.snapshot.version)
                if number % 10 == 9:
                    gc.collect()
                    alive.append(len(seen))
    finally:
        pool.terminate()
    figures.add("snapshots", f"{changes} loaded one after another, {max(alive)} alive at most after a collection")
    assert len(versions) == changes + 1
    assert max(alive) <= 2
