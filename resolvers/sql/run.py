"""Running a statement: one round trip on one read-only connection, and Postgres's errors as ours.

Errors never carry SQL, Postgres's text or a value; the log has them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Protocol

import asyncpg

from narthex.errors import Code, Refusal
from resolvers.sql.compile import Statement

if TYPE_CHECKING:
    # The driver's classes are generic for the type checker only.
    Session = asyncpg.Connection[asyncpg.Record]


class Pool(Protocol):
    """Where statements find a session. One that is left by an error is as good as new for the next."""

    def acquire(self) -> AbstractAsyncContextManager[Session]: ...



# Reads go to what was reflected a second ago: what is missing now, or closed to the data role, has just changed.
_CHANGED = frozenset({"3D000", "3F000", "42501", "42702", "42703", "42704", "42809", "42P01", "55000"})
# The type of a column has just changed, or has no such operation.
_MISFIT = frozenset({"42804", "42846", "42883", "42P18"})
_AWAY = frozenset({"08", "28", "53", "57", "58"})
REFUSED = "NX001"
"""The SQLSTATE of `narthex.refuse`."""
_CODES = frozenset(code.value for code in Code)
_NOT_ALLOWED = "A row that this would write is not allowed."
_INVALID_VALUE = "A value in the arguments does not fit the type of its column."
_OUT_OF_RANGE = "A number in the arguments, or one that its rows add up to, is beyond the range of its type."
_NO_OPERATION = "The type of a column has no such comparison, order or aggregate."


async def run_statement(
    pool: Pool, statement: Statement, values: Sequence[object], until: float | None = None
) -> Sequence[bytes | None]:
    """The JSON of each root, as Postgres wrote it; None where a row by key does not exist.

    At `until`, a time of the event loop, it ends with TIMEOUT.

    Raises `Refusal`: BAD_USER_INPUT for values that Postgres refuses, LIMIT_EXCEEDED, TIMEOUT, CONFLICT, UNAVAILABLE,
    INTERNAL. A cancelled task cancels the SQL.
    """
    if until is None:  # as it mostly is: a timer costs
        return await _run_statement(pool, statement, values)
    try:
        async with asyncio.timeout_at(until):
            return await _run_statement(pool, statement, values)
    except TimeoutError as error:
        raise late() from error


async def _run_statement(pool: Pool, statement: Statement, values: Sequence[object]) -> Sequence[bytes | None]:
    try:
        async with pool.acquire() as session:
            try:
                row = await session.fetchrow(statement.sql, *values)
            except (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError):
                # The schema has just changed under a prepared statement, which is then prepared anew.
                row = await session.fetchrow(statement.sql, *values)
    except asyncpg.PostgresError as error:  # also what the driver refuses to encode
        raise refusal_of(error) from error
    except (UnicodeEncodeError, OverflowError) as error:
        raise Refusal(Code.BAD_USER_INPUT, _INVALID_VALUE) from error
    except (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
        # The driver's internal error: the server has ended the session and has not hung up yet.
        raise Refusal(Code.UNAVAILABLE, "The database cannot be reached.", retry_after_s=1) from error
    assert row is not None
    return tuple(row)


def late() -> Refusal:
    """For what has taken longer than a policy allows."""
    return Refusal(Code.TIMEOUT, "The operation took longer than a policy allows.")


def refusal_of(error: asyncpg.PostgresError) -> Refusal:
    """Postgres's error by the class of its SQLSTATE (PostgreSQL, appendix A)."""
    state = error.sqlstate or ""
    if state in ("57014", "55P03"):
        return Refusal(Code.TIMEOUT, "The statement took longer than allowed.")
    if state == "NX002":
        return Refusal(Code.IN_PROGRESS, "Another request with this idempotency key came first.", retry_after_s=1)
    if state in ("40001", "40P01"):
        return Refusal(Code.CONFLICT, "The operation met another one that changes the same rows.")
    if state == REFUSED and (error.detail or Code.FORBIDDEN) in _CODES:  # by `narthex.refuse`
        return Refusal(Code(error.detail or Code.FORBIDDEN), _NOT_ALLOWED, coordinate=error.message)
    if state == "25006":
        return Refusal(Code.UNAVAILABLE, "The database takes no changes now.", retry_after_s=1)
    if state.startswith("23") or state in ("P0001", REFUSED):
        return Refusal(Code.CONSTRAINT_VIOLATION, "A rule of the database refused the change.")
    if state == "21000":  # an upsert that meets one of its own rows
        return Refusal(Code.BAD_USER_INPUT, "Two of the rows to write have the same key.")
    if state == "22003":
        return Refusal(Code.BAD_USER_INPUT, _OUT_OF_RANGE)
    # Types of extensions (ltree, hstore) call a value's mistake one of syntax; one of the statement has a position.
    if state.startswith("22") or (state == "42601" and error.position is None):
        return Refusal(Code.BAD_USER_INPUT, _INVALID_VALUE)
    if state in _MISFIT:
        return Refusal(Code.BAD_USER_INPUT, _NO_OPERATION)
    if state.startswith("54"):
        return Refusal(Code.LIMIT_EXCEEDED, "The operation is too complex for the database.")
    if state in _CHANGED:
        return Refusal(Code.UNAVAILABLE, "The database schema is changing.", retry_after_s=1)
    if state[:2] in _AWAY:
        return Refusal(Code.UNAVAILABLE, "The database cannot answer now.", retry_after_s=1)
    return Refusal(Code.INTERNAL, "The database refused the statement.")
