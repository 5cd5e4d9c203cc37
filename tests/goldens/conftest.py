"""What the golden cases run on: two databases, each made once, with a gateway's pipeline in front of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace

import asyncpg
import pytest

from gateway.embedded.postgres import EmbeddedPostgres
from tests.conftest import TemplateMaker
from tests.goldens.case_files import FOLDER, Bench, Schema
from tests.goldens.mutations import MutationBench
from tests.lane import FEATURES, MUSIC
from tests.oracle.world import open_world
from tests.writing import SETTINGS, writer_on

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
async def mutations(
    postgres_server: EmbeddedPostgres, postgres_admin: asyncpg.Connection, template_database: TemplateMaker
) -> AsyncIterator[MutationBench]:
    """The database of features, for cases that write."""
    template, schemas = await template_database(*FEATURES), ("public", "shop")
    policy = (FOLDER / "policies" / "mutations.policy").read_text(encoding="utf-8")
    async with writer_on(postgres_server, postgres_admin, template, schemas) as writer:
        connection = await asyncpg.connect(writer.admin, server_settings=SETTINGS)
        try:
            yield MutationBench(replace(writer, connection=connection).under(policy))
        finally:
            await connection.close()


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
