"""GraphQL over WebSocket against messages that are none: the connection ends with its code, and nothing stays."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway.served import Served
from tests.gateway.surfaces.sockets import connected, nothing_runs

_ONE = "{book(limit: 1) {id}}"
_SLOW = "{slow {slept}}"

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
    await nothing_runs(shelf)


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
