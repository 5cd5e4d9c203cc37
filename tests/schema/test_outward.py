"""Tables of which a rollback may not undo everything: by what the database could do and what hangs on the table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg

from schema.reflect import read_fingerprint, reflect

_TABLES = """
CREATE TABLE plain (id int PRIMARY KEY);
CREATE TABLE owner (id int PRIMARY KEY);
CREATE TABLE owned (id int PRIMARY KEY, owner_id int REFERENCES owner ON DELETE CASCADE);
CREATE TABLE loose (id int PRIMARY KEY, plain_id int REFERENCES plain);
CREATE FUNCTION numbered() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1';
CREATE TABLE defaulted (id int PRIMARY KEY DEFAULT numbered());
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER noted BEFORE INSERT ON owned FOR EACH ROW EXECUTE FUNCTION noted();
CREATE TRIGGER noted BEFORE INSERT ON loose FOR EACH ROW EXECUTE FUNCTION noted();
"""


async def _outward(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    try:
        catalog = await reflect(connection, ("public",))
    finally:
        await connection.close()
    return {table.name for table in catalog.tables if table.outward}


async def test_where_nothing_leads_out_no_trigger_does(database_from: Callable[..., Awaitable[str]]) -> None:
    assert await _outward(await database_from(_TABLES)) == set()


async def test_where_something_leads_out_every_function_on_a_table_may(
    database_from: Callable[..., Awaitable[str]],
) -> None:
    url = await database_from(_TABLES, "CREATE EXTENSION postgres_fdw")
    assert await _outward(url) == {"owned", "owner", "loose", "defaulted"}


async def test_what_leads_out_later_is_noticed(database_from: Callable[..., Awaitable[str]]) -> None:
    connection = await asyncpg.connect(await database_from(_TABLES))
    try:
        before = await read_fingerprint(connection, ("public",))
        await connection.execute("CREATE EXTENSION postgres_fdw")
        assert await read_fingerprint(connection, ("public",)) != before
    finally:
        await connection.close()
