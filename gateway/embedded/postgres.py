"""A real Postgres server beside the gateway, for development and tests.

In charge of its folder, its start, its end and how to reach it. Refuses a folder that another gateway uses,
data of another major version, data whose password is lost, and to run anything as root.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from gateway.embedded.account import Account, server_account
from gateway.embedded.binaries import PostgresBinaries, postgres_binaries
from gateway.embedded.errors import EmbeddedError
from gateway.embedded.folders import (
    make_folder,
    prepare_data_dir,
    require_owner,
    require_passable,
    write_private,
)
from gateway.embedded.leftover import ServerRecord, end_leftover_server
from gateway.embedded.lock import FolderLock
from gateway.embedded.process import ProcessIdentity, identify, require_linux, spawn, until

_SUPERUSER = "postgres"
_HOST = "127.0.0.1"
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
_LONGEST_SOCKET_PATH = 107
_LARGEST_LOG = 16 * 1024 * 1024
_START_SECONDS = 120.0
_PORT_TRIES = 5
# Fast shutdown first; then without a checkpoint, which the next start makes up for; then whatever it takes.
_ENDINGS = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 6.0), (signal.SIGKILL, 5.0))


@dataclass(frozen=True)
class _Home:
    """The parts of one server's folder. Only `data` and `socket` belong to the server's account."""

    folder: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def fresh_data(self) -> Path:
        return self.folder / "data.new"

    @property
    def password(self) -> Path:
        return self.folder / "password"

    @property
    def record(self) -> Path:
        return self.folder / "server.json"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"


class EmbeddedPostgres:
    """A running server. It ends with `stop`, or with the process that started it, however that ends.

    The kernel ties it to the thread that calls `start`, so that has to be one that lives as long as the
    server should.
    """

    host: str = _HOST
    superuser: str = _SUPERUSER

    def __init__(
        self,
        home: _Home,
        lock: FolderLock,
        process: subprocess.Popen[bytes],
        record: ServerRecord,
        password: str,
    ) -> None:
        self._home = home
        self._lock = lock
        self._process = process
        self.port = record.port
        self.socket_dir = Path(record.socket_dir)
        self.password = password

    @classmethod
    async def start(cls, data_dir: Path, *, settings: Mapping[str, str] | None = None) -> "EmbeddedPostgres":
        """Start the server that lives in `data_dir`, making its data on first use. `settings`: Postgres's."""
        require_linux()
        account = server_account()
        data_dir = prepare_data_dir(data_dir)
        home = _Home(data_dir / "postgres", account)
        _prepare(home)
        lock = FolderLock.acquire(home.folder / "lock", data_dir)
        try:
            binaries = postgres_binaries(account)
            before = await end_leftover_server(home.record, home.data)
            if before is not None:
                _remove_socket_dir(home, Path(before.socket_dir))
            password = await _ensure_data(home, binaries)
            process, record = await _launch(home, binaries, before.port if before else None, settings or {})
        except BaseException:
            lock.release()
            raise
        return cls(home, lock, process, record, password)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    @property
    def log_path(self) -> Path:
        return self._home.log

    def dsn(
        self,
        database: str = "postgres",
        user: str | None = None,
        password: str | None = None,
        *,
        via_socket: bool = False,
    ) -> str:
        """A connection URL: the superuser's unless a user is named, over TCP unless the socket is wanted."""
        if user is None:
            user, password = self.superuser, self.password
        credentials = quote(user, safe="") + (f":{quote(password, safe='')}" if password is not None else "")
        name = quote(database, safe="")
        if via_socket:
            folder = quote(str(self.socket_dir), safe="/")
            return f"postgresql://{credentials}@/{name}?host={folder}&port={self.port}"
        return f"postgresql://{credentials}@{self.host}:{self.port}/{name}"

    async def stop(self) -> None:
        """End the server and let the folder go. Does nothing the second time."""
        for number, seconds in _ENDINGS:
            if not self.running:
                break
            self._process.send_signal(number)
            if await until(lambda: not self.running, seconds):
                break
        _remove_socket_dir(self._home, self.socket_dir)
        self._lock.release()


def _prepare(home: _Home) -> None:
    make_folder(home.folder, 0o711 if home.account.drops else 0o700)
    require_owner(home.folder, os.geteuid())
    require_passable(home.folder, home.account)


async def _ensure_data(home: _Home, binaries: PostgresBinaries) -> str:
    """The superuser's password, after making the data where there is none."""
    if home.data.is_dir():
        require_owner(home.data, home.account.uid)
        _require_version(home, binaries)
        return _read_password(home)
    shutil.rmtree(home.fresh_data, ignore_errors=True)
    make_folder(home.fresh_data, 0o700, home.account)
    password = secrets.token_urlsafe(24)
    write_private(home.password, password)
    await _initdb(home, binaries, password)
    # Whoever is killed before this line leaves no data, rather than half of it.
    home.fresh_data.rename(home.data)
    return password


def _require_version(home: _Home, binaries: PostgresBinaries) -> None:
    major = (home.data / "PG_VERSION").read_text(encoding="ascii").strip()
    if major != binaries.major:
        raise EmbeddedError(
            f"{home.data} was made by Postgres {major}, and Postgres {binaries.major} is installed. "
            f"Move the folder away to start afresh, or dump it with Postgres {major} "
            "and load it into a new one."
        )


def _read_password(home: _Home) -> str:
    try:
        return home.password.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise EmbeddedError(
            f"{home.password} is missing: without it the data beside it cannot be reached. "
            f"Put it back, or move {home.folder} away to start afresh."
        ) from None


