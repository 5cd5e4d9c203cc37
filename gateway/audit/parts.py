"""The audit of one process: its two writers and its sealer, begun and ended together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import asyncpg

from gateway.audit.effects import EffectWriter
from gateway.audit.reads import Auditor
from gateway.audit.sealer import Sealer
from gateway.audit.store import Store
from gateway.identity.keys import load_keys_from
from narthex.errors import Refusal

if TYPE_CHECKING:
    from gateway.database.connections import Pool

_LAST_SEAL_S = 2.0


@dataclass(frozen=True, slots=True)
class Audit:
    effects: EffectWriter
    reads: Auditor
    sealer: Sealer
    store: Store

    def gauges(self) -> dict[str, tuple[str, float]]:
        """Metrics: name → documentation, value."""
        reads, sealer = self.reads, self.sealer
        return {
            "narthex_audit_waiting": ("Audit records that wait for their group.", reads.waiting),
            "narthex_audit_lost": ("Audit records of reads given up because too many waited.", reads.lost),
            "narthex_audit_failures": ("Groups of audit records that could not be written at once.", reads.failures),
            "narthex_audit_effects": ("Records of effects that this process has begun.", self.effects.writer.issued),
            "narthex_audit_unsealed": ("Audit records that wait for their seal.", sealer.unsealed),
            "narthex_audit_seal_lag_seconds": ("How long the oldest record waits for its seal.", sealer.lag_s),
            "narthex_audit_rejected": ("Records that no gateway had made, taken out.", sealer.rejected),
        }


@asynccontextmanager
async def open_audit(control: Pool, environment: str) -> AsyncIterator[Audit]:
    """Begin all three. At the end what waits is written and sealed, as far as the store answers."""
    effects = EffectWriter(control, environment)
    reads = Auditor(control, environment, effects)
    sealer = Sealer(control, partial(load_keys_from, control), (effects, reads))
    await effects.start()
    reads.start()
    sealing = asyncio.create_task(sealer.run(), name="seal")
    try:
        yield Audit(effects, reads, sealer, Store(control))
    finally:
        sealing.cancel()
        with suppress(asyncio.CancelledError):
            await sealing
        await reads.stop()
        await effects.stop()
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, Refusal):
            await asyncio.wait_for(sealer.seal(), _LAST_SEAL_S)
