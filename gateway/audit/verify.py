"""Holds the records against the chain: what was changed, is missing, changed places, was cut off or put in, and where.

Reads everything anew and computes it here: nothing that the database computes is believed. Refuses nothing; what is
wrong is among the findings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast
from uuid import UUID

import orjson

from gateway.audit.chain import (
    GENESIS,
    effect_digest,
    genuine,
    group_digest,
    lines_of,
    link,
    signed_effect,
    signed_group,
)
from gateway.audit.checkpoints import Checkpoints
from gateway.audit.records import digests_in
from gateway.audit.sequences import examine_sequences, examine_unsealed
from gateway.audit.writers import EFFECT, READ, Kind
from narthex.ports import AuditFinding, AuditVerification, Severity

if TYPE_CHECKING:
    import asyncpg

    from gateway.audit.writers import Connection

_BATCH = 200
_MOST = 1_000
"""Findings of one kind of look; more of them say nothing more."""
_DOCUMENT, _VARIABLES, _DOCUMENT_DIGEST = 12, 13, 23
_SEALS = """
SELECT s.position, s.kind, s.writer, s.seq, s.digest, s.hash, e.rows, e.written_at, e.record, e.mac
FROM narthex.audit_seal s
LEFT JOIN narthex.audit_effect e ON s.kind = 'effect' AND e.writer = s.writer AND e.seq = s.seq
WHERE s.position > $1 ORDER BY s.position LIMIT $2
"""
_GROUP = "SELECT * FROM narthex.audit_group WHERE writer = $1 AND first_seq = $2"
_BEFORE = "SELECT hash FROM narthex.audit_seal WHERE position = $1"
_WRITERS = "SELECT writer, inner_key, outer_key FROM narthex.writer"
_DOCUMENTS = "SELECT hash, text FROM narthex.document"
_VALUES = (
    "SELECT name, salt, value, redacted_at FROM narthex.audit_value WHERE writer = $1 AND seq BETWEEN $2 AND $3"
)
_REJECTED = "SELECT writer, seq, rejected_at FROM narthex.audit_rejected ORDER BY id DESC LIMIT 20"
_REJECTIONS = "SELECT count(*) FROM narthex.audit_rejected"


class _Seal(NamedTuple):
    """A row of the chain, and the hash that it follows as the row before it has it (None behind a hole)."""

    position: int
    kind: Kind
    writer: UUID
    seq: int
    digest: bytes
    hash: bytes
    previous: bytes | None

    def follows(self, previous: bytes, position: int) -> bool:
        """Whether the row belongs at a position behind a hash."""
        return link(previous, position, self.kind, self.writer, self.seq, self.digest) == self.hash

    def finding(self, kind: str, message: str, seq: int | None = None) -> AuditFinding:
        return AuditFinding(
            kind, Severity.ERROR, message, self.position, str(self.writer), self.seq if seq is None else seq
        )


class _Changed(NamedTuple):
    seal: _Seal
    digest: bytes


async def verify(connection: Connection, since: int = 1, anchor: tuple[int, str] | None = None) -> AuditVerification:
    """Verify from a position on, in one snapshot. `anchor` is a position and its hash that were kept elsewhere.

    What lies before `since` is believed as far as the hash just before it.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute("SET LOCAL statement_timeout = 0")
        walk = _Walk(connection, await connection.fetch(_WRITERS), await connection.fetch(_DOCUMENTS))
        await walk.run(since)
        findings, unsealed = walk.found(), 0
        if anchor is not None:
            findings += await _held(connection, anchor)
        if not walk.broken_off:
            findings += await walk.checkpoints.rest(connection, walk.position)
            findings += await examine_sequences(connection, walk.position)
            unsealed, strange = await examine_unsealed(connection, walk.position, _MOST)
            findings += strange
        rejected = cast(int, await connection.fetchval(_REJECTIONS))
        findings += [_rejection(row) for row in await connection.fetch(_REJECTED)]
    findings.sort(key=lambda found: (found.severity, found.position is None, found.position or 0, found.seq or 0))
    return AuditVerification(walk.position, walk.hash.hex(), walk.records, unsealed, rejected, tuple(findings))


