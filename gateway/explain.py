"""Explaining an operation: every stage before execution, and what they found instead of an answer.

The stages are the pipeline's own, so the verdict is the one that a run would get. Nothing runs, and nothing is taken.
Refuses nothing: refusals are what is told.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence

from gateway.admit import Admission, decide, look
from gateway.document import Document, read
from gateway.envelope import Envelope, Message
from gateway.lanes import ControlGroup, Plan
from gateway.ledgers.ledgers import Ledgers
from gateway.plan import Planned, make_plan
from gateway.snapshot import Snapshot
from narthex.errors import Code, Refusal, Refused
from narthex.ports import Explained, ExplainedStep, StepPolicy
from policies.applied import AppliedLine, is_told
from resolvers.sql.scope import Step
from resolvers.sql.values import InvalidLiteral
from schema.catalog import quote
from schema.model import Action, Entity, Requires

DATA, CONTROL = "DATA", "CONTROL"
_READING = (Action.SELECT, Action.AGGREGATE)
_NAME = r'"(?:[^"]|"")+"'
_READ = re.compile(rf"\b(?:from|join) ({_NAME}\.{_NAME}) (t\d+)\b")
_USED = re.compile(rf"\b(t\d+)\.({_NAME})")


class PipelineExplainer:
    """Explains for the principal of one request, by the snapshot that the request began with.

    Without ledgers limits are taken as unused.
    """

    def __init__(self, snapshot: Snapshot, envelope: Envelope, ledgers: Ledgers | None = None) -> None:
        self._snapshot = snapshot
        self._ledgers = ledgers
        self._envelope = envelope
        self._contract = snapshot.policy.contract(envelope.principal.grants)
        self._turn = asyncio.Lock()

    async def explain(self, operation: str, variables: Mapping[str, object]) -> Explained:
        """The verdict on an operation, its steps and its SQL. One after the other, and others are answered between."""
        async with self._turn:
            await asyncio.sleep(0)
            return await self._explained(operation, variables)

    async def _explained(self, operation: str, variables: Mapping[str, object]) -> Explained:
        document, message = read(operation), Message(operation, variables)
        try:
            planned = self._planned(document, message)
        except Refusal as refusal:
            return Explained((refusal,))
        except Refused as refused:
            return Explained(refused.refusals)
        except RecursionError:
            return Explained((Refusal(Code.LIMIT_EXCEEDED, "The operation nests too deeply."),))
        envelope = self._envelope._replace(message=message)
        admission = decide(envelope, planned, self._contract.admission, self._snapshot.settings.limits.cost)
        try:
            admission = await look(envelope, admission, self._ledgers)
        except Refusal as refusal:
            admission = admission._replace(refusals=(*admission.refusals, refusal))
        sql = ";\n".join(statement.sql for statement in planned.plan.statements) or None
        return Explained(
            admission.refusals,
            tuple(self._steps(planned)),
            sql if sql is not None and self._may_see(sql) else None,
            cost=admission.cost,
            cost_limit=admission.cost_limit,
            effects=admission.effects,
            approvers=admission.approvers,
            remaining=tuple(_remaining(admission)),
            reserves=_reserves(admission),
        )

    def _may_see(self, sql: str) -> bool:
        """Whether SQL tells of open columns only, and of no policy's condition or value that is not told anyway.

        Relationships also join by columns that are closed.
        """
        entities = {entity.table.sql: entity for entity in self._snapshot.model.entities.values()}
        read = {alias: entities[table] for table, alias in _READ.findall(sql)}
        guarded = {entity.name for entity in read.values()}
        if not all(is_told(self._snapshot.policy, name, self._contract) for name in guarded):
            return False
        return all(self._shows(read.get(alias), column) for alias, column in set(_USED.findall(sql)))

    def _shows(self, entity: Entity | None, column: str) -> bool:
        if entity is None:
            return False
        if column not in map(quote, entity.table.by_name):  # the statement's own
            return True
        names = [name for name, served in entity.columns.items() if quote(served.name) == column]
        requirements = [Requires(entity.name, action, name) for name in names for action in _READING]
        return any(map(self._contract.allows, requirements))

    def _planned(self, document: Document, message: Message) -> Planned:
        snapshot = self._snapshot
        operation = snapshot.operation(self._contract, document, message, None)
        try:
            principal = self._envelope.principal
            return make_plan(
                operation,
                document,
                message.variables,
                snapshot.model,
                snapshot.limits,
                principal,
                dry_run=self._envelope.dry_run,
            )
        except InvalidLiteral:
            raise Refused(self._invalid_literals(document, message)) from None

    def _invalid_literals(self, document: Document, message: Message) -> Sequence[Refusal]:
        try:
            self._snapshot.validate(self._contract, document, message)
        except Refused as refused:
            return refused.refusals
        return (Refusal(Code.BAD_USER_INPUT, "A literal does not fit its type."),)

    def _steps(self, planned: Planned) -> Iterator[ExplainedStep]:
        """The steps in the order of the response."""
        control = dict(_control_fields(planned.plan))
        for root in planned.plan.roots:
            coordinate = control.get(root.key)
            if coordinate is not None:
                lines = self._snapshot.policy.applied(coordinate, contract=self._contract)
                yield ExplainedStep((root.key,), CONTROL, coordinate, 1, None, _policies(lines))
            for step in planned.plan.steps:
                if step.path[0] == root.key:
                    yield self._data_step(planned, step)

    def _data_step(self, planned: Planned, step: Step) -> ExplainedStep:
        lines = self._snapshot.policy.applied(step.coordinate, contract=self._contract)
        uses = (use for statement in planned.plan.statements for use in statement.uses)
        used = {use.column for use in uses if use.entity == step.entity}
        for coordinate in (step.entity, *(f"{step.entity}.{column}" for column in sorted(filter(None, used)))):
            lines += self._snapshot.policy.applied(coordinate, step.action, self._contract)
        return ExplainedStep(
            step.path,
            DATA,
            step.coordinate,
            _one_digit(step.multiplicity),
            _one_digit(step.estimated_rows),
            _policies(lines),
        )


def _remaining(admission: Admission) -> Iterator[Mapping[str, object]]:
    """What each limit would leave after the operation; nothing where it does not fit."""
    for standing in admission.standings:
        limit = standing.wanted.limit
        yield {
            "coordinate": limit.coordinate,
            "unit": limit.unit.value,
            "per": limit.per.value,
            "window": limit.window,
            "limit": limit.limit,
            "remaining": max(0, standing.remaining - standing.wanted.amount),
        }


def _reserves(admission: Admission) -> Mapping[str, int] | None:
    """The most that is taken of any one limit, by unit."""
    reserves: dict[str, int] = {}
    for limit, amount in admission.uses.items():
        unit = limit.unit.value.lower()
        reserves[unit] = max(reserves.get(unit, 0), amount)
    return reserves or None


def _control_fields(plan: Plan) -> Iterator[tuple[str, str]]:
    """Response key and coordinate of each control-plane root field."""
    for group in plan.changes:
        if isinstance(group, ControlGroup):
            yield group.key, group.coordinate
    for node in plan.control_nodes:
        yield (node.alias or node.name).value, f"Query.{node.name.value}"


def _policies(lines: Sequence[AppliedLine]) -> tuple[StepPolicy, ...]:
    """Each line once: one on a table holds for all of its columns."""
    policies: dict[tuple[str, str], StepPolicy] = {}
    for line in lines:
        policies.setdefault((line.directive, line.source), StepPolicy(line.directive, line.source, line.effect))
    return tuple(policies.values())


def _one_digit(count: int) -> int:
    """Estimates tell magnitudes, not how many rows there are."""
    size: int = 10 ** (len(str(count)) - 1) if count > 0 else 1
    return (count + size // 2) // size * size
