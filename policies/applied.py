"""The policy lines that hold at a coordinate, as they are shown.

An operator sees all of them. A caller sees those that name it, and nothing in them that its contract hides: of
`columns` only the open ones, and the conditions and values of guards only where the line says `visible: true` and all
that they name is open. What a line does is said in static words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import ArgumentNode, DirectiveNode, ListValueNode, StringValueNode, print_ast

from narthex.coordinates import Coordinate
from policies.directives import BODIES
from policies.match import Access
from policies.narrowing import Bounds, Closes, Guard, Mask, Preset, Rows, in_force
from policies.predicates import EXISTS
from policies.targets import Kind, Target, canonical
from schema.model import Action, Entity, Model, Requires
from schema.tables import AGGREGATE

if TYPE_CHECKING:
    from policies.decide import DecidedContract, Policy


@dataclass(frozen=True, slots=True)
class AppliedLine:
    """A policy line as it is shown: `source` is `file:line`, `effect` one sentence of static text."""

    coordinate: str
    directive: str
    source: str
    effect: str


def applied(
    policy: Policy,
    coordinate: str,
    action: str | None = None,
    contract: DecidedContract | None = None,
    in_full: bool = False,
) -> list[AppliedLine]:
    """The lines at a coordinate, for an action if one is given.

    Without a contract all of them, as an operator sees them. With one those that name its caller, as the caller sees
    them, or `in_full`.
    """
    target = policy.targets.find(canonical(coordinate))
    if target is None:
        return []
    return [
        *_access(policy, target, action, contract, in_full),
        *_guards(policy, target, action, contract, in_full),
        *_admission(policy, target, action, contract, in_full),
    ]


def is_told(policy: Policy, entity: str, contract: DecidedContract) -> bool:
    """Whether the caller may know all that the guards of a table say to it."""
    table = policy.model.entities[entity]
    held = in_force(policy.narrowing.get(entity, ()), contract.grants)
    return all(_shows(guard, table, contract) for guard in held if guard.line.directive.name in BODIES)


def _access(
    policy: Policy, target: Target, action: str | None, contract: DecidedContract | None, in_full: bool
) -> Iterator[AppliedLine]:
    for line in _on(policy, target):
        if not line.acts(action):
            continue
        if contract is not None and not line.audience.includes(contract.grants):
            continue
        text: str | None = line.line.directive.text
        if contract is not None and not in_full:
            text = _visible_text(line, contract, target)
        if text is not None:
            yield AppliedLine(str(line.coordinate), text, str(line.line.source), _effect(line, target.kind))


def _on(policy: Policy, target: Target) -> list[Access]:
    if target.kind is Kind.TABLE:
        return policy.lines.on_entity(target.type)[0]
    if target.kind is not Kind.COLUMN or target.member is None:
        return list(policy.guards(target))
    tables, _ = policy.lines.on_entity(target.type)
    own = policy.lines.on_member(target.type, target.member)
    closed = any(not line.deny for line in own)
    through = [line for line in tables if line.columns is None or target.member in line.columns]
    return [line for line in through if line.deny or not closed] + own


def _visible_text(line: Access, contract: DecidedContract, target: Target) -> str | None:
    """The directive without the columns that are hidden from the caller; None where nothing would be left."""
    node = line.line.directive.node
    if line.columns is None:
        return print_ast(node)
    open_columns = [
        column
        for column in line.columns
        if any(contract.allows(Requires(target.type, action, column)) for action in Action)
    ]
    if not open_columns:
        return None
    return print_ast(_with_columns(node, open_columns))


def _with_columns(node: DirectiveNode, columns: list[str]) -> DirectiveNode:
    value = ListValueNode(values=tuple(StringValueNode(value=column) for column in columns))
    arguments = tuple(
        ArgumentNode(name=argument.name, value=value) if argument.name.value == "columns" else argument
        for argument in node.arguments or ()
    )
    return DirectiveNode(name=node.name, arguments=arguments)


def _effect(line: Access, kind: Kind) -> str:
    if line.deny:
        return "Closes this to those whom it names; no other line opens it again."
    if kind is Kind.TABLE:
        return "Opens the table to those whom it names."
    if kind is Kind.COLUMN and isinstance(line.coordinate, Coordinate) and line.coordinate.member is None:
        return "Opens the column, with its table, to those whom it names."
    if kind is Kind.COLUMN:
        return "Opens the column to those whom it names, and to nobody else."
    if kind is Kind.CONTROL_FIELD:
        return "Opens the field to those whom it names."
    return "Leaves the field to those whom it names; what it leads to must be open as well."


def _guards(
    policy: Policy, target: Target, action: str | None, contract: DecidedContract | None, in_full: bool
) -> Iterator[AppliedLine]:
    if target.kind not in (Kind.TABLE, Kind.COLUMN):
        return
    guards: Sequence[Guard] = policy.narrowing.get(target.type, ())
    if contract is not None:
        guards = in_force(guards, contract.grants)
    for guard in guards:
        if not _concerns(guard, target) or (action is not None and action not in guard.on):
            continue
        line = guard.line
        text = line.directive.text
        if contract is not None and not in_full:
            text = _told(guard, policy.model.entities[target.type], contract)
        yield AppliedLine(str(line.coordinate), text, str(line.source), _narrows(guard))


def _concerns(guard: Guard, target: Target) -> bool:
    """Whether the guard is told at the coordinate: of what is on the table, a column tells only its preset."""
    if target.member is None or guard.column is not None:
        return guard.column == target.member
    return isinstance(guard.does, Preset) and target.member in guard.does.values


def _told(guard: Guard, entity: Entity, contract: DecidedContract) -> str:
    node = guard.line.directive.node
    bodies = BODIES.get(guard.line.directive.name, frozenset())
    shows = _shows(guard, entity, contract)
    arguments = tuple(argument for argument in node.arguments or () if shows or argument.name.value not in bodies)
    return print_ast(DirectiveNode(name=node.name, arguments=arguments))


def _shows(guard: Guard, entity: Entity, contract: DecidedContract) -> bool:
    return guard.line.directive.arguments.get("visible") is True and _is_open(guard, entity, contract)


def _is_open(guard: Guard, entity: Entity, contract: DecidedContract) -> bool:
    """Whether the caller may see all that the guard names."""
    match guard.does:
        case Rows(filter=filter_, check=check):
            conditions = (filter_.predicate, check.predicate)
            return all(_sees(contract, entity, predicate) for predicate in conditions)
        case Preset(values=values):
            return all(_any_action(contract, entity.name, column) for column in values)
        case _:
            return False


def _any_action(contract: DecidedContract, entity: str, column: str) -> bool:
    return any(contract.allows(Requires(entity, action, column)) for action in Action)


def _sees(contract: DecidedContract, entity: Entity, predicate: Mapping[str, Any]) -> bool:
    model = contract.model
    for name, value in predicate.items():
        if name == EXISTS:
            there = model.entities[value["_table"]]
            shown = contract.allows(Requires(there.name, Action.SELECT)) and _sees(contract, there, value["_where"])
        elif name in ("_and", "_or"):
            shown = all(_sees(contract, entity, each) for each in value)
        elif name == "_not":
            shown = _sees(contract, entity, value)
        elif name in entity.columns:
            shown = contract.allows(Requires(entity.name, Action.SELECT, name))
        else:
            shown = _sees_related(contract, model, entity, name, value)
        if not shown:
            return False
    return True


def _sees_related(contract: DecidedContract, model: Model, entity: Entity, name: str, value: Mapping[str, Any]) -> bool:
    relationship = entity.relationships.get(name)
    way = name if relationship is not None else name.removesuffix(AGGREGATE)
    there = model.entities[entity.relationships[way].target]
    if not contract.opens(f"{entity.name}.{way}"):
        return False
    if relationship is not None:
        return contract.allows(Requires(there.name, Action.SELECT)) and _sees(contract, there, value)
    return all(
        contract.allows(Requires(there.name, Action.AGGREGATE))
        and all(contract.allows(Requires(there.name, Action.AGGREGATE, column)) for column in _columns(given))
        and _sees(contract, there, given.get("filter", {}))
        for given in value.values()
    )


def _columns(given: Mapping[str, Any]) -> Collection[str]:
    """The columns that an aggregate is of: one, a list of them, or a pair."""
    arguments = given.get("arguments", ())
    if isinstance(arguments, Mapping):
        return list(arguments.values())
    return (arguments,) if isinstance(arguments, str) else arguments


def _narrows(guard: Guard) -> str:
    """At most 12 words."""
    match guard.does:
        case Rows():
            return "Only rows that meet a condition are seen, or may be written."
        case Preset():
            return "Sets columns by itself; the input does not have them."
        case Mask(masking=masking):
            return f"Shows {_SHOWN[masking.value]} only; the column cannot be compared."
        case Bounds():
            return f"At most {', '.join(_bounds(guard.does))}."
        case Closes():
            return "Closes this, because the line cannot be understood here."


def _bounds(bounds: Bounds) -> Iterator[str]:
    if bounds.max_rows is not None:
        yield f"{bounds.max_rows} rows a list"
    if bounds.max_depth is not None:
        yield f"{bounds.max_depth} fields deep"
    if bounds.timeout_s is not None:
        yield f"{bounds.timeout_s} s"


def _admission(
    policy: Policy, target: Target, action: str | None, contract: DecidedContract | None, in_full: bool
) -> Iterator[AppliedLine]:
    """Amounts, weights, keys, risk and records. What a record hides is not told: it may be hidden from the caller."""
    rules = policy.admission.every if contract is None else contract.admission
    for line in rules.at(target.type, target.member, action):
        arguments = tuple(
            argument
            for argument in line.directive.node.arguments or ()
            if contract is None or in_full or argument.name.value != "redact"
        )
        text = print_ast(DirectiveNode(name=line.directive.node.name, arguments=arguments))
        yield AppliedLine(str(line.coordinate), text, str(line.source), _HOLDS_TO[line.directive.name])


_HOLDS_TO = {
    "rate_limit": "So often in a window; beyond it RATE_LIMITED.",
    "quota": "So much in a window; beyond it QUOTA_EXCEEDED.",
    "idempotent": "Writing needs an Idempotency-Key, and happens once under it.",
    "cost": "The weight of this in the static cost.",
    "listSize": "The length that the static cost takes for the list.",
    "audit": "What the record of it keeps.",
    "risk": "At level GATED what is not LOW needs an approval.",
    "simulatable": "A dry run may run it.",
}
_SHOWN = {
    "NULL": "null",
    "REDACT": "***",
    "HASH": "a keyed hash",
    "LAST4": "the last 4 characters",
    "EMAIL": "a shortened address",
}
