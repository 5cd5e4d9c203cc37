"""Chains records, within a second of their being written, so that no writer ever waits for a chain.

Every process tries; the one that holds the advisory lock seals, for one transaction at a time, so that leadership goes
over by itself. What no gateway has made is taken from among the records and kept in `narthex.audit_rejected`.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import asyncpg
import structlog

from gateway.audit.chain import (
    EFFECT_DIGEST,
    EFFECT_GENUINE,
    GENESIS,
    GROUP_DIGEST,
    GROUP_GENUINE,
    checkpoint_text,
    link,
)
from gateway.audit.writers import EFFECT, READ, HasWriter, Kind, tell_all
from narthex.errors import Refusal

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    from gateway.database.connections import Pool
    from gateway.identity.keys import KeyRing, SigningKey

    Connection = PoolConnectionProxy[asyncpg.Record]

_EVERY_S = 0.4
_BATCH = 2_000
_GROUPS = 50
_LOCK = 7957137449
_LIFE_EVERY_S = 5.0
_CHECKPOINT_EVERY_S = 10.0
_CHECKPOINT_EVERY = 1_000
_PATIENCE = "10 minutes"
"""How long a number without a record is waited for; longer than any statement runs."""
_CLOSED_AFTER = "1 hour"

_TRY = "SELECT pg_try_advisory_xact_lock($1)"
_HEAD = "SELECT position, hash FROM narthex.audit_seal ORDER BY position DESC LIMIT 1"
_EFFECTS = f"""
SELECT r.writer, r.seq, r.seq AS last_seq, r.digest, r.genuine, NULL::uuid AS effect_writer, NULL::bigint[] AS void,
       CASE WHEN r.genuine THEN r.record ->> 5 END AS session, r.fresh, r.sealed
FROM (
    SELECT w.sealed, e.writer, e.seq, e.record, e.fresh, {EFFECT_DIGEST} AS digest, {EFFECT_GENUINE} AS genuine
    FROM narthex.writer w CROSS JOIN LATERAL (
        (SELECT e.*, true AS fresh FROM narthex.audit_effect e
         WHERE e.writer = w.writer AND e.seq > w.sealed ORDER BY e.seq LIMIT $1)
        UNION ALL
        (SELECT e.*, false FROM narthex.audit_gap g JOIN narthex.audit_effect e USING (writer, seq)
         WHERE g.writer = w.writer LIMIT $1)
    ) e
    WHERE w.kind = 'effect' AND NOT w.closed
) r
ORDER BY r.writer, r.seq
"""
_READS = f"""
SELECT g.writer, g.first_seq AS seq, g.last_seq, {GROUP_DIGEST} AS digest, {GROUP_GENUINE} AS genuine,
       g.effect_writer, g.void, NULL AS session, true AS fresh, w.sealed
FROM narthex.writer w CROSS JOIN LATERAL (
    SELECT * FROM narthex.audit_group g WHERE g.writer = w.writer AND g.first_seq > w.sealed
    ORDER BY g.first_seq LIMIT $1
) g
WHERE w.kind = 'read' AND NOT w.closed
ORDER BY g.writer, g.first_seq
"""
_SEAL = """
INSERT INTO narthex.audit_seal (position, kind, writer, seq, digest, hash, session)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::uuid[], $4::bigint[], $5::bytea[], $6::bytea[], $7::text[])
"""
_ADVANCE = """
UPDATE narthex.writer w SET sealed = n.sealed FROM unnest($1::uuid[], $2::bigint[]) n (writer, sealed)
WHERE w.writer = n.writer AND w.sealed < n.sealed
"""
_MISSING = """
INSERT INTO narthex.audit_gap (writer, seq) SELECT n.writer, s
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) n (writer, low, high), generate_series(n.low, n.high) s
ON CONFLICT DO NOTHING
"""
_FOUND = """
DELETE FROM narthex.audit_gap g USING unnest($1::uuid[], $2::bigint[]) n (writer, seq)
WHERE (g.writer, g.seq) = (n.writer, n.seq)
"""
_GIVEN_UP = f"DELETE FROM narthex.audit_gap WHERE seen_at < now() - interval '{_PATIENCE}'"
_CLOSE = f"""
UPDATE narthex.writer SET closed = true
WHERE NOT closed AND coalesce(ended_at, seen_at) < now() - interval '{_CLOSED_AFTER}'
"""
_REJECT = {
    EFFECT: (
        "INSERT INTO narthex.audit_rejected (kind, writer, seq, written_at, content) "
        "SELECT 'effect', writer, seq, written_at, row_to_json(e)::text FROM narthex.audit_effect e "
        "WHERE writer = $1 AND seq = $2",
        "DELETE FROM narthex.audit_effect WHERE writer = $1 AND seq = $2",
    ),
    READ: (
        "INSERT INTO narthex.audit_rejected (kind, writer, seq, written_at, content) "
        "SELECT 'read', writer, first_seq, written_at, row_to_json(g)::text FROM narthex.audit_group g "
        "WHERE writer = $1 AND first_seq = $2",
        "DELETE FROM narthex.audit_group WHERE writer = $1 AND first_seq = $2",
    ),
}
_STATE = """
SELECT (SELECT count(*) FROM narthex.audit_rejected) AS rejected, coalesce(sum(n), 0)::bigint AS unsealed,
       coalesce(extract(epoch FROM now() - min(oldest)), 0)::float8 AS lag
