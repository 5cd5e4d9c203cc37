"""The names under which the database is served: one entity a relation, with its columns and relationships.

The planner and the type builder read the same model, so that a name means one thing. `naming` makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from schema.catalog import Column, Table


class Action(StrEnum):
    """What can be done to a table or a column. Policies open and close actions, on every path to it."""

    SELECT = "SELECT"
    AGGREGATE = "AGGREGATE"
    SUBSCRIBE = "SUBSCRIBE"
    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


WRITES = frozenset({Action.INSERT, Action.UPDATE, Action.DELETE})


class RelationshipKind(StrEnum):
    OBJECT = "OBJECT"
    ARRAY = "ARRAY"


@dataclass(frozen=True, slots=True)
class Relationship:
    """A field from one entity to another. `columns` pairs the SQL column here with the SQL column there.

    `nullable` holds for OBJECT only. `unique_target` is true where at most one row can match by a key of the target,
    so that a plain join cannot multiply rows.
    """

    name: str
    kind: RelationshipKind
    source: str
    target: str
    columns: tuple[tuple[str, str], ...]
    nullable: bool = True
    unique_target: bool = False
    constraint: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class DeclaredRelationship:
    """A relationship that the overlay asks for on entity `source`.

    Either `by` names the foreign key as `table.column` (`table.column,column` if it has several), and the relationship
    replaces the default one; or `to` names an entity and `on` pairs columns here with columns there.
    """

    name: str
    source: str
    kind: RelationshipKind
    by: str | None = None
    to: str | None = None
    on: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entity:
    """A served relation: `name` is its GraphQL type; keys of `columns` and `relationships` are GraphQL field names.

    An ARRAY relationship `tracks` also gives the field `tracks_aggregate`.
    """

    name: str
    table: Table
    columns: Mapping[str, Column]
    relationships: Mapping[str, Relationship]
    key: tuple[str, ...] = ()
    """GraphQL names of the primary key's columns, in key order; empty without a key."""


@dataclass(frozen=True, slots=True)
class Rename:
    """A forced or wanted name: `subject` is the SQL name (`public.me`, `public.t.col`), `name` the GraphQL name."""

    subject: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Model:
    """All entities by GraphQL name, and which names had to differ from the database's."""

    entities: Mapping[str, Entity] = field(default_factory=dict)
    renames: tuple[Rename, ...] = ()
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Requires:
    """What must be open for an element of the schema to exist: an action on an entity, or on a column (GraphQL name).

    With `column` None at least one column must be open for the action. `raw` asks for the column as it is: not masked
    where it is read (filtered, ordered, aggregated, used as a key), not preset where it is written.
    """

    entity: str
    action: Action
    column: str | None = None
    raw: bool = False
