from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest

from gateway.database.connections import open_control, open_data_reads, open_data_writes
from narthex.settings import load_settings
from tests.gateway.conftest import PrepareDatabase, connected

if TYPE_CHECKING:
    from gateway.database.connections import Pool
    from gateway.database.pool import SessionPool

TABLE = "CREATE TABLE item (id int); INSERT INTO item VALUES (1)"


async def _execute(pool: SessionPool, sql: str) -> None:
    async with pool.acquire() as session:
        await session.execute(sql)


async def _value(pool: SessionPool | Pool, sql: str) -> object:
    async with pool.acquire() as session:
        return await session.fetchval(sql)


async def test_reads_cannot_write(prepared_database: PrepareDatabase, tmp_path: Path) -> None:
    urls = await prepared_database(TABLE)
    async with await open_data_reads(urls.data, load_settings(tmp_path)) as pool:
        assert await _value(pool, "SELECT count(*) FROM public.item") == 1
        for sql in ("INSERT INTO public.item VALUES (2)", "DELETE FROM public.item"):
            with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
                await _execute(pool, sql)


async def test_writes_can(prepared_database: PrepareDatabase, tmp_path: Path) -> None:
    urls = await prepared_database(TABLE)
    async with await open_data_writes(urls.data, load_settings(tmp_path)) as pool:
        await _execute(pool, "INSERT INTO public.item VALUES (2)")
        assert await _value(pool, "SELECT count(*) FROM public.item") == 2


async def test_a_cancelled_transaction_is_rolled_back(
    prepared_database: PrepareDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NARTHEX_DATABASE__POOL", "1")
    urls = await prepared_database(TABLE)

    async def change(pool: SessionPool) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("INSERT INTO public.item VALUES (2)")
            await connection.execute("SELECT pg_sleep(30)")

    async with await open_data_writes(urls.data, load_settings(tmp_path)) as pool:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(change(pool), 0.2)
        assert await asyncio.wait_for(_value(pool, "SELECT count(*) FROM public.item"), 5) == 1


async def test_sessions_are_the_same_whatever_the_defaults_are(
    prepared_database: PrepareDatabase, tmp_path: Path
) -> None:
    urls = await prepared_database(TABLE)
    expected = {
        "TimeZone": "UTC",
        "IntervalStyle": "postgres",
        "DateStyle": "ISO, MDY",
        "jit": "off",
    }
    settings = load_settings(tmp_path)
    async with connected(urls.admin) as admin:
        name = await admin.fetchval("SELECT current_database()")
        await admin.execute(f"ALTER DATABASE \"{name}\" SET timezone = 'Asia/Tokyo'")
        await admin.execute(f"ALTER DATABASE \"{name}\" SET intervalstyle = 'sql_standard'")
    async with (
        await open_data_reads(urls.data, settings) as reads,
        await open_data_writes(urls.data, settings) as writes,
        await open_control(urls.control, settings) as control,
    ):
        for pool, path in ((reads, ""), (writes, ' "public",'), (control, "")):
            names = ("search_path", *expected)
            shown = {name: await _value(pool, f"SELECT current_setting('{name}')") for name in names}
            assert shown == {**expected, "search_path": f"pg_catalog,{path} pg_temp"}


async def test_a_long_statement_is_ended(
    prepared_database: PrepareDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NARTHEX_LIMITS__STATEMENT_TIMEOUT_S", "0.2")
    urls = await prepared_database()
    async with await open_data_reads(urls.data, load_settings(tmp_path)) as pool:
        with pytest.raises(asyncpg.QueryCanceledError):
            await _execute(pool, "SELECT pg_sleep(5)")
        assert await _value(pool, "SELECT 1") == 1


async def test_a_read_sends_nothing_but_itself(
    prepared_database: PrepareDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a reset nor a setting goes with it: one execution, as the server counts."""
    monkeypatch.setenv("NARTHEX_DATABASE__POOL", "1")
    urls = await prepared_database()
    async with await open_data_reads(urls.data, load_settings(tmp_path)) as pool:
        last = "SELECT query FROM pg_stat_activity WHERE application_name = 'narthex read' AND datname = $1"
        async with connected(urls.admin) as admin:
            name = await admin.fetchval("SELECT current_database()")
            for _ in range(3):
                await _value(pool, "SELECT 42 AS mine")
                assert await admin.fetchval(last, name) == "SELECT 42 AS mine"


async def test_a_cancelled_read_leaves_a_usable_pool(
    prepared_database: PrepareDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NARTHEX_DATABASE__POOL", "1")
    urls = await prepared_database()
    async with await open_data_reads(urls.data, load_settings(tmp_path)) as pool:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(_execute(pool, "SELECT pg_sleep(30)"), 0.1)
        assert await asyncio.wait_for(_value(pool, "SELECT 1"), 5) == 1


async def test_triggers_find_the_tables_that_they_name(prepared_database: PrepareDatabase, tmp_path: Path) -> None:
    urls = await prepared_database(
        """
        CREATE TABLE noted (id int);
        CREATE TABLE item (id int);
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql
            AS 'BEGIN INSERT INTO noted VALUES (new.id); RETURN new; END';
        CREATE TRIGGER note AFTER INSERT ON item FOR EACH ROW EXECUTE FUNCTION note();
        """
    )
    async with await open_data_writes(urls.data, load_settings(tmp_path)) as pool:
        await _execute(pool, "INSERT INTO public.item VALUES (7)")
        assert await _value(pool, "SELECT id FROM public.noted") == 7
