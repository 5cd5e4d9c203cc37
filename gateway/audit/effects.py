"""Records of effects: made and signed before the effect, written by the statement that has it.

An effect and its record commit together. A number that was given out and has no record is told with the records of
reads, so that every gap in the sequence is explained. Refuses with UNAVAILABLE where no record could be kept.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from time import time_ns
from typing import TYPE_CHECKING, NamedTuple

import asyncpg

from gateway.audit.chain import signed_effect
from gateway.audit.records import Documents, Ending, Facts, Redactable, Text, kept_values, record_text
from gateway.audit.writers import EFFECT, Writer
from gateway.encode import storable_json
from narthex.errors import Code, Refusal
from narthex.observe import Observation

if TYPE_CHECKING:
    from gateway.database.connections import Pool

_MOST_UNTOLD = 100_000
_STOP_S = 2.0


class Effect(NamedTuple):
    """The envelope of one record: its number, and the text that `narthex.settle` takes."""

    number: int
    text: str
    document: Text | None = None


class Untold(NamedTuple):
    """Numbers without a record that nobody has been told of yet."""

    void: tuple[int, ...] = ()
    doubtful: tuple[int, ...] = ()


class EffectWriter:
    """Makes the envelopes of one process. Each is ended once: by `done`, `failed` or `doubtful`."""

    def __init__(self, control: Pool, environment: str) -> None:
        self._control = control
        self.writer = Writer(EFFECT, environment)
        self.documents = Documents()
        self._void: list[int] = []
        self._doubtful: list[int] = []

    async def start(self) -> None:
        """Register with the store. Where it is away, the next sign of life does that, and effects wait until then."""
        await self._tell(ended=False)

    async def stop(self) -> None:
        if self.writer.registered:
            await self._tell(ended=True)

    async def _tell(self, *, ended: bool) -> None:
        try:
            async with asyncio.timeout(_STOP_S), self._control.acquire() as connection:
                await self.writer.tell(connection, ended=ended)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError):
            return

    def envelope(
        self,
        facts: Facts,
        observation: Observation,
        root: str | None = None,
        idempotency: Mapping[str, object] | None = None,
    ) -> Effect:
        """The envelope for one call of `narthex.settle`. `root` is the response key of the root that has the effect."""
        if not self.writer.registered or len(self._void) + len(self._doubtful) >= _MOST_UNTOLD:
            raise Refusal(Code.UNAVAILABLE, "The audit store cannot be reached.", retry_after_s=1)
        values, redactable = kept_values(facts)
        digest, document = self.documents.of(facts)
        attached = _attached(document, redactable, idempotency)
        ending = Ending(
            root=root,
            attached=hashlib.sha256(attached.encode()).hexdigest() if attached is not None else None,
        )
        record = record_text(facts, time_ns() // 1000, observation.operation_name, values, digest, ending)
        number = self.writer.next()
        signed = signed_effect(self.writer.id, number, record)
        text = self.writer.mac(signed).hex() + signed
        return Effect(number, text if attached is None else f"{text}\n{attached}", document)

    def done(self, effect: Effect) -> None:
        """It has been committed."""
        if effect.document is not None:
            self.documents.saved(effect.document)

    def failed(self, effect: Effect) -> None:
        """It certainly did not happen."""
        self._void.append(effect.number)

    def doubtful(self, effect: Effect) -> None:
        """Nobody knows whether it was committed."""
        self._doubtful.append(effect.number)

    def untold(self) -> Untold:
        return Untold(tuple(self._void), tuple(self._doubtful))

    def told(self, untold: Untold) -> None:
        """They are durable: the oldest ones, because lists only grow at their end."""
        del self._void[: len(untold.void)]
        del self._doubtful[: len(untold.doubtful)]


def _attached(
    document: Text | None, values: Sequence[Redactable], idempotency: Mapping[str, object] | None
) -> str | None:
    """What the store is given together with the record, as a JSON object; None where there is nothing."""
    parts: dict[str, object] = {}
    if document is not None:
        parts["document"] = (document.key.hex(), document.text)
    if values:
        parts["values"] = [(value.name, value.salt.hex(), value.value) for value in values]
    if idempotency is not None:
        parts["idempotency"] = idempotency
    return storable_json(parts) if parts else None
