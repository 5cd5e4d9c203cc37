"""What `@audit` lets a record keep."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.conftest import PrepareDatabase
from tests.gateway.served import SHELF, Served, serving

POLICY = """
book @auth(roles: ["reader"])
book.author @auth(roles: ["reader"])
author @auth(roles: ["reader"]) @audit(level: META)
book @audit(level: FULL, redact: ["title"])
"""


@pytest.fixture
async def shelf(prepared_database: PrepareDatabase, tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(await prepared_database(SHELF), tmp_path, policy=POLICY) as served:
        yield served


async def recorded(shelf: Served, query: str, variables: dict[str, object]) -> Any:
    reply = await shelf.run(query, variables, token="reader")
    assert not reply.refusals
    return (await shelf.records())[-1]


async def test_values_are_left_out_where_a_line_says_so(shelf: Served) -> None:
    record = await recorded(shelf, "query($n: Int) { author(where: {id: {_eq: $n}}) { name } }", {"n": 1})
    assert record["variables"] is None


async def test_one_line_that_leaves_values_out_is_enough(shelf: Served) -> None:
    record = await recorded(shelf, '{ book(where: {author: {name: {_eq: "x"}}}) { author { name } } }', {})
    assert record["variables"] is None


async def test_values_are_kept_apart_where_a_line_says_so(shelf: Served) -> None:
    query = "query($title: String, $id: Int) { book(where: {title: {_eq: $title}, id: {_eq: $id}}) { id } }"
    record = await recorded(shelf, query, {"title": "book 1", "id": 1})
    variables = json.loads(record["variables"])
    assert variables["id"] == 1 and list(variables["title"]) == ["$redactable"]
    assert await shelf.control.fetchval("SELECT value FROM narthex.audit_value") == '"book 1"'
