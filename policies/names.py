"""The descriptive lines that shape names, `@rename` and `@relationship`, and the model that follows them.

Both speak of the names that would be served without any `@rename`; every other policy line uses the names as served.
Refuses by `PolicyError`, with the line to blame; what is wrong with a wish `schema.naming` knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from narthex.coordinates import Coordinate
from narthex.errors import ProjectError
from policies.directives import DESCRIPTIVE
from policies.overlay import Line, Overlay
from policies.problems import PolicyError, Problem
from schema import reserved as reserved_names
from schema.catalog import Catalog
from schema.model import DeclaredRelationship, Model, RelationshipKind
from schema.naming import name_model


def named(catalog: Catalog, overlay: Overlay, reserved: frozenset[str] = reserved_names.DEFAULT) -> Model:
    """The catalog under the names that the overlay wants; `reserved` as for `name_model`."""
    wishes = [line for line in overlay.lines if line.directive.name in DESCRIPTIVE]
    try:
        return _name(catalog, wishes, reserved)
    except PolicyError:
        raise
    except ProjectError as error:
        raise PolicyError([_blamed(catalog, wishes, reserved, error)]) from error


def renames(overlay: Overlay) -> Mapping[str, str]:
    """The wanted name by coordinate: `customer` to `client`, `customer.phone` to `telephone`."""
    return _renames(overlay.lines)


def relationships(overlay: Overlay) -> Sequence[DeclaredRelationship]:
    """The declared relationships, in the order of the lines."""
    return _relationships(overlay.lines)


def _name(catalog: Catalog, lines: Sequence[Line], reserved: frozenset[str]) -> Model:
    wanted, declared = _renames(lines), _relationships(lines)
    return name_model(catalog, renames=wanted, relationships=declared, reserved=reserved)


def _blamed(catalog: Catalog, lines: Sequence[Line], reserved: frozenset[str], error: ProjectError) -> Problem:
    """The first line with which naming fails; without the overlay it never does."""
    for count in range(1, len(lines)):
        try:
            _name(catalog, lines[:count], reserved)
        except ProjectError as first:
            return _problem(lines[count - 1], str(first))
    return _problem(lines[-1], str(error))


def _renames(lines: Sequence[Line]) -> dict[str, str]:
    wanted: dict[str, str] = {}
    problems: list[Problem] = []
    for line in lines:
        if line.directive.name != "rename":
            continue
        subject, name = str(line.coordinate), str(line.directive.arguments["to"])
        if not _is_plain(line):
            text = f"'{subject}' cannot be renamed."
            problems.append(_problem(line, text, "Name one table, column or relationship, without a pattern."))
        elif subject in wanted:
            text = f"'{subject}' is renamed twice."
            problems.append(_problem(line, text, "Keep one of the lines."))
        wanted[subject] = name
    if problems:
        raise PolicyError(problems)
    return wanted


def _relationships(lines: Sequence[Line]) -> list[DeclaredRelationship]:
    declared: list[DeclaredRelationship] = []
    problems: list[Problem] = []
    for line in lines:
        if line.directive.name != "relationship":
            continue
        arguments = line.directive.arguments
        pairs = arguments.get("on", {})
        if not _is_plain(line) or "." in str(line.coordinate):
            text = f"'{line.coordinate}' cannot have a relationship."
            problems.append(_problem(line, text, "Name one table, without a pattern."))
        elif not isinstance(pairs, dict) or not all(isinstance(there, str) for there in pairs.values()):
            text = "'on' pairs columns here with columns there."
            problems.append(_problem(line, text, 'Write on: {column_here: "column_there"}.'))
        else:
            declaration = DeclaredRelationship(
                name=str(arguments["name"]),
                source=str(line.coordinate),
                kind=RelationshipKind(str(arguments["kind"])),
                on={str(here): str(there) for here, there in pairs.items()},
            )
            if "by" in arguments:
                declaration = replace(declaration, by=str(arguments["by"]))
            if "to" in arguments:
                declaration = replace(declaration, to=str(arguments["to"]))
            declared.append(declaration)
    if problems:
        raise PolicyError(problems)
    return declared


def _is_plain(line: Line) -> bool:
    coordinate = line.coordinate
    if not isinstance(coordinate, Coordinate):
        return False
    return coordinate.exact and not coordinate.root and coordinate.argument is None


def _problem(line: Line, text: str, fix: str = "Correct the line, or take it out.") -> Problem:
    return Problem(line.directive.source, text, fix)
