"""What runs as the data role or as the migrator reaches nothing of Narthex's own, and becomes nobody else.

The data role's SQL is what an injection would be; the migrator's is what a hostile migration would be.
"""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import pytest

from gateway.database.migrate import apply_migrations, pending_migrations
from gateway.database.rights import examine_rights
from gateway.database.roles import prepare_roles
from gateway.database.setup import setup_connection
from gateway.database.urls import DatabaseUrls
from narthex.errors import ProjectError
from narthex.settings import Settings
from tests.gateway.conftest import PASSWORDS, PrepareDatabase, PreparedUrls, connected, prepared_database

__all__ = ["prepared_database"]

ITEM = "CREATE TABLE item (id int PRIMARY KEY, name text); INSERT INTO item VALUES (1, 'one')"


@pytest.fixture
async def urls(prepared_database: PrepareDatabase) -> PreparedUrls:
    made = await prepared_database(ITEM)
    async with connected(made.admin) as admin:
        await admin.execute("ALTER TABLE item OWNER TO narthex_migrator")
    return made


async def state_of(urls: PreparedUrls) -> object:
    """Everything that Narthex keeps, and who may do what."""
    async with connected(urls.admin) as admin:
        tables = [
            row["name"]
            for row in await admin.fetch(
                "SELECT oid::regclass::text AS name FROM pg_class "
                "WHERE relnamespace = 'narthex'::regnamespace AND relkind IN ('r', 'S') ORDER BY 1"
            )
        ]
        rows = [sorted(map(str, await admin.fetch(f"SELECT * FROM {name}"))) for name in tables]
        objects = await admin.fetch(
            "SELECT relname, relowner, relacl::text, relkind FROM pg_class "
            "WHERE relnamespace = 'narthex'::regnamespace "
            "UNION ALL SELECT proname, proowner, proacl::text || md5(prosrc), prokind FROM pg_proc "
            "WHERE pronamespace = 'narthex'::regnamespace ORDER BY 1, 2, 3"
        )
        roles = await admin.fetch(
            "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication FROM pg_roles "
            "WHERE rolname LIKE 'narthex%' ORDER BY 1"
        )
        members = await admin.fetch("SELECT roleid, member FROM pg_auth_members ORDER BY 1, 2")
    return tables, rows, objects, roles, members


@asynccontextmanager
async def untouched(urls: PreparedUrls) -> AsyncIterator[None]:
    before = await state_of(urls)
    yield
    assert await state_of(urls) == before


DENIED = (asyncpg.InsufficientPrivilegeError, asyncpg.InvalidGrantOperationError)
OTHERWISE = (
    asyncpg.UndefinedFileError,  # an extension that is not installed
    asyncpg.FeatureNotSupportedError,
    asyncpg.InvalidParameterValueError,  # no provider of labels
    asyncpg.ObjectNotInPrerequisiteStateError,
)


async def denied(url: str, *statements: str) -> None:
    """Each is refused for want of a right."""
    async with connected(url) as connection:
        for statement in statements:
            with pytest.raises(DENIED):
                await connection.execute(statement)


async def tables_of_narthex(urls: PreparedUrls) -> list[str]:
    async with connected(urls.admin) as admin:
        rows = await admin.fetch(
            "SELECT oid::regclass::text AS name FROM pg_class "
            "WHERE relnamespace = 'narthex'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1"
        )
    return [row["name"] for row in rows]


# Reading and writing directly

