"""The list of what is revoked, in the database and as a gateway knows it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from functools import partial

import asyncpg
import pytest

from gateway.database.standing import Standing
from gateway.identity import revocation
from gateway.identity.claims import Identity
from gateway.identity.issue import issue_registered
from gateway.identity.keys import ensure_key, load_keys
from gateway.identity.revocation import Revocations, Revoked, Target, lift, list_revocations, read_revoked, revoke
from gateway.identity.tokens import TokenVerifier, issue
from narthex.errors import Code, Refusal
from narthex.principal import Grants, Kind, Level, Principal
from narthex.settings import Settings
from tests.gateway.conftest import PrepareDatabase, PreparedUrls, connected

ALICE = Principal(
    "alice",
    Kind.PERSON,
    ("support",),
    Grants("support", frozenset(), "sandbox", frozenset()),
    Level.READ,
    session="s1",
    token_id="t1",
    expires_at=2**40,
    actors=("worker", "planner"),
)
ASKING = Identity(subject="alice", kind=Kind.PERSON, roles=("support",), environment="sandbox", actors=("worker",))


@pytest.fixture
async def urls(prepared_database: PrepareDatabase) -> PreparedUrls:
    return await prepared_database()


@pytest.fixture
async def control(urls: PreparedUrls) -> AsyncIterator[asyncpg.Connection]:
    async with connected(urls.control) as connection:
        yield connection


@pytest.fixture
async def standing(urls: PreparedUrls) -> AsyncIterator[Standing]:
    made = Standing(urls.direct)
    yield made
    made.close()


@pytest.fixture
def revocations(standing: Standing) -> Revocations:
    return Revocations(partial(read_revoked, standing))


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> float:
    """How long it took."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() < started + seconds, "it never happened"
        await asyncio.sleep(0.005)
    return time.monotonic() - started


@pytest.mark.parametrize(
    ("revoked", "covered"),
    [
        (Revoked(1, tokens=frozenset({"t1"})), True),
        (Revoked(1, subjects=frozenset({"alice"})), True),
        (Revoked(1, subjects=frozenset({"worker"})), True),
        (Revoked(1, subjects=frozenset({"planner"})), True),
        (Revoked(1, sessions=frozenset({"s1"})), True),
        (Revoked(1, frozenset({"s1", "alice"}), frozenset({"t1", "s1"}), frozenset({"t1", "worker"})), False),
        (Revoked(1, subjects=frozenset({"Alice", "support", ""})), False),
        (Revoked(None), False),
    ],
)
def test_whom_a_revocation_covers(revoked: Revoked, covered: bool) -> None:
    assert revoked.covers(ALICE) is covered


async def test_the_list_is_read_when_it_changes_and_only_then(
    control: asyncpg.Connection, standing: Standing, revocations: Revocations
) -> None:
    seen: list[int] = []
    revocations.on_change(lambda covers: seen.append(covers(ALICE)))
    await revocations.refresh()
    assert seen == [False]
    assert await read_revoked(standing, revocations.revoked.version) is None
    await revoke(control, Target.SUBJECT, "worker", by="test", reason="why not")
    await revocations.refresh()
    await revocations.refresh()
    assert seen == [False, True]
    assert await lift(control, Target.SUBJECT, "worker", by="test")
    await revocations.refresh()
    assert seen == [False, True, False]
    assert len(revocations.revoked) == 0


async def test_revoking_twice_is_once_and_lifting_leaves_a_trace(control: asyncpg.Connection) -> None:
    first = await revoke(control, Target.TOKEN, "t1", by="ann", reason="lost")
    assert await revoke(control, Target.TOKEN, "t1", by="bob") == first
    assert await lift(control, Target.TOKEN, "t1", by="carol")
    assert not await lift(control, Target.TOKEN, "t1", by="carol")
    assert await revoke(control, Target.TOKEN, "t1", by="dora") > first
    rows = [(row["by"], row["reason"], row["lifted_by"]) for row in await list_revocations(control)]
    assert rows == [("dora", None, None), ("ann", "lost", "carol")]


async def test_whose_tokens_have_all_expired_is_not_kept_in_memory(
    control: asyncpg.Connection, revocations: Revocations
) -> None:
    past = await control.fetchval("SELECT now() - interval '1 s'")
    await revoke(control, Target.TOKEN, "old", by="test", expires_at=past)
    await revoke(control, Target.TOKEN, "longer", by="test", expires_at=past)
    await revoke(control, Target.TOKEN, "longer", by="test")
    await revocations.refresh()
    assert revocations.revoked.tokens == {"longer"}


async def test_an_announcement_needs_no_poll(
    control: asyncpg.Connection, standing: Standing, revocations: Revocations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revocation, "_POLL_S", 3600)
    await standing.listen(revocation.CHANNEL, revocations.wake)
    following = asyncio.create_task(revocations.follow())
    await revocations.refresh()
    await revoke(control, Target.SESSION, "s1", by="test")
    assert await until(lambda: revocations.covers(ALICE)) < 1
    following.cancel()


async def test_a_poll_needs_no_announcement(control: asyncpg.Connection, revocations: Revocations) -> None:
    following = asyncio.create_task(revocations.follow())
    await revocations.refresh()
    await revoke(control, Target.SESSION, "s1", by="test")
    assert await until(lambda: revocations.covers(ALICE)) < 1
    following.cancel()


async def test_channels_are_listened_to_again_after_a_loss(
    urls: PreparedUrls, control: asyncpg.Connection, standing: Standing, revocations: Revocations
) -> None:
    heard: list[int] = []
    await standing.listen("other", lambda: heard.append(1))
    await revocations.refresh()
    async with connected(urls.admin) as admin:
        ended = await admin.fetchval(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'narthex listen'"
        )
    assert ended == 1
    following = asyncio.create_task(revocations.follow())
    await revoke(control, Target.SESSION, "s1", by="test")
    await until(lambda: revocations.covers(ALICE), 3)
    await control.execute("NOTIFY other")
    await until(lambda: bool(heard))
    following.cancel()


