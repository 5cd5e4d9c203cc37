"""The surfaces behind the real server, over TCP: what only shows when bytes travel."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import uvicorn

from gateway.wire import BoundedHttp
from tests.gateway.served import Served

_ONE = "{book(limit: 1) {id}}"
_SLOW = "{slow {slept}}"
_AS = {"authorization": "Bearer admin"}
_PROTOCOL = "graphql-transport-ws"
_HEAD = (
    b"POST /graphql HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer admin\r\ncontent-type: application/json\r\n"
)


@asynccontextmanager
async def listening(shelf: Served) -> AsyncIterator[str]:
    """`host:port` of the shelf behind uvicorn, with the options that the gateway gives it."""
    http, websocket = shelf.http, shelf.socket

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await (websocket if scope["type"] == "websocket" else http)(scope, receive, send)

    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    limit = shelf.settings.server.body_limit
    config = uvicorn.Config(
        app, http=BoundedHttp, log_config=None, access_log=False, lifespan="off", ws_max_size=limit
    )
    server = uvicorn.Server(config)
    server.capture_signals = _no_signals  # type: ignore[method-assign]
    task = asyncio.create_task(server.serve(sockets=[bound]))
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield "{}:{}".format(*bound.getsockname())
    finally:
        server.should_exit = True
        await asyncio.wait_for(task, 15)


class _no_signals:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
async def address(shelf: Served) -> AsyncIterator[str]:
    async with listening(shelf) as address:
        yield address


@pytest.fixture(scope="module")
async def client(address: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://{address}") as session:
        yield session


async def raw(address: str, request: bytes, until: bytes | None = None, seconds: float = 5.0) -> bytes:
    """Bytes as they are; the answer until it has `until`, or until the server closes."""
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(request)
        await writer.drain()
        answer = b""
        async with asyncio.timeout(seconds):
            while until is None or until not in answer:
                piece = await reader.read(65_536)
                if not piece:
                    break
                answer += piece
        return answer
    finally:
        writer.close()


async def eventually(condition: Callable[[], Awaitable[bool]], seconds: float = 8.0) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not await condition():
        assert asyncio.get_running_loop().time() < deadline, "it never happened"
        await asyncio.sleep(0.02)


async def statements(shelf: Served, count: int) -> None:
    """Wait until so many slow statements run."""

    async def there() -> bool:
        found: int = await shelf.admin(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
            "AND query LIKE '%\"slow\"%' AND wait_event IS DISTINCT FROM 'ClientRead' AND pid <> pg_backend_pid()"
        )
        return found == count

    await eventually(there)


# HTTP


async def test_a_client_that_closes_its_connection_cancels_the_statement(shelf: Served, address: str) -> None:
    body = json.dumps({"query": _SLOW}).encode()
    host, port = address.split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(_HEAD + b"content-length: %d\r\n\r\n" % len(body) + body)
    await statements(shelf, 1)
    writer.close()
    await statements(shelf, 0)
    assert shelf.observations[-1].outcome == "CANCELLED"


async def test_a_refusal_before_the_body_leaves_the_connection_usable(client: aiohttp.ClientSession) -> None:
    for _ in range(3):
        async with client.post("/graphql", json={"query": _ONE, "variables": {"a": "x" * 200_000}}) as answer:
            assert answer.status == 401
        async with client.post("/graphql", json={"query": _ONE}, headers=_AS) as answer:
            assert (await answer.json())["data"] == {"book": [{"id": 1}]}


async def test_a_body_that_is_too_large_is_refused_before_it_is_sent(address: str) -> None:
    answer = await raw(address, _HEAD + b"content-length: 999999999\r\n\r\n{", until=b"}")
    assert answer.startswith(b"HTTP/1.1 413")
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    answer = await raw(address, _HEAD + b"transfer-encoding: chunked\r\n\r\n" + chunk * 17, until=b"}")
    assert answer.startswith(b"HTTP/1.1 413")


async def test_head_has_no_body(address: str) -> None:
    answer = await raw(address, b"HEAD /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 405") and body == b""


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nhost: evil.example\r\n",
        b"GET /graphql HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\n",
        b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 6\r\n",
        b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n",
        b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n",
        b"POST /graphql HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer \xff\xfe\r\ncontent-length: 0\r\n",
        b"GET /graphql?query=\xff HTTP/1.1\r\nhost: localhost\r\n",
        b"GET http://evil.example/graphql HTTP/1.1\r\nhost: localhost\r\n",
    ],
)
async def test_crooked_requests_have_a_client_error(address: str, request_line: bytes) -> None:
    answer = await raw(address, request_line + b"connection: close\r\n\r\n")
    assert answer[9:10] == b"4", answer[:200]
    assert b"Traceback" not in answer


async def test_pipelined_requests_are_answered_in_order(address: str) -> None:
    requests = []
    for number in (1, 2, 3):
        body = json.dumps({"query": f"{{book_by_pk(id: {number}) {{id}}}}"}).encode()
        head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer admin\r\n"
        head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
        requests.append(head.encode() + (b"connection: close\r\n" if number == 3 else b"") + b"\r\n" + body)
    answer = await raw(address, b"".join(requests))
    assert [answer.index(b'{"id":%d}' % number) for number in (1, 2, 3)] == sorted(
        answer.index(b'{"id":%d}' % number) for number in (1, 2, 3)
    )


async def test_an_event_stream_is_read_by_a_client(client: aiohttp.ClientSession) -> None:
    headers = {**_AS, "accept": "text/event-stream"}
    async with client.post("/graphql", json={"query": "{book(limit: 1) {raw}}"}, headers=headers) as answer:
        assert answer.status == 200
        text = await answer.text()
    assert text.startswith('event: next\ndata: {"data":{"book":[{"raw":{') and text.endswith(
        "\n\nevent: complete\ndata: \n\n"
    )


# WebSocket


@asynccontextmanager
async def opened(client: aiohttp.ClientSession, **options: Any) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with client.ws_connect("/graphql", protocols=options.pop("protocols", (_PROTOCOL,)), **options) as connection:
        yield connection


async def initialised(connection: aiohttp.ClientWebSocketResponse) -> None:
    await connection.send_json({"type": "connection_init", "payload": {"authorization": "Bearer admin"}})
    assert await connection.receive_json(timeout=5) == {"type": "connection_ack"}


async def close_code(connection: aiohttp.ClientWebSocketResponse) -> int | None:
    message = await connection.receive(timeout=10)
    assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED), message
    return connection.close_code


async def test_a_socket_answers(client: aiohttp.ClientSession) -> None:
    async with opened(client) as connection:
        assert connection.protocol == _PROTOCOL
        await initialised(connection)
        await connection.send_json({"id": "1", "type": "subscribe", "payload": {"query": _ONE}})
        assert (await connection.receive_json(timeout=5))["payload"] == {"data": {"book": [{"id": 1}]}}
        assert (await connection.receive_json(timeout=5)) == {"id": "1", "type": "complete"}


async def test_another_protocol_is_told_by_its_code(client: aiohttp.ClientSession) -> None:
    async with opened(client, protocols=()) as connection:
        assert await close_code(connection) == 4406


async def test_a_bad_token_is_told_by_its_code(client: aiohttp.ClientSession) -> None:
    async with opened(client) as connection:
        await connection.send_json({"type": "connection_init", "payload": {"authorization": "Bearer nobody"}})
        assert await close_code(connection) == 4401


@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"host": "evil.example"}])
async def test_a_foreign_handshake_is_refused(client: aiohttp.ClientSession, headers: dict[str, str]) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        async with opened(client, headers=headers):
            pass
    assert caught.value.status == 403


async def test_a_message_that_is_too_large_ends_the_connection(client: aiohttp.ClientSession) -> None:
    async with opened(client) as connection:
        await initialised(connection)
        await connection.send_str('{"type":"ping","payload":"' + "x" * 1_100_000 + '"}')
        assert await close_code(connection) in (1009, 4400)


async def test_a_socket_that_is_dropped_takes_its_statements_along(
    shelf: Served, client: aiohttp.ClientSession
) -> None:
    async with opened(client) as connection:
        await initialised(connection)
        for number in range(2):
            await connection.send_json({"id": str(number), "type": "subscribe", "payload": {"query": _SLOW}})
        await statements(shelf, 2)
        transport = connection.get_extra_info("socket")
        assert transport is not None
        connection._response.connection.transport.abort()  # type: ignore[union-attr]
    await statements(shelf, 0)
