"""Requests that are no honest GraphQL over HTTP: smuggled headers, foreign pages, broken bodies, greedy GETs."""

import asyncio
import json
from contextlib import suppress
from urllib.parse import quote

import aiohttp
import pytest

from tests.attacks.conftest import NORMAL, assert_tells_nothing
from tests.caller import Caller
from tests.running import RunningGateway

QUERY = "{ artist(limit: 1) { name } }"
ADMIN_ONLY = "{ customer(limit: 1) { email } }"


def test_a_second_token_is_not_chosen_from(running_gateway: RunningGateway, agent: Caller) -> None:
    admin = running_gateway.token(role="admin")
    for second in (f"Bearer {admin}", f"Bearer {running_gateway.token(role='agent')}", "Bearer x", ""):
        answer = agent.ask(QUERY, headers=[("authorization", second)])
        assert answer.status == 400
        assert "artist" not in answer.text


@pytest.mark.parametrize(("name", "value"), [("role", "agent"), ("mode", "live"), ("contract", "a"), ("purpose", "a")])
def test_a_second_option_is_not_chosen_from(running_gateway: RunningGateway, name: str, value: str) -> None:
    caller = Caller(running_gateway.url, running_gateway.token(role=["agent", "support"]))
    for again, other in ((f"x-narthex-{name}", "support"), (f"X-Narthex-{name.title()}", value)):
        answer = caller.ask(QUERY, headers=[(f"x-narthex-{name}", value), (again, other)])
        assert answer.status == 400


@pytest.mark.parametrize("name", ["role", "mode", "purpose", "contract", "branch", "idempotency_key"])
def test_headers_and_body_must_not_disagree(running_gateway: RunningGateway, name: str) -> None:
    caller = Caller(running_gateway.url, running_gateway.token(role=["agent", "support"]))
    known = {"role": ("agent", "support"), "mode": ("live", "dry_run"), "branch": ("main", "other")}
    values = known.get(name, ("a", "b"))
    header = "idempotency-key" if name == "idempotency_key" else f"x-narthex-{name}"
    answer = caller.ask(QUERY, headers=[(header, values[0])], extensions={"narthex": {name: values[1]}})
    assert answer.codes == {"BAD_USER_INPUT"}


@pytest.mark.parametrize(
    "inner", [[], "x", 7, {"role": ["agent"]}, {"role": None}, {"unknown": "x"}, {"role": {}}, {"purpose": "x" * 2_000}]
)
def test_extensions_are_texts_under_known_names(agent: Caller, inner: object) -> None:
    assert agent.ask(QUERY, extensions={"narthex": inner}).codes == {"BAD_USER_INPUT"}


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "evil.example:7130", "[::2]", "0.0.0.0"],
)
def test_other_hosts_are_not_answered(agent: Caller, host: str) -> None:
    """A page that rebinds its name to this address must not get in."""
    for path in ("/graphql", "/graphiql", "/schema.graphql", "/metrics"):
        answer = agent.get(path, [("host", host)])
        assert answer.status == 421
        assert answer.codes == {"FORBIDDEN"}
    assert agent.ask(QUERY, headers=[("host", host)]).status == 421


def test_two_hosts_are_none(running_gateway: RunningGateway, agent: Caller) -> None:
    host = running_gateway.url.removeprefix("http://")
    assert agent.get("/healthz", [("host", host), ("host", "evil.example")]).status in (400, 421)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1", "http://localhost:7130", "file://"]
)
async def test_pages_of_other_origins_are_refused(running_gateway: RunningGateway, agent: Caller, origin: str) -> None:
    answer = agent.ask(QUERY, headers=[("origin", origin)])
    assert answer.status == 403
    assert "access-control-allow-origin" not in answer.headers
    preflight = agent.send("OPTIONS", "/graphql", None, [("origin", origin), ("access-control-request-method", "POST")])
    assert preflight.status in (403, 405)
    assert "access-control-allow-origin" not in preflight.headers
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(
                f"{running_gateway.url}/graphql", protocols=["graphql-transport-ws"], headers={"origin": origin}
            )
        assert refused.value.status == 403


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json5",
        "application/json; charset=utf-16",
    ],
)
def test_forms_of_other_pages_are_no_json(agent: Caller, content_type: str) -> None:
    """What a browser sends without asking first is refused, whoever's token comes along."""
    body = json.dumps({"query": QUERY})
    assert agent.send("POST", "/graphql", body, [("content-type", content_type)]).status == 415


