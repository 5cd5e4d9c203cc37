"""What quotas of rows and bytes count in the end: what was read and written, whatever else became of the request."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gateway.envelope import Envelope, Message, Mode
from gateway.explain import PipelineExplainer
from gateway.respond import status_of
from narthex.observe import Observation
from narthex.principal import Grants, Kind, Level, Principal
from tests.gateway.served import SHELF, Served, serving

if TYPE_CHECKING:
    from gateway.respond import Reply
    from tests.gateway.conftest import PrepareDatabase

LIMIT = 10_000
_POLICY = f'book @quota(limit: {LIMIT}, unit: ROWS, window: "30d")\n'
ALL = "a: update_book(where: {}, _inc: {pages: 1}) { affected_rows }"
_SLOW = """
CREATE FUNCTION public.wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$;
CREATE TRIGGER wait AFTER DELETE ON author FOR EACH STATEMENT EXECUTE FUNCTION public.wait();
"""
_numbers = itertools.count()


class Somebody:
    """A caller whom nobody was before."""

    def __init__(self, served: Served) -> None:
        self._served = served
        name, grants = f"somebody {next(_numbers)}", Grants("admin", frozenset(), "sandbox", frozenset())
        self._principal = Principal(name, Kind.AGENT, ("admin",), grants, Level.WRITE, name, name, 2**40)

    async def ask(self, query: str, mode: Mode = Mode.LIVE) -> Reply:
        return await self._served.pipeline.run(
            self._served.loader.snapshot, self._envelope(query, mode), Observation("test")
        )

    async def used(self) -> int:
        """How many rows have been counted."""
        explainer = PipelineExplainer(
            self._served.loader.snapshot, self._envelope("", Mode.LIVE), self._served.pipeline.ledgers
        )
        told = await explainer.explain("{ book(limit: 1) { id } }", {})
        remaining = told.remaining[0]["remaining"]
        assert isinstance(remaining, int)
        return LIMIT - remaining - 1

    def _envelope(self, query: str, mode: Mode) -> Envelope:
        return Envelope(self._principal, Message(query, {}, size=len(query)), "test", mode)


@pytest.fixture
async def library(prepared_database: PrepareDatabase, tmp_path: Path) -> AsyncIterator[Served]:
    """150 books, as many as the database believes."""
    async with serving(await prepared_database(SHELF, _SLOW), tmp_path, policy=_POLICY) as served:
        yield served


@pytest.mark.parametrize(
    ("query", "counted"),
    [
        ("{ book(limit: 30, where: {id: {_lte: 5}}) { id } }", 5),
        # What fails beside them takes nothing of what was read.
        ("{ book(limit: 30) { id } refusing broken }", 30),
        (f"mutation {{ {ALL} }}", 150),
        ("mutation { update_book(where: {id: {_eq: 5}}, _inc: {pages: 1}) { affected_rows } }", 1),
        ("mutation { update_book(where: {id: {_eq: 5}}, _inc: {pages: 1}) { affected_rows returning { id } } }", 2),
        ("mutation { update_book_by_pk(pk_columns: {id: 5}, _inc: {pages: 1}) { author_id } }", 2),
        # Neither does what is read beside them take anything of what was written.
        (f"mutation {{ {ALL} query {{ book(limit: 1) {{ id }} }} }}", 151),
        (
            f"mutation {{ {ALL} b: update_book(where: {{id: {{_eq: 1}}}}, _inc: {{pages: 1}}) "
            "{ returning { id } } }",
            152,
        ),
        # Nor what fails after them.
        (f"mutation {{ {ALL} query {{ refusing }} }}", 150),
        (f'mutation {{ {ALL} query {{ __typename }} insert_book_one(object: {{id: 1, title: "x"}}) {{ lent }} }}', 150),
        # But what was undone was not written.
        (f'mutation {{ {ALL} insert_book_one(object: {{id: 1, title: "x"}}) {{ lent }} }}', 0),
        # Of several tables each counts its own.
        (
            'mutation { insert_author_one(object: {id: 9, name: "x", books: {data: [{id: 500, title: "y"}, '
            '{id: 501, title: "z"}]}}) { id } }',
            2,
        ),
        (
            'mutation { insert_book(objects: [{id: 1, title: "x"}, {id: 502, title: "y"}], on_conflict: '
            "{constraint: book_pkey, update_columns: []}) { affected_rows } }",
            1,
        ),
    ],
)
async def test_rows(library: Served, query: str, counted: int) -> None:
    somebody = Somebody(library)
    await somebody.ask(query)
    assert await somebody.used() == counted


async def test_more_rows_than_were_expected_count_all_the_same(library: Served) -> None:
    """A statement changes more than the statistics know of."""
    await library.admin("INSERT INTO book (id, title) SELECT n, 'new' FROM generate_series(1000, 1099) n")
    somebody = Somebody(library)
    await somebody.ask(f"mutation {{ {ALL} }}")
    assert await somebody.used() == 250


async def test_a_dry_run_counts_what_it_tries(library: Served) -> None:
    somebody = Somebody(library)
    await somebody.ask(f"mutation {{ {ALL} }}", Mode.DRY_RUN)
    assert await somebody.used() == 150


async def test_whoever_leaves_is_not_forgiven_what_may_have_happened(library: Served) -> None:
    somebody = Somebody(library)
    query = f"mutation {{ {ALL} query {{ __typename }} delete_author(where: {{id: {{_eq: 7}}}}) {{ affected_rows }} }}"
    asked = asyncio.create_task(somebody.ask(query))
    await asyncio.sleep(0.3)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert await somebody.used() == 150


async def test_whoever_leaves_while_it_is_settled_is_recorded_and_counted(library: Served) -> None:
    await library.admin("INSERT INTO book (id, title) SELECT n, 'new' FROM generate_series(1000, 1099) n")
    somebody = Somebody(library)
    query = f"mutation {{ {ALL} delete_author(where: {{id: {{_eq: 7}}}}) {{ affected_rows }} query {{ refusing }} }}"
    asked = asyncio.create_task(somebody.ask(query))
    await asyncio.sleep(0.2)
    async with library.control.acquire() as other, other.transaction():
        await other.execute("SELECT FROM narthex.usage_window FOR UPDATE")
        await asyncio.sleep(0.6)
        assert not asked.done()
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
    for _ in range(50):
        if await somebody.used() == 250:
            break
        await asyncio.sleep(0.02)
    assert await somebody.used() == 250
    assert [record["outcome"] for record in await library.records() if record["kind"] == "read"] == ["NOT_FOUND"]


async def test_what_happened_is_told_where_the_rest_cannot_be_recorded(
    prepared_database: PrepareDatabase, tmp_path: Path
) -> None:
    """With strict audit nothing is answered that has no record; but who was told to try again would do it twice."""
    async with serving(await prepared_database(SHELF), tmp_path, strict=True) as served:
        await served.admin("ALTER TABLE narthex.audit_group RENAME TO away")
        somebody = Somebody(served)
        query = "mutation { %s query { book_by_pk(id: 1) { title } } }"
        told = await somebody.ask(query % "update_book_by_pk(pk_columns: {id: 1}, _inc: {pages: 1}) { pages }")
        body = json.loads(told.body())
        assert (body["data"], status_of(told, strict=False)) == (None, 200)
        assert [error["extensions"]["retry"] for error in body["errors"]] == ["CHANGED"]
        states = [effect["state"] for effect in body["extensions"]["narthex"]["effects"]]
        assert states == ["done", "done"] and b"book 1" not in told.body()
        nothing = await somebody.ask(query % "")
        assert status_of(nothing, strict=False) == 503
        await served.admin("ALTER TABLE narthex.away RENAME TO audit_group")


async def test_a_trigger_that_refuses_as_the_gateway_does_is_a_rule_of_the_database(library: Served) -> None:
    await library.admin(
        "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION USING ERRCODE = 'NX001', MESSAGE = 'hidden', DETAIL = 'nothing of ours'; END $$"
    )
    await library.admin("CREATE TRIGGER refuse BEFORE INSERT ON author EXECUTE FUNCTION public.refuse()")
    refused = await Somebody(library).ask('mutation { insert_author_one(object: {id: 9, name: "x"}) { id } }')
    assert [refusal.code for refusal in refused.refusals] == ["CONSTRAINT_VIOLATION"]
    assert b"hidden" not in refused.body() and b'"failed"' in refused.body()
