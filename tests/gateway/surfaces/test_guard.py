"""Browser safety: the hosts that the gateway answers to, and the pages that may call it."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.surfaces.guard import BrowserSafety
from tests.gateway.served import Answer, call


async def _app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    headers = [(b"content-length", b"2"), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})


GUARDED = BrowserSafety(
    _app, ("Gateway.Example", "10.0.0.5"), ("https://Console.example/", "http://other.example:8080")
)


async def asked(
    *headers: tuple[str, str], method: str = "POST", path: str = "/graphql", guarded: BrowserSafety = GUARDED
) -> Answer:
    return await call(guarded, method, list(headers), b"{}", path=path)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:7130",
        "127.0.0.1",
        "127.0.0.1:1",
        "[::1]",
        "[::1]:7130",
        "gateway.example",
        "10.0.0.5:7130",
    ],
)
async def test_known_hosts_are_answered(host: str) -> None:
    assert (await asked(("host", host))).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        ":",
        ":7130",
        "evil.example",
        "localhost.evil.example",
        "evil.example:7130",
        "localhost@evil.example",
        "0.0.0.0",
        "127.0.0.2",
        "2130706433",
        "[::2]",
        "[::1",
        "::1:7130:x",
        "[",
        "localhost.",
        "xlocalhost",
        "127.0.0.1.evil.example:7130",
        "localhost evil.example",
        "\xff",
    ],
)
async def test_other_hosts_are_421(host: str) -> None:
    for method in ("GET", "POST"):
        answer = await asked(("host", host), method=method)
        assert answer.status == 421 and answer.code == "FORBIDDEN"


async def test_one_host_and_only_one() -> None:
    assert (await asked()).status == 421
    assert (await asked(("host", "localhost"), ("host", "localhost"))).status == 421
    assert (await asked(("host", "localhost"), ("host", "evil.example"))).status == 421


async def test_any_host_where_the_settings_say_so() -> None:
    anything = BrowserSafety(_app, ("*",), ())
    assert (await asked(("host", "evil.example"), guarded=anything)).status == 200


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:7130",
        "https://localhost:7130",
        "HTTP://LOCALHOST:7130",
        "https://console.example",
        "http://other.example:8080",
    ],
)
async def test_our_own_pages_and_the_allowed_ones_may_call(origin: str) -> None:
    assert (await asked(("host", "localhost:7130"), ("origin", origin))).status == 200


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://evil.example",
        "http://localhost",
        "http://localhost:7131",
        "http://127.0.0.1:7130",
        "http://localhost:7130.evil.example",
        "http://localhost:7130@evil.example",
        "http://evil.example#localhost:7130",
        "http://evil.example/http://localhost:7130",
        "ftp://localhost:7130",
        "file://",
        "localhost:7130",
        "//localhost:7130",
        "http://[",
        "http://[::1",
        "http://localhost:7130/x",
        "http://console.example",
        "https://console.example.evil.example",
        "chrome-extension://abc",
        "\xff",
        "x" * 10_000,
    ],
)
async def test_foreign_pages_may_not(origin: str) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "HEAD"):
        answer = await asked(("host", "localhost:7130"), ("origin", origin), method=method)
        assert answer.status == 403 and answer.code == "FORBIDDEN"
    assert (await asked(("host", "localhost:7130"), ("origin", origin), method="GET", path="/mcp")).status == 403
    assert (await asked(("host", "localhost:7130"), ("origin", origin), method="GET", path="/mcp/x")).status == 403


async def test_two_origins_are_foreign() -> None:
    ours = ("origin", "http://localhost:7130")
    assert (await asked(("host", "localhost:7130"), ours, ours)).status == 403


async def test_a_page_may_be_looked_at_from_anywhere() -> None:
    assert (
        await asked(("host", "localhost"), ("origin", "http://evil.example"), method="GET", path="/graphiql")
    ).status == 200


async def _socket(*headers: tuple[bytes, bytes]) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/graphql", "headers": list(headers)}
    await GUARDED(scope, receive, send)  # type: ignore[arg-type]
    return sent


async def test_a_socket_is_refused_before_it_opens() -> None:
    host = (b"host", b"localhost:7130")
    assert (await _socket(host))[0]["type"] == "websocket.accept"
    assert (await _socket(host, (b"origin", b"http://localhost:7130")))[0]["type"] == "websocket.accept"
    for headers in (
        (host, (b"origin", b"http://evil.example")),
        (host, (b"origin", b"null")),
        ((b"host", b"evil.example"),),
    ):
        (refused,) = await _socket(*headers)
        assert (refused["type"], refused["code"]) == ("websocket.close", 4403)
        assert len(refused["reason"].encode()) <= 123


async def test_what_is_neither_is_passed_on() -> None:
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    await BrowserSafety(app, (), ())({"type": "lifespan"}, None, None)  # type: ignore[arg-type]
    assert seen == ["lifespan"]
