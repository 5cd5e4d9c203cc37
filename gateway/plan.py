"""The plan stage: root fields to lanes in the order of the response, and the data lane to one SQL statement.

A plan is cached with its operation under the shape of the request's variables, and holds nobody's values.
Refuses with BAD_USER_INPUT and LIMIT_EXCEEDED where the structure of arguments says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Sized
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, NamedTuple, cast

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Undefined,
    coerce_input_value,
    value_from_ast_untyped,
)
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values

from gateway.changes import (
    TYPENAME,
    ControlGroup,
    DataGroup,
    Group,
    Makers,
    QueryGroup,
    compile_changes,
    effects_of,
    statements_of,
    steps_of,
    touched_by,
)
from gateway.contract import Operation, refusal_of
from gateway.cost import UNPRICED, Pricing, Tally, price
from gateway.document import Document
from gateway.literals import check_literals
from narthex.errors import Code, Refusal, Refused
from narthex.principal import Principal
from policies.admission import EVERYTHING, Recording
from policies.decide import DecidedContract
from resolvers.sql.compile import Statement, compile_roots, entity_of
from resolvers.sql.lists import limit_bound
from resolvers.sql.scope import ListLimits, Scope, Step
from resolvers.sql.selection import collect
from resolvers.sql.transact import Bound
from resolvers.sql.values import Budget, Inputs, Source, in_order, shape_of
from resolvers.sql.writes import Write
from schema.model import Model

_NO_VARIABLES = VariableValues({}, {})
_VALUES = 10
"""Values that variables may have, for each that a document may: a list of scalars is one parameter, however long."""
_MAX_ERRORS = 20
_VALUE_WEIGHT = 100
_INT_DIGITS = 11
"""Characters of the longest `Int` literal."""
_MOST = {"explain": 10, "catalog": 20, "audit_records": 10, "audit_session": 10, "audit_verify": 1}
"""How often an operation may have fields of which each may take as long as a request of its own."""


@dataclass(frozen=True, slots=True)
class Root:
    """A root field of the response: its JSON key with colon, and its column in the data statement or None.

    `constant` is its JSON where that never changes.
    """

    key: str
    prefix: bytes
    column: int | None
    constant: bytes | None = None


@dataclass(frozen=True, slots=True)
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

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements that a run may take, in their order."""
        own = (self.statement,) if self.statement is not None else ()
        return (*own, *(statement for group in self.changes for statement in statements_of(group)))

    @property
    def steps(self) -> tuple[Step, ...]:
        """What the operation does to tables, in the order of the response."""
        own = self.statement.steps if self.statement is not None else ()
        return (*own, *(step for group in self.changes for step in steps_of(group)))

    @property
    def resolves(self) -> bool:
        """Whether any resolver will be called."""
        return self.control is not None or any(not isinstance(group, DataGroup) for group in self.changes)

    @property
    def effects(self) -> tuple[str, ...]:
        """The coordinates of the root fields that change something."""
        return tuple(dict.fromkeys(name for group in self.changes for name in effects_of(group)))


class Planned(NamedTuple):
    """A plan with this request's values: `values[n]` is that of the statement's `$n+1`.

    `bound` holds the values of each group of a mutation.
    """

    plan: Plan
    values: Sequence[object]
    cached: bool
    tally: Tally
    bound: Sequence[Sequence[Any]] = ()


def make_plan(
    operation: Operation,
    document: Document,
    variables: Mapping[str, object],
    model: Model,
    limits: ListLimits,
    principal: Principal | None = None,
    *,
    dry_run: bool = False,
) -> Planned:
    """The plan for a request, from the operation's cache where one of the same shape is there.

    Raises `InvalidLiteral` where a literal of the request does not fit its type.
    """
    if variables:
        _check_size(variables, _VALUES * limits.values)
    check_literals(operation.unread, document.literals)
    inputs = Inputs(coerce_variables(operation, variables), document.literals, principal)
    shape = _shape(operation, inputs)
    key = operation.token, shape
    plan = cast(Plan | None, operation.plans.get(key))
    cached = plan is not None
    if plan is None:
        plan = _compile(operation, inputs, model, limits)
        with suppress(ValueError):  # larger than the whole cache
            operation.plans[key] = plan
    tally = plan.pricing.tally(inputs)
    if plan.changes:
        return Planned(plan, (), cached, tally, _bound_groups(plan.changes, inputs, dry_run))
    return Planned(plan, _values(plan.statement, inputs), cached, tally)


def _bound_groups(groups: Sequence[Group], inputs: Inputs, dry_run: bool) -> list[Sequence[Any]]:
    """The values of all groups, before anything runs: what does not fit must not stop a mutation half way."""
    bound: list[Sequence[Any]] = []
    refusals: list[Refusal] = []
    for group in groups:
        try:
            if isinstance(group, DataGroup):
                bound.append([_bound_write(write, inputs, dry_run) for write in group.writes])
            else:
                bound.append(_values(group.plan.statement, inputs) if isinstance(group, QueryGroup) else ())
        except Refused as refused:
            refusals += refused.refusals
    if refusals:
        raise Refused(refusals[:_MAX_ERRORS])
    return bound


