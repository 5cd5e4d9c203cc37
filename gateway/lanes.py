"""What will run: root fields in lanes, as a plan says it. Data, and what can be read off it; no decisions.

A query has one statement for its data roots, and a document for all others. A mutation has groups in the order of its
root fields: consecutive data roots are one group, which is one transaction; `query` ends a group and reads what was
committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from graphql import DocumentNode, FieldNode, OperationDefinitionNode

from gateway.cost import UNPRICED, Pricing
from policies.admission import EVERYTHING, Recording
from resolvers.sql.compile import Statement
from resolvers.sql.scope import Step
from resolvers.sql.writes import Write

QUERY = "query"
"""The root field of mutations that reads."""


@dataclass(frozen=True)
class DataGroup:
    """Data roots that are written together or not at all."""

    writes: tuple[Write, ...]

    @cached_property
    def coordinates(self) -> tuple[str, ...]:
        """All that it touches."""
        return tuple(dict.fromkeys(touched_by(self)))

    @property
    def fingerprint(self) -> str:
        """That of its first statement."""
        return self.writes[0].statement.fingerprint


@dataclass(frozen=True, slots=True)
class ControlGroup:
    """One control-plane root field; `document` holds nothing else."""

    key: str
    field: str
    document: DocumentNode

    @property
    def coordinate(self) -> str:
        return f"Mutation.{self.field}"


@dataclass(frozen=True, slots=True)
class QueryGroup:
    """The root field `query`: a plan of its own."""

    key: str
    plan: Plan

    @property
    def coordinate(self) -> str:
        return f"Mutation.{QUERY}"


Group = DataGroup | ControlGroup | QueryGroup


def statements_of(group: Group) -> Iterator[Statement]:
    """All statements that running a group may take."""
    if isinstance(group, DataGroup):
        for write in group.writes:
            yield from write.chain(dry_run=False)
    elif isinstance(group, QueryGroup) and group.plan.statement is not None:
        yield group.plan.statement


def steps_of(group: Group) -> Iterator[Step]:
    """What a group does to tables."""
    if isinstance(group, DataGroup):
        yield from (step for write in group.writes for step in write.steps)
    elif isinstance(group, QueryGroup):
        yield from group.plan.steps


def effects_of(group: Group) -> Iterator[str]:
    """The coordinates of the root fields of a group that change something."""
    if isinstance(group, DataGroup):
        yield from (write.coordinate for write in group.writes)
    elif isinstance(group, ControlGroup):
        yield group.coordinate


def touched_by(group: Group) -> Iterator[str]:
    """All coordinates that a group touches, for the record."""
    if isinstance(group, QueryGroup):
        yield from group.plan.coordinates
    else:
        yield from effects_of(group)
        yield from (step.coordinate for step in steps_of(group))


@dataclass(frozen=True, slots=True)
class Root:
    """A root field of the response: its JSON key with colon, and its column in the data statement or None.

    `constant` is its JSON where that never changes.
    """

    key: str
    prefix: bytes
    column: int | None
    constant: bytes | None = None


@dataclass(frozen=True)
class Plan:
    """What will run: `statement` for data roots, `control` for all other root fields, `roots` in response order.

    A mutation has neither: it runs its `changes`.
    """

    roots: tuple[Root, ...]
    statement: Statement | None
    control: DocumentNode | None
    control_fields: tuple[str, ...]
    coordinates: tuple[str, ...]
    """What the operation touches, for its record: root fields and relationships."""
    weight: int
    """About how many characters it and its key in the cache hold on to."""
    pricing: Pricing = UNPRICED
    changes: tuple[Group, ...] = ()
    recording: Recording = EVERYTHING
    """What its record keeps of the caller's values."""
    decisions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """For the records of effects: what is touched, with the policy lines that hold there."""
    outward: tuple[Step, ...] = ()
    """What is written of which a rollback may not undo everything."""
    timeout_s: int | None = None
    """How long its data may take, where a policy says so."""

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """All statements that a run may take, in their order."""
        own = (self.statement,) if self.statement is not None else ()
        return (*own, *(statement for group in self.changes for statement in statements_of(group)))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """What the operation does to tables, in the order of the response."""
        own = self.statement.steps if self.statement is not None else ()
        return (*own, *(step for group in self.changes for step in steps_of(group)))

    @cached_property
    def control_nodes(self) -> tuple[FieldNode, ...]:
        """The root fields of a query that graphql-core executes."""
        operation = self.control.definitions[0] if self.control is not None else None
        if not isinstance(operation, OperationDefinitionNode):
            return ()
        return tuple(node for node in operation.selection_set.selections if isinstance(node, FieldNode))

    @cached_property
    def resolves(self) -> bool:
        """Whether any resolver will be called."""
        return self.control is not None or any(not isinstance(group, DataGroup) for group in self.changes)

    @cached_property
    def effects(self) -> tuple[str, ...]:
        """The coordinates of the root fields that change something."""
        return tuple(dict.fromkeys(name for group in self.changes for name in effects_of(group)))
