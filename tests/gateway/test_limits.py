"""Rate limits and quotas as callers meet them: multiplicity, all or nothing, all refusals together, no way around."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from narthex.principal import Level, Principal
from narthex.settings import Limits
from tests.gateway.served import SHELF, NamedTokens, Served, serving

if TYPE_CHECKING:
    from tests.gateway.conftest import PrepareDatabase

OPEN = 'book @auth(roles: ["reader"])\nauthor @auth(roles: ["reader"])\nQuery.echo @auth(roles: ["reader"])\n'
Serve = Callable[..., Awaitable[Served]]


@pytest.fixture
async def serve(prepared_database: PrepareDatabase, tmp_path: Path) -> AsyncIterator[Serve]:
    """`await serve(policy_lines)`: a gateway of one's own."""
    opened = []

    async def make(lines: str, store: str = "") -> Served:
        context = _serving(await prepared_database(SHELF), tmp_path, OPEN + lines, store)
        served = await context.__aenter__()
        opened.append(context)
        return served

    yield make
    for context in opened:
        await context.__aexit__(None, None, None)


@asynccontextmanager
async def _serving(urls: object, folder: Path, policy: str, store: str) -> AsyncIterator[Served]:
    async with serving(urls, folder, policy=policy, limits=Limits(store=store)) as served:  # type: ignore[arg-type]
        yield served


class Writers(NamedTokens):
    """May write."""

    async def verify(self, token: str, role: str | None = None) -> Principal:
        return replace(await super().verify(token, role), level=Level.WRITE)


def aliased(count: int, field: str) -> str:
    return "{" + " ".join(f"a{number}: {field}" for number in range(count)) + "}"


LINE = 'Query.book_by_pk @rate_limit(limit: 50, window: "1h")'
QUOTA = 'Query.book_by_pk @quota(limit: 50, unit: CALLS, window: "1d")'
BY_KEY = "book_by_pk(id: 1) {id}"


@pytest.mark.parametrize("line", [LINE, QUOTA])
async def test_51_aliases_on_a_limit_of_50_run_nothing_and_use_nothing_up(serve: Serve, line: str) -> None:
    served = await serve(line)
    code = "QUOTA_EXCEEDED" if "quota" in line else "RATE_LIMITED"
    refused = await served.ask(aliased(51, BY_KEY), token="reader")
    assert (refused.status, refused.code) == (429, code)
    told = refused.errors[0]["extensions"]
    assert (told["limit"], told["remaining"], told["retry"], told["coordinate"]) == (
        50,
        50,
        "CHANGED",
        "Query.book_by_pk",
    )
    assert "retry_after_s" not in told and "retry-after" not in refused.headers
    assert (await served.ask(aliased(50, BY_KEY), token="reader")).errors == []
    again = await served.ask("{" + BY_KEY + "}", token="reader")
    assert (again.status, again.code) == (429, code)
    told = again.errors[0]["extensions"]
    assert (told["remaining"], told["retry"]) == (0, "AFTER")
    assert int(again.headers["retry-after"]) == told["retry_after_s"] > 0


@pytest.mark.parametrize(
    "query",  # three times and more; there are three authors
    [
        aliased(4, "book(limit: 1) {id}"),
        "{...a ...b} fragment a on query_root {x: book(limit: 1) {id} y: book(limit: 1) {id}} "
        "fragment b on query_root {z: book(limit: 1) {id} w: book_by_pk(id: 1) {id}}",
        "{author(limit: 4) {books {id}}}",
        "query($n: Int = 4) {author(limit: $n) {books {id}}}",
        "{author {books_aggregate {aggregate {count}}} b: book {id}}",
        "{author(where: {books: {pages: {_gt: 1}}}) {id} " + aliased(3, "book {id}")[1:],
        "{author(order_by: {books_aggregate: {count: asc}}) {id} " + aliased(3, "book {id}")[1:],
        'query($w: author_bool_exp = {books: {title: {_eq: "a"}}}) {' + aliased(4, "author(where: $w) {id}")[1:],
        aliased(4, "book_aggregate {aggregate {count}}"),
        aliased(4, "author(where: {books_aggregate: {count: {predicate: {_gt: 1}}}}) {id}"),
        "{a: author(limit: 2) {books {id}} b: author(limit: 2) {... on author {books {id}}}}",
    ],
)
async def test_every_way_to_a_table_counts(serve: Serve, query: str) -> None:
    served = await serve('book @rate_limit(limit: 2, window: "1h")')
    assert (await served.ask(query, token="reader")).code == "RATE_LIMITED"
    fewer = await served.ask("{author(limit: 2) {books {id}}}", token="reader")
    assert fewer.errors == []


