"""What a policy coordinate can stand for in the schema: tables, columns, relationships, root fields, resources.

Data root fields follow from the tables, so that a line on one of them can be checked without building the schema.
Knows no policy and refuses nothing: what does not exist has no kind.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from narthex.coordinates import ROOT_TYPES, Coordinate, CoordinateError, scan
from schema.model import Entity, Model, RelationshipKind
from schema.roots import mutation_fields, query_fields, subscription_fields


class Kind(StrEnum):
    """The value is the word for it in messages."""

    TABLE = "table"
    COLUMN = "column"
    RELATIONSHIP = "relationship"
    DATA_ROOT = "data root field"
    CONTROL_FIELD = "control-plane field"


@dataclass(frozen=True, slots=True)
class Known:
    """What existed when the text of the policies was loaded: all that a wildcard may open without `future: true`.

    It is taken once per text and handed on to each later check against a changed database, so that a new table or
    column waits until somebody loads the policies again (a changed file or a restart).
    """

    members: Mapping[str, frozenset[str]]
    """The fields of each table and of each root type."""

    def has(self, type_name: str, member: str | None = None) -> bool:
        """Whether there was such a table, or such a field."""
        fields = self.members.get(type_name)
        return fields is not None and (member is None or member in fields)


@dataclass(frozen=True, slots=True)
class Target:
    """One coordinate that exists. `entity` is the table behind it, None for a control-plane field.

    `derived_from` is the relationship `tracks` of the field `tracks_aggregate`.
    """

    kind: Kind
    type: str
    member: str | None = None
    entity: str | None = None
    derived_from: str | None = None

    def __str__(self) -> str:
        return self.type if self.member is None else f"{self.type}.{self.member}"


class Targets:
    """All that exists for policies under one model."""

    def __init__(self, model: Model, control_fields: Collection[str]) -> None:
        self.model = model
        self.control = frozenset(canonical(name) for name in control_fields)
        self.data_roots: dict[str, str] = {}
        """Table by root coordinate."""
        for entity in model.entities.values():
            self.data_roots.update(dict.fromkeys(data_roots(entity), entity.name))
        self.roots: dict[str, list[str]] = {root: [] for root in ROOT_TYPES}
        """Field names by root type."""
        for coordinate in (*self.data_roots, *sorted(self.control - self.data_roots.keys())):
            root, _, name = coordinate.partition(".")
            self.roots[root].append(name)

    def known(self) -> Known:
        """All that is here now."""
        members = {name: frozenset(fields_of(entity)) for name, entity in self.model.entities.items()}
        members.update({root: frozenset(names) for root, names in self.roots.items()})
        return Known(members)

    def find(self, text: str) -> Target | None:
        """What an exact coordinate, written canonically, stands for; None where nothing is."""
        type_name, _, member = text.partition(".")
        if type_name in ROOT_TYPES:
            return self._root_field(text, type_name, member)
        entity = self.model.entities.get(type_name)
        if entity is None:
            return None
        if not member:
            return Target(Kind.TABLE, type_name, None, type_name) if text == type_name else None
        return _member(entity, member)

    def _root_field(self, text: str, root: str, name: str) -> Target | None:
        if text in self.control:
            return Target(Kind.CONTROL_FIELD, root, name)
        entity = self.data_roots.get(text)
        return Target(Kind.DATA_ROOT, root, name, entity) if entity is not None else None


def _member(entity: Entity, name: str) -> Target | None:
    if name in entity.columns:
        return Target(Kind.COLUMN, entity.name, name, entity.name)
    if name in entity.relationships:
        return Target(Kind.RELATIONSHIP, entity.name, name, entity.name)
    base = name.removesuffix("_aggregate")
    relationship = entity.relationships.get(base) if base != name else None
    if relationship is not None and relationship.kind is RelationshipKind.ARRAY:
        return Target(Kind.RELATIONSHIP, entity.name, name, entity.name, derived_from=base)
    return None


def fields_of(entity: Entity) -> tuple[str, ...]:
    """Columns, relationships, and the aggregates of array relationships."""
    arrays = [one.name for one in entity.relationships.values() if one.kind is RelationshipKind.ARRAY]
    return (*entity.columns, *entity.relationships, *(f"{name}_aggregate" for name in arrays))


def data_roots(entity: Entity) -> tuple[str, ...]:
    """The coordinates of all root fields that a table gives."""
    return (
        *(f"Query.{field}" for field in query_fields(entity)),
        *(f"Mutation.{field}" for field in mutation_fields(entity)),
        *(f"Subscription.{field}" for field in subscription_fields(entity)),
    )


def canonical(text: str) -> str:
    """The one spelling of an exact schema coordinate; text that is none stays as it is, and names nothing."""
    try:
        coordinate = scan(text)
    except CoordinateError:
        return text
    return str(coordinate) if isinstance(coordinate, Coordinate) else text
