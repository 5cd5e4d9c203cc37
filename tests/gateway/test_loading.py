"""Loading: what changes in the database or the policies is served soon, at once and whole, or told and left out."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import strawberry
import structlog

from gateway import loading
from gateway.loading import CHANNEL, Loader, control_fields
from gateway.snapshot import Snapshot
from narthex.errors import ProjectError
from narthex.observe import Observation
from tests.gateway.conftest import PrepareDatabase
from tests.gateway.served import CONTROL, POLICY, SHELF, Served, serving


@pytest.fixture
async def own(prepared_database: PrepareDatabase, tmp_path: Path) -> AsyncIterator[Served]:
    """A gateway on a library of the test's own, which it may change."""
    async with serving(await prepared_database(SHELF), tmp_path) as served:
        yield served


@asynccontextmanager
async def watching(served: Served) -> AsyncIterator[list[Snapshot]]:
    """The loader at work; the snapshots that it has made since."""
    loaded: list[Snapshot] = []
    task = asyncio.create_task(served.loader.watch(loaded.append))
    try:
        yield loaded
        assert not task.done(), "the watch goes on for ever"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_POLL_S", 0.05)


async def eventually(condition: Callable[[], bool], seconds: float = 8.0) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, "it never happened"
        await asyncio.sleep(0.02)


async def execute(served: Served, sql: str) -> None:
    connection = await asyncpg.connect(served.urls.admin)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def write_policy(served: Served, text: str) -> None:
    path = served.project / "policies" / "shelf.policy"
    path.write_text(text)
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000))


_FRESH = "CREATE TABLE fresh (id int PRIMARY KEY); GRANT SELECT ON fresh TO narthex_data"


# Noticing


async def test_a_new_table_is_served_within_the_poll(own: Served) -> None:
    async with watching(own) as loaded:
        before = own.loader.snapshot
        assert (await own.ask("{fresh {id}}")).code == "GRAPHQL_VALIDATION_FAILED"
        await execute(own, _FRESH)
        await eventually(lambda: bool(loaded), 3)
        assert (await own.ask("{fresh {id}}")).data == {"fresh": []}
        assert own.loader.snapshot.version != before.version and own.loader.snapshot is loaded[-1]


