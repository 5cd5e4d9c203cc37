"""The way of a request, from its envelope to its reply, in one function.

    document → contract → plan → admit → execute → settle → audit → respond

Only this module knows the order. Settle, audit and respond are exits: they run on refusal, error and cancel alike.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from gateway.admit import Admission, admit
from gateway.audit.effects import EffectWriter
from gateway.audit.reads import Auditor
from gateway.audit.records import Facts, Keep
from gateway.contract import Operation
from gateway.document import Document, read
from gateway.encode import json_bytes
from gateway.envelope import Envelope
from gateway.execute import Outcome, Pools, execute_plan
from gateway.lanes import DataGroup
from gateway.ledgers.idempotency import Keyed
from gateway.ledgers.ledgers import Ledgers
from gateway.plan import Planned, make_plan
from gateway.recording import EffectRecords
from gateway.respond import Reply, replayed
from gateway.settle import close, settle, withheld
from gateway.snapshot import Snapshot
from narthex.errors import Code, Refusal, Refused
from narthex.observe import Observation
from resolvers.sql.values import InvalidLiteral

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.decide import DecidedContract


EXPIRED = "deadline"
"""The message with which a surface cancels a request whose deadline has passed."""
TIMED_OUT = Reply(None, (Refusal(Code.TIMEOUT, "The request took longer than allowed."),))
_CANCELLED = Reply(None, (Refusal(Code.CANCELLED, "The request was cancelled."),))


@dataclass(slots=True)
class _Way:
    """How far a request came; the exits read it."""

    contract: DecidedContract | None = None
    document: Document | None = None
    operation: Operation | None = None
    planned: Planned | None = None
    admission: Admission | None = None
    recorded: bool = False
    """Whether all that happened has its records already."""

    def facts(self, snapshot: Snapshot, envelope: Envelope, group: DataGroup | None = None) -> Facts:
        """What is known of the request, or of one group of its effects."""
        operation, plan = self.operation, self.planned.plan if self.planned is not None else None
        statement = plan.statement if plan is not None else None
        fingerprint = statement.fingerprint if statement is not None else None
        return Facts(
            envelope,
            self.document,
            operation.syntax.hash if operation is not None else _hash_of(self.document),
            self.contract.id if self.contract is not None else None,
            snapshot.version,
            snapshot.policy.version,
            group.coordinates if group is not None else plan.coordinates if plan is not None else (),
            group.fingerprint if group is not None else fingerprint,
            self._keep(),
            plan.decisions if plan is not None and group is not None else (),
        )

    def _keep(self) -> Keep:
        """What `@audit` lets the record keep; while it is not known what is touched, the least that it may be."""
        if self.planned is not None:
            recording = self.planned.plan.recording
            return Keep(recording.full, frozenset(recording.redact))
        return Keep(values=self.contract is None or not self.contract.admission.records_less)


@dataclass(frozen=True)
class Pipeline:
    """What requests pass through. `context` makes the context that control-plane resolvers see."""

    pools: Pools
    auditor: Auditor
    effects: EffectWriter
    strict_audit: bool
    context: Callable[[Envelope, Snapshot, DecidedContract], object]
    ledgers: Ledgers

    async def run(self, snapshot: Snapshot, envelope: Envelope, observation: Observation) -> Reply:
        """Answer one request. Raises nothing but `CancelledError`, after its record was taken."""
        way = _Way()
        reply = _CANCELLED
        record: int | None = None
        try:
            reply = await self._stages(snapshot, envelope, observation, way)
        except asyncio.CancelledError as cancelled:
            reply = TIMED_OUT if EXPIRED in cancelled.args else _CANCELLED
            raise
        except Refusal as refusal:
            reply = Reply(None, (refusal,))
        except Refused as refused:
            reply = Reply(None, refused.refusals)
        except RecursionError:
            reply = Reply(None, (Refusal(Code.LIMIT_EXCEEDED, "The operation nests too deeply."),))
        except Exception as error:  # the boundary: nothing unexpected reaches the caller as it is
            observation.fault = error
            reply = Reply(None, (Refusal(Code.INTERNAL, "The gateway failed to answer."),))
        finally:
            observation.break_off()
            settle(observation, reply)
            try:
                if way.admission is not None and way.planned is not None:
                    await close(way.admission, way.planned.plan, reply, self.ledgers)
            finally:  # also where it is cancelled meanwhile, be it for the second time
                observation.mark("settle")
                record = self._record(snapshot, envelope, observation, way, reply)
                observation.mark("audit")
        if self.strict_audit and not way.recorded:
            try:
                await self.auditor.durable(record)
            except Refusal as refusal:
                reply = withheld(reply, refusal)
                settle(observation, reply)
        return reply

    async def _stages(self, snapshot: Snapshot, envelope: Envelope, observation: Observation, way: _Way) -> Reply:
        message = envelope.message
        contract = way.contract = snapshot.contract(envelope.principal.grants)
        document = way.document = read(message.query)
        observation.mark("document")
        operation = way.operation = snapshot.operation(contract, document, message, envelope.pin)
        observation.operation_name = operation.node.name.value if operation.node.name is not None else None
        observation.mark("contract")
        try:
            planned = way.planned = make_plan(
                operation,
                document,
                message.variables,
                snapshot.model,
                snapshot.limits,
                envelope.principal,
                dry_run=envelope.dry_run,
            )
            observation.mark("plan")
            cost_limit = snapshot.settings.limits.cost
            admission = way.admission = await admit(
                envelope, document, planned, contract.admission, cost_limit, self.ledgers
            )
            observation.mark("admit")
            if admission.stored is not None:
                return replayed(planned.plan, admission.stored)
            context = self.context(envelope, snapshot, contract) if planned.plan.resolves else None
            facts = partial(way.facts, snapshot, envelope)
            records = EffectRecords(self.effects, observation, facts, admission.keyed)
            outcome = await execute_plan(
                self.pools, operation, planned, envelope, context, records, snapshot.limits.max_rows
            )
            if admission.keyed is not None and outcome.reply.refusals:
                outcome = await self._once(planned, admission.keyed, outcome)
        except InvalidLiteral:
            raise _literal_refusal(snapshot, contract, document, envelope) from None
        observation.mark("execute")
        way.recorded = outcome.recorded
        observation.fault = outcome.fault
        observation.plan_cached = planned.cached
        if admission.would_need:
            needs = ("would_need", json_bytes(admission.would_need))
            return outcome.reply._replace(narthex=(*outcome.reply.narthex, needs))
        return outcome.reply

    async def _once(self, planned: Planned, keyed: Keyed, outcome: Outcome) -> Outcome:
        """What failed under a key may have failed because the same effect has happened already: that is its answer."""
        stored = await self.ledgers.answers.find(keyed)
        return outcome if stored is None else Outcome(replayed(planned.plan, stored))

    def _record(
        self, snapshot: Snapshot, envelope: Envelope, observation: Observation, way: _Way, reply: Reply
    ) -> int | None:
        observation.finish()
        if way.recorded:
            return None
        return self.auditor.append(way.facts(snapshot, envelope), reply, observation)


def _hash_of(document: Document | None) -> str | None:
    return hashlib.sha256(document.key.encode(errors="replace")).hexdigest()[:32] if document is not None else None


def _literal_refusal(
    snapshot: Snapshot, contract: DecidedContract, document: Document, envelope: Envelope
) -> Exception:
    """A literal did not fit its type under a cached plan: validating the document itself tells which one, and where."""
    try:
        snapshot.validate(contract, document, envelope.message)
    except Refused as refused:
        return refused
    return Refusal(Code.BAD_USER_INPUT, "A literal does not fit its type.")
