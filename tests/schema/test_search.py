"""Ranking: what is found, in which order, and that nothing closed takes part in it."""

import gc
import weakref
from itertools import pairwise

import pytest

from schema.model import Model
from schema.search import CatalogIndex, EntryKind, fold, index_of, query_words, sight_of, words
from tests.schema.samples import INT, MODEL, TEXT, Sets, closing, column, entity, look, reading, without

CLOSED = [
    ("note",),
    ("album",),
    ("album.title", "album.mood"),
    ("artist", "album.price"),
    ("note.text", "note.path", "album.info"),
]
TEXTS = ["album", "artist name", "happy", "title price mood", "cover", "line of text", "id", "albums of an artist"]


def found(contract: Sets, text: str, kind: EntryKind | None = None) -> list[tuple[str, float]]:
    seen = look(contract)
    hits = index_of(seen).search(sight_of(seen), text, kind)
    return [(hit.entry.coordinate, hit.score) for hit in hits]


def names(contract: Sets, text: str, kind: EntryKind | None = None) -> list[str]:
    return [coordinate for coordinate, _ in found(contract, text, kind)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unit_price", ["unit", "pric"]),
        ("unitPrice", ["unit", "pric"]),
        ("HTTPServer2", ["http", "server2"]),
        ("Größe, Café!", ["große".replace("ß", "ss"), "caf"]),
        ("", []),
        ("__ -- ", []),
    ],
)
def test_words_are_split_at_signs_and_cases(text: str, expected: list[str]) -> None:
    assert words(text) == [fold(word) for word in expected]


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("track", "tracks"), ("company", "companies"), ("movie", "movies"), ("box", "boxes"), ("house", "houses"),
        ("bus", "buses"), ("status", "statuses"), ("address", "addresses"), ("person", "people"),
        ("analysis", "analysis"), ("index", "indices"), ("price", "prices"), ("key", "keys"),
    ],
)  # fmt: skip
def test_singular_and_plural_are_one_word(one: str, many: str) -> None:
    assert fold(one) == fold(many)


def test_different_words_stay_different() -> None:
    assert len({fold(word) for word in ("bus", "but", "address", "add", "is", "ids", "status", "state")}) == 8


def test_words_that_say_nothing_are_left_out_unless_there_are_no_others() -> None:
    assert query_words("the length of a song, a song") == [fold("length"), fold("song")]
    assert query_words("who am i") == ["who", "am", "i"]


def test_a_name_comes_before_what_only_mentions_it() -> None:
    assert names(closing(), "album")[0] == "album"
    assert names(closing(), "albums")[0] == "album"
    assert names(closing(), "title")[0] == "album.title"


def test_comments_and_values_of_enums_are_searched() -> None:
    assert names(closing(), "cover") == ["artist.name", "artist"]
    assert names(closing(), "who made music")[0] == "artist"
    assert names(closing(), "happy")[0] == "album.mood"


def test_a_column_is_found_by_its_table_and_its_name_together() -> None:
    assert names(closing(), "artist name")[0] == "artist.name"
    assert names(closing(), "name of the artist")[0] == "artist.name"


def test_a_table_is_found_by_its_columns() -> None:
    assert names(closing(), "released", EntryKind.TABLE) == ["album"]


def test_the_beginning_of_a_word_is_enough() -> None:
    assert names(closing(), "relea")[0] == "album.released"
    assert names(closing(), "albumish")[0] == "album"
    assert names(closing(), "rel") == []


def test_nothing_fits() -> None:
    assert names(closing(), "zebra") == []
    assert names(closing(), "?!") == []
    assert names(closing(), "") == []


def test_fields_of_the_gateway_are_found_while_they_are_open() -> None:
    assert names(closing(), "secret") == ["Query.secret"]
    assert names(closing(coordinates=["Query.secret"]), "secret") == []


def test_kinds_are_kept_apart() -> None:
    assert set(names(closing(), "album", EntryKind.COLUMN)) >= {"album.album_id", "note.album_id"}
    assert names(closing(), "album", EntryKind.TABLE) == ["album", "note"]
    assert names(closing(), "album", EntryKind.BUCKET) == []


def test_scores_fall_and_ties_are_in_order() -> None:
    hits = found(closing(), "album")
    assert all(one[1] >= other[1] for one, other in pairwise(hits))
    tied = [(score, coordinate) for coordinate, score in hits if coordinate.startswith("album.")]
    assert tied == sorted(tied, key=lambda item: (-item[0], item[1]))


@pytest.mark.parametrize("closed", CLOSED)
@pytest.mark.parametrize("text", TEXTS)
def test_what_is_closed_leaves_no_trace_in_scores(closed: tuple[str, ...], text: str) -> None:
    hidden = found(closing(*closed), text)
    absent = found(closing(model=without(MODEL, closed)), text)
    assert hidden == absent


def test_closed_things_would_have_changed_the_scores() -> None:
    """The test above can fail: statistics over everything give other scores."""
    everything = dict(found(closing(), "price"))
    less = dict(found(closing("note"), "price"))
    assert everything["album.price"] != less["album.price"]


def test_a_table_that_nothing_leads_to_is_not_found() -> None:
    roots = [f"Query.{name}" for name in ("note", "note_by_pk", "note_aggregate")]
    assert "note" in names(reading(coordinates=roots), "note")
    assert "note" not in names(reading(coordinates=[*roots, "album.notes"]), "note")
    assert "note.line" not in names(reading(coordinates=[*roots, "album.notes"]), "line")
    assert "note.line" in names(closing(coordinates=[*roots, "album.notes"]), "line")


def test_without_words_things_are_listed_by_name() -> None:
    seen = look(closing("note", "artist.name"))
    index, sight = index_of(seen), sight_of(seen)
    assert [entry.coordinate for entry in index.listed(sight, EntryKind.TABLE)] == ["album", "artist"]
    columns = [entry.coordinate for entry in index.listed(sight, EntryKind.COLUMN)]
    assert columns == sorted(columns) and "artist.name" not in columns and "album.title" in columns
    fields = {entry.coordinate for entry in index.listed(sight, EntryKind.FIELD)}
    assert fields == {"Query.me", "Query.catalog", "Query.found", "Query.secret"}


def test_an_index_goes_with_its_schema_and_a_sight_with_its_view() -> None:
    seen = look(closing())
    assert index_of(seen) is index_of(seen) and sight_of(seen) is sight_of(seen)
    index, outline = weakref.ref(index_of(seen)), weakref.ref(sight_of(seen).outline)
    del seen
    gc.collect()
    assert index() is None and outline() is None


def test_many_words_are_no_attack() -> None:
    long = " ".join(f"word{number}" for number in range(100_000))
    assert len(query_words(long)) == 32


def test_labels_of_closed_enums_are_not_found() -> None:
    assert names(closing("album.mood"), "happy") == []


def test_names_like_the_query_win() -> None:
    model = Model(
        {
            "order": entity("order", [column("id", INT, False)], ("id",), comment="A sale."),
            "order_archive": entity("order_archive", [column("id", INT), column("order", TEXT)], comment="Old orders."),
        }
    )
    index = CatalogIndex(model, {})
    hits = index.search(index.sight(closing(model=model)), "orders", EntryKind.TABLE)
    assert [hit.entry.coordinate for hit in hits] == ["order", "order_archive"]
