"""Cards: what they say, that they stay short, and that they name nothing closed."""

import re

import pytest
from graphql import GraphQLArgument, GraphQLField, GraphQLInt, GraphQLString

from schema.cards import CARD_TOKENS, column_card, field_card, fitted, rounded, table_card, tokens
from schema.catalog import Catalog, Column, ForeignKey, Key, RelationKind, Table
from schema.model import Action, Model
from schema.naming import name_model
from schema.outline import Outline
from schema.types import ScalarNames
from tests.schema.samples import INT, MOOD, NUMERIC, TEXT, TEXTS, closing, column, without


def table(
    name: str,
    *columns: Column,
    keys: tuple[str, ...] = ("id",),
    references: tuple[tuple[str, str], ...] = (),
    rows: float = 0,
    comment: str | None = None,
) -> Table:
    foreign = tuple(
        ForeignKey(f"{name}_{mine}_fkey", (mine,), "public", target, ("id",)) for mine, target in references
    )
    return Table(
        "public",
        name,
        RelationKind.TABLE,
        (column("id", INT, False), *columns),
        Key(f"{name}_pkey", keys),
        (),
        foreign,
        comment,
        rows,
    )


SHOP = name_model(
    Catalog(
        (
            table(
                "track",
                column("name", TEXT, False),
                column("album_id", INT),
                column("best_of", INT, False),
                column("unit_price", NUMERIC, False, "In dollars."),
                column("mood", MOOD),
                column("tags", TEXTS, False),
                references=(("album_id", "album"), ("best_of", "album")),
                rows=3503,
                comment="Music sold\nin the   store.",
            ),
            table("album", column("title", TEXT)),
            table("invoice_line", column("track_id", INT, False), references=(("track_id", "track"),)),
        )
    )
)


def outline(*closed: str, model: Model = SHOP, coordinates: tuple[str, ...] = ()) -> Outline:
    return Outline(model, closing(*closed, model=model, coordinates=coordinates))


def card(name: str, *closed: str, model: Model = SHOP) -> str:
    return table_card(outline(*closed, model=model), ScalarNames(model, {}), model.entities[name])


def of_column(name: str, *closed: str, model: Model = SHOP) -> str:
    entity, _, member = name.partition(".")
    return column_card(outline(*closed, model=model), ScalarNames(model, {}), model.entities[entity], member)


def test_a_table_on_one_line() -> None:
    assert card("track") == (
        "track ~3.5k | id! name! album_id→album_by_album_id:album best_of!→album_by_best_of:album unit_price:numeric! "
        "mood:mood tags:[String!]! | ←invoice_lines[] | R A I U D | Music sold in the store."
    )


def test_hidden_columns_and_ways_are_not_on_the_card() -> None:
    assert "unit_price" in card("track") and "unit_price" not in card("track", "track.unit_price")
    assert "invoice_lines" not in card("track", "invoice_line")
    shown = card("track", "album")
    assert "→" not in shown and "album_id:Int" in shown


def test_a_way_stays_when_its_column_is_hidden() -> None:
    shown = card("invoice_line", "invoice_line.track_id")
    assert "track_id" not in shown and "→track" in shown


def test_letters_say_what_is_open() -> None:
    assert "| R A I U D | Music" in card("track")
    assert "| R I U D | Music" in card("track", "track:AGGREGATE")
    assert "| A D | Music" in card("track", "track:SELECT", "track:INSERT", "track:UPDATE")
    assert "| I | Music" in card("track", *(f"track:{action}" for action in Action if action != Action.INSERT))
    assert "unit_price:numeric!(A U)" in card("track", "track.unit_price:SELECT", "track.unit_price:INSERT")


def test_a_part_of_a_key_does_not_tell_of_the_rest() -> None:
    model = name_model(Catalog((table("page", column("line", INT, False), keys=("id", "line")),)))
    assert card("page", model=model) == "page | id! line! | R A I U D"
    assert card("page", "page.id", model=model) == card("page", model=without(model, ["page.id"]))


def test_a_column_with_its_type_values_and_way() -> None:
    assert of_column("track.unit_price") == "track.unit_price numeric! | R A I U | In dollars."
    assert of_column("track.mood") == "track.mood mood | one of happy, so so | R A I U"
    assert of_column("invoice_line.track_id") == "invoice_line.track_id Int! | →track | R A I U"
    assert of_column("invoice_line.track_id", "track") == "invoice_line.track_id Int! | R A I U"
    assert of_column("track.name", "track.name:AGGREGATE") == "track.name String! | R I U"


def test_a_field_with_what_it_takes_and_gives() -> None:
    field = GraphQLField(GraphQLString, {"first": GraphQLArgument(GraphQLInt)}, description="Says\nit.")
    assert field_card("Query.say", field) == "Query.say(first: Int): String | R | Says it."


def wide(columns: int, name: str = "wide", long: int = 1) -> Model:
    made = [column(f"{'column_' * long}{number}", NUMERIC, False) for number in range(columns)]
    many = [
        table(f"{'other_' * long}{number}", column("wide_id", INT), references=(("wide_id", name),))
        for number in range(columns)
    ]
    return name_model(Catalog((table(name, *made, rows=10**9, comment="Long. " * 200), *many)))


@pytest.mark.parametrize("columns", [0, 1, 5, 12, 60])
@pytest.mark.parametrize("long", [1, 8])
@pytest.mark.parametrize("name", ["wide", "w" * 63])
def test_no_card_is_too_long(columns: int, long: int, name: str) -> None:
    model = wide(columns, name, long)
    for entity in model.entities.values():
        shown = card(entity.name, model=model)
        assert tokens(shown) <= CARD_TOKENS and "\n" not in shown
        assert shown.startswith(entity.name)
        for member in entity.columns:
            assert tokens(of_column(f"{entity.name}.{member}", model=model)) <= CARD_TOKENS
    arguments = {f"argument_{number}": GraphQLArgument(GraphQLInt) for number in range(columns)}
    field = GraphQLField(GraphQLString, arguments, description="Long. " * 100)
    assert tokens(field_card(f"Query.{name}", field)) <= CARD_TOKENS


def test_what_is_left_out_is_counted() -> None:
    shown = card("wide", model=wide(30))
    named = len(re.findall(r"column_\d+:numeric!", shown))
    more = re.search(r"numeric! \+(\d+) \|", shown)
    assert more is not None and named > 1 and named + int(more[1]) == 30
    assert "…" in shown


def test_parts_fit_or_are_counted() -> None:
    assert fitted(["a", "b"], 3) == "a b"
    assert fitted(["aa", "bb", "cc"], 5) == "aa +2"
    assert fitted(["aa", "bb"], 1) == "+2"
    assert fitted([], 0) == ""


@pytest.mark.parametrize(
    ("rows", "text"),
    [(0, "0"), (0.4, "0"), (7, "7"), (25, "25"), (275, "280"), (999, "1k"), (3503, "3.5k"), (123_456, "120k"),
     (1_000_000, "1M"), (2_345_678, "2.3M"), (5e9, "5G")],
)  # fmt: skip
def test_rows_are_rounded(rows: float, text: str) -> None:
    assert rounded(rows) == text


def test_tokens_are_four_signs() -> None:
    assert [tokens(text) for text in ("", "a", "abcd", "abcde")] == [0, 1, 1, 2]
