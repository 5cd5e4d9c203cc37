"""Paths between tables: the shortest, from the better side, through nothing closed."""

import pytest

from schema.catalog import Catalog, ForeignKey, Key, RelationKind, Table
from schema.joins import joins
from schema.naming import name_model
from schema.outline import Outline
from tests.schema.samples import INT, closing, column


def table(name: str, *targets: str) -> Table:
    columns = [column("id", INT, False), *(column(f"{target}_id", INT) for target in targets)]
    keys = [ForeignKey(f"{name}_{target}", (f"{target}_id",), "public", target, ("id",)) for target in targets]
    return Table("public", name, RelationKind.TABLE, tuple(columns), Key("pk", ("id",)), (), tuple(keys))


MODEL = name_model(
    Catalog(
        (
            table("artist"),
            table("album", "artist"),
            table("track", "album", "genre"),
            table("genre"),
            table("line", "track", "invoice"),
            table("invoice", "customer"),
            table("customer"),
            table("island"),
        )
    )
)


def found(*tables: str, closed: tuple[str, ...] = (), coordinates: tuple[str, ...] = ()) -> list[str]:
    return joins(Outline(MODEL, closing(*closed, coordinates=coordinates, model=MODEL)), tables)


@pytest.mark.parametrize(
    ("tables", "paths"),
    [
        (("album", "artist"), ["album.artist → artist"]),
        (("artist", "track"), ["track.album.artist → artist"]),
        (("genre", "album"), ["album.tracks[].genre → genre"]),
        (("customer", "track"), ["track.lines[].invoice.customer → customer"]),
        (("artist", "artist"), []),
        (("artist",), []),
        ((), []),
        (("island", "artist"), []),
        (("artist", "customer"), []),
        (("nowhere", "artist"), []),
    ],
)
def test_two_tables(tables: tuple[str, ...], paths: list[str]) -> None:
    assert found(*tables) == paths


def test_a_path_through_another_hit_is_left_out() -> None:
    assert found("track", "album", "artist") == ["album.artist → artist", "track.album → album"]


def test_short_paths_come_first() -> None:
    assert found("genre", "album", "artist") == ["album.artist → artist", "album.tracks[].genre → genre"]


def test_closed_tables_and_ways_are_not_walked() -> None:
    assert found("artist", "track", closed=("album",)) == []
    assert found("artist", "album", coordinates=("album.artist",)) == ["artist.albums[] → album"]
    assert found("artist", "album", coordinates=("album.artist", "artist.albums")) == []
    assert found("artist", "album", closed=("artist",)) == []
