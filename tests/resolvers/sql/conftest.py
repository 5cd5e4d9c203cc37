"""A writer on the database of features. What tests write is rolled back, so they share it."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import pytest

from gateway.database.roles import RolePasswords, prepare_roles
from gateway.database.setup import apply_control_migrations, setup_connection
from gateway.database.urls import DatabaseUrls
from gateway.embedded.postgres import EmbeddedPostgres
from tests.conftest import TemplateMaker
from tests.lane import FEATURES
from tests.writing import Writer

_PASSWORDS = RolePasswords(control="for control", data="for data's\\", migrator="for:migrator@/")


@asynccontextmanager
async def writer_on(
    server: EmbeddedPostgres, admin: asyncpg.Connection, template: str, schemas: Sequence[str]
) -> AsyncIterator[Writer]:
    name = f"writer_{secrets.token_hex(5)}"
    await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        url = server.dsn(name)
        await prepare_roles(url, _PASSWORDS, schemas)
        urls = DatabaseUrls.with_passwords(url, _PASSWORDS)
        async with setup_connection(urls.direct) as control:
            await apply_control_migrations(control)
        async with Writer.open(url, urls.data, schemas) as made:
            yield made
    finally:
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
async def writer(
    postgres_server: EmbeddedPostgres, postgres_admin: asyncpg.Connection, template_database: TemplateMaker
) -> AsyncIterator[Writer]:
    template = await template_database(*FEATURES)
    async with writer_on(postgres_server, postgres_admin, template, ("public", "shop")) as made:
        yield made


WriterMaker = Callable[..., Awaitable[Writer]]


@pytest.fixture
async def writer_of(
    postgres_server: EmbeddedPostgres, postgres_admin: asyncpg.Connection, template_database: TemplateMaker
) -> AsyncIterator[WriterMaker]:
    """`await writer_of(sql)`: a writer on a database of one's own."""
    async with AsyncExitStack() as stack:

        async def make(sql: str) -> Writer:
            template = await template_database(sql)
            return await stack.enter_async_context(writer_on(postgres_server, postgres_admin, template, ("public",)))

        yield make
