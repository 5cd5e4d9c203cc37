"""A misspelt document is corrected where one correction is plain, and only then."""

from __future__ import annotations

from typing import Any, cast

import pytest
from graphql import build_schema, parse, validate

from gateway.fix import corrected

SCHEMA = build_schema(
    """
    type Query { track(where: Where, limit: Int, order: Order): Track  artist: Artist }
    type Track { title: String  length: Int  artist: Artist }
    type Artist { name: String  tracks: [Track] }
    input Where { title: String  length: Int  not: Where }
    enum Order { NEWEST OLDEST }
    """
)


def fix(text: str, variables: dict[str, object] | None = None) -> dict[str, object] | None:
    errors = validate(SCHEMA, parse(text))
    assert errors
    return corrected(cast(Any, SCHEMA), text, errors, variables or {})


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ("{trak {title}}", "{track {title}}"),
        ("{track {titel lenght}}", "{track {title length}}"),
        ("{a: track {b: titel}}", "{a: track {b: title}}"),
        ("{track(limt: 1) {title}}", "{track(limit: 1) {title}}"),
        ('{track(where: {not: {titel: "x"}}) {title}}', '{track(where: {not: {title: "x"}}) {title}}'),
        ("query($w: Wher) {track(where: $w) {title}}", "query($w: Where) {track(where: $w) {title}}"),
        ("{...F} fragment F on Query {track {titel}}", "{...F} fragment F on Query {track {title}}"),
        ("{track {titel # titel\n}}", "{track {title # titel\n}}"),
        ("# ünï\r\n{track {titel}}", "# ünï\r\n{track {title}}"),
    ],
)
def test_a_name_with_one_right_neighbour_is_replaced_where_it_stands(text: str, operation: str) -> None:
    assert fix(text, {"v": 1}) == {"operation": operation, "variables": {"v": 1}}
    assert not validate(SCHEMA, parse(operation))


@pytest.mark.parametrize(
    "text",
    [
        "{track {zzzzzz}}",  # nothing is near
        "{track {titel zzzzzz}}",  # one of two
        "{track}",  # no name is wrong
        "{track {titel {x}}}",  # the right name does not make it valid
        "{track(order: NEWES) {title}}",  # a value, not a name
        "{track(limit: 1, limit: 2) {titel}}",
        "query($a: Int) {track {titel}}",
        "{track {titel}" + " " * 20_001 + "}",
    ],
)
def test_anything_else_is_left_to_the_caller(text: str) -> None:
    assert fix(text) is None
