"""The database of `narthex dev`: the embedded one, or a server of one's own with the roles made on it.

Role passwords stay in the data folder (`roles.json`, for its owner only). Refuses a URL that is neither an
administrator's nor accompanied by those of the other roles.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import asyncpg

from gateway.database.roles import OWN_PATH, RolePasswords, prepare_roles
from gateway.database.urls import DatabaseUrls, urls_of, without_password
from gateway.embedded.errors import EmbeddedError, FolderInUse
from gateway.embedded.folders import prepare_data_dir, write_private
from gateway.embedded.leftover import ServerRecord
from gateway.embedded.postgres import EmbeddedPostgres
from narthex.errors import ProjectError
from narthex.settings import Settings

DATABASE = "narthex"
PASSWORDS = "roles.json"
PASSFILE = "pgpass"

_TURN = "turn.lock"
_WAIT_SECONDS = 60.0
_POLL_SECONDS = 0.05
_UNREACHABLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


def is_embedded(settings: Settings) -> bool:
    return settings.database.url is None


@asynccontextmanager
async def development_database(settings: Settings, data_dir: Path) -> AsyncIterator[DatabaseUrls]:
    """The database to develop on, started if it is the embedded one, with its roles in place."""
    if not is_embedded(settings):
        yield await _own_server(settings, data_dir)
        return
    # A command that has the server for a moment is waited for, another gateway is not.
    async with _turn(data_dir):
        server = await EmbeddedPostgres.start(data_dir)
    try:
        yield await _embedded_roles(server, settings, data_dir)
    finally:
        await server.stop()


@asynccontextmanager
async def reached_database(settings: Settings, data_dir: Path) -> AsyncIterator[DatabaseUrls]:
    """The same database for a command beside the gateway: the running server, else one started for as long."""
    if not is_embedded(settings):
        yield await _own_server(settings, data_dir)
        return
    async with AsyncExitStack() as server_time:
        await server_time.enter_async_context(_turn(data_dir))
        try:
            server = await EmbeddedPostgres.start(data_dir)
        except FolderInUse as held:
            await server_time.aclose()
            urls = await _running(data_dir, held)
        else:
            server_time.push_async_callback(server.stop)
            urls = await _embedded_roles(server, settings, data_dir)
        yield urls


@asynccontextmanager
async def _turn(data_dir: Path) -> AsyncIterator[None]:
    """Whoever starts the embedded server does so in turn. The kernel ends the turn of a process that dies."""
    handle = os.open(prepare_data_dir(data_dir) / _TURN, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    deadline = asyncio.get_running_loop().time() + _WAIT_SECONDS
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if asyncio.get_running_loop().time() >= deadline:
                    raise EmbeddedError(f"Another command has been using {data_dir} for too long.") from None
            await asyncio.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(handle)


async def _running(data_dir: Path, held: FolderInUse) -> DatabaseUrls:
    """The server of the gateway that holds the folder, once it takes connections."""
    deadline = asyncio.get_running_loop().time() + _WAIT_SECONDS
    while True:
        record = ServerRecord.read(data_dir / "postgres" / "server.json")
        passwords = RolePasswords.read(data_dir / PASSWORDS)
        if record is not None and passwords is not None:
            url = f"postgresql://{EmbeddedPostgres.host}:{record.port}/{DATABASE}"
            urls = DatabaseUrls.with_passwords(url, passwords)
            if await _can_log_in(urls.control):
                return urls
        if asyncio.get_running_loop().time() >= deadline:
            raise held
        await asyncio.sleep(_POLL_SECONDS)


async def _embedded_roles(server: EmbeddedPostgres, settings: Settings, data_dir: Path) -> DatabaseUrls:
    admin: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(server.dsn(), server_settings=OWN_PATH)
    try:
        if not await admin.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", DATABASE):
            await admin.execute(f'CREATE DATABASE "{DATABASE}"')
    finally:
        await admin.close()
    write_private(data_dir / PASSFILE, f"{server.host}:{server.port}:{DATABASE}:{server.superuser}:{server.password}\n")
    passwords = _passwords(data_dir)
    url = server.dsn(DATABASE)
    await prepare_roles(url, passwords, settings.database.schemas)
    return DatabaseUrls.with_passwords(url, passwords)


async def _own_server(settings: Settings, data_dir: Path) -> DatabaseUrls:
    given = settings.database
    if given.url is None or given.control_url is not None or given.migrator_url is not None:
        return urls_of(settings)
    url = given.url.get_secret_value()
    await _require_administrator(url)
    passwords = _passwords(prepare_data_dir(data_dir))
    urls = DatabaseUrls.with_passwords(url, passwords)
    # Roles belong to the whole server: where the passwords hold, they are left as they are.
    holds = all([await _can_log_in(each) for each in (urls.data, urls.control, urls.migrator)])
    await prepare_roles(url, RolePasswords("", "", "") if holds else passwords, given.schemas)
    return urls


def _passwords(data_dir: Path) -> RolePasswords:
    passwords = RolePasswords.read(data_dir / PASSWORDS)
    if passwords is None:
        passwords = RolePasswords.generate()
        write_private(data_dir / PASSWORDS, passwords.as_text())
    return passwords


async def _require_administrator(url: str) -> None:
    try:
        connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(url, server_settings=OWN_PATH)
    except _UNREACHABLE as error:
        raise ProjectError(f"[database] url: {without_password(url)} cannot be reached: {error}") from error
    try:
        if await connection.fetchval("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"):
            return
    finally:
        await connection.close()
    raise ProjectError(
        f"[database] url: the role of {without_password(url)} may not create roles. Give an administrator's URL and "
        "'narthex dev' makes the three roles of Narthex, or make them with roles.sql and give control_url and "
        "migrator_url as well (docs/operations.md)."
    )


async def _can_log_in(url: str) -> bool:
    try:
        connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(url, server_settings=OWN_PATH, timeout=5)
    except _UNREACHABLE:
        return False
    await connection.close()
    return True
