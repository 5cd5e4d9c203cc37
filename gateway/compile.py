"""From a valid operation to its plan, under one shape of its variables. Holds nobody's values.

Refuses with BAD_USER_INPUT and LIMIT_EXCEEDED where the structure of arguments says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)

from gateway.contract import Operation
from gateway.cost import price
from gateway.lanes import (
    QUERY,
    ControlGroup,
    DataGroup,
    Group,
    Plan,
    QueryGroup,
    Root,
    statements_of,
    touched_by,
)
from narthex.errors import Code, Refusal
from policies.admission import Recording, Unit
from policies.decide import DecidedContract
from resolvers.sql.compile import compile_roots, entity_of
from resolvers.sql.scope import ListLimits, Scope
from resolvers.sql.selection import Fields, collect
from resolvers.sql.values import Budget, Inputs, Source
from resolvers.sql.writes import Write, compile_write, write_of
from schema.model import WRITES, Action, Model

_TYPENAME = "__typename"
_VALUE_WEIGHT = 100
_MOST = {"explain": 10, "catalog": 20, "audit_records": 10, "audit_session": 10, "audit_verify": 1}
"""How often an operation may have fields of which each may take as long as a request of its own."""


def compile_operation(operation: Operation, inputs: Inputs, model: Model, limits: ListLimits) -> Plan:
    budget = Budget(limits.values)
    compiler = _Compiler(operation, inputs, model, limits, budget)
    if operation.node.operation is OperationType.MUTATION:
        plan = compiler.mutation()
    else:
        plan = compiler.query([operation.node.selection_set])
    weight = plan.weight + _VALUE_WEIGHT * budget.spent
    _check_depth(operation.contract, plan)
    plan = replace(
        plan,
        weight=weight,
        pricing=price(operation, inputs, model, limits),
        recording=_recording(operation.contract, plan),
        timeout_s=_timeout_s(operation.contract, plan),
    )
    if not plan.changes:
        return plan
    names = dict.fromkeys((*plan.coordinates, *(step.entity for step in plan.steps)))
    lines = ((name, operation.contract.sources(name)) for name in names)
    decisions = tuple((name, sources) for name, sources in lines if sources)
    outward = tuple(step for step in plan.steps if step.action in WRITES and model.entities[step.entity].table.outward)
    return replace(plan, decisions=decisions, outward=outward)


@dataclass(frozen=True, slots=True)
class _Compiler:
    """What compiling one operation reads."""

    operation: Operation
    inputs: Inputs
    model: Model
    limits: ListLimits
    budget: Budget

    def scope(self) -> Scope:
        source = Source(self.inputs.variables, self.operation.syntax.slots, self.budget)
        guards, fragments = self.operation.contract.guards, self.operation.syntax.fragments
        return Scope(self.model, source, self.inputs, fragments, self.limits, guards, self._diffs)

    def _diffs(self, entity: str, action: Action) -> bool:
        """Whether nothing counts rows of the entity that are read which is not counted by the change itself."""
        rules = self.operation.contract.admission
        if not rules.limited:
            return True
        read, changed = (rules.limits(entity, None, done) for done in (Action.SELECT, action))
        tables = (limit.unit is Unit.CALLS and limit in changed for limit in read)
        columns = (rules.limits(entity, column, Action.SELECT) for column in self.model.entities[entity].columns)
        return all(tables) and not any(columns)

    def query(self, nodes: Sequence[SelectionSetNode]) -> Plan:
        """The plan of a query's selection, also of one within a mutation."""
        fields = collect(nodes, self.operation.syntax.fragments, self.inputs.variables)
        data = {key: nodes for key, nodes in fields.items() if entity_of(self.model, nodes[0].name.value) is not None}
        control = [node for key, nodes in fields.items() if key not in data for node in nodes]
        _check_control(control)
        columns = {key: column for column, key in enumerate(data)}
        roots = tuple(_root(key, columns.get(key)) for key in fields)
        statement = None
        if data:
            statement = compile_roots(self.scope(), cast(GraphQLObjectType, self.operation.view.query_type), data)
        control_fields = tuple(dict.fromkeys(node.name.value for node in control))
        touched = [f"Query.{name}" for name in control_fields]
        touched += [step.coordinate for step in statement.steps] if statement is not None else []
        document = self.control(OperationType.QUERY, control) if control else None
        weight = len(statement.sql) if statement is not None else 0
        return Plan(roots, statement, document, control_fields, tuple(dict.fromkeys(touched)), weight)

    def mutation(self) -> Plan:
        selection = [self.operation.node.selection_set]
        fields = collect(selection, self.operation.syntax.fragments, self.inputs.variables)
        type_ = cast(GraphQLObjectType, self.operation.view.mutation_type)
        groups = self._groups(type_, fields)
        _check_control([node for group in groups if isinstance(group, QueryGroup) for node in group.plan.control_nodes])
        constant = f'"{type_.name}"'.encode()
        roots = tuple(
            _root(key, None, constant if nodes[0].name.value == _TYPENAME else None) for key, nodes in fields.items()
        )
        touched = [name for group in groups for name in touched_by(group)]
        weight = 2 * sum(len(statement.sql) for group in groups for statement in statements_of(group))
        names = tuple(group.field for group in groups if isinstance(group, ControlGroup))
        return Plan(roots, None, None, names, tuple(dict.fromkeys(touched)), weight, changes=groups)

    def _groups(self, mutation: GraphQLObjectType, roots: Fields) -> tuple[Group, ...]:
        """The groups of a mutation's root fields by response key."""
        groups: list[Group] = []
        writes: list[Write] = []
        for key, nodes in roots.items():
            name = nodes[0].name.value
            if name == _TYPENAME:
                continue
            if write_of(self.model, name) is not None:
                writes.append(compile_write(self.scope(), mutation, key, nodes))
                continue
            _close(groups, writes)
            if name == QUERY:
                groups.append(QueryGroup(key, self.query(_selections(nodes))))
            else:
                groups.append(ControlGroup(key, name, self.control(OperationType.MUTATION, nodes)))
        _close(groups, writes)
        return tuple(groups)

    def control(self, kind: OperationType, nodes: Sequence[FieldNode]) -> DocumentNode:
        """An operation of nothing but some control-plane root fields, for graphql-core."""
        node = self.operation.node
        definition = OperationDefinitionNode(
            operation=kind,
            name=node.name,
            variable_definitions=node.variable_definitions,
            selection_set=SelectionSetNode(selections=tuple(nodes)),
        )
        return DocumentNode(definitions=(definition, *self.operation.syntax.fragments.values()))


