"""The audit stage: one record a request, whatever its end.

Reads are written in groups: a record waits at most 100 ms in memory and goes out by COPY with its group. Each process
is one writer, and numbers its records without gaps when it writes them. With `audit.reads = "strict"` a read is
answered only once its record is durable.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import asyncpg
import orjson

from gateway.document import Document
from gateway.envelope import Envelope
from gateway.respond import Reply
from narthex.observe import Observation

if TYPE_CHECKING:
    from resolvers.sql.run import Pool

_GROUP_S = 0.1
_MAX_WAITING = 50_000
"""Records that may wait while the store cannot be reached; later ones are counted as lost."""
_MAX_VARIABLES = 65_536
"""Bytes of the largest variables that a record keeps."""
_COLUMNS = (
    "writer",
    "seq",
    "at",
    "kind",
    "surface",
    "environment",
    "subject",
    "principal_kind",
    "actors",
    "session",
    "token_id",
    "role",
    "level",
    "trace_id",
    "purpose",
    "operation_name",
    "document_hash",
    "variables",
    "coordinates",
    "contract_hash",
    "schema_version",
    "policy_version",
    "sql_fingerprint",
    "outcome",
    "errors",
    "duration_us",
)
_SAVE_DOCUMENT = "insert into narthex.document (hash, text) values ($1, $2) on conflict do nothing"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the pipeline knew of a request when it ended."""

    envelope: Envelope
    document: Document | None
    document_hash: str | None
    contract_hash: str
    schema_version: str
    policy_version: str
    coordinates: tuple[str, ...]
    sql_fingerprint: str | None


class Auditor:
    """Keeps records until their group is written. `start` and `stop` bound its life; `stop` writes what waits."""

    def __init__(self, control: Pool, environment: str) -> None:
        self._control = control
        self._environment = environment
        self._writer = uuid.uuid4()
        self._seq = 0
        self._waiting: deque[tuple[Facts, Reply, Observation, datetime]] = deque()
        self._known: set[bytes] = set()
        self._task: asyncio.Task[None] | None = None
        self._waiters: list[tuple[int, asyncio.Future[None]]] = []
        self.lost = 0
        self.failures = 0

    def start(self) -> None:
        self._task = asyncio.create_task(self._write_groups(), name="audit")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._write()

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def append(self, facts: Facts, reply: Reply, observation: Observation) -> None:
        """Take a record; costs no round trip."""
        if len(self._waiting) >= _MAX_WAITING:
            self.lost += 1
            return
        self._waiting.append((facts, reply, observation, datetime.now(UTC)))

    async def durable(self) -> None:
        """Wait until everything appended so far is written."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append((self._seq + len(self._waiting), written))
        await written

    async def _write_groups(self) -> None:
        while True:
            await asyncio.sleep(_GROUP_S)
            await self._write()

    async def _write(self) -> None:
        if not self._waiting:
            return
        group = list(self._waiting)
        try:
            await self._save(group)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            self.failures += 1  # nothing of the group was committed, and it waits for the next round
            return
        for _ in group:
            self._waiting.popleft()
        self._seq += len(group)
        for target, written in self._waiters:
            if target <= self._seq and not written.done():
                written.set_result(None)
        self._waiters = [waiter for waiter in self._waiters if not waiter[1].done()]

    async def _save(self, group: Sequence[tuple[Facts, Reply, Observation, datetime]]) -> None:
        texts = dict(_new_documents(group, self._known))
        records = [self._record(self._seq + number, *entry) for number, entry in enumerate(group, 1)]
        async with self._control.acquire() as connection, connection.transaction():
            if texts:
                await connection.executemany(_SAVE_DOCUMENT, list(texts.items()))
            await connection.copy_records_to_table(
                "audit_record", schema_name="narthex", columns=_COLUMNS, records=records
            )
        if len(self._known) > 100_000:
            self._known.clear()
        self._known.update(texts)

    def _record(
        self, seq: int, facts: Facts, reply: Reply, observation: Observation, at: datetime
    ) -> tuple[object, ...]:
        envelope = facts.envelope
        principal = envelope.principal
        errors = [refusal.formatted() for refusal in reply.refusals]
        return (
            self._writer,
            seq,
            at,
            "read",
            envelope.surface,
            self._environment,
            principal.subject,
            principal.kind.value,
            list(principal.actors),
            principal.session,
            principal.token_id,
            principal.role,
            principal.level.name,
            envelope.trace_id,
            _storable(envelope.purpose),
            observation.operation_name,
            bytes.fromhex(facts.document_hash) if facts.document_hash else None,
            _values(facts),
            list(facts.coordinates),
            facts.contract_hash,
            facts.schema_version,
            facts.policy_version,
            facts.sql_fingerprint,
            reply.outcome(),
            orjson.dumps(errors, default=str).decode().replace("\\u0000", "\\ufffd") if errors else None,
            round(observation.duration * 1_000_000),
        )


def _new_documents(
    group: Sequence[tuple[Facts, Reply, Observation, datetime]], known: set[bytes]
) -> Iterator[tuple[bytes, str]]:
    """Texts that the store does not have from this writer, with `$0`, `$1` … where literals were lifted."""
    for facts, *_ in group:
        if facts.document_hash is None or facts.document is None:
            continue
        hashed = bytes.fromhex(facts.document_hash)
        if hashed not in known:
            yield hashed, numbered(facts.document.key)


def numbered(key: str) -> str:
    """A document's literal-free key with its literals as `$0`, `$1` …, as `variables` of the record names them."""
    first, *rest = key.split("\0")
    return first + "".join(f"${number}{part[1:]}" for number, part in enumerate(rest))


def _values(facts: Facts) -> str:
    values: dict[str, object] = dict(facts.envelope.message.variables)
    if facts.document is not None:
        values.update({f"${number}": text for number, text in enumerate(facts.document.literals)})
    try:
        text = orjson.dumps(values, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except (TypeError, ValueError):
        return '{"$unreadable": true}'
    if len(text) > _MAX_VARIABLES:
        return orjson.dumps({"$bytes": len(text)}).decode()
    return text.replace("\\u0000", "\\ufffd")


def _storable(text: str | None) -> str | None:
    """Postgres's text holds no NUL."""
    return None if text is None else text.replace("\0", "\ufffd")
