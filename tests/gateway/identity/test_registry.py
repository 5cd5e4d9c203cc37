from collections.abc import AsyncIterator

import asyncpg
import pytest

from gateway.identity.claims import Identity
from gateway.identity.registry import register
from narthex.errors import Code, Refusal
from narthex.principal import Kind
from tests.gateway.conftest import PrepareDatabase, connected


def asking(subject: str, *roles: str, kind: Kind = Kind.AGENT, actors: tuple[str, ...] = ()) -> Identity:
    return Identity(subject=subject, kind=kind, roles=roles, environment="sandbox", actors=actors)


@pytest.fixture
async def control(prepared_database: PrepareDatabase) -> AsyncIterator[asyncpg.Connection]:
    urls = await prepared_database()
    async with connected(urls.control) as connection:
        yield connection


async def registered(control: asyncpg.Connection) -> dict[str, tuple[str, list[str], str | None]]:
    rows = await control.fetch("SELECT * FROM narthex.principal WHERE subject <> 'cli'")
    return {row["subject"]: (row["kind"], row["roles"], row["owner"]) for row in rows}


async def refused(control: asyncpg.Connection, identity: Identity, owner: str | None = None) -> str:
    before = await registered(control)
    with pytest.raises(Refusal) as raised:
        await register(control, identity, owner)
    assert raised.value.code is Code.FORBIDDEN
    assert await registered(control) == before, "a refusal enters nobody"
    return raised.value.message


async def test_the_unknown_are_entered(control: asyncpg.Connection) -> None:
    await register(control, asking("alice", "support", kind=Kind.PERSON, actors=("worker", "planner")), "bob")
    assert await registered(control) == {
        "alice": ("person", ["support"], None),
        "worker": ("agent", ["support"], "bob"),
        "planner": ("agent", ["support"], "bob"),
    }


async def test_the_known_are_never_widened(control: asyncpg.Connection) -> None:
    await register(control, asking("worker", "support", "analyst"), "bob")
    await register(control, asking("worker", "analyst"))
    await register(control, asking("worker", "support"), "bob")
    assert await refused(control, asking("worker", "support", "admin")) == (
        "'worker' is registered for the roles support, analyst, not for admin."
    )
    assert await refused(control, asking("worker", "support", kind=Kind.PERSON)) == (
        "'worker' is registered as kind agent, not person."
    )
    assert await refused(control, asking("worker", "support"), "eve") == (
        "'worker' is registered with the owner bob, not eve."
    )
    assert (await registered(control))["worker"] == ("agent", ["support", "analyst"], "bob")


async def test_an_actor_bounds_its_chain(control: asyncpg.Connection) -> None:
    await register(control, asking("worker", "support"))
    said = await refused(control, asking("alice", "admin", kind=Kind.PERSON, actors=("worker",)))
    assert said == "'worker' is registered for the roles support, not for admin."


async def test_the_command_line_may_ask_for_any_role(control: asyncpg.Connection) -> None:
    await register(control, asking("cli", "admin", kind=Kind.SERVICE))
    await register(control, asking("cli", "support", kind=Kind.AGENT))
    row = await control.fetchrow("SELECT roles FROM narthex.principal WHERE subject = 'cli'")
    assert row is not None
    assert row["roles"] == ["*"]