async def test_a_column_counts_the_rows_in_which_it_is_read(serve: Serve) -> None:
    served = await serve('book.title @rate_limit(limit: 10, window: "1h")')
    assert (await served.ask("{book(limit: 11) {title}}", token="reader")).code == "RATE_LIMITED"
    assert (await served.ask("{book(limit: 11) {id}}", token="reader")).errors == []
    assert (await served.ask("{book(limit: 9) {title t: title}}", token="reader")).errors == []
    filtered = '{book(limit: 1, where: {title: {_eq: "book 1"}}) {id}}'
    assert (await served.ask(filtered, token="reader")).errors == []
    assert (await served.ask(filtered, token="reader")).code == "RATE_LIMITED"


async def test_lists_of_one_plan_count_by_their_own_length(prepared_database: PrepareDatabase, tmp_path: Path) -> None:
    """Four objects and seven have one plan, which must not count seven as four."""
    query = "mutation ($new: [book_insert_input!]!) {insert_book(objects: $new) {returning {price}}}"
    policy = 'book.price @rate_limit(limit: 10, window: "1h")\n'
    async with serving(await prepared_database(SHELF), tmp_path, policy=policy) as served:
        served.tokens = Writers()  # type: ignore[assignment]

        def new(count: int, start: int) -> dict[str, object]:
            return {"new": [{"id": start + number, "title": "new"} for number in range(count)]}

        assert (await served.ask(query, new(4, 1000))).errors == []
        assert (await served.ask(query, new(7, 2000))).code == "RATE_LIMITED"
        assert (await served.ask(query, new(6, 3000))).errors == []


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('book @rate_limit(limit: 1000, window: "1h")', 150),
        ('book @rate_limit(limit: 1000, window: "1h", on: [UPDATE])', 150),
        ('book @rate_limit(limit: 1000, window: "1h", on: [SELECT])', 0),
        ('book @quota(limit: 1000, window: "1d", unit: ROWS)', 0),
        ('book @quota(limit: 1000, window: "1d", unit: BYTES)', 0),
        ('book.price @rate_limit(limit: 1000, window: "1h")', 0),
        ('author @quota(limit: 1000, window: "1d", unit: ROWS)', 150),
    ],
)
async def test_a_dry_run_shows_no_rows_past_what_counts_them(
    prepared_database: PrepareDatabase, tmp_path: Path, line: str, shown: int
) -> None:
    """Its diff has whole rows, as many as are changed, which no `limit` bounds."""
    async with serving(await prepared_database(SHELF), tmp_path, policy=line + "\n") as served:
        query = "mutation {update_book(where: {}, _inc: {pages: 1}) {affected_rows}}"
        tried = await served.ask(query, headers=[("x-narthex-mode", "dry_run")])
        assert tried.data == {"update_book": {"affected_rows": 150}}
        diffs = tried.json["extensions"]["narthex"].get("diff", [])
        assert sum(len(diff["changes"]) for diff in diffs) == shown


async def test_all_refusals_come_together_and_nothing_is_taken(serve: Serve) -> None:
    served = await serve(
        'book @rate_limit(limit: 2, window: "1h")\nauthor @quota(limit: 2, unit: CALLS, window: "1d")\n'
        'Query.echo @rate_limit(limit: 9, window: "1h")'
    )
    three = '{a: book{id} b: book{id} c: book{id} d: author{id} e: author{id} f: author{id} echo(text: "x")}'
    refused = await served.ask(three, token="reader")
    assert [error["extensions"]["code"] for error in refused.errors] == ["RATE_LIMITED", "QUOTA_EXCEEDED"]
    # Either alone takes nothing of the other.
    assert (await served.ask("{a: book{id} b: author{id} c: author{id} d: author{id}}", token="reader")).code == (
        "QUOTA_EXCEEDED"
    )
    assert (await served.ask("{a: book{id} b: book{id} d: author{id} e: author{id}}", token="reader")).errors == []


async def test_what_is_refused_for_its_cost_hears_of_limits_too(serve: Serve) -> None:
    served = await serve('author @rate_limit(limit: 1, window: "1h")')
    refused = await served.ask("{author {books {author {books {id}}}}}", token="reader")
    assert [error["extensions"]["code"] for error in refused.errors] == ["COST_EXCEEDED", "RATE_LIMITED"]
    assert (await served.ask("{author {id}}", token="reader")).errors == []


