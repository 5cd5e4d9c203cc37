"""The plan stage: one plan for all requests of a shape, the same answers as without a cache, and a bounded effort."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.document import read
from gateway.envelope import Message
from gateway.plan import Planned, make_plan
from narthex.errors import Code, Refusal
from resolvers.sql.compile import Statement
from tests.gateway.served import Answer, Served


async def planned(shelf: Served, query: str, variables: dict[str, object] | None = None) -> Planned:
    snapshot = shelf.loader.snapshot
    contract = snapshot.contract((await shelf.envelope(query)).principal.grants)
    document = read(query)
    operation = snapshot.operation(contract, document, Message(query, variables or {}), None)
    return make_plan(operation, document, variables or {}, snapshot.model, snapshot.limits)


async def statement(shelf: Served, query: str, variables: dict[str, object] | None = None) -> Statement:
    made = (await planned(shelf, query, variables)).plan.statement
    assert made is not None
    return made


def forget(shelf: Served) -> None:
    """Drop what the snapshot has cached."""
    snapshot = shelf.loader.snapshot
    snapshot._operations.clear()
    snapshot._plans.clear()


# One plan for a shape


@pytest.mark.parametrize(
    ("query", "first", "second", "same"),
    [
        ("query($n: Int) {book(where: {id: {_eq: $n}}) {id}}", {"n": 1}, {"n": 2}, True),
        ("query($n: Int) {book(limit: $n) {id}}", {"n": 5}, {"n": 6}, True),
        ("query($n: Int) {book(limit: $n) {id}}", {"n": 5}, {"n": 600}, False),
        ("query($n: Int) {book(limit: $n) {id}}", {"n": 5}, {"n": None}, False),
        ("query($n: Int) {book(limit: $n) {id}}", {"n": 5}, {}, False),
        ("query($w: book_bool_exp) {book(where: $w) {id}}", {"w": {"id": {"_eq": 1}}}, {"w": {"id": {"_eq": 2}}}, True),
        (
            "query($w: book_bool_exp) {book(where: $w) {id}}",
            {"w": {"id": {"_eq": 1}}},
            {"w": {"id": {"_gt": 1}}},
            False,
        ),
        (
            "query($w: book_bool_exp) {book(where: $w) {id}}",
            {"w": {"id": {"_in": [1]}}},
            {"w": {"id": {"_in": [1, 2]}}},
            True,
        ),
        ("query($b: Boolean!) {book(limit: 1) {id title @include(if: $b)}}", {"b": True}, {"b": False}, False),
        ("query($b: Boolean!) {book(where: {title: {_is_null: $b}}) {id}}", {"b": True}, {"b": False}, False),
        (
            "query($o: [book_order_by!]) {book(order_by: $o) {id}}",
            {"o": [{"id": "asc"}]},
            {"o": [{"id": "desc"}]},
            False,
        ),
        ("query($t: jsonb) {book(where: {about: {_contains: $t}}) {id}}", {"t": {"a": 1}}, {"t": [1, 2]}, True),
    ],
)
async def test_a_plan_is_shared_by_requests_of_one_shape(
    shelf: Served, query: str, first: dict[str, object], second: dict[str, object], same: bool
) -> None:
    forget(shelf)
    assert not (await planned(shelf, query, first)).cached
    assert (await planned(shelf, query, first)).cached
    assert (await planned(shelf, query, second)).cached is same


async def test_a_plan_holds_no_value_of_a_request(shelf: Served) -> None:
    made = await statement(
        shelf,
        'query($t: String!) {book(where: {title: {_in: ["secret one", $t]}}, limit: 77) {id}}',
        {"t": "secret two"},
    )
    assert "secret" not in made.sql and "77" not in made.sql


async def test_control_and_data_keep_the_order_of_the_response(shelf: Served) -> None:
    made = (await planned(shelf, '{a: echo(text: "x") b: book(limit: 1) {id} __typename c: echo(text: "y")}')).plan
    assert [(root.key, root.column) for root in made.roots] == [
        ("a", None),
        ("b", 0),
        ("__typename", None),
        ("c", None),
    ]
    assert made.control_fields == ("echo", "__typename")
    assert made.coordinates == ("Query.echo", "Query.__typename", "Query.book")
    answer = await shelf.ask('{a: echo(text: "x") b: book(limit: 1) {id} __typename c: echo(text: "y")}')
    assert list(answer.data) == ["a", "b", "__typename", "c"]


async def test_what_is_read_alike_is_one_parameter(shelf: Served) -> None:
    many = " ".join(f"a{n}: author {{...F}}" for n in range(20)) + "}"
    made = await statement(shelf, "{" + many + "fragment F on author {books(where: {id: {_in: [1, 2, 3]}}) {id}}")
    assert len(made.binds) == 1
    made = await statement(
        shelf, "query($n: [Int!]) {" + many + "fragment F on author {books(where: {id: {_in: $n}}) {id}}", {"n": [1]}
    )
    assert len(made.binds) == 1


# The same answer with and without the cache

_SAME = [
    # a literal that fits, then others that do not, or mean something else
    ("{book(limit: %s) {id}}", ["5", "99999999999", "-1", "0", "10000", "10001", "9" * 5_000, "-0"]),
    ("{book(limit: %s) {id}}", ['"5"', '"abc"']),
    ("{book(limit: %s) {id}}", ["5.0", "1e2"]),
    ("{book(offset: %s, limit: 1) {id}}", ["5", "-1", "2147483648", "2147483647"]),
    ("{book(where: {pages: {_eq: %s}}) {id}}", ["100", "9223372036854775807", "9223372036854775808", "-0", "9" * 400]),
    (
        "{book(where: {pages: {_eq: %s}}) {id}}",
        ['"100"', '"1e2"', '"x"', '""', '"9223372036854775808"', '"\\u0031"', '"\\q"'],
    ),
    ("{book(where: {price: {_gt: %s}}, limit: 2) {id}}", ["1.5", "1e400", "1e999999", "0.00000001"]),
    (
        "{book(where: {title: {_eq: %s}}) {id}}",
        ['"book 1"', '"\\u0000"', '"a\0b"', '"\\ud800"', '"\\""', '"""book 1"""', '"""\\""""""'],
    ),
    ("{book(where: {about: {_contains: {n: %s}}}) {id}}", ["1", "1000000000000000000000000", "9" * 5_000]),
    ("{book(where: {about: {_contains: {n: %s}}}) {id}}", ["1.0", "1e999999"]),
    ("{book(where: {about: {_contains: {n: %s}}}) {id}}", ['"a"', '"\\u0000"', '"\\q"']),
    ("{book_by_pk(id: %s) {id}}", ["1", "2", "2147483648", "-2147483649"]),
    ("query($n: Int = %s) {book(limit: $n) {id}}", ["1", "2", "99999999999", "-1"]),
    ("{echo(text: %s) book(limit: 1) {id}}", ['"a"', '"b"', '"\\q"', '"""c"""']),
    ('{echo(text: "a", times: %s)}', ["1", "2", "99999999999"]),
    ("{book(limit: %s) @skip(if: true) {id} author(limit: 1) {id}}", ["1", "99999999999"]),
    (
        "query($s: Boolean = true) {book(where: {pages: {_eq: %s}}) @skip(if: $s) {id} author(limit: 1) {id}}",
        ['"1"', '"x"', '"\\q"'],
    ),
    ("query a {book(limit: 1) {id}} query b {book(limit: %s) {id}}", ["1", "99999999999"]),
    ("{book(limit: 1) {id} book(limit: %s) {title}}", ["1", "2"]),
    ("{author(limit: 1) {books(limit: 1) {id}} author(limit: 1) {books(limit: %s) {title}}}", ["1", "2"]),
    ("{book(limit: 1) {id} ... on query_root {book(limit: %s) {title}}}", ["1", "2"]),
]


