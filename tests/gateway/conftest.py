"""Databases with the three roles and Narthex's own tables, for tests of the gateway.

async def test_some(prepared_database):
    urls = await prepared_database(Path("tests/data/features.sql"), schemas=("public",))
    # urls.admin, urls.data, urls.control, urls.migrator, urls.direct
"""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from gateway.database.roles import RolePasswords, prepare_roles
from gateway.database.setup import apply_control_migrations, setup_connection
from gateway.database.urls import DatabaseUrls
from gateway.embedded.postgres import EmbeddedPostgres
from tests.conftest import DatabaseMaker
from tests.gateway.served import SHELF, Served, serving

# Roles belong to the whole server: all tests on it use the same passwords.
PASSWORDS = RolePasswords(control="for control", data="for data's\\", migrator="for:migrator@/")


@dataclass(frozen=True)
class PreparedUrls:
    admin: str
    data: str
    control: str
    migrator: str
    direct: str


PrepareDatabase = Callable[..., Awaitable[PreparedUrls]]
Connect = Callable[[str], AbstractAsyncContextManager[asyncpg.Connection]]


@pytest.fixture
def prepared_database(database_from: DatabaseMaker) -> PrepareDatabase:
    """`await prepared_database(*sources, schemas=("public",))`: the URLs of a database that is set up."""

    async def prepare(*sources: Path | str, schemas: Sequence[str] = ("public",)) -> PreparedUrls:
        return await _prepared(await database_from(*sources), schemas)

    return prepare


async def _prepared(admin: str, schemas: Sequence[str]) -> PreparedUrls:
    await prepare_roles(admin, PASSWORDS, schemas)
    urls = DatabaseUrls.with_passwords(admin, PASSWORDS)
    async with setup_connection(urls.direct) as control:
        await apply_control_migrations(control)
    return PreparedUrls(admin, urls.data, urls.control, urls.migrator, urls.direct)


@pytest.fixture(scope="module")
async def shelf(
    postgres_server: EmbeddedPostgres, postgres_admin: asyncpg.Connection, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """A gateway in process on the little library of `served.py`, for tests that change nothing in it."""
    name = f"shelf_{secrets.token_hex(5)}"
    await postgres_admin.execute(f'CREATE DATABASE "{name}"')
    try:
        admin = postgres_server.dsn(name)
        async with connected(admin) as connection:
            await connection.execute(SHELF)
        urls = await _prepared(admin, ("public",))
        async with serving(urls, tmp_path_factory.mktemp("shelf")) as served:
            yield served
    finally:
        await postgres_admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()