def _bound_write(write: Write, inputs: Inputs, dry_run: bool) -> Bound:
    return [_values(statement, inputs) for statement in write.chain(dry_run=dry_run)]


def _values(statement: Statement | None, inputs: Inputs) -> Sequence[object]:
    """What the statement's parameters are given; all refusals together."""
    if statement is None:
        return ()
    try:
        return [bind(inputs) for bind in statement.binds]
    except Refusal:
        refusals = list(islice(_misfits(statement, inputs), _MAX_ERRORS))
        raise Refused(refusals) from None


def _misfits(statement: Statement, inputs: Inputs) -> Iterator[Refusal]:
    for bind in statement.binds:
        try:
            bind(inputs)
        except Refusal as refusal:
            yield refusal


def _check_size(variables: Mapping[str, object], limit: int) -> None:
    """Bound the values in variables before each is looked at."""
    count, waiting = 0, [cast(object, dict(variables))]
    while waiting:
        value = waiting.pop()
        count += len(cast(Sized, value))
        if count > limit:
            raise Refusal(Code.LIMIT_EXCEEDED, f"The variables have more than {limit} values.", limit=limit)
        items = value.values() if isinstance(value, dict) else cast(list[object], value)
        waiting += [item for item in items if isinstance(item, (dict, list))]


def coerce_variables(operation: Operation, given: Mapping[str, object]) -> VariableValues:
    """Coerced variables (GraphQL specification, section 6.1.2), by graphql-core."""
    if not operation.node.variable_definitions:
        return _NO_VARIABLES
    if (plain := _single_values(operation, given)) is not None:
        return plain
    definitions = operation.node.variable_definitions
    coerced = get_variable_values(operation.view, definitions, dict(given), max_errors=_MAX_ERRORS)
    if isinstance(coerced, list):
        raise Refused([refusal_of(error, Code.BAD_USER_INPUT) for error in coerced])
    for definition in definitions:
        name, default = definition.variable.name.value, definition.default_value
        if name in given:
            coerced.coerced[name] = in_order(coerced.coerced[name], given[name])
        elif default is not None:
            coerced.coerced[name] = in_order(coerced.coerced[name], value_from_ast_untyped(default))
    return coerced


def _single_values(operation: Operation, given: Mapping[str, object]) -> VariableValues | None:
    """The same where each variable is given and is a text or a number: no nesting, no defaults, no order to keep.

    None where anything is otherwise or does not fit, so that graphql-core has the last word.
    """
    sources, coerced = {}, {}
    for signature in operation.signatures:
        value = given.get(signature.name)
        if not isinstance(value, str | int | float):
            return None
        fitting = coerce_input_value(value, signature.type)
        if fitting is Undefined:
            return None
        sources[signature.name], coerced[signature.name] = VariableValueSource(signature, value), fitting
    return VariableValues(sources, coerced)


def _shape(operation: Operation, inputs: Inputs) -> object:
    coerced = inputs.variables.coerced
    shapes = [(name, shape_of(type_, coerced[name])) for name, type_ in operation.variables if name in coerced]
    return tuple(shapes), tuple([_bound(inputs, source) for source in operation.limits])


def _bound(inputs: Inputs, source: str | int) -> int | None:
    """The size class of one limit. A literal is checked against `Int` only when it is bound, so it may be anything."""
    if isinstance(source, int):
        literal = inputs.literals[source]
        return limit_bound(int(literal)) if len(literal) <= _INT_DIGITS else None
    value = inputs.variables.coerced.get(source)
    return limit_bound(value) if isinstance(value, int) else None


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
        return Scope(self.model, source, self.inputs, fragments, self.limits, guards)

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
        makers = Makers(
            self.scope,
            lambda nodes: self.query(_selections(nodes)),
            lambda nodes: self.control(OperationType.MUTATION, nodes),
        )
        groups = compile_changes(type_, fields, makers)
        constant = f'"{type_.name}"'.encode()
        roots = tuple(
            _root(key, None, constant if nodes[0].name.value == TYPENAME else None) for key, nodes in fields.items()
        )
        touched = [name for group in groups for name in touched_by(group)]
        weight = 2 * sum(len(statement.sql) for group in groups for statement in statements_of(group))
        names = tuple(group.field for group in groups if isinstance(group, ControlGroup))
        return Plan(roots, None, None, names, tuple(dict.fromkeys(touched)), weight, changes=groups)

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


def _compile(operation: Operation, inputs: Inputs, model: Model, limits: ListLimits) -> Plan:
    budget = Budget(limits.values)
    compiler = _Compiler(operation, inputs, model, limits, budget)
    if operation.node.operation is OperationType.MUTATION:
        plan = compiler.mutation()
    else:
        plan = compiler.query([operation.node.selection_set])
    weight = plan.weight + _VALUE_WEIGHT * budget.spent
    pricing, recording = price(operation, inputs, model, limits), _recording(operation.contract, plan)
    plan = replace(plan, weight=weight, pricing=pricing, recording=recording)
    if not plan.changes:
        return plan
    names = dict.fromkeys((*plan.coordinates, *(step.entity for step in plan.steps)))
    lines = ((name, operation.contract.sources(name)) for name in names)
    return replace(plan, decisions=tuple((name, sources) for name, sources in lines if sources))


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
