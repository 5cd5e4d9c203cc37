"""What the chain alone cannot tell: numbers that writers gave out and that have no record, and records without a seal.

A gap is explained where the gateway told that the effect did not happen, or that nobody knows. A writer that ended
without saying so has crashed: what it was about then is missing with a warning.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from gateway.audit.chain import EFFECT_GENUINE, GROUP_GENUINE
from narthex.ports import AuditFinding, Severity

if TYPE_CHECKING:
    import asyncpg

    from gateway.audit.writers import Connection

_ALIVE = timedelta(seconds=30)
"""A writer that was not heard of for so long has crashed."""
_UNDER_WAY = timedelta(minutes=2)
"""How long before the next record, or the end of its writer, an effect may have begun without having ended."""
_LATE = timedelta(minutes=1)
_MOST_GAPS = 1_000

# Numbers that are accounted for, and holes between them. What was sealed and is gone is found along the chain.
_EFFECT_GAPS = """
WITH known (writer, seq) AS (
    SELECT writer, seq FROM narthex.audit_effect
    UNION SELECT writer, seq FROM narthex.audit_seal WHERE kind = 'effect'
    UNION SELECT effect_writer, unnest(void || doubtful) FROM narthex.audit_group WHERE effect_writer IS NOT NULL
    UNION SELECT writer, 0 FROM narthex.writer WHERE kind = 'effect'
    UNION SELECT writer, greatest(issued, sealed) + 1 FROM narthex.writer w WHERE kind = 'effect' AND NOT EXISTS (
        SELECT FROM narthex.audit_effect e WHERE e.writer = w.writer AND e.seq > greatest(w.issued, w.sealed))
), following AS (
    SELECT writer, seq, lag(seq) OVER (PARTITION BY writer ORDER BY seq) AS before FROM known
)
SELECT f.writer, f.before + 1 AS first, f.seq - 1 AS last, e.written_at, w.sealed, w.seen_at, w.ended_at, now() AS now
FROM following f JOIN narthex.writer w USING (writer)
LEFT JOIN narthex.audit_effect e ON e.writer = f.writer AND e.seq = f.seq
WHERE f.seq > f.before + 1 ORDER BY 1, 2 LIMIT $1
"""
_READ_GAPS = """
WITH known (writer, first, last) AS (
    SELECT writer, first_seq, last_seq FROM narthex.audit_group
    UNION ALL SELECT writer, greatest(issued, sealed) + 1, greatest(issued, sealed) + 1 FROM narthex.writer w
    WHERE kind = 'read' AND NOT EXISTS (
        SELECT FROM narthex.audit_group g WHERE g.writer = w.writer AND g.last_seq > greatest(w.issued, w.sealed))
), following AS (
    SELECT writer, first, coalesce(max(last) OVER (
        PARTITION BY writer ORDER BY first, last ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
    FROM known
)
SELECT f.writer, f.before + 1 AS first, f.first - 1 AS last, g.written_at, w.sealed, w.seen_at, w.ended_at,
       now() AS now
FROM following f JOIN narthex.writer w USING (writer)
LEFT JOIN narthex.audit_group g ON g.writer = f.writer AND g.first_seq = f.first
WHERE f.first > f.before + 1 AND NOT EXISTS (
    SELECT FROM narthex.audit_seal s WHERE s.writer = f.writer AND s.seq BETWEEN f.before + 1 AND f.first - 1)
ORDER BY 1, 2 LIMIT $1
"""
_CONTRADICTED = """
SELECT e.writer, e.seq, s.position FROM narthex.audit_group g CROSS JOIN LATERAL unnest(g.void) v
JOIN narthex.audit_effect e ON e.writer = g.effect_writer AND e.seq = v
LEFT JOIN narthex.audit_seal s ON s.writer = e.writer AND s.seq = e.seq LIMIT $1
"""
_UNSEALED = f"""
SELECT u.*, w.writer IS NOT NULL AS known, w.sealed, w.seen_at, now() AS now,
       EXISTS (SELECT FROM narthex.audit_gap p WHERE p.writer = u.writer AND p.seq = u.seq) AS awaited
FROM (
    SELECT e.writer, e.seq, 1 AS records, e.written_at, coalesce((
        SELECT {EFFECT_GENUINE} FROM narthex.writer w WHERE w.writer = e.writer AND w.kind = 'effect'), false)
           AS genuine
    FROM narthex.audit_effect e
    WHERE NOT EXISTS (SELECT FROM narthex.audit_seal s WHERE s.writer = e.writer AND s.seq = e.seq)
    UNION ALL
    SELECT g.writer, g.first_seq, g.last_seq - g.first_seq + 1, g.written_at, coalesce((
        SELECT {GROUP_GENUINE} FROM narthex.writer w WHERE w.writer = g.writer AND w.kind = 'read'), false)
    FROM narthex.audit_group g
    WHERE NOT EXISTS (SELECT FROM narthex.audit_seal s WHERE s.writer = g.writer AND s.seq = g.first_seq)
) u LEFT JOIN narthex.writer w ON w.writer = u.writer
ORDER BY u.writer, u.seq
"""


async def examine_sequences(connection: Connection, end: int) -> list[AuditFinding]:
    """Gaps in the sequences of all writers, and effects of which it is told that they did not happen."""
    findings = []
    for sql, what in ((_EFFECT_GAPS, "effects"), (_READ_GAPS, "reads")):
        for row in await connection.fetch(sql, _MOST_GAPS):
            finding = _gap(row, what, end)
            if finding is not None:
                findings.append(finding)
    for row in await connection.fetch(_CONTRADICTED, _MOST_GAPS):
        said = "There is a record of an effect that its gateway tells not to have happened."
        findings.append(
            AuditFinding("INSERTED", Severity.ERROR, said, row["position"], str(row["writer"]), row["seq"])
        )
    return findings


def _gap(row: asyncpg.Record, what: str, end: int) -> AuditFinding | None:
    """None where the numbers may still be under way."""
    first, last, now = row["first"], row["last"], row["now"]
    ended, seen, after = row["ended_at"], row["seen_at"], row["written_at"]
    numbers = f"{first}" if first == last else f"{first} to {last}"
    said = f"Records of {what} are missing: {numbers}."
    writer = str(row["writer"])
    if after is None and row["sealed"] >= first:
        said = f"Records of {what} were sealed once and are gone, with their places in the chain: {numbers}."
        return AuditFinding("TRUNCATED", Severity.ERROR, said, end + 1, writer, first)
    if ended is None:
        crashed = now - seen > _ALIVE
        if _near(after, seen if crashed else now):
            if not crashed:
                return None
            said = f"Numbers {numbers} of {what} have no record; their gateway crashed while it was about them."
            return AuditFinding("GAP", Severity.WARNING, said, None, writer, first)
    return AuditFinding("MISSING", Severity.ERROR, said, None, writer, first)


def _near(after: datetime | None, end: datetime) -> bool:
    """Whether what has no record may have been under way at the end: nothing that came long before it follows."""
    return after is None or after > end - _UNDER_WAY


async def examine_unsealed(connection: Connection, end: int, most: int) -> tuple[int, list[AuditFinding]]:
    """How many records wait for their seal, and which have none though they should, or are none of a gateway's."""
    unsealed, late = 0, 0
    findings: list[AuditFinding] = []
    for row in await connection.fetch(_UNSEALED):
        writer, seq = row["writer"], row["seq"]
        if not row["genuine"]:
            said = (
                "This record was not made by the gateway that it names."
                if row["known"]
                else "No gateway with a key has made this record."
            )
            findings.append(_unsealed("INSERTED", said, writer, seq))
        elif seq <= row["sealed"] and not row["awaited"]:
            said = f"The record was sealed once, but the chain has no place for it: it ends at position {end}."
            findings.append(AuditFinding("TRUNCATED", Severity.ERROR, said, end + 1, str(writer), seq))
        else:
            unsealed += row["records"]
            late += row["records"] if row["now"] - row["written_at"] > _LATE else 0
    if late:
        said = f"{late} records have waited for their seal for more than a minute: does a gateway run?"
        findings.append(AuditFinding("UNSEALED", Severity.WARNING, said))
    return unsealed, findings[:most]


def _unsealed(kind: str, said: str, writer: UUID, seq: int) -> AuditFinding:
    return AuditFinding(kind, Severity.ERROR, said, None, str(writer), seq)
