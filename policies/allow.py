"""The `allow` list of a token: coordinates to which it narrows what policies open. It never opens anything itself.

What a list leaves open, table by table:
- a table (`customer`, `*`): all of its columns, relationships and root fields;
- a column (`customer.name`): this column and the others so named, through any root field of the table;
- a relationship (`customer.invoices`): the way; the table at its end must be in the list as well;
- a data root field (`Query.customer_by_pk`): this root field and the others so named, no further ones of the table
  unless the table itself is named; all columns of the table unless columns of it are named;
- a control-plane field or a resource: that one.
The fields that are always open stay open. Because a root field brings its columns only where none are named, dropping
an entry can widen a list: whoever derives a token from another compares contracts, not lists.
Refuses, where a token is made, a list that says nothing sensible; in a token that is already signed such an entry
matches nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from narthex.coordinates import (
    AnyCoordinate,
    Coordinate,
    CoordinateError,
    Resource,
    Scheme,
    scan,
)
from narthex.errors import ProjectError
from policies.targets import Kind, Target, data_roots
from schema.model import Entity, Model


def check_allow(patterns: Iterable[str]) -> None:
    """Raises `ProjectError` where an entry is no coordinate that a token can be narrowed to."""
    mistakes = []
    for pattern in patterns:
        try:
            mistake = _unfit(scan(pattern))
        except CoordinateError as error:
            mistake = str(error)
        if mistake is not None:
            mistakes.append(f"allow '{pattern}': {mistake}")
    if mistakes:
        raise ProjectError("\n".join(mistakes))


def _unfit(coordinate: AnyCoordinate) -> str | None:
    if isinstance(coordinate, Resource):
        return None
    if not isinstance(coordinate, Coordinate) or coordinate.argument is not None:
        return "Arguments and directives cannot be allowed. Name a table, a column, a root field or a resource."
    if coordinate.root and coordinate.member is None:
        return f"A root type is no table. Name its fields, or write '{coordinate}.*'."
    return None


class Allowance:
    """A token's list, read once for a contract."""

    def __init__(self, patterns: Iterable[str], model: Model) -> None:
        self._model = model
        self._tables: list[Coordinate] = []
        self._members: list[Coordinate] = []
        self._roots: list[Coordinate] = []
        self._resources: list[Resource] = []
        for pattern in sorted(patterns):
            try:
                self._add(scan(pattern))
            except CoordinateError:
                continue

    def _add(self, coordinate: AnyCoordinate) -> None:
        if _unfit(coordinate) is not None:
            return
        if isinstance(coordinate, Resource):
            self._resources.append(coordinate)
        elif isinstance(coordinate, Coordinate):
            if coordinate.member is None:
                self._tables.append(coordinate)
            elif coordinate.root:
                self._roots.append(coordinate)
            else:
                self._members.append(coordinate)

    def columns(self, entity: Entity) -> frozenset[str]:
        """The columns of the table that stay open."""
        if self._whole(entity.name):
            return frozenset(entity.columns)
        named = self._named(entity)
        return named if named or not self._rooted(entity) else frozenset(entity.columns)

    def deletes(self, entity: Entity) -> bool:
        """Whether rows of the table may still be deleted, by whatever root field stays open."""
        return self._whole(entity.name) or self._rooted(entity)

    def opens(self, target: Target) -> bool:
        """Whether a root field or relationship stays open."""
        entity = self._model.entities.get(target.entity) if target.entity is not None else None
        if target.kind is Kind.CONTROL_FIELD or entity is None:
            return self._names_root(str(target))
        if self._whole(entity.name):
            return True
        if target.kind is Kind.DATA_ROOT:
            if self._rooted(entity):
                return self._names_root(str(target))
            return bool(self._named(entity))
        names = [name for name in (target.member, target.derived_from) if name is not None]
        if any(self._names_member(entity.name, name) for name in names):
            return True
        return self._rooted(entity) and not self._named(entity)

    def reaches(self, scheme: Scheme, name: str, path: str | None) -> bool:
        """Whether a resource stays open."""
        return any(entry.scheme is scheme and entry.matches(name, path) for entry in self._resources)

    def _whole(self, entity: str) -> bool:
        return any(entry.type.matches(entity) for entry in self._tables)

    def _named(self, entity: Entity) -> frozenset[str]:
        return frozenset(name for name in entity.columns if self._names_member(entity.name, name))

    def _names_member(self, entity: str, member: str) -> bool:
        return any(
            entry.type.matches(entity) and entry.member is not None and entry.member.matches(member)
            for entry in self._members
        )

    def _rooted(self, entity: Entity) -> bool:
        return bool(self._roots) and any(self._names_root(root) for root in data_roots(entity))

    def _names_root(self, coordinate: str) -> bool:
        root, _, name = coordinate.partition(".")
        return any(
            entry.type.text == root and entry.member is not None and entry.member.matches(name) for entry in self._roots
        )
