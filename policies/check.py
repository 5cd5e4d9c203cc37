"""An overlay held against the schema that is served: the last step of loading policies.

Refuses, all at once and each with its place, coordinates that name nothing, directives and arguments that do not fit
what the coordinate stands for, and lines that contradict themselves. What is lawful but likely meant otherwise becomes
a note of the policy. After a change of the database `known` is handed on: then a name that has gone is a note too,
because what does not exist opens nothing, and the rest of the policies must follow the new schema.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from graphql.pyutils import suggestion_list

from narthex.coordinates import Coordinate, Resource, Scheme
from policies.decide import ALWAYS_OPEN, Policy
from policies.directives import ACCESS, place
from policies.match import Lines, access_lines, strings
from policies.names import renames
from policies.overlay import Line, Overlay
from policies.problems import PolicyError, Problem, Source, suggest
from policies.targets import Kind, Known, Targets, fields_of
from schema.model import Action, Entity, Model

ENVIRONMENTS = ("sandbox", "preprod", "production")

_TABLE_ACTIONS = tuple(action.value for action in Action)
_COLUMN_ACTIONS = tuple(action for action in _TABLE_ACTIONS if action != Action.DELETE)
_RESOURCE_ACTIONS: dict[Scheme, tuple[str, ...]] = {
    Scheme.BUCKET: ("READ", "WRITE", "DELETE", "LIST"),
    Scheme.FUNCTION: ("INVOKE", "DEPLOY", "LOGS"),
}


def check(overlay: Overlay, model: Model, control_fields: Collection[str], known: Known | None = None) -> Policy:
    """The policy in force for the model, or `PolicyError`.

    `control_fields` are the coordinates of the control plane's root fields (`Query.me`). `known` is absent when the
    text of the policies was just loaded, and `Policy.known` of the policy before when only the schema has changed.
    """
    targets = Targets(model, control_fields)
    checking = _Check(targets, overlay, known)
    for line in overlay.lines:
        checking.line(line)
    if checking.problems:
        raise PolicyError(checking.problems)
    checking.note_roots()
    return Policy(overlay, targets, known or targets.known(), checking.notes)


class _Check:
    """Gathers what is wrong and what is odd over all lines."""

    def __init__(self, targets: Targets, overlay: Overlay, known: Known | None) -> None:
        self._targets = targets
        self._known = known
        self._renames = renames(overlay)
        self._access = access_lines(overlay.lines)
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    def line(self, line: Line) -> None:
        if line.directive.name not in ACCESS:
            return
        coordinate = line.coordinate
        if isinstance(coordinate, Resource):
            self._resource(line, coordinate)
        elif not isinstance(coordinate, Coordinate) or coordinate.argument is not None:
            text = f"'{coordinate}' cannot be opened or closed."
            self._wrong(line.source, text, "Name a table, a column, a relationship, a root field or a resource.")
        elif coordinate.root and coordinate.member is None:
            fix = f"Name its fields, or write '{coordinate}.*'."
            self._wrong(line.source, f"'{coordinate}' is a root type, not a table.", fix)
        else:
            self._schema(line, coordinate)
        self._common(line)

    def note_roots(self) -> None:
        """A line on a root field opens no table, though it reads as if it did."""
        lines = Lines(self._access)
        for access in self._access:
            target = self._targets.find(str(access.coordinate))
            if access.deny or target is None:
                continue
            if str(target) in ALWAYS_OPEN:
                self._note(access.line, f"'{target}' is open to everybody; only @deny changes that.")
            if target.kind is Kind.DATA_ROOT and target.entity is not None:
                opened = [line for group in lines.on_entity(target.entity) for line in group if not line.deny]
                if not opened:
                    self._note(access.line, f"'{target}' only restricts: nothing opens '{target.entity}'.")

    def _schema(self, line: Line, coordinate: Coordinate) -> None:
        target = self._targets.find(str(coordinate)) if coordinate.exact else None
        if coordinate.exact:
            if target is None:
                self._absent(line, coordinate)
                return
        elif not self._pattern(line, coordinate):
            return
        if coordinate.member is None:
            self._actions(line, _TABLE_ACTIONS, "a table")
            self._columns(line, coordinate)
            return
        if strings(line, "columns") is not None:
            fix = "Write 'columns' on the table, or a line for each column."
            self._wrong(_at(line, "columns"), f"'{coordinate}' is no table, so it has no 'columns'.", fix)
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
        tables = [self._targets.model.entities[table] for table in self._owners(coordinate)]
        if not any(member.matches(name) for table in tables for name in _ways(table)):
            return
        text = f"'{coordinate}' matches relationships, on which there is no action {' or '.join(on)}."
        if any(member.matches(name) for table in tables for name in table.columns):
            self._note(line, f"{text} They stay as they are.")
        elif self._known is not None:
            self._note(line, text)
        else:
            self._wrong(_at(line, "on"), text, "Use SELECT, or name the table to which they lead.")

    def _absent(self, line: Line, coordinate: Coordinate) -> None:
        text = str(coordinate)
        member = coordinate.member.text if coordinate.member else None
        if self._known is not None and self._known.has(coordinate.type.text, member):
            self._note(line, f"'{text}' is no longer there, so the line has no effect.")
            return
        what = "root field" if coordinate.root else "table" if member is None else "column or relationship"
        self._wrong(line.source, f"There is no {what} '{text}'.", self._suggestion(coordinate))

    def _pattern(self, line: Line, coordinate: Coordinate) -> bool:
        """Whether the pattern makes sense; one that matches nothing today is noted, unless its type is a mistake."""
        if coordinate.type.exact and not coordinate.root and coordinate.type.text not in self._targets.model.entities:
            self._absent(line, Coordinate(coordinate.type))
            return False
        if next(self._owners(coordinate), None) is None:
            self._note(line, f"'{coordinate}' matches nothing.")
        return True

    def _owners(self, coordinate: Coordinate) -> Iterator[str]:
        """The tables, or the root type, in which a coordinate matches something."""
        member = coordinate.member
        if coordinate.root and member is not None:
            if any(member.matches(name) for name in self._targets.roots[coordinate.type.text]):
                yield coordinate.type.text
            return
        for entity in self._targets.model.entities.values():
            if coordinate.type.matches(entity.name) and (
                member is None or any(member.matches(name) for name in fields_of(entity))
            ):
                yield entity.name

    def _columns(self, line: Line, coordinate: Coordinate) -> None:
        columns = strings(line, "columns")
        if columns is None:
            return
        at = _at(line, "columns")
        on = strings(line, "on")
        if on is not None and set(on) == {Action.DELETE.value}:
            self._wrong(at, "DELETE removes rows, not columns.", "Take out 'columns', or name other actions in 'on'.")
        for column in sorted({column for column in columns if columns.count(column) > 1}):
            self._wrong(at, f"The column '{column}' is named twice.", "Name it once.")
        if coordinate.exact and line.directive.arguments.get("future") is True:
            text = "'columns' names all that is meant, 'future' means more."
            self._wrong(_at(line, "future"), text, "Take out one of them.")
        tables = list(self._owners(coordinate))
        for column in columns:
            self._column(line, coordinate, column, tables)

    def _column(self, line: Line, coordinate: Coordinate, column: str, tables: list[str]) -> None:
        entities = self._targets.model.entities
        if any(column in entities[table].columns for table in tables):
            return
        if not coordinate.exact or (self._known is not None and self._known.has(coordinate.type.text, column)):
            self._note(line, f"'{coordinate}' has no column '{column}'.")
            return
        fix = suggest(column, [name for table in tables for name in entities[table].columns])
        fix = fix or "'columns' holds names of columns as they are served."
        self._wrong(_at(line, "columns"), f"'{coordinate}' has no column '{column}'.", fix)

    def _resource(self, line: Line, resource: Resource) -> None:
        self._actions(line, _RESOURCE_ACTIONS.get(resource.scheme, ()), f"'{resource.scheme}:'")
        if strings(line, "columns") is not None:
            self._wrong(_at(line, "columns"), f"'{resource}' has no columns.", "Take out 'columns'.")
        future = line.directive.arguments.get("future") is True
        if line.directive.name == "auth" and not resource.exact and not future:
            text = f"'{resource}' would open what somebody makes later."
            self._wrong(line.source, text, "Name the resource in full, or add 'future: true'.")

    def _actions(self, line: Line, possible: tuple[str, ...], what: str) -> None:
        on = strings(line, "on")
        if on is None:
            return
        if not possible:
            self._wrong(_at(line, "on"), f"There are no actions on {what}.", "Take out 'on'.")
            return
        for action in on:
            if action not in possible:
                fix = f"Use {', '.join(possible)}."
                self._wrong(_at(line, "on"), f"There is no action {action} on {what}.", fix)

    def _common(self, line: Line) -> None:
        for name in strings(line, "environments") or ():
            if name not in ENVIRONMENTS:
                fix = suggest(name, ENVIRONMENTS) or f"Use {', '.join(ENVIRONMENTS)}."
                self._wrong(_at(line, "environments"), f"There is no environment '{name}'.", fix)
        future = line.directive.arguments.get("future")
        if line.directive.name == "deny" and future is False:
            text = "@deny closes what comes later, too."
            self._wrong(_at(line, "future"), text, "Take out 'future'.")
        coordinate = line.coordinate
        whole_table = isinstance(coordinate, Coordinate) and coordinate.member is None
        if future is True and coordinate.exact and not whole_table:
            text = f"'{coordinate}' names one thing, so nothing can be added to it."
            self._wrong(_at(line, "future"), text, "Take out 'future'.")

    def _suggestion(self, coordinate: Coordinate) -> str:
        entities = self._targets.model.entities
        owner, text = coordinate.type.text, str(coordinate)
        for subject in (text, owner):
            if subject in self._renames:
                return f"'{subject}' is served as '{self._renames[subject]}': use that name."
        member = coordinate.member.text if coordinate.member else ""
        if coordinate.root:
            found = suggest(member, self._targets.roots[owner], f"{owner}.")
            return found or "Root fields are those of tables and of the gateway; introspection lists them."
        if owner in entities:
            found = suggest(member, fields_of(entities[owner]), f"{owner}.")
            return found or "Columns and relationships are named as in the GraphQL schema."
        for rename in self._targets.model.renames:
            if rename.subject.partition(".")[2] == owner:
                return f"'{rename.subject}' is served as '{rename.name}': use that name."
        alike = [name for name in suggestion_list(owner, entities) if member in ("", *fields_of(entities[name]))]
        found = suggest(owner, alike, after=f".{member}" if member else "")
        return found or suggest(owner, entities) or "Tables are named as in the GraphQL schema."

    def _wrong(self, at: Source, text: str, fix: str) -> None:
        self.problems.append(Problem(at, text, fix))

    def _note(self, line: Line, text: str) -> None:
        self.notes.append(f"{line.source}: {text}")


def _ways(entity: Entity) -> list[str]:
    """The relationships of a table and their aggregates."""
    return [name for name in fields_of(entity) if name not in entity.columns]


def _at(line: Line, argument: str) -> Source:
    """Where the argument stands; the directive where it does not say."""
    for node in line.directive.node.arguments or ():
        if node.name.value == argument:
            return place(node, line.source.file)
    return line.directive.source
