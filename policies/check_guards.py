"""The lines that narrow what is open, `@rows`, `@preset`, `@mask` and `@limits`, read against the schema.

Refuses what does not fit the table or column that a line names in full. A pattern may reach tables that lack what the
line speaks of, and the database may change under lines that did fit: there the guard cannot be held, so what it guards
is closed to those whom it names, and a note says so. A pattern that fits nowhere is a mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import combinations
from typing import cast

from graphql import ObjectValueNode, ValueNode

from narthex.coordinates import Coordinate
from policies.admission import seconds
from policies.comments import is_comment
from policies.directives import GUARDS, place
from policies.findings import Findings, at
from policies.guards import Claim, Constant, Masking, RowRule
from policies.lookup import Lookup
from policies.match import strings
from policies.narrowing import NEW_ROWS, READS, Bounds, Closes, Guard, Mask, Preset, Rows
from policies.overlay import Line
from policies.predicates import Reader, Types
from policies.problems import Problem, suggest
from policies.targets import Kind
from schema.model import Action, Entity
from schema.scalars import is_array, is_text

Guards = dict[str, list[Guard]]
"""By table."""

_ACTIONS = {"rows": tuple(Action), "preset": NEW_ROWS}
_GUARDED = {"rows": "tables", "preset": "tables", "mask": "columns", "limits": "tables"}
_CLOSED = "The guard cannot hold there, so what it guards is closed."


def check_guards(lines: Iterable[Line], lookup: Lookup, findings: Findings) -> Guards:
    """The guards of each table. Tells `findings` what is wrong and what is odd."""
    checking = _Check(lookup, findings)
    for line in lines:
        if line.directive.name in GUARDS:
            checking.line(line)
    checking.conflicts()
    return checking.guards


class _Check:
    def __init__(self, lookup: Lookup, findings: Findings) -> None:
        self._lookup = lookup
        self._findings = findings
        self.guards: Guards = {}

    @cached_property
    def _types(self) -> Types:
        return Types(self._lookup.targets.model)

    def line(self, line: Line) -> None:
        coordinate, name = line.coordinate, line.directive.name
        if not isinstance(coordinate, Coordinate) or coordinate.argument is not None or coordinate.root:
            text = f"'@{name}' guards {_GUARDED[name]}, and '{coordinate}' names none."
            self._findings.wrong(line.source, text, self._instead(line))
            return
        if (coordinate.member is not None) != (name == "mask"):
            text = f"'@{name}' guards {_GUARDED[name]}, and '{coordinate}' names {self._what(coordinate)}."
            fix = "Name a column." if name == "mask" else f"Write it on '{coordinate.type}'."
            self._findings.wrong(line.source, text, fix)
            return
        self._arguments(line)
        if coordinate.exact:
            target = self._lookup.targets.find(str(coordinate))
            if target is None:
                self._lookup.absent(line, coordinate)
                return
            if target.kind is Kind.RELATIONSHIP:
                self._findings.wrong(line.source, f"'{coordinate}' is a relationship.", "Name a column.")
                return
        elif not self._lookup.pattern(line, coordinate):
            return
        self._places(line, coordinate)

    def conflicts(self) -> None:
        """Two lines cannot force different values on one column for the same caller."""
        for entity, guards in self.guards.items():
            presets = [guard for guard in guards if isinstance(guard.does, Preset)]
            for one, other in combinations(presets, 2):
                if one.replaces(other) or other.replaces(one) or not _meet(one, other):
                    continue
                assert isinstance(one.does, Preset) and isinstance(other.does, Preset)
                mine, theirs = one.does.values, other.does.values
                for column in sorted(name for name in mine if name in theirs and mine[name] != theirs[name]):
                    text = f"'{entity}.{column}' is preset otherwise in {one.line.source}."
                    if self._lookup.known is None and not (is_comment(one.line) or is_comment(other.line)):
                        self._findings.wrong(at(other.line, "set"), text, "Keep one of them, or name other roles.")
                        continue
                    self._findings.note(other.line, f"{text} {_CLOSED}")
                    guards.append(Guard(other.line, None, None, one.on & other.on, Closes()))

    def _instead(self, line: Line) -> str:
        target = self._lookup.targets.find(str(line.coordinate))
        if target is not None and target.entity is not None and line.directive.name != "mask":
            return f"Write it on '{target.entity}': it holds on every path that leads there."
        return f"Name {_GUARDED[line.directive.name]}, in full or by a pattern."

    def _what(self, coordinate: Coordinate) -> str:
        return "a table" if coordinate.member is None else "a part of one"

    def _arguments(self, line: Line) -> None:
        """What is wrong wherever the line holds."""
        name, arguments = line.directive.name, line.directive.arguments
        possible = _ACTIONS.get(name, ())
        on = strings(line, "on")
        for action in on or ():
            if action not in possible:
                text = f"There is no action {action} for '@{name}'."
                self._findings.wrong(at(line, "on"), text, f"Use {', '.join(possible)}.")
        if name == "rows" and "check" in arguments and on is not None and not set(on).intersection(NEW_ROWS):
            text = "'check' is about new rows, and 'on' names no action that makes any."
            self._findings.wrong(at(line, "check"), text, "Take out 'check', or add INSERT or UPDATE to 'on'.")
        if arguments.get("override") is True and not line.coordinate.exact:
            text = "Only a line that names its coordinate in full can override."
            self._findings.wrong(at(line, "override"), text, "Take out 'override', or name the table in full.")
        if name == "limits":
            self._limits(line)

    def _limits(self, line: Line) -> None:
        arguments = line.directive.arguments
        for name in ("max_rows", "max_depth"):
            limit = arguments.get(name)
            if isinstance(limit, int) and limit < 1:
                self._findings.wrong(at(line, name), f"'{name}' must be 1 at least.", "Use @deny to close a table.")
        timeout = arguments.get("timeout")
        if timeout is not None and seconds(str(timeout)) is None:
            fix = "Write a number and s, m, h or d, such as '5s'."
            self._findings.wrong(at(line, "timeout"), f"'{timeout}' is no length of time.", fix)
        if not arguments.keys() & {"max_rows", "max_depth", "timeout"}:
            self._findings.wrong(line.directive.source, "'@limits' limits nothing.", "Write max_rows: NUMBER.")

    def _places(self, line: Line, coordinate: Coordinate) -> None:
        """Reads the line for every table that it reaches."""
        entities = self._lookup.targets.model.entities
        failed: list[tuple[str, list[Problem]]] = []
        held = 0
        for name in list(self._lookup.owners(coordinate)):
            guards, problems = self._read(line, coordinate, entities[name])
            if problems:
                failed.append((name, problems))
            else:
                held += 1
            self.guards.setdefault(name, []).extend(guards)
        if failed and self._lookup.known is None and (coordinate.exact or not held):
            self._findings.problems += failed[0][1]
            return
        for name, problems in failed:
            self._findings.note(line, f"On '{name}': {problems[0].text} {_CLOSED}")

    def _read(self, line: Line, coordinate: Coordinate, entity: Entity) -> tuple[Sequence[Guard], list[Problem]]:
        if line.directive.name == "mask":
            return self._masks(line, coordinate, entity)
        reader = Reader(self._types, line.source.file)
        does: Rows | Preset | Bounds | Closes
        match line.directive.name:
            case "rows":
                does = _rows(line, entity, reader)
            case "preset":
                does = _preset(line, entity, reader)
            case _:
                does = _bounds(line)
        if reader.problems:
            does = Closes()
        return [Guard(line, None, _roles(line), _on(line), does)], reader.problems

    def _masks(self, line: Line, coordinate: Coordinate, entity: Entity) -> tuple[Sequence[Guard], list[Problem]]:
        masking = Masking(str(line.directive.arguments["with"]))
        unless = frozenset(strings(line, "unless") or ())
        guards, problems = [], []
        for name, column in entity.columns.items():
            if coordinate.member is None or not coordinate.member.matches(name):
                continue
            shown = masking
            if masking is not Masking.NULL and (is_array(column.type) or not is_text(column.type)):
                shown = Masking.NULL
                text = f"'{entity.name}.{name}' is no text, so it cannot be masked with {masking.value}."
                if coordinate.exact and self._lookup.known is None:
                    problems.append(Problem(at(line, "with"), text, "Use with: NULL."))
                else:
                    self._findings.note(line, f"{text} It is masked with NULL.")
            guards.append(Guard(line, name, _roles(line), frozenset(READS), Mask(shown, unless)))
        return guards, problems


def _rows(line: Line, entity: Entity, reader: Reader) -> Rows:
    source = str(line.source)
    filter_ = reader.predicate(_value(line, "filter"), entity)
    check = reader.predicate(_value(line, "check"), entity) if "check" in line.directive.arguments else filter_
    return Rows(RowRule(filter_, source), RowRule(check, source))


def _preset(line: Line, entity: Entity, reader: Reader) -> Preset:
    node = _value(line, "set")
    values: dict[str, Constant | Claim] = {}
    if not isinstance(node, ObjectValueNode):
        reader.problems.append(Problem(at(line, "set"), "'set' holds columns.", "Write set: {COLUMN: VALUE}."))
        return Preset(values)
    for field in node.fields:
        name = field.name.value
        column = entity.columns.get(name)
        source = place(field, line.source.file)
        if column is None:
            fix = suggest(name, entity.columns) or "Columns are named as in the GraphQL schema."
            reader.problems.append(Problem(source, f"'{entity.name}' has no column '{name}'.", fix))
        elif column.generated or column.identity == "a":
            text = f"'{entity.name}.{name}' is always generated by the database."
            reader.problems.append(Problem(source, text, "Take it out."))
        else:
            value = reader.value(field.value, entity, name)
            if isinstance(value, tuple):
                text = f"The list for '{entity.name}.{name}' has claims in it."
                reader.problems.append(Problem(source, text, "Use a claim that is the list, or write it out."))
            else:
                values[name] = value
    return Preset(values)


def _value(line: Line, argument: str) -> ValueNode:
    return next(node.value for node in line.directive.node.arguments or () if node.name.value == argument)


def _bounds(line: Line) -> Bounds:
    arguments = line.directive.arguments
    timeout = arguments.get("timeout")
    return Bounds(
        cast("int | None", arguments.get("max_rows")),
        cast("int | None", arguments.get("max_depth")),
        seconds(str(timeout)) if timeout is not None else None,
    )


def _roles(line: Line) -> frozenset[str] | None:
    roles = strings(line, "roles")
    return None if roles is None else frozenset(roles)


def _on(line: Line) -> frozenset[Action]:
    on = strings(line, "on")
    every = _ACTIONS.get(line.directive.name, tuple(Action))
    return frozenset(every if on is None else (action for action in every if action.value in on))


def _meet(one: Guard, other: Guard) -> bool:
    """Whether both hold for some caller and action."""
    return bool(one.on & other.on) and (one.roles is None or other.roles is None or bool(one.roles & other.roles))
