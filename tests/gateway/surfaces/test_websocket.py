"""GraphQL over WebSocket: the protocol's messages and close codes, and a connection that ends with its token."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.surfaces import websocket
from tests.gateway.served import Served

_ONE = "{book(limit: 1) {id}}"
_SLOW = "{slow {slept}}"


class Client:
    """The client's end of one connection."""

    def __init__(self) -> None:
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.protocol: str | None = None

    async def send(self, message: object) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        await self.inbox.put({"type": "websocket.receive", "text": text})

    async def init(self, token: str = "admin", **more: object) -> dict[str, Any]:
        await self.send({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}", **more}})
        return await self.next()

    async def subscribe(self, identifier: str, query: str = _ONE, **entries: object) -> None:
        await self.send({"id": identifier, "type": "subscribe", "payload": {"query": query, **entries}})

    async def next(self, within: float = 5.0) -> dict[str, Any]:
        """The next message, or `{"close": code}`."""
        event = await asyncio.wait_for(self.outbox.get(), within)
        if event["type"] == "websocket.close":
            assert len(event["reason"].encode()) <= 123, "a close reason has at most 123 bytes"
            return {"close": event["code"]}
        found: dict[str, Any] = json.loads(event["text"])
        return found

    async def silence(self, seconds: float = 0.15) -> None:
        with suppress(TimeoutError):
            raise AssertionError(await self.next(seconds))

    async def leave(self) -> None:
        await self.inbox.put({"type": "websocket.disconnect", "code": 1001})


@asynccontextmanager
async def connected(
    shelf: Served, protocols: tuple[str, ...] = ("graphql-transport-ws",), headers: tuple[tuple[bytes, bytes], ...] = ()
) -> AsyncIterator[Client]:
    client = Client()
    await client.inbox.put({"type": "websocket.connect"})
    scope = {
        "type": "websocket",
        "path": "/graphql",
        "subprotocols": list(protocols),
        "headers": [(b"host", b"localhost"), *headers],
    }
    task = asyncio.create_task(shelf.socket(scope, client.inbox.get, client.outbox.put))
    first = await asyncio.wait_for(client.outbox.get(), 5)
    if first["type"] == "websocket.accept":
        client.protocol = first.get("subprotocol")
    else:
        await client.outbox.put(first)
    try:
        yield client
    finally:
        await client.leave()
        await asyncio.wait_for(task, 10)


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


async def test_nothing_runs_before_initialisation(shelf: Served) -> None:
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
        await _nothing_runs(shelf)


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


async def _running(shelf: Served) -> int:
    found: int = await shelf.admin(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
        "AND query LIKE '%\"slow\"%' AND pid <> pg_backend_pid()"
    )
    return found


async def _until(condition: Callable[[], Any], seconds: float = 5.0) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not await condition():
        assert asyncio.get_running_loop().time() < deadline, "it never happened"
        await asyncio.sleep(0.02)


async def _nothing_runs(shelf: Served) -> None:
    async def nothing() -> bool:
        return await _running(shelf) == 0

    await _until(nothing)


async def _something_runs(shelf: Served) -> None:
    async def something() -> bool:
        return await _running(shelf) > 0

    await _until(something)


async def test_complete_cancels_the_statement_and_says_no_more(shelf: Served) -> None:
    async with connected(shelf) as client:
        await client.init()
        await client.subscribe("1", _SLOW)
        await _something_runs(shelf)
        await client.send({"id": "1", "type": "complete"})
        await _nothing_runs(shelf)
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
        await _something_runs(shelf)
        await client.subscribe("1", _SLOW)
        assert await client.next() == {"close": 4409}
    await _nothing_runs(shelf)


async def test_who_leaves_takes_everything_along(shelf: Served) -> None:
    shelf.observations.clear()
    async with connected(shelf) as client:
        await client.init()
        await client.subscribe("1", _SLOW)
        await client.subscribe("2", "{idle}")
        await _something_runs(shelf)
    await _nothing_runs(shelf)
    assert [seen.outcome for seen in shelf.observations] == ["CANCELLED", "CANCELLED"]


async def test_completing_what_never_was_does_nothing(shelf: Served) -> None:
    async with connected(shelf) as client:
        await client.init()
        await client.send({"id": "nothing", "type": "complete"})
        await client.subscribe("1")
        assert (await client.next())["type"] == "next"


# What is no message

_MALFORMED = [
    "",
    "x",
    "null",
    "[]",
    "1",
    '"x"',
    "{}",
    '{"type":null}',
    '{"type":1}',
    '{"type":["ping"]}',
    '{"type":"next"}',
    '{"type":"connection_ack"}',
    '{"type":"subscribe"}',
    '{"type":"subscribe","id":"1"}',
    '{"type":"subscribe","payload":{"query":"{a}"}}',
    '{"type":"subscribe","id":1,"payload":{"query":"{a}"}}',
    '{"type":"subscribe","id":"","payload":{"query":"{a}"}}',
    '{"type":"subscribe","id":"1","payload":[]}',
    '{"type":"subscribe","id":"1","payload":{}}',
    '{"type":"subscribe","id":"1","payload":{"query":1}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[]}}',
    '{"type":"subscribe","id":"\\ud800","payload":{"query":"{a}"}}',
    '{"type":"subscribe","id":"\\u0000","payload":{"query":"{a}"}}',
    '{"type":"subscribe","id":"' + "é" * 65 + '","payload":{"query":"{a}"}}',
    '{"type":"complete"}',
    '{"type":"complete","id":[]}',
    "[" * 100_000,
    '{"a":' * 50_000,
    '{"type":"ping","payload":NaN}',
    '{"type":"ping","payload":' + "9" * 5_000 + "}",
    '{"type":"ping"}' * 2,
    "x" * 1_100_000,
]


@pytest.mark.parametrize("text", _MALFORMED, ids=range(len(_MALFORMED)))
async def test_what_is_no_message_closes_with_4400(shelf: Served, text: str) -> None:
    async with connected(shelf) as client:
        await client.init()
        await client.send(text)
        assert await client.next() == {"close": 4400}


async def test_bytes_close_with_4400(shelf: Served) -> None:
    async with connected(shelf) as client:
        await client.init()
        await client.inbox.put({"type": "websocket.receive", "bytes": b'{"type":"ping"}'})
        assert await client.next() == {"close": 4400}


async def test_an_id_in_use_closes_with_4409(shelf: Served) -> None:
    async with connected(shelf) as client:
        await client.init()
        await client.subscribe("x" * 64, _SLOW)
        await client.subscribe("x" * 64, _SLOW)
        assert await client.next() == {"close": 4409}
    await _nothing_runs(shelf)


async def test_too_many_operations_close_with_4429(shelf: Served) -> None:
    async with connected(shelf) as client:
        await client.init()
        for number in range(101):
            await client.subscribe(str(number), "{idle}")
        assert await client.next() == {"close": 4429}


async def test_odd_values_come_back_as_json(shelf: Served) -> None:
    async with connected(shelf) as client:
        await client.init()
        for value in ("\ud800", "\0", 10**30, 1e308):
            await client.subscribe("1", "query($t: String!) {echo(text: $t)}", variables={"t": value})
            assert (await client.next())["type"] in ("next", "error")
            if not isinstance(value, str):
                continue
            assert (await client.next())["type"] == "complete"


_entries = st.dictionaries(
    st.sampled_from(["id", "type", "payload", "query", "x"]),
    st.sampled_from(["subscribe", "complete", "ping", "1", "", "{book{id}}", "connection_init"])
    | st.none()
    | st.integers(),
    max_size=4,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        _entries | st.fixed_dictionaries({"type": st.just("subscribe"), "id": st.just("1"), "payload": _entries}),
        max_size=6,
    )
)
async def test_any_messages_leave_nothing_running(shelf: Served, messages: list[dict[str, object]]) -> None:
    async with connected(shelf) as client:
        await client.init()
        for message in messages:
            await client.send(message)


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
