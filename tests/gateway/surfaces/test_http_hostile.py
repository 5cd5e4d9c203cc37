"""GraphQL over HTTP against bodies that nobody sends by mistake: all are answered, none with our insides."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.surfaces.http import load_json
from tests.gateway.served import Served, wellformed

_ONE = "{book(limit: 1) {id}}"
_STRICT = "application/graphql-response+json"

_BODIES = {
    "nothing": b"",
    "blank": b" ",
    "no json": b"NONSENSE",
    "half": b'{"query":',
    "two": b'{"query":"{a}"}{"query":"{a}"}',
    "a list": b"[]",
    "a batch": b'[{"query":"{book{id}}"}]',
    "null": b"null",
    "a string": b'"{book{id}}"',
    "a number": b"1",
    "no query": b"{}",
    "misspelt": b'{"qeury":"{a}"}',
    "query null": b'{"query":null}',
    "query a number": b'{"query":1}',
    "query an object": b'{"query":{"a":1}}',
    "query a list": b'{"query":["{a}"]}',
    "variables a list": b'{"query":"{book{id}}","variables":[7]}',
    "variables a string": b'{"query":"{book{id}}","variables":"{}"}',
    "variables a number": b'{"query":"{book{id}}","variables":0}',
    "variables false": b'{"query":"{book{id}}","variables":false}',
    "name a number": b'{"query":"{book{id}}","operationName":1}',
    "name an object": b'{"query":"{book{id}}","operationName":{}}',
    "extensions a list": b'{"query":"{book{id}}","extensions":[]}',
    "extensions a string": b'{"query":"{book{id}}","extensions":"x"}',
    "not utf-8": b'{"query":"\xff\xfe"}',
    "utf-16": '{"query":"{book{id}}"}'.encode("utf-16"),
    "utf-32": '{"query":"{book{id}}"}'.encode("utf-32-be"),
    "a byte order mark": b'\xef\xbb\xbf{"query":"{book{id}}"}',
    "overlong utf-8": b'{"query":"\xc0\xaf"}',
    "a surrogate in utf-8": b'{"query":"\xed\xa0\x80"}',
    "NaN": b'{"query":"{book{id}}","variables":{"a":NaN}}',
    "Infinity": b'{"query":"{book{id}}","variables":{"a":-Infinity}}',
    "a control character": b'{"query":"{book{\x01id}}"}',
    "a huge integer": b'{"query":"{book{id}}","variables":{"a":' + b"9" * 5_000 + b"}}",
    "deep lists": b'{"query":"{book{id}}","variables":{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
    "deep objects": b'{"query":"{book{id}}","variables":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}",
    "open brackets": b"[" * 1_000_000,
    "open objects": b'{"a":' * 200_000,
    "compressed": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
}


@pytest.mark.parametrize("kind", _BODIES)
async def test_a_body_that_is_no_request_is_400(shelf: Served, kind: str) -> None:
    started = time.process_time()
    answer = wellformed(await shelf.ask(body=_BODIES[kind]))
    assert answer.status == 400 and answer.code == "BAD_USER_INPUT" and "data" not in answer.json
    assert time.process_time() - started < 1.0


_Q = b'{"query":"query($v: %s) {book(where: {%s: {_eq: $v}}, limit: 1) {id}}","variables":{"v":%s}}'
_ODD_VALUES = {
    "half a pair": b'"\\ud800"',
    "the other half": b'"a\\udc00b"',
    "a pair": b'"\\ud83d\\ude00"',
    "zero": b'"a\\u0000b"',
    "overflow": b"1e999999",
    "underflow": b"1e-999999",
    "many digits": b"1." + b"1" * 100_000,
    "digits": b"9" * 4_000,
    "negative zero": b"-0",
    "negative zero fraction": b"-0.0",
    "a list": b"[[[1]]]",
    "an object": b'{"a":{"b":null}}',
    "twice": b'{"a":1,"a":2}',
    "odd keys": b'{"\\ud800":1,"\\u0000":2,"":3,"__proto__":4}',
    "true": b"true",
    "null": b"null",
    "a long string": b'"' + b"x" * 900_000 + b'"',
    "depth": b"[" * 190 + b"]" * 190,
}
_PLACES = [
    (b"Int", b"id"),
    (b"String", b"title"),
    (b"bigint", b"pages"),
    (b"numeric", b"price"),
    (b"jsonb", b"about"),
    (b"Boolean", b"lent"),
]


@pytest.mark.parametrize("place", _PLACES, ids=lambda place: place[0].decode())
@pytest.mark.parametrize("kind", _ODD_VALUES)
async def test_an_odd_value_anywhere_is_answered(shelf: Served, kind: str, place: tuple[bytes, bytes]) -> None:
    answer = wellformed(await shelf.ask(body=_Q % (*place, _ODD_VALUES[kind])))
    assert answer.status == 200 or (answer.status == 400 and kind == "digits")
    assert len(answer.body) < 2_000


@pytest.mark.parametrize("kind", _ODD_VALUES)
async def test_an_odd_value_beside_a_mistake_is_answered(shelf: Served, kind: str) -> None:
    for query in (b"{book{idd}}", b"{echo(text: $v)}", b"{", b"query($v: String!) {echo(text: $v)}"):
        wellformed(await shelf.ask(body=b'{"query":"%s","variables":{"v":%s}}' % (query, _ODD_VALUES[kind])))


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "{",
        "}",
        "\ud800",
        "{book{id}} #\ud800",
        "\x00",
        "{book{\x00id}}",
        "{a:b:c}",
        "query",
        "😀",
        "{😀}",
        "{book{id}}" * 2,
        '{book(where:{title:{_eq:"\ud800"}}){id}}',
        "{__typename @x}",
        "fragment a on b{c}",
        "{...a}",
        "type A{b:C}",
        "schema{query:A}",
        "{" + "a{" * 5000,
        "{a(b:" + "[" * 5000,
        "query($a:" + "[" * 5000,
        '"""' * 3333,
        "{a(b:" + "{c:" * 5000,
        "\\" * 100000,
    ],
)
async def test_a_document_that_is_none_is_answered(shelf: Served, query: str) -> None:
    answer = wellformed(await shelf.ask(query))
    assert answer.status == 200 and answer.code in (
        "GRAPHQL_PARSE_FAILED",
        "GRAPHQL_VALIDATION_FAILED",
        "LIMIT_EXCEEDED",
        "BAD_USER_INPUT",
    )
    strict = wellformed(await shelf.ask(query, headers=[("accept", _STRICT)]))
    assert strict.status == 400 and strict.json == answer.json


