"""Whether the three roles have the rights they need and no others; what `narthex doctor` says about a database."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from gateway.database.migrate import pending_migrations
from gateway.database.roles import OWN_PATH
from gateway.database.setup import missing_control_migrations
from gateway.database.urls import DatabaseUrls, without_password
from gateway.finding import Finding, error, good, warning
from narthex.errors import ProjectError
from narthex.settings import Settings

if TYPE_CHECKING:
    from gateway.database.setup import Connection

_ROLES_MEND = "Run roles.sql as an administrator ('narthex migrate --roles-sql' prints it; docs/operations.md)."
_OLDEST = 14

_POWERS = """
SELECT concat_ws(', ', CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
    CASE WHEN rolcreatedb THEN 'CREATEDB' END, CASE WHEN rolreplication THEN 'REPLICATION' END,
    CASE WHEN rolbypassrls THEN 'BYPASSRLS' END)
FROM pg_roles WHERE rolname = current_user
"""
_CLOSED = """
SELECT s, to_regnamespace(quote_ident(s)) IS NULL AS absent FROM unnest($1::text[]) s
WHERE to_regnamespace(quote_ident(s)) IS NULL OR NOT has_schema_privilege(to_regnamespace(quote_ident(s)), $2)
"""
_OPEN = """
SELECT s FROM unnest($1::text[]) s WHERE has_schema_privilege(to_regnamespace(quote_ident(s)), 'CREATE')
"""
_UNREADABLE = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT has_table_privilege(c.oid, 'SELECT')
ORDER BY 1
"""
_INTRUSIONS = """
SELECT c.relname FROM pg_class c WHERE c.relnamespace = to_regnamespace('narthex') AND CASE c.relkind
    WHEN 'S' THEN has_sequence_privilege(c.oid, 'USAGE, SELECT, UPDATE')
    WHEN 'i' THEN false
    WHEN 't' THEN false
    ELSE has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
        OR has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
END ORDER BY 1
"""
_FUNCTIONS = """
SELECT p.proname, p.oid::regprocedure::text AS signature, has_function_privilege(p.oid, 'EXECUTE') AS callable
FROM pg_proc p WHERE p.pronamespace = to_regnamespace('narthex') AND p.prorettype <> 'event_trigger'::regtype ORDER BY 1
"""
OPEN_FUNCTIONS = {"data": frozenset({"settle", "refuse"}), "migrator": frozenset({"record_migration"})}
"""All that these roles may do in the schema `narthex`."""


async def examine_rights(project: Path, settings: Settings, urls: DatabaseUrls) -> list[Finding]:
    """All checks of the database, as far as its roles can be reached."""
    findings: list[Finding] = []
    schemas = settings.database.schemas
    for role, url in (("data", urls.data), ("control", urls.control), ("migrator", urls.migrator)):
        try:
            connection: Connection = await asyncpg.connect(url, server_settings=OWN_PATH, timeout=10)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as refusal:
            said = f"{without_password(url)} cannot be used: {refusal}"
            findings.append(error(f"{role} role", said, f"Check the server and the URL. {_ROLES_MEND}"))
            continue
        try:
            if role == "data":
                findings.append(await _version(connection))
            findings += await _powers(role, connection)
            if role == "control":
                findings += await _migrations(project, connection)
            else:
                findings += await _trespasses(role, connection)
                findings += await (_data if role == "data" else _migrator)(connection, schemas)
        finally:
            await connection.close()
    return findings


async def _version(connection: Connection) -> Finding:
    said = f"Postgres {await connection.fetchval('SHOW server_version')}"
    if connection.get_server_version().major < _OLDEST:
        return error("database", said, "Use Postgres 14 or newer.")
    return good("database", said)


async def _powers(role: str, connection: Connection) -> list[Finding]:
    powers = await connection.fetchval(_POWERS)
    if powers:
        return [error(f"{role} role", f"has {powers}", "Take that away from it, or use the role that roles.sql makes.")]
    return [good(f"{role} role", "can log in, has no rights over the server")]


async def _trespasses(role: str, connection: Connection) -> list[Finding]:
    findings = []
    who = f"{role} role"
    if tables := [row["relname"] for row in await connection.fetch(_INTRUSIONS)]:
        findings.append(error(who, f"may use Narthex's own tables {', '.join(tables)}", f"Revoke that. {_ROLES_MEND}"))
    for row in await connection.fetch(_FUNCTIONS):
        meant, signature = row["proname"] in OPEN_FUNCTIONS[role], row["signature"]
        if row["callable"] and not meant:
            mend = f"REVOKE EXECUTE ON FUNCTION {signature} FROM PUBLIC, narthex_{role}, as Narthex's owner."
            findings.append(error(who, f"may call {signature}", mend))
        elif meant and not row["callable"]:
            mend = f"GRANT EXECUTE ON FUNCTION {signature} TO narthex_{role}, and USAGE on the schema, as its owner."
            findings.append(error(who, f"may not call {signature}, which it needs", mend))
    return findings


async def _data(connection: Connection, schemas: Sequence[str]) -> list[Finding]:
    findings = await _closed("data", connection, schemas, "USAGE")
    if findings:
        return findings
    if made := [row["s"] for row in await connection.fetch(_OPEN, list(schemas))]:
        mend = "REVOKE CREATE ON SCHEMA … FROM PUBLIC, as roles.sql does."
        findings.append(warning("data role", f"may create tables in {', '.join(made)}", mend))
    if unreadable := [row[0] for row in await connection.fetch(_UNREADABLE, list(schemas))]:
        listed = ", ".join(unreadable[:5]) + (" …" if len(unreadable) > 5 else "")
        said = f"may not read {listed}: these are not served"
        findings.append(
            warning("data role", said, f"Grant SELECT to the data role where they should be. {_ROLES_MEND}")
        )
    return findings


async def _migrator(connection: Connection, schemas: Sequence[str]) -> list[Finding]:
    return await _closed("migrator", connection, schemas, "CREATE")


async def _closed(role: str, connection: Connection, schemas: Sequence[str], right: str) -> list[Finding]:
    rows = await connection.fetch(_CLOSED, list(schemas), right)
    return [
        error(
            f"{role} role",
            f"there is no schema {row['s']!r}",
            f"Create it, or correct [database] schemas. {_ROLES_MEND}",
        )
        if row["absent"]
        else error(f"{role} role", f"has no {right} on schema {row['s']!r}", _ROLES_MEND)
        for row in rows
    ]


async def _migrations(project: Path, connection: Connection) -> list[Finding]:
    if not await connection.fetchval("SELECT has_schema_privilege(to_regnamespace('narthex'), 'CREATE')"):
        return [error("control role", "does not own a schema narthex", _ROLES_MEND)]
    missing = await missing_control_migrations(connection)
    if missing:
        said = f"Narthex's own {', '.join(missing)} not applied yet"
        return [warning("migrations", said, "'narthex migrate' applies them; so do 'dev' and 'serve' at start.")]
    try:
        pending = await pending_migrations(connection, project)
    except ProjectError as mistake:
        return [error("migrations", str(mistake), "Restore the file as it was applied.")]
    if pending:
        names = ", ".join(migration.name for migration in pending)
        return [warning("migrations", f"{names} not applied yet", "'narthex migrate' applies them; so does 'dev'.")]
    return [good("migrations", "all applied")]
