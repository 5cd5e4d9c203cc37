"""Golden cases: a query, its plan, its SQL and its answer. `pytest tests/goldens --update-goldens` writes them anew.

A case is `cases/<capability>/<name>.graphql`, with its variables in `<name>.variables.json`. Comment lines at its top:

    # database: music        features (tests/data), unless it says otherwise
    # operation: Name        where the document has several
    # refused                the answer is an error; all others are checked against the interpreter before they are kept
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import asyncpg
import pytest

from gateway.embedded.postgres import EmbeddedPostgres
from tests.conftest import TemplateMaker
from tests.lane import FEATURES, MUSIC
from tests.oracle.world import World, open_world

DEFAULT_ROWS = 20


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write what tests/goldens compares with")


@pytest.fixture(scope="session")
async def worlds(
    postgres_server: EmbeddedPostgres, postgres_admin: asyncpg.Connection, template_database: TemplateMaker
) -> AsyncIterator[Mapping[str, World]]:
    """The databases that cases may name."""
    parts = (postgres_server, postgres_admin, template_database)
    async with (
        open_world(*parts, FEATURES, ("public", "shop"), DEFAULT_ROWS) as features,
        open_world(*parts, MUSIC, ("public",), DEFAULT_ROWS) as music,
    ):
        yield {"features": features, "music": music}
