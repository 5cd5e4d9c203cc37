"""Catalogs from a few words, for tests of naming: `table("track", "id album_id?", "album_id -> album.id")`."""

from collections.abc import Sequence

from schema.catalog import Catalog, Column, ForeignKey, Key, PgType, RelationKind, Table
from schema.model import Model, RelationshipKind
from schema.naming import name_model

INT, TEXT = PgType("pg_catalog", "int4"), PgType("pg_catalog", "text")
DATE = PgType("pg_catalog", "date")
OBJECT, ARRAY = RelationshipKind.OBJECT, RelationshipKind.ARRAY


def column(text: str) -> Column:
    """`id` is an int that is never null, `id?` may be null; `id:text`, `day:date` say their type."""
    name, _, kind = text.removesuffix("?").partition(":")
    return Column(name, {"": INT, "text": TEXT, "date": DATE}[kind], nullable=text.endswith("?"))


def foreign_key(text: str) -> ForeignKey:
    """`album_id -> album.id` or `a,b -> shop/other.c,d`; the constraint is named after the columns."""
    left, right = text.split(" -> ")
    table, _, targets = right.rpartition(".")
    schema, _, name = table.rpartition("/")
    columns = tuple(left.split(","))
    return ForeignKey("_".join((*columns, "fkey")), columns, schema or "public", name, tuple(targets.split(",")))


def table(
    name: str,
    columns: str,
    *keys: str,
    primary: str | None = "id",
    unique: Sequence[str] = (),
    kind: RelationKind = RelationKind.TABLE,
) -> Table:
    schema, _, name = name.rpartition("/")
    return Table(
        schema or "public",
        name,
        kind,
        tuple(column(text) for text in columns.split()),
        Key("pkey", tuple(primary.split(","))) if primary else None,
        tuple(Key(f"{one}_key", tuple(one.split(","))) for one in unique),
        tuple(foreign_key(key) for key in keys),
    )


def model(*tables: Table, **options: object) -> Model:
    return name_model(Catalog(tables), **options)  # type: ignore[arg-type]


def reasons(made: Model) -> dict[str, str]:
    return {rename.subject: rename.name for rename in made.renames}


ALBUM = table("album", "id title:text")
TRACK = table("track", "id album_id?", "album_id -> album.id")