async def _held(connection: Connection, anchor: tuple[int, str]) -> list[AuditFinding]:
    position, expected = anchor
    found = await connection.fetchval(_BEFORE, position)
    if found is None:
        return [
            AuditFinding("TRUNCATED", Severity.ERROR, "The chain ends before the place that was kept.", position)
        ]
    if found.hex() != expected.lower():
        return [
            AuditFinding("CHANGED", Severity.ERROR, "The chain is not the one whose hash was kept.", position)
        ]
    return []


def _rejection(row: asyncpg.Record) -> AuditFinding:
    message = f"Among the records stood one that no gateway had made; it was taken out at {row['rejected_at']:%F %T}."
    return AuditFinding("REJECTED", Severity.WARNING, message, None, str(row["writer"]), row["seq"])


class _Walk:
    """One way along the chain, link by link."""

    def __init__(
        self, connection: Connection, writers: Iterable[asyncpg.Record], documents: Iterable[asyncpg.Record]
    ) -> None:
        self._connection = connection
        self._keys = {row["writer"]: (row["inner_key"], row["outer_key"]) for row in writers}
        self._documents = {
            row["hash"].hex(): hashlib.sha256(row["text"].encode()).hexdigest() for row in documents
        }
        self.checkpoints = Checkpoints()
        self.position = 0
        self.hash = GENESIS
        self.records = 0
        self.broken_off = False
        self._findings: list[AuditFinding] = []
        self._broken: list[_Seal] = []
        self._changed: list[_Changed] = []
        self._named: set[str] = set()

    async def run(self, since: int) -> None:
        previous: bytes | None = GENESIS
        await self.checkpoints.open(self._connection, since)
        if since > 1:
            self.position = since - 1
            previous = await self._connection.fetchval(_BEFORE, since - 1)
        while rows := await self._connection.fetch(_SEALS, self.position, _BATCH):
            for row in rows:
                if row["position"] != self.position + 1:
                    self._hole(self.position + 1, row["position"] - 1)
                    previous = None
                seal = _Seal(
                    row["position"], row["kind"], row["writer"], row["seq"], row["digest"], row["hash"], previous
                )
                if previous is not None and not seal.follows(previous, seal.position):
                    self._broken.append(seal)
                await (self._effect(seal, row) if seal.kind == EFFECT else self._group(seal))
                self._findings += self.checkpoints.meet(seal.position, seal.hash)
                previous, self.position, self.hash = seal.hash, seal.position, seal.hash
            await self.checkpoints.read_on(self._connection, self.position)
            if len(self._findings) + len(self._changed) + len(self._broken) > _MOST:
                self.broken_off = True
                message = "There may be more wrong than is told here: later places were not looked at."
                self._findings.append(AuditFinding("CHANGED", Severity.ERROR, message, self.position))
                return

    def found(self) -> list[AuditFinding]:
        """What was wrong on the way."""
        return [*self._findings, *_explained_changes(self._changed), *_explained_links(self._broken)]

    def _hole(self, first: int, last: int) -> None:
        places = f"position {first}" if first == last else f"positions {first} to {last}"
        self._findings.append(
            AuditFinding("MISSING", Severity.ERROR, f"The chain has a hole: {places}.", first)
        )

    async def _effect(self, seal: _Seal, row: asyncpg.Record) -> None:
        if row["record"] is None:
            self._findings.append(seal.finding("MISSING", "The record of an effect is missing."))
            return
        self.records += 1
        actual = effect_digest(row)
        if actual != seal.digest:
            self._changed.append(_Changed(seal, actual))
            return
        self._check_mac(seal, signed_effect(seal.writer, seal.seq, row["record"]), row["mac"])
        await self._check_contents(seal, seal.seq, [orjson.loads(row["record"])])

    async def _group(self, seal: _Seal) -> None:
        row = await self._connection.fetchrow(_GROUP, seal.writer, seal.seq)
        if row is None:
            self._findings.append(seal.finding("MISSING", "A group of records of reads is missing."))
            return
        self.records += row["last_seq"] - row["first_seq"] + 1
        actual = group_digest(row)
        if actual != seal.digest:
            self._changed.append(_Changed(seal, actual))
            return
        self._check_mac(seal, signed_group(seal.writer, seal.seq, row["last_seq"], lines_of(row)), row["mac"])
        await self._check_contents(seal, seal.seq, orjson.loads(row["records"]))

    def _check_mac(self, seal: _Seal, text: str, mac: bytes | None) -> None:
        inner, outer = self._keys.get(seal.writer, (None, None))
        if inner is None or outer is None:
            if seal.writer in self._keys and seal.kind == READ and mac is None:
                return  # of before writers had keys
            self._findings.append(seal.finding("INSERTED", "No gateway with a key has made this record."))
        elif mac is None or not genuine(text, mac, inner, outer):
            self._findings.append(seal.finding("INSERTED", "This record was not made by the gateway that it names."))

    async def _check_contents(self, seal: _Seal, first: int, records: Sequence[list[object]]) -> None:
        """What records name by hash alone: the texts of documents, and values that can be redacted."""
        digests: dict[str, int] = {}
        for seq, record in enumerate(records, first):
            if len(record) <= _DOCUMENT_DIGEST:
                continue  # of before records held it
            key, digest = cast("str | None", record[_DOCUMENT]), record[_DOCUMENT_DIGEST]
            if digest is not None and key is not None and key not in self._named and self._documents.get(key) != digest:
                self._named.add(key)
                missing = key not in self._documents
                said = f"The text of the document {key} is {'missing' if missing else 'not the one that was run'}."
                self._findings.append(seal.finding("MISSING" if missing else "CHANGED", said, seq))
            digests.update((found, seq) for found in digests_in(record[_VARIABLES]))
        if digests:
            await self._check_values(seal, first, first + len(records) - 1, digests)

    async def _check_values(self, seal: _Seal, first: int, last: int, digests: dict[str, int]) -> None:
        redacted = 0
        for row in await self._connection.fetch(_VALUES, seal.writer, first, last):
            if row["redacted_at"] is not None:
                redacted += 1
                continue
            digest = hashlib.sha256(row["salt"] + row["value"].encode()).hexdigest()
            if digests.pop(digest, None) is None:
                said = f"The value {row['name']!r} is not the one that the record was made with."
                self._findings.append(seal.finding("CHANGED", said))
        if len(digests) > redacted:
            self._findings.append(seal.finding("MISSING", "A value is missing and was not redacted."))