EVERY_TABLE = (
    "SELECT * FROM {}",
    "SELECT count(*) FROM {}",
    "DELETE FROM {}",
    "TRUNCATE {}",
    "COPY (SELECT * FROM {}) TO STDOUT",
    "SELECT query_to_xml('SELECT * FROM {}', true, true, '')",
)
DIRECT = [
    "SELECT * FROM narthex.audit_record",
    "INSERT INTO narthex.principal (subject, kind, roles) VALUES ('mallory', 'person', '{*}')",
    "INSERT INTO narthex.revocation (kind, value, by) VALUES ('subject', 'ann', 'mallory')",
    "INSERT INTO narthex.audit_effect DEFAULT VALUES",
    "UPDATE narthex.principal SET roles = '{*}'",
    "UPDATE narthex.revocation SET lifted_at = now()",
    "UPDATE narthex.signing_key SET verifies_until = NULL",
    "UPDATE narthex.audit_effect SET rows = 0",
    "SELECT nextval('narthex.revocation_id_seq')",
    "SELECT setval('narthex.revocation_id_seq', 1)",
    "SELECT last_value FROM narthex.revocation_id_seq",
    "SELECT ts_stat('SELECT to_tsvector(private_key::text) FROM narthex.signing_key')",
    "EXPLAIN SELECT * FROM narthex.signing_key WHERE kid > ''",
    "WITH x AS (DELETE FROM narthex.revocation RETURNING 1) SELECT * FROM x",
    "SELECT * FROM item WHERE EXISTS (SELECT FROM narthex.signing_key)",
    "INSERT INTO item SELECT 2, kid FROM narthex.signing_key",
]


@pytest.mark.parametrize("role", ["data", "migrator"])
async def test_narthex_tables_are_out_of_reach(urls: PreparedUrls, role: str) -> None:
    tables = await tables_of_narthex(urls)
    assert len(tables) > 10
    async with untouched(urls):
        await denied(getattr(urls, role), *(form.format(table) for table in tables for form in EVERY_TABLE), *DIRECT)


@pytest.mark.parametrize("role", ["data", "migrator"])
async def test_statistics_tell_nothing_of_what_is_closed(urls: PreparedUrls, role: str) -> None:
    async with connected(urls.admin) as admin:
        await admin.execute("ANALYZE")
        assert await admin.fetchval("SELECT count(*) FROM pg_stats WHERE schemaname = 'narthex'")
    async with connected(getattr(urls, role)) as connection:
        assert await connection.fetchval("SELECT count(*) FROM pg_stats WHERE schemaname = 'narthex'") == 0
    await denied(getattr(urls, role), "SELECT count(*) FROM pg_statistic")


async def test_others_statements_are_not_shown(urls: PreparedUrls) -> None:
    async with connected(urls.control) as control, connected(urls.data) as data:
        await control.execute("SELECT 'a secret'")
        seen = await data.fetch("SELECT query FROM pg_stat_activity WHERE usename <> current_user")
    assert seen
    assert not [row["query"] for row in seen if "secret" in (row["query"] or "")]


# Becoming somebody else

