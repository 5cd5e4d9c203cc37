"""GraphQL over WebSocket: the protocol's messages and close codes, and a connection that ends with its token."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator

import pytest

from gateway.surfaces import websocket
from tests.gateway.served import Served
from tests.gateway.surfaces.sockets import connected, nothing_runs, something_runs

_ONE = "{book(limit: 1) {id}}"
_SLOW = "{slow {slept}}"


# The protocol


async def test_an_operation_is_answered_and_completed(shelf: Served) -> None:
    async with connected(shelf) as client:
        assert client.protocol == "graphql-transport-ws"
        assert await client.init() == {"type": "connection_ack"}
        await client.subscribe("1", "query q($n: Int) {book(limit: $n) {id}}", variables={"n": 1}, operationName="q")
        assert await client.next() == {"id": "1", "type": "next", "payload": {"data": {"book": [{"id": 1}]}}}
        assert await client.next() == {"id": "1", "type": "complete"}
        await client.subscribe("1", "{author(limit: 1) {id}}")
        assert (await client.next())["payload"] == {"data": {"author": [{"id": 1}]}}


async def test_what_is_refused_is_an_error_and_the_connection_stays(shelf: Served) -> None:
    async with connected(shelf) as client:
        await client.init()
        for query in (
            "{",
            "{bok}",
            "query($n: Int!) {book(limit: $n) {id}}",
            "mutation {a}",
            "subscription {book {id}}",
        ):
            await client.subscribe("x", query)
            answer = await client.next()
            assert (answer["id"], answer["type"]) == ("x", "error") and answer["payload"][0]["extensions"]["code"]
        await client.subscribe("y", "{broken book(limit: 1) {id}}")
        answer = await client.next()
        assert answer["type"] == "next" and answer["payload"]["data"] == {"broken": None, "book": [{"id": 1}]}
        assert "secret" not in json.dumps(answer) and (await client.next())["type"] == "complete"


async def test_ping_is_answered_before_and_after_initialisation(shelf: Served) -> None:
    async with connected(shelf) as client:
        await client.send({"type": "ping"})
        assert await client.next() == {"type": "pong"}
        await client.init()
        await client.send({"type": "ping", "payload": {"a": 1}})
        assert await client.next() == {"type": "pong"}
        await client.send({"type": "pong"})
        await client.silence()


async def test_operations_run_side_by_side(shelf: Served) -> None:
    async with connected(shelf) as client:
        await client.init()
        await client.subscribe("slow", _SLOW)
        for number in range(20):
            await client.subscribe(f"fast {number}")
        done = [await client.next() for _ in range(40)]
        assert {message["id"] for message in done} == {f"fast {number}" for number in range(20)}


@pytest.mark.parametrize("protocols", [(), ("graphql-ws",), ("soap", "wamp"), ("GRAPHQL-TRANSPORT-WS",)])
async def test_without_the_protocol_there_is_no_connection(shelf: Served, protocols: tuple[str, ...]) -> None:
    async with connected(shelf, protocols) as client:
        assert await client.next() == {"close": 4406}


async def test_of_several_protocols_ours_is_taken(shelf: Served) -> None:
    async with connected(shelf, ("soap", "graphql-transport-ws")) as client:
        assert client.protocol == "graphql-transport-ws"


# Who


@pytest.mark.parametrize("token", ["nobody", "late", ""])
async def test_a_token_that_is_not_valid_closes_with_4401(shelf: Served, token: str) -> None:
    async with connected(shelf) as client:
        assert await client.init(token) == {"close": 4401}


@pytest.mark.parametrize("payload", [None, {}, [], "x", 1, {"authorization": 1}, {"token": "admin"}])
async def test_no_token_closes_with_4401(shelf: Served, payload: object) -> None:
    async with connected(shelf) as client:
        await client.send({"type": "connection_init", "payload": payload})
        assert await client.next() == {"close": 4401}


async def test_a_role_that_the_token_does_not_have_closes_with_4403(shelf: Served) -> None:
    async with connected(shelf) as client:
        assert await client.init(**{"X-Narthex-Role": "reader"}) == {"close": 4403}


async def test_a_token_may_come_with_the_upgrade(shelf: Served) -> None:
    async with connected(shelf, headers=((b"authorization", b"Bearer admin"),)) as client:
        await client.send({"type": "connection_init"})
        assert await client.next() == {"type": "connection_ack"}


async def test_an_upgrade_that_says_things_twice_is_closed(shelf: Served) -> None:
    twice = ((b"authorization", b"Bearer admin"), (b"authorization", b"Bearer admin"))
    async with connected(shelf, headers=twice) as client:
        assert await client.next() == {"close": 4400}


async def test_a_key_for_the_whole_connection_is_refused(shelf: Served) -> None:
    """It is one operation's; to ignore it would let an effect happen twice that its sender thinks protected."""
    async with connected(shelf) as client:
        assert await client.init(**{"Idempotency-Key": "k"}) == {"close": 4400}
    async with connected(shelf, headers=((b"idempotency-key", b"k"),)) as client:
        assert await client.next() == {"close": 4400}


async def testnothing_runs_before_initialisation(shelf: Served) -> None:
    async with connected(shelf) as client:
        await client.subscribe("1")
        assert await client.next() == {"close": 4401}


async def test_who_does_not_initialise_is_closed_with_4408(shelf: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "_INIT_WAIT_S", 0.2)
    async with connected(shelf) as client:
        await client.send({"type": "ping"})
        assert await client.next() == {"type": "pong"}
        assert await client.next() == {"close": 4408}