def _explained_changes(changed: Sequence[_Changed]) -> list[AuditFinding]:
    """Records that are not what was sealed: moved where they belong elsewhere, else changed."""
    belongs = {each.seal.digest: each.seal.position for each in changed}
    findings = []
    for seal, digest in changed:
        home = belongs.get(digest)
        if home is not None:
            said = f"The record here is the one that was sealed at position {home}."
            findings.append(seal.finding("REORDERED", said))
        else:
            findings.append(seal.finding("CHANGED", "The record is not the one that was sealed."))
    return findings


def _explained_links(broken: Sequence[_Seal]) -> list[AuditFinding]:
    """Links that do not follow: because rows of the chain changed places, or because one was changed."""
    findings = []
    true: dict[int, bytes] = {}
    for seal in broken:
        previous = true.get(seal.position - 1, seal.previous)
        if previous is None or seal.follows(previous, seal.position):
            continue  # only the one before it is wrong
        other = next((each for each in broken if each.follows(previous, seal.position)), None)
        if other is not None:
            true[seal.position] = other.hash
            said = f"What stands here belongs elsewhere in the chain; its own is at position {other.position}."
            findings.append(seal.finding("REORDERED", said))
        else:
            findings.append(seal.finding("CHANGED", "This place of the chain does not follow from the one before it."))
    return findings
