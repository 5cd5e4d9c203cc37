"""What becomes of the server when its holder ends, in each possible way; read off the process table."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from gateway.embedded.postgres import EmbeddedPostgres
from tests.gateway.embedded.conftest import Holder, eventually, servers_of

Hold = Callable[[Path], Holder]


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _rows(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM kept"))
    finally:
        await connection.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_polite_end_takes_the_server_along(data_dir: Path, hold: Hold, number: signal.Signals) -> None:
    holder = hold(data_dir)
    assert servers_of(data_dir)
    holder.process.send_signal(number)
    assert holder.process.wait(20) == 0
    assert servers_of(data_dir) == []


def test_ctrl_c_reaches_the_server_once_and_it_closes_its_files(data_dir: Path, hold: Hold) -> None:
    holder = hold(data_dir)
    os.killpg(holder.process.pid, signal.SIGINT)
    assert holder.process.wait(20) == 0
    log = (data_dir / "postgres" / "postgres.log").read_text()
    assert log.count("received fast shutdown request") == 1
    assert "database system is shut down" in log


async def test_kill_9_leaves_nothing_and_the_next_start_has_the_data(data_dir: Path, hold: Hold) -> None:
    holder = hold(data_dir)
    await _execute(holder.url, "CREATE TABLE kept (n int); INSERT INTO kept SELECT generate_series(1, 1000)")
    holder.process.kill()
    holder.process.wait()
    assert await asyncio.to_thread(eventually, lambda: servers_of(data_dir) == [])
    server = await EmbeddedPostgres.start(data_dir)
    try:
        assert await _rows(server.dsn()) == 1000
    finally:
        await server.stop()


async def test_a_start_right_after_kill_9_waits_for_the_old_server(data_dir: Path, hold: Hold) -> None:
    for attempt in range(3):
        holder = hold(data_dir)
        await _execute(holder.url, "CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept VALUES (1)")
        holder.process.kill()
        holder.process.wait()
        server = await EmbeddedPostgres.start(data_dir)
        try:
            assert await _rows(server.dsn()) == attempt + 1
        finally:
            await server.stop()


async def test_kill_9_of_holder_and_server_together_recovers(data_dir: Path, hold: Hold) -> None:
    holder = hold(data_dir)
    await _execute(holder.url, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)")
    os.kill(int(str(holder.said["pid"])), signal.SIGKILL)
    holder.process.kill()
    holder.process.wait()
    server = await EmbeddedPostgres.start(data_dir)
    try:
        assert await _rows(server.dsn()) == 1
        assert "not properly shut down" in server.log_path.read_text()
    finally:
        await server.stop()


async def test_kill_9_while_the_data_is_made_leaves_nothing(
    data_dir: Path, start_holder: Callable[[Path], subprocess.Popen[str]]
) -> None:
    holder = start_holder(data_dir)
    assert await asyncio.to_thread(
        eventually, lambda: (data_dir / "postgres" / "data.new" / "PG_VERSION").exists()
    )
    holder.kill()
    holder.wait()
    assert await asyncio.to_thread(eventually, lambda: servers_of(data_dir) == [])
    await (await EmbeddedPostgres.start(data_dir)).stop()


def test_the_second_of_two_gateways_names_the_first(data_dir: Path, hold: Hold) -> None:
    first = hold(data_dir)
    second = hold(data_dir)
    refusal = str(second.said["refused"])
    assert str(data_dir) in refusal
    assert f"pid {first.process.pid}" in refusal
    assert second.process.wait(20) == 1
    assert first.process.poll() is None
    assert servers_of(data_dir)


async def test_kill_9_leaves_no_socket_folder_once_started_again(data_dir: Path, hold: Hold) -> None:
    deep = data_dir / ("a" * 60) / ("b" * 60)
    holder = hold(deep)
    old = Path(str(holder.said["socket_dir"]))
    assert old.exists()
    holder.process.kill()
    holder.process.wait()
    server = await EmbeddedPostgres.start(deep)
    await server.stop()
    assert not old.exists()
