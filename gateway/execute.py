"""The execute stage: data in Postgres, everything else through its resolvers; a mutation's groups in their order."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

import asyncpg
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    execute,
    execute_sync,
)

from gateway.changing import Part, reply_of, run_changes
from gateway.contract import Operation
from gateway.encode import json_bytes
from gateway.envelope import Envelope
from gateway.lanes import ControlGroup, DataGroup, Plan, QueryGroup
from gateway.plan import Planned
from gateway.respond import Reply, assemble
from narthex.errors import Code, Location, Refusal
from resolvers.sql.run import run_statement
from resolvers.sql.scope import Cut
from resolvers.sql.transact import Bound, GroupFailed, Record, Written, try_group, write_group
from resolvers.sql.violations import violation_of

if TYPE_CHECKING:
    from resolvers.sql.run import Pool

_LARGE = 100
"""Entities of a schema whose introspection must not hold up other requests."""
_introspection = ThreadPoolExecutor(max_workers=1, thread_name_prefix="introspection")


class Outcome(NamedTuple):
    """What execution gave; `fault` is an unexpected exception of a resolver, for the log.

    `recorded` says that all it did was effects, and that each has been committed with its record.
    """

    reply: Reply
    fault: BaseException | None = None
    recorded: bool = False


class Pools(NamedTuple):
    """The sessions of the data role: those that can only read, and those that may write."""

    reads: Pool
    writes: Pool


class Records(Protocol):
    """Who keeps the records of effects."""

    def of(self, group: DataGroup) -> AbstractContextManager[Record]:
        """The record of one group, for as long as it runs: how the block ends says what became of it.

        Raises `GroupFailed` with UNAVAILABLE where none can be kept.
        """
        ...


async def execute_plan(
    pools: Pools,
    operation: Operation,
    planned: Planned,
    envelope: Envelope,
    context: object,
    records: Records | None = None,
    limit: int = 10_000,
) -> Outcome:
    """Run all lanes. `records` gives what the groups of a mutation settle: there is none without it.

    `limit` is how many rows a dry run may change.
    """
    timeout_s = planned.plan.timeout_s
    until = asyncio.get_running_loop().time() + timeout_s if timeout_s is not None else None
    if not planned.plan.changes:
        return await _read(pools.reads, operation, planned.plan, planned.values, envelope, context, until)
    assert records is not None
    lanes = _Lanes(pools, operation, envelope, context, records, limit, until)
    changed = await run_changes(planned, lanes, dry_run=envelope.dry_run)
    first = changed.refusals[0] if changed.refusals else None
    if first is not None and first.code is Code.UNAVAILABLE and not changed.happened:
        return Outcome(Reply(None, (first,)), changed.fault)
    return Outcome(reply_of(planned, changed), changed.fault, changed.recorded)


@dataclass(frozen=True)
class _Lanes:
    """What the groups of one mutation run on."""

    pools: Pools
    operation: Operation
    envelope: Envelope
    context: object
    records: Records
    limit: int
    until: float | None
    """When the loop's time is up for data."""

    async def write(self, group: DataGroup, bound: Sequence[Bound]) -> list[Written]:
        try:
            if self.envelope.dry_run:
                return await try_group(self.pools.writes, group.writes, bound, self.limit, self.until)
            with self.records.of(group) as record:
                return await write_group(self.pools.writes, group.writes, bound, record, self.until)
        except GroupFailed as failed:
            if failed.refusal.code is Code.CONSTRAINT_VIOLATION and isinstance(failed.error, asyncpg.PostgresError):
                model, contract = self.operation.view.schema.model, self.operation.contract
                failed.refusal = violation_of(failed.error, model, contract)
            raise

    async def query(self, group: QueryGroup, values: Sequence[object]) -> Part:
        reads = self.pools.reads
        outcome = await _read(reads, self.operation, group.plan, values, self.envelope, self.context, self.until)
        reply = outcome.reply
        for refusal in reply.refusals:
            refusal.path = (group.key, *(refusal.path or ()))
        cuts = tuple(Cut((group.key, *cut.path), cut.limit) for cut in reply.truncated)
        return Part(None if reply.data == b"null" else reply.data, reply.refusals, cuts, outcome.fault)

    async def control(self, group: ControlGroup) -> Part:
        result = await _run_control(self.operation, group.document, self.envelope, self.context)
        refusals, fault = _refusals(result.errors or ())
        return Part(json_bytes(result.data[group.key]) if result.data else None, refusals, (), fault)


async def _read(
    pool: Pool,
    operation: Operation,
    plan: Plan,
    values: Sequence[object],
    envelope: Envelope,
    context: object,
    until: float | None,
) -> Outcome:
    """A query. The data lane has succeeded or failed before any other lane starts."""
    columns: Sequence[bytes | None] = ()
    if plan.statement is not None:
        try:
            columns = await run_statement(pool, plan.statement, values, until)
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
        result = await _run_control(operation, plan.control, envelope, context)
        refusals, fault = _refusals(result.errors or ())
        control = result.data
        if control is None:
            return Outcome(Reply(b"null", refusals), fault)
    data, cuts = assemble(plan, columns, control)
    return Outcome(Reply(data, refusals, cuts), fault)


async def _run_control(
    operation: Operation, document: DocumentNode, envelope: Envelope, context: object
) -> ExecutionResult:
    variables = dict(envelope.message.variables)
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
