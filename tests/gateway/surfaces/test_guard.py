"""Which hosts are answered and whose pages may call, decided before anything else sees the request."""

import json

import pytest
from starlette.types import Message, Receive, Scope, Send

from gateway.surfaces.guard import BrowserSafety

Headers = list[tuple[bytes, bytes]]


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "through"})


async def answered(
    headers: Headers, *, kind: str = "http", method: str = "POST", hosts: tuple[str, ...] = ()
) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError("nothing is read of a request that is refused")

    async def send(message: Message) -> None:
        sent.append(message)

    app = BrowserSafety(inner, hosts, ("https://app.example",))
    await app({"type": kind, "method": method, "path": "/graphql", "headers": headers}, receive, send)
    return sent


THROUGH = [{"type": "through"}]


@pytest.mark.parametrize(
    "host",
    [b"127.0.0.1:7130", b"localhost:7130", b"LOCALHOST", b"[::1]:7130", b"gateway.example", b"Gateway.Example:443"],
)
async def test_known_hosts_pass(host: bytes) -> None:
    assert await answered([(b"host", host)], hosts=("gateway.example",)) == THROUGH


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"host", b"")],
        [(b"host", b"evil.example")],
        [(b"host", b"127.0.0.1.evil.example:7130")],
        [(b"host", b"127.0.0.1@evil.example")],
        [(b"host", b"127.0.0.1"), (b"host", b"evil.example")],
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_any_other_host_is_misdirected(headers: Headers, method: str) -> None:
    start, body = await answered(headers, method=method)
    assert start["status"] == 421
    (error,) = json.loads(body["body"])["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert "[server] allowed_hosts" in error["extensions"]["hint"]


@pytest.mark.parametrize("origin", [b"http://127.0.0.1:7130", b"https://app.example", b"https://APP.example"])
async def test_own_and_named_origins_pass(origin: bytes) -> None:
    assert await answered([(b"host", b"127.0.0.1:7130"), (b"origin", origin)]) == THROUGH


FOREIGN = [b"http://evil.example", b"null", b"", b"http://127.0.0.1:9999", b"https://app.example.evil"]


@pytest.mark.parametrize("origin", FOREIGN)
async def test_foreign_origins_are_refused(origin: bytes) -> None:
    headers = [(b"host", b"127.0.0.1:7130"), (b"origin", origin)]
    start, body = await answered(headers)
    assert start["status"] == 403
    assert "[server] allowed_origins" in json.loads(body["body"])["errors"][0]["extensions"]["hint"]
    (close,) = await answered(headers, kind="websocket")
    assert (close["type"], close["code"]) == ("websocket.close", 4403)
    # Reading a page by GET is what any link does; browsers keep the answer from foreign pages.
    assert await answered(headers, method="GET") == THROUGH


async def test_two_origins_are_one_too_many() -> None:
    own = (b"origin", b"http://127.0.0.1:7130")
    start, _ = await answered([(b"host", b"127.0.0.1:7130"), own, own])
    assert start["status"] == 403
