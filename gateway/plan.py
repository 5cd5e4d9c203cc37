"""The plan stage: root fields to lanes in the order of the response, and the data lane to one SQL statement.

A plan is cached with its operation under the shape of the request's variables, and holds nobody's values.
Refuses with BAD_USER_INPUT and LIMIT_EXCEEDED where the structure of arguments says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Sized
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple, cast

from graphql import (
    Undefined,
    coerce_input_value,
    value_from_ast_untyped,
)
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values

from gateway.compile import compile_operation
from gateway.contract import Operation, refusal_of
from gateway.cost import Tally
from gateway.document import Document
from gateway.lanes import DataGroup, Group, Plan, QueryGroup
from gateway.literals import check_literals
from narthex.errors import Code, Refusal, Refused
from narthex.principal import Principal
from resolvers.sql.compile import Statement
from resolvers.sql.lists import limit_bound
from resolvers.sql.scope import ListLimits
from resolvers.sql.transact import Bound
from resolvers.sql.values import Inputs, in_order, shape_of
from resolvers.sql.writes import Write
from schema.model import Model

_NO_VARIABLES = VariableValues({}, {})
_VALUES = 10
"""Values that variables may have, for each that a document may: a list of scalars is one parameter, however long."""
_MAX_ERRORS = 20
_INT_DIGITS = 11
"""Characters of the longest `Int` literal."""


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
        plan = compile_operation(operation, inputs, model, limits)
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
