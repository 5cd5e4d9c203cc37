"""The names of tables and columns: each rule by example, then properties over any catalog."""

import random
import re
import time
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from schema import reserved
from schema.catalog import Catalog, Column, ForeignKey, Key, RelationKind, Table
from schema.model import Entity, Rename
from schema.naming import name_model
from tests.schema.sketch import ALBUM, ARRAY, DATE, INT, TEXT, model, reasons, table

GRAPHQL_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")


class TestTables:
    def test_public_tables_have_their_name_others_their_schema_before_it(self) -> None:
        made = model(ALBUM, table("shop/item", "id"))
        assert list(made.entities) == ["album", "shop_item"]
        assert made.renames == ()

    def test_a_reserved_name_is_served_as_public(self) -> None:
        made = model(table("me", "id"), table("approval", "id"), table("functions", "id"))
        assert list(made.entities) == ["public_approval", "public_functions", "public_me"]
        assert Rename("public.me", "public_me", "'me' is reserved") in made.renames

    def test_a_table_of_another_schema_can_hit_a_reserved_name(self) -> None:
        assert list(model(table("auth/users", "id")).entities) == ["auth__users"]

    def test_more_names_can_be_reserved(self) -> None:
        made = model(ALBUM, reserved=reserved.DEFAULT | {"album"})
        assert list(made.entities) == ["public_album"]

    def test_a_scalar_is_reserved_where_a_column_has_it(self) -> None:
        assert "date" in model(table("date", "id")).entities
        assert "public_date" in model(table("date", "id day:date")).entities
        assert "text" in model(table("text", "id body:text")).entities

    def test_the_derived_name_wins_over_a_table_that_is_called_so(self) -> None:
        made = model(ALBUM, table("album_aggregate", "id"), table("album_by_pk", "id"), table("album_max_fields", "id"))
        assert set(made.entities) == {
            "album",
            "public_album_aggregate",
            "public_album_by_pk",
            "public_album_max_fields",
        }

    def test_derived_mutations_clash_as_well(self) -> None:
        # insert_album_one inserts one album, and would insert many of album_one.
        assert set(model(ALBUM, table("album_one", "id")).entities) == {"album", "public_album_one"}

    def test_roots_are_apart(self) -> None:
        assert set(model(ALBUM, table("insert_album", "id")).entities) == {"album", "insert_album"}

    def test_two_tables_of_one_name_both_give_way(self) -> None:
        made = model(table("shop_item", "id"), table("shop/item", "id"))
        assert list(made.entities) == ["public_shop_item", "shop__item"]
        assert reasons(made) == {"public.shop_item": "public_shop_item", "shop.item": "shop__item"}

    def test_when_even_the_second_name_is_taken(self) -> None:
        made = model(table("me", "id"), table("public_me", "id"))
        first, second = sorted(made.entities)
        assert first.startswith("public_me_")
        assert second.startswith("public_public_me")
        assert reasons(made) == {"public.me": first, "public.public_me": second}

    def test_names_that_graphql_refuses(self) -> None:
        made = model(table("2nd table", "id"), table("__hidden", "id"), table("größe", "id"))
        assert list(made.entities) == ["_2nd_table", "_hidden", "grosse"]
        assert reasons(made)["public.2nd table"] == "_2nd_table"


class TestColumns:
    def test_key_in_its_own_order(self) -> None:
        made = model(table("t", "a b c", primary="c,a"))
        assert made.entities["t"].key == ("c", "a")
        assert list(made.entities["t"].columns) == ["a", "b", "c"]
        assert model(table("t", "a", primary=None)).entities["t"].key == ()

    def test_a_valid_name_stays_and_others_make_way(self) -> None:
        odd = table("t", "id")
        odd = replace(odd, columns=(*odd.columns, *(Column(name, INT, True) for name in ("a_b", "a b", "x-y", "__z"))))
        made = model(odd)
        assert set(made.entities["t"].columns) == {"id", "a_b", "a_b_", "x_y", "_z"}
        assert made.entities["t"].columns["a_b"].name == "a_b"
        assert made.entities["t"].columns["a_b_"].name == "a b"
        assert reasons(made) == {"public.t.a b": "a_b_", "public.t.x-y": "x_y", "public.t.__z": "_z"}

    def test_fields_of_the_dialect_and_no_values_of_an_enum(self) -> None:
        made = model(table("t", "id _and _or _not true false null count"))
        assert set(made.entities["t"].columns) == {"id", "_and_", "_or_", "_not_", "true_", "false_", "null_", "count"}


# Names that clash with each other, with what others bring along, and with what is reserved; and any others.
_TRICKY_TABLES = """
    track tracks track_aggregate track_by_pk track_one track_max track_max_fields shop_track public_track
    public_shop_track me public_me date _track __track a_b u1f600 insert_track Track _
"""
_TRICKY_COLUMNS = "id track_id track tracks tracks_aggregate _and null a_b a_b_ track_by_id"
ANY = st.characters(exclude_characters="\0", exclude_categories=("Cs",))
TABLE_NAMES = st.sampled_from([*_TRICKY_TABLES.split(), "a b", "a-b"]) | st.text(ANY, min_size=1, max_size=12)
COLUMN_NAMES = st.sampled_from([*_TRICKY_COLUMNS.split(), "a b", "a-b"]) | st.text(ANY, min_size=1, max_size=6)


