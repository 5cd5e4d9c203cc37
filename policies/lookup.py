"""What the coordinate of a line names in the schema, and what was probably meant where it names nothing.

After a change of the database `known` is handed on: then a name that has gone is a note, not a mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql.pyutils import suggestion_list

from narthex.coordinates import Coordinate
from policies.findings import Findings
from policies.overlay import Line
from policies.problems import suggest
from policies.targets import Known, Targets, fields_of


class Lookup:
    """Finds what lines name, and tells `findings` where they do not."""

    def __init__(self, targets: Targets, known: Known | None, renames: Mapping[str, str], findings: Findings) -> None:
        self.targets = targets
        self.known = known
        self._renames = renames
        self._findings = findings

    def absent(self, line: Line, coordinate: Coordinate) -> None:
        """Tells that an exact coordinate names nothing."""
        text = str(coordinate)
        member = coordinate.member.text if coordinate.member else None
        if self.known is not None and self.known.has(coordinate.type.text, member):
            self._findings.note(line, f"'{text}' is no longer there, so the line has no effect.")
            return
        what = "root field" if coordinate.root else "table" if member is None else "column or relationship"
        self._findings.wrong(line.source, f"There is no {what} '{text}'.", self._suggestion(coordinate))

    def pattern(self, line: Line, coordinate: Coordinate) -> bool:
        """Whether the pattern makes sense; one that matches nothing today is noted, unless its type is a mistake."""
        if coordinate.type.exact and not coordinate.root and coordinate.type.text not in self.targets.model.entities:
            self.absent(line, Coordinate(coordinate.type))
            return False
        if next(self.owners(coordinate), None) is None:
            self._findings.note(line, f"'{coordinate}' matches nothing.")
        return True

    def owners(self, coordinate: Coordinate) -> Iterator[str]:
        """The tables, or the root type, in which a coordinate matches something."""
        member = coordinate.member
        if coordinate.root and member is not None:
            if any(member.matches(name) for name in self.targets.roots[coordinate.type.text]):
                yield coordinate.type.text
            return
        for entity in self.targets.model.entities.values():
            if coordinate.type.matches(entity.name) and (
                member is None or any(member.matches(name) for name in fields_of(entity))
            ):
                yield entity.name

    def _suggestion(self, coordinate: Coordinate) -> str:
        entities = self.targets.model.entities
        owner, text = coordinate.type.text, str(coordinate)
        for subject in (text, owner):
            if subject in self._renames:
                return f"'{subject}' is served as '{self._renames[subject]}': use that name."
        member = coordinate.member.text if coordinate.member else ""
        if coordinate.root:
            found = suggest(member, self.targets.roots[owner], f"{owner}.")
            return found or "Root fields are those of tables and of the gateway; introspection lists them."
        if owner in entities:
            found = suggest(member, fields_of(entities[owner]), f"{owner}.")
            return found or "Columns and relationships are named as in the GraphQL schema."
        for rename in self.targets.model.renames:
            if rename.subject.partition(".")[2] == owner:
                return f"'{rename.subject}' is served as '{rename.name}': use that name."
        alike = [name for name in suggestion_list(owner, entities) if member in ("", *fields_of(entities[name]))]
        found = suggest(owner, alike, after=f".{member}" if member else "")
        return found or suggest(owner, entities) or "Tables are named as in the GraphQL schema."
