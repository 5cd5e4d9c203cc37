"""Fixtures that every test may ask for: a real Postgres, and databases of one's own on it.

    async def test_reads(database_from):                # SQL files or SQL text, run once per session
        url = await database_from(Path("tests/data/features.sql"), "INSERT INTO t VALUES (1)")

    async def test_empty(database):                     # the URL of an empty database
        connection = await asyncpg.connect(database)

URLs are the superuser's, over TCP. Each test gets its own copy, so it may write what it likes; it is dropped
when the test ends, whoever is still connected.
"""

import hashlib
import re
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from gateway.embedded.postgres import EmbeddedPostgres

pytest_plugins = ["tests.no_skips", "tests.running"]

# The same examples on every machine, and no verdict by the clock: other work may share it. A test that wants more
# examples says so.
settings.register_profile(
    "narthex",
    derandomize=True,
    deadline=None,
    max_examples=50,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("narthex")

TemplateMaker = Callable[..., Awaitable[str]]
DatabaseMaker = Callable[..., Awaitable[str]]

# Nothing here outlives the session, so the server need not survive a power cut.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


@pytest.fixture(scope="session")
async def postgres_server() -> AsyncIterator[EmbeddedPostgres]:
    """One running server per test process (so one per pytest-xdist worker), removed at the end."""
    folder = Path(tempfile.gettempdir()) / f"narthex-test-{secrets.token_hex(6)}"
    server = await EmbeddedPostgres.start(folder, settings=_FAST)
    try:
        yield server
    finally:
        await server.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
async def postgres_admin(postgres_server: EmbeddedPostgres) -> AsyncIterator[asyncpg.Connection]:
    """The superuser's connection that makes and drops databases."""
    connection = await asyncpg.connect(postgres_server.dsn(via_socket=True))
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def template_database(postgres_server: EmbeddedPostgres, postgres_admin: asyncpg.Connection) -> TemplateMaker:
    """`await template_database(*sources)`: the name of a database that SQL files or SQL texts have filled.

    Made once per session for the same content. It takes no connections: copy it with `database_from`.
    """
    made: set[str] = set()

    async def make(*sources: Path | str) -> str:
        texts = [
            source.read_text(encoding="utf-8") if isinstance(source, Path) else source for source in sources
        ]
        name = "template_" + hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
        if name in made:
            return name
        await postgres_admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await postgres_admin.execute(f'CREATE DATABASE "{name}"')
        connection = await asyncpg.connect(postgres_server.dsn(name, via_socket=True))
        try:
            for text in texts:
                await connection.execute(text)
            await connection.execute("ANALYZE")
        finally:
            await connection.close()
        await postgres_admin.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
        made.add(name)
        return name

    return make


@pytest.fixture
async def database_from(
    request: pytest.FixtureRequest,
    postgres_server: EmbeddedPostgres,
    postgres_admin: asyncpg.Connection,
    template_database: TemplateMaker,
) -> AsyncIterator[DatabaseMaker]:
    """`await database_from(*sources)`: the URL of a new database filled with SQL files or SQL texts."""
    made: list[str] = []

    async def make(*sources: Path | str) -> str:
        label = re.sub(r"[^a-z0-9]+", "_", request.node.name.lower())[:30].strip("_")
        name = f"{label}_{secrets.token_hex(5)}"
        template = await template_database(*sources) if sources else "template1"
        await postgres_admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        made.append(name)
        return postgres_server.dsn(name)

    yield make
    for name in made:
        await postgres_admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def database(database_from: DatabaseMaker) -> str:
    """The URL of an empty database of the test's own."""
    return await database_from()
