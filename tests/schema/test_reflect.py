"""Reflection of a real database: what is served, what is told about it, and when its fingerprint changes."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

import asyncpg
import pytest

from schema.catalog import Catalog, PgType, RelationKind, Table, TypeKind
from schema.naming import name_model
from schema.reflect import read_fingerprint, reflect
from tests.conftest import DatabaseMaker

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

DATA = Path(__file__).parent.parent / "data"
FEATURES = (DATA / "features.sql", DATA / "features_seed.sql", DATA / "features_extensions.sql")
CHINOOK = Path(__file__).parents[2] / "examples" / "music_store" / "migrations"


@pytest.fixture
async def features(database_from: DatabaseMaker) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(await database_from(*FEATURES))
    yield connection
    await connection.close()


@pytest.fixture
async def empty(database: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


def find(catalog: Catalog, name: str, schema: str = "public") -> Table:
    return next(table for table in catalog.tables if (table.schema, table.name) == (schema, name))


async def one(connection: Connection, ddl: str, name: str = "t") -> Table:
    await connection.execute(ddl)
    return find(await reflect(connection, ["public"]), name)


class TestFeatures:
    async def test_relations(self, features: Connection) -> None:
        catalog = await reflect(features, ["public", "shop"])
        names = {(table.schema, table.name): table.kind for table in catalog.tables}
        assert list(names) == sorted(names)
        assert names["public", "author"] is RelationKind.TABLE
        assert names["shop", "author"] is RelationKind.TABLE
        assert names["public", "measurement"] is RelationKind.PARTITIONED_TABLE
        assert names["public", "author_summary"] is RelationKind.VIEW
        assert names["public", "monthly_views"] is RelationKind.MATERIALIZED_VIEW
        left_out = {"measurement_2024", "measurement_2025", "measurement_2025_first", "measurement_other"}
        left_out |= {"vault", "points_inside", "owned_by_extension", "happy_author", "wrong_key", "nothing"}
        assert left_out.isdisjoint(name for _, name in names)
        assert catalog.notes == (
            "public.happy_author is left out: a view needs '@narthex key(column, …)' in its comment.",
            "public.nothing is left out: it has no columns.",
            "public.wrong_key is left out: key(idd) in its comment names no column 'idd'.",
        )

    async def test_only_the_chosen_schemas(self, features: Connection) -> None:
        catalog = await reflect(features, ["shop", "nowhere"])
        assert {table.schema for table in catalog.tables} == {"shop"}
        assert find(catalog, "item", "shop").foreign_keys == ()
        assert "There is no schema 'nowhere'." in catalog.notes

    async def test_columns(self, features: Connection) -> None:
        catalog = await reflect(features, ["public", "shop"])
        articles = find(catalog, "articles").by_name
        assert (articles["id"].identity, articles["id"].nullable) == ("d", False)
        assert find(catalog, "ticket").by_name["id"].identity == "a"
        assert articles["body_length"].generated and not articles["body_length"].has_default
        assert articles["status"].has_default and not articles["title"].has_default
        assert articles["price"].nullable and not articles["title"].nullable
        assert articles["body_length"].comment == "Characters of the body; computed by the database."
        assert [column.name for column in find(catalog, "evolved").columns] == ["id", "kept", "added"]
        assert find(catalog, "commented").by_name["empty"].comment is None
        assert find(catalog, "author").comment == (
            'People who write and edit. With "quotes", a back\\slash, and a\nsecond line.'
        )
        assert find(catalog, "author").estimated_rows > 0

    async def test_types(self, features: Connection) -> None:
        catalog = await reflect(features, ["public", "shop"])
        scalars = {column.name: column.type for column in find(catalog, "scalar_types").columns}
        arrays = {column.name: column.type for column in find(catalog, "array_types").columns}
        assert scalars["c_int4"] == PgType("pg_catalog", "int4")
        assert scalars["c_varchar_20"] == PgType("pg_catalog", "varchar")
        assert scalars["c_name"].element is None
        mood = scalars["c_enum"]
        assert mood.kind is TypeKind.ENUM
        assert mood.labels == ("sad", "ok", "happy", "it's complicated", "Über", "two words", "")
        assert mood.comment == "How an author feels. The labels are awkward on purpose."
        small = scalars["c_domain_small"]
        assert (small.kind, small.base and small.base.name) == (TypeKind.DOMAIN, "positive_int")
        assert small.storage == PgType("pg_catalog", "int4")
        assert scalars["c_domain_enum"].storage is mood
        assert scalars["c_domain_array"].storage.element == PgType("pg_catalog", "text")
        assert scalars["c_domain_text"].comment == "An e-mail address."
        assert arrays["c_enum"].element is mood
        assert (arrays["c_enum"].name, arrays["c_enum"].sql) == ("_mood", '"public"."mood"[]')
        assert arrays["c_matrix"].element == PgType("pg_catalog", "int4")
        assert arrays["c_domain"].element is scalars["c_domain_text"]
        assert arrays["c_composite"].element and arrays["c_composite"].element.kind is TypeKind.COMPOSITE
        assert find(catalog, "city").by_name["location"].type == PgType("pg_catalog", "point")
        assert find(catalog, "citation").by_name["page"].type.kind is TypeKind.RANGE
        assert find(catalog, "item", "shop").by_name["size"].type.sql == '"shop"."size"'

    async def test_keys(self, features: Connection) -> None:
        catalog = await reflect(features, ["public", "shop"])
        link = find(catalog, "article_tag")
        assert link.primary_key and link.primary_key.columns == ("article_id", "tag")
        articles = find(catalog, "articles")
        unique = {key.name: key.columns for key in articles.unique_keys}
        assert unique == {"articles_author_title_key": ("author_id", "title"), "articles_slug_key": ("slug",)}
        assert find(catalog, "gate").unique_keys == ()  # an index is no constraint
        assert find(catalog, "booking").unique_keys == ()  # nor is an exclusion a unique one
        (key,) = find(catalog, "region_seat").foreign_keys[:1]
        assert (key.target_schema, key.target_table) == ("public", "region")
        assert dict(zip(key.columns, key.target_columns, strict=True)) == {
            "region_code": "code",
            "country_code": "country_code",
        }
        # One for a foreign key to a partitioned table, though Postgres has one for each partition as well.
        assert len(find(catalog, "alarm").foreign_keys) == 1
        assert find(catalog, "points_outside").foreign_keys == ()
        assert not find(catalog, "staff").foreign_keys[0].enforced  # deferred: seen unchecked within a transaction
        assert find(catalog, "order_line", "shop").foreign_keys[0].enforced
        assert find(catalog, "vehicle").inherited and not find(catalog, "car").inherited
        assert not find(catalog, "measurement").inherited

    async def test_keys_of_views(self, features: Connection) -> None:
        catalog = await reflect(features, ["public"])
        use = find(catalog, "tag_use")
        assert use.primary_key and use.primary_key.columns == ("tag", "status")
        assert use.comment == "How often a tag is used, per status."
        assert use.foreign_keys == ()

    async def test_names_on_top(self, features: Connection) -> None:
        model = name_model(await reflect(features, ["public", "shop"]))
        entities = model.entities
        assert {"public_me", "public_catalog", "public_date", "public_author_aggregate", "_hidden"} <= set(entities)
        assert {"shop_author", "public_shop_item", "shop__item"} <= set(entities)
        assert set(entities["author"].relationships) == {
            *("articles_by_author_id", "articles_by_editor_id", "author", "authors", "citations", "comments", "items"),
            *("mentor", "profile", "shop_items"),
        }
        assert set(entities["link"].relationships) == {"node_by_source", "node_by_target"}
        assert set(entities["crate"].relationships) == {"parcels_by_crate_id"}
        assert set(entities["flight"].relationships) >= {"seats", "gates"}
        assert entities["staff"].relationships["department"].nullable


async def test_chinook(database_from: DatabaseMaker) -> None:
    connection = await asyncpg.connect(await database_from(*sorted(CHINOOK.glob("*.sql"))))
    model = name_model(await reflect(connection, ["public"]))
    await connection.close()
    assert model.renames == ()
    relationships = {name: set(entity.relationships) for name, entity in model.entities.items()}
    assert relationships == {
        "album": {"artist", "tracks"},
        "artist": {"albums"},
        "customer": {"invoices", "support_rep"},
        "employee": {"customers", "employee", "employees"},
        "genre": {"tracks"},
        "invoice": {"customer", "invoice_lines"},
        "invoice_line": {"invoice", "track"},
        "media_type": {"tracks"},
        "playlist": {"playlist_tracks"},
        "playlist_track": {"playlist", "track"},
        "track": {"album", "genre", "invoice_lines", "media_type", "playlist_tracks"},
    }
    assert not model.entities["album"].relationships["artist"].nullable
    assert model.entities["employee"].relationships["employee"].nullable


class TestDetails:
    @pytest.mark.parametrize(
        ("directive", "key"),
        [
            ("@narthex key(id)", ("id",)),
            ("@narthex  key ( id ,\n b )", ("id", "b")),
            ('@narthex key("A ""b"" (c), d", id)', ('A "b" (c), d', "id")),
        ],
    )
    async def test_key_directive(self, empty: Connection, directive: str, key: tuple[str, ...]) -> None:
        await empty.execute('CREATE VIEW v AS SELECT 1 AS id, 2 AS b, 3 AS "A ""b"" (c), d"')
        await empty.execute(f"COMMENT ON VIEW v IS $c$Before. {directive}\nAfter.$c$")
        view = find(await reflect(empty, ["public"]), "v")
        assert view.primary_key and view.primary_key.columns == key
        assert view.comment == "Before. \nAfter."

    @pytest.mark.parametrize("directive", ["key()", "key(id, id)", "key(id,,b)", "key(x)", "key(id"])
    async def test_mistaken_key_directive(self, empty: Connection, directive: str) -> None:
        await empty.execute("CREATE VIEW v AS SELECT 1 AS id, 2 AS b")
        await empty.execute(f"COMMENT ON VIEW v IS '@narthex {directive}'")
        catalog = await reflect(empty, ["public"])
        assert catalog.tables == ()
        assert len(catalog.notes) == 1 and catalog.notes[0].startswith("public.v is left out: ")

    async def test_a_table_needs_no_key_by_comment(self, empty: Connection) -> None:
        made = await one(empty, "CREATE TABLE t (a int); COMMENT ON TABLE t IS 'x @narthex key(a)'")
        assert made.primary_key is None

    async def test_foreign_table(self, empty: Connection) -> None:
        await empty.execute("CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw")
        await empty.execute("CREATE FOREIGN TABLE t (a int NOT NULL, b text) SERVER s")
        made = await one(empty, "COMMENT ON FOREIGN TABLE t IS '@narthex key(a)'")
        assert made.kind is RelationKind.FOREIGN_TABLE
        assert made.primary_key and made.primary_key.columns == ("a",)

    async def test_a_key_that_is_not_valid_yet(self, empty: Connection) -> None:
        await empty.execute("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE t (a_id int NOT NULL)")
        made = await one(empty, "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a_id) REFERENCES a NOT VALID")
        assert not made.foreign_keys[0].enforced
        made = await one(empty, "ALTER TABLE t VALIDATE CONSTRAINT k; COMMENT ON CONSTRAINT k ON t IS 'Its a.'")
        assert made.foreign_keys[0].enforced and made.foreign_keys[0].comment == "Its a."
        made = await one(empty, "ALTER TABLE t ALTER CONSTRAINT k NOT ENFORCED")
        assert not made.foreign_keys[0].enforced

    async def test_not_null_that_rows_do_not_keep(self, empty: Connection) -> None:
        await empty.execute("CREATE DOMAIN d AS int NOT NULL DEFAULT 3")
        await empty.execute("CREATE TABLE t (a int, b d, c int NOT NULL); INSERT INTO t VALUES (NULL, 1, 1)")
        made = await one(empty, "ALTER TABLE t ADD CONSTRAINT a_there NOT NULL a NOT VALID")
        assert [column.nullable for column in made.columns] == [True, True, False]
        assert [column.has_default for column in made.columns] == [False, True, False]

    async def test_virtual_generated_column(self, empty: Connection) -> None:
        made = await one(empty, "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) VIRTUAL)")
        assert made.by_name["b"].generated and not made.by_name["b"].has_default

    async def test_a_key_over_time_is_no_relationship(self, empty: Connection) -> None:
        await empty.execute("CREATE EXTENSION btree_gist")
        await empty.execute("CREATE TABLE a (id int, at tstzrange, PRIMARY KEY (id, at WITHOUT OVERLAPS))")
        ddl = "CREATE TABLE t (a int, at tstzrange, FOREIGN KEY (a, PERIOD at) REFERENCES a (id, PERIOD at))"
        assert (await one(empty, ddl)).foreign_keys == ()

    async def test_temporary_tables_of_others_are_not_seen(self, empty: Connection) -> None:
        await empty.execute("CREATE TEMPORARY TABLE t (id int)")
        assert (await reflect(empty, ["public"])).tables == ()

    async def test_search_path_does_not_matter(self, empty: Connection) -> None:
        await empty.execute(
            "CREATE TABLE t (id int PRIMARY KEY); CREATE SCHEMA evil; CREATE TABLE evil.pg_class (x int)"
        )
        await empty.execute("SET search_path TO evil, public, pg_catalog")
        catalog = await reflect(empty, ["public"])
        assert [table.name for table in catalog.tables] == ["t"]
        assert await read_fingerprint(empty, ["public"])


class TestRights:
    """What the role that reads may not read is not served, and told."""

    @pytest.fixture
    async def reader(self, database: str, empty: Connection) -> AsyncIterator[Connection]:
        name = "reader_" + urlsplit(database).path.rpartition("_")[2]
        await empty.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'x'")
        await empty.execute(
            "CREATE TABLE open (id int PRIMARY KEY, b int UNIQUE); CREATE TABLE closed (id int PRIMARY KEY);"
            "CREATE TABLE partly (id int PRIMARY KEY, open_id int REFERENCES open (id), secret int UNIQUE);"
            "CREATE TABLE points (id int PRIMARY KEY REFERENCES closed (id), s int REFERENCES partly (secret));"
            "CREATE SCHEMA shut; CREATE TABLE shut.t (id int);"
            f"GRANT SELECT ON open, points, shut.t TO {name}; GRANT SELECT (id, open_id) ON partly TO {name}"
        )
        parts = urlsplit(database)
        connection = await asyncpg.connect(parts._replace(netloc=f"{name}:x@{parts.hostname}:{parts.port}").geturl())
        yield connection
        await connection.close()
        await empty.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")

    async def test_only_what_the_role_may_read(self, reader: Connection) -> None:
        catalog = await reflect(reader, ["public", "shut"])
        assert [table.name for table in catalog.tables] == ["open", "partly", "points"]
        partly = find(catalog, "partly")
        assert [column.name for column in partly.columns] == ["id", "open_id"]
        assert partly.unique_keys == () and [key.columns for key in partly.foreign_keys] == [("open_id",)]
        assert find(catalog, "points").foreign_keys == ()
        assert catalog.notes == (
            "public.closed is left out: the role may not read it.",
            "public.partly.secret is left out: the role may not read it.",
            "shut.t is left out: the role may not read it.",
        )

    async def test_grants_change_the_fingerprint(self, reader: Connection, empty: Connection) -> None:
        role = await reader.fetchval("SELECT current_user")
        before = await read_fingerprint(reader, ["public", "shut"])
        for grant in (
            f"GRANT SELECT ON closed TO {role}",
            f"GRANT SELECT (secret) ON partly TO {role}",
            f"GRANT USAGE ON SCHEMA shut TO {role}",
            f"REVOKE SELECT ON closed FROM {role}",
            f"GRANT pg_read_all_data TO {role}",
        ):
            await empty.execute(grant)
            after = await read_fingerprint(reader, ["public", "shut"])
            assert after != before, grant
            before = after

    async def test_row_security_of_the_role(self, reader: Connection, empty: Connection) -> None:
        await empty.execute("ALTER TABLE open ENABLE ROW LEVEL SECURITY")
        assert find(await reflect(reader, ["public"]), "open").row_security
        # A superuser sees all rows.
        assert not find(await reflect(empty, ["public"]), "open").row_security


async def test_triggers_that_run_after_rows_are_written(empty: Connection) -> None:
    await empty.execute("""
        CREATE FUNCTION tri() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TABLE plain (id int PRIMARY KEY);
        CREATE TABLE key (id int REFERENCES plain (id));
        CREATE TABLE before (id int); CREATE TRIGGER g BEFORE UPDATE ON before FOR EACH ROW EXECUTE FUNCTION tri();
        CREATE TABLE gone (id int); CREATE TRIGGER g AFTER DELETE ON gone FOR EACH ROW EXECUTE FUNCTION tri();
        CREATE TABLE off (id int); CREATE TRIGGER g AFTER INSERT ON off FOR EACH ROW EXECUTE FUNCTION tri();
        ALTER TABLE off DISABLE TRIGGER g;
        CREATE TABLE inserted (id int); CREATE TRIGGER g AFTER INSERT ON inserted FOR EACH ROW EXECUTE FUNCTION tri();
        CREATE TABLE stated (id int); CREATE TRIGGER g AFTER UPDATE OR DELETE ON stated EXECUTE FUNCTION tri();
        CREATE TABLE parted (id int) PARTITION BY LIST (id); CREATE TABLE part PARTITION OF parted FOR VALUES IN (1);
        CREATE TRIGGER g AFTER INSERT ON part FOR EACH ROW EXECUTE FUNCTION tri();
    """)
    catalog = await reflect(empty, ["public"])
    assert {table.name for table in catalog.tables if table.after_triggers} == {"inserted", "stated", "parted"}


CHANGES = [
    "CREATE TABLE new (id int)",
    "DROP TABLE t",
    "ALTER TABLE t RENAME TO other",
    "ALTER TABLE t SET SCHEMA elsewhere",
    "ALTER TABLE t ADD COLUMN c int",
    "ALTER TABLE t DROP COLUMN b",
    "ALTER TABLE t RENAME COLUMN b TO c",
    "ALTER TABLE t ALTER COLUMN b TYPE varchar",
    "ALTER TABLE t ALTER COLUMN b SET NOT NULL",
    "ALTER TABLE t ALTER COLUMN b SET DEFAULT 'x'",
    "ALTER TABLE t ALTER COLUMN n ADD GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE t ADD UNIQUE (b)",
    "ALTER TABLE t DROP CONSTRAINT t_pkey CASCADE",
    "ALTER TABLE u ADD FOREIGN KEY (m) REFERENCES t (id)",
    "ALTER TABLE u DROP CONSTRAINT u_t_id_fkey",
    "ALTER TABLE u ALTER CONSTRAINT u_t_id_fkey DEFERRABLE INITIALLY DEFERRED",
    "ALTER TABLE u RENAME CONSTRAINT u_t_id_fkey TO k",
    "COMMENT ON TABLE t IS 'new'",
    "COMMENT ON TABLE t IS NULL",
    "COMMENT ON COLUMN t.b IS 'new'",
    "COMMENT ON CONSTRAINT u_t_id_fkey ON u IS 'new'",
    "COMMENT ON VIEW v IS 'new @narthex key(b)'",
    "COMMENT ON TYPE mood IS 'new'",
    "ALTER TYPE mood ADD VALUE 'fine' BEFORE 'sad'",
    "ALTER TYPE mood RENAME VALUE 'sad' TO 'down'",
    "ALTER TYPE mood RENAME TO feeling",
    "ALTER DOMAIN word SET DEFAULT 'x'",
    "CREATE TABLE child () INHERITS (t)",
    "CREATE TABLE part PARTITION OF p FOR VALUES IN (1); ALTER TABLE p DETACH PARTITION part",
    "CREATE OR REPLACE VIEW v AS SELECT id, b, n FROM t",
    "ALTER EXTENSION citext ADD TABLE t",
    "CREATE TRIGGER g AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION tri()",
    "ALTER TABLE u DISABLE TRIGGER g",
]


class TestFingerprint:
    @pytest.fixture
    async def changing(self, empty: Connection) -> Connection:
        await empty.execute(
            "CREATE EXTENSION citext; CREATE SCHEMA elsewhere; CREATE TYPE mood AS ENUM ('sad', 'ok');"
            "CREATE DOMAIN word AS text;"
            "CREATE TABLE t (id int PRIMARY KEY, b text, n int NOT NULL DEFAULT 1, mood mood, w word);"
            "ALTER TABLE t ALTER COLUMN n DROP DEFAULT; COMMENT ON TABLE t IS 'old';"
            "CREATE TABLE u (t_id int REFERENCES t (id), m int); CREATE TABLE p (id int) PARTITION BY LIST (id);"
            "CREATE VIEW v AS SELECT id, b FROM t; COMMENT ON VIEW v IS '@narthex key(id)';"
            "CREATE FUNCTION tri() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
            "CREATE TRIGGER g AFTER INSERT ON u EXECUTE FUNCTION tri()"
        )
        return empty

    @pytest.mark.parametrize("ddl", CHANGES)
    async def test_changes_with_whatever_changes_the_catalog(self, changing: Connection, ddl: str) -> None:
        if "t DROP COLUMN b" in ddl or "COLUMN b TYPE" in ddl or ddl == "DROP TABLE t":
            await changing.execute("DROP VIEW v; ALTER TABLE u DROP CONSTRAINT u_t_id_fkey")
        catalog, polled = await reflect(changing, ["public"]), await read_fingerprint(changing, ["public"])
        assert await read_fingerprint(changing, ["public"]) == polled
        await changing.execute(ddl)
        assert await read_fingerprint(changing, ["public"]) != polled
        assert (await reflect(changing, ["public"])).fingerprint != catalog.fingerprint

    async def test_does_not_change_with_rows_and_care(self, changing: Connection) -> None:
        catalog, polled = await reflect(changing, ["public"]), await read_fingerprint(changing, ["public"])
        await changing.execute("INSERT INTO t SELECT i, 'x', 1 FROM generate_series(1, 1000) i")
        for command in (
            "ANALYZE",
            "VACUUM (FREEZE, ANALYZE)",
            "VACUUM FULL t",
            "CREATE INDEX ON t (b)",
            "TRUNCATE u",
            "CREATE TABLE elsewhere.t (id int)",
            "CREATE TEMPORARY TABLE mine (id int)",
            "VACUUM FULL pg_catalog.pg_attribute",
        ):
            await changing.execute(command)
            assert await read_fingerprint(changing, ["public"]) == polled, command
        again = await reflect(changing, ["public"])
        assert again.fingerprint == catalog.fingerprint
        assert find(again, "t").estimated_rows == 1000

    async def test_is_the_same_for_the_same_definition(self, database_from: DatabaseMaker) -> None:
        fingerprints = set()
        for _ in range(2):
            connection = await asyncpg.connect(await database_from(*FEATURES))
            fingerprints.add((await reflect(connection, ["shop", "public"])).fingerprint)
            await connection.close()
        assert len(fingerprints) == 1


async def test_reads_one_snapshot(database: str, empty: Connection) -> None:
    """While tables are swapped, each catalog has all of them or none, and never half of one."""
    await empty.execute("CREATE TABLE a (id int PRIMARY KEY)")
    other = await asyncpg.connect(database)
    seen = set()
    for turn in range(30):
        a, b = ("a", "b") if turn % 2 == 0 else ("b", "a")
        async with other.transaction():
            await other.execute(f"ALTER TABLE {a} RENAME TO {b}; ALTER TABLE {b} ADD COLUMN c{turn} int")
            catalog = await reflect(empty, ["public"])
        assert [table.name for table in catalog.tables] == [a]
        assert len(catalog.tables[0].columns) == turn + 1
        seen.add(catalog.fingerprint)
    await other.close()
    assert len(seen) == 30


async def test_a_thousand_tables_in_a_chain(empty: Connection) -> None:
    await empty.execute(
        """DO $$ BEGIN FOR i IN 0..999 LOOP EXECUTE format(
            'CREATE TABLE t%s (id int PRIMARY KEY, p_id int, a text, b text, c text, d text, e text, f text, g text,
             h text)', i);
          IF i > 0 THEN EXECUTE format('ALTER TABLE t%s ADD FOREIGN KEY (p_id) REFERENCES t%s', i, i - 1);
        END IF; END LOOP; END $$"""
    )
    await empty.execute("ANALYZE pg_catalog.pg_class, pg_catalog.pg_attribute")
    start = time.perf_counter()
    catalog = await reflect(empty, ["public"])
    reflected = time.perf_counter()
    await read_fingerprint(empty, ["public"])
    polled = time.perf_counter()
    model = name_model(catalog)
    named = time.perf_counter()
    assert len(model.entities) == 1000
    assert set(model.entities["t500"].relationships) == {"p", "t501s"}
    # Many times what it takes on an idle machine, where it is 0.09, 0.01 and 0.1.
    assert reflected - start < 5.0
    assert polled - reflected < 1.0
    assert named - polled < 5.0
