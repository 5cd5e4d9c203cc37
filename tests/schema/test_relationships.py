"""Relationships that foreign keys give: what they are called, and what can be relied on."""

from dataclasses import replace

import pytest

from schema.model import Rename
from tests.schema.sketch import ALBUM, ARRAY, OBJECT, TRACK, model, table


class TestRelationships:
    def test_object_and_array(self) -> None:
        made = model(ALBUM, TRACK)
        album = made.entities["track"].relationships["album"]
        assert (album.kind, album.target, album.columns) == (OBJECT, "album", (("album_id", "id"),))
        assert album.nullable and album.unique_target
        tracks = made.entities["album"].relationships["tracks"]
        assert (tracks.kind, tracks.target, tracks.columns) == (ARRAY, "track", (("id", "album_id"),))
        assert not tracks.nullable and not tracks.unique_target
        assert tracks.constraint == album.constraint == "album_id_fkey"

    def test_the_column_names_the_object_else_the_table_does(self) -> None:
        employee = table("employees", "id reports_to?", "reports_to -> employees.id")
        made = model(employee, table("customer", "id support_rep_id", "support_rep_id -> employees.id"))
        assert set(made.entities["employees"].relationships) == {"employee", "employees", "customers"}
        assert set(made.entities["customer"].relationships) == {"support_rep"}

    def test_a_column_called_just_id(self) -> None:
        made = model(ALBUM, table("cover", "_id", "_id -> album.id", primary="_id"))
        assert set(made.entities["cover"].relationships) == {"album"}

    def test_the_table_names_it_without_its_schema(self) -> None:
        made = model(table("shop/item", "id album", "album -> album.id"), ALBUM)
        assert set(made.entities["album"].relationships) == {"items"}
        assert set(made.entities["shop_item"].relationships) == {"album_by_album"}

    def test_object_is_there_where_no_column_is_null(self) -> None:
        made = model(ALBUM, table("t", "id album_id", "album_id -> album.id"))
        assert not made.entities["t"].relationships["album"].nullable
        pair = table("pair", "a b", primary="a,b")
        made = model(pair, table("t", "id a b?", "a,b -> pair.a,b"))
        assert made.entities["t"].relationships["pair"].nullable
        assert made.entities["t"].relationships["pair"].columns == (("a", "a"), ("b", "b"))

    def test_object_can_be_missing_where_postgres_does_not_see_to_it(self) -> None:
        sure = table("t", "id album_id", "album_id -> album.id")
        loose = replace(sure, foreign_keys=(replace(sure.foreign_keys[0], enforced=False),))
        assert model(ALBUM, loose).entities["t"].relationships["album"].nullable
        assert model(ALBUM, replace(sure, inherited=True)).entities["t"].relationships["album"].nullable
        assert model(replace(ALBUM, row_security=True), sure).entities["t"].relationships["album"].nullable
        parent = model(replace(ALBUM, inherited=True), sure).entities["t"].relationships["album"]
        assert not parent.nullable and not parent.unique_target

    @pytest.mark.parametrize("options", [{"primary": "album_id"}, {"unique": ["album_id"]}])
    def test_a_unique_foreign_key_gives_an_object_back(self, options: dict[str, str]) -> None:
        cover = table("covers", "id album_id", "album_id -> album.id", **options)  # type: ignore[arg-type]
        back = model(ALBUM, cover).entities["album"].relationships
        assert set(back) == {"cover"}
        assert (back["cover"].kind, back["cover"].nullable, back["cover"].unique_target) == (OBJECT, True, True)
        children = model(ALBUM, replace(cover, inherited=True)).entities["album"].relationships
        assert children["covers"].kind is ARRAY

    def test_a_part_of_a_key_is_not_unique(self) -> None:
        pair = table("pair", "album_id other", "album_id -> album.id", primary="album_id,other")
        assert set(model(ALBUM, pair).entities["album"].relationships) == {"pairs"}

    def test_every_claimant_gives_way(self) -> None:
        match = table("match", "id home_id away_id", "home_id -> team.id", "away_id -> team.id")
        made = model(table("team", "id"), match)
        assert set(made.entities["team"].relationships) == {"matches_by_home_id", "matches_by_away_id"}
        assert set(made.entities["match"].relationships) == {"home", "away"}
        assert (
            Rename(
                "public.match.home_id_fkey",
                "matches_by_home_id",
                "another field of team is or would be called 'matches'",
            )
            in made.renames
        )

    def test_a_column_stays_and_the_relationship_gives_way(self) -> None:
        made = model(table("album", "id tracks"), table("track", "id album_id album", "album_id -> album.id"))
        assert set(made.entities["track"].relationships) == {"album_by_album_id"}
        assert set(made.entities["album"].relationships) == {"tracks_by_album_id"}

    def test_the_aggregate_of_an_array_clashes_as_well(self) -> None:
        made = model(table("album", "id tracks_aggregate"), TRACK)
        assert set(made.entities["album"].relationships) == {"tracks_by_album_id"}

    def test_several_columns_in_the_longer_name(self) -> None:
        pair = table("pair", "a b", primary="a,b")
        made = model(pair, table("t", "id a b pair", "a,b -> pair.a,b"))
        assert set(made.entities["t"].relationships) == {"pair_by_a_b"}

    def test_the_longer_name_can_clash_as_well(self) -> None:
        base, extra = table("base", "id"), table("extra", "id")
        both = table("both", "id base_id", "base_id -> base.id", "base_id -> extra.id")
        keys = tuple(replace(key, name=f"key_{number}") for number, key in enumerate(both.foreign_keys))
        made = model(base, extra, replace(both, foreign_keys=keys))
        assert set(made.entities["both"].relationships) == {"base_by_base_id_base", "base_by_base_id_extra"}

    def test_one_foreign_key_twice_is_one_relationship(self) -> None:
        loose = replace(TRACK.foreign_keys[0], name="a", enforced=False)
        twice = replace(TRACK, foreign_keys=(loose, TRACK.foreign_keys[0]))
        relationships = model(ALBUM, twice).entities["track"].relationships
        assert [one.constraint for one in relationships.values()] == ["album_id_fkey"]

    def test_a_foreign_key_to_what_is_not_served(self) -> None:
        assert model(TRACK).entities["track"].relationships == {}

    def test_comment_of_the_constraint_describes(self) -> None:
        keys = (replace(TRACK.foreign_keys[0], comment="Where it is on."),)
        made = model(ALBUM, replace(TRACK, foreign_keys=keys))
        assert made.entities["track"].relationships["album"].description == "Where it is on."
