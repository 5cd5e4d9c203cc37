"""The execute stage: the data lane in Postgres, then the other root fields through their resolvers."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import ExecutionResult, GraphQLError, execute

from gateway.contract import Operation
from gateway.envelope import Envelope
from gateway.plan import Planned
from gateway.respond import Reply, assemble
from narthex.errors import Code, Location, Refusal
from resolvers.sql.run import run_statement

if TYPE_CHECKING:
    from resolvers.sql.run import Pool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What execution gave; `fault` is an unexpected exception of a resolver, for the log."""

    reply: Reply
    fault: BaseException | None = None


async def execute_plan(
    pool: Pool, operation: Operation, planned: Planned, envelope: Envelope, context: object
) -> Outcome:
    """Run all lanes. The data lane has succeeded or failed before any other lane starts."""
    plan = planned.plan
    columns: Sequence[bytes | None] = ()
    if plan.statement is not None:
        try:
            columns = await run_statement(pool, plan.statement, planned.inputs)
        except Refusal as refusal:
            if refusal.path is None and refusal.coordinate is None:
                refusal.path = (next(root.key for root in plan.roots if root.column is not None),)
            return Outcome(Reply(b"null", (refusal,)), refusal.__cause__)
    control: Mapping[str, object] | None = None
    refusals: tuple[Refusal, ...] = ()
    fault = None
    if plan.control is not None:
        result = await _run_control(operation, planned, envelope, context)
        refusals, fault = _refusals(result.errors or ())
        control = result.data
        if control is None:
            return Outcome(Reply(b"null", refusals), fault)
    data, cuts = assemble(plan, columns, control)
    return Outcome(Reply(data, refusals, cuts), fault)


async def _run_control(operation: Operation, planned: Planned, envelope: Envelope, context: object) -> ExecutionResult:
    assert planned.plan.control is not None
    result = execute(
        operation.view,
        planned.plan.control,
        context_value=context,
        variable_values=dict(envelope.message.variables),
    )
    return await result if inspect.isawaitable(result) else result


def _refusals(errors: Sequence[GraphQLError]) -> tuple[tuple[Refusal, ...], BaseException | None]:
    refusals: list[Refusal] = []
    fault: BaseException | None = None
    for error in errors:
        original = error.original_error
        if isinstance(original, Refusal):
            refusal = original
        else:
            refusal = Refusal(Code.INTERNAL, "The field failed.")
            fault = original or error
        refusal.path = tuple(error.path or ())
        refusal.locations = tuple(Location(place.line, place.column) for place in error.locations or ())
        refusals.append(refusal)
    return tuple(refusals), fault
