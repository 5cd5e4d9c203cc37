"""The Postgres that all servers of a benchmark share: the embedded one, or one that is already running."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil

from gateway.embedded.postgres import EmbeddedPostgres
from parts.servers import ROOT

MUSIC_STORE = ROOT / "examples" / "music_store"
RECORDS = """
CREATE TABLE bench_audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz, who text, role text, trace text, operation text,
  variables json, affected bigint
)
"""
"""Where the hand-written handlers keep what was done."""


@dataclass(frozen=True)
class Postgres:
    dsn: str
    pid: int | None
    version: str

    def cpu_seconds(self) -> float:
        """Of all its processes; 0 where it is not ours to look at."""
        if self.pid is None:
            return 0.0
        seconds = 0.0
        for each in psutil.Process(self.pid).children():
            with suppress(psutil.NoSuchProcess):  # one that cleans up now and then has just ended
                seconds += sum(each.cpu_times()[:2])
        return seconds


async def load_music_store(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for path in [*sorted((MUSIC_STORE / "migrations").glob("*.sql")), MUSIC_STORE / "seed.sql"]:
            await connection.execute(path.read_text(encoding="utf-8"))
        await connection.execute(RECORDS)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def _version(dsn: str) -> str:
    connection = await asyncpg.connect(dsn)
    try:
        return str(await connection.fetchval("SHOW server_version"))
    finally:
        await connection.close()


@asynccontextmanager
async def shared_postgres(dsn: str | None, folder: Path, database: str) -> AsyncIterator[Postgres]:
    """`dsn` names a database that is filled already; without it an embedded server makes an empty `database`."""
    if dsn is not None:
        yield Postgres(dsn, None, await _version(dsn))
        return
    server = await EmbeddedPostgres.start(folder / "shared")
    try:
        admin = await asyncpg.connect(server.dsn())
        await admin.execute(f'CREATE DATABASE "{database}"')
        await admin.close()
        yield Postgres(server.dsn(database), server.pid, await _version(server.dsn()))
    finally:
        await server.stop()
