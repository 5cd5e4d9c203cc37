"""The lines of admission (amounts, weights, keys, risk, records), held against the schema.

Refuses coordinates that name nothing or on which the directive says nothing, values that make no sense, and two
descriptive lines between which nothing decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations

from narthex.coordinates import Coordinate
from policies.admission import matches, seconds, specificity
from policies.directives import ADMISSION
from policies.findings import Findings, at
from policies.lookup import Lookup
from policies.match import strings
from policies.overlay import Line
from policies.problems import suggest
from policies.targets import Kind, Target, fields_of
from schema.model import Action, RelationshipKind

_PLACES: dict[str, frozenset[Kind]] = {
    "rate_limit": frozenset(Kind),
    "quota": frozenset(Kind),
    "cost": frozenset(Kind),
    "listSize": frozenset({Kind.TABLE, Kind.RELATIONSHIP, Kind.DATA_ROOT, Kind.CONTROL_FIELD}),
    "idempotent": frozenset({Kind.TABLE, Kind.DATA_ROOT, Kind.CONTROL_FIELD}),
    "audit": frozenset({Kind.TABLE, Kind.DATA_ROOT, Kind.CONTROL_FIELD}),
    "risk": frozenset({Kind.TABLE, Kind.DATA_ROOT, Kind.CONTROL_FIELD}),
    "simulatable": frozenset({Kind.TABLE, Kind.DATA_ROOT, Kind.CONTROL_FIELD}),
}
_EFFECTS = frozenset({"idempotent", "risk", "simulatable"})
"""What speaks of effects: on root fields of mutations and on tables that are written."""
_DESCRIPTIVE = frozenset({"cost", "listSize", "audit"})
_WRITES = (Action.INSERT.value, Action.UPDATE.value, Action.DELETE.value)
_NO_COLUMN = frozenset({Action.DELETE.value})
_MOST = 2**31 - 1


def check_admission(lines: Iterable[Line], lookup: Lookup, findings: Findings) -> None:
    """Tells `findings` what is wrong and what is odd."""
    mine = [line for line in lines if line.directive.name in ADMISSION]
    checking = _Check(lookup, findings)
    for line in mine:
        checking.line(line)
    checking.ties([line for line in mine if line.directive.name in _DESCRIPTIVE])


class _Check:
    def __init__(self, lookup: Lookup, findings: Findings) -> None:
        self._lookup = lookup
        self._findings = findings

    def line(self, line: Line) -> None:
        coordinate, name = line.coordinate, line.directive.name
        if not isinstance(coordinate, Coordinate) or (coordinate.root and coordinate.member is None):
            text = f"'@{name}' cannot stand on '{coordinate}' yet."
            self._findings.wrong(line.source, text, "Name a table, a column, a relationship or a root field.")
            return
        if coordinate.argument is not None and (name != "cost" or not coordinate.exact):
            text = f"'@{name}' cannot stand on the argument '{coordinate}'."
            self._findings.wrong(line.source, text, f"Write it on '{coordinate.type}.{coordinate.member}'.")
            return
        self._values(line)
        targets = list(self._targets(line, coordinate))
        fitting = [target for target in targets if self._fits(line, target)]
        if targets and not fitting:
            self._misplaced(line, targets[0])
        for target in fitting[:1]:
            self._actions(line, target)
            self._fields(line, target)

    def ties(self, lines: Collection[Line]) -> None:
        """Two lines that say as much about the same thing for the same role contradict each other."""
        for one, other in combinations(lines, 2):
            if one.directive.name != other.directive.name or not _same_callers(one, other):
                continue
            mine, theirs = one.coordinate, other.coordinate
            if not isinstance(mine, Coordinate) or not isinstance(theirs, Coordinate):
                continue
            if specificity(mine) == specificity(theirs) and (both := self._shared(mine, theirs)) is not None:
                text = f"'{both}' has an '@{one.directive.name}' that is as specific in {one.source}."
                self._findings.wrong(other.source, text, "Keep one of them, or name one of the coordinates in full.")

    def _shared(self, one: Coordinate, other: Coordinate) -> str | None:
        """Something that both coordinates mean."""
        if one == other:
            return str(one)
        if one.argument is not None or other.argument is not None:
            return None
        found = (str(target) for target in self._matching(one) if matches(other, target.type, target.member))
        return next(found, None)

    def _targets(self, line: Line, coordinate: Coordinate) -> Iterator[Target]:
        """What the coordinate means; tells where that is nothing."""
        if not coordinate.exact:
            if self._lookup.pattern(line, coordinate):
                yield from self._matching(coordinate)
            return
        bare = Coordinate(coordinate.type, coordinate.member)
        target = self._lookup.targets.find(str(bare))
        if target is None:
            self._lookup.absent(line, bare)
        else:
            yield target

    def _matching(self, coordinate: Coordinate) -> Iterator[Target]:
        targets = self._lookup.targets
        owners = [coordinate.type.text] if coordinate.root else list(targets.model.entities)
        for owner in owners:
            if not coordinate.type.matches(owner):
                continue
            names: Iterable[str | None] = (None,)
            if coordinate.member is not None:
                inside = targets.roots[owner] if coordinate.root else fields_of(targets.model.entities[owner])
                names = [name for name in inside if coordinate.member.matches(name)]
            for name in names:
                target = targets.find(owner if name is None else f"{owner}.{name}")
                if target is not None:
                    yield target

    def _fits(self, line: Line, target: Target) -> bool:
        name = line.directive.name
        if target.kind not in _PLACES[name]:
            return False
        if name in _EFFECTS:
            return target.kind is Kind.TABLE or target.type == "Mutation"
        if name == "quota" and target.kind is Kind.CONTROL_FIELD:
            return line.directive.arguments["unit"] != "ROWS"
        if name == "listSize":
            return self._is_list(target)
        return True

    def _is_list(self, target: Target) -> bool:
        """An object relationship and a read by key give one row."""
        if target.kind is Kind.RELATIONSHIP and target.member is not None:
            entity = self._lookup.targets.model.entities[target.type]
            way = entity.relationships.get(target.derived_from or target.member)
            return way is not None and way.kind is RelationshipKind.ARRAY
        if target.kind is Kind.DATA_ROOT and target.member is not None:
            return not target.member.endswith(("_by_pk", "_one"))
        return True

    def _misplaced(self, line: Line, target: Target) -> None:
        name = line.directive.name
        if name in _EFFECTS:
            fix = "It is about effects: name a table, or a root field of Mutation."
        elif name == "listSize":
            fix = "It is about lists: name a table, an array relationship or a root field that gives a list."
        elif name == "quota" and target.kind is Kind.CONTROL_FIELD:
            fix = "A field of the gateway has no rows: count CALLS or BYTES."
        else:
            fix = f"Name {', '.join(sorted(f'a {kind}' for kind in _PLACES[name]))}."
        self._findings.wrong(line.source, f"'@{name}' says nothing about the {target.kind.value} '{target}'.", fix)

    def _actions(self, line: Line, target: Target) -> None:
        on = strings(line, "on")
        if on is None:
            return
        if target.kind is Kind.TABLE:
            possible: Collection[str] = _WRITES if line.directive.name in _EFFECTS else [item.value for item in Action]
        elif target.kind is Kind.COLUMN:
            possible = [item.value for item in Action if item.value not in _NO_COLUMN]
        else:
            text = f"There are no actions on a {target.kind.value}."
            self._findings.wrong(at(line, "on"), text, "Take out 'on'.")
            return
        for action in on:
            if action not in possible:
                text = f"There is no action {action} for '@{line.directive.name}' on a {target.kind.value}."
                self._findings.wrong(at(line, "on"), text, f"Use {', '.join(possible)}.")

    def _fields(self, line: Line, target: Target) -> None:
        """Names of columns that a record is to hide."""
        redact = strings(line, "redact")
        if redact is None or target.entity is None or not line.coordinate.exact:
            return
        columns = self._lookup.targets.model.entities[target.entity].columns
        for column in redact:
            if column not in columns:
                fix = suggest(column, columns) or "'redact' holds names of columns as they are served."
                self._findings.wrong(at(line, "redact"), f"'{target.entity}' has no column '{column}'.", fix)

    def _values(self, line: Line) -> None:
        arguments = line.directive.arguments
        window = arguments.get("window")
        if window is not None and seconds(str(window)) is None:
            fix = "Write a number and s, m, h or d, such as '1m' or '7d'; a year at most."
            self._findings.wrong(at(line, "window"), f"'{window}' is no window.", fix)
        for name, least in (("limit", 1), ("assumedSize", 0)):
            value = arguments.get(name)
            if isinstance(value, int) and not least <= value <= _MOST:
                text = f"'{name}' is {value}."
                self._findings.wrong(at(line, name), text, f"Write a whole number from {least} on.")
        if arguments.get("unit") == "TOKENS":
            text = "Nothing here uses tokens of models yet."
            self._findings.wrong(at(line, "unit"), text, "Count CALLS, ROWS or BYTES.")
        if "weight" in arguments and _weight(str(arguments["weight"])) is None:
            text = f"'{arguments['weight']}' is no weight."
            self._findings.wrong(at(line, "weight"), text, 'Write a number that is not negative, such as "2.5".')
        if arguments.get("requireOneSlicingArgument") is True and strings(line, "slicingArguments") is None:
            text = "There is no slicing argument to require."
            self._findings.wrong(at(line, "requireOneSlicingArgument"), text, 'Add slicingArguments: ["limit"].')
        if arguments.get("override") is True and not line.coordinate.exact:
            text = "'override' replaces what patterns say, so it stands on one thing."
            self._findings.wrong(at(line, "override"), text, "Name the coordinate in full.")


def _weight(text: str) -> float | None:
    """The number that a weight says. Not infinite: then nothing could be compared."""
    try:
        weight = float(text)
    except ValueError:
        return None
    return weight if 0 <= weight < 1e12 else None


def _same_callers(one: Line, other: Line) -> bool:
    mine, theirs = strings(one, "roles"), strings(other, "roles")
    return mine is None or theirs is None or bool(set(mine).intersection(theirs))
