"""Two workers that write: one gateway to whoever calls, one set of limits, keys and records."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import asyncpg
import pytest

from tests.gateway.cli.conftest import Narthex
from tests.gateway.cli.gateways import Gateway, running
from tests.gateway.conftest import connected

_TABLES = """
CREATE TABLE meter (meter_id int PRIMARY KEY, n int NOT NULL DEFAULT 0);
INSERT INTO meter VALUES (1), (2), (3), (4), (5);
CREATE TABLE slow (slow_id int PRIMARY KEY);
CREATE FUNCTION public.wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(20); RETURN new; END $$;
CREATE TRIGGER wait BEFORE INSERT ON slow FOR EACH ROW EXECUTE FUNCTION public.wait();
"""
_POLICY = """
meter  @auth(roles: ["calls", "rows", "rate"], on: [SELECT, UPDATE])
meter  @quota(limit: 50, unit: CALLS, window: "30d", per: GLOBAL, on: [UPDATE], roles: ["calls"])
meter  @quota(limit: 90, unit: ROWS, window: "30d", per: GLOBAL, roles: ["rows"])
Mutation.update_meter_by_pk  @rate_limit(limit: 33, window: "12h", per: GLOBAL, roles: ["rate"])
"""
_STATEMENT_S = 2


class Callers:
    """Many at once, each on a connection of its own, so that all workers have some."""

    def __init__(self, gateway: Gateway, session: aiohttp.ClientSession) -> None:
        self._url, self._session = f"{gateway.url}/graphql", session

    async def ask(self, token: str, query: str, **headers: str) -> dict[str, Any]:
        given = {"authorization": f"Bearer {token}", **headers}
        async with self._session.post(self._url, json={"query": query}, headers=given) as response:
            answer: dict[str, Any] = await response.json()
            return answer

    async def codes(self, count: int, token: str, query: str) -> Counter[str]:
        """What became of so many at once."""
        answers = await asyncio.gather(*(self.ask(token, query) for _ in range(count)))
        return Counter(
            answer["errors"][0]["extensions"]["code"] if "errors" in answer else "done" for answer in answers
        )


def add(meter: int) -> str:
    return f"mutation {{ update_meter_by_pk(pk_columns: {{meter_id: {meter}}}, _inc: {{n: 1}}) {{ n }} }}"


@pytest.fixture
def metered(store: Narthex) -> Iterator[tuple[Narthex, Gateway]]:
    (store.project / "migrations" / "900_meter.sql").write_text(_TABLES)
    (store.project / "policies" / "meter.policy").write_text(_POLICY)
    store.ok("migrate")
    store.environment = {**store.environment, "NARTHEX_LIMITS__STATEMENT_TIMEOUT_S": str(_STATEMENT_S)}
    with running(store, "serve", "--workers", "2") as gateway:
        yield store, gateway


@asynccontextmanager
async def calling(gateway: Gateway) -> AsyncIterator[Callers]:
    connector = aiohttp.TCPConnector(limit=40, force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield Callers(gateway, session)


async def test_mutations_on_two_workers(metered: tuple[Narthex, Gateway]) -> None:
    store, gateway = metered
    tokens = {
        role: store.ok("token", "--role", role, "--level", "WRITE").strip()
        for role in ("admin", "calls", "rows", "rate")
    }
    urls = (store.environment[f"NARTHEX_DATABASE__{role}_URL"] for role in ("MIGRATOR", "CONTROL"))
    async with calling(gateway) as callers, connected(next(urls)) as tables, connected(next(urls)) as control:
        await _all_count(callers, tables, control, tokens["admin"])
        await _limits_hold(callers, tables, tokens)
        await _a_key_is_used_once(callers, tables, tokens["admin"])
        await _none_takes_too_long(callers, tables, tokens["admin"])
    verified = store.run("audit", "verify", "--json")
    assert verified.returncode == 0, verified.stdout
    assert json.loads(verified.stdout)["ok"]


async def _all_count(callers: Callers, tables: asyncpg.Connection, control: asyncpg.Connection, token: str) -> None:
    """200 at once on one row, of which each worker does some, and each has its record."""
    assert await callers.codes(200, token, add(1)) == {"done": 200}
    assert await value(tables, 1) == 200
    by_writer = [row["n"] for row in await control.fetch(_BY_WRITER)]
    assert sum(by_writer) == 200
    assert len(by_writer) == 2, "one worker has done everything"


async def _limits_hold(callers: Callers, tables: asyncpg.Connection, tokens: dict[str, str]) -> None:
    """Quotas and rates are not exceeded by one, and what they refuse has not happened."""
    assert await callers.codes(120, tokens["calls"], add(2)) == {"done": 50, "QUOTA_EXCEEDED": 70}
    assert await value(tables, 2) == 50
    # Each writes a row and reads it; while others are under way there may seem to be less left than there is.
    found = await callers.codes(60, tokens["rows"], add(3))
    assert found["done"] <= 45
    while "errors" not in await callers.ask(tokens["rows"], add(3)):
        found["done"] += 1
    assert found["done"] == await value(tables, 3) == 45
    assert await callers.codes(80, tokens["rate"], add(4)) == {"done": 33, "RATE_LIMITED": 47}
    assert await value(tables, 4) == 33


async def _a_key_is_used_once(callers: Callers, tables: asyncpg.Connection, token: str) -> None:
    """The same request under the same key, many times at once, happens once and is answered alike."""
    answers = await asyncio.gather(*(callers.ask(token, add(5), **{"idempotency-key": "once"}) for _ in range(30)))
    assert await value(tables, 5) == 1
    for answer in answers:
        if "errors" in answer:
            assert answer["errors"][0]["extensions"]["code"] == "IN_PROGRESS"
        else:
            assert answer["data"] == {"update_meter_by_pk": {"n": 1}}
    assert "errors" not in await callers.ask(token, add(5), **{"idempotency-key": "once"})
    assert await value(tables, 5) == 1


async def _none_takes_too_long(callers: Callers, tables: asyncpg.Connection, token: str) -> None:
    """What exceeds the time for a statement has not happened, nor what stands in its transaction."""
    began = time.monotonic()
    for query in (
        "mutation { insert_slow_one(object: {slow_id: 1}) { slow_id } }",
        add(1).replace("{ n } }", "{ n } insert_slow_one(object: {slow_id: 1}) { slow_id } }"),
    ):
        answer = await callers.ask(token, query)
        assert "TIMEOUT" in {error["extensions"]["code"] for error in answer["errors"]}
    assert time.monotonic() - began < 2 * _STATEMENT_S + 5
    assert await value(tables, 1) == 200
    assert await tables.fetchval("SELECT count(*) FROM public.slow") == 0


async def value(tables: asyncpg.Connection, meter: int) -> int:
    found: int = await tables.fetchval("SELECT n FROM public.meter WHERE meter_id = $1", meter)
    return found


_BY_WRITER = "SELECT writer, count(*) AS n FROM narthex.audit_effect GROUP BY 1"