@st.composite
def catalogs(draw: st.DrawFn) -> Catalog:
    names = draw(
        st.lists(st.tuples(st.sampled_from(["public", "shop", "a"]), TABLE_NAMES), min_size=1, max_size=8, unique=True)
    )
    columns = {name: draw(st.lists(COLUMN_NAMES, min_size=1, max_size=5, unique=True)) for name in names}
    tables = []
    for name in names:
        keys = []
        for number in range(draw(st.integers(0, 4))):
            target = draw(st.sampled_from(names))
            width = draw(st.integers(1, min(2, len(columns[name]), len(columns[target]))))
            here = draw(st.permutations(columns[name]))[:width]
            there = draw(st.permutations(columns[target]))[:width]
            keys.append(ForeignKey(f"key{number}", tuple(here), *target, tuple(there)))
        unique = [Key("unique", tuple(draw(st.permutations(columns[name]))[:1]))] if draw(st.booleans()) else []
        made = tuple(Column(text, draw(st.sampled_from([INT, TEXT, DATE])), False) for text in columns[name])
        tables.append(Table(*name, RelationKind.TABLE, made, None, tuple(unique), tuple(keys)))
    return Catalog(tuple(tables))


def fields(entity: Entity) -> list[str]:
    names = list(entity.columns)
    for one in entity.relationships.values():
        names += [one.name, f"{one.name}_aggregate"] if one.kind is ARRAY else [one.name]
    return names


fixed = settings(derandomize=True, deadline=None, max_examples=300)


@fixed
@given(catalogs())
def test_every_name_is_valid_and_given_once(catalog: Catalog) -> None:
    made = name_model(catalog)
    taken = set(reserved.reserved_claims(reserved.DEFAULT | reserved.scalar_names(catalog)))
    for name, entity in made.entities.items():
        assert entity.name == name
        claims = reserved.table_claims(name)
        assert taken.isdisjoint(claims)
        taken.update(claims)
        inside = fields(entity)
        assert len(set(inside)) == len(inside)
        assert reserved.COLUMNS.isdisjoint(inside)
        for text in (name, *inside):
            assert GRAPHQL_NAME.fullmatch(text) and not text.startswith("__")
        for one in entity.relationships.values():
            assert one.source == name and one.target in made.entities
    assert len(made.entities) == len(catalog.tables)


@fixed
@given(catalogs())
def test_every_foreign_key_has_two_ends(catalog: Catalog) -> None:
    made = name_model(catalog)
    distinct = {
        (
            table.schema,
            table.name,
            key.target_schema,
            key.target_table,
            frozenset(zip(key.columns, key.target_columns, strict=True)),
        )
        for table in catalog.tables
        for key in table.foreign_keys
    }
    assert sum(len(entity.relationships) for entity in made.entities.values()) == 2 * len(distinct)


@fixed
@given(catalogs(), st.randoms(use_true_random=False))
def test_order_does_not_matter(catalog: Catalog, rng: random.Random) -> None:
    shuffled = []
    for one in catalog.tables:
        keys = rng.sample(one.foreign_keys, len(one.foreign_keys))
        columns = rng.sample(one.columns, len(one.columns))
        shuffled.append(replace(one, foreign_keys=tuple(keys), columns=tuple(columns)))
    rng.shuffle(shuffled)
    first, second = name_model(catalog), name_model(Catalog(tuple(shuffled)))
    assert list(first.entities) == list(second.entities)
    assert first.renames == second.renames
    for name, entity in first.entities.items():
        assert (entity.table.schema, entity.table.name) == (
            second.entities[name].table.schema,
            second.entities[name].table.name,
        )
        assert entity.columns == second.entities[name].columns
        assert list(entity.relationships.items()) == list(second.entities[name].relationships.items())


@fixed
@given(catalogs())
def test_every_name_that_differs_is_listed(catalog: Catalog) -> None:
    made = name_model(catalog)
    listed = {(rename.subject, rename.name) for rename in made.renames}
    for entity in made.entities.values():
        here = entity.table
        wish = here.name if here.schema == "public" else f"{here.schema}_{here.name}"
        assert (entity.name != wish) == ((f"{here.schema}.{here.name}", entity.name) in listed)
        for name, one in entity.columns.items():
            assert (name != one.name) == ((f"{here.schema}.{here.name}.{one.name}", name) in listed)


def test_a_chain_of_a_thousand_tables() -> None:
    tables = [table("t0", "id " + " ".join(f"c{number}" for number in range(9)))]
    for number in range(1, 1000):
        columns = f"id t{number - 1}_id " + " ".join(f"c{number}" for number in range(8))
        tables.append(table(f"t{number}", columns, f"t{number - 1}_id -> t{number - 1}.id"))
    start = time.process_time()
    made = model(*tables)
    assert time.process_time() - start < 1.5
    assert made.entities["t500"].relationships.keys() == {"t499", "t501s"}
    assert made.renames == ()
