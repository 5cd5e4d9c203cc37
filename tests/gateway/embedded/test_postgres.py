"""The server as callers see it: reachable, closed to others, kept across restarts, refused with a reason."""

import asyncio
import os
import re
import socket
import stat
import subprocess
from pathlib import Path

import asyncpg
import psutil
import pytest

from gateway.embedded import postgres
from gateway.embedded.account import server_account
from gateway.embedded.binaries import postgres_binaries
from gateway.embedded.errors import EmbeddedError, FolderInUse
from gateway.embedded.postgres import EmbeddedPostgres
from tests.gateway.embedded.conftest import eventually, servers_of


async def _value(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_it_answers_over_tcp_and_socket_and_leaves_nothing(data_dir: Path) -> None:
    server = await EmbeddedPostgres.start(data_dir)
    assert server.running
    assert await _value(server.dsn(), "SHOW wal_level") == "logical"
    assert await _value(server.dsn(), "SHOW fsync") == "on"
    assert await _value(server.dsn(via_socket=True), "SELECT inet_client_addr() IS NULL")
    assert await _value(server.dsn(), "SELECT host(inet_server_addr())") == "127.0.0.1"
    assert servers_of(data_dir)
    await server.stop()
    assert not server.running
    assert servers_of(data_dir) == []
    await server.stop()


async def test_nobody_gets_in_without_the_password(data_dir: Path) -> None:
    server = await EmbeddedPostgres.start(data_dir)
    try:
        for via_socket in (False, True):
            with pytest.raises(asyncpg.InvalidPasswordError):
                await asyncpg.connect(
                    server.dsn(user=server.superuser, password="guess", via_socket=via_socket)
                )
        listening = {
            c.laddr.ip for c in psutil.Process(server.pid).net_connections("inet") if c.status == "LISTEN"
        }
        assert listening == {"127.0.0.1"}
    finally:
        await server.stop()


async def test_files_are_closed_and_the_parent_is_untouched(data_dir: Path) -> None:
    data_dir.mkdir(mode=0o755)
    nested = data_dir / "project" / ".narthex"
    nested.parent.mkdir(mode=0o751)
    before = {folder: folder.stat() for folder in (data_dir, nested.parent)}
    server = await EmbeddedPostgres.start(nested)
    try:
        assert _mode(nested / "postgres" / "data") == 0o700
        assert _mode(server.socket_dir) == 0o700
        for name in ("password", "server.json", "postgres.log", "lock"):
            assert _mode(nested / "postgres" / name) == 0o600
        assert (nested / "postgres" / "password").stat().st_uid == os.geteuid()
        assert not (nested / "postgres" / "initdb.password").exists()
        for folder, then in before.items():
            now = folder.stat()
            assert (now.st_mode, now.st_uid, now.st_gid) == (then.st_mode, then.st_uid, then.st_gid)
    finally:
        await server.stop()


async def test_it_never_runs_as_root(data_dir: Path) -> None:
    server = await EmbeddedPostgres.start(data_dir)
    try:
        for process in servers_of(data_dir):
            assert 0 not in process.uids()
            assert process.uids().effective == server_account().uid
            assert process.gids().effective == server_account().gid
        # Postgres is not in the gateway's group of processes: Ctrl-C reaches it only through the gateway.
        assert os.getpgid(server.pid) != os.getpgid(0)
        groups = Path(f"/proc/{server.pid}/status").read_text()
        if server_account().drops:
            assert re.search(r"^Groups:\s*$", groups, re.MULTILINE)
    finally:
        await server.stop()


async def test_data_and_port_stay_across_restarts(data_dir: Path) -> None:
    first = await EmbeddedPostgres.start(data_dir)
    await _value(first.dsn(), "CREATE TABLE kept AS SELECT 7 AS n")
    await first.stop()
    second = await EmbeddedPostgres.start(data_dir)
    try:
        assert await _value(second.dsn(), "SELECT n FROM kept") == 7
        assert (second.port, second.password) == (first.port, first.password)
    finally:
        await second.stop()


async def test_a_second_gateway_on_the_folder_is_refused(data_dir: Path) -> None:
    server = await EmbeddedPostgres.start(data_dir)
    try:
        with pytest.raises(FolderInUse, match=rf"{re.escape(str(data_dir))} is in use .*pid {os.getpid()}"):
            await EmbeddedPostgres.start(data_dir)
        assert await _value(server.dsn(), "SELECT 1") == 1
    finally:
        await server.stop()


async def test_data_of_another_version_is_refused(data_dir: Path) -> None:
    await (await EmbeddedPostgres.start(data_dir)).stop()
    version = data_dir / "postgres" / "data" / "PG_VERSION"
    major = version.read_text().strip()
    version.write_text("12\n")
    with pytest.raises(EmbeddedError, match=f"made by Postgres 12, and Postgres {major} is installed"):
        await EmbeddedPostgres.start(data_dir)
    version.write_text(f"{major}\n")
    await (await EmbeddedPostgres.start(data_dir)).stop()


async def test_data_without_its_password_is_refused(data_dir: Path) -> None:
    await (await EmbeddedPostgres.start(data_dir)).stop()
    (data_dir / "postgres" / "password").unlink()
    with pytest.raises(EmbeddedError, match="password is missing"):
        await EmbeddedPostgres.start(data_dir)


async def test_half_made_data_is_made_again(data_dir: Path) -> None:
    fresh = data_dir / "postgres" / "data.new"
    fresh.mkdir(parents=True)
    for folder in (data_dir, fresh.parent):
        folder.chmod(0o711)
    (fresh / "PG_VERSION").write_text("18\n")
    server = await EmbeddedPostgres.start(data_dir)
    assert not fresh.exists()
    await server.stop()


async def test_a_server_that_cannot_start_says_why_and_leaves_nothing(data_dir: Path) -> None:
    with pytest.raises(EmbeddedError, match="shared_buffers"):
        await EmbeddedPostgres.start(data_dir, settings={"shared_buffers": "plenty"})
    assert servers_of(data_dir) == []
    await (await EmbeddedPostgres.start(data_dir)).stop()


@pytest.mark.parametrize("after_initdb", [False, True])
async def test_a_start_that_is_cancelled_leaves_nothing(data_dir: Path, after_initdb: bool) -> None:
    if after_initdb:
        await (await EmbeddedPostgres.start(data_dir)).stop()
    start = asyncio.create_task(EmbeddedPostgres.start(data_dir))
    while not servers_of(data_dir):
        await asyncio.sleep(0)
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    # What initdb has started is killed with it, but the kernel takes its moment.
    assert eventually(lambda: servers_of(data_dir) == [], 5)
    await (await EmbeddedPostgres.start(data_dir)).stop()


async def test_a_port_taken_at_the_last_moment_costs_one_more_try(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose = postgres._free_port
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        taken = stranger.getsockname()[1]
        offers = iter([taken])
        monkeypatch.setattr(postgres, "_free_port", lambda preferred: next(offers, None) or choose(preferred))
        server = await EmbeddedPostgres.start(data_dir)
        try:
            assert server.port != taken
            assert await _value(server.dsn(), "SELECT 1") == 1
        finally:
            await server.stop()


async def test_a_path_too_long_for_a_socket_gets_a_short_one(data_dir: Path) -> None:
    deep = data_dir / ("a" * 60) / ("b" * 60)
    server = await EmbeddedPostgres.start(deep)
    try:
        assert not server.socket_dir.is_relative_to(data_dir)
        assert _mode(server.socket_dir) == 0o700
        assert await _value(server.dsn(via_socket=True), "SELECT 1") == 1
    finally:
        await server.stop()
    assert not server.socket_dir.exists()


def test_the_wheel_names_the_version_of_its_server() -> None:
    binaries = postgres_binaries(server_account())
    printed = subprocess.run(
        [binaries.program("postgres"), "--version"], capture_output=True, text=True, check=True
    )
    assert re.search(rf"PostgreSQL\) {binaries.major}\.", printed.stdout)
