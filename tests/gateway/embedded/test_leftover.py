"""Only the server that was recorded is ended: same id, same start, same folder. Strangers live."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.embedded import leftover
from gateway.embedded.account import server_account
from gateway.embedded.binaries import postgres_binaries
from gateway.embedded.errors import EmbeddedError
from gateway.embedded.leftover import ServerRecord
from gateway.embedded.postgres import EmbeddedPostgres
from gateway.embedded.process import identify
from tests.gateway.embedded.conftest import eventually, servers_of


def _under_server_account(command: list[str], cwd: Path) -> subprocess.Popen[bytes]:
    account = server_account()
    drop = {"user": account.uid, "group": account.gid, "extra_groups": []} if account.drops else {}
    return subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **drop)


def _record(data_dir: Path) -> ServerRecord:
    record = ServerRecord.read(data_dir / "postgres" / "server.json")
    assert record is not None
    return record


def _write(data_dir: Path, record: ServerRecord) -> None:
    record.write(data_dir / "postgres" / "server.json")


@pytest.fixture
def innocent() -> Iterator[subprocess.Popen[bytes]]:
    """A process of the server's own account that has nothing to do with Postgres."""
    process = _under_server_account(["sleep", "300"], Path("/"))
    yield process
    process.kill()
    process.wait()


@pytest.fixture
async def orphan(data_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server on the folder that no gateway's death will end."""
    await (await EmbeddedPostgres.start(data_dir)).stop()
    data = data_dir / "postgres" / "data"
    command = [str(postgres_binaries(server_account()).program("postgres")), "-D", str(data)]
    command += [
        "-c",
        "listen_addresses=",
        "-c",
        f"unix_socket_directories={data_dir / 'postgres' / 'socket'}",
    ]
    process = _under_server_account(command, data_dir / "postgres")
    assert eventually(lambda: "ready" in _pid_file(data))
    yield process
    if process.poll() is None:
        process.terminate()
    process.wait()


def _pid_file(data: Path) -> str:
    file = data / "postmaster.pid"
    return file.read_text() if file.exists() else ""


async def test_a_stale_server_is_ended_and_replaced(data_dir: Path, orphan: subprocess.Popen[bytes]) -> None:
    identity = identify(orphan.pid)
    assert identity is not None
    _write(data_dir, replace(_record(data_dir), pid=identity.pid, started=identity.started))
    server = await EmbeddedPostgres.start(data_dir)
    assert orphan.wait(0) is not None
    assert {process.ppid() for process in servers_of(data_dir)} <= {os.getpid(), server.pid}
    await server.stop()


@pytest.mark.parametrize("change", ["none", "start", "folder"])
async def test_a_server_that_is_not_as_recorded_is_refused_by_name(
    data_dir: Path, orphan: subprocess.Popen[bytes], change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftover, "LEAVING_SECONDS", 0.3)
    identity = identify(orphan.pid)
    assert identity is not None
    record = replace(_record(data_dir), pid=identity.pid, started=identity.started)
    if change == "start":
        _write(data_dir, replace(record, started=record.started + "0"))
    elif change == "folder":
        _write(data_dir, replace(record, data="/elsewhere"))
    with pytest.raises(EmbeddedError, match=rf"pid .*\b{orphan.pid}\b"):
        await EmbeddedPostgres.start(data_dir)
    assert orphan.poll() is None


@pytest.mark.parametrize("started", ["as it did", "another time"])
async def test_an_innocent_process_with_the_recorded_id_lives(
    data_dir: Path, innocent: subprocess.Popen[bytes], started: str
) -> None:
    await (await EmbeddedPostgres.start(data_dir)).stop()
    data = data_dir / "postgres" / "data"
    (data / "postmaster.pid").write_text(
        f"{innocent.pid}\n{data}\n1700000000\n5432\n\n127.0.0.1\n\nready   \n"
    )
    identity = identify(innocent.pid)
    assert identity is not None
    named = identity.started if started == "as it did" else "other-boot:1"
    _write(data_dir, replace(_record(data_dir), pid=innocent.pid, started=named))
    server = await EmbeddedPostgres.start(data_dir)
    assert server.running
    await server.stop()
    assert innocent.poll() is None


async def test_the_server_of_another_folder_lives(data_dir: Path) -> None:
    mine, other = data_dir / "mine", data_dir / "other"
    data_dir.mkdir(mode=0o711)
    await (await EmbeddedPostgres.start(mine)).stop()
    neighbour = await EmbeddedPostgres.start(other)
    try:
        _write(mine, replace(_record(other), data=str(mine / "postgres" / "data")))
        server = await EmbeddedPostgres.start(mine)
        assert neighbour.running
        await server.stop()
        assert neighbour.running
    finally:
        await neighbour.stop()


@pytest.mark.parametrize("text", ["", "not json", "[]", '{"pid": "x"}', '{"pid": 1}', "\xff"])
def test_a_record_that_makes_no_sense_vouches_for_nobody(tmp_path: Path, text: str) -> None:
    (tmp_path / "server.json").write_bytes(text.encode("latin-1"))
    assert ServerRecord.read(tmp_path / "server.json") is None
    assert ServerRecord.read(tmp_path / "absent.json") is None


async def test_a_lost_record_stops_nobody_from_starting(data_dir: Path) -> None:
    await (await EmbeddedPostgres.start(data_dir)).stop()
    (data_dir / "postgres" / "server.json").unlink()
    await (await EmbeddedPostgres.start(data_dir)).stop()
