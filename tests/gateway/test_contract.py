"""The contract stage: one operation is chosen and valid, and what is closed does not exist."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from graphql import get_introspection_query

from gateway.document import read
from gateway.envelope import Message
from gateway.pinned import pins_literals
from gateway.plan import make_plan
from narthex.errors import Code, Refusal, Refused
from tests.gateway.served import Served


async def errors(shelf: Served, query: str, token: str = "admin", **headers: str) -> list[dict[str, object]]:
    reply = await shelf.run(query, token=token, headers=headers)
    assert reply.data is None
    return [refusal.formatted() for refusal in reply.refusals]


async def test_of_several_operations_the_named_one_runs(shelf: Served) -> None:
    document = "query one {book(limit: 1){id}} query two {author(limit: 1){id}}"
    assert (await shelf.ask(document, operationName="two")).data == {"author": [{"id": 1}]}
    assert (await shelf.ask(document, operationName="one")).data == {"book": [{"id": 1}]}
    assert (await shelf.ask(document)).code == "BAD_USER_INPUT"
    assert (await shelf.ask(document, operationName="three")).code == "BAD_USER_INPUT"
    assert (await shelf.ask(document, operationName="")).code == "BAD_USER_INPUT"
    assert (await shelf.ask("{book(limit: 1){id}}", operationName="one")).code == "BAD_USER_INPUT"
    assert (await shelf.ask("fragment F on book {id}")).code == "BAD_USER_INPUT"


@pytest.mark.parametrize("document", ["mutation {a}", "subscription {book {id}}"])
async def test_only_queries_run(shelf: Served, document: str) -> None:
    answer = await shelf.ask(document)
    assert answer.code in ("GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT") and "data" not in answer.json


@pytest.mark.parametrize(
    ("query", "coordinate", "suggested", "corrected"),
    [
        ("{book {titel}}", "book.titel", ["title"], "{book {title}}"),
        ("{bok {id}}", "Query.bok", ["book"], "{book {id}}"),
        ("{book(lmit: 1) {id}}", "Query.book(lmit:)", ["limit"], "{book(limit: 1) {id}}"),
        ("{book(where: {titel: {_eq: 1}}) {id}}", "book_bool_exp.titel", ["title"], None),
        (
            '{x: book(where: {titel: {_eq: "ä"}}) {y: id}}',
            "book_bool_exp.titel",
            ["title"],
            '{x: book(where: {title: {_eq: "ä"}}) {y: id}}',
        ),
        (
            "query($w: book_bool_ex) {book(where: $w) {id}}",
            None,
            ["book_bool_exp"],
            "query($w: book_bool_exp) {book(where: $w) {id}}",
        ),
    ],
)
async def test_a_misspelt_name_is_told_with_the_right_one(
    shelf: Served, query: str, coordinate: str | None, suggested: list[str], corrected: str | None
) -> None:
    answer = await shelf.ask(query, {"v": 1.5})
    first = answer.errors[0]
    told = first["extensions"]
    assert told["code"] == "GRAPHQL_VALIDATION_FAILED" and told["retry"] == "CHANGED" and first["locations"]
    assert told.get("coordinate") == coordinate
    assert set(suggested) <= set(told["did_you_mean"])
    if corrected is None:
        assert "fix" not in told
    else:
        assert told["fix"] == {"operation": corrected, "variables": {"v": 1.5}}
        assert "errors" not in (await shelf.ask(told["fix"]["operation"])).json


async def test_all_mistakes_are_corrected_together_or_not_at_all(shelf: Served) -> None:
    both = await shelf.ask("{bok: book {titel pags}}")
    assert [error["extensions"]["coordinate"] for error in both.errors] == ["book.titel", "book.pags"]
    assert both.errors[0]["extensions"]["fix"]["operation"] == "{bok: book {title pages}}"
    assert "fix" not in both.errors[1]["extensions"]
    one = await shelf.ask("{book {titel xyzxyz}}")
    assert all("fix" not in error["extensions"] for error in one.errors)


async def test_what_is_closed_answers_as_what_does_not_exist(shelf: Served) -> None:
    def renamed(name: str) -> list[str]:
        return [
            f"{{book {{{name}}}}}",
            f"{{book(where: {{{name}: {{_eq: 1}}}}) {{id}}}}",
            f"{{book(order_by: {{{name}: asc}}) {{id}}}}",
            f"{{book(distinct_on: {name}) {{id}}}}",
            f"{{book_aggregate {{aggregate {{count(columns: {name})}}}}}}",
            f"{{book_aggregate {{aggregate {{max {{{name}}}}}}}}}",
        ]

    for closed, absent in zip(renamed("price"), renamed("xrice"), strict=True):
        said = [await shelf.ask(query, token="reader") for query in (closed, absent)]
        assert said[0].errors and "data" not in said[0].json
        assert said[0].body.replace(b"price", b"xrice") == said[1].body
    said = [await shelf.ask(query, token="reader") for query in ("{author {id}}", "{authxr {id}}")]
    assert said[0].body.replace(b"author", b"authxr") == said[1].body


async def test_suggestions_name_nothing_that_is_closed(shelf: Served) -> None:
    for query in (
        "{book {pric}}",
        "{book {prices}}",
        "{autho {id}}",
        "{book {autor {id}}}",
        '{__type(name: "author") {name}}',
    ):
        answer = await shelf.ask(query, token="reader")
        assert b"price" not in answer.body.replace(b"'prices'", b"").replace(b".prices", b"")
        assert b"author" not in answer.body


async def test_a_pin_counts_only_where_the_document_no_longer_fits(shelf: Served) -> None:
    assert (await shelf.run("{book(limit: 1) {id}}", headers={"x-narthex-contract": "old"})).refusals == ()
    reply = await shelf.run("{book {gone}}", headers={"x-narthex-contract": "old"})
    assert reply.refusals[0].code is Code.CONTRACT_CHANGED
    assert reply.refusals[0].extensions["changes"] == ["Cannot query field 'gone' on type 'book'."]
    snapshot = shelf.loader.snapshot
    current = snapshot.contract((await shelf.envelope("{a}")).principal.grants).id
    reply = await shelf.run("{book {gone}}", headers={"x-narthex-contract": current})
    assert reply.refusals[0].code is Code.GRAPHQL_VALIDATION_FAILED


async def test_a_message_repeats_no_more_than_a_little_of_a_huge_value(shelf: Served) -> None:
    huge = "9" * 5_000
    for query in (f"{{book(limit: {huge}) {{id}}}}", f"{{book(where: {{about: {{_eq: {huge}}}}}) {{id}}}}"):
        answer = await shelf.ask(query)
        assert answer.code == "GRAPHQL_VALIDATION_FAILED"
        assert b"int_max_str_digits" not in answer.body and len(answer.body) < 1_500
    answer = await shelf.ask("query($n: Int) {book(limit: $n) {id}}", {"n": "x" * 500_000})
    assert answer.code == "BAD_USER_INPUT" and len(answer.body) < 1_500


# Validation ends in time, whatever the document


def _twice(levels: int) -> str:
    return (
        "id" if levels == 0 else f"author {{books {{{_twice(levels - 1)}}}}} author {{books {{{_twice(levels - 1)}}}}}"
    )


_EXPENSIVE = {
    "fields of one key in inline fragments": "{book {" + ("... {" + "id " * 95 + "} ") * 90 + "}}",
    "fields of one key in fragments": "{book {"
    + " ".join(f"...F{n}" for n in range(90))
    + "}}"
    + "".join(f"fragment F{n} on book {{{'id ' * 95}}} " for n in range(90)),
    "an unused fragment": "{book {id}} fragment F on book {" + "id " * 100 + ("... {" + "id " * 95 + "}") * 90 + "}",
    "selections that double": "{book {" + _twice(7) + "}}",
    "unknown names": "{" + " ".join(f"bok{n}" for n in range(190)) + "}",
    "long unknown names": "{" + " ".join(f"{'book' * 500}{n}" for n in range(190)) + "}",
    "variables nobody uses": "query(" + " ".join(f"$v{n}: Int" for n in range(2_400)) + ") {book {id}}",
    "operations that share a fragment": "".join(f"query q{n}($v: Int) {{...A}} " for n in range(400))
    + "fragment A on query_root {book(where: {id: {_in: ["
    + "$v " * 3_000
    + "]}}) {id}}",
    "arguments of one name": "{book(" + "limit: 1 " * 3_000 + ") {id}}",
    "an object of one name": "{book(where: {" + "id: {_eq: 1} " * 1_200 + "}) {id}}",
    "directives": "{book " + "@skip(if: true) " * 1_300 + " {id}}",
    "conditions within conditions": "{book(where: " + "{_not: " * 90 + "{}" + "}" * 90 + ") {id}}",
}


@pytest.mark.parametrize("kind", _EXPENSIVE)
async def test_no_document_is_expensive_to_judge(shelf: Served, kind: str) -> None:
    snapshot, query = shelf.loader.snapshot, _EXPENSIVE[kind]
    contract = snapshot.contract((await shelf.envelope(query)).principal.grants)
    started = time.process_time()
    with suppress(Refusal, Refused):
        operation = snapshot.operation(contract, read(query), Message(query, {}, "q1" if "q1" in query else None), None)
        make_plan(operation, read(query), {}, snapshot.model, snapshot.limits)
    assert time.process_time() - started < 1.0


_WIDE = "types {fields {type {fields {name}}}}"


@pytest.mark.parametrize(
    "query",
    [
        "{" + " ".join(f"a{n}: __schema {{{_WIDE}}}" for n in range(50)) + "}",
        "{__schema {" + " ".join(f"a{n}: {_WIDE}" for n in range(50)) + "}}",
        "{__schema {"
        + " ".join(f"a{n}: types {{...F}}" for n in range(50))
        + "}} fragment F on __Type {fields {type {fields {name}}}}",
        "{__schema {types {fields {type {fields {type {fields {name}}}}}}}}",
        "{...R} fragment R on query_root {" + " ".join(f"a{n}: __schema {{{_WIDE}}}" for n in range(50)) + "}",
    ],
    ids=range(5),
)
async def test_introspection_is_bounded(shelf: Served, query: str) -> None:
    answer = await shelf.ask(query)
    assert answer.code in ("LIMIT_EXCEEDED", "GRAPHQL_VALIDATION_FAILED") and "data" not in answer.json


async def test_the_introspection_of_tools_is_within_bounds(shelf: Served) -> None:
    for query in (
        get_introspection_query(input_value_deprecation=True, specified_by_url=True, schema_description=True),
        get_introspection_query(type_depth=12),
    ):
        assert (await shelf.ask(query)).data["__schema"]["queryType"]["name"] == "query_root"
    for count in (20,):
        query = " ".join(
            f'a{n}: __type(name: "book") {{fields {{name type {{name ofType {{name}}}}}}}}' for n in range(count)
        )
        assert len((await shelf.ask(f"{{{query}}}")).data) == count


# What cached operations share


@pytest.mark.parametrize(
    ("query", "pinned"),
    [
        ("{book(limit: 1) {id}}", False),
        ("{book(limit: 1) {id} x: book(limit: 2) {id}}", False),
        ("query($n: Int = 1) {book(limit: $n) {id}}", True),
        ("query($n: Int) {book(limit: $n) {id}}", False),
        ('{echo(text: "a")}', True),
        ("{book(limit: 1) {id} book(limit: 1) {title}}", True),
        ("{book(limit: 1) {id} ...F} fragment F on query_root {book(limit: 1) {title}}", True),
        ("{author {books(limit: 1) {id}} author {books(limit: 1) {title}}}", True),
        ('{__type(name: "book") {name}}', True),
    ],
)
async def test_literals_are_shared_only_where_the_request_reads_them(shelf: Served, query: str, pinned: bool) -> None:
    snapshot = shelf.loader.snapshot
    contract = snapshot.contract((await shelf.envelope(query)).principal.grants)
    operation = snapshot.operation(contract, read(query), Message(query, {}), None)
    assert operation.pinned is pinned
    assert pins_literals(operation.view, operation.node, operation.syntax) is pinned
