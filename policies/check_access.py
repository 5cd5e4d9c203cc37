"""The lines that open and close, held against the schema that is served.

Refuses coordinates that name nothing, arguments that do not fit what the coordinate stands for, and lines that
contradict themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

from narthex.coordinates import Coordinate, Resource, Scheme
from policies.decide import ALWAYS_OPEN
from policies.directives import ACCESS
from policies.findings import Findings, at
from policies.lookup import Lookup
from policies.match import Lines, access_lines, strings
from policies.overlay import Line
from policies.problems import suggest
from policies.targets import Kind, fields_of
from schema.model import Action, Entity

ENVIRONMENTS = ("sandbox", "preprod", "production")

_TABLE_ACTIONS = tuple(action.value for action in Action)
_COLUMN_ACTIONS = tuple(action for action in _TABLE_ACTIONS if action != Action.DELETE)
_RESOURCE_ACTIONS: dict[Scheme, tuple[str, ...]] = {
    Scheme.BUCKET: ("READ", "WRITE", "DELETE", "LIST"),
    Scheme.FUNCTION: ("INVOKE", "DEPLOY", "LOGS"),
}


def check_access(lines: Iterable[Line], lookup: Lookup, findings: Findings) -> None:
    """Tells `findings` what is wrong and what is odd over all `@auth` and `@deny` lines."""
    checked = [line for line in lines if line.directive.name in ACCESS]
    checking = _Check(checked, lookup, findings)
    for line in checked:
        checking.line(line)
    checking.note_roots()


class _Check:
    def __init__(self, lines: Iterable[Line], lookup: Lookup, findings: Findings) -> None:
        self._lookup = lookup
        self._findings = findings
        self._access = access_lines(lines)

    def line(self, line: Line) -> None:
        coordinate = line.coordinate
        if isinstance(coordinate, Resource):
            self._resource(line, coordinate)
        elif not isinstance(coordinate, Coordinate) or coordinate.argument is not None:
            text = f"'{coordinate}' cannot be opened or closed."
            self._findings.wrong(
                line.source, text, "Name a table, a column, a relationship, a root field or a resource."
            )
        elif coordinate.root and coordinate.member is None:
            fix = f"Name its fields, or write '{coordinate}.*'."
            self._findings.wrong(line.source, f"'{coordinate}' is a root type, not a table.", fix)
        else:
            self._schema(line, coordinate)
        self._common(line)

    def note_roots(self) -> None:
        """A line on a root field opens no table, though it reads as if it did."""
        lines = Lines(self._access)
        for access in self._access:
            target = self._lookup.targets.find(str(access.coordinate))
            if access.deny or target is None:
                continue
            if str(target) in ALWAYS_OPEN:
                self._findings.note(access.line, f"'{target}' is open to everybody; only @deny changes that.")
            if target.kind is Kind.DATA_ROOT and target.entity is not None:
                opened = [line for group in lines.on_entity(target.entity) for line in group if not line.deny]
                if not opened:
                    self._findings.note(access.line, f"'{target}' only restricts: nothing opens '{target.entity}'.")

    def _schema(self, line: Line, coordinate: Coordinate) -> None:
        target = self._lookup.targets.find(str(coordinate)) if coordinate.exact else None
        if coordinate.exact:
            if target is None:
                self._lookup.absent(line, coordinate)
                return
        elif not self._lookup.pattern(line, coordinate):
            return
        if coordinate.member is None:
            self._actions(line, _TABLE_ACTIONS, "a table")
            self._columns(line, coordinate)
            return
        if strings(line, "columns") is not None:
            fix = "Write 'columns' on the table, or a line for each column."
            self._findings.wrong(at(line, "columns"), f"'{coordinate}' is no table, so it has no 'columns'.", fix)
        if coordinate.root:
            self._actions(line, (), "a root field")
        elif target is not None and target.kind is Kind.RELATIONSHIP:
            self._actions(line, (Action.SELECT.value,), "a relationship")
        else:
            self._actions(line, _COLUMN_ACTIONS, "a column")
            self._unread(line, coordinate)

    def _unread(self, line: Line, coordinate: Coordinate) -> None:
        """A pattern for members matches relationships as well, on which nothing counts but SELECT."""
        on, member = strings(line, "on"), coordinate.member
        if coordinate.exact or member is None or on is None or Action.SELECT.value in on:
            return
        tables = [self._lookup.targets.model.entities[table] for table in self._lookup.owners(coordinate)]
        if not any(member.matches(name) for table in tables for name in _ways(table)):
            return
        text = f"'{coordinate}' matches relationships, on which there is no action {' or '.join(on)}."
        if any(member.matches(name) for table in tables for name in table.columns):
            self._findings.note(line, f"{text} They stay as they are.")
        elif self._lookup.known is not None:
            self._findings.note(line, text)
        else:
            self._findings.wrong(at(line, "on"), text, "Use SELECT, or name the table to which they lead.")

    def _columns(self, line: Line, coordinate: Coordinate) -> None:
        columns = strings(line, "columns")
        if columns is None:
            return
        place = at(line, "columns")
        on = strings(line, "on")
        if on is not None and set(on) == {Action.DELETE.value}:
            fix = "Take out 'columns', or name other actions in 'on'."
            self._findings.wrong(place, "DELETE removes rows, not columns.", fix)
        for column in sorted({column for column in columns if columns.count(column) > 1}):
            self._findings.wrong(place, f"The column '{column}' is named twice.", "Name it once.")
        if coordinate.exact and line.directive.arguments.get("future") is True:
            text = "'columns' names all that is meant, 'future' means more."
            self._findings.wrong(at(line, "future"), text, "Take out one of them.")
        tables = list(self._lookup.owners(coordinate))
        for column in columns:
            self._column(line, coordinate, column, tables)

    def _column(self, line: Line, coordinate: Coordinate, column: str, tables: list[str]) -> None:
        entities = self._lookup.targets.model.entities
        if any(column in entities[table].columns for table in tables):
            return
        if not coordinate.exact or (
            self._lookup.known is not None and self._lookup.known.has(coordinate.type.text, column)
        ):
            self._findings.note(line, f"'{coordinate}' has no column '{column}'.")
            return
        fix = suggest(column, [name for table in tables for name in entities[table].columns])
        fix = fix or "'columns' holds names of columns as they are served."
        self._findings.wrong(at(line, "columns"), f"'{coordinate}' has no column '{column}'.", fix)

    def _resource(self, line: Line, resource: Resource) -> None:
        self._actions(line, _RESOURCE_ACTIONS.get(resource.scheme, ()), f"'{resource.scheme}:'")
        if strings(line, "columns") is not None:
            self._findings.wrong(at(line, "columns"), f"'{resource}' has no columns.", "Take out 'columns'.")
        future = line.directive.arguments.get("future") is True
        if line.directive.name == "auth" and not resource.exact and not future:
            text = f"'{resource}' would open what somebody makes later."
            self._findings.wrong(line.source, text, "Name the resource in full, or add 'future: true'.")

    def _actions(self, line: Line, possible: tuple[str, ...], what: str) -> None:
        on = strings(line, "on")
        if on is None:
            return
        if not possible:
            self._findings.wrong(at(line, "on"), f"There are no actions on {what}.", "Take out 'on'.")
            return
        for action in on:
            if action not in possible:
                fix = f"Use {', '.join(possible)}."
                self._findings.wrong(at(line, "on"), f"There is no action {action} on {what}.", fix)

    def _common(self, line: Line) -> None:
        for name in strings(line, "environments") or ():
            if name not in ENVIRONMENTS:
                fix = suggest(name, ENVIRONMENTS) or f"Use {', '.join(ENVIRONMENTS)}."
                self._findings.wrong(at(line, "environments"), f"There is no environment '{name}'.", fix)
        future = line.directive.arguments.get("future")
        if line.directive.name == "deny" and future is False:
            text = "@deny closes what comes later, too."
            self._findings.wrong(at(line, "future"), text, "Take out 'future'.")
        coordinate = line.coordinate
        whole_table = isinstance(coordinate, Coordinate) and coordinate.member is None
        if future is True and coordinate.exact and not whole_table:
            text = f"'{coordinate}' names one thing, so nothing can be added to it."
            self._findings.wrong(at(line, "future"), text, "Take out 'future'.")


def _ways(entity: Entity) -> list[str]:
    """The relationships of a table and their aggregates."""
    return [name for name in fields_of(entity) if name not in entity.columns]