def _plain(answer: Answer) -> tuple[int, Any]:
    return answer.status, answer.json


@pytest.mark.parametrize(("template", "literals"), _SAME)
async def test_a_literal_answers_the_same_under_a_cached_plan(
    shelf: Served, template: str, literals: list[str]
) -> None:
    name = "a" if "query a" in template else None
    for literal in literals:
        forget(shelf)
        alone = await shelf.ask(template % literal, operationName=name)
        forget(shelf)
        await shelf.ask(template % literals[0], operationName=name)
        assert _plain(await shelf.ask(template % literal, operationName=name)) == _plain(alone)
        assert "INTERNAL" not in alone.body.decode()


_WHERE = st.fixed_dictionaries(
    {},
    optional={
        "id": st.fixed_dictionaries({"_gt": st.integers(-5, 200)}),
        "lent": st.fixed_dictionaries({"_eq": st.booleans()}),
        "title": st.fixed_dictionaries({"_in": st.lists(st.sampled_from(["book 1", "book 2", "x"]), max_size=3)}),
        "author": st.fixed_dictionaries({"name": st.fixed_dictionaries({"_like": st.sampled_from(["%1", "%", "x"])})}),
    },
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        _WHERE,
        lambda inner: st.fixed_dictionaries(
            {}, optional={"_and": st.lists(inner, max_size=2), "_not": inner, "_or": st.lists(inner, max_size=2)}
        ),
        max_leaves=4,
    )
)
async def test_a_condition_in_variables_finds_what_it_finds_in_the_document(
    shelf: Served, where: dict[str, object]
) -> None:
    written = json.dumps(where)
    for name in ("id", "lent", "title", "author", "name", "_gt", "_eq", "_in", "_like", "_and", "_or", "_not"):
        written = written.replace(f'"{name}":', f"{name}:")
    inlined = await shelf.ask(f"{{book(where: {written}, order_by: {{id: asc}}, limit: 200) {{id}}}}")
    by_variable = await shelf.ask(
        "query($w: book_bool_exp!) {book(where: $w, order_by: {id: asc}, limit: 200) {id}}", {"w": where}
    )
    assert inlined.json == by_variable.json and "data" in inlined.json


