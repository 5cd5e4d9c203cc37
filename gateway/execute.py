"""The execute stage: the data lane in Postgres, then the other root fields through their resolvers."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    execute,
    execute_sync,
)

from gateway.contract import Operation
from gateway.envelope import Envelope
from gateway.plan import Planned
from gateway.respond import Reply, assemble
from narthex.errors import Code, Location, Refusal
from resolvers.sql.run import run_statement

if TYPE_CHECKING:
    from resolvers.sql.run import Pool

_LARGE = 100
"""Entities of a schema whose introspection must not hold up other requests."""
_introspection = ThreadPoolExecutor(max_workers=1, thread_name_prefix="introspection")


class Outcome(NamedTuple):
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
            columns = await run_statement(pool, plan.statement, planned.values)
        except Refusal as refusal:
            if refusal.code is Code.UNAVAILABLE:  # nothing ran: the whole request can be sent again
                return Outcome(Reply(None, (refusal,)), refusal.__cause__)
            fault = refusal.__cause__ if refusal.code is Code.INTERNAL else None
            keys = [root.key for root in plan.roots if root.column is not None]
            if len(keys) == 1:  # which one of several failed, the statement does not tell
                refusal.path = (keys[0],)
            return Outcome(Reply(b"null", (refusal,)), fault)
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
    document, variables = planned.plan.control, dict(envelope.message.variables)
    assert document is not None
    if len(operation.view.schema.model.entities) > _LARGE and _introspects(document):
        # Seconds of work on a large schema: beside the loop, on types of its own that are thrown away afterwards.
        view = operation.view.scratch()
        run = partial(execute_sync, view, document, variable_values=variables)
        return await asyncio.get_running_loop().run_in_executor(_introspection, run)
    result = execute(operation.view, document, context_value=context, variable_values=variables)
    return await result if inspect.isawaitable(result) else result


def _introspects(document: DocumentNode) -> bool:
    """Whether the document asks for the schema itself and nothing else that resolves."""
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    names = {node.name.value for node in operation.selection_set.selections if isinstance(node, FieldNode)}
    return "__schema" in names and all(name.startswith("__") for name in names)


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