BECOMING = [
    "SET ROLE narthex_control",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION narthex_control",
    "SET SESSION AUTHORIZATION postgres",
    "SELECT set_config('role', 'narthex_control', false)",
    "SELECT set_config('session_authorization', 'postgres', false)",
    "GRANT narthex_control TO CURRENT_USER",
    "GRANT pg_read_server_files TO CURRENT_USER",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE narthex_control PASSWORD 'x'",
    "ALTER ROLE narthex_control SET search_path = public",
    "CREATE ROLE mallory SUPERUSER",
    "DROP ROLE narthex_control",
    "REASSIGN OWNED BY narthex_control TO CURRENT_USER",
    "SET session_replication_role = replica",
    "SET local_preload_libraries = 'x'; LOAD '/tmp/x.so'",
    "ALTER SYSTEM SET log_statement = 'all'",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_shadow",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'narthex_control'",
    "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'narthex_control'",
    "SELECT pg_reload_conf()",
]
FILES = [
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_read_binary_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT pg_stat_file('PG_VERSION')",
    "SELECT pg_ls_logdir()",
    "SELECT * FROM pg_hba_file_rules",
    "SHOW data_directory",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/narthex-attack')",
    "COPY item TO '/tmp/narthex-attack'",
    "COPY item FROM '/etc/passwd'",
    "COPY item TO PROGRAM 'cat > /tmp/narthex-attack'",
    "COPY item FROM PROGRAM 'id'",
    "CREATE FUNCTION pg_temp.run() RETURNS int LANGUAGE c AS 'libc.so.6', 'system'",
    "CREATE FUNCTION pg_temp.run() RETURNS int LANGUAGE internal AS 'pg_read_file'",
    "CREATE EXTENSION file_fdw",
    "CREATE EXTENSION dblink",
    "CREATE EXTENSION postgres_fdw",
    "CREATE EXTENSION adminpack",
    "CREATE LANGUAGE plpython3u",
    "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1' PUBLICATION p",
]
CHANGING = [
    "CREATE TABLE narthex.mine ()",
    "CREATE FUNCTION narthex.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION narthex.settle(envelope text, affected bigint, answer text) RETURNS integer "
    "LANGUAGE sql AS 'SELECT 1'",
    "ALTER FUNCTION narthex.settle(text, bigint, text) SECURITY INVOKER",
    "ALTER FUNCTION narthex.settle(text, bigint, text) RESET search_path",
    "DROP FUNCTION narthex.settle(text, bigint, text)",
    "ALTER TABLE narthex.audit_effect DISABLE TRIGGER ALL",
    "ALTER TABLE narthex.revocation OWNER TO CURRENT_USER",
    "DROP TRIGGER append_only ON narthex.audit_effect",
    "DROP SCHEMA narthex CASCADE",
    "ALTER SCHEMA narthex RENAME TO mine",
    "GRANT ALL ON ALL TABLES IN SCHEMA narthex TO PUBLIC",
    "GRANT SELECT ON narthex.signing_key TO PUBLIC",
    "ALTER DEFAULT PRIVILEGES FOR ROLE narthex_control GRANT ALL ON TABLES TO PUBLIC",
    "CREATE TRIGGER t BEFORE INSERT ON narthex.audit_effect EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE r AS ON INSERT TO narthex.audit_effect DO INSTEAD NOTHING",
    "CREATE POLICY p ON narthex.revocation USING (false)",
    "CREATE INDEX ON narthex.signing_key (private_key)",
    "CREATE TEMP TABLE heir () INHERITS (narthex.signing_key)",
    "COMMENT ON TABLE narthex.signing_key IS 'mine'",
    "SECURITY LABEL ON SCHEMA narthex IS 'x'",
    "DROP EVENT TRIGGER narthex_schema_change",
    "CREATE PUBLICATION p FOR ALL TABLES",
    "SELECT pg_create_logical_replication_slot('s', 'pgoutput')",
]


@pytest.mark.parametrize("role", ["data", "migrator"])
@pytest.mark.parametrize("statements", [BECOMING, FILES, CHANGING], ids=["becoming", "files", "changing"])
async def test_rights_over_the_server_are_out_of_reach(urls: PreparedUrls, role: str, statements: list[str]) -> None:
    # Somebody of the control role is there to be ended.
    async with untouched(urls), connected(urls.control):
        for statement in statements:
            async with connected(getattr(urls, role)) as connection:
                with pytest.raises(asyncpg.PostgresError) as raised:
                    await connection.execute(statement)
                assert isinstance(raised.value, (*DENIED, *OTHERWISE)), (statement, raised.value)
    assert not Path("/tmp/narthex-attack").exists()




# What the data role may call

_WRITER = "00000000-0000-0000-0000-000000000001"
_SIGNED = f"{_WRITER}{7:019d}[1]"
_ENVELOPE = f"{'0' * 64}{_SIGNED}"
_TAKE = "plpgsql AS $$ BEGIN RAISE EXCEPTION 'taken by %', current_user; END $$"


@pytest.mark.parametrize(
    "tricks",
    [
        ("CREATE TEMP TABLE audit_effect (LIKE public.item)", "SET search_path = pg_temp"),
        ("CREATE TEMP TABLE uuid (a int)", "CREATE TEMP TABLE json (a int)", "CREATE DOMAIN pg_temp.bytea AS text"),
        (
            f"CREATE FUNCTION pg_temp.decode(text, text) RETURNS bytea LANGUAGE {_TAKE}",
            f"CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE {_TAKE}",
        ),
        (
            f"CREATE FUNCTION pg_temp.theft(json, text) RETURNS text LANGUAGE {_TAKE}",
            "CREATE OPERATOR pg_temp.->> (LEFTARG = json, RIGHTARG = text, FUNCTION = pg_temp.theft)",
        ),
        (
            f"CREATE FUNCTION pg_temp.cast(text) RETURNS json LANGUAGE {_TAKE}",
            "CREATE FUNCTION pg_temp.jsonb(text) RETURNS jsonb LANGUAGE sql AS $$ SELECT '{}'::jsonb $$",
        ),
    ],
    ids=["table", "types", "functions", "operator", "casts"],
)
async def test_settling_takes_nothing_from_its_callers_path(urls: PreparedUrls, tricks: tuple[str, ...]) -> None:
    """A security definer function has a search path of its own: nothing that the caller made stands in for anything."""
    async with connected(urls.data) as data:
        for trick in (*tricks, "SET search_path = pg_temp, pg_catalog, public"):
            await data.execute(trick)
        with pytest.raises(asyncpg.PostgresError) as raised:
            await data.fetchval("SELECT narthex.settle($1, 3, 'null')", _ENVELOPE)
        assert raised.value.sqlstate == "NX003", "no gateway has made that envelope"
        with pytest.raises(asyncpg.PostgresError) as raised:
            await data.fetchval("SELECT narthex.refuse('FORBIDDEN', 'item')")
        assert raised.value.sqlstate == "NX001"


