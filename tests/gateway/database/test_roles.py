import os
import subprocess
from pathlib import Path

import asyncpg
import pytest

from gateway.database.rights import OPEN_FUNCTIONS, examine_rights
from gateway.database.roles import ROLES_SQL, RolePasswords, prepare_roles
from gateway.database.setup import setup_connection
from gateway.database.urls import DatabaseUrls, as_role
from gateway.embedded.account import server_account
from gateway.embedded.binaries import postgres_binaries
from gateway.finding import State
from narthex.errors import ProjectError
from narthex.settings import Settings
from tests.gateway.conftest import PASSWORDS, PrepareDatabase, connected

ROLES = ("narthex_control", "narthex_data", "narthex_migrator")
TABLE = "CREATE TABLE item (id serial PRIMARY KEY, name text); INSERT INTO item (name) VALUES ('one')"


async def denied(url: str, sql: str) -> str:
    async with connected(url) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError) as raised:
            await connection.execute(sql)
    return str(raised.value)


async def test_no_role_has_rights_over_the_server(prepared_database: PrepareDatabase) -> None:
    urls = await prepared_database()
    async with connected(urls.admin) as admin:
        rows = await admin.fetch("SELECT * FROM pg_roles WHERE rolname = ANY($1)", list(ROLES))
        assert {row["rolname"] for row in rows} == set(ROLES)
        for row in rows:
            assert not any(
                row[right] for right in ("rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls")
            )
        members = "SELECT count(*) FROM pg_auth_members WHERE member = ANY($1::regrole[])"
        assert await admin.fetchval(members, list(ROLES)) == 0


async def test_the_data_role_reads_and_writes_rows_and_nothing_else(prepared_database: PrepareDatabase) -> None:
    urls = await prepared_database(TABLE)
    async with connected(urls.data) as data:
        assert await data.fetchval("SELECT name FROM item") == "one"
        await data.execute("INSERT INTO item (name) VALUES ('two'); UPDATE item SET name = 'x'; DELETE FROM item")
    for sql in ("CREATE TABLE public.more ()", "TRUNCATE item", "ALTER TABLE item ADD COLUMN a int"):
        await denied(urls.data, sql)


@pytest.mark.parametrize("role", ["data", "migrator"])
async def test_nobody_but_control_reaches_narthex_tables(prepared_database: PrepareDatabase, role: str) -> None:
    urls = await prepared_database()
    async with connected(urls.admin) as admin:
        tables = [
            row["name"]
            for row in await admin.fetch(
                "SELECT oid::regclass::text AS name FROM pg_class "
                "WHERE relnamespace = 'narthex'::regnamespace AND relkind IN ('r', 'p', 'v')"
            )
        ]
        rights = await admin.fetch(
            "SELECT t, p FROM unnest($1::text[]) t, "
            "unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) p "
            "WHERE has_table_privilege($2::name, t, p)",
            tables,
            f"narthex_{role}",
        )
    assert len(tables) >= 6
    assert rights == []
    url = getattr(urls, role)
    await denied(url, "SELECT * FROM narthex.signing_key")
    await denied(url, "CREATE TABLE narthex.mine ()")
    await denied(url, "SET ROLE narthex_control")


@pytest.mark.parametrize("role", ["data", "migrator"])
async def test_nothing_else_of_narthex_is_open(prepared_database: PrepareDatabase, role: str) -> None:
    """Every relation of whatever kind, every column, every type of right; and every function, by being called."""
    urls = await prepared_database()
    async with connected(urls.admin) as admin:
        relations = await admin.fetch(
            "SELECT oid::regclass::text AS name, relkind::text AS kind FROM pg_class "
            "WHERE relnamespace = 'narthex'::regnamespace AND relkind NOT IN ('i', 'I', 't', 'c')"
        )
        functions = await admin.fetch(
            "SELECT proname, array(SELECT format_type(t, NULL) FROM unnest(proargtypes) t) AS arguments FROM pg_proc "
            "WHERE pronamespace = 'narthex'::regnamespace AND prorettype NOT IN ('trigger'::regtype, "
            "'event_trigger'::regtype)"
        )
    assert {row["kind"] for row in relations} == {"r", "v", "S"}
    url = getattr(urls, role)
    async with connected(url) as connection:
        for name in (row["name"] for row in relations if row["kind"] == "S"):
            assert not await connection.fetchval("SELECT has_sequence_privilege($1, 'USAGE, SELECT, UPDATE')", name)
        for name, kind in ((row["name"], row["kind"]) for row in relations if row["kind"] != "S"):
            assert not await connection.fetchval("SELECT has_any_column_privilege($1, 'SELECT, INSERT, UPDATE')", name)
            writes = (f"DELETE FROM {name}", f"INSERT INTO {name} DEFAULT VALUES") if kind == "r" else ()
            for sql in (f"SELECT 1 FROM {name}", *writes):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(sql)
        for row in functions:
            arguments = ", ".join(f"NULL::{argument}" for argument in row["arguments"])
            call = f"SELECT narthex.{row['proname']}({arguments})"
            if row["proname"] in OPEN_FUNCTIONS[role]:
                continue
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(call)


