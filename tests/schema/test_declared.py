"""Relationships that the overlay declares, and those that cannot be."""

import re

import pytest

from narthex.errors import ProjectError
from schema.catalog import RelationKind
from schema.model import DeclaredRelationship
from tests.schema.sketch import ALBUM, ARRAY, OBJECT, TRACK, model, table


class TestDeclared:
    def test_by_a_foreign_key_replaces_the_default(self) -> None:
        made = model(
            ALBUM,
            TRACK,
            relationships=[
                DeclaredRelationship("songs", "album", ARRAY, by="track.album_id"),
                DeclaredRelationship("record", "track", OBJECT, by="track.album_id"),
            ],
        )
        assert list(made.entities["album"].relationships) == ["songs"]
        assert made.entities["album"].relationships["songs"].columns == (("id", "album_id"),)
        record = made.entities["track"].relationships["record"]
        assert record.constraint == "album_id_fkey" and record.unique_target

    def test_the_others_keep_their_names(self) -> None:
        match = table("match", "id home_id away_id", "home_id -> team.id", "away_id -> team.id")
        declared = DeclaredRelationship("matches", "team", ARRAY, by="match.home_id")
        made = model(table("team", "id"), match, relationships=[declared])
        assert set(made.entities["team"].relationships) == {"matches", "matches_by_away_id"}

    def test_both_ends_of_a_table_that_references_itself(self) -> None:
        node = table("node", "id parent_id?", "parent_id -> node.id")
        made = model(
            node,
            relationships=[
                DeclaredRelationship("up", "node", OBJECT, by="node.parent_id"),
                DeclaredRelationship("down", "node", ARRAY, by="node.parent_id"),
            ],
        )
        relationships = made.entities["node"].relationships
        assert set(relationships) == {"up", "down"}
        assert relationships["up"].columns == (("parent_id", "id"),)
        assert relationships["down"].columns == (("id", "parent_id"),)

    def test_without_a_foreign_key(self) -> None:
        summary = table("summary", "id note:text", kind=RelationKind.VIEW)
        made = model(
            ALBUM,
            summary,
            relationships=[
                DeclaredRelationship("summary", "album", OBJECT, to="summary", on={"id": "id"}),
                DeclaredRelationship("album", "summary", OBJECT, to="album", on={"id": "id"}),
                DeclaredRelationship("namesakes", "album", ARRAY, to="album", on={"title": "title"}),
            ],
        )
        # The key of a view is its author's word only.
        assert not made.entities["album"].relationships["summary"].unique_target
        back = made.entities["summary"].relationships["album"]
        assert back.unique_target and back.nullable and back.constraint is None
        assert made.entities["album"].relationships["namesakes"].kind is ARRAY

    def test_under_new_names_of_entities(self) -> None:
        declared = DeclaredRelationship("songs", "album", ARRAY, by="track.album_id")
        made = model(ALBUM, TRACK, relationships=[declared], renames={"track": "song", "album": "record"})
        assert made.entities["record"].relationships["songs"].target == "song"

    @pytest.mark.parametrize(
        ("declared", "message"),
        [
            (DeclaredRelationship("x", "albun", ARRAY, by="track.album_id"), "no table 'albun'; did you mean 'album'"),
            (DeclaredRelationship("x", "album", ARRAY, by="trak.album_id"), "no table 'trak'; did you mean 'track'"),
            (
                DeclaredRelationship("x", "album", ARRAY, by="track.albumid"),
                "no column 'albumid'; did you mean 'album_id'",
            ),
            (DeclaredRelationship("x", "album", ARRAY, by="track"), "'table.column', not 'track'"),
            (
                DeclaredRelationship("x", "album", ARRAY, by="track.id"),
                "no foreign key track.id begins or ends at album",
            ),
            (DeclaredRelationship("x", "album", OBJECT, by="track.album_id"), "several rows can match"),
            (DeclaredRelationship("x", "track", ARRAY, by="track.album_id"), "leads to one row"),
            (DeclaredRelationship("x-y", "album", ARRAY, by="track.album_id"), "'x-y' is not a GraphQL name"),
            (DeclaredRelationship("title", "album", ARRAY, by="track.album_id"), "album.title: there is a field"),
            (DeclaredRelationship("_or", "album", ARRAY, by="track.album_id"), "album._or: there is a field"),
            (
                DeclaredRelationship("tracks", "album", ARRAY, to="track", on={"id": "id"}),
                "album.tracks: there is a field",
            ),
            (DeclaredRelationship("x", "album", ARRAY, to="track", on={"title": "id"}), "differ in type"),
            (DeclaredRelationship("x", "album", ARRAY, to="track", on={"titel": "id"}), "no column 'titel'"),
            (DeclaredRelationship("x", "album", ARRAY, to="track"), "needs either"),
            (DeclaredRelationship("x", "album", ARRAY), "needs either"),
            (
                DeclaredRelationship("x", "album", ARRAY, by="track.album_id", to="track", on={"id": "id"}),
                "needs either",
            ),
        ],
    )
    def test_declarations_that_cannot_be(self, declared: DeclaredRelationship, message: str) -> None:
        with pytest.raises(ProjectError, match=re.escape(message)):
            model(ALBUM, TRACK, relationships=[declared])
