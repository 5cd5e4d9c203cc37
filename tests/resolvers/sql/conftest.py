"""A writer on the database of features. What tests write is rolled back, so they share it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import asyncpg
import pytest

from gateway.embedded.postgres import EmbeddedPostgres
from tests.conftest import TemplateMaker
from tests.lane import FEATURES
from tests.writing import Writer, writer_on


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