async def test_the_doctor_sees_rights_too_many_and_too_few(prepared_database: PrepareDatabase, tmp_path: Path) -> None:
    urls = await prepared_database()
    mine = DatabaseUrls.with_passwords(urls.admin, PASSWORDS)

    async def said() -> str:
        found = await examine_rights(tmp_path, Settings(), mine)
        return " / ".join(f"{each.check} {each.said}" for each in found if each.state is State.ERROR)

    assert await said() == ""
    async with connected(urls.admin) as admin:
        await admin.execute(
            "GRANT SELECT (hash) ON narthex.audit_seal TO narthex_data;"
            "GRANT EXECUTE ON FUNCTION narthex.redact TO narthex_migrator;"
            "REVOKE EXECUTE ON FUNCTION narthex.settle FROM narthex_data"
        )
    found = await said()
    assert "data role may use Narthex's own tables audit_seal" in found
    assert "migrator role may call narthex.redact(uuid,bigint,text)" in found
    assert "data role may not call narthex.settle(text,bigint,text), which it needs" in found


async def test_control_has_no_rights_on_served_tables(prepared_database: PrepareDatabase) -> None:
    urls = await prepared_database(TABLE)
    await denied(urls.control, "SELECT * FROM public.item")


async def test_only_named_functions_are_open(prepared_database: PrepareDatabase) -> None:
    urls = await prepared_database()
    async with connected(urls.admin) as admin:
        rows = await admin.fetch(
            "SELECT r.role, p.proname FROM pg_proc p, unnest($1::text[]) AS r(role) "
            "WHERE pronamespace = 'narthex'::regnamespace AND p.prorettype <> 'event_trigger'::regtype "
            "AND has_function_privilege(r.role::name, p.oid, 'EXECUTE')",
            ["narthex_data", "narthex_migrator"],
        )
        definers = await admin.fetch(
            "SELECT proname, proconfig FROM pg_proc WHERE pronamespace = 'narthex'::regnamespace AND prosecdef"
        )
    assert {(row["role"], row["proname"]) for row in rows} == {
        ("narthex_migrator", "record_migration"),
        ("narthex_data", "refuse"),
        ("narthex_data", "settle"),
    }
    assert all(row["proconfig"] == ["search_path=pg_catalog, pg_temp"] for row in definers)


async def test_tables_that_migrations_make_are_open_to_the_data_role(prepared_database: PrepareDatabase) -> None:
    urls = await prepared_database(schemas=("public", "Odd schema"))
    async with connected(urls.migrator) as migrator:
        await migrator.execute('CREATE TABLE "Odd schema".late (id bigserial, name text)')
        await migrator.execute("CREATE TABLE public.late (id bigserial, name text)")
    async with connected(urls.data) as data:
        for table in ('"Odd schema".late', "public.late"):
            await data.execute(f"INSERT INTO {table} (name) VALUES ('a')")
            assert await data.fetchval(f"SELECT count(*) FROM {table}") == 1


async def test_tables_that_the_administrator_makes_later_are_open_too(prepared_database: PrepareDatabase) -> None:
    urls = await prepared_database()
    async with connected(urls.admin) as admin:
        await admin.execute("CREATE TABLE public.late (id serial)")
    async with connected(urls.data) as data:
        assert await data.fetchval("SELECT count(*) FROM public.late") == 0


async def test_running_again_mends_and_changes_nothing_else(prepared_database: PrepareDatabase) -> None:
    urls = await prepared_database(TABLE)
    async with connected(urls.admin) as admin:
        await admin.execute("REVOKE SELECT ON item FROM narthex_data")
        await prepare_roles(urls.admin, PASSWORDS, ["public"])
        before = await admin.fetchval("SELECT relacl::text FROM pg_class WHERE relname = 'item'")
        await prepare_roles(urls.admin, PASSWORDS, ["public"])
        assert await admin.fetchval("SELECT relacl::text FROM pg_class WHERE relname = 'item'") == before
    async with connected(urls.data) as data:
        assert await data.fetchval("SELECT count(*) FROM item") == 1