async def _initdb(home: _Home, binaries: PostgresBinaries, password: str) -> None:
    handover = home.folder / "initdb.password"
    write_private(handover, password)
    if home.account.drops:
        os.chown(handover, home.account.uid, home.account.gid)
    command: list[str | Path] = [binaries.program("initdb"), "-D", home.fresh_data, "-U", _SUPERUSER]
    command += ["--auth=scram-sha-256", f"--pwfile={handover}", "--encoding=UTF8", "--no-instructions"]
    # Built-in rules, so that text sorts and compares the same on every machine.
    command += ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    try:
        with _open_log(home) as log:
            since = log.tell()
            child = spawn(
                command,
                home.account,
                at_parent_death=signal.SIGKILL,
                cwd=home.fresh_data,
                env=_ENVIRONMENT,
                output=log,
            )
        try:
            ended = await until(lambda: child.poll() is not None, _START_SECONDS)
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        if not ended or child.returncode != 0:
            raise EmbeddedError(f"Could not make a Postgres data folder in {home.folder}:\n{_log_since(home, since)}")
    finally:
        handover.unlink(missing_ok=True)


async def _launch(
    home: _Home, binaries: PostgresBinaries, preferred_port: int | None, settings: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], ServerRecord]:
    socket_dir = _make_socket_dir(home)
    complaint = ""
    try:
        for attempt in range(_PORT_TRIES):
            port = _free_port(preferred_port if attempt == 0 else None)
            with _open_log(home) as log:
                since = log.tell()
                process = spawn(
                    _server_command(home, binaries, port, socket_dir, settings),
                    home.account,
                    at_parent_death=signal.SIGINT,
                    cwd=home.folder,
                    env=_ENVIRONMENT,
                    output=log,
                )
            record = await _settle(home, process, port, socket_dir)
            if record is not None:
                return process, record
            complaint = _log_since(home, since)
            # Between choosing a free port and using it somebody else may have taken it.
            if "Address already in use" not in complaint:
                break
        raise EmbeddedError(f"Postgres did not start in {home.folder}; its log {home.log} ends with:\n{complaint}")
    except BaseException:
        _remove_socket_dir(home, socket_dir)
        raise


def _server_command(
    home: _Home, binaries: PostgresBinaries, port: int, socket_dir: Path, settings: Mapping[str, str]
) -> list[str | Path]:
    chosen = {
        "listen_addresses": _HOST,
        "port": str(port),
        "unix_socket_directories": str(socket_dir),
        "wal_level": "logical",
        "logging_collector": "off",
        # The data folder is on flash or in memory; the default of 4 is for turning disks.
        "random_page_cost": "1.1",
        **settings,
    }
    command: list[str | Path] = [binaries.program("postgres"), "-D", home.data]
    for name, value in chosen.items():
        command += ["-c", f"{name}={value}"]
    return command


async def _settle(home: _Home, process: subprocess.Popen[bytes], port: int, socket_dir: Path) -> ServerRecord | None:
    """Record the new server and wait until it takes connections; None, and no server, if it never does."""
    ready = False
    try:
        identity = identify(process.pid) or ProcessIdentity(pid=process.pid, started="")
        record = ServerRecord(
            pid=identity.pid,
            started=identity.started,
            data=str(home.data),
            port=port,
            socket_dir=str(socket_dir),
        )
        record.write(home.record)
        await until(lambda: process.poll() is not None or _says_ready(home, process.pid), _START_SECONDS)
        ready = process.poll() is None and _says_ready(home, process.pid)
    finally:
        if not ready and process.poll() is None:
            process.send_signal(signal.SIGQUIT)
            process.wait()
    return record if ready else None


def _says_ready(home: _Home, pid: int) -> bool:
    """Postgres keeps its state in the eighth line of this file, under its own process id."""
    try:
        lines = (home.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def _free_port(preferred: int | None) -> int:
    """The port of last time where it is free, so that saved connections go on working; else any."""
    for port in (preferred, 0) if preferred else (0,):
        with socket.socket() as probe, contextlib.suppress(OSError):
            # As Postgres does: connections of last time that are still closing do not hold the port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((_HOST, port))
            return int(probe.getsockname()[1])
    raise EmbeddedError(f"No free port on {_HOST} for the embedded Postgres.")


def _make_socket_dir(home: _Home) -> Path:
    chosen = home.folder / "socket"
    if len(os.fsencode(chosen / ".s.PGSQL.65535")) > _LONGEST_SOCKET_PATH:
        # The kernel bounds a socket's path; a deep project gets a short folder of its own instead.
        chosen = Path(tempfile.mkdtemp(prefix="narthex-", dir="/tmp"))
        if home.account.drops:
            os.chown(chosen, home.account.uid, home.account.gid)
    make_folder(chosen, 0o700, home.account)
    _clear_sockets(chosen)
    return chosen


def _remove_socket_dir(home: _Home, socket_dir: Path) -> None:
    if socket_dir.parent == home.folder or not socket_dir.name.startswith("narthex-"):
        return
    _clear_sockets(socket_dir)
    with contextlib.suppress(OSError):
        socket_dir.rmdir()


def _clear_sockets(socket_dir: Path) -> None:
    """A killed server leaves a lock that names it, which Postgres believes while that id exists."""
    for entry in socket_dir.glob(".s.PGSQL.*"):
        entry.unlink(missing_ok=True)


def _open_log(home: _Home) -> IO[bytes]:
    if home.log.exists() and home.log.stat().st_size > _LARGEST_LOG:
        home.log.replace(home.log.with_suffix(".log.1"))
    handle = os.open(home.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    log = os.fdopen(handle, "ab")
    log.seek(0, os.SEEK_END)
    return log


def _log_since(home: _Home, offset: int) -> str:
    with home.log.open("rb") as log:
        log.seek(offset)
        lines = log.read().decode("utf-8", "replace").strip().splitlines()
    return "\n".join(lines[-15:])
