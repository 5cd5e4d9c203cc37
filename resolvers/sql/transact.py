"""Running a group of writes: all of them or none, in one round trip where one statement does everything.

Errors are told with the place of the root that failed, and never carry SQL, Postgres's text or a value.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

import asyncpg

from narthex.errors import Code, Refusal
from resolvers.sql.compile import Statement
from resolvers.sql.run import late, refusal_of
from resolvers.sql.writes import Write

if TYPE_CHECKING:
    from asyncpg.transaction import Transaction

    from resolvers.sql.run import Pool, Session

_TRIES = 3
_AGAIN_S = 0.02
_CLASH = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
_STALE = (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)
# The first of them is the driver's word for a session that has ended, though its class is one of the server's errors.
_LOST = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
_SETTLE = "select narthex.settle($1, $2, $3)"
_AT_ONCE = "set constraints all immediate"
_DRY = "set local lock_timeout = '1s'; set local statement_timeout = '5s'; set constraints all immediate"
_IN_DOUBT = "The database went away while the change was on its way; whether it happened is not known."

_Result = TypeVar("_Result")

Bound = Sequence[Sequence[object]]
"""The values of each statement of a write."""


class Written(NamedTuple):
    """What one root gave: its JSON, None for null, how many rows it wrote, and the JSON of its diff in a dry run."""

    json: bytes | None
    affected: int
    diff: str | None = None


class Record(NamedTuple):
    """What a group settles: the envelope of its audit record, and what makes of its roots the answer that is kept."""

    envelope: str
    answer: Callable[[Sequence[Written]], str | None]


class GroupFailed(Exception):
    """Nothing of a group happened, or `in_doubt` where that is not known. `place` is the root's, None where unknown."""

    def __init__(self, refusal: Refusal, place: int | None, error: BaseException, *, in_doubt: bool = False) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal
        self.place = place
        self.error = error
        self.in_doubt = in_doubt


async def write_group(
    pool: Pool, writes: Sequence[Write], bound: Sequence[Bound], record: Record, until: float | None = None
) -> list[Written]:
    """Write in order and commit; the record is settled with the effect. Raises `GroupFailed`.

    What has not come to its commit at `until`, a time of the event loop, is undone.
    """
    if len(writes) != 1 or not writes[0].single:
        return await _run(pool, lambda run: _together(run, writes, bound, record), until)
    statement, values = writes[0].statement, bound[0][0]
    if until is None:
        return await _run(pool, lambda run: _alone(run, statement, values, record))
    return await _run(pool, lambda run: _alone_in_time(run, statement, values, record), until)


async def try_group(
    pool: Pool, writes: Sequence[Write], bound: Sequence[Bound], limit: int, until: float | None = None
) -> list[Written]:
    """Write in order and roll back: what would have been written.

    Raises `GroupFailed`, also beyond `limit` rows and at `until`.
    """
    return await _run(pool, lambda run: _rolled_back(run, writes, bound, limit), until)


class _Run:
    """One try in one session; `place` is the root that is being written, `committing` whether it may have been."""

    def __init__(self, session: Session, timer: asyncio.Timeout) -> None:
        self.session = session
        self.timer = timer
        self.place: int | None = None
        self.committing = False

    async def row(self, sql: str, values: Sequence[object]) -> asyncpg.Record:
        return cast("asyncpg.Record", await self.session.fetchrow(sql, *values))

    async def commit(self, transaction: Transaction) -> None:
        """No timer cuts it short, so that what became of it is known."""
        self.timer.reschedule(None)
        self.committing = True
        await transaction.commit()


async def _run(pool: Pool, work: Callable[[_Run], Awaitable[_Result]], until: float | None = None) -> _Result:
    """Work in a session; again where the server has rolled back for no fault of the work."""
    for turn in range(1, _TRIES + 1):
        run: _Run | None = None
        timer = asyncio.timeout_at(until)
        try:
            async with timer, pool.acquire() as session:
                run = _Run(session, timer)
                return await work(run)
        except _CLASH as error:
            if turn == _TRIES:
                raise _failed(refusal_of(error), run, error) from error
            await asyncio.sleep(_AGAIN_S * turn * random.random())  # noqa: S311  no secret
        except _STALE as error:
            if turn == _TRIES:
                refusal = Refusal(Code.UNAVAILABLE, "The database schema is changing.", retry_after_s=1)
                raise _failed(refusal, None, error) from error
        except _LOST as error:
            if isinstance(error, TimeoutError) and timer.expired():
                raise _failed(late(), run, error) from error
            raise _lost(error, run) from error
        except asyncpg.PostgresError as error:
            raise _failed(refusal_of(error), run, error) from error
        except (UnicodeEncodeError, OverflowError) as error:
            refusal = Refusal(Code.BAD_USER_INPUT, "A value in the arguments does not fit the type of its column.")
            raise _failed(refusal, run, error) from error
    raise AssertionError("the last try returns or raises")


