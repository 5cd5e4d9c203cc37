"""How deep and how long `@limits` lets an operation go."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gateway.document import read
from gateway.envelope import Message
from gateway.plan import make_plan
from tests.gateway.served import SHELF, Served, principal_of, serving

if TYPE_CHECKING:
    from tests.gateway.conftest import PrepareDatabase

LINES = """
* @auth(roles: ["reader"])
author @limits(max_depth: 2, roles: ["reader"])
book @limits(max_depth: 3, roles: ["reader"]) @limits(max_depth: 4)
slow @limits(timeout: "1s", roles: ["reader"])
"""
TIMES = """
* @auth
book @limits(timeout: "5s")
author @limits(timeout: "9s") @rows(filter: {books: {id: {_gt: 0}}})
"""
_RUNNING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
    "AND query LIKE '%\"slow\"%' AND pid <> pg_backend_pid()"
)


@pytest.fixture
async def served(prepared_database: PrepareDatabase, tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(await prepared_database(SHELF), tmp_path, policy=LINES) as found:
        yield found


@pytest.mark.parametrize(
    ("query", "coordinate", "limit"),
    [
        ("{ author { books { title author { name } } } }", "book.author", 2),
        ("{ book { author { books { author { name } } } } }", "book.author", 2),
        ("{ book { ...a } } fragment a on book { author { books { author { id } } } }", "book.author", 2),
        ("{ book_aggregate { nodes { author { name } } } }", "book.author", 2),
        ("{ author { books { author { books_aggregate { aggregate { count } } } } } }", "book.author", 2),
    ],
)
async def test_rows_are_read_no_deeper(served: Served, query: str, coordinate: str, limit: int) -> None:
    refused = await served.ask(query, token="reader")
    (error,) = refused.errors
    told = error["extensions"]
    assert (told["code"], told["coordinate"], told["limit"]) == ("LIMIT_EXCEEDED", coordinate, limit)
    assert "data" not in refused.json


async def test_as_deep_as_allowed_is_answered(served: Served) -> None:
    for query in (
        "{ book { author { books { title } } } }",
        "{ book { author { books_aggregate { aggregate { count } } } } }",
        "{ book(where: {author: {books: {author: {id: {_eq: 1}}}}}) { id } }",
    ):
        assert (await served.ask(query, token="reader")).errors == [], query
    deeper = "{ author(limit: 1) { books { author { books { title } } } } }"
    assert (await served.ask(deeper)).errors == []
    (error,) = (
        await served.ask("{ author(limit: 1) { books { author { books { author { books { id } } } } } } }")
    ).errors
    assert (error["extensions"]["coordinate"], error["extensions"]["limit"]) == ("author.books", 4)


@pytest.mark.parametrize(
    "query",
    ["{ slow { slept } }", "{ a: slow { slept } book(limit: 1) { id } }", '{ slow(where: {slept: {_eq: ""}}) { id } }'],
)
async def test_a_query_takes_no_longer(served: Served, query: str) -> None:
    started = time.monotonic()
    answer = await served.ask(query, token="reader")
    assert 0.9 < time.monotonic() - started < 8
    assert answer.code == "TIMEOUT"
    async with asyncio.timeout(8):
        while await served.admin(_RUNNING):
            await asyncio.sleep(0.02)
    assert (await served.ask("{ book(limit: 1) { id } }", token="reader")).errors == []


@pytest.mark.parametrize(
    ("query", "seconds"),
    [
        ("{ author { name } }", 9),
        ("{ author { books { title } } }", 5),
        ("{ author { books_aggregate { aggregate { count } } } }", 5),
        ("{ author(where: {books: {pages: {_gt: 1}}}) { name } }", 5),
        ("{ author(where: {_not: {books_aggregate: {count: {predicate: {_gt: 1}}}}}) { name } }", 5),
        ("{ author(order_by: {books_aggregate: {count: asc}}) { name } }", 5),
        ("query ($w: author_bool_exp = {books: {id: {_eq: 1}}}) { author(where: $w) { name } }", 5),
        ("{ slow { id } }", None),
        ("{ slow { id } author { name } }", 9),
    ],
)
async def test_the_shortest_time_of_all_that_is_read(
    prepared_database: PrepareDatabase, tmp_path: Path, query: str, seconds: int | None
) -> None:
    async with serving(await prepared_database(SHELF), tmp_path, policy=TIMES) as found:
        snapshot, document = found.loader.snapshot, read(query)
        contract = snapshot.contract(principal_of("reader").grants)
        operation = snapshot.operation(contract, document, Message(query, {}), None)
        plan = make_plan(operation, document, {}, snapshot.model, snapshot.limits).plan
        assert plan.timeout_s == seconds


async def test_what_takes_long_is_bounded_over_all_queries_of_a_mutation(served: Served) -> None:
    roots = " ".join(f'a{number}: query {{ explain(operation: "x") }}' for number in range(11))
    refused = await served.ask("mutation {" + roots + "}")
    assert (refused.code, refused.errors[0]["extensions"]["coordinate"]) == ("LIMIT_EXCEEDED", "Query.explain")