# Variables


@pytest.mark.parametrize(
    ("type_", "value", "allowed"),
    [
        ("Int", 2**31, False),
        ("Int", 2**63, False),
        ("Int", 1.5, False),
        ("Int", 2.0, True),
        ("Int", "5", False),
        ("Int", True, False),
        ("Int", [5], False),
        ("Int", {}, False),
        ("Int", -1, False),
        ("Int!", None, False),
    ],
)
async def test_a_limit_that_is_no_count_is_refused(shelf: Served, type_: str, value: object, allowed: bool) -> None:
    answer = await shelf.ask(
        f"query($n: {type_}) {{book(limit: $n) {{id}}}}",
        body=json.dumps({"query": f"query($n: {type_}) {{book(limit: $n) {{id}}}}", "variables": {"n": value}}),
    )
    assert ("errors" not in answer.json) is allowed
    if not allowed:
        assert answer.code == "BAD_USER_INPUT"


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, "9223372036854775808", 1.5, "x", "", [1, "x"], {"a": 1}, True])
async def test_a_bigint_that_is_none_is_refused(shelf: Served, value: object) -> None:
    answer = await shelf.ask("query($n: bigint) {book(where: {pages: {_eq: $n}}) {id}}", {"n": value})
    assert answer.code == "BAD_USER_INPUT"


async def test_a_missing_variable_is_no_argument_and_an_explicit_null_is_no_comparison(shelf: Served) -> None:
    query = "query($n: Int) {book(where: {id: {_eq: $n}}, limit: 3) {id}}"
    assert len((await shelf.ask(query)).data["book"]) == 3
    answer = await shelf.ask(query, body=json.dumps({"query": query, "variables": {"n": None}}))
    assert answer.code == "BAD_USER_INPUT" and answer.errors[0]["extensions"]["coordinate"] == "book_bool_exp.id"


async def test_variables_that_nobody_declared_do_not_matter(shelf: Served) -> None:
    assert (await shelf.ask("{book(limit: 1) {id}}", {"other": [1, {"a": None}]})).data == {"book": [{"id": 1}]}


# The effort is bounded


def _or(count: int) -> dict[str, object]:
    return {"_or": [{"id": {"_eq": n}} for n in range(count)]}


