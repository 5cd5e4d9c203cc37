"""`@rename` and `@relationship`: handed to naming, with the line to blame where it refuses."""

from __future__ import annotations

import pytest

from policies.names import named, relationships, renames
from policies.overlay import Overlay, load
from policies.problems import PolicyError
from schema.catalog import Catalog, Column, ForeignKey, Key, PgType, RelationKind, Table
from schema.model import DeclaredRelationship, RelationshipKind

TEXT = PgType("pg_catalog", "text")


def table(name: str, columns: str, *keys: ForeignKey) -> Table:
    made = tuple(Column(column, TEXT, nullable=False) for column in columns.split())
    return Table("public", name, RelationKind.TABLE, made, Key(f"{name}_pkey", (made[0].name,)), foreign_keys=keys)


CATALOG = Catalog(
    (
        table("album", "id title artist_id", ForeignKey("fk", ("artist_id",), "public", "artist", ("id",))),
        table("artist", "id name"),
    ),
    "f",
)


def overlay(text: str) -> Overlay:
    return load([("a.policy", text)])


def test_what_lines_ask_for() -> None:
    found = overlay(
        'album @rename(to: "record")\nalbum.title @rename(to: "name")\n'
        'artist @relationship(name: "records", kind: ARRAY, by: "album.artist_id")\n'
        'artist @relationship(name: "namesakes", kind: ARRAY, to: "album", on: {name: "title"})'
    )
    assert renames(found) == {"album": "record", "album.title": "name"}
    array = RelationshipKind.ARRAY
    assert list(relationships(found)) == [
        DeclaredRelationship("records", "artist", array, by="album.artist_id"),
        DeclaredRelationship("namesakes", "artist", array, to="album", on={"name": "title"}),
    ]
    model = named(CATALOG, found)
    assert set(model.entities) == {"record", "artist"}
    assert set(model.entities["record"].columns) == {"id", "name", "artist_id"}
    assert set(model.entities["artist"].relationships) == {"records", "namesakes"}


def test_without_lines() -> None:
    assert set(named(CATALOG, Overlay()).entities) == {"album", "artist"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('* @rename(to: "x")', "'*' cannot be renamed. Name one table"),
        ('Query.album @rename(to: "x")', "'Query.album' cannot be renamed."),
        ('bucket:b @rename(to: "x")', "'bucket:b' cannot be renamed."),
        ('album @rename(to: "x")\nalbum @rename(to: "y")', "'album' is renamed twice."),
        ('albun @rename(to: "x")', "albun"),
        ('album.titel @rename(to: "x")', "titel"),
        ('album @rename(to: "a-b")', "a-b"),
        ('album @rename(to: "band")', "band"),
        ('album.title @relationship(name: "x", kind: OBJECT, by: "a.b")', "cannot have a relationship"),
        ('* @relationship(name: "x", kind: OBJECT, by: "a.b")', "cannot have a relationship"),
        ('album @relationship(name: "x", kind: OBJECT, to: "artist", on: {title: 1})', "'on' pairs columns"),
        ('album @relationship(name: "x", kind: OBJECT, to: "artist", on: 1)', "'on' pairs columns"),
        ('album @relationship(name: "x", kind: OBJECT, to: "artist")', "needs either"),
        ('album @relationship(name: "x", kind: OBJECT, by: "album.nothing")', "nothing"),
        ('album @relationship(name: "title", kind: OBJECT, by: "album.artist_id")', "title"),
    ],
)
def test_mistakes_have_their_line(line: str, says: str) -> None:
    first = 'artist @rename(to: "band")\n'
    last = '\nartist.name @rename(to: "called")'
    with pytest.raises(PolicyError) as refused:
        named(CATALOG, overlay(first + line + last))
    found = refused.value.problems
    assert len(found) == 1
    assert found[0].source.line == 2 + line.count("\n")
    assert says in str(found[0])
