"""Tokens, subjects and sessions that were revoked: a list in the database, and what a gateway knows of it.

Whatever was revoked takes its descendants along: tokens of its session, and tokens in whose chain a revoked subject
stands, at whatever place. A gateway reads the list twice a second and at every announcement. One that could not read it
for a while does not know who is still welcome, and refuses everybody with UNAVAILABLE.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import asyncpg
import orjson
import structlog

from gateway.database.standing import UNREACHABLE
from narthex.errors import Code, Refusal
from narthex.ports import Revocable
from narthex.principal import Principal

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    from gateway.database.connections import Pool
    from gateway.database.setup import Connection
    from gateway.database.standing import Standing

    Executor = Connection | PoolConnectionProxy[asyncpg.Record]

CHANNEL = "narthex_revocation"
HOLDS_S = 3.0
"""How long what was read is relied upon."""
_POLL_S = 0.5
_log = structlog.get_logger("narthex.revocation")

# The list itself only where it is another than the one that is known: one snapshot of both.
_READ = """
SELECT s.version, CASE WHEN s.version IS DISTINCT FROM $1 THEN (
    SELECT coalesce(json_agg(json_build_array(r.kind, r.value)), '[]') FROM narthex.revocation r
    WHERE r.lifted_at IS NULL AND (r.expires_at IS NULL OR r.expires_at > now())
) END AS revoked
FROM narthex.revocation_state s
"""
_REVOKE = """
INSERT INTO narthex.revocation (kind, value, by, reason, expires_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (kind, value) WHERE lifted_at IS NULL DO UPDATE SET
    expires_at = CASE WHEN revocation.expires_at IS NOT NULL AND excluded.expires_at IS NOT NULL
        THEN greatest(revocation.expires_at, excluded.expires_at) END
RETURNING revoked_at
"""
_LIFT = """
UPDATE narthex.revocation SET lifted_at = clock_timestamp(), lifted_by = $3
WHERE kind = $1 AND value = $2 AND lifted_at IS NULL RETURNING id
"""
_UNWELCOME = """
SELECT value FROM narthex.revocation WHERE kind = 'subject' AND value = ANY($1) AND lifted_at IS NULL
    AND (expires_at IS NULL OR expires_at > now()) LIMIT 1
"""
_LIST = """
SELECT kind, value, revoked_at, expires_at, by, reason, lifted_at, lifted_by FROM narthex.revocation ORDER BY id DESC
"""


class Target(StrEnum):
    """What can be revoked: a token by its id (`jti`), a subject, a session (`sid`)."""

    TOKEN = "token"  # noqa: S105
    SUBJECT = "subject"
    SESSION = "session"


async def revoke(
    connection: Executor,
    target: Target,
    value: str,
    *,
    by: str,
    reason: str | None = None,
    expires_at: datetime | None = None,
) -> datetime:
    """Since when it is revoked. What was revoked already stays so, for the longer of both times."""
    revoked_at = await connection.fetchval(_REVOKE, target.value, value, by, reason, expires_at)
    assert isinstance(revoked_at, datetime)
    return revoked_at


class RevocationStore:
    """The list in the database, for those who add to it while the gateway runs."""

    def __init__(self, control: Pool) -> None:
        self._control = control

    async def revoke(self, kind: Revocable, value: str, *, by: str, reason: str | None) -> datetime:
        """As `revoke`; refuses with UNAVAILABLE where the database does not answer."""
        try:
            async with self._control.acquire() as connection:
                return await revoke(connection, Target(kind), value, by=by, reason=reason)
        except UNREACHABLE as error:
            raise Refusal(Code.UNAVAILABLE, "Nothing can be revoked now.", retry_after_s=1) from error


async def lift(connection: Executor, target: Target, value: str, *, by: str) -> bool:
    """Let it hold again; whether it was revoked."""
    return await connection.fetchval(_LIFT, target.value, value, by) is not None


async def require_welcome(connection: Executor, subjects: Sequence[str]) -> None:
    """Refuse (FORBIDDEN) where one of them is revoked: a new token of theirs would not hold."""
    found = await connection.fetchval(_UNWELCOME, list(subjects))
    if found is not None:
        raise Refusal(
            Code.FORBIDDEN,
            f"{found!r} is revoked.",
            hint=f"'narthex revoke --sub {found} --lift' lets it in again.",
        )


async def list_revocations(connection: Executor) -> Sequence[asyncpg.Record]:
    """All that ever were, the newest first."""
    return await connection.fetch(_LIST)


@dataclass(frozen=True, slots=True)
class Revoked:
    """What is revoked, as of one version of the list."""

    version: int | None
    tokens: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    sessions: frozenset[str] = frozenset()

    def covers(self, principal: Principal) -> bool:
        return (
            principal.token_id in self.tokens
            or principal.session in self.sessions
            or principal.subject in self.subjects
            or not self.subjects.isdisjoint(principal.actors)
        )

    def __len__(self) -> int:
        return len(self.tokens) + len(self.subjects) + len(self.sessions)


Covers = Callable[[Principal], bool]


async def read_revoked(standing: Standing, known: int | None) -> Revoked | None:
    """The list, or None where it is of the version that is known. Refuses with UNAVAILABLE."""
    row = await standing.fetchrow(_READ, known)
    if row is None:
        raise Refusal(Code.UNAVAILABLE, "The list of what was revoked is not there.")
    if row["revoked"] is None:
        return None
    found: dict[str, set[str]] = {target.value: set() for target in Target}
    for kind, value in orjson.loads(row["revoked"]):
        found[kind].add(value)
    tokens, subjects, sessions = (frozenset(found[target]) for target in (Target.TOKEN, Target.SUBJECT, Target.SESSION))
    return Revoked(row["version"], tokens, subjects, sessions)


class Revocations:
    """What this process knows of the list. `read` is `read_revoked`, given the version that is known."""

    def __init__(self, read: Callable[[int | None], Awaitable[Revoked | None]]) -> None:
        self.revoked = Revoked(None)
        self.relied_on_until = float("-inf")
        """Of the monotonic clock. From then on nobody's token can be said to hold."""
        self._read = read
        self._concerned: list[Callable[[Covers], None]] = []
        self._reading: asyncio.Task[None] | None = None
        self._failed_at = float("-inf")
        self._told = False
        self._wake = asyncio.Event()

    def covers(self, principal: Principal) -> bool:
        return self.revoked.covers(principal)

    def on_change(self, concerned: Callable[[Covers], None]) -> None:
        """Call `concerned` after each change of the list, before anybody is admitted under the new one."""
        self._concerned.append(concerned)

    def age_s(self) -> float:
        """How old the knowledge is."""
        return time.monotonic() - self.relied_on_until + HOLDS_S

    def wake(self) -> None:
        """Read the list now."""
        self._wake.set()

    async def refresh(self) -> None:
        """Read the list; all who ask meanwhile wait for the same reading. Refuses with UNAVAILABLE."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._refresh(), name="read revocations")
            self._reading.add_done_callback(self._was_read)
        await asyncio.shield(self._reading)

    async def require_fresh(self) -> None:
        """For a request that comes when nothing can be relied on: one more attempt, unless one has just failed."""
        if time.monotonic() - self._failed_at < _POLL_S:
            raise _unknown()
        await self.refresh()

    async def follow(self) -> None:
        """Keep up with the list for ever."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _POLL_S)
            self._wake.clear()
            with suppress(Refusal):
                await self.refresh()

    async def _refresh(self) -> None:
        started = time.monotonic()
        try:
            changed = await self._read(self.revoked.version)
        except Refusal as refusal:
            self._failed_at = time.monotonic()
            if not self._told:
                _log.error("revocations cannot be read", reason=str(refusal.__cause__ or refusal))
            self._told = True
            raise _unknown() from refusal
        self._told = False
        if changed is not None:
            self.revoked = changed
            for concerned in self._concerned:
                concerned(changed.covers)
        self.relied_on_until = started + HOLDS_S

    def _was_read(self, reading: asyncio.Task[None]) -> None:
        self._reading = None
        if not reading.cancelled():
            reading.exception()  # whoever waited has it


def _unknown() -> Refusal:
    return Refusal(
        Code.UNAVAILABLE, "Whether tokens still hold cannot be told now.", hint="Try again shortly.", retry_after_s=1
    )