_W = "query($w: book_bool_exp) {book(where: $w) {id}}"
_COSTLY: dict[str, tuple[str, dict[str, object]]] = {
    "many conditions": (_W, {"w": _or(32_768)}),
    "conditions of no value": (_W, {"w": {"_and": [{}] * 50_000}}),
    "the same conditions often": (
        "query($w: book_bool_exp) {" + " ".join(f"a{n}: book(where: $w) {{id}}" for n in range(190)) + "}",
        {"w": _or(2_000)},
    ),
    "the same conditions in fragments": (
        "query($w: book_bool_exp) {"
        + " ".join(f"a{n}: author {{...F}}" for n in range(190))
        + "} fragment F on author {books(where: $w) {id}}",
        {"w": _or(2_000)},
    ),
    "orders": ("query($o: [book_order_by!]) {book(order_by: $o) {id}}", {"o": [{"id": "asc"}] * 60_000}),
    "a list of a megabyte": ("query($n: [Int!]) {book(where: {id: {_in: $n}}) {id}}", {"n": [1] * 500_000}),
    "a list that nobody declared": ("{book(limit: 1) {id}}", {"n": [[]] * 300_000}),
    "json of a megabyte": ("query($j: jsonb) {book(where: {about: {_contains: $j}}) {id}}", {"j": [{}] * 300_000}),
    "wrong values": ("query($n: [Int!]) {book(where: {id: {_in: $n}}) {id}}", {"n": ["x"] * 90_000}),
    "unknown names": (_W, {"w": {f"k{n}": 1 for n in range(80_000)}}),
}


@pytest.mark.parametrize("kind", _COSTLY)
async def test_no_megabyte_of_variables_is_expensive(shelf: Served, kind: str) -> None:
    query, variables = _COSTLY[kind]
    body = json.dumps({"query": query, "variables": variables}, separators=(",", ":"))
    started = time.process_time()
    answer = await shelf.ask(body=body[:1] + body[1:])
    assert time.process_time() - started < 1.5
    assert answer.status in (200, 413)
    assert answer.code in ("LIMIT_EXCEEDED", "BAD_USER_INPUT", "PAYLOAD_TOO_LARGE")


async def test_a_list_of_scalars_may_be_long(shelf: Served) -> None:
    query = "query($n: [Int!]) {" + " ".join(f"a{n}: book(where: {{id: {{_in: $n}}}}) {{id}}" for n in range(50)) + "}"
    started = time.process_time()
    answer = await shelf.ask(query, {"n": list(range(90_000))})
    assert time.process_time() - started < 1.0
    assert len(answer.data["a49"]) == 100


async def test_literals_in_a_fragment_count_as_often_as_it_is_spread(shelf: Served) -> None:
    conditions = " ".join(f"{{id: {{_eq: {n}}}}}" for n in range(200))
    query = "{" + " ".join(f"a{n}: author {{...F}}" for n in range(100)) + "}"
    query += f"fragment F on author {{books(where: {{_or: [{conditions}]}}) {{id}}}}"
    with pytest.raises(Refusal) as caught:
        await planned(shelf, query)
    assert caught.value.code is Code.LIMIT_EXCEEDED and caught.value.extensions["limit"] == 10_000


def _nested_books(levels: int) -> dict[str, object]:
    where: dict[str, object] = {"id": {"_eq": 1}}
    for _ in range(levels):
        where = {"author": {"books": where}}
    return where


@pytest.mark.parametrize(
    "where", [{"_and": [{"author": {"books": {"id": {"_gt": 0}}}}] * 300}, _nested_books(10)], ids=["many", "nested"]
)
async def test_conditions_on_related_rows_do_not_overwhelm_the_database(
    shelf: Served, where: dict[str, object]
) -> None:
    started = time.monotonic()
    answer = await shelf.ask("query($w: book_bool_exp) {book(where: $w, limit: 1) {id}}", {"w": where})
    assert answer.data == {"book": [{"id": 1}]} and time.monotonic() - started < 5


async def test_a_condition_leads_through_as_many_relationships_as_a_selection(shelf: Served) -> None:
    query = "query($w: book_bool_exp) {book(where: $w, limit: 1) {id}}"
    answer = await shelf.ask(query, {"w": {"author": {"books": _nested_books(10)}}})
    assert answer.code == "LIMIT_EXCEEDED" and answer.errors[0]["extensions"]["limit"] == 20


async def test_a_condition_nested_as_deep_as_json_may_is_answered(shelf: Served) -> None:
    where: dict[str, object] = {"id": {"_eq": 1}}
    for _ in range(150):
        where = {"_not": where}
    assert (await shelf.ask(_W, {"w": where})).data == {"book": [{"id": 1}]}
    for _ in range(60):
        where = {"_not": where}
    assert (await shelf.ask(_W, {"w": where})).status == 400
