"""The audit stage: one record a request, whatever its end.

Reads are written in groups, a row a group: a record waits at most 100 ms in memory and goes out with its group. Each
process is one writer, and numbers its records without gaps. With `audit.reads = "strict"` a read is answered only once
its record is durable, and with UNAVAILABLE where the store cannot be reached.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from time import time_ns
from typing import TYPE_CHECKING, NamedTuple

import asyncpg

from gateway.audit.records import Facts, errors_of, record_text, without_callers_words
from gateway.document import numbered
from gateway.encode import storable
from gateway.respond import Reply
from narthex.errors import Code, Refusal
from narthex.observe import Observation

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    from gateway.database.connections import Pool

    Executor = PoolConnectionProxy[asyncpg.Record]

_GROUP_S = 0.1
_GROUP = 1_000
"""Records of one row."""
_STOP_S = 5.0
_MAX_WAITING = 50_000
_MAX_WAITING_BYTES = 64 * 1024 * 1024
"""What may wait while the store cannot be reached; later records are counted as lost."""
_MAX_FRESH = 500
_MAX_FRESH_BYTES = 4 * 1024 * 1024
"""Requests that are kept as they came; more are made into records at once, which are smaller."""
_KNOWN_DOCUMENTS = 100_000
_SAVE_DOCUMENT = "insert into narthex.document (hash, text) values ($1, $2) on conflict do nothing"
_SAVE_GROUP = (
    "insert into narthex.audit_group (writer, first_seq, last_seq, environment, from_at, to_at, sessions, records) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8::text::json)"
)
_LAST = "select coalesce(max(last_seq), 0) from narthex.audit_group where writer = $1"


class _Fresh(NamedTuple):
    """A request that ended; it becomes a record when its group is written. `at` is in microseconds since the epoch."""

    facts: Facts
    reply: Reply
    observation: Observation
    at: int


class _Record(NamedTuple):
    """A record as JSON, and the text of its document where the store may not have it yet."""

    seq: int
    at: int
    session: str
    text: str
    document: tuple[bytes, str] | None
    size: int


class Auditor:
    """Keeps records until their group is written. `start` and `stop` bound its life; `stop` writes what waits."""

    def __init__(self, control: Pool, environment: str) -> None:
        self._control = control
        self._environment = environment
        self._writer = uuid.uuid4()
        self._taken = 0
        self._written = 0
        self._fresh: deque[_Fresh] = deque()
        self._fresh_size = 0
        self._records: deque[_Record] = deque()
        self._records_size = 0
        self._known: set[bytes] = set()
        self._unsure = False
        self._wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._waiters: list[tuple[int, asyncio.Future[None]]] = []
        self.lost = 0
        self.failures = 0

    def start(self) -> None:
        self._task = asyncio.create_task(self._write_groups(), name="audit")

    async def stop(self) -> None:
        """Write what waits; a group that is on its way is not cut, because nobody would know whether it arrived."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._task, _STOP_S)
            self._task = None

    @property
    def waiting(self) -> int:
        return len(self._fresh) + len(self._records)

    def append(self, facts: Facts, reply: Reply, observation: Observation) -> int | None:
        """Take a record; costs no round trip. Its number, or None where too much waits and it is lost."""
        if self.waiting >= _MAX_WAITING or self._records_size >= _MAX_WAITING_BYTES:
            self.lost += 1
            return None
        self._taken += 1
        self._fresh.append(_Fresh(facts, reply, observation, time_ns() // 1000))
        self._fresh_size += facts.envelope.message.size
        if len(self._fresh) > _MAX_FRESH or self._fresh_size > _MAX_FRESH_BYTES:
            self._make_records()
        return self._taken

    async def durable(self, number: int | None) -> None:
        """Wait until the record of a number is written; raises UNAVAILABLE where the store does not take it."""
        if number is None:
            raise _unavailable()
        if number <= self._written:
            return
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append((number, written))
        self._wake.set()
        await written

    async def _write_groups(self) -> None:
        while not self._stopping:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _GROUP_S)
            self._wake.clear()
            await self._write()
        await self._write()

    async def _write(self) -> None:
        self._make_records()
        while self._records:
            group = list(islice(self._records, _GROUP))
            try:
                await self._save(group)
            except (asyncpg.DataError, ValueError):
                # What the store cannot hold must not keep all later records out.
                self.failures += 1
                self._unsure = True
                for record in reversed([self._records.popleft() for _ in group]):
                    self._records.appendleft(_bare(record))
                self._tell(None)
                return
            except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
                # The driver's internal error: the server has ended the session and has not hung up yet.
                self.failures += 1
                self._unsure = True  # the answer to a commit may be what was lost
                self._tell(_unavailable())
                return
            for record in group:
                self._records_size -= record.size
                self._records.popleft()
            self._written = group[-1].seq
            self._make_records()
        self._tell(None)

    def _tell(self, failure: Refusal | None) -> None:
        """Let those go on whose record is written; on a failure all, for nobody knows when the store comes back."""
        waiting = []
        for number, written in self._waiters:
            if written.done():
                continue
            if number <= self._written:
                written.set_result(None)
            elif failure is not None:
                written.set_exception(failure)
            else:
                waiting.append((number, written))
        self._waiters = waiting

    async def _save(self, group: Sequence[_Record]) -> None:
        texts = {document[0]: document[1] for record in group if (document := record.document) is not None}
        async with self._control.acquire() as connection:
            if texts or self._unsure:
                async with connection.transaction():
                    last = await connection.fetchval(_LAST, self._writer)
                    if texts:
                        await connection.executemany(_SAVE_DOCUMENT, list(texts.items()))
                    await self._save_records(connection, [record for record in group if record.seq > last])
            else:
                await self._save_records(connection, group)
        self._unsure = False
        if len(self._known) > _KNOWN_DOCUMENTS:
            self._known.clear()
        self._known.update(texts)

    async def _save_records(self, connection: Executor, records: Sequence[_Record]) -> None:
        if not records:
            return
        await connection.execute(
            _SAVE_GROUP,
            self._writer,
            records[0].seq,
            records[-1].seq,
            self._environment,
            datetime.fromtimestamp(records[0].at / 1_000_000, UTC),
            datetime.fromtimestamp(records[-1].at / 1_000_000, UTC),
            list({record.session for record in records}),
            "[" + ",".join([record.text for record in records]) + "]",
        )

    def _make_records(self) -> None:
        while self._fresh:
            record = self._record(self._taken - len(self._fresh) + 1, self._fresh.popleft())
            self._records.append(record)
            self._records_size += record.size
        self._fresh_size = 0

    def _record(self, seq: int, fresh: _Fresh) -> _Record:
        facts, reply = fresh.facts, fresh.reply
        document, hashed = None, facts.document_hash
        if hashed is not None and facts.document is not None and (key := bytes.fromhex(hashed)) not in self._known:
            document = key, storable(numbered(facts.document))
        text = record_text(
            facts,
            fresh.at,
            fresh.observation.operation_name,
            reply.outcome(),
            errors_of(reply) if reply.refusals else None,
            round(fresh.observation.duration * 1_000_000),
        )
        size = 500 + len(text) + (len(document[1]) if document is not None else 0)
        return _Record(seq, fresh.at, facts.envelope.principal.session, text, document, size)


def _bare(record: _Record) -> _Record:
    """The record without anything that a caller wrote."""
    return record._replace(text=without_callers_words(record.text), document=None)


def _unavailable() -> Refusal:
    return Refusal(Code.UNAVAILABLE, "The audit store cannot be reached.", retry_after_s=1)
