"""The static cost: by the cost-directive specification, with the list sizes of this very request."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gateway.document import read
from gateway.envelope import Message
from gateway.plan import make_plan
from tests.gateway.served import Served


async def cost(shelf: Served, query: str, variables: Mapping[str, object] | None = None) -> float:
    snapshot = shelf.loader.snapshot
    contract = snapshot.contract((await shelf.envelope(query)).principal.grants)
    document = read(query)
    operation = snapshot.operation(contract, document, Message(query, variables or {}), None)
    return make_plan(operation, document, variables or {}, snapshot.model, snapshot.limits).tally.cost


@pytest.mark.parametrize(
    ("query", "variables", "expected"),
    [
        ("{book {title}}", {}, 1),
        ("{book {title pages lent}}", {}, 1),
        ("{book_by_pk(id: 1) {title}}", {}, 1),
        ('{echo(text: "a")}', {}, 0),
        ("{author {books {title}}}", {}, 101),
        ("{author(limit: 10) {books {title}}}", {}, 11),
        ("{author(limit: 0) {books {title}}}", {}, 1),
        ("query($n: Int) {author(limit: $n) {books {title}}}", {"n": 7}, 8),
        ("query($n: Int) {author(limit: $n) {books {title}}}", {"n": None}, 101),
        ("query($n: Int = 3) {author(limit: $n) {books {title}}}", {}, 4),
        ("{author(limit: 2) {books(limit: 3) {author {name}}}}", {}, 3 + 6 * 0.01),
        ("{author(limit: 2) {...a ...a}} fragment a on author {books {title}}", {}, 3),
        ("{a: author(limit: 2) {books {title}} b: author(limit: 2) {books {title}}}", {}, 6),
        ("{author(limit: 2) {books {title} again: books {title}}}", {}, 5),
        ("query($no: Boolean!) {author(limit: 2) {books @skip(if: $no) {title}}}", {"no": True}, 1),
        ("query($no: Boolean!) {author(limit: 2) {books @skip(if: $no) {title}}}", {"no": False}, 3),
        ("{author(limit: 2) {books_aggregate {aggregate {count}}}}", {}, 5),
        ("{book_aggregate(limit: 5) {nodes {author {name}}}}", {}, 2 + 5 * 0.01),
        ("{__schema {types {fields {type {ofType {name}}}}}}", {}, 0),
    ],
)
async def test_costs(shelf: Served, query: str, variables: dict[str, object], expected: float) -> None:
    assert await cost(shelf, query, variables) == pytest.approx(expected)


async def test_rows_of_an_aggregate_have_no_default_limit(shelf: Served) -> None:
    """All 150 books of a table that has been looked at, at least the default where nothing is known of it."""
    found = await cost(shelf, "{book_aggregate {nodes {author {books {title}}}}}")
    assert found == pytest.approx(2 + 100 * 1.01) or found == pytest.approx(2 + 150 * 1.01)


async def test_one_plan_costs_what_each_request_asks_for(shelf: Served) -> None:
    query = "query($n: Int) {author(limit: $n) {books {title}}}"
    assert [await cost(shelf, query, {"n": n}) for n in (4, 5, 6, 7)] == [5, 6, 7, 8]
    assert await cost(shelf, "{author(limit: 1000) {books {title}}}") == 1001
    assert await cost(shelf, "{author(limit: 1001) {books {title}}}") == 1002


async def test_what_costs_too_much_does_not_run(shelf: Served) -> None:
    answer = await shelf.ask("{author {books {author {books {title}}}}}")
    assert answer.json.get("data") is None
    assert answer.code == "COST_EXCEEDED"
    told = answer.errors[0]["extensions"]
    assert (told["cost"], told["limit"]) == (pytest.approx(1 + 100 + 100 + 10_000), 10_000)
    nested = await shelf.ask("{author(limit: 9) {books(limit: 9) {author {books {title}}}}}")
    assert nested.errors == []
