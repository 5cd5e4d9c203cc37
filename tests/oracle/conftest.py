"""The two worlds of the property tests. Few rows by default in the first, so that lists are cut often."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from gateway.embedded.postgres import EmbeddedPostgres
from tests.conftest import TemplateMaker
from tests.lane import FEATURES, MUSIC
from tests.oracle.world import World, open_world
from tests.writing import Writer, writer_on

Admin = asyncpg.Connection


@pytest.fixture(scope="session")
async def features(
    postgres_server: EmbeddedPostgres, postgres_admin: Admin, template_database: TemplateMaker
) -> AsyncIterator[World]:
    """Every feature of Postgres, in small."""
    async with open_world(
        postgres_server, postgres_admin, template_database, FEATURES, ("public", "shop"), default_rows=7
    ) as world:
        yield world


@pytest.fixture(scope="session")
async def writer(
    postgres_server: EmbeddedPostgres, postgres_admin: Admin, template_database: TemplateMaker
) -> AsyncIterator[Writer]:
    """A writer on rows like those of `features`, which takes all of its writes back."""
    template = await template_database(*FEATURES)
    async with writer_on(postgres_server, postgres_admin, template, ("public", "shop")) as made:
        yield made


@pytest.fixture(scope="session")
async def music(
    postgres_server: EmbeddedPostgres, postgres_admin: Admin, template_database: TemplateMaker
) -> AsyncIterator[World]:
    """The sample music store, with thousands of rows."""
    async with open_world(
        postgres_server, postgres_admin, template_database, MUSIC, ("public",), default_rows=8
    ) as world:
        yield world
