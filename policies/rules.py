"""The lines on one table, brought into a form that any contract decides from quickly: bits for columns.

Here it is settled what a line covers. A line that opens covers only what it names in full, what was there when the
policies were loaded, or what comes later if it says `future: true`; a line that closes always covers all that it
matches. A table line without `columns` is a wildcard over the columns, so a column added later waits as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from narthex.coordinates import Coordinate
from policies.match import Access, Audience, Lines
from policies.targets import Known
from schema.model import Action, Entity

ACTIONS = tuple(Action)
POSITION = {action: position for position, action in enumerate(ACTIONS)}
DELETE = POSITION[Action.DELETE]

Masks = tuple[int, ...]
"""One number an action, in the order of `ACTIONS`: a bit a column; for DELETE, which has no columns, 0 or 1."""


@dataclass(frozen=True, slots=True)
class Clause:
    """What one line does to the table, for whom."""

    audience: Audience
    deny: bool
    masks: Masks


@dataclass(frozen=True, slots=True)
class Rules:
    """All clauses of one table, the closing ones last."""

    bits: dict[str, int]
    clauses: tuple[Clause, ...]

    @property
    def everything(self) -> Masks:
        whole = (1 << len(self.bits)) - 1
        return tuple(1 if position == DELETE else whole for position in range(len(ACTIONS)))

    def mask(self, columns: Iterable[str]) -> int:
        return sum(self.bits[column] for column in set(columns) if column in self.bits)


def rules_of(entity: Entity, lines: Lines, known: Known) -> Rules:
    """Reads the lines of a table and of its columns."""
    bits = {column: 1 << place for place, column in enumerate(entity.columns)}
    rules = Rules(bits, ())
    on_table, on_members = lines.on_entity(entity.name)
    own = 0
    for line in on_members:
        if not line.deny:
            own |= rules.mask(_matched(line, entity))
    clauses = []
    for line in on_table:
        covered = rules.mask(_covered(line, entity, line.columns or tuple(entity.columns), known))
        if not line.deny:
            covered &= ~own
        clauses.append(_clause(line, covered, _deletes(line, entity, known)))
    for line in on_members:
        covered = rules.mask(_covered(line, entity, _matched(line, entity), known))
        clauses.append(_clause(line, covered, deletes=False))
    useful = [clause for clause in clauses if any(clause.masks)]
    return Rules(bits, tuple(sorted(useful, key=lambda clause: clause.deny)))


def covers(line: Access, known: Known, type_name: str, member: str | None = None, *, named: bool) -> bool:
    """Whether a line that matches reaches this; `named` says that its text names it without any wildcard."""
    return line.deny or named or line.future or known.has(type_name, member)


def _matched(line: Access, entity: Entity) -> tuple[str, ...]:
    coordinate = line.coordinate
    if not isinstance(coordinate, Coordinate) or coordinate.member is None:
        return ()
    return tuple(column for column in entity.columns if coordinate.member.matches(column))


def _covered(line: Access, entity: Entity, columns: Iterable[str], known: Known) -> list[str]:
    coordinate = line.coordinate
    whole = isinstance(coordinate, Coordinate) and coordinate.member is None and line.columns is None
    named = coordinate.exact and not whole
    return [column for column in columns if covers(line, known, entity.name, column, named=named)]


def _deletes(line: Access, entity: Entity, known: Known) -> bool:
    """A line with `columns` is about columns: it speaks of whole rows only where `on` names DELETE."""
    if line.on is None:
        if line.columns is not None:
            return False
    elif Action.DELETE not in line.on:
        return False
    return covers(line, known, entity.name, named=line.coordinate.exact)


def _clause(line: Access, covered: int, deletes: bool) -> Clause:
    masks = [covered if line.acts(action) else 0 for action in ACTIONS]
    masks[DELETE] = int(deletes)
    return Clause(line.audience, line.deny, tuple(masks))
