"""What holds up everybody else, or fills the memory, before or beside the answer; and what explaining gives away."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import websockets

from tests.caller import Caller
from tests.running import RunningGateway

EXPLAIN = "explain(operation: $operation) { allowed refusals { code } }"
_FRAGMENTS = range(99)
COSTLY = (
    f"{{ artist {{ {' '.join(f'...f{n}' for n in _FRAGMENTS)} }} }} "
    + " ".join(f"fragment f{n} on artist {{ {'name artist_id albums { title } ' * 8} nope }}" for n in _FRAGMENTS)
)  # fmt: skip
"""Below every bound on documents, and as costly to validate as can be."""


@contextmanager
def others(caller: Caller, wait_s: float) -> Iterator[None]:
    """Within, somebody else asks for little all the time, and never waits longer than that."""
    waited: list[float] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            started = time.monotonic()
            assert caller.get("/healthz").status == 200
            waited.append(time.monotonic() - started)
            time.sleep(0.01)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield
    finally:
        done.set()
        asking.join()
    assert waited
    assert max(waited) < wait_s


@contextmanager
def connected(gateway: RunningGateway) -> Iterator[socket.socket]:
    parts = urlsplit(gateway.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as connection:
        yield connection


def everything(connection: socket.socket) -> bytes:
    """What still comes until the gateway hangs up."""
    found = b""
    try:
        while part := connection.recv(65_536):
            found += part
    except ConnectionError:
        pass
    return found


def test_one_operation_explains_only_so_much(running_gateway: RunningGateway, agent: Caller) -> None:
    many = " ".join(f"e{n}: {EXPLAIN}" for n in range(150))
    query = "query q($operation: String!) { %s }"
    with others(Caller(running_gateway.url), wait_s=2):
        refused = agent.ask(query % many, {"operation": COSTLY})
        assert refused.codes == {"LIMIT_EXCEEDED"}
        assert refused.errors[0]["extensions"]["coordinate"] == "Query.explain"
        allowed = agent.ask(query % " ".join(f"e{n}: {EXPLAIN}" for n in range(10)), {"operation": COSTLY}).data
    assert len(allowed) == 10
    assert {refusal["code"] for found in allowed.values() for refusal in found["refusals"]} == {"LIMIT_EXCEEDED"}


def test_one_operation_searches_only_so_often(agent: Caller) -> None:
    searches = " ".join(f'c{n}: catalog(search: "track", first: 100) {{ joins }}' for n in range(21))
    assert agent.ask(f"{{ {searches} }}").codes == {"LIMIT_EXCEEDED"}


def test_costly_documents_are_validated_once(running_gateway: RunningGateway, agent: Caller) -> None:
    with others(Caller(running_gateway.url), wait_s=2):
        assert agent.ask(COSTLY).codes == {"LIMIT_EXCEEDED"}


HOST = b"host: localhost\r\n"
CHUNKED = b"POST /graphql HTTP/1.1\r\n" + HOST + b"content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
ENDLESS = {
    "a URL": (b"GET /", b"a" * 1_000),
    "a header field": (b"GET /healthz HTTP/1.1\r\n" + HOST + b"x-a: ", b"a" * 1_000),
    "header fields": (b"GET /healthz HTTP/1.1\r\n" + HOST, b"x-a: aaaaaaaaaaaaaaaaa\r\n" * 50),
    "an extension of a chunk": (CHUNKED + b"1;", b"a" * 1_000),
    "a trailer": (CHUNKED + b"0\r\nx-a: ", b"a" * 1_000),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_what_has_no_end_is_ended(running_gateway: RunningGateway, what: str) -> None:
    """Gathered as a whole it took memory without bound, and seconds in which nobody was answered."""
    opening, piece = ENDLESS[what]
    sent = 0
    with connected(running_gateway) as connection:
        connection.sendall(opening)
        try:
            while sent < 1_000_000:
                connection.sendall(piece)
                sent += len(piece)
                time.sleep(0.0005)
        except ConnectionError:
            return
    pytest.fail("Nothing ended it.")


def test_a_head_that_is_too_long_is_told_so(running_gateway: RunningGateway) -> None:
    with connected(running_gateway) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"x-a: " + b"a" * 66_000)
        answer = everything(connection)
    assert answer.startswith(b"HTTP/1.1 431 ")
    with connected(running_gateway) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"connection: close\r\nx-a: " + b"a" * 60_000)
        connection.sendall(b"\r\n\r\n")
        assert everything(connection).startswith(b"HTTP/1.1 200 ")


def test_trailers_are_no_header_fields(running_gateway: RunningGateway) -> None:
    """A proxy that takes away header fields does not look at trailers."""
    token = running_gateway.token(role="agent").encode()
    body = json.dumps({"query": "{ me { role } }"}).encode()
    ending = b"%x\r\n%s\r\n0\r\nauthorization: Bearer %s\r\n\r\n" % (len(body), body, token)
    with connected(running_gateway) as connection:
        connection.sendall(CHUNKED.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n") + ending)
        assert everything(connection).startswith(b"HTTP/1.1 401 ")


async def test_who_leaves_amid_answers_is_no_fault(running_gateway: RunningGateway) -> None:
    """`_stays_well` looks at the log afterwards."""
    token = running_gateway.token(role="agent")
    url = running_gateway.url.replace("http", "ws") + "/graphql"
    query = "{ track(limit: 3503) { name composer album { title artist { name } } } }"
    for _ in range(3):
        async with websockets.connect(url, subprotocols=[websockets.Subprotocol("graphql-transport-ws")]) as leaving:
            content = {"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}
            await leaving.send(json.dumps(content))
            assert json.loads(await leaving.recv())["type"] == "connection_ack"
            leaving.transport.pause_reading()
            for number in range(60):
                message = {"id": str(number), "type": "subscribe", "payload": {"query": query}}
                await leaving.send(json.dumps(message))
            await asyncio.sleep(0.2)
            leaving.transport.abort()
    await asyncio.sleep(1)


def test_sql_names_no_closed_column(running_gateway: RunningGateway) -> None:
    """The way from an artist to albums is open here; the column by which it leads there is not."""
    narrow = Caller(
        running_gateway.url, running_gateway.token("--allow", "artist", "--allow", "album.title", role="agent")
    )
    wide = Caller(running_gateway.url, running_gateway.token(role="agent"))
    query = "query q($operation: String!) { explain(operation: $operation) { allowed sql } }"
    for operation in ("{ artist { albums { title } } }", "{ artist(where: {albums: {}}) { name } }"):
        explained = narrow.ask(query, {"operation": operation}).data["explain"]
        assert explained == {"allowed": True, "sql": None}
        assert '"artist_id"' in wide.ask(query, {"operation": operation}).data["explain"]["sql"]
    named = narrow.ask(query, {"operation": "{ artist { artist_id name } }"}).data["explain"]
    assert '"name"' in named["sql"]
