"""Answers kept by idempotency key, so that an effect happens once however often it is sent.

The answer is written where the effect is, by `narthex.settle` in the same transaction; a duplicate that comes too late
to see it fails there, and is undone. Here answers are looked up, and duplicates within this process take turns.
Refuses with IDEMPOTENCY_CONFLICT for a key that was used for something else, IN_PROGRESS, and UNAVAILABLE.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from gateway.document import Document
from gateway.encode import json_bytes
from gateway.envelope import Envelope
from gateway.ledgers.quotas import reached
from narthex.errors import Code, Refusal

if TYPE_CHECKING:
    from gateway.database.connections import Pool

_FIND = "select fingerprint, answer from narthex.idempotency where scope = $1 and expires_at > clock_timestamp()"


class Keyed(NamedTuple):
    """An effect under a key: where the key counts, what was asked, and until when its answer is kept."""

    scope: bytes
    fingerprint: bytes
    expires: datetime

    def entry(self, root: str | None) -> dict[str, object]:
        """For the envelope of `narthex.settle`. `root` is the response key of the one root whose JSON is settled, as
        JSON with its colon; None where the whole of `data` is.
        """
        return {
            "scope": self.scope.hex(),
            "fingerprint": self.fingerprint.hex(),
            "expires": self.expires.isoformat(),
            "root": root,
        }


def keyed(envelope: Envelope, document: Document, kept_s: int) -> Keyed | None:
    """None where the request has no key."""
    if envelope.idempotency_key is None:
        return None
    principal, message = envelope.principal, envelope.message
    grants = principal.grants
    scope = [principal.subject, grants.environment, envelope.branch, envelope.mode.value, envelope.idempotency_key]
    # What the caller may see shapes the answer: another role or other claims are another question.
    fingerprint = [
        document.key,
        document.literals,
        message.operation_name,
        _sorted(message.variables),
        principal.actors,
        [grants.role, sorted(grants.scopes), sorted(grants.allow)],
        _sorted(principal.claims),
    ]
    expires = datetime.now(UTC) + timedelta(seconds=kept_s)
    return Keyed(_digest(scope), _digest(fingerprint), expires)


def _digest(value: object) -> bytes:
    return hashlib.sha256(json_bytes(value)).digest()


def _sorted(value: object) -> object:
    """The value with the entries of its objects in one order."""
    if isinstance(value, Mapping):
        return [[name, _sorted(value[name])] for name in sorted(value, key=str)]
    return [_sorted(item) for item in value] if isinstance(value, list | tuple) else value


class Answers:
    """Looks answers up. `replayed` counts those that were given again."""

    def __init__(self, control: Pool, wait_s: float) -> None:
        self._control = control
        self._wait_s = wait_s
        self._running: dict[bytes, asyncio.Event] = {}
        self.replayed = 0

    async def begin(self, keyed: Keyed) -> None:
        """Wait until no other request of this process runs under the key; IN_PROGRESS where that takes too long."""
        try:
            async with asyncio.timeout(self._wait_s):
                while (running := self._running.get(keyed.scope)) is not None:
                    await running.wait()
        except TimeoutError:
            raise in_progress() from None
        self._running[keyed.scope] = asyncio.Event()

    def end(self, keyed: Keyed) -> None:
        """Let the next one look."""
        self._running.pop(keyed.scope).set()

    async def find(self, keyed: Keyed) -> bytes | None:
        """The `data` that was answered before, as it left the database."""
        with reached():
            row = await self._control.fetchrow(_FIND, keyed.scope)
        if row is None:
            return None
        if row["fingerprint"] != keyed.fingerprint:
            raise Refusal(Code.IDEMPOTENCY_CONFLICT, "The idempotency key was used for another operation.")
        self.replayed += 1
        answer: str = row["answer"]
        return answer.encode()


def in_progress() -> Refusal:
    return Refusal(Code.IN_PROGRESS, "The first request with this idempotency key still runs.", retry_after_s=1)
