"""Two policies compared: who may use what under one and not under the other, and whom guards hold otherwise.

Roles are those that some line of either names, `admin`, and one that none names, written `*`. Where a line asks for
scopes, a role is looked at with each of them as well. Refuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from graphql import DirectiveNode, print_ast

from narthex.coordinates import Coordinate
from narthex.principal import Grants
from policies.decide import DecidedContract, Policy
from policies.guards import RowRule, TableGuards
from policies.match import ADMIN, strings
from policies.targets import data_roots, fields_of
from schema.model import Action, Requires

ANY_OTHER = "*"


class Change(StrEnum):
    """GAINS and LOSES are about what is there, the others about guards on it; GUARDED tells neither more nor less.

    HELD is about the terms on which it is used: amounts, weights, keys, risk, records.
    """

    GAINS = "gains"
    LOSES = "loses"
    WIDENED = "widened"
    NARROWED = "narrowed"
    GUARDED = "guarded otherwise"
    HELD = "held to other terms"


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """`action` is empty for fields, which have none."""

    role: str
    scopes: tuple[str, ...]
    change: Change
    coordinate: str
    action: str = ""


def differences(old: Policy, new: Policy, environment: str) -> list[Difference]:
    """All differences in one environment. What scopes do not change is told once, without them."""
    found: list[Difference] = []
    for role in sorted(_named(old, "roles") | _named(new, "roles") | {ADMIN, ANY_OTHER}):
        plain: set[tuple[Change, str, str]] = set()
        scopes = sorted(_named(old, "scopes", "unless") | _named(new, "scopes", "unless"))
        for held in ((), *((scope,) for scope in scopes)):
            grants = Grants(role, frozenset(held), environment, frozenset())
            changes = set(_changes(old.contract(grants), new.contract(grants)))
            found += [Difference(role, held, *change) for change in changes if not held or change not in plain]
            if not held:
                plain = changes
    return sorted(found)


def _named(policy: Policy, *arguments: str) -> set[str]:
    lines = (*policy.overlay.lines, *policy.declared)
    return {name for line in lines for argument in arguments for name in strings(line, argument) or ()}


def _changes(old: DecidedContract, new: DecidedContract) -> Iterator[tuple[Change, str, str]]:
    for name in sorted(old.model.entities.keys() | new.model.entities.keys()):
        for action in Action:
            yield from _opened(old, new, name, action)
        if any(old.allows(Requires(name, action)) and new.allows(Requires(name, action)) for action in Action):
            yield from _guarded(name, old.guards(name), new.guards(name))
            yield from _fields(old, new, name)
    for field in sorted(old.control_fields | new.control_fields):
        yield from _moved(old.opens(field), new.opens(field), field, "")
    before, after = _terms(old), _terms(new)
    for coordinate in sorted(before.keys() | after.keys(), key=str):
        if before.get(coordinate) != after.get(coordinate) and (_uses(old, coordinate) or _uses(new, coordinate)):
            yield Change.HELD, str(coordinate), ""


def _terms(contract: DecidedContract) -> dict[Coordinate, set[str]]:
    """What admission lines say by coordinate, without the roles of which they say it."""
    terms: dict[Coordinate, set[str]] = {}
    for line, coordinate in contract.admission.lines:
        node = line.directive.node
        arguments = tuple(argument for argument in node.arguments or () if argument.name.value != "roles")
        terms.setdefault(coordinate, set()).add(print_ast(DirectiveNode(name=node.name, arguments=arguments)))
    return terms


def _uses(contract: DecidedContract, coordinate: Coordinate) -> bool:
    """Whether the caller has what a coordinate names; of patterns it may."""
    if not coordinate.exact:
        return True
    if coordinate.root:
        return contract.opens(f"{coordinate.type}.{coordinate.member}")
    return any(contract.allows(Requires(str(coordinate.type), action)) for action in Action)


def _opened(old: DecidedContract, new: DecidedContract, name: str, action: Action) -> Iterator[tuple[Change, str, str]]:
    table = Requires(name, action)
    before, after = old.allows(table), new.allows(table)
    if action is Action.DELETE:
        yield from _moved(before, after, name, action)
        return
    had, has = _columns(old, name, action), _columns(new, name, action)
    if before != after and (had or has) == _all(new if after else old, name):
        yield from _moved(before, after, name, action)
        return
    for column in sorted(had ^ has):
        yield from _moved(column in had, column in has, f"{name}.{column}", action)


def _columns(contract: DecidedContract, name: str, action: Action) -> set[str]:
    return {column for column in _all(contract, name) if contract.allows(Requires(name, action, column))}


def _all(contract: DecidedContract, name: str) -> set[str]:
    entity = contract.model.entities.get(name)
    return set(entity.columns) if entity is not None else set()


def _fields(old: DecidedContract, new: DecidedContract, name: str) -> Iterator[tuple[Change, str, str]]:
    """Root fields and relationships, where the table is open under both."""
    before, after = old.model.entities[name], new.model.entities[name]
    fields = {*data_roots(before), *data_roots(after)}
    fields.update(f"{name}.{field}" for entity in (before, after) for field in fields_of(entity))
    columns = {f"{name}.{column}" for column in (*before.columns, *after.columns)}
    for field in sorted(fields - columns):
        yield from _moved(old.opens(field), new.opens(field), field, "")


def _moved(before: bool, after: bool, coordinate: str, action: str) -> Iterator[tuple[Change, str, str]]:
    if before != after:
        yield (Change.GAINS if after else Change.LOSES), coordinate, str(action)


def _guarded(name: str, old: TableGuards, new: TableGuards) -> Iterator[tuple[Change, str, str]]:
    for before, after in ((old.filters, new.filters), (old.checks, new.checks)):
        for action in Action:
            change = _compared(_rules(before, action), _rules(after, action))
            if change is not None:
                yield change, name, action.value
    for column in sorted(old.masks.keys() | new.masks.keys()):
        if old.masks.get(column) is not new.masks.get(column):
            yield _turned(column in old.masks, column in new.masks), f"{name}.{column}", ""
    for action in (Action.INSERT, Action.UPDATE):
        forced, forces = old.presets.get(action, {}), new.presets.get(action, {})
        for column in sorted(forced.keys() | forces.keys()):
            if forced.get(column) != forces.get(column):
                yield _turned(column in forced, column in forces), f"{name}.{column}", action.value
    changes = set(_rebounded(old, new))
    if changes:
        yield changes.pop() if len(changes) == 1 else Change.GUARDED, name, ""


def _rebounded(old: TableGuards, new: TableGuards) -> Iterator[Change]:
    pairs = ((old.max_rows, new.max_rows), (old.max_depth, new.max_depth), (old.timeout_s, new.timeout_s))
    for before, after in pairs:
        if before != after:
            more = after is None or (before is not None and after > before)
            yield Change.WIDENED if more else Change.NARROWED


def _rules(rules: Mapping[Action, tuple[RowRule, ...]], action: Action) -> set[str]:
    return {repr(rule.predicate) for rule in rules.get(action, ())}


def _compared(before: set[str], after: set[str]) -> Change | None:
    if before == after:
        return None
    if before < after:
        return Change.NARROWED
    return Change.WIDENED if after < before else Change.GUARDED


def _turned(before: bool, after: bool) -> Change:
    if before and after:
        return Change.GUARDED
    return Change.NARROWED if after else Change.WIDENED