async def test_a_wake_does_not_wait_for_the_poll(own: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_POLL_S", 3_600)
    async with watching(own) as loaded:
        await asyncio.sleep(0.05)
        await execute(own, _FRESH)
        assert not loaded
        own.loader.wake()
        await eventually(lambda: bool(loaded))


async def test_the_database_wakes_the_loader_by_itself(own: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The event trigger notifies; the server listens (`server._listen`)."""
    monkeypatch.setattr(loading, "_POLL_S", 3_600)
    connection = await asyncpg.connect(own.urls.direct)
    try:
        await connection.add_listener(CHANNEL, lambda *_: own.loader.wake())
        async with watching(own) as loaded:
            await asyncio.sleep(0.05)
            await execute(own, _FRESH)
            await eventually(lambda: bool(loaded))
    finally:
        await connection.close()


@pytest.mark.usefixtures("quickly")
async def test_nothing_is_loaded_where_nothing_changed(own: Served) -> None:
    before = own.loader.snapshot
    async with watching(own) as loaded:
        for _ in range(5):
            await execute(own, "INSERT INTO author (id, name) VALUES (100, 'x'); DELETE FROM author WHERE id = 100")
            own.loader.wake()
            await asyncio.sleep(0.05)
        assert loaded == [] and own.loader.snapshot is before


@pytest.mark.usefixtures("quickly")
async def test_a_policy_that_changes_changes_the_contract(own: Served) -> None:
    async with watching(own) as loaded:
        assert (await own.ask("{author {id}}", token="reader")).code == "GRAPHQL_VALIDATION_FAILED"
        write_policy(own, POLICY + 'author @auth(roles: ["reader"], on: [SELECT])\n')
        await eventually(lambda: bool(loaded))
        assert len((await own.ask("{author {id}}", token="reader")).data["author"]) == 3
        (own.project / "policies" / "shelf.policy").unlink()
        await eventually(lambda: len(loaded) == 2)
        assert (await own.ask("{author {id}}", token="reader")).code == "GRAPHQL_VALIDATION_FAILED"
        (own.project / "policies" / "another.policy").write_text(POLICY)
        await eventually(lambda: len(loaded) == 3)
        assert (await own.ask("{book(limit: 1) {id}}", token="reader")).data == {"book": [{"id": 1}]}


@pytest.mark.usefixtures("quickly")
async def test_what_had_begun_keeps_its_snapshot(own: Served) -> None:
    held = own.loader.snapshot
    envelope = await own.envelope("{book(limit: 1) {id pages}}")
    async with watching(own) as loaded:
        await execute(own, "ALTER TABLE book RENAME COLUMN title TO name")
        await eventually(lambda: bool(loaded))
    assert (await own.pipeline.run(held, envelope, Observation("test"))).refusals == ()
    assert (await own.ask("{book(limit: 1) {name}}")).data == {"book": [{"name": "book 1"}]}


# Refusing


@pytest.mark.usefixtures("quickly")
async def test_a_policy_that_is_wrong_leaves_what_was_in_force_and_is_told_once(own: Served) -> None:
    before = own.loader.snapshot
    with structlog.testing.capture_logs() as logs:
        async with watching(own) as loaded:
            write_policy(own, 'boook @auth(roles: ["reader"])\n')
            await eventually(lambda: own.loader.failure is not None)
            await asyncio.sleep(0.3)
            assert "boook" in (own.loader.failure or "") and own.loader.snapshot is before
            assert (await own.ask("{book(limit: 1) {id}}", token="reader")).data == {"book": [{"id": 1}]}
            write_policy(own, POLICY)
            await eventually(lambda: own.loader.failure is None and bool(loaded))
    assert [log["log_level"] for log in logs if log["event"].startswith("reload failed")] == ["error"]


@pytest.mark.usefixtures("quickly")
async def test_a_database_that_cannot_be_served_is_not_read_again_and_again(
    own: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    def refuse(*_: object) -> None:
        nonlocal tries
        tries += 1
        raise ProjectError("two tables of one name")

    before = own.loader.snapshot
    async with watching(own) as loaded:
        with monkeypatch.context() as patched:
            patched.setattr(Loader, "_make", refuse)
            await execute(own, _FRESH)
            await eventually(lambda: own.loader.failure is not None)
            await asyncio.sleep(0.4)
            assert tries == 1 and own.loader.failure == "two tables of one name" and own.loader.snapshot is before
        await execute(own, "ALTER TABLE fresh ADD COLUMN more int")
        await eventually(lambda: bool(loaded))
        assert own.loader.failure is None and (await own.ask("{fresh {more}}")).data == {"fresh": []}


@pytest.mark.usefixtures("quickly")
@pytest.mark.parametrize("error", [TypeError("unforeseen"), RecursionError("deep"), KeyError("x")])
async def test_a_fault_in_loading_does_not_end_the_watch(
    own: Served, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    async with watching(own) as loaded:
        with monkeypatch.context() as patched:
            patched.setattr(Loader, "_make", fail)
            await execute(own, _FRESH)
            await eventually(lambda: own.loader.failure is not None)
            await asyncio.sleep(0.15)
            assert own.loader.failure == repr(error)
        await execute(own, "ALTER TABLE fresh ADD COLUMN more int")
        await eventually(lambda: bool(loaded))
        assert own.loader.failure is None


@pytest.mark.usefixtures("quickly")
async def test_a_database_that_is_away_is_told_and_forgotten_when_it_is_back(own: Served) -> None:
    name = own.urls.admin.rpartition("/")[2]
    server = await asyncpg.connect(own.urls.admin, database="postgres")
    try:
        async with watching(own) as loaded:
            await server.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
            await server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
            await eventually(lambda: own.loader.failure is not None)
            await server.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')
            await eventually(lambda: own.loader.failure is None)
            assert loaded == []
            await execute(own, _FRESH)
            await eventually(lambda: bool(loaded))
    finally:
        await server.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')
        await server.close()


async def test_the_first_load_says_what_is_wrong(prepared_database: PrepareDatabase, tmp_path: Path) -> None:
    urls = await prepared_database(SHELF)
    with pytest.raises(ProjectError, match="boook"):
        async with serving(urls, tmp_path, policy='boook @auth(roles: ["reader"])\n'):
            pass


# Beside the requests


async def test_requests_are_answered_while_a_load_is_slow(own: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    make, entered, answered = Loader._make, asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def slowly(self: Loader, *arguments: Any) -> Snapshot:
        loop.call_soon_threadsafe(entered.set)
        assert answered.wait(30), "the request waits for the load"
        return make(self, *arguments)

    monkeypatch.setattr(Loader, "_make", slowly)
    await execute(own, _FRESH)
    load = asyncio.create_task(own.loader.load())
    await entered.wait()
    assert (await own.ask("{book(limit: 1) {id}}")).data == {"book": [{"id": 1}]}
    assert not load.done()
    answered.set()
    await load
    assert (await own.ask("{fresh {id}}")).data == {"fresh": []}


async def test_what_the_data_role_may_not_read_is_not_served(own: Served) -> None:
    await execute(own, "REVOKE ALL ON author FROM narthex_data")
    await own.loader.load()
    assert (await own.ask("{author {id}}")).code == "GRAPHQL_VALIDATION_FAILED"
    assert (await own.ask("{book(limit: 1) {id}}")).data == {"book": [{"id": 1}]}


def test_the_control_planes_fields_are_named_by_coordinate() -> None:
    assert set(control_fields(CONTROL)) == {
        f"Query.{name}" for name in ("echo", "explain", "broken", "refusing", "idle")
    }

    @strawberry.type
    class Query:
        @strawberry.field
        def alone(self) -> str:
            return ""

    assert control_fields(strawberry.Schema(query=Query)) == ("Query.alone",)