def forged() -> dict[str, str]:
    """Envelopes of a writer that there is, with its keys unknown."""
    text = _SIGNED.encode()
    macs = {
        "nothing": b"",
        "zeros": bytes(32),
        "a hash without a key": hashlib.sha256(text).digest(),
        "an empty key": hmac.digest(b"", text, "sha256"),
        "a key of zeros": hmac.digest(bytes(64), text, "sha256"),
        "the writer as its key": hmac.digest(_WRITER.encode(), text, "sha256"),
    }
    envelopes = {name: f"{mac.hex()}{_SIGNED}" for name, mac in macs.items()}
    return envelopes | {
        "no text": "",
        "blanks": " " * 200,
        "JSON": '{"writer": "x"}',
        "another writer": f"{'0' * 64}{_WRITER[:-1]}2{7:019d}[1]",
        "a text as its number": f"{'0' * 64}{_WRITER}{'1; DROP TABLE item--':19.19}[1]",
        "no hex": f"{'zz' * 32}{_SIGNED}",
        "no record": f"{'0' * 64}{_WRITER}{7:019d}",
        "a broken record": f"{'0' * 64}{_WRITER}{7:019d}[",
        "more behind a line end": f"{'0' * 64}{_SIGNED}\n{{}}",
    }


@pytest.mark.parametrize("what", forged())
async def test_what_no_gateway_has_signed_settles_nothing(urls: PreparedUrls, what: str) -> None:
    async with connected(urls.control) as control:
        await control.execute(
            "INSERT INTO narthex.writer (writer, kind, environment, inner_key, outer_key) "
            "SELECT $1::text::uuid, 'effect', 'sandbox', key, key FROM (SELECT sha256('a') || sha256('b') AS key) k",
            _WRITER,
        )
    async with untouched(urls), connected(urls.data) as data:
        with pytest.raises(asyncpg.PostgresError):
            await data.fetchval("SELECT narthex.settle($1, 1, 'null')", forged()[what])


async def test_refusing_only_refuses(urls: PreparedUrls) -> None:
    async with untouched(urls), connected(urls.data) as data:
        for code, coordinate in (("FORBIDDEN", "item"), ("'; DROP TABLE item; --", "%s%n"), (None, None), ("", "\0x")):
            with pytest.raises(asyncpg.PostgresError):
                await data.fetchval("SELECT narthex.refuse($1, $2)", code, coordinate)
        assert await data.fetchval("SELECT count(*) FROM item") == 1


@pytest.mark.parametrize("role", ["data", "migrator"])
async def test_rights_that_one_does_not_have_cannot_be_given(urls: PreparedUrls, role: str) -> None:
    """Some of these only warn that nothing was given."""
    async with untouched(urls), connected(getattr(urls, role)) as connection:
        for statement in (
            "GRANT ALL ON SCHEMA narthex TO PUBLIC",
            "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA narthex TO PUBLIC",
            "REVOKE ALL ON SCHEMA narthex FROM narthex_control",
        ):
            with suppress(*DENIED):
                await connection.execute(statement)


# Hostile migrations

