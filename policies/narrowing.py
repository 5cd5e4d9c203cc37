"""Guard lines as they hold on the tables, and what all of them together leave to one caller.

Guards accumulate: every `@rows` must hold, the smallest `@limits` counts, a column shows no more than each of its
`@mask`s would show. Only `override: true` on a line that names its coordinate in full replaces lines of the same
directive that reach there by a pattern. A guard that could not be understood closes what it guards. Refuses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from narthex.principal import Grants
from policies.guards import UNGUARDED, Claim, Constant, Masking, RowRule, TableGuards
from policies.overlay import Line
from schema.model import Action

OLD_ROWS = (Action.SELECT, Action.AGGREGATE, Action.SUBSCRIBE, Action.UPDATE, Action.DELETE)
NEW_ROWS = (Action.INSERT, Action.UPDATE)
READS = (Action.SELECT, Action.AGGREGATE, Action.SUBSCRIBE)


@dataclass(frozen=True, slots=True)
class Rows:
    filter: RowRule
    check: RowRule


@dataclass(frozen=True, slots=True)
class Preset:
    values: Mapping[str, Constant | Claim]


@dataclass(frozen=True, slots=True)
class Mask:
    masking: Masking
    unless: frozenset[str]


@dataclass(frozen=True, slots=True)
class Bounds:
    """A `@limits` line."""

    max_rows: int | None
    max_depth: int | None
    timeout_s: int | None


@dataclass(frozen=True, slots=True)
class Closes:
    """Stands for a guard that could not be understood."""


@dataclass(frozen=True, slots=True)
class Guard:
    """One line as it holds on one table, or on one of its columns."""

    line: Line
    column: str | None
    roles: frozenset[str] | None
    on: frozenset[Action]
    does: Rows | Preset | Mask | Bounds | Closes

    @property
    def overrides(self) -> bool:
        return self.line.coordinate.exact and self.line.directive.arguments.get("override") is True

    @property
    def lifted_by(self) -> frozenset[str]:
        """Scopes for which the line does not hold."""
        return self.does.unless if isinstance(self.does, Mask) else frozenset()

    @property
    def is_on_columns(self) -> bool:
        return self.column is not None or isinstance(self.does, Preset)

    def includes(self, grants: Grants) -> bool:
        """Whether the caller is among those whom the line narrows."""
        if self.lifted_by & grants.scopes:
            return False
        return self.roles is None or grants.role in self.roles

    def replaces(self, other: Guard) -> bool:
        """Whether the other line gives way to this one, for those whom this one names and the actions of both."""
        return (
            self.overrides
            and not other.line.coordinate.exact
            and self.line.directive.name == other.line.directive.name
            and self.column == other.column
        )


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the guards of a table leave to one caller. `closed` holds actions, or columns by action."""

    guards: TableGuards
    closed: frozenset[tuple[Action, str | None]] = frozenset()


UNNARROWED = Narrowed(UNGUARDED)


def in_force(guards: Iterable[Guard], grants: Grants) -> list[Guard]:
    """The guards that hold for a caller, each with the actions for which nothing has replaced it."""
    named = [guard for guard in guards if guard.roles is None or grants.role in guard.roles]
    held = []
    for guard in named:
        on = guard.on.difference(*(other.on for other in named if other.replaces(guard)))
        if on and guard.includes(grants):
            held.append(Guard(guard.line, guard.column, guard.roles, on, guard.does))
    return held


def narrowed(guards: Sequence[Guard], grants: Grants) -> Narrowed:
    """All guards of a table, decided for one caller."""
    held = in_force(guards, grants)
    if not held:
        return UNNARROWED
    bounds = [guard.does for guard in held if isinstance(guard.does, Bounds)]
    return Narrowed(
        TableGuards(
            filters=_rules(held, OLD_ROWS, lambda rows: rows.filter),
            checks=_rules(held, NEW_ROWS, lambda rows: rows.check),
            presets=_presets(held),
            masks=_masks(held),
            max_rows=_smallest(each.max_rows for each in bounds),
            max_depth=_smallest(each.max_depth for each in bounds),
            timeout_s=_smallest(each.timeout_s for each in bounds),
        ),
        frozenset((action, guard.column) for guard in held if isinstance(guard.does, Closes) for action in guard.on),
    )


def _smallest(numbers: Iterable[int | None]) -> int | None:
    return min((number for number in numbers if number is not None), default=None)


def _rules(
    held: Iterable[Guard], actions: Iterable[Action], side: Callable[[Rows], RowRule]
) -> Mapping[Action, tuple[RowRule, ...]]:
    rules = {
        action: tuple(side(guard.does) for guard in held if isinstance(guard.does, Rows) and action in guard.on)
        for action in actions
    }
    return {action: found for action, found in rules.items() if found}


def _presets(held: Iterable[Guard]) -> Mapping[Action, Mapping[str, Constant | Claim]]:
    presets: dict[Action, dict[str, Constant | Claim]] = {}
    for guard in held:
        if isinstance(guard.does, Preset):
            for action in sorted(guard.on):
                presets.setdefault(action, {}).update(guard.does.values)
    return presets


def _masks(held: Iterable[Guard]) -> Mapping[str, Masking]:
    masks: dict[str, Masking] = {}
    for guard in held:
        if isinstance(guard.does, Mask) and guard.column is not None:
            masks[guard.column] = both(masks.get(guard.column), guard.does.masking)
    return masks


def both(one: Masking | None, other: Masking) -> Masking:
    """What shows no more than either. HASH, LAST4 and EMAIL show different things, so two of them leave REDACT."""
    if one is None or one is other:
        return other
    return Masking.NULL if Masking.NULL in (one, other) else Masking.REDACT
