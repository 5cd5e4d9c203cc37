"""Somebody who has just run `narthex dev` and does what the terminal says."""

import asyncio
import re
import shlex
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.caller import Caller
from tests.running import SAMPLE, RunningGateway

PROTOCOL = "graphql-transport-ws"
RESPONSE_JSON = "application/graphql-response+json"
PATHS = ("/graphql", "/v1/graphql")


def printed_token(gateway: RunningGateway, whose: str) -> str:
    found = re.search(rf"^{whose} token \([^)]*\):\n(\S+)$", gateway.said(), re.MULTILINE)
    assert found is not None, gateway.said()
    return found[1]


def test_the_printed_curl_lines_answer(running_gateway: RunningGateway) -> None:
    said = running_gateway.said()
    (assignment,) = re.findall(r"^TOKEN=(\S+)$", said, re.MULTILINE)
    lines = re.findall(r"^curl .*$", said, re.MULTILINE)
    assert len(lines) == 3
    for line in lines:
        command, silent, url, flag, authorization, other_flag, content_type, data, body = shlex.split(line)
        assert (command, silent, flag, other_flag, data) == ("curl", "-s", "-H", "-H", "-d")
        parts = urlsplit(url)
        headers = [
            (name.lower(), value.replace("$TOKEN", assignment).strip())
            for name, _, value in (field.partition(":") for field in (authorization, content_type))
        ]
        answer = Caller(f"http://{parts.netloc}").send("POST", parts.path, body, headers)
        assert answer.status == 200
        assert all(answer.data.values())


def test_the_printed_queries_answer_as_pasted(running_gateway: RunningGateway) -> None:
    said = running_gateway.said()
    queries = re.findall(r"^query \w+.*?^}$", said, re.MULTILINE | re.DOTALL)
    assert len(queries) == 3
    for query in queries:
        answer = Caller(running_gateway.url, printed_token(running_gateway, "Agent")).ask(query)
        assert all(answer.data.values())


def test_every_saved_operation_runs_for_whom_it_says(running_gateway: RunningGateway) -> None:
    for path in sorted((SAMPLE / "operations").glob("*.graphql")):
        text = path.read_text(encoding="utf-8")
        named = re.match(r"# For the roles? (\w+)", text)
        role = named[1] if named else "agent"
        first = text.partition("\n")[0]
        options = ("--claim", "employee_id=3") if "employee_id=3" in first else ()
        options += ("--level", "WRITE") if "level WRITE" in first else ()
        token = running_gateway.token(*options, role=role)
        assert all(Caller(running_gateway.url, token).ask(text).data.values()), path


def test_the_printed_addresses_answer(running_gateway: RunningGateway) -> None:
    said = running_gateway.said()
    (page, fragment) = re.findall(r"^GraphiQL\s+(\S+)#token=(\S+)$", said, re.MULTILINE)[0]
    assert fragment == printed_token(running_gateway, "Admin")
    answer = Caller(running_gateway.url).get(urlsplit(page).path)
    assert answer.status == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    (endpoint,) = re.findall(r"^GraphQL\s+(\S+)$", said, re.MULTILINE)
    assert urlsplit(endpoint).path == "/graphql"
    assert Caller(running_gateway.url).get("/healthz").status == 200
    assert Caller(running_gateway.url).get("/readyz").status == 200
    assert Caller(running_gateway.url).get("/.well-known/jwks.json").json["keys"][0]["crv"] == "Ed25519"


@pytest.mark.parametrize(
    ("whose", "is_"),
    [
        ("Admin", {"kind": "person", "role": "admin", "level": "WRITE", "subject": "dev-admin"}),
        ("Agent", {"kind": "agent", "role": "agent", "level": "READ", "subject": "dev-agent"}),
    ],
)
def test_the_printed_tokens_are_what_they_say(
    running_gateway: RunningGateway, whose: str, is_: dict[str, str]
) -> None:
    caller = Caller(running_gateway.url, printed_token(running_gateway, whose))
    assert caller.ask("{ me { kind role level subject } }").data["me"] == is_
    answer = caller.ask("{ customer_aggregate { aggregate { count } } }")
    if whose == "Admin":
        assert answer.data == {"customer_aggregate": {"aggregate": {"count": 59}}}
    else:
        assert answer.codes == {"GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize("token", [None, "not-a-token"])
def test_whoever_has_no_token_is_told_how_to_authenticate(
    running_gateway: RunningGateway, token: str | None
) -> None:
    caller = Caller(running_gateway.url, token)
    accepts = (None, "application/json", RESPONSE_JSON, "text/event-stream", "*/*")
    for path in PATHS:
        for accept in accepts:
            headers = [] if accept is None else [("accept", accept)]
            for answer in (
                caller.ask("{ artist { name } }", headers=headers, path=path),
                caller.get(f"{path}?query=%7Bartist%7Bname%7D%7D", headers),
            ):
                assert answer.status == 401
                assert answer.headers["www-authenticate"] == 'Bearer realm="narthex"'
                assert answer.codes == {"UNAUTHENTICATED"}
                assert "data" not in answer.json
    for page in ("/schema.graphql", "/llms.txt", "/tools.json"):
        answer = caller.get(page)
        assert answer.status == 401
        assert answer.headers["www-authenticate"] == 'Bearer realm="narthex"'
        assert "Authorization: Bearer" in answer.text
        assert "artist" not in answer.text


@pytest.mark.parametrize(
    "payload", [None, {}, {"authorization": "Bearer not-a-token"}, {"authorization": 7}, "Bearer not-a-token"]
)
async def test_a_websocket_without_a_token_is_closed_with_4401(
    running_gateway: RunningGateway, payload: object
) -> None:
    async with aiohttp.ClientSession() as session:
        for path in PATHS:
            async with session.ws_connect(f"{running_gateway.url}{path}", protocols=[PROTOCOL]) as socket:
                await socket.send_json({"type": "connection_init", "payload": payload})
                message = await asyncio.wait_for(socket.receive(), 5)
                assert message.type is aiohttp.WSMsgType.CLOSE
                assert (message.data, message.extra) == (4401, "Unauthorized")


async def test_a_websocket_takes_no_operation_before_it_knows_who_asks(running_gateway: RunningGateway) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{running_gateway.url}/graphql", protocols=[PROTOCOL]) as socket,
    ):
        await socket.send_json({"type": "subscribe", "id": "1", "payload": {"query": "{ artist { name } }"}})
        message = await asyncio.wait_for(socket.receive(), 5)
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 4401)