_HIJACK = """
CREATE TABLE public.loot (who name, what text);
GRANT ALL ON public.loot TO PUBLIC;
CREATE FUNCTION public.take(VARIADIC parts text[]) RETURNS text LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO public.loot VALUES (current_user, current_query());
        RETURN 'ALTER ROLE narthex_migrator CREATEROLE';
    END
$$;
"""


def hijacking() -> str:
    """Better matches for unqualified calls than Postgres's own functions, for whoever has `public` in the path."""
    made = [_HIJACK]
    overloads = {
        "format": ["text, text", "text, name, text", "text, text, text", "text, text, name"],
        "concat_ws": [", ".join(["text"] * count) for count in range(2, 8)],
        "regexp_split_to_array": ["text, varchar"],
        "current_setting": ["varchar", "name"],
        "pg_has_role": ["name, text, text"],
        "has_schema_privilege": ["regnamespace, text", "regnamespace, name"],
        "has_table_privilege": ["oid, varchar", "regclass, text"],
        "quote_ident": ["name", "varchar"],
        "to_regclass": ["varchar", "name"],
        "pg_advisory_lock": ["int", "numeric"],
        "pg_advisory_xact_lock": ["int", "numeric"],
    }
    for name, signatures in overloads.items():
        for signature in signatures:
            passed = ", ".join(f"${number}::text" for number in range(1, signature.count(",") + 2))
            truth = name.startswith(("has_", "pg_has_"))
            body = f"SELECT public.take({passed}){' IS NULL' if truth else ''}"
            result = "bool" if truth else "text"
            made.append(f"CREATE FUNCTION public.{name}({signature}) RETURNS {result} LANGUAGE sql AS $$ {body} $$;")
    for left in ("text", "name"):
        made.append(
            f"CREATE FUNCTION public.same({left}, text) RETURNS bool LANGUAGE sql AS "
            "$$ SELECT public.take($1::text, $2::text) IS NULL $$;"
            f"CREATE OPERATOR public.= (LEFTARG = {left}, RIGHTARG = text, FUNCTION = public.same);"
        )
    return "\n".join(made)


async def test_functions_of_a_migration_are_not_taken_for_postgres_own(urls: PreparedUrls, tmp_path: Path) -> None:
    """Set-up runs as an administrator, doctor and the gateway as the control role: none looks into served schemas."""
    async with connected(urls.migrator) as migrator:
        await migrator.execute(hijacking())
    async with untouched(urls):
        await prepare_roles(urls.admin, PASSWORDS, ["public"])
        together = DatabaseUrls(urls.data, urls.control, urls.migrator, urls.direct)
        findings = await examine_rights(tmp_path, Settings(), together)
        async with setup_connection(urls.direct) as control:
            await pending_migrations(control, tmp_path)
    assert findings
    async with connected(urls.admin) as admin:
        assert [tuple(row) for row in await admin.fetch("SELECT DISTINCT who, what FROM loot")] == []


MIGRATIONS = {
    "a view on the keys": "CREATE VIEW stolen AS SELECT encode(private_key, 'hex') AS key FROM narthex.signing_key",
    "a materialized view": "CREATE MATERIALIZED VIEW stolen AS SELECT * FROM narthex.signing_key",
    "a copy of a table": "CREATE TABLE stolen AS SELECT * FROM narthex.principal",
    "a function that runs at once": "DO $$ BEGIN DELETE FROM narthex.revocation; END $$",
    "a wider principal": "UPDATE narthex.principal SET roles = ARRAY['*']",
    "a foreign key": "CREATE TABLE x (kid text REFERENCES narthex.signing_key (kid))",
    "an heir": "CREATE TABLE x () INHERITS (narthex.signing_key)",
    "another settle": "CREATE OR REPLACE FUNCTION narthex.settle(envelope text, affected bigint, answer text) "
    "RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "an event trigger": "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; "
    "CREATE EVENT TRIGGER t ON ddl_command_start EXECUTE FUNCTION f()",
    "a role": "CREATE ROLE mallory LOGIN",
    "another role": "SET ROLE narthex_control; DELETE FROM narthex.revocation",
    "another session": "SET SESSION AUTHORIZATION narthex_control",
    "a settled record": "SELECT narthex.settle('{}', 1, '')",
}