def _failed(refusal: Refusal, run: _Run | None, error: BaseException) -> GroupFailed:
    return GroupFailed(refusal, run.place if run is not None else None, error)


def _lost(error: BaseException, run: _Run | None) -> GroupFailed:
    if run is not None and run.committing:
        return GroupFailed(Refusal(Code.IN_DOUBT, _IN_DOUBT), run.place, error, in_doubt=True)
    refusal = Refusal(Code.UNAVAILABLE, "The database cannot be reached.", retry_after_s=1)
    return GroupFailed(refusal, None, error)


async def _alone(run: _Run, statement: Statement, values: Sequence[object], record: Record) -> list[Written]:
    run.place, run.committing = 0, True
    return await _settling(run, statement, values, record)


async def _alone_in_time(run: _Run, statement: Statement, values: Sequence[object], record: Record) -> list[Written]:
    """In a transaction: of a statement alone that is cut short, nobody knows whether it happened."""
    transaction = run.session.transaction()
    await transaction.start()
    try:
        run.place = 0
        written = await _settling(run, statement, values, record)
    except BaseException:
        await _undo(transaction)
        raise
    await run.commit(transaction)
    return written


async def _settling(run: _Run, statement: Statement, values: Sequence[object], record: Record) -> list[Written]:
    """A statement that settles its own record."""
    given = list(values)
    if statement.record is not None:
        given[statement.record] = record.envelope
    row = await run.row(statement.sql, given)
    return [Written(row[0], row[1])]


async def _together(run: _Run, writes: Sequence[Write], bound: Sequence[Bound], record: Record) -> list[Written]:
    transaction = run.session.transaction()
    await transaction.start()
    try:
        written = [await _write(run, place, write.chain(dry_run=False), bound) for place, write in enumerate(writes)]
        run.place = None
        await run.session.execute(_AT_ONCE)
        affected = sum(one.affected for one in written)
        await run.row(_SETTLE, (record.envelope, affected, record.answer(written)))
    except BaseException:
        await _undo(transaction)
        raise
    await run.commit(transaction)
    return written


async def _rolled_back(run: _Run, writes: Sequence[Write], bound: Sequence[Bound], limit: int) -> list[Written]:
    transaction = run.session.transaction()
    await transaction.start()
    try:
        await run.session.execute(_DRY)
        written: list[Written] = []
        for place, write in enumerate(writes):
            written.append(await _write(run, place, write.chain(dry_run=True), bound))
            if sum(one.affected for one in written) > limit:
                raise _too_many(place, limit)
        return written
    finally:
        await _undo(transaction)


async def _write(run: _Run, place: int, chain: Sequence[Statement], bound: Sequence[Bound]) -> Written:
    """One root, statement after statement, each with the keys that the one before it gave."""
    run.place = place
    diffs: list[str] = []
    row: asyncpg.Record | None = None
    for statement, values in zip(chain, bound[place], strict=True):
        row = await run.row(statement.sql, values if row is None else (row[2], *values[1:]))
        if len(row) > _DIFF and row[_DIFF] is not None:
            diffs.append(row[_DIFF])
    assert row is not None
    return Written(row[0], row[1], _joined(diffs) if diffs else None)


_DIFF = 4
"""The column of what changed."""


def _joined(arrays: Sequence[str]) -> str:
    """Several JSON arrays as one."""
    return "[" + ",".join(inner for array in arrays if (inner := array.strip()[1:-1].strip())) + "]"


def _too_many(place: int, limit: int) -> GroupFailed:
    refusal = Refusal(Code.LIMIT_EXCEEDED, f"A dry run changes at most {limit} rows.", limit=limit)
    return GroupFailed(refusal, place, refusal)


async def _undo(transaction: Transaction) -> None:
    """Roll back; where the session has gone, the server does."""
    with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        await transaction.rollback()
