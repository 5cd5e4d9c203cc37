"""`auth_revoke` on a real list: who revoked what, and what is refused."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import pytest

from gateway.database.connections import open_control
from gateway.identity.revocation import RevocationStore, list_revocations
from narthex.errors import Refusal
from narthex.principal import Grants, Kind, Level, Principal
from narthex.settings import Settings
from resolvers.selfinfo.schema import control_schema
from tests.gateway.conftest import PrepareDatabase, PreparedUrls, connected, prepared_database

__all__ = ["prepared_database"]

SCHEMA = control_schema()
GRANTS = Grants("admin", frozenset(), "sandbox", frozenset())


@dataclass(frozen=True)
class Seen:
    """What the resolver reads of a request's context."""

    principal: Principal
    revoker: RevocationStore


@pytest.fixture
async def urls(prepared_database: PrepareDatabase) -> PreparedUrls:
    return await prepared_database()


@pytest.fixture
async def seen(urls: PreparedUrls) -> AsyncIterator[Seen]:
    pool = await open_control(urls.control, Settings())
    principal = Principal(
        "ann", Kind.PERSON, ("admin",), GRANTS, Level.WRITE, "s", "t", 2**40, actors=("worker", "planner")
    )
    yield Seen(principal, RevocationStore(pool))
    pool.terminate()


async def entries(urls: PreparedUrls) -> list[tuple[object, ...]]:
    async with connected(urls.control) as control:
        rows: list[asyncpg.Record] = list(await list_revocations(control))
    return [(row["kind"], row["value"], row["by"], row["reason"]) for row in rows]


@pytest.mark.parametrize(
    ("arguments", "kind", "value", "reason"),
    [
        ('token: "jti"', "token", "jti", None),
        ('subject: "bob", reason: "left"', "subject", "bob", "left"),
        ('session: "\'; DROP TABLE narthex.revocation; --"', "session", "'; DROP TABLE narthex.revocation; --", None),
    ],
)
async def test_what_is_named_is_revoked_by_whoever_asked(
    urls: PreparedUrls, seen: Seen, arguments: str, kind: str, value: str, reason: str | None
) -> None:
    query = f"mutation {{ auth_revoke({arguments}) {{ revoked_at }} }}"
    first = await SCHEMA.execute(query, context_value=seen)
    assert first.errors is None
    again = await SCHEMA.execute(query, context_value=seen)
    assert again.data == first.data
    assert await entries(urls) == [(kind, value, "worker for planner for ann", reason)]


@pytest.mark.parametrize(
    "arguments",
    [
        'reason: "none"',
        'token: "a", subject: "b"',
        'subject: "b", session: "c"',
        'token: ""',
        'subject: "a\\u0000b"',
        f'session: "{"x" * 201}"',
        f'token: "a", reason: "{"x" * 1001}"',
        "token: null",
    ],
)
async def test_what_names_nothing_or_too_much_is_refused(urls: PreparedUrls, seen: Seen, arguments: str) -> None:
    answer = await SCHEMA.execute(f"mutation {{ auth_revoke({arguments}) {{ revoked_at }} }}", context_value=seen)
    assert answer.errors is not None
    refusal = answer.errors[0].original_error
    assert isinstance(refusal, Refusal)
    assert refusal.code == "BAD_USER_INPUT"
    assert await entries(urls) == []


async def test_without_the_database_nothing_is_said_to_be_revoked(urls: PreparedUrls, seen: Seen) -> None:
    async with connected(urls.admin) as admin:
        await admin.execute("ALTER TABLE narthex.revocation RENAME TO elsewhere")
    answer = await SCHEMA.execute('mutation { auth_revoke(token: "a") { revoked_at } }', context_value=seen)
    assert answer.errors is not None
    refusal = answer.errors[0].original_error
    assert isinstance(refusal, Refusal)
    assert refusal.code == "UNAVAILABLE"
