"""What the golden cases run on: two databases, each made once, with a gateway's pipeline in front of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import asyncpg
import pytest

from gateway.embedded.postgres import EmbeddedPostgres
from tests.conftest import TemplateMaker
from tests.goldens.case_files import Bench, Schema
from tests.lane import FEATURES, MUSIC
from tests.oracle.world import open_world

_DEFAULT_ROWS: Mapping[Schema, int] = {Schema.FEATURES: 50, Schema.MUSIC_STORE: 5}
"""Few rows by default, so that lists are cut without long answers."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens", action="store_true", help="write what each golden case gives, instead of comparing it"
    )


@pytest.fixture(scope="session")
def updating(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-goldens", default=False))


@pytest.fixture(scope="session")
async def benches(
    postgres_server: EmbeddedPostgres, postgres_admin: asyncpg.Connection, template_database: TemplateMaker
) -> AsyncIterator[Mapping[Schema, Bench]]:
    """Each schema with everything that a case needs."""
    sources = {Schema.FEATURES: (FEATURES, ("public", "shop")), Schema.MUSIC_STORE: (MUSIC, ("public",))}
    async with AsyncExitStack() as stack:
        made = {}
        for schema, (files, schemas) in sources.items():
            opening = open_world(
                postgres_server, postgres_admin, template_database, files, schemas, _DEFAULT_ROWS[schema]
            )
            made[schema] = Bench(schema, await stack.enter_async_context(opening))
        yield made