@pytest.mark.parametrize("what", MIGRATIONS)
async def test_hostile_migrations_fail_as_a_whole(urls: PreparedUrls, tmp_path: Path, what: str) -> None:
    async with untouched(urls):
        if what == "a view on the keys":
            await migrate(urls, tmp_path, MIGRATIONS[what] + "; INSERT INTO item SELECT 5, key FROM stolen", fails=True)
        else:
            await migrate(urls, tmp_path, MIGRATIONS[what], fails=True)


async def migrate(urls: PreparedUrls, project: Path, sql: str, *, fails: bool = False) -> None:
    folder = project / "migrations"
    folder.mkdir(exist_ok=True)
    (folder / "001_hostile.sql").write_text(sql)
    async with setup_connection(urls.direct) as control:
        pending = await pending_migrations(control, project)
        if fails:
            with pytest.raises(ProjectError, match=r"permission denied|must be owner|Must be superuser"):
                await apply_migrations(control, urls.migrator, ["public"], pending)
        else:
            await apply_migrations(control, urls.migrator, ["public"], pending)


LEFT_BEHIND = {
    "a definer function": """
        CREATE FUNCTION steal() RETURNS bytea LANGUAGE sql SECURITY DEFINER
            AS 'SELECT private_key FROM narthex.signing_key LIMIT 1';
        """,
    "a trigger that writes": """
        CREATE FUNCTION strike() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN DELETE FROM narthex.revocation; RETURN new; END $$;
        CREATE TRIGGER strike BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION strike();
        """,
    "a trigger with the caller's rights": """
        CREATE FUNCTION strike() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN UPDATE narthex.principal SET roles = ARRAY['*']; RETURN new; END $$;
        CREATE TRIGGER strike BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION strike();
        """,
    "a rule": "CREATE RULE strike AS ON INSERT TO item DO ALSO DELETE FROM narthex.revocation",
    "a view": "CREATE VIEW stolen AS SELECT kid FROM narthex.signing_key; GRANT SELECT ON stolen TO PUBLIC",
    "a default": """
        CREATE FUNCTION key() RETURNS text LANGUAGE sql AS 'SELECT kid FROM narthex.signing_key LIMIT 1';
        ALTER TABLE item ALTER name SET DEFAULT key();
        """,
    "row security": """
        CREATE FUNCTION peek() RETURNS bool LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM narthex.signing_key)';
        ALTER TABLE item ENABLE ROW LEVEL SECURITY;
        CREATE POLICY peek ON item USING (peek()) WITH CHECK (peek());
        """,
}
SETTING_OFF = {
    "a definer function": "SELECT steal()",
    "a view": "SELECT * FROM stolen",
    "a default": "INSERT INTO item (id) VALUES (2)",
    "row security": "SELECT * FROM item",
}


@pytest.mark.parametrize("what", LEFT_BEHIND)
async def test_what_a_migration_leaves_behind_has_no_more_rights_than_its_owner(
    urls: PreparedUrls, tmp_path: Path, what: str
) -> None:
    async with connected(urls.control) as control:
        await control.execute("INSERT INTO narthex.revocation (kind, value, by) VALUES ('subject', 'ann', 'test')")
    await migrate(urls, tmp_path, LEFT_BEHIND[what])
    async with untouched(urls):
        await denied(urls.data, SETTING_OFF.get(what, "INSERT INTO item VALUES (2, 'two')"))


async def test_large_objects_and_files_of_others_stay_theirs(urls: PreparedUrls) -> None:
    async with connected(urls.control) as control:
        number = await control.fetchval("SELECT lo_from_bytea(0, 'a secret'::bytea)")
    for role in ("data", "migrator"):
        await denied(
            getattr(urls, role),
            f"SELECT lo_get({number})",
            f"SELECT lo_unlink({number})",
            f"SELECT lo_put({number}, 0, 'x')",
            "SELECT * FROM pg_largeobject",
        )


async def test_announcements_of_anybody_carry_nothing_and_only_wake(urls: PreparedUrls) -> None:
    async with untouched(urls), connected(urls.data) as data:
        for channel in ("narthex_revocation", "narthex_schema"):
            await data.execute(f"SELECT pg_notify('{channel}', repeat('x', 7000))")
