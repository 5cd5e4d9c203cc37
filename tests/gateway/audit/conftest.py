"""A store of records with two gateways' writers and a sealer, on a real database.

async def test_some(store):
    await store.effect(rows=3)            # as a statement of the data role does it
    await store.read()                    # a group of one read
    await store.seal()
    assert (await store.verify()).ok
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from gateway.audit.effects import Effect, EffectWriter
from gateway.audit.reads import Auditor
from gateway.audit.records import Facts, Keep
from gateway.audit.sealer import Sealer
from gateway.audit.verify import verify
from gateway.database.connections import open_control
from gateway.database.setup import setup_connection
from gateway.document import read, syntax
from gateway.envelope import Envelope, Message
from gateway.identity.keys import ensure_key, load_keys_from
from gateway.respond import Reply
from narthex.observe import Observation
from narthex.ports import AuditVerification
from narthex.principal import Grants, Kind, Level, Principal
from narthex.settings import Limits, Settings
from tests.gateway.conftest import PrepareDatabase

if TYPE_CHECKING:
    from tests.gateway.conftest import PreparedUrls

ITEMS = """
CREATE TABLE item (id int PRIMARY KEY, name text);
INSERT INTO item SELECT n, 'item ' || n FROM generate_series(1, 20) n;
"""
CHANGE = "mutation change($name: String) { update_item(where: {id: {_eq: 7}}, _set: {name: $name}) { affected_rows } }"


def facts_of(
    query: str = CHANGE,
    variables: Mapping[str, object] | None = None,
    *,
    session: str = "session",
    keep: Keep = Keep(),  # noqa: B008
) -> Facts:
    grants = Grants("clerk", frozenset(), "sandbox", frozenset())
    principal = Principal("ada", Kind.AGENT, ("clerk",), grants, Level.WRITE, session, "token", 2**40, ("worker",))
    variables = {"name": "new"} if variables is None else variables
    envelope = Envelope(principal, Message(query, variables, size=len(query)), "test", purpose="why", trace_id="t" * 32)
    document = read(query)
    hashed = syntax(document, Limits()).hash
    decisions = (("item", ("a.policy:1",)),)
    return Facts(envelope, document, hashed, "c", "s", "p", ("Mutation.update_item", "item"), "f", keep, decisions)


@dataclass
class Store:
    urls: PreparedUrls
    control: Any
    data: Any
    effects: EffectWriter
    auditor: Auditor
    sealer: Sealer

    async def settle(self, effect: Effect, rows: int = 1) -> None:
        """The effect and its record, in one statement of the data role."""
        await self.data.execute(
            "with u as (update public.item set name = 'new' where id = 7 returning 1) "
            "select narthex.settle($1::text, $2, null) from u",
            effect.text,
            rows,
        )

    async def effect(self, facts: Facts | None = None, rows: int = 1) -> Effect:
        effect = self.effects.envelope(facts or facts_of(), Observation("test"), "update_item")
        await self.settle(effect, rows)
        self.effects.done(effect)
        return effect

    async def read(self, facts: Facts | None = None) -> None:
        number = self.auditor.append(facts or facts_of("{item(limit: 3) {id}}", {}), Reply(b"{}"), Observation("test"))
        await self.auditor.durable(number)

    async def seal(self) -> None:
        while await self.sealer.seal():
            pass

    async def verify(self, since: int = 1, anchor: tuple[int, str] | None = None) -> AuditVerification:
        async with self.control.acquire() as connection:
            return await verify(connection, since, anchor)

    async def tamper(self, *statements: str) -> None:
        """As somebody who may do anything, past every trigger."""
        connection = await asyncpg.connect(self.urls.admin)
        try:
            await connection.execute("SET session_replication_role = replica")
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


@asynccontextmanager
async def storing(urls: PreparedUrls) -> AsyncIterator[Store]:
    control = await open_control(urls.control, Settings())
    data = await asyncpg.connect(urls.data, server_settings={"search_path": "pg_catalog, pg_temp"})
    effects = EffectWriter(control, "sandbox")
    auditor = Auditor(control, "sandbox", effects)
    sealer = Sealer(control, partial(load_keys_from, control), (effects, auditor))
    await effects.start()
    auditor.start()
    try:
        yield Store(urls, control, data, effects, auditor, sealer)
        await auditor.stop()
        await effects.stop()
    finally:
        await data.close()
        control.terminate()


@pytest.fixture
async def store(prepared_database: PrepareDatabase) -> AsyncIterator[Store]:
    urls = await prepared_database(ITEMS)
    async with setup_connection(urls.direct) as connection:
        await ensure_key(connection)
    async with storing(urls) as one:
        yield one
