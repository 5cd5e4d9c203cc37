"""A writer on the database of features: what tests write is rolled back, so they share it. And a database of which
policies hide a part, with another one that has nothing but the rest."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from gateway.embedded.postgres import EmbeddedPostgres
from tests.conftest import TemplateMaker
from tests.lane import FEATURES, Lane
from tests.writing import Writer, writer_on

_GUARDED = (Path(__file__).parent / "guarded.sql").read_text(encoding="utf-8")
_WITHOUT_HIDDEN = """
SET session_replication_role = replica;
DELETE FROM note WHERE tenant_id = 2;
DELETE FROM person WHERE tenant_id = 2;
DELETE FROM tenant WHERE id = 2;
"""


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


@pytest.fixture(scope="session")
async def guarded(
    postgres_server: EmbeddedPostgres, postgres_admin: asyncpg.Connection, template_database: TemplateMaker
) -> AsyncIterator[Lane]:
    """A lane before `guarded.sql`."""
    async with _lane(postgres_server, postgres_admin, await template_database(_GUARDED)) as lane:
        yield lane


@pytest.fixture(scope="session")
async def truth(
    postgres_server: EmbeddedPostgres, postgres_admin: asyncpg.Connection, template_database: TemplateMaker
) -> AsyncIterator[Lane]:
    """A lane before a database in which the rows of tenant 2 do not exist."""
    template = await template_database(_GUARDED + _WITHOUT_HIDDEN)
    async with _lane(postgres_server, postgres_admin, template) as lane:
        yield lane


@asynccontextmanager
async def _lane(server: EmbeddedPostgres, admin: asyncpg.Connection, template: str) -> AsyncIterator[Lane]:
    name = f"guarded_{secrets.token_hex(5)}"
    await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        async with Lane.open(server.dsn(name), default_rows=50) as lane:
            yield lane
    finally:
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
