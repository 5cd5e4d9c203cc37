"""Masked columns show their mask on every path, and `max_rows` bounds every list of a table's rows."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import pytest

from narthex.errors import Code
from policies.guards import Masking, TableGuards
from tests.lane import MASK_KEY, Answer, Lane
from tests.resolvers.sql.paths import reading_paths

_PEOPLE = "(order_by: {id: asc}, limit: 3)"


def _hash(text: str) -> str:
    return hmac.new(MASK_KEY, text.encode(), hashlib.sha256).hexdigest()


_SHOWN: Mapping[Masking, list[object]] = {
    Masking.NULL: [None, None, None],
    Masking.REDACT: ["***", "***", None],
    Masking.HASH: [_hash("ann@example.com"), _hash("nobody"), None],
    Masking.LAST4: ["***********.com", "**body", None],
    Masking.EMAIL: ["a***@example.com", "***", None],
}


@pytest.mark.parametrize("masking", _SHOWN)
async def test_a_text_is_shown_as_its_mask(guarded: Lane, masking: Masking) -> None:
    lane = guarded.under({"person": TableGuards(masks={"email": masking})})
    answer = await lane.run(f"{{ person{_PEOPLE} {{ email }} }}")
    assert [row["email"] for row in _data(answer)["person"]] == _SHOWN[masking]


async def test_values_of_four_characters_or_less_are_masked_whole(guarded: Lane) -> None:
    lane = guarded.under({"person": TableGuards(masks={"card": Masking.LAST4, "name": Masking.LAST4})})
    answer = await lane.run(f"{{ person{_PEOPLE} {{ card name }} }}")
    assert [row["card"] for row in _data(answer)["person"]] == ["************1111", "***", None]
    assert [row["name"] for row in _data(answer)["person"]] == ["***", "***", "***"]


@pytest.mark.parametrize("masking", Masking)
@pytest.mark.parametrize("column", ["facts", 'facts(path: "$.age")', "labels", "amount", "quotient"])
async def test_what_is_no_text_is_masked_as_null(guarded: Lane, masking: Masking, column: str) -> None:
    name = column.partition("(")[0]
    lane = guarded.under({"person": TableGuards(masks={name: masking})})
    answer = await lane.run(f"{{ person{_PEOPLE} {{ {column} }} }}")
    assert [row[name] for row in _data(answer)["person"]] == [None, None, None]


async def test_hashes_are_equal_where_values_are_and_differ_by_key(guarded: Lane) -> None:
    lane = guarded.under({"person": TableGuards(masks={"email": Masking.HASH})})
    _, planned = lane.plan("{ person { email } }")
    statement = planned.plan.statement
    assert statement is not None and MASK_KEY.hex() not in statement.sql and MASK_KEY.decode() not in statement.sql
    assert len([value for value in planned.values if isinstance(value, bytes) and len(value) == 64]) == 2


async def test_without_a_key_nothing_is_hashed(guarded: Lane) -> None:
    lane = guarded.under({"person": TableGuards(masks={"email": Masking.HASH})})
    limits = lane.snapshot.limits
    lane.forget()
    lane.snapshot.limits = type(limits)(limits.default_rows, limits.max_rows, limits.values, limits.depth)
    try:
        answer = await lane.run("{ person_by_pk(id: 1) { email } }")
    finally:
        lane.snapshot.limits = limits
        lane.forget()
    assert _data(answer) == {"person_by_pk": {"email": None}}


async def test_no_path_shows_what_is_masked(guarded: Lane, truth: Lane) -> None:
    masks = {"name": Masking.NULL, "card": Masking.REDACT, "email": Masking.HASH, "amount": Masking.NULL}
    lane = truth.under({"person": TableGuards(masks=masks)})
    refused = 0
    for label, query in reading_paths(truth.snapshot.schema, truth.model):
        if not label.startswith("ratio"):  # a view, with a column of its own
            answer = await lane.run(query)
            assert answer.codes in ([], [Code.GRAPHQL_VALIDATION_FAILED] * len(answer.codes)), (label, answer.errors)
            refused += answer.data is None
            for value in (b"Ann", b"Bob", b"Cyd", b"4000123412341111", b"example.com", b"20.5"):
                assert value not in (answer.data or b""), (label, query)
    assert refused > 50


async def test_a_list_is_bounded_and_says_so(guarded: Lane) -> None:
    lane = guarded.under({"person": TableGuards(max_rows=2), "note": TableGuards(max_rows=1)})
    for field, path in {
        "person(order_by: {id: asc}) { id }": ("person",),
        "person(order_by: {id: asc}, limit: 5) { id }": ("person",),
        "person(order_by: {id: asc}, limit: 3, offset: 1) { id boss { id } }": ("person",),
        "person(distinct_on: [tenant_id, id], limit: 4) { id }": ("person",),
        "person_aggregate(order_by: {id: asc}) { nodes { id } }": ("person_aggregate", "nodes"),
        "person_aggregate(limit: 4) { aggregate { count } nodes { id } }": ("person_aggregate", "nodes"),
        "tenant_by_pk(id: 1) { people(limit: 3) { id } }": ("tenant_by_pk", "people"),
        "tenant_by_pk(id: 1) { people_aggregate { nodes { id } } }": ("tenant_by_pk", "people_aggregate", "nodes"),
    }.items():
        answer = await lane.run(f"{{ {field} }}")
        assert not answer.errors, (field, answer.errors)
        assert [(cut.path, cut.limit) for cut in answer.cuts] == [(path, 2)], field
        assert (answer.data or b"").count(b'"id":') in (2, 4), field


@pytest.mark.parametrize(
    "field",
    [
        "person(limit: 2) { id }",
        "person(limit: 1) { id }",
        "person(where: {id: {_lt: 3}}) { id }",
        "person(where: {id: {_lt: 3}}, limit: 100) { id }",
        "person_aggregate(limit: 2) { aggregate { count } nodes { id } }",
    ],
)
async def test_a_list_within_the_bound_is_whole(guarded: Lane, field: str) -> None:
    answer = await guarded.under({"person": TableGuards(max_rows=2)}).run(f"{{ {field} }}")
    assert not answer.errors and answer.cuts == ()


async def test_the_bound_of_lists_is_none_of_aggregates(guarded: Lane) -> None:
    lane = guarded.under({"person": TableGuards(max_rows=2)})
    answer = await lane.run("{ person_aggregate(limit: 4) { aggregate { count } nodes { id } } }")
    assert _data(answer)["person_aggregate"]["aggregate"] == {"count": 4}
    assert len(_data(answer)["person_aggregate"]["nodes"]) == 2


async def test_no_row_at_all_may_be_the_bound(guarded: Lane) -> None:
    answer = await guarded.under({"person": TableGuards(max_rows=0)}).run("{ person(limit: 1) { id } }")
    assert answer.data == b'{"person":[]}' and [cut.limit for cut in answer.cuts] == [0]


def _data(answer: Answer) -> dict[str, Any]:
    assert answer.data is not None and not answer.errors, answer.errors
    return json.loads(answer.data)  # type: ignore[no-any-return]