async def test_a_schema_of_narthex_or_postgres_is_not_served(database: str) -> None:
    for schema in ("narthex", "pg_catalog", "information_schema"):
        with pytest.raises(ProjectError, match=f"the schema {schema} cannot be served"):
            await prepare_roles(database, PASSWORDS, [schema])


async def test_a_role_that_can_do_more_is_refused(prepared_database: PrepareDatabase) -> None:
    urls = await prepared_database()
    async with connected(urls.admin) as admin:
        await admin.execute("ALTER ROLE narthex_data CREATEDB")
        try:
            with pytest.raises(ProjectError, match="narthex_data has rights over the whole server"):
                await prepare_roles(urls.admin, PASSWORDS, ["public"])
        finally:
            await admin.execute("ALTER ROLE narthex_data NOCREATEDB")
        await admin.execute("GRANT pg_monitor TO narthex_data")
        try:
            with pytest.raises(ProjectError, match="member of another role"):
                await prepare_roles(urls.admin, PASSWORDS, ["public"])
        finally:
            await admin.execute("REVOKE pg_monitor FROM narthex_data")


async def test_an_administrator_who_is_no_superuser_can_make_them(prepared_database: PrepareDatabase) -> None:
    """Managed servers give no superuser. The roles exist already on this server, so membership is what is tested."""
    urls = await prepared_database()
    async with connected(urls.admin) as admin:
        name = await admin.fetchval("SELECT current_database()")
        await admin.execute("CREATE ROLE manager LOGIN CREATEROLE PASSWORD 'm'")
        try:
            for role in ROLES:
                await admin.execute(f"GRANT {role} TO manager WITH ADMIN OPTION")
            await admin.execute(f'ALTER DATABASE "{name}" OWNER TO manager')
            await admin.execute("ALTER SCHEMA public OWNER TO manager")
            await admin.execute("DROP EVENT TRIGGER narthex_schema_change")
            await admin.execute("DROP FUNCTION narthex.announce_schema_change")
            await prepare_roles(as_role(urls.admin, "manager", "m"), RolePasswords("", "", ""), ["public", "extra"])
            assert await admin.fetchval("SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'extra'") == (
                "narthex_migrator"
            )
        finally:
            await admin.execute("REASSIGN OWNED BY manager TO postgres; DROP OWNED BY manager; DROP ROLE manager")


async def test_psql_runs_the_same_file(database: str) -> None:
    psql = postgres_binaries(server_account()).program("psql")
    environment = {
        **os.environ,
        "NARTHEX_CONTROL_PASSWORD": PASSWORDS.control,
        "NARTHEX_DATA_PASSWORD": PASSWORDS.data,
        "NARTHEX_MIGRATOR_PASSWORD": PASSWORDS.migrator,
    }
    command = [psql, database, "-q", "-v", "schemas=public, sales", "-f", str(ROLES_SQL)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == done.stderr == "", "nothing is said, and least of all a password"
    async with connected(database) as admin:
        assert await admin.fetchval("SELECT has_schema_privilege('narthex_data', 'sales', 'USAGE')")
        assert await admin.fetchval("SELECT has_schema_privilege('narthex_control', 'narthex', 'CREATE')")


async def test_a_change_of_the_schema_is_announced(prepared_database: PrepareDatabase) -> None:
    urls = await prepared_database()
    heard: list[str] = []
    async with setup_connection(urls.direct) as control, connected(urls.migrator) as migrator:
        await control.add_listener("narthex_schema", lambda *said: heard.append(said[2]))
        await migrator.execute("CREATE TABLE public.fresh ()")
        for _ in range(50):
            await control.execute("SELECT pg_sleep(0.01)")
            if heard:
                break
    assert heard == ["narthex_schema"]


def test_passwords_are_kept_out_of_sight(tmp_path: Path) -> None:
    made = RolePasswords.generate()
    assert made.control not in repr(made)
    assert len({made.control, made.data, made.migrator}) == 3
    path = tmp_path / "roles.json"
    assert RolePasswords.read(path) is None
    path.write_text(made.as_text())
    assert RolePasswords.read(path) == made
    path.write_text("{")
    assert RolePasswords.read(path) is None