def _recording(contract: DecidedContract, plan: Plan) -> Recording:
    """The least that any `@audit` line on what is touched keeps."""
    places: list[tuple[str, str | None]] = [(step.entity, None) for step in plan.steps]
    for coordinate in plan.coordinates:
        owner, _, name = coordinate.partition(".")
        places.append((owner, name))
    found = [contract.admission.recording(*place) for place in dict.fromkeys(places)]
    said = [one for one in found if one is not None]
    redact = dict.fromkeys(name for one in said for name in one.redact)
    return Recording(all(one.full for one in said), tuple(redact))


def _check_depth(contract: DecidedContract, plan: Plan) -> None:
    """Refuses with LIMIT_EXCEEDED where rows are read further down than `@limits` of their table lets them."""
    for step in plan.steps:
        limit = contract.guards(step.entity).max_depth
        if limit is not None and len(step.path) > limit:
            text = f"Rows of '{step.entity}' are read {limit} fields deep at most, and here {len(step.path)}."
            raise Refusal(Code.LIMIT_EXCEEDED, text, coordinate=step.coordinate, limit=limit)


def _timeout_s(contract: DecidedContract, plan: Plan) -> int | None:
    """The shortest time that `@limits` of any table leaves which is read or written, or which conditions lead to."""
    names = {step.entity for step in plan.steps}
    names.update(use.entity for statement in plan.statements for use in statement.uses)
    allowed = (contract.guards(name).timeout_s for name in names)
    return min((seconds for seconds in allowed if seconds is not None), default=None)


def _root(key: str, column: int | None, constant: bytes | None = None) -> Root:
    return Root(key, f'"{key}":'.encode(), column, constant)


def _selections(nodes: Sequence[FieldNode]) -> list[SelectionSetNode]:
    return [node.selection_set for node in nodes if node.selection_set is not None]


def _check_control(control: Sequence[FieldNode]) -> None:
    names = [node.name.value for node in control]
    for name, most in _MOST.items():
        if names.count(name) > most:
            message = f"An operation can have '{name}' at most {most} times."
            raise Refusal(Code.LIMIT_EXCEEDED, message, coordinate=f"Query.{name}", limit=most)


def _close(groups: list[Group], writes: list[Write]) -> None:
    if writes:
        groups.append(DataGroup(tuple(writes)))
        writes.clear()
