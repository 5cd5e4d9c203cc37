"""The admit stage: one decision for the whole operation, before anything runs.

The order is fixed: verdict, static cost, idempotency, approval, rate limits and quotas, budget. Reading needs the
verdict alone: what a contract does not show was refused before a plan was made, and queries have no effects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.envelope import Envelope, NeedsPost
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
_OVER_GET = frozenset(
    {"__typename", "__schema", "__type", "me", "environment", "catalog", "catalog_entry", "schema_version"}
)
"""Control-plane fields that GET runs: what a page could make a browser fetch must cost and change nothing."""


def decide(envelope: Envelope, plan: Plan) -> Admission:
    """The decision, without taking anything."""
    if envelope.message.reads_only:
        refused = [name for name in plan.control_fields if name not in _OVER_GET]
        return Admission([NeedsPost(f"Query.{name}") for name in refused])
    return _READ


def admit(envelope: Envelope, plan: Plan) -> Admission:
    """Decide and take what the operation uses up; raises `Refused` with all refusals together."""
    admission = decide(envelope, plan)
    if not admission.allowed:
        raise Refused(admission.refusals)
    return admission
