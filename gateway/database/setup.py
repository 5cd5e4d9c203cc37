"""Narthex's own tables: the schema `narthex`, brought up to date by numbered migrations under one lock.

Refuses a database in which an applied migration differs from the one installed. Migrations only add, so a
gateway runs on the tables of its successor; newer ones in the database are therefore no error.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from narthex.errors import ProjectError

if TYPE_CHECKING:
    # The driver's classes are generic for the type checker only.
    Connection = asyncpg.Connection[asyncpg.Record]

_FOLDER = Path(__file__).with_name("control")
_SETUP_LOCK = 7957137447
_LEDGER = """
CREATE TABLE IF NOT EXISTS narthex.migration (
    name text PRIMARY KEY,
    checksum bytea NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


@asynccontextmanager
async def setup_connection(control_url: str) -> AsyncIterator[Connection]:
    """A connection of the control role that alone may set this database up, for as long as it is open.

    Starters queue here, so that each finds what the one before it has made.
    """
    connection: Connection = await asyncpg.connect(
        control_url, server_settings={"application_name": "narthex setup", "search_path": "pg_catalog, pg_temp"}
    )
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _SETUP_LOCK)
        yield connection
    finally:
        await connection.close()


async def apply_control_migrations(connection: Connection) -> list[str]:
    """Bring Narthex's tables up to date; the names of what was applied just now."""
    if not await connection.fetchval("SELECT to_regclass('narthex.migration') IS NOT NULL"):
        await connection.execute(_LEDGER)
    applied = {
        row["name"]: row["checksum"] for row in await connection.fetch("SELECT name, checksum FROM narthex.migration")
    }
    fresh = []
    for path in sorted(_FOLDER.glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        checksum = checksum_of(text)
        if path.stem in applied:
            if applied[path.stem] != checksum:
                raise ProjectError(
                    f"The database was set up by another build of Narthex: its migration {path.stem} differs "
                    "from the one installed here. Install the version that made it, or a later one."
                )
            continue
        async with connection.transaction():
            await connection.execute(text)
            await connection.execute(
                "INSERT INTO narthex.migration (name, checksum) VALUES ($1, $2)", path.stem, checksum
            )
        fresh.append(path.stem)
    return fresh


async def missing_control_migrations(connection: Connection) -> list[str]:
    """The names of migrations that this version needs and the database lacks."""
    names = [path.stem for path in sorted(_FOLDER.glob("*.sql"))]
    if not await connection.fetchval("SELECT to_regclass('narthex.migration') IS NOT NULL"):
        return names
    applied = {row["name"] for row in await connection.fetch("SELECT name FROM narthex.migration")}
    return [name for name in names if name not in applied]


def checksum_of(text: str) -> bytes:
    """What tells two texts apart; line endings, which version control may change, do not."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).digest()
