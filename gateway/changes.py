"""What a mutation runs, in the order of its root fields: groups of data roots, control-plane fields, and reads.

Consecutive data roots are one group, which is one transaction. `query` ends a group and reads what was committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import DocumentNode, FieldNode, GraphQLObjectType

from resolvers.sql.scope import Scope, Step
from resolvers.sql.writes import Write, compile_write, write_of

if TYPE_CHECKING:
    from gateway.plan import Plan
    from resolvers.sql.compile import Statement
    from resolvers.sql.selection import Fields


TYPENAME, QUERY = "__typename", "query"


@dataclass(frozen=True, slots=True)
class DataGroup:
    """Data roots that are written together or not at all."""

    writes: tuple[Write, ...]


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


@dataclass(frozen=True, slots=True)
class Makers:
    """How `plan` makes what is not written by SQL."""

    scope: Callable[[], Scope]
    query: Callable[[list[FieldNode]], Plan]
    control: Callable[[list[FieldNode]], DocumentNode]


def compile_changes(mutation: GraphQLObjectType, roots: Fields, makers: Makers) -> tuple[Group, ...]:
    """The groups of a mutation's root fields by response key. Refuses what the structure of arguments rules out."""
    groups: list[Group] = []
    writes: list[Write] = []
    for key, nodes in roots.items():
        name, scope = nodes[0].name.value, makers.scope()
        if name == TYPENAME:
            continue
        if write_of(scope.model, name) is not None:
            writes.append(compile_write(scope, mutation, key, nodes))
            continue
        _close(groups, writes)
        if name == QUERY:
            groups.append(QueryGroup(key, makers.query(nodes)))
        else:
            groups.append(ControlGroup(key, name, makers.control(nodes)))
    _close(groups, writes)
    return tuple(groups)


def _close(groups: list[Group], writes: list[Write]) -> None:
    if writes:
        groups.append(DataGroup(tuple(writes)))
        writes.clear()


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
