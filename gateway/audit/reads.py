"""The audit stage: one record a request, whatever its end.

Reads are written in groups, a row a group: a record waits at most 100 ms in memory and goes out with its group. Each
process is one writer, and numbers its records without gaps. With `audit.reads = "strict"` a read is answered only once
its record is durable, and with UNAVAILABLE where the store cannot be reached.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from time import time_ns
from typing import TYPE_CHECKING, NamedTuple

import asyncpg

from gateway.audit.chain import group_lines, signed_group
from gateway.audit.effects import EffectWriter, Untold
from gateway.audit.records import (
    Documents,
    Ending,
    Facts,
    Redactable,
    Text,
    blank_text,
    errors_of,
    kept_values,
    record_text,
    without_callers_words,
)
from gateway.audit.writers import READ, Writer
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
_SAVE_DOCUMENT = "insert into narthex.document (hash, text) values ($1, $2) on conflict do nothing"
_SAVE_VALUE = "insert into narthex.audit_value (writer, seq, name, salt, value) values ($1, $2, $3, $4, $5)"
_SAVE_GROUP = (
    "insert into narthex.audit_group (writer, first_seq, last_seq, environment, from_at, to_at, sessions, records, "
    "mac, effect_writer, void, doubtful) values ($1, $2, $3, $4, $5, $6, $7, $8::text::json, $9, $10, $11, $12)"
)
_LAST = "select coalesce(max(last_seq), 0) from narthex.audit_group where writer = $1"


class _Fresh(NamedTuple):
    """A request that ended; it becomes a record when its group is written. `at` is in microseconds since the epoch."""

    facts: Facts
    reply: Reply
    observation: Observation
    at: int


class _Record(NamedTuple):
    """A record as JSON, the text of its document where the store may not have it yet, values that it only hashes."""

    seq: int
    at: int
    session: str
    text: str
    document: Text | None
    values: tuple[Redactable, ...]
    size: int


class Auditor:
    """Keeps records until their group is written. `start` and `stop` bound its life; `stop` writes what waits.

    Groups also tell which numbers of the process's writer of effects have no record.
    """

    def __init__(self, control: Pool, environment: str, effects: EffectWriter | None = None) -> None:
        self._control = control
        self._environment = environment
        self._effects = effects
        self.writer = Writer(READ, environment)
        self._written = 0
        self._fresh: deque[_Fresh] = deque()
        self._fresh_size = 0
        self._records: deque[_Record] = deque()
        self._records_size = 0
        self._documents = effects.documents if effects is not None else Documents()
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
                await self._end()
            self._task = None

    async def _end(self) -> None:
        """Tell the store that no record comes any more: what is missing then is missing for good."""
        if not self.writer.registered or self.waiting:
            return
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
            async with self._control.acquire() as connection:
                await self.writer.tell(connection, ended=True)

    @property
    def waiting(self) -> int:
        return len(self._fresh) + len(self._records)

    def append(self, facts: Facts, reply: Reply, observation: Observation) -> int | None:
        """Take a record; costs no round trip. Its number, or None where too much waits and it is lost."""
        if self.waiting >= _MAX_WAITING or self._records_size >= _MAX_WAITING_BYTES:
            self.lost += 1
            return None
        number = self.writer.next()
        self._fresh.append(_Fresh(facts, reply, observation, time_ns() // 1000))
        self._fresh_size += facts.envelope.message.size
        if len(self._fresh) > _MAX_FRESH or self._fresh_size > _MAX_FRESH_BYTES:
            self._make_records()
        return number

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
        if not self._records and self._effects is not None and any(self._effects.untold()):
            self._records.append(_carrier(self.writer.next()))
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
        texts = {text.key: text for record in group if (text := record.document) is not None}
        values = [(self.writer.id, record.seq, *value) for record in group for value in record.values]
        untold = self._effects.untold() if self._effects is not None else Untold()
        fresh: Sequence[_Record] = group
        async with self._control.acquire() as connection:
            if texts or values or self._unsure or not self.writer.registered:
                async with connection.transaction():
                    if not self.writer.registered:
                        await self.writer.tell(connection)
                    last = await connection.fetchval(_LAST, self.writer.id)
                    if texts:
                        await connection.executemany(_SAVE_DOCUMENT, [(text.key, text.text) for text in texts.values()])
                    if values:
                        await connection.executemany(_SAVE_VALUE, [value for value in values if value[1] > last])
                    fresh = [record for record in group if record.seq > last]
                    await self._save_records(connection, fresh, untold)
            else:
                await self._save_records(connection, fresh, untold)
        if self._effects is not None and fresh:
            self._effects.told(untold)
        self._unsure = False
        for text in texts.values():
            self._documents.saved(text)

    async def _save_records(self, connection: Executor, records: Sequence[_Record], untold: Untold) -> None:
        if not records:
            return
        effects = self._effects.writer.id if self._effects is not None and (untold.void or untold.doubtful) else None
        first, last = records[0], records[-1]
        sessions = list({record.session for record in records})
        text = "[" + ",".join([record.text for record in records]) + "]"
        told = effects, untold.void, untold.doubtful
        lines = group_lines(self._environment, first.at, last.at, sessions, told, text)
        await connection.execute(
            _SAVE_GROUP,
            self.writer.id,
            first.seq,
            last.seq,
            self._environment,
            datetime.fromtimestamp(first.at / 1_000_000, UTC),
            datetime.fromtimestamp(last.at / 1_000_000, UTC),
            sessions,
            text,
            self.writer.mac(signed_group(self.writer.id, first.seq, last.seq, lines)),
            *told,
        )
    def _make_records(self) -> None:
        while self._fresh:
            record = self._record(self.writer.issued - len(self._fresh) + 1, self._fresh.popleft())
            self._records.append(record)
            self._records_size += record.size
        self._fresh_size = 0

    def _record(self, seq: int, fresh: _Fresh) -> _Record:
        facts, reply = fresh.facts, fresh.reply
        digest, document = self._documents.of(facts)
        values, redactable = kept_values(facts)
        ending = Ending(
            reply.outcome(),
            errors_of(reply) if reply.refusals else None,
            round(fresh.observation.duration * 1_000_000),
        )
        text = record_text(facts, fresh.at, fresh.observation.operation_name, values, digest, ending)
        size = 500 + len(text) + (len(document.text) if document is not None else 0)
        size += sum(100 + len(value.value) for value in redactable)
        return _Record(seq, fresh.at, facts.envelope.principal.session, text, document, redactable, size)


def _carrier(seq: int) -> _Record:
    """A record that says nothing but that its group was written by the gateway: for what no request's record tells."""
    at = time_ns() // 1000
    return _Record(seq, at, "", blank_text(at), None, (), 0)


def _bare(record: _Record) -> _Record:
    """The record without anything that a caller wrote."""
    return record._replace(text=without_callers_words(record.text), document=None, values=())


def _unavailable() -> Refusal:
    return Refusal(Code.UNAVAILABLE, "The audit store cannot be reached.", retry_after_s=1)
