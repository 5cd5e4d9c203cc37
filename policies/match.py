"""Which policy lines hold where, and for whom.

A coordinate of two parts is matched part by part, a wildcard in the type never reaches a root type. Lines with an
exact type are found by name, so that a thousand tables do not try a thousand lines each. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from narthex.coordinates import ROOT_TYPES, Coordinate, Resource, Scheme
from narthex.principal import Grants
from policies.directives import ACCESS
from policies.overlay import Line

ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom a line holds. None means everybody; `scopes` must all be held, of the others one is enough."""

    roles: frozenset[str] | None
    scopes: frozenset[str]
    environments: frozenset[str] | None

    def includes(self, grants: Grants) -> bool:
        return (
            (self.roles is None or grants.role in self.roles)
            and self.scopes <= grants.scopes
            and (self.environments is None or grants.environment in self.environments)
        )


@dataclass(frozen=True, slots=True)
class Access:
    """An `@auth` or `@deny` line, its arguments typed. `on` and `columns` are None where the line does not say."""

    line: Line
    coordinate: Coordinate | Resource
    deny: bool
    audience: Audience
    on: frozenset[str] | None
    columns: tuple[str, ...] | None
    future: bool

    def acts(self, action: str | None) -> bool:
        """Whether the line is about the action; None asks for any."""
        return self.on is None or action is None or action in self.on


def access_lines(lines: Iterable[Line]) -> list[Access]:
    """The lines that open and close, as `check` has let them through."""
    return [
        _access(line, line.coordinate)
        for line in lines
        if line.directive.name in ACCESS and isinstance(line.coordinate, Coordinate | Resource)
    ]


def _access(line: Line, coordinate: Coordinate | Resource) -> Access:
    roles, environments = strings(line, "roles"), strings(line, "environments")
    on, columns = strings(line, "on"), strings(line, "columns")
    return Access(
        line=line,
        coordinate=coordinate,
        deny=line.directive.name == "deny",
        audience=Audience(
            None if roles is None else frozenset(roles),
            frozenset(strings(line, "scopes") or ()),
            None if environments is None else frozenset(environments),
        ),
        on=None if on is None else frozenset(on),
        columns=columns,
        future=line.directive.arguments.get("future") is True,
    )


def strings(line: Line, argument: str) -> tuple[str, ...] | None:
    """A list argument as it was written, None where it was not."""
    value = line.directive.arguments.get(argument)
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else None


class Lines:
    """The access lines of an overlay, arranged for look-up; answers keep the order of the overlay."""

    def __init__(self, lines: Iterable[Access]) -> None:
        self._by_type: dict[str, list[tuple[int, Access, Coordinate]]] = {}
        self._patterns: list[tuple[int, Access, Coordinate]] = []
        self._resources: list[tuple[Access, Resource]] = []
        for number, line in enumerate(lines):
            coordinate = line.coordinate
            if isinstance(coordinate, Resource):
                self._resources.append((line, coordinate))
            elif coordinate.type.exact:
                self._by_type.setdefault(coordinate.type.text, []).append((number, line, coordinate))
            else:
                self._patterns.append((number, line, coordinate))

    def on_entity(self, entity: str) -> tuple[list[Access], list[Access]]:
        """Lines on the table itself, and lines on members of it, whichever those are."""
        tables: list[Access] = []
        members: list[Access] = []
        for line, coordinate in self._of_type(entity):
            (tables if coordinate.member is None else members).append(line)
        return tables, members

    def on_member(self, type_name: str, member: str) -> list[Access]:
        """Lines on a column, a relationship or a root field."""
        return [
            line
            for line, coordinate in self._of_type(type_name)
            if coordinate.member is not None and coordinate.member.matches(member)
        ]

    def on_resource(self, scheme: Scheme, name: str, path: str | None) -> list[Access]:
        """Lines on a resource, or on the key in it."""
        return [
            line for line, resource in self._resources if resource.scheme is scheme and resource.matches(name, path)
        ]

    def _of_type(self, type_name: str) -> list[tuple[Access, Coordinate]]:
        found = list(self._by_type.get(type_name, ()))
        if type_name not in ROOT_TYPES:
            found += [entry for entry in self._patterns if entry[2].type.matches(type_name)]
        return [(line, coordinate) for _, line, coordinate in sorted(found, key=lambda entry: entry[0])]
