"""Respond: the table of statuses, bytes spliced in order, and marks of cut lists that no data can forge."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.encode import json_bytes, storable_json
from gateway.envelope import NeedsPost
from gateway.lanes import Plan, Root
from gateway.respond import Reply, assemble, status_of
from narthex.errors import CODES, Code, Refusal
from resolvers.sql.compile import Statement
from resolvers.sql.lists import CUT_CLOSE, CUT_OPEN
from resolvers.sql.scope import Cut
from schema.scalars import ExactFloat
from tests.gateway.served import Served


def failed(code: Code, data: bytes | None = None, **extensions: object) -> Reply:
    return Reply(data, (Refusal(code, "No.", **extensions),))


# Status


@pytest.mark.parametrize("code", Code)
def test_without_data_the_strict_media_type_has_the_status_of_the_code(code: Code) -> None:
    assert status_of(failed(code), strict=True) == CODES[code].status
    assert status_of(failed(code), strict=True) >= 400


@pytest.mark.parametrize("code", Code)
def test_without_data_plain_json_is_200_but_for_what_stops_before_execution(code: Code) -> None:
    before = {Code.UNAUTHENTICATED: 401, Code.RATE_LIMITED: 429, Code.QUOTA_EXCEEDED: 429, Code.UNAVAILABLE: 503}
    assert status_of(failed(code), strict=False) == before.get(code, 200)


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("data", [b"null", b'{"a":null}', b"{}"])
def test_with_data_it_is_200_whatever_failed(data: bytes, strict: bool) -> None:
    assert all(status_of(failed(code, data), strict) == 200 for code in Code)
    assert status_of(Reply(data), strict) == 200


@pytest.mark.parametrize("strict", [True, False])
def test_what_needs_post_is_405(strict: bool) -> None:
    assert status_of(Reply(None, (NeedsPost("Query.explain"),)), strict) == 405


def test_the_first_refusal_decides() -> None:
    reply = Reply(None, (Refusal(Code.FORBIDDEN, "a"), Refusal(Code.UNAUTHENTICATED, "b")))
    assert status_of(reply, strict=True) == 403 and reply.outcome() == "FORBIDDEN"


# Body


def test_the_body_has_what_there_is_and_nothing_else() -> None:
    assert Reply(b'{"a":1}').body() == b'{"data":{"a":1}}'
    assert json.loads(failed(Code.TIMEOUT).body()).keys() == {"errors"}
    assert json.loads(failed(Code.TIMEOUT, b"null").body())["data"] is None
    cut = Reply(b'{"a":[]}', (), (Cut(("a", "b"), 100),)).body()
    assert json.loads(cut) == {
        "data": {"a": []},
        "extensions": {"narthex": {"truncated": [{"path": ["a", "b"], "limit": 100}]}},
    }


def test_the_longest_wait_is_told() -> None:
    reply = Reply(
        None, (Refusal(Code.UNAVAILABLE, "a", retry_after_s=1), Refusal(Code.RATE_LIMITED, "b", retry_after_s=9))
    )
    assert reply.retry_after_s() == 9 and Reply(b"{}").retry_after_s() is None


_nasty = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=5)  # half surrogate pairs as well
    | st.sampled_from(["\ud800", "\0", "\u2028", 10**400, ExactFloat("1.50"), ExactFloat("1e999999"), Code.INTERNAL]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec=None), max_size=3) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(_nasty)
def test_whatever_an_error_repeats_the_body_is_json(value: object) -> None:
    body = failed(Code.BAD_USER_INPUT, None, fix={"variables": value}).body()
    assert json.loads(body.decode())["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    text = storable_json(value)
    json.loads(text)
    assert "\\u0000" not in text and "\0" not in text
    text.encode()


def test_numbers_keep_their_digits() -> None:
    assert json_bytes({"a": ExactFloat("1.500"), "b": 2**63 - 1}) == b'{"a":1.500,"b":9223372036854775807}'
    assert json_bytes({"a": ExactFloat("0.1000"), "b": 10**30}).endswith(b'"b":1000000000000000000000000000000}')
    assert json_bytes(ExactFloat("1e999999")) == b'"1e999999"'


# Assembling


def _plan(roots: list[tuple[str, int | None]], cuts: int = 0) -> Plan:
    made = tuple(Root(key, f'"{key}":'.encode(), column) for key, column in roots)
    statement = Statement("select", (), tuple(Cut((f"l{n}",), 10 + n) for n in range(cuts)), (), frozenset(), "f")
    return Plan(made, statement, None, (), (), 0)


def test_roots_stand_in_the_order_of_the_response() -> None:
    plan = _plan([("b", 1), ("c", None), ("a", 0), ("n", 2)])
    data, cuts = assemble(plan, [b"[1]", b'{"x":2}', None], {"c": "three"})
    assert data == b'{"b":{"x":2},"c":"three","a":[1],"n":null}' and cuts == ()


def _marked(number: int) -> bytes:
    return f"{CUT_OPEN}{number}{CUT_CLOSE}".encode()


def test_marks_are_taken_out_and_told_once_in_order() -> None:
    plan = _plan([("a", 0)], cuts=12)
    data, cuts = assemble(
        plan, [b'[{"x":[1]' + _marked(11) + b',"y":[]' + _marked(2) + b'},{"x":[2]' + _marked(11) + b"}]"], None
    )
    assert data == b'{"a":[{"x":[1],"y":[]},{"x":[2]}]}'
    assert [cut.path for cut in cuts] == [("l2",), ("l11",)]


@given(st.recursive(st.text(max_size=6) | st.integers(), lambda inner: st.lists(inner, max_size=3), max_leaves=6))
def test_data_cannot_look_like_a_mark(value: Any) -> None:
    for ascii_only in (True, False):
        column = json.dumps(value, ensure_ascii=ascii_only).encode()
        data, cuts = assemble(_plan([("a", 0)], cuts=3), [column], None)
        assert data == b'{"a":' + column + b"}" and cuts == ()


async def test_data_full_of_control_characters_comes_out_as_it_went_in(shelf: Served) -> None:
    mark = f"]{CUT_OPEN}0{CUT_CLOSE}"
    text = "".join(chr(code) for code in range(1, 32)) + mark + '\x7f\u2028"\\/é😀'
    await shelf.admin(
        "INSERT INTO book (id, title, about, raw) SELECT 9001, "
        + _quoted(text)
        + f", to_jsonb({_quoted(text)}::text), to_json({_quoted(text)}::text) RETURNING id"
    )
    try:
        answer = await shelf.ask("{book(where: {id: {_eq: 9001}}) {title about raw}}")
        assert answer.data["book"] == [dict.fromkeys(["title", "about", "raw"], text)]
        assert "extensions" not in answer.json
        every = await shelf.ask("{book(order_by: {id: desc}) {title raw}}")
        assert every.data["book"][0]["title"] == text and len(every.data["book"]) == 100
        assert every.json["extensions"] == {"narthex": {"truncated": [{"path": ["book"], "limit": 100}]}}
    finally:
        await shelf.admin("DELETE FROM book WHERE id = 9001 RETURNING id")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