_json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries(
        {
            "query": st.sampled_from(
                [_ONE, "query($a: jsonb) {book(where: {about: {_contains: $a}}) {id}}", "{", "{bok}"]
            )
            | st.text(max_size=30)
        },
        optional={
            "variables": st.dictionaries(st.sampled_from("abc"), _json_values) | _json_values,
            "extensions": _json_values,
            "operationName": _json_values,
            "id": _json_values,
        },
    )
    | _json_values
)
async def test_any_json_is_answered(shelf: Served, content: object) -> None:
    answer = wellformed(await shelf.ask(body=json.dumps(content)))
    assert answer.status in (200, 400)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60) | st.binary(max_size=20).map(lambda noise: b'{"query":"' + noise + b'"}'))
async def test_any_bytes_are_answered(shelf: Served, body: bytes) -> None:
    assert wellformed(await shelf.ask(body=body)).status in (200, 400)


# The JSON reader


@pytest.mark.parametrize("depth", [2, 199, 200])
def test_json_may_nest_to_a_bound(depth: int) -> None:
    assert load_json("[" * depth + "]" * depth)
    assert load_json('{"a":' * depth + "1" + "}" * depth)


@pytest.mark.parametrize(
    "text", ["[" * 201 + "]" * 201, '{"a":' * 201 + "1" + "}" * 201, '[{"a":' * 101 + "1" + "}]" * 101]
)
def test_json_beyond_the_bound_is_none(text: str) -> None:
    for body in (text, text.encode()):
        with pytest.raises(ValueError, match="nests deeper"):
            load_json(body)


@given(st.lists(st.sampled_from(['"', "\\", "[", "]", "{", "}", ":", ",", "1", "a", " "]), max_size=40).map("".join))
def test_brackets_in_strings_do_not_nest(text: str) -> None:
    body = json.dumps(["[" * 300, text])
    assert load_json(body) == ["[" * 300, text]
    assert load_json(json.dumps({"\\" * 3 + "{" * 300: "]" * 300 + '"'}))
