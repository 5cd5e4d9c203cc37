"""A revocation ends what runs for those whom it covers, and leaves others alone."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from narthex.principal import Principal
from tests.gateway.served import Answer, Served, call
from tests.gateway.surfaces.sockets import connected, nothing_runs, something_runs

_SLOW = "{slow {slept}}"


def covers_admin(principal: Principal) -> bool:
    return principal.subject == "admin"


def post(app: Any, query: str, token: str = "admin") -> asyncio.Task[Answer]:
    headers = [("host", "localhost"), ("content-type", "application/json"), ("authorization", f"Bearer {token}")]
    return asyncio.create_task(call(app, "POST", headers, json.dumps({"query": query}).encode()))


async def test_a_running_request_ends_with_its_statement(shelf: Served) -> None:
    app = shelf.http
    shelf.observations.clear()
    slow = post(app, _SLOW)
    await something_runs(shelf)
    app._app.end_revoked(lambda principal: principal.subject == "reader")
    await asyncio.sleep(0.05)
    assert not slow.done()
    app._app.end_revoked(covers_admin)
    answer = await asyncio.wait_for(slow, 2)
    assert (answer.status, answer.code) == (401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"] == 'Bearer realm="narthex"'
    assert answer.json.get("data") is None
    await nothing_runs(shelf)
    assert (await post(app, "{book(limit: 1) {id}}")).status == 200, "the endpoint goes on"
    assert [seen.outcome for seen in shelf.observations] == ["UNAUTHENTICATED", "OK"]


async def test_a_body_that_comes_slowly_is_read_for_nobody_who_was_revoked_meanwhile(shelf: Served) -> None:
    app = shelf.http
    held, sent = asyncio.Event(), []
    headers = {"host": "localhost", "content-type": "application/json", "authorization": "Bearer again"}

    async def receive() -> dict[str, Any]:
        await held.wait()
        return {"type": "http.request", "body": b'{"query": "{book(limit: 1) {id}}"}', "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    request = asyncio.create_task(app(scope, receive, send))
    await asyncio.sleep(0.05)
    shelf.tokens.expiries["again"] = 0
    held.set()
    try:
        await request
    finally:
        shelf.tokens.expiries.clear()
    assert sent[0]["status"] == 401


async def test_a_connection_closes_with_4401_and_ends_what_runs_on_it(shelf: Served) -> None:
    async with connected(shelf) as client, connected(shelf) as other:
        endpoint = client.endpoint
        assert await client.init() == {"type": "connection_ack"}
        assert await other.init("reader") == {"type": "connection_ack"}
        await client.subscribe("1", _SLOW)
        await something_runs(shelf)
        for each in (endpoint, other.endpoint):
            each.end_revoked(covers_admin)
        assert await client.next() == {"close": 4401}
        await nothing_runs(shelf)
        await other.subscribe("1")
        assert (await other.next())["type"] == "next"


async def test_a_connection_ends_with_any_token_that_it_ever_had(shelf: Served) -> None:
    """What began under the earlier token may still run."""
    async with connected(shelf) as client:
        await client.init()
        await client.init("again")
        seen: list[str] = []

        def covers(principal: Principal) -> bool:
            seen.append(principal.token_id)
            return False

        client.endpoint.end_revoked(covers)
        assert seen == ["token of admin", "token of again"]
        client.endpoint.end_revoked(lambda principal: principal.token_id == "token of admin")
        assert await client.next() == {"close": 4401}


async def test_who_has_not_said_who_it_is_cannot_be_revoked(shelf: Served) -> None:
    async with connected(shelf) as client:
        client.endpoint.end_revoked(lambda _: True)
        assert await client.init() == {"type": "connection_ack"}