FROM narthex.writer w CROSS JOIN LATERAL (
    SELECT count(*) AS n, min(written_at) AS oldest FROM narthex.audit_effect e
    WHERE e.writer = w.writer AND e.seq > w.sealed
    UNION ALL
    SELECT coalesce(sum(last_seq - first_seq + 1), 0), min(written_at) FROM narthex.audit_group g
    WHERE g.writer = w.writer AND g.first_seq > w.sealed
) waiting
WHERE NOT w.closed
"""
_CHECKPOINT = (
    "INSERT INTO narthex.audit_checkpoint (position, hash, made_at, kid, public_key, signature) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"
)
_log = structlog.get_logger("narthex")


class _Item(NamedTuple):
    """A record or group that is to be sealed, or to be rejected where it is not genuine."""

    kind: Kind
    writer: UUID
    seq: int
    last_seq: int
    digest: bytes
    genuine: bool
    session: str | None
    fresh: bool
    sealed: int
    void_of: UUID | None
    void: Sequence[int]


class Sealer:
    """Seals as long as `run` runs. `writers` are those of this process, whose signs of life go with it.

    `sealed` counts what this process has sealed, `unsealed` the records that wait for a seal, `rejected` what was ever
    rejected; `lag_s` is how long the oldest record waits.
    """

    def __init__(
        self, control: Pool, load_keys: Callable[[], Awaitable[KeyRing]], writers: Sequence[HasWriter] = ()
    ) -> None:
        self._control = control
        self._load_keys = load_keys
        self._writers = writers
        self._told = 0.0
        self._tidied = 0.0
        self._checkpoint_at = 0.0
        self._checkpoint = 0
        self._sealed_since = 0
        self.sealed = 0
        self.unsealed = 0
        self.rejected = 0
        self.lag_s = 0.0
        self.failures = 0

    async def run(self) -> None:
        """Seal until cancelled. While the store is away, nothing is written and nothing needs a seal."""
        while True:
            again = False
            try:
                await self._live()
                again = await self.seal()
                await self._look()
            except (
                asyncpg.PostgresError,
                asyncpg.InterfaceError,
                asyncpg.InternalClientError,
                OSError,
                TimeoutError,
                Refusal,
            ) as error:
                self.failures += 1
                _log.warning("records could not be sealed", reason=str(error) or type(error).__name__)
            await asyncio.sleep(0 if again else _EVERY_S)

    async def _live(self) -> None:
        if monotonic() - self._told < _LIFE_EVERY_S or not self._writers:
            return
        async with self._control.acquire() as connection:
            await tell_all(connection, self._writers)
        self._told = monotonic()

    async def _look(self) -> None:
        async with self._control.acquire() as connection:
            row = await connection.fetchrow(_STATE)
        assert row is not None
        if row["rejected"] > self.rejected:
            _log.error("records that no gateway has made were rejected", rejected=row["rejected"])
        self.rejected, self.unsealed, self.lag_s = row["rejected"], row["unsealed"], row["lag"]

    async def seal(self) -> bool:
        """Seal what waits, as far as it goes into one transaction, unless another process is at it.

        True where more waits.
        """
        signer = await self._due_signer()
        async with self._control.acquire() as connection, connection.transaction():
            if not await connection.fetchval(_TRY, _LOCK):
                return False
            head = await connection.fetchrow(_HEAD)
            position, hash_ = (head["position"], head["hash"]) if head is not None else (0, GENESIS)
            items = [_item(READ, row) for row in await connection.fetch(_READS, _GROUPS)]
            more = len(items) >= _GROUPS
            effects = [_item(EFFECT, row) for row in await connection.fetch(_EFFECTS, _BATCH)]
            more = more or len(effects) >= _BATCH
            genuine = [item for item in (*items, *effects) if item.genuine]
            if forged := [item for item in (*items, *effects) if not item.genuine]:
                await _reject(connection, forged)
            if genuine:
                position, hash_ = await _extend(connection, position, hash_, genuine)
            if not more:
                await self._tidy(connection)
            if signer is not None:
                await self._sign(connection, signer, position, hash_)
        self.sealed += len(genuine)
        self._sealed_since += len(genuine)
        return more

    async def _due_signer(self) -> SigningKey | None:
        """The key for the next checkpoint, where it is time for one."""
        if self._sealed_since < _CHECKPOINT_EVERY and monotonic() - self._checkpoint_at < _CHECKPOINT_EVERY_S:
            return None
        return (await self._load_keys()).signer(datetime.now(UTC))

    async def _sign(self, connection: Connection, signer: SigningKey, position: int, hash_: bytes) -> None:
        self._checkpoint_at, self._sealed_since = monotonic(), 0
        if position == self._checkpoint:
            return
        made_at = datetime.now(UTC)
        signature = signer.private.sign(checkpoint_text(position, hash_, made_at))
        public = signer.public.public_bytes_raw()
        await connection.execute(_CHECKPOINT, position, hash_, made_at, signer.kid, public, signature)
        self._checkpoint = position

    async def _tidy(self, connection: Connection) -> None:
        """Give up waiting for numbers, and looking at writers, where nothing can come any more."""
        if monotonic() - self._tidied < 60:
            return
        await connection.execute(_GIVEN_UP)
        await connection.execute(_CLOSE)
        self._tidied = monotonic()


def _item(kind: Kind, row: asyncpg.Record) -> _Item:
    return _Item(
        kind,
        row["writer"],
        row["seq"],
        row["last_seq"],
        row["digest"],
        row["genuine"],
        row["session"],
        row["fresh"],
        row["sealed"],
        row["effect_writer"],
        row["void"] or (),
    )


async def _reject(connection: Connection, forged: Sequence[_Item]) -> None:
    await connection.execute("SET LOCAL narthex.rejecting = 'on'")
    for item in forged:
        for sql in _REJECT[item.kind]:
            await connection.execute(sql, item.writer, item.seq)
    await connection.execute("SET LOCAL narthex.rejecting = 'off'")


async def _extend(
    connection: Connection, position: int, hash_: bytes, items: Sequence[_Item]
) -> tuple[int, bytes]:
    """Add links for the items, and note how far each writer's sequence is sealed; the new end of the chain."""
    rows = []
    for item in items:
        position += 1
        hash_ = link(hash_, position, item.kind, item.writer, item.seq, item.digest)
        rows.append((position, item.kind, item.writer, item.seq, item.digest, hash_, item.session))
    await connection.execute(_SEAL, *(list(column) for column in zip(*rows, strict=True)))
    reached: dict[UUID, int] = {}
    gaps: list[tuple[UUID, int, int]] = []
    found: defaultdict[UUID, list[int]] = defaultdict(list)
    for item in items:
        if not item.fresh:
            found[item.writer].append(item.seq)
            continue
        before = reached.get(item.writer, item.sealed)
        if item.kind == EFFECT and item.seq > before + 1:
            gaps.append((item.writer, before + 1, item.seq - 1))
        reached[item.writer] = item.last_seq
        if item.void_of is not None:
            found[item.void_of] += item.void
    await connection.execute(_ADVANCE, list(reached), list(reached.values()))
    if gaps:
        await connection.execute(_MISSING, *(list(column) for column in zip(*gaps, strict=True)))
    if found:
        pairs = [(writer, seq) for writer, numbers in found.items() for seq in numbers]
        if pairs:
            await connection.execute(_FOUND, *(list(column) for column in zip(*pairs, strict=True)))
    return position, hash_