BROKEN = {
    "empty": b"",
    "no JSON": b"{",
    "no object": b"[]",
    "a text": b'"query"',
    "null": b"null",
    "a batch": json.dumps([{"query": QUERY}]).encode(),
    "no query": b"{}",
    "a query that is no text": b'{"query": {"a": 1}}',
    "variables that are a list": json.dumps({"query": QUERY, "variables": [1]}).encode(),
    "variables that are a text": json.dumps({"query": QUERY, "variables": "{}"}).encode(),
    "a name that is a number": json.dumps({"query": QUERY, "operationName": 7}).encode(),
    "extensions that are a list": json.dumps({"query": QUERY, "extensions": []}).encode(),
    "no UTF-8": b'{"query": "{ \xff\xfe }"}',
    "UTF-16": json.dumps({"query": QUERY}).encode("utf-16"),
    "a mark before it": b"\xef\xbb\xbf" + json.dumps({"query": QUERY}).encode(),
    "NaN": b'{"query": "{ me { role } }", "variables": {"a": NaN}}',
    "Infinity": b'{"query": "{ me { role } }", "variables": {"a": -Infinity}}',
    "brackets without end": b"[" * 100_000,
    "objects without end": b'{"a":' * 100_000,
    "a deep variable": b'{"query": "{ me { role } }", "variables": {"a": ' + b"[" * 5_000 + b"]" * 5_000 + b"}}",
    "zeros": b"\0" * 1_000,
    "trailing": json.dumps({"query": QUERY}).encode() + b"{}",
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken_bodies(agent: Caller, what: str) -> None:
    answer = agent.post(BROKEN[what])
    assert answer.status == 400
    assert answer.codes == {"BAD_USER_INPUT"}
    assert_tells_nothing(answer)


def test_bodies_beyond_the_limit(agent: Caller) -> None:
    answer = agent.ask(QUERY, {"padding": "x" * 1_100_000})
    assert answer.status == 413
    assert answer.codes == {"PAYLOAD_TOO_LARGE"}
    lying = agent.send("POST", "/graphql", b"{}", [("content-type", "application/json"), ("content-length", "9" * 30)])
    assert lying.status in (400, 413)


def test_a_key_given_twice_is_read_once(agent: Caller) -> None:
    """JSON leaves open which one counts; what was checked and what runs are the same one."""
    body = f'{{"query": {json.dumps(ADMIN_ONLY)}, "query": {json.dumps(QUERY)}}}'
    assert agent.post(body).data["artist"]
    body = f'{{"query": {json.dumps(QUERY)}, "query": {json.dumps(ADMIN_ONLY)}}}'
    assert agent.post(body).codes == {"GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize(
    "query",
    [
        '{ explain(operation: "{ me { role } }") { allowed } }',
        "mutation { __typename }",
        "subscription { __typename }",
    ],
)
def test_get_runs_nothing_but_queries_without_effects(agent: Caller, query: str) -> None:
    answer = agent.get(f"/graphql?query={quote(query)}")
    assert answer.status in (400, 405)
    assert not answer.json.get("data")
    assert agent.get(f"/graphql?query={quote(NORMAL)}").data


def test_get_does_not_take_what_a_query_hides(agent: Caller) -> None:
    explain = 'explain(operation: "{ me { role } }") { allowed }'
    for query in (
        f"{{ a: {explain} }}",
        f"{{ ...f }} fragment f on query_root {{ {explain} }}",
        f"{{ ... on query_root {{ {explain} }} }}",
        f"{{ me {{ role }} artist {{ name }} {explain} }}",
        f"query a {{ me {{ role }} }} query b {{ {explain} }}",
    ):
        name = "&operationName=b" if query.startswith("query a") else ""
        answer = agent.get(f"/graphql?query={quote(query)}{name}")
        assert answer.status in (400, 405), query
        assert not answer.json.get("data")


@pytest.mark.parametrize(
    "string",
    [
        "",
        "q=1",
        "query=a&query=b",
        "query=%ff",
        "query=%7B&variables=%7B",
        "query=%7Ba%7D&variables=[]",
        "&" * 50,
    ],
)
def test_broken_query_strings(agent: Caller, string: str) -> None:
    answer = agent.get(f"/graphql?{string}")
    assert answer.status == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "TRACE", "OPTIONS", "PROPFIND"])