async def test_the_callers_contract_is_looked_through(shelf: Served) -> None:
    async with connected(shelf) as client:
        await client.init("reader")
        await client.subscribe("1", "{book(limit: 1) {price}}")
        assert (await client.next())["payload"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


@pytest.fixture
def ending(shelf: Served) -> Iterator[Callable[[str, float], None]]:
    """`ending(token, seconds)`: when a token ends."""

    def end(token: str, seconds: float) -> None:
        shelf.tokens.expiries[token] = time.time() + seconds

    yield end
    shelf.tokens.expiries.clear()


async def test_a_connection_ends_with_its_token(shelf: Served, ending: Callable[[str, float], None]) -> None:
    ending("admin", 1)
    async with connected(shelf) as client:
        await client.init()
        await client.subscribe("1", _SLOW)
        assert await client.next() == {"close": 4401}
        await nothing_runs(shelf)


async def test_a_fresh_token_of_the_same_caller_keeps_it_open(
    shelf: Served, ending: Callable[[str, float], None]
) -> None:
    ending("admin", 1)
    async with connected(shelf) as client:
        await client.init()
        assert await client.init("again") == {"type": "connection_ack"}
        await asyncio.sleep(1.6)
        await client.subscribe("1")
        assert (await client.next())["type"] == "next"


@pytest.mark.parametrize("token", ["reader"])
async def test_a_second_initialisation_by_somebody_else_is_closed_with_4429(shelf: Served, token: str) -> None:
    async with connected(shelf) as client:
        await client.init()
        assert await client.init(token) == {"close": 4429}


@pytest.mark.parametrize("payload", [None, {}, {"x": "y"}])
async def test_a_second_initialisation_without_a_token_is_closed_with_4429(shelf: Served, payload: object) -> None:
    async with connected(shelf, headers=((b"authorization", b"Bearer admin"),)) as client:
        await client.init()
        await client.send({"type": "connection_init", "payload": payload})
        assert await client.next() == {"close": 4429}


async def test_a_refresh_with_a_bad_token_is_closed_with_4401(shelf: Served) -> None:
    async with connected(shelf) as client:
        await client.init()
        assert await client.init("nobody") == {"close": 4401}


# Cancelling


async def test_complete_cancels_the_statement_and_says_no_more(shelf: Served) -> None:
    async with connected(shelf) as client:
        await client.init()
        await client.subscribe("1", _SLOW)
        await something_runs(shelf)
        await client.send({"id": "1", "type": "complete"})
        await nothing_runs(shelf)
        await client.silence()
        await client.subscribe("1")
        assert (await client.next())["id"] == "1"
        assert (await client.next())["type"] == "complete"


async def test_an_id_can_be_used_again_at_once_and_is_still_cancelled(shelf: Served) -> None:
    async with connected(shelf) as client:
        await client.init()
        for _ in range(3):
            await client.subscribe("1", _SLOW)
            await client.send({"id": "1", "type": "complete"})
        await client.subscribe("1", _SLOW)
        await something_runs(shelf)
        await client.subscribe("1", _SLOW)
        assert await client.next() == {"close": 4409}
    await nothing_runs(shelf)


async def test_who_leaves_takes_everything_along(shelf: Served) -> None:
    shelf.observations.clear()
    async with connected(shelf) as client:
        await client.init()
        await client.subscribe("1", _SLOW)
        await client.subscribe("2", "{idle}")
        await something_runs(shelf)
    await nothing_runs(shelf)
    assert [seen.outcome for seen in shelf.observations] == ["CANCELLED", "CANCELLED"]


async def test_completing_what_never_was_does_nothing(shelf: Served) -> None:
    async with connected(shelf) as client:
        await client.init()
        await client.send({"id": "nothing", "type": "complete"})
        await client.subscribe("1")
        assert (await client.next())["type"] == "next"


async def test_a_fault_of_the_gateway_is_an_error_without_its_insides(
    shelf: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(shelf) as client:
        await client.init()
        monkeypatch.setattr(type(shelf.pipeline), "run", _fail)
        await client.subscribe("1")
        answer = await client.next()
        assert answer["payload"][0]["extensions"]["code"] == "INTERNAL" and "insides" not in json.dumps(answer)
        monkeypatch.undo()
        await client.subscribe("1")
        assert (await client.next())["type"] == "next"


async def _fail(*_: object) -> None:
    raise KeyError("insides")


async def test_each_operation_leaves_one_record_and_one_observation(shelf: Served) -> None:
    before = len(await shelf.records())
    shelf.observations.clear()
    async with connected(shelf, headers=((b"traceparent", f"00-{'ab' * 16}-{'cd' * 8}-01".encode()),)) as client:
        await client.init(**{"x-narthex-purpose": "shelving"})
        await client.subscribe("1")
        await client.subscribe("2", "{")
        await client.subscribe("3", _ONE, extensions={"narthex": {"mode": "fast"}})
        for _ in range(4):
            await client.next()
    assert sorted(seen.outcome for seen in shelf.observations) == ["BAD_USER_INPUT", "GRAPHQL_PARSE_FAILED", "OK"]
    fresh = (await shelf.records())[before:]
    assert sorted(record["outcome"] for record in fresh) == ["GRAPHQL_PARSE_FAILED", "OK"]
    assert {(record["surface"], record["purpose"], record["trace_id"]) for record in fresh} == {
        ("websocket", "shelving", "ab" * 16)
    }