async def test_limits_count_by_whom_they_name(serve: Serve) -> None:
    served = await serve(
        'book @rate_limit(limit: 1, window: "1h", per: PRINCIPAL)\n'
        'author @rate_limit(limit: 1, window: "1h", per: GLOBAL)\n'
        'Query.echo @rate_limit(limit: 1, window: "1h", per: ROLE, roles: ["reader"])'
    )
    for token in ("reader", "admin"):
        assert (await served.ask("{book {id}}", token=token)).errors == []
    assert (await served.ask("{book {id}}", token="again")).code == "RATE_LIMITED"  # the same subject as admin
    assert (await served.ask("{author {id}}", token="reader")).errors == []
    assert (await served.ask("{author {id}}", token="admin")).code == "RATE_LIMITED"
    for _ in range(3):  # another role is not named
        assert (await served.ask('{echo(text: "a")}', token="admin")).errors == []


async def test_rows_are_taken_as_many_as_there_may_be_and_corrected(serve: Serve) -> None:
    served = await serve('book @quota(limit: 100, unit: ROWS, window: "1d")')
    assert (await served.ask("{book(limit: 101) {id}}", token="reader")).code == "QUOTA_EXCEEDED"
    few = "{book(limit: 30, where: {id: {_lte: 5}}) {id}}"
    for _ in range(15):  # each gives 5 rows
        assert (await served.ask(few, token="reader")).errors == []
    refused = await served.ask(few, token="reader")
    assert refused.code == "QUOTA_EXCEEDED"
    assert refused.errors[0]["extensions"]["remaining"] == 25
    nested = "{author(limit: 1) {books(limit: 25, where: {id: {_lte: 0}}) {id}}}"
    assert (await served.ask(nested, token="reader")).errors == []
    assert (await served.ask("{book(limit: 25) {id}}", token="reader")).errors == []
    assert (await served.ask("{book(limit: 1) {id}}", token="reader")).code == "QUOTA_EXCEEDED"


async def test_bytes_are_those_of_the_answer(serve: Serve) -> None:
    served = await serve('book @quota(limit: 200, unit: BYTES, window: "1d")')
    assert (await served.ask("{book(limit: 50) {title}}", token="reader")).errors == []
    assert (await served.ask("{book(limit: 1) {title}}", token="reader")).code == "QUOTA_EXCEEDED"


async def test_a_quota_is_never_exceeded_by_one(serve: Serve) -> None:
    served = await serve('book @quota(limit: 77, unit: CALLS, window: "1d")')
    answers = await asyncio.gather(*(served.ask("{book(limit: 1) {id}}", token="reader") for _ in range(200)))
    assert sum(not answer.errors for answer in answers) == 77
    assert {answer.code for answer in answers if answer.errors} == {"QUOTA_EXCEEDED"}


@pytest.mark.parametrize("store", ["memory", "postgres"])
async def test_a_rate_is_never_exceeded_by_one(serve: Serve, store: str) -> None:
    served = await serve('book @rate_limit(limit: 33, window: "12h")\nbook @rate_limit(limit: 40, window: "1h")', store)
    answers = await asyncio.gather(*(served.ask("{book(limit: 1) {id}}", token="reader") for _ in range(100)))
    assert sum(not answer.errors for answer in answers) == 33
    refused = next(answer for answer in answers if answer.errors)
    assert refused.errors[0]["extensions"]["remaining"] == 0


async def test_a_store_that_is_away_lets_nothing_through(serve: Serve) -> None:
    served = await serve('book @rate_limit(limit: 33, window: "1h")', "redis://127.0.0.1:9/0")
    refused = await served.ask("{book(limit: 1) {id}}", token="reader")
    assert (refused.status, refused.code) == (503, "UNAVAILABLE")
    assert (await served.ask("{author(limit: 1) {id}}", token="reader")).errors == []


async def test_lists_that_have_to_say_how_long_they_are(serve: Serve) -> None:
    served = await serve('Query.book @listSize(slicingArguments: ["limit"])\nQuery.author @listSize(assumedSize: 5)')
    refused = await served.ask("{book {id}}", token="reader")
    assert refused.code == "BAD_USER_INPUT"
    assert refused.errors[0]["extensions"]["coordinate"] == "Query.book"
    assert (await served.ask("{book(limit: 1) {id}}", token="reader")).errors == []
    given = await served.ask("query($n: Int) {book(limit: $n) {id}}", {"n": None}, token="reader")
    assert given.code == "BAD_USER_INPUT"
