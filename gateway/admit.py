"""The admit stage: one decision for the whole operation, before anything runs.

The order is fixed: verdict, static cost, idempotency, approval, rate limits and quotas, budget. Reading needs the
verdict alone: what a contract does not show was refused before a plan was made, and queries have no effects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.envelope import Envelope
from gateway.plan import Plan
from narthex.errors import Refusal, Refused


@dataclass(frozen=True, slots=True)
class Admission:
    """The decision on one operation. `explain` prints this object; `admit` acts on it."""

    refusals: Sequence[Refusal] = ()

    @property
    def allowed(self) -> bool:
        return not self.refusals


_READ = Admission()


def decide(envelope: Envelope, plan: Plan) -> Admission:
    """The decision, without taking anything."""
    return _READ


def admit(envelope: Envelope, plan: Plan) -> Admission:
    """Decide and take what the operation uses up; raises `Refused` with all refusals together."""
    admission = decide(envelope, plan)
    if not admission.allowed:
        raise Refused(admission.refusals)
    return admission
