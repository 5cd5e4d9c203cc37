"""A small catalog, a small control plane and a contract made of sets, for the tests of types and views."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Annotated, NewType

import strawberry
from graphql import GraphQLNamedType, parse, validate
from strawberry.schema.config import StrawberryConfig

from narthex.principal import Grants
from schema.build import build_schema
from schema.catalog import Column, Key, PgType, RelationKind, Table, TypeKind
from schema.model import Action, Entity, Model, Relationship, RelationshipKind, Requires
from schema.visibility import View, view

INT, BIG, SMALL = (PgType("pg_catalog", name) for name in ("int4", "int8", "int2"))
TEXT, VARCHAR, BOOL, NUMERIC, FLOAT8, FLOAT4 = (
    PgType("pg_catalog", name) for name in ("text", "varchar", "bool", "numeric", "float8", "float4")
)
UUID, STAMP, DATE, TIME, JSONB, JSON_TYPE, INET = (
    PgType("pg_catalog", name) for name in ("uuid", "timestamptz", "date", "time", "jsonb", "json", "inet")
)
LTREE = PgType("public", "ltree")
MOOD = PgType("public", "mood", TypeKind.ENUM, labels=("happy", "so so"), comment="How it feels.")
TEXTS = PgType("pg_catalog", "_text", element=TEXT)
EMAIL = PgType("public", "email", TypeKind.DOMAIN, base=TEXT)


def column(name: str, type_: PgType, nullable: bool = True, comment: str | None = None) -> Column:
    return Column(name, type_, nullable, comment=comment)


def entity(
    name: str,
    columns: Iterable[Column],
    key: tuple[str, ...] = (),
    *relationships: Relationship,
    comment: str | None = None,
) -> Entity:
    columns = tuple(columns)
    table = Table(
        "public", name, RelationKind.TABLE, columns, Key(f"{name}_pkey", key) if key else None, comment=comment
    )
    return Entity(name, table, {item.name: item for item in columns}, {item.name: item for item in relationships}, key)


def to_one(name: str, source: str, target: str, nullable: bool = False) -> Relationship:
    return Relationship(
        name, RelationshipKind.OBJECT, source, target, ((f"{target}_id", f"{target}_id"),), nullable, True
    )


def to_many(name: str, source: str, target: str) -> Relationship:
    return Relationship(name, RelationshipKind.ARRAY, source, target, ((f"{source}_id", f"{source}_id"),))


ARTIST = entity(
    "artist",
    [column("artist_id", INT, False), column("name", TEXT, comment="As printed on the cover."), column("active", BOOL)],
    ("artist_id",),
    to_many("albums", "artist", "album"),
    comment="Who made the music.",
)
ALBUM = entity(
    "album",
    [
        column("album_id", INT, False),
        column("title", VARCHAR, False),
        column("artist_id", INT, False),
        column("price", NUMERIC),
        column("score", FLOAT8),
        column("tags", TEXTS),
        column("info", JSONB),
        column("mood", MOOD),
        column("released", DATE),
        column("sku", UUID),
        column("signed", BOOL),
    ],
    ("album_id",),
    to_one("artist", "album", "artist"),
    to_many("notes", "album", "note"),
)
NOTE = entity(
    "note",
    [
        column("album_id", INT),
        column("line", SMALL, False),
        column("text", EMAIL),
        column("path", LTREE),
        column("at", TIME),
    ],
    ("album_id", "line"),
    to_one("album", "note", "album", nullable=True),
)
MODEL = Model({item.name: item for item in (ARTIST, ALBUM, NOTE)})


WRITES = (Action.INSERT, Action.UPDATE, Action.DELETE)


def without(model: Model, hidden: Iterable[str]) -> Model:
    """The model of a database in which some tables (`note`), columns (`album.title`) or relationships never existed."""
    gone = set(hidden)
    entities = {}
    for name, item in model.entities.items():
        if name not in gone:
            entities[name] = replace(
                item,
                columns={key: value for key, value in item.columns.items() if f"{name}.{key}" not in gone},
                relationships={
                    key: value
                    for key, value in item.relationships.items()
                    if f"{name}.{key}" not in gone and value.target not in gone
                },
                key=() if any(f"{name}.{key}" in gone for key in item.key) else item.key,
            )
    return Model(entities)


@dataclass(frozen=True)
class Sets:
    """Open is what is not listed as closed: columns by action, entities, coordinates."""

    closed: frozenset[str] = frozenset()
    closed_coordinates: frozenset[str] = frozenset()
    model: Model = MODEL

    @property
    def id(self) -> str:
        return str(hash(self))

    @property
    def grants(self) -> Grants:
        return Grants("tester", frozenset(), "sandbox", frozenset())

    def allows(self, requirement: Requires) -> bool:
        if requirement.column is None:
            columns = self.model.entities[requirement.entity].columns
            return any(self.allows(replace(requirement, column=name)) for name in columns)
        names = {
            requirement.entity,
            f"{requirement.entity}:{requirement.action}",
            f"{requirement.entity}.{requirement.column}",
            f"{requirement.entity}.{requirement.column}:{requirement.action}",
        }
        return not names & self.closed

    def may_null(self, guarded: Requires) -> bool:
        return False

    def remark(self, guarded: Requires) -> str | None:
        return None

    def opens(self, coordinate: str) -> bool:
        owner, _, name = coordinate.partition(".")
        base = coordinate if owner in ("Query", "Mutation") else f"{owner}.{name.removesuffix('_aggregate')}"
        return self.closed_coordinates.isdisjoint((coordinate, base))


def closing(*names: str, coordinates: Iterable[str] = (), model: Model = MODEL) -> Sets:
    return Sets(frozenset(names), frozenset(coordinates), model)


def reading(*names: str, coordinates: Iterable[str] = (), model: Model = MODEL) -> Sets:
    """The same, with nothing open that writes."""
    writes = (f"{entity}:{action}" for entity in model.entities for action in WRITES)
    return closing(*names, *writes, coordinates=coordinates, model=model)


Document = NewType("Document", object)


class Trust(Enum):
    LOW = "low"
    HIGH = "high"


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Person(Named):
    age: int | None = None


@strawberry.type
class Robot(Named):
    model: str = "T"


@strawberry.input
class Search:
    text: str
    trust: Trust = Trust.LOW


@strawberry.type
class Entry:
    coordinate: str
    trust: Trust
    document: Document | None


@strawberry.type
class Secret:
    value: str


@strawberry.type(description="What the gateway says about itself, and the data.")
class Query:
    @strawberry.field
    def me(self) -> Named:
        return Person(name="ada", age=36)

    @strawberry.field
    def catalog(self, search: Search | None = None, document: Document | None = None) -> list[Entry]:
        trust = search.trust if search is not None else Trust.HIGH
        return [Entry(coordinate=search.text if search else "all", trust=trust, document=document)]

    @strawberry.field
    def found(self, number: int) -> Annotated[Person | Robot, strawberry.union("Found")]:
        return Robot(name="hal") if number else Person(name="ada")

    @strawberry.field
    def secret(self, info: strawberry.Info) -> Secret:
        return Secret(value=type(info.schema).__name__)


CONTROL = strawberry.Schema(
    Query,
    types=[Robot],
    config=StrawberryConfig(
        auto_camel_case=False,
        scalar_map={
            Document: strawberry.scalar(name="jsonb", serialize=lambda value: value, parse_value=lambda value: value)
        },
    ),
)


def look(contract: Sets) -> View:
    """A view of a schema of its own, so that nothing has been reached before."""
    return view(build_schema(CONTROL, contract.model), contract)


def errors(seen: View, document: str) -> list[dict[str, object]]:
    """All that a caller reads of the errors of a document."""
    return [dict(error.formatted) for error in validate(seen, parse(document))]


def type_names(seen: View) -> set[str]:
    return {name for name in seen.type_map if not name.startswith("__")}


def named(seen: View, name: str) -> GraphQLNamedType:
    found = seen.get_type(name)
    assert found is not None, f"no type '{name}'"
    return found


__all__ = ["CONTROL", "MODEL", "Action", "Sets", "closing", "errors", "look", "named", "reading", "without"]
