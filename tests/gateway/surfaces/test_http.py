"""GraphQL over HTTP, in process: every malformed request has its 4xx, and nothing ends in a bare 500."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from gateway.surfaces.http import Malformed, negotiate
from tests.gateway.served import Served, call, serving, wellformed

_ONE = "{book(limit: 1) {id}}"
_DATA = {"book": [{"id": 1}]}
_JSON, _STRICT, _STREAM = "application/json", "application/graphql-response+json", "text/event-stream"


# The request as the specification has it


async def test_post_and_get_answer(shelf: Served) -> None:
    query = "query q($n: Int) {book(limit: $n) {id}}"
    posted = await shelf.ask(query, {"n": 1}, operationName="q", extensions={})
    assert posted.data == _DATA and posted.status == 200
    got = await shelf.ask(
        method="GET",
        headers=[("content-type", "text/plain")],
        parameters=[("query", query), ("variables", '{"n": 1}'), ("operationName", "q"), ("extensions", "{}")],
    )
    assert got.data == _DATA and got.status == 200
    for answer in (posted, got):
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        stages = [part.split(";")[0] for part in answer.headers["server-timing"].split(", ")]
        assert stages == ["envelope", "document", "contract", "plan", "admit", "execute", "settle", "audit", "respond"]


@pytest.mark.parametrize("name", ["variables", "operationName", "extensions"])
async def test_null_is_as_good_as_nothing(shelf: Served, name: str) -> None:
    assert (await shelf.ask(body=json.dumps({"query": _ONE, name: None}))).data == _DATA
    assert (await shelf.ask(body=json.dumps({"query": _ONE, name: None, "other": [1]}))).data == _DATA


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "get"])
async def test_other_methods_are_405(shelf: Served, method: str) -> None:
    answer = wellformed(await shelf.ask(_ONE, method=method))
    assert answer.status == 405 and answer.headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ('Application/JSON;Charset="UTF-8"', 200),
        ("application/json;profile=x", 200),
        ("application/json; charset=utf-16", 415),
        ("application/json; charset=iso-8859-1", 415),
        ("application/graphql", 415),
        ("application/graphql+json", 415),
        ("text/plain", 415),
        ("text/plain; application/json", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("", 415),
        ("application/jsonp", 415),
        ("application/json, text/plain", 415),
    ],
)
async def test_post_needs_json(shelf: Served, content_type: str, status: int) -> None:
    answer = wellformed(await shelf.ask(_ONE, headers=[("content-type", content_type)]))
    assert answer.status == status


async def test_post_without_a_content_type_is_415(shelf: Served) -> None:
    headers = [("host", "localhost"), ("authorization", "Bearer admin")]
    assert (await call(shelf.http, "POST", headers, json.dumps({"query": _ONE}).encode())).status == 415


# Size


async def test_a_body_beyond_the_limit_is_413(shelf: Served) -> None:
    body = json.dumps({"query": _ONE, "variables": {"a": "x" * 1_048_576}})
    answer = wellformed(await shelf.ask(body=body))
    assert answer.status == 413 and answer.code == "PAYLOAD_TOO_LARGE"
    for length in ("1048577", "9" * 30, "9" * 5_000):
        assert wellformed(await shelf.ask(body=b"{}", headers=[("content-length", length)])).status == 413
    for length in ("-1", "x", "", "1e3", "²"):
        assert wellformed(await shelf.ask(_ONE, headers=[("content-length", length)])).data == _DATA
    whole = json.dumps({"query": _ONE, "variables": {"a": ""}})
    just = json.dumps({"query": _ONE, "variables": {"a": "x" * (1_048_576 - len(whole))}})
    assert len(just) == 1_048_576 and (await shelf.ask(body=just)).data == _DATA


async def _in_pieces(shelf: Served, pieces: list[bytes], then: str = "http.disconnect") -> list[dict[str, Any]]:
    events = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return events.pop(0) if events else {"type": then, "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json"), (b"authorization", b"Bearer admin")]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
    await asyncio.wait_for(shelf.http(scope, receive, send), 10)
    return sent


async def test_a_body_may_come_in_pieces(shelf: Served) -> None:
    body = json.dumps({"query": _ONE}).encode()
    sent = await _in_pieces(shelf, [bytes([byte]) for byte in body], "http.request")
    assert sent[0]["status"] == 200 and json.loads(sent[1]["body"])["data"] == _DATA
    sent = await _in_pieces(shelf, [b"x" * 1_000_000, b"x" * 100_000, b"never read"])
    assert sent[0]["status"] == 413


async def test_a_client_that_leaves_before_its_body_is_whole_gets_nothing_and_is_observed(shelf: Served) -> None:
    shelf.observations.clear()
    assert await _in_pieces(shelf, [b'{"query":']) == []
    assert [(seen.outcome, seen.status) for seen in shelf.observations] == [("CANCELLED", 499)]


# GET


@pytest.mark.parametrize(
    "parameters",
    [
        [],
        [("query", "")],
        [("query", _ONE), ("query", _ONE)],
        [("query", _ONE), ("variables", "{}"), ("variables", '{"a":1}')],
        [("query", _ONE), ("extensions", "{}"), ("extensions", "{}")],
        [("query", _ONE), ("variables", "[1]")],
        [("query", _ONE), ("variables", "x")],
        [("query", _ONE), ("variables", '"{}"')],
        [("query", _ONE), ("variables", "[" * 1_000)],
        [("query", _ONE), ("variables", "9" * 5_000)],
        [("query", _ONE), ("extensions", "1")],
        [("query", _ONE), *((f"p{n}", "x") for n in range(20))],
    ],
)
async def test_a_query_string_that_is_no_request_is_400(shelf: Served, parameters: list[tuple[str, str]]) -> None:
    answer = wellformed(await shelf.ask(method="GET", parameters=parameters, headers=[("accept", _STRICT)]))
    assert answer.status == 400 and "data" not in answer.json


@pytest.mark.parametrize(
    "query_string", [b"query=%ff", b"query=\xff", b"query=%", b"query=%zz", b"&&&", b"=", b"query"]
)
async def test_any_query_string_is_answered(shelf: Served, query_string: bytes) -> None:
    headers = [("host", "localhost"), ("authorization", "Bearer admin"), ("accept", _STRICT)]
    assert wellformed(await call(shelf.http, "GET", headers, b"", query_string)).status == 400


@pytest.mark.parametrize("accept", [_JSON, _STRICT])
@pytest.mark.parametrize(
    "query",
    [
        "mutation {a}",
        "subscription {book {id}}",
        '{explain(operation: "{a}")}',
        '{echo(text: "a")}',
        "{book(limit: 1) {id} idle}",
    ],
)
async def test_get_runs_only_data_and_metadata(shelf: Served, query: str, accept: str) -> None:
    answer = wellformed(await shelf.ask(method="GET", parameters=[("query", query)], headers=[("accept", accept)]))
    assert answer.status == 405 and answer.headers["allow"] == "POST"
    assert answer.code == "BAD_USER_INPUT" and "data" not in answer.json


async def test_get_reads_data_and_the_schema(shelf: Served) -> None:
    query = "{book(limit: 1) {id} __typename __schema {queryType {name}}}"
    assert (await shelf.ask(method="GET", parameters=[("query", query)])).data["__typename"] == "query_root"


async def test_a_get_does_not_open_the_cache_to_what_needs_post(shelf: Served) -> None:
    query = '{echo(text: "shared")}'
    assert (await shelf.ask(query)).data == {"echo": "shared"}
    assert (await shelf.ask(method="GET", parameters=[("query", query)])).status == 405
    assert (await shelf.ask(query)).data == {"echo": "shared"}


# Who


@pytest.mark.parametrize("token", [None, "", "nobody", "late", "\xff", "admin admin"])
async def test_without_a_valid_token_it_is_401_whatever_the_body_is(shelf: Served, token: str | None) -> None:
    for body in (json.dumps({"query": _ONE}).encode(), b"NONSENSE", b"x" * 2_000_000):
        for accept in (_JSON, _STRICT, _STREAM, "*/*"):
            answer = wellformed(await shelf.ask(body=body, token=token, headers=[("accept", accept)]))
            assert answer.status == 401 and answer.code == "UNAUTHENTICATED"
            assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_token_in_the_query_string_is_none(shelf: Served) -> None:
    for name in ("token", "access_token", "authorization"):
        answer = await shelf.ask(method="GET", token=None, parameters=[("query", _ONE), (name, "admin")])
        assert answer.status == 401
    assert (await shelf.ask(_ONE, token=None, headers=[("cookie", "authorization=Bearer admin")])).status == 401


async def test_a_role_of_somebody_else_is_403(shelf: Served) -> None:
    headers = [("x-narthex-role", "reader"), ("accept", _STRICT)]
    answer = wellformed(await shelf.ask(_ONE, headers=headers))
    assert answer.status == 403 and answer.code == "FORBIDDEN"


@pytest.mark.parametrize(
    "name", ["authorization", "content-type", "x-narthex-role", "x-narthex-purpose", "idempotency-key"]
)
async def test_a_header_that_decides_may_stand_once(shelf: Served, name: str) -> None:
    value = {"authorization": "Bearer admin", "content-type": _JSON, "x-narthex-role": "admin"}.get(name, "x")
    answer = wellformed(await shelf.ask(_ONE, headers=[(name, value), (name, value)]))
    assert answer.status == 400 and answer.code == "BAD_USER_INPUT"


async def test_other_headers_may_repeat(shelf: Served) -> None:
    answer = await shelf.ask(
        _ONE, headers=[("accept", "text/html"), ("accept", _STRICT), ("x-other", "1"), ("x-other", "2")]
    )
    assert answer.data == _DATA and answer.headers["content-type"].startswith(_STRICT)


# The media type of the answer


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, _JSON),
        ("", _JSON),
        ("*/*", _JSON),
        ("application/*", _JSON),
        (_JSON, _JSON),
        (_STRICT, _STRICT),
        (_STREAM, _STREAM),
        (f"{_STRICT}, {_JSON}", _STRICT),
        (f"{_JSON}, {_STRICT}", _JSON),
        (f"{_JSON};q=0.9, {_STRICT}", _STRICT),
        (f"{_JSON}; q=0.9, {_STRICT}; q=0.1", _JSON),
        (f"{_STRICT};charset=utf-8, {_JSON};charset=utf-8", _STRICT),
        (f"text/html, {_JSON};q=0.5, */*;q=0.1", _JSON),
        (f"{_STRICT};q=0.5, */*;q=0.4", _STRICT),
        (f"{_JSON};q=0, */*", _STRICT),
        (f"*/*, {_JSON};q=0", _STRICT),
        (f"{_JSON};q=0, {_STRICT};q=0, */*", None),
        (f"{_STRICT}, application/*;q=0.1", _STRICT),
        ("APPLICATION/JSON", _JSON),
        ("text/html,application/xhtml+xml,*/*;q=0.8", _JSON),
        ("text/html", None),
        ("application/json;q=0", None),
        ("*/*;q=0", None),
        ("*/*;q=nan", None),
        ("*/*;q=inf", None),
        ("*/*;q=-1", None),
        ("*/*;q=", None),
        (",,;;,", None),
        ("text/*", None),
    ],
)
def test_negotiation_follows_the_weights(accept: str | None, chosen: str | None) -> None:
    if chosen is not None:
        assert negotiate(accept) == chosen
        return
    with pytest.raises(Malformed) as caught:
        negotiate(accept)
    assert caught.value.status == 406


async def test_the_answer_has_the_type_that_was_chosen(shelf: Served) -> None:
    for accept in (_JSON, _STRICT):
        answer = await shelf.ask(_ONE, headers=[("accept", accept)])
        assert answer.headers["content-type"] == f"{accept}; charset=utf-8" and answer.data == _DATA
    assert wellformed(await shelf.ask(_ONE, headers=[("accept", "text/html")])).status == 406


# Events


def events(body: bytes) -> list[tuple[str, str]]:
    """The events of a stream as a browser reads them (HTML, section 9.2.6)."""
    found: list[tuple[str, str]] = []
    name, data = "message", list[str]()
    for line in body.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                found.append((name, "\n".join(data)))
            name, data = "message", []
        elif field == "event":
            name = value
        elif field == "data":
            data.append(value)
    return found


async def test_a_stream_has_the_result_and_its_end(shelf: Served) -> None:
    answer = await shelf.ask(_ONE, headers=[("accept", _STREAM)])
    assert answer.status == 200 and answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert [(name, json.loads(data) if data else None) for name, data in events(answer.body)] == [
        ("next", {"data": _DATA}),
        ("complete", None),
    ]


async def test_line_ends_in_json_columns_do_not_end_an_event(shelf: Served) -> None:
    answer = await shelf.ask("{book(limit: 2) {raw}}", headers=[("accept", _STREAM)])
    first, last = events(answer.body)
    assert json.loads(first[1])["data"]["book"] == [{"raw": {"a": 1}}] * 2 and last[0] == "complete"


async def test_what_is_refused_before_it_runs_is_an_event_without_data(shelf: Served) -> None:
    for query in ("{", "{bok}", "query($n: Int!) {book(limit: $n) {id}}"):
        answer = await shelf.ask(query, headers=[("accept", _STREAM)])
        assert answer.status == 200 and answer.headers["content-type"].startswith(_STREAM)
        assert [name for name, _ in events(answer.body)] == ["next", "complete"]
        payload = json.loads(events(answer.body)[0][1])
        assert payload["errors"] and "data" not in payload


async def test_who_may_not_ask_gets_a_status_and_no_stream(shelf: Served) -> None:
    answer = await shelf.ask(_ONE, token="nobody", headers=[("accept", _STREAM)])
    assert answer.status == 401 and answer.headers["content-type"].startswith(_JSON)


async def test_what_fails_while_it_runs_is_an_event(shelf: Served) -> None:
    answer = await shelf.ask("{broken refusing book(limit: 1) {id}}", headers=[("accept", _STREAM)])
    payload = json.loads(events(answer.body)[0][1])
    assert payload["data"] == {"broken": None, "refusing": None, **_DATA}
    assert [error["extensions"]["code"] for error in payload["errors"]] == ["INTERNAL", "NOT_FOUND"]
    assert "secret" not in answer.body.decode()


async def test_a_fault_of_the_gateway_is_told_without_its_insides(
    shelf: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise KeyError("insides")

    endpoint = shelf.http
    monkeypatch.setattr("gateway.surfaces.http.seal", fail)
    shelf.observations.clear()
    headers = [("host", "localhost"), ("content-type", _JSON), ("authorization", "Bearer admin"), ("accept", _STRICT)]
    answer = await call(endpoint, "POST", headers, json.dumps({"query": _ONE}).encode())
    assert answer.status == 500 and answer.code == "INTERNAL" and b"insides" not in answer.body
    assert [type(seen.fault) for seen in shelf.observations] == [KeyError]


async def test_the_body_limit_is_a_setting(prepared_database: Any, tmp_path: Any) -> None:
    async with serving(
        await prepared_database("CREATE TABLE t (id int PRIMARY KEY)"), tmp_path, policy="", body_limit=100
    ) as small:
        assert (await small.ask("{t {id}}")).data == {"t": []}
        assert (await small.ask("{t {id}}" + " " * 100)).status == 413