def test_other_methods(agent: Caller, method: str) -> None:
    answer = agent.send(method, "/graphql", None, [])
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    "path",
    [
        "/graphiql/assets/../../../narthex.toml",
        "/graphiql/assets/%2e%2e%2f%2e%2e%2fFAILED",
        "/graphiql/assets/..%5cx.js",
        "//graphql",
        "/graphql/",
        "/GRAPHQL",
        "/.git/config",
        "/narthex.toml",
        "/policies/privacy.policy",
    ],
)
def test_paths_that_lead_elsewhere(agent: Caller, path: str) -> None:
    assert agent.get(path).status == 404


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("no json", 4400),
        ("[]", 4400),
        ("[" * 50_000, 4400),
        ('{"type": "unknown"}', 4400),
        ('{"type": ["connection_init"]}', 4400),
        ("{}", 4400),
        ('{"type": "subscribe", "id": "1", "payload": {"query": "{ me { role } }"}}', 4401),
    ],
)
async def test_broken_messages_close_the_websocket(running_gateway: RunningGateway, message: str, code: int) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{running_gateway.url}/graphql", protocols=["graphql-transport-ws"]) as socket,
    ):
        await socket.send_str(message)
        closed = await asyncio.wait_for(socket.receive(), 5)
        assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, code)


async def test_one_id_twice_and_another_caller_close_the_websocket(running_gateway: RunningGateway) -> None:
    slow = '{ track(where: {name: {_regex: "(a+)+$"}}) { name } }'
    init = {"type": "connection_init", "payload": {"authorization": f"Bearer {running_gateway.token(role='agent')}"}}
    other = running_gateway.token("--sub", "somebody-else", role="admin")
    again = {"type": "connection_init", "payload": {"authorization": f"Bearer {other}"}}
    subscribe = {"type": "subscribe", "id": "1", "payload": {"query": slow}}
    async with aiohttp.ClientSession() as session:
        # Many times: an operation that has ended gives its id back, and it may be quicker than the next message.
        for messages, code in (((subscribe,) * 50, 4409), ((again,), 4429)):
            async with session.ws_connect(
                f"{running_gateway.url}/graphql", protocols=["graphql-transport-ws"]
            ) as socket:
                await socket.send_json(init)
                assert await socket.receive_json(timeout=5) == {"type": "connection_ack"}
                with suppress(ConnectionResetError):  # it may be closed already
                    for message in messages:
                        await socket.send_json(message)
                while (received := await asyncio.wait_for(socket.receive(), 10)).type is aiohttp.WSMsgType.TEXT:
                    pass
                assert received.data == code


async def test_a_websocket_of_another_protocol_is_closed_at_once(running_gateway: RunningGateway) -> None:
    async with aiohttp.ClientSession() as session:
        for protocols in ((), ("graphql-ws",)):
            async with session.ws_connect(f"{running_gateway.url}/graphql", protocols=protocols) as socket:
                assert (await asyncio.wait_for(socket.receive(), 10)).data == 4406
