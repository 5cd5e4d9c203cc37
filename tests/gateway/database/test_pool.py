"""The pool of sessions against a real server: who gets which one, and in what state."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import asyncpg
import pytest

from gateway.database.pool import SessionPool
from tests.gateway.conftest import PrepareDatabase

if TYPE_CHECKING:
    from gateway.database.pool import Session

TABLE = "CREATE TABLE item (id int)"

OpenPool = Callable[..., SessionPool]


@pytest.fixture
async def open_pool(prepared_database: PrepareDatabase) -> AsyncIterator[OpenPool]:
    """Makes pools on one database, and ends them."""
    urls = await prepared_database(TABLE)
    pools: list[SessionPool] = []

    def make(most: int = 1, least: int = 0, uses: int = 1_000_000) -> SessionPool:
        pools.append(SessionPool(partial(asyncpg.connect, urls.data), least, most, uses))
        return pools[-1]

    yield make
    for pool in pools:
        pool.terminate()


@asynccontextmanager
async def all_taken(pool: SessionPool, count: int) -> AsyncIterator[list[Session]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(pool.acquire()) for _ in range(count)]


async def pid(pool: SessionPool) -> int:
    async with pool.acquire() as session:
        return session.get_server_pid()


async def items(pool: SessionPool) -> int:
    async with pool.acquire() as session:
        count: int = await session.fetchval("SELECT count(*) FROM item")
        return count


async def test_sessions_are_opened_when_needed_and_used_again(open_pool: OpenPool) -> None:
    pool = open_pool(most=3)
    assert pool.get_size() == 0
    assert len({await pid(pool) for _ in range(5)}) == 1
    async with all_taken(pool, 3):
        assert (pool.get_size(), pool.get_idle_size()) == (3, 0)
    assert (pool.get_size(), pool.get_idle_size()) == (3, 3)


async def test_the_last_used_is_given_first(open_pool: OpenPool) -> None:
    pool = open_pool(most=3)
    async with all_taken(pool, 3) as sessions:
        last = sessions[0].get_server_pid()  # blocks are left in reverse
    assert await pid(pool) == last


async def test_who_waits_is_served_in_order(open_pool: OpenPool) -> None:
    pool, served = open_pool(most=1), list[int]()

    async def use(number: int) -> None:
        async with pool.acquire():
            served.append(number)
            await asyncio.sleep(0)

    async with pool.acquire():
        waiting = [asyncio.create_task(use(number)) for number in range(6)]
        await asyncio.sleep(0)
        waiting[1].cancel()
        waiting[4].cancel()
        await asyncio.sleep(0)
    await asyncio.gather(*waiting, return_exceptions=True)
    assert served == [0, 2, 3, 5]
    assert (pool.get_size(), pool.get_idle_size()) == (1, 1)


async def test_a_session_passed_to_somebody_who_is_cancelled_is_passed_on(open_pool: OpenPool) -> None:
    pool = open_pool(most=1)
    async with pool.acquire():
        first, second = asyncio.create_task(pid(pool)), asyncio.create_task(pid(pool))
        await asyncio.sleep(0)
    first.cancel()  # it has the session, and has not run since
    assert await asyncio.wait_for(second, 5)
    assert pool.get_idle_size() == 1


@pytest.mark.parametrize("statement", ["SELECT 1/0", "SELECT nothing", "INSERT INTO item VALUES (2147483648)"])
async def test_a_refused_statement_costs_no_session(open_pool: OpenPool, statement: str) -> None:
    pool = open_pool()
    before = await pid(pool)
    with pytest.raises(asyncpg.PostgresError):
        async with pool.acquire() as session:
            await session.execute(statement)
    assert pool.get_idle_size() == 1
    assert await pid(pool) == before


async def test_a_cancelled_statement_ends_and_its_session_is_used_again(open_pool: OpenPool) -> None:
    pool = open_pool()
    before = await pid(pool)

    async def slow() -> None:
        async with pool.acquire() as session:
            await session.execute("SELECT pg_sleep(60)")

    for _ in range(3):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(slow(), 0.1)
        assert pool.get_idle_size() == 0  # nobody meets what is left of it
        assert await asyncio.wait_for(pid(pool), 5) == before


@pytest.mark.parametrize("end", ["cancel", "fault", "swallow"])
async def test_no_session_is_given_out_inside_a_transaction(open_pool: OpenPool, end: str) -> None:
    pool = open_pool()

    async def leave_open() -> None:
        async with pool.acquire() as session:
            await session.execute("BEGIN")
            await session.execute("INSERT INTO item VALUES (1)")
            if end == "cancel":
                await session.execute("SELECT pg_sleep(60)")
            elif end == "fault":
                raise RuntimeError

    if end == "swallow":
        await leave_open()
    else:
        with pytest.raises((TimeoutError, RuntimeError)):
            await asyncio.wait_for(leave_open(), 0.1)
    async with pool.acquire() as session:
        assert not session.is_in_transaction()
        assert await session.fetchval("SELECT count(*) FROM item") == 0


async def test_a_transaction_cancelled_anywhere_leaves_nothing_behind(open_pool: OpenPool) -> None:
    pool = open_pool(most=2)

    async def change() -> None:
        async with pool.acquire() as session, session.transaction():
            await session.execute("SET LOCAL lock_timeout = 77")
            await session.execute("INSERT INTO item VALUES (1)")
            await session.execute("SELECT pg_sleep(60)")

    for moment in range(60):
        task = asyncio.create_task(change())
        await asyncio.sleep(moment / 10_000)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(5), pool.acquire() as session:
            assert not session.is_in_transaction()
            assert await session.fetchval("SELECT current_setting('lock_timeout')") == "0"
    assert await items(pool) == 0


async def test_what_changed_the_session_and_was_cut_short_is_reset(open_pool: OpenPool) -> None:
    pool = open_pool()
    with pytest.raises(RuntimeError):
        async with pool.acquire() as session:
            await session.execute("SET statement_timeout = 77")
            raise RuntimeError
    async with pool.acquire() as session:
        assert await session.fetchval("SELECT current_setting('statement_timeout')") == "0"


async def test_a_severed_session_is_replaced(open_pool: OpenPool) -> None:
    pool = open_pool()
    before = await pid(pool)
    async with pool.acquire() as session:
        session.terminate()
    assert pool.get_size() == 0
    assert await pid(pool) != before
    async with pool.acquire() as session:
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
            await session.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert await asyncio.wait_for(pid(pool), 5)


async def test_a_session_is_replaced_after_so_many_uses(open_pool: OpenPool) -> None:
    pool = open_pool(uses=3)
    pids = [await pid(pool) for _ in range(9)]
    assert [len(set(pids[start : start + 3])) for start in (0, 3, 6)] == [1, 1, 1]
    assert len(set(pids)) == 3


async def test_a_server_that_cannot_be_reached_takes_no_place(open_pool: OpenPool) -> None:
    pool = open_pool(most=2)
    connect, tries = pool._connect, 0

    async def refused() -> Session:
        nonlocal tries
        tries += 1
        await asyncio.sleep(0.01)
        raise ConnectionRefusedError

    pool._connect = refused
    answers = await asyncio.gather(*(pid(pool) for _ in range(7)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [ConnectionRefusedError] * 7
    assert tries == 7
    pool._connect = connect
    async with all_taken(pool, 2):
        assert pool.get_size() == 2


async def test_sessions_that_nobody_needs_are_closed(open_pool: OpenPool) -> None:
    pool = open_pool(most=4, least=1)
    async with all_taken(pool, 4):
        pass
    pool._sweep()
    assert pool.get_size() == 4  # they were needed since the last time
    async with all_taken(pool, 2):
        pass
    pool._sweep()
    assert pool.get_size() == 2
    pool._sweep()
    assert pool.get_size() == 1
    pool._sweep()
    assert (pool.get_size(), pool.get_idle_size()) == (1, 1)


async def test_an_ended_pool_serves_nobody(open_pool: OpenPool) -> None:
    pool = open_pool()
    async with pool.acquire() as session:
        waiting = asyncio.create_task(pid(pool))
        await asyncio.sleep(0)
        pool.terminate()
        with pytest.raises(asyncpg.InterfaceError):
            await waiting
        assert session.is_closed()
    with pytest.raises(asyncpg.InterfaceError):
        await pid(pool)
    assert pool.get_size() == 0
