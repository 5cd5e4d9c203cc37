"""Databases with the three roles and Narthex's own tables, for tests of the gateway.

async def test_some(prepared_database):
    urls = await prepared_database(Path("tests/data/features.sql"), schemas=("public",))
    # urls.admin, urls.data, urls.control, urls.migrator, urls.direct
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from gateway.database.roles import RolePasswords, prepare_roles
from gateway.database.setup import apply_control_migrations, setup_connection
from gateway.database.urls import DatabaseUrls
from tests.conftest import DatabaseMaker

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
        admin = await database_from(*sources)
        await prepare_roles(admin, PASSWORDS, schemas)
        urls = DatabaseUrls.with_passwords(admin, PASSWORDS)
        async with setup_connection(urls.direct) as control:
            await apply_control_migrations(control)
        return PreparedUrls(admin, urls.data, urls.control, urls.migrator, urls.direct)

    return prepare


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()