# Not knowing


class Source:
    """A list that can be read, cannot, or never answers."""

    def __init__(self) -> None:
        self.readings = 0
        self.works: Callable[[], Awaitable[None]] = self.answer

    async def read(self, known: int | None) -> Revoked | None:
        self.readings += 1
        await self.works()
        return Revoked(1) if known is None else None

    async def answer(self) -> None:
        pass

    async def fail(self) -> None:
        raise Refusal(Code.UNAVAILABLE, "away")

    async def hesitate(self) -> None:
        await asyncio.sleep(0.05)


async def verifier_of(control: asyncpg.Connection, revocations: Revocations) -> tuple[TokenVerifier, str]:
    await ensure_key(control)
    ring = await load_keys(control)

    async def reload() -> object:
        raise AssertionError("no key is missing")

    verifier = TokenVerifier(ring, Settings(), reload, revocations)  # type: ignore[arg-type]
    return verifier, issue(ring, Settings(), ASKING, 60)


async def refused(verifier: TokenVerifier, token: str) -> str:
    with pytest.raises(Refusal) as raised:
        await verifier.verify(token)
    return raised.value.code.value


async def test_who_cannot_know_refuses_everybody(control: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source()
    revocations = Revocations(source.read)
    verifier, token = await verifier_of(control, revocations)
    source.works = source.fail
    assert await refused(verifier, token) == "UNAVAILABLE", "nothing was ever read"
    source.works = source.answer
    await revocations.refresh()
    assert (await verifier.verify(token)).subject == "alice"
    source.works = source.fail
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + revocation.HOLDS_S - 0.2)
    assert (await verifier.verify(token)).subject == "alice", "what was read a moment ago still holds"
    monkeypatch.setattr(time, "monotonic", lambda: now + revocation.HOLDS_S + 0.1)
    for _ in range(3):
        assert await refused(verifier, token) == "UNAVAILABLE"
    readings = source.readings
    assert await refused(verifier, token) == "UNAVAILABLE"
    assert source.readings == readings, "not every request tries anew"
    monkeypatch.setattr(time, "monotonic", lambda: now + revocation.HOLDS_S + 1)
    source.works = source.answer
    assert (await verifier.verify(token)).subject == "alice", "a request need not wait for the next poll"


async def test_all_who_wait_share_one_reading() -> None:
    source = Source()
    source.works = source.hesitate
    revocations = Revocations(source.read)
    await asyncio.gather(*(revocations.require_fresh() for _ in range(20)))
    assert source.readings == 1


async def test_who_stops_waiting_ends_no_reading_of_others() -> None:
    source = Source()
    source.works = source.hesitate
    revocations = Revocations(source.read)
    leaving, staying = (asyncio.create_task(revocations.refresh()) for _ in range(2))
    await asyncio.sleep(0.01)
    leaving.cancel()
    await staying
    assert revocations.revoked.version == 1


async def test_a_database_that_does_not_answer_is_not_waited_for() -> None:
    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    standing = Standing(f"postgresql://somebody@127.0.0.1:{port}/nothing")
    started = time.monotonic()
    with pytest.raises(Refusal) as raised:
        await read_revoked(standing, None)
    assert raised.value.code is Code.UNAVAILABLE
    assert time.monotonic() - started < 2
    server.close()


async def test_without_its_table_nobody_knows(control: asyncpg.Connection, standing: Standing) -> None:
    await control.execute("DELETE FROM narthex.revocation_state")
    with pytest.raises(Refusal) as raised:
        await read_revoked(standing, None)
    assert raised.value.code is Code.UNAVAILABLE


# Tokens


async def test_a_token_that_is_remembered_ends_too(control: asyncpg.Connection, revocations: Revocations) -> None:
    await revocations.refresh()
    verifier, token = await verifier_of(control, revocations)
    principal = await verifier.verify(token)
    assert await verifier.verify(token, "support") is await verifier.verify(token, "support")
    for target, value in (
        (Target.TOKEN, principal.token_id),
        (Target.SUBJECT, "alice"),
        (Target.SUBJECT, "worker"),
        (Target.SESSION, principal.session),
    ):
        await revoke(control, target, value, by="test")
        await revocations.refresh()
        assert await refused(verifier, token) == "UNAUTHENTICATED"
        with pytest.raises(Refusal):
            await verifier.verify(token, "support")
        await lift(control, target, value, by="test")
        await revocations.refresh()
        assert await verifier.verify(token) == principal


async def test_others_stay_remembered(control: asyncpg.Connection, revocations: Revocations) -> None:
    await revocations.refresh()
    verifier, token = await verifier_of(control, revocations)
    remembered = await verifier.verify(token)
    await revoke(control, Target.SUBJECT, "mallory", by="test")
    await revocations.refresh()
    assert await verifier.verify(token) is remembered


async def test_the_revoked_get_no_new_token(control: asyncpg.Connection) -> None:
    await ensure_key(control)
    await revoke(control, Target.SUBJECT, "worker", by="test")
    for identity in (ASKING, replace(ASKING, subject="worker", actors=())):
        with pytest.raises(Refusal, match="'worker' is revoked") as raised:
            await issue_registered(control, Settings(), identity, 60)
        assert raised.value.code is Code.FORBIDDEN
    await lift(control, Target.SUBJECT, "worker", by="test")
    assert await issue_registered(control, Settings(), ASKING, 60)
