"""Records as they leave the database: the newest ones to look at, and the whole chain to keep elsewhere.

What is exported holds every byte that was hashed and signed, so that anybody can verify it without this program; how is
said in `chain`.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING

from gateway.audit.chain import microseconds
from gateway.audit.writers import EFFECT

if TYPE_CHECKING:
    import asyncpg

    from gateway.audit.writers import Connection

_BATCH = 200
_NEWEST = """
SELECT r.id, r.at, r.kind, r.subject, r.role, r.session, r.outcome, r.rows, r.coordinates
FROM narthex.audit_record r
WHERE ($2::text IS NULL OR r.kind = $2) AND ($3::text IS NULL OR r.session = $3)
  AND r.written_at >= now() - interval '{window}'
ORDER BY r.at DESC, r.id DESC LIMIT $1
"""
_WINDOWS = ("1 hour", "1 day", "30 days", "1000 years")
_SEALS = """
SELECT s.position, s.kind, s.writer, s.seq, s.digest, s.hash, s.sealed_at, e.rows, e.written_at, e.record, e.mac
FROM narthex.audit_seal s
LEFT JOIN narthex.audit_effect e ON s.kind = 'effect' AND e.writer = s.writer AND e.seq = s.seq
WHERE s.position > $1 ORDER BY s.position LIMIT $2
"""
_GROUP = "SELECT * FROM narthex.audit_group WHERE writer = $1 AND first_seq = $2"
_CHECKPOINTS = "SELECT * FROM narthex.audit_checkpoint WHERE position >= $1 ORDER BY position"
_DOCUMENTS = "SELECT hash, text FROM narthex.document ORDER BY first_seen, hash"

Line = Mapping[str, object]


async def newest(connection: Connection, most: int, kind: str | None, session: str | None) -> list[asyncpg.Record]:
    """The newest records, the last one last."""
    rows: list[asyncpg.Record] = []
    for window in _WINDOWS:
        rows = await connection.fetch(_NEWEST.format(window=window), most, kind, session)
        if len(rows) == most:
            break
    return rows[::-1]


async def chain_lines(connection: Connection, since: int) -> AsyncIterator[Line]:
    """The chain from a position on, in its order; then its checkpoints, and the documents that records name."""
    position = since - 1
    while rows := await connection.fetch(_SEALS, position, _BATCH):
        for row in rows:
            yield await _sealed(connection, row)
        position = rows[-1]["position"]
    for row in await connection.fetch(_CHECKPOINTS, since):
        yield {
            "type": "checkpoint",
            "position": row["position"],
            "hash": row["hash"].hex(),
            "made_at_us": microseconds(row["made_at"]),
            "kid": row["kid"],
            "public_key": base64.b64encode(row["public_key"]).decode(),
            "signature": base64.b64encode(row["signature"]).decode(),
        }
    for row in await connection.fetch(_DOCUMENTS):
        yield {"type": "document", "hash": row["hash"].hex(), "text": row["text"]}


async def _sealed(connection: Connection, row: asyncpg.Record) -> Line:
    seal = {
        "type": row["kind"],
        "position": row["position"],
        "writer": str(row["writer"]),
        "seq": row["seq"],
        "digest": row["digest"].hex(),
        "hash": row["hash"].hex(),
    }
    if row["kind"] == EFFECT:
        if row["record"] is None:
            return {**seal, "missing": True}
        return {
            **seal,
            "mac": row["mac"].hex(),
            "written_at_us": microseconds(row["written_at"]),
            "rows": row["rows"],
            "record": row["record"],
        }
    group = await connection.fetchrow(_GROUP, row["writer"], row["seq"])
    if group is None:
        return {**seal, "missing": True}
    return {
        **seal,
        "last_seq": group["last_seq"],
        "mac": (group["mac"] or b"").hex(),
        "written_at_us": microseconds(group["written_at"]),
        "environment": group["environment"],
        "from_at_us": microseconds(group["from_at"]),
        "to_at_us": microseconds(group["to_at"]),
        "sessions": group["sessions"],
        "effect_writer": str(group["effect_writer"]) if group["effect_writer"] is not None else None,
        "void": group["void"],
        "doubtful": group["doubtful"],
        "records": group["records"],
    }
