"""The database behind a running gateway: its audit store, its tokens, and connections that change its tables."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from gateway.database.roles import RolePasswords
from gateway.database.urls import DatabaseUrls
from gateway.embedded.leftover import ServerRecord
from gateway.embedded.postgres import EmbeddedPostgres

_GROUPS = """
SELECT writer, count(*) AS groups, min(first_seq) AS first, max(last_seq) AS last,
       sum(json_array_length(records)) AS records,
       count(*) FILTER (WHERE first_seq <> before + 1 OR json_array_length(records) <> last_seq - first_seq + 1) AS gaps
FROM (SELECT *, coalesce(lag(last_seq) OVER (PARTITION BY writer ORDER BY first_seq), 0) AS before
      FROM narthex.audit_group) AS in_order
GROUP BY writer
"""
_OUTCOMES = """
SELECT record ->> 19 AS outcome, count(*) FROM narthex.audit_group, json_array_elements(records) AS record GROUP BY 1
"""


@dataclass(frozen=True)
class Written:
    """What one writer has in the audit store."""

    records: int
    last: int
    gaps: int

    @property
    def whole(self) -> bool:
        return self.gaps == 0 and self.records == self.last


def urls_of(data_dir: Path) -> DatabaseUrls:
    record = ServerRecord.read(data_dir / "postgres" / "server.json")
    passwords = RolePasswords.read(data_dir / "roles.json")
    assert record is not None
    assert passwords is not None
    return DatabaseUrls.with_passwords(f"postgresql://{EmbeddedPostgres.host}:{record.port}/narthex", passwords)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(url, timeout=30, server_settings={"application_name": "soak"})
    try:
        yield connection
    finally:
        await connection.close(timeout=10)


async def writers(connection: "asyncpg.Connection[asyncpg.Record]") -> dict[str, Written]:
    rows = await connection.fetch(_GROUPS)
    return {str(row["writer"]): Written(int(row["records"]), row["last"], row["gaps"]) for row in rows}


async def outcomes(connection: "asyncpg.Connection[asyncpg.Record]") -> Counter[str]:
    return Counter({row["outcome"]: row["count"] for row in await connection.fetch(_OUTCOMES)})


async def connections(connection: "asyncpg.Connection[asyncpg.Record]") -> dict[str, int]:
    """How many each part of the gateway has open."""
    rows = await connection.fetch(
        "SELECT application_name, count(*) FROM pg_stat_activity WHERE application_name LIKE 'narthex %' GROUP BY 1"
    )
    return {row["application_name"]: row["count"] for row in rows}


def as_line(body: dict[str, object]) -> str:
    return json.dumps(body, ensure_ascii=True)
