"""A server that ends a session says so first and hangs up later: what runs in between finds it away, and goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gateway.database.connections import open_control
from gateway.identity.keys import load_keys_from
from narthex.errors import Code, Refusal
from narthex.settings import Settings
from tests.gateway.conftest import PrepareDatabase, PreparedUrls, connected
from tests.gateway.served import SHELF, Served, serving

_HANGS_UP_AFTER_S = 0.6
_QUERY = "{book(limit: 1) {id}}"
_END_ALL = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE datname = current_database() AND application_name LIKE 'narthex %'"
)


@asynccontextmanager
async def slow_to_hang_up(urls: PreparedUrls) -> AsyncIterator[PreparedUrls]:
    """The same database behind a line on which the end of a connection takes a while to arrive."""
    target, lines = urlsplit(urls.admin), set[asyncio.Task[None]]()

    async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter, delay: float) -> None:
        try:
            while data := await source.read(65_536):
                sink.write(data)
            await asyncio.sleep(delay)
        except OSError:
            pass
        finally:
            sink.close()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(target.hostname, target.port)
        lines.add(asyncio.create_task(copy(reader, there[1], 0)))
        lines.add(asyncio.create_task(copy(there[0], writer, _HANGS_UP_AFTER_S)))

    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    own = {name: getattr(urls, name).replace(f":{target.port}/", f":{port}/") for name in ("data", "control")}
    try:
        yield replace(urls, **own)
    finally:
        server.close()
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)


async def _end_sessions(served: Served) -> None:
    await served.admin(_END_ALL)
    await asyncio.sleep(0.2)


async def test_a_read_is_told_to_come_again_and_no_record_is_missing(
    prepared_database: PrepareDatabase, tmp_path: Path
) -> None:
    async with (
        slow_to_hang_up(await prepared_database(SHELF)) as urls,
        serving(urls, tmp_path) as served,
    ):
        assert (await served.run(_QUERY)).outcome() == "OK"
        await served.records()
        await _end_sessions(served)
        assert (await served.run(_QUERY)).outcome() == Code.UNAVAILABLE
        await asyncio.sleep(_HANGS_UP_AFTER_S + 0.2)
        assert (await served.run(_QUERY)).outcome() == "OK"
        assert served.auditor.failures
        assert [record["seq"] for record in await served.records()] == [1, 2, 3]


async def test_keys_are_read_again_once_the_database_is_back(prepared_database: PrepareDatabase) -> None:
    direct = await prepared_database()
    async with slow_to_hang_up(direct) as urls, connected(direct.admin) as admin:
        pool = await open_control(urls.control, Settings())
        try:
            await load_keys_from(pool)
            await admin.fetchval(_END_ALL)
            await asyncio.sleep(0.2)
            with pytest.raises(Refusal) as refused:
                await load_keys_from(pool)
            assert refused.value.code is Code.UNAVAILABLE
            await asyncio.sleep(_HANGS_UP_AFTER_S)
            await load_keys_from(pool)
        finally:
            pool.terminate()
