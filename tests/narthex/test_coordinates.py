"""Coordinates: what is one, what it means, and that matching is what `*` promises."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narthex.coordinates import (
    Coordinate,
    CoordinateError,
    DirectiveCoordinate,
    Pattern,
    Resource,
    Scheme,
    scan,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("customer", Coordinate(Pattern("customer"))),
        ("_x9", Coordinate(Pattern("_x9"))),
        ("*", Coordinate(Pattern("*"))),
        ("customer*", Coordinate(Pattern("customer*"))),
        ("**", Coordinate(Pattern("*"))),
        ("customer.phone", Coordinate(Pattern("customer"), Pattern("phone"))),
        ("*.phone", Coordinate(Pattern("*"), Pattern("phone"))),
        ("a*b.c*", Coordinate(Pattern("a*b"), Pattern("c*"))),
        ("Query.me", Coordinate(Pattern("Query"), Pattern("me"))),
        ("query_root.me", Coordinate(Pattern("Query"), Pattern("me"))),
        ("mutation_root.x", Coordinate(Pattern("Mutation"), Pattern("x"))),
        ("subscription_root.x", Coordinate(Pattern("Subscription"), Pattern("x"))),
        ("Query.track(limit:)", Coordinate(Pattern("Query"), Pattern("track"), "limit")),
        ("@auth", DirectiveCoordinate("auth")),
        ("@auth(roles:)", DirectiveCoordinate("auth", "roles")),
        ("bucket:invoices", Resource(Scheme.BUCKET, Pattern("invoices"))),
        ("bucket:invoices/2026*", Resource(Scheme.BUCKET, Pattern("invoices"), Pattern("2026*"))),
        ("bucket:a.b-c/d/e#f@g", Resource(Scheme.BUCKET, Pattern("a.b-c"), Pattern("d/e#f@g"))),
        ("function:*", Resource(Scheme.FUNCTION, Pattern("*"))),
        ("route:default", Resource(Scheme.ROUTE, Pattern("default"))),
        ("pool:cloud", Resource(Scheme.POOL, Pattern("cloud"))),
        ("webhook:orders", Resource(Scheme.WEBHOOK, Pattern("orders"))),
    ],
)
def test_reads(text: str, expected: object) -> None:
    assert scan(text) == expected


@pytest.mark.parametrize(
    "text",
    ["customer", "customer.phone", "*.phone", "Query.track(limit:)", "@auth(roles:)", "bucket:a/b*", "route:x"],
)
def test_is_written_as_it_was_read(text: str) -> None:
    assert str(scan(text)) == text


def test_root_types_have_one_spelling() -> None:
    assert str(scan("query_root.track")) == "Query.track"
    assert scan("query_root.*") == scan("Query.*")


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("", 0),
        ("9a", 0),
        ("a-b", 1),
        ("a.", 2),
        (".a", 0),
        ("a..b", 2),
        ("a.b.c", 3),
        ("a b", 1),
        ("customer@auth", 8),
        ("a(b:)", 1),
        ("a.b(c)", 5),
        ("a.b(c: )", 5),
        ("a.b(c*:)", 4),
        ("a.b(:)", 4),
        ("@", 1),
        ("@a*", 2),
        ("@a.b", 2),
        ("buckets:x", 0),
        ("bucket:", 7),
        ("bucket:/a", 7),
        ("bucket:a/", 8),
        ("bucket:a b", 8),
        ("bucket:a/b c", 10),
        ("route:a/b", 7),
        ("ключ", 0),
        ("a.телефон", 2),
    ],
)
def test_refuses_with_the_place(text: str, offset: int) -> None:
    with pytest.raises(CoordinateError) as refused:
        scan(text)
    assert refused.value.offset == offset
    assert refused.value.fix


def test_suggests_a_scheme() -> None:
    with pytest.raises(CoordinateError, match="Did you mean 'bucket:'"):
        scan("buckt:x")


def test_part_of_a_bucket_is_not_the_bucket() -> None:
    part, whole = scan("bucket:a/2026*"), scan("bucket:a")
    assert isinstance(part, Resource)
    assert isinstance(whole, Resource)
    assert part.matches("a", "2026/x")
    assert not part.matches("a", "2025")
    assert not part.matches("a")
    assert whole.matches("a")
    assert whole.matches("a", "anything")
    assert not whole.matches("b")


def plainly_matches(pattern: str, name: str) -> bool:
    if not pattern:
        return not name
    if pattern[0] == "*":
        return plainly_matches(pattern[1:], name) or (bool(name) and plainly_matches(pattern, name[1:]))
    return bool(name) and pattern[0] == name[0] and plainly_matches(pattern[1:], name[1:])


@settings(deadline=None)
@given(st.text("ab*", min_size=1, max_size=8), st.text("ab", max_size=10))
def test_matching_is_what_a_plain_reading_gives(pattern: str, name: str) -> None:
    assert Pattern(pattern).matches(name) == plainly_matches(pattern, name)


def test_no_pattern_is_slow() -> None:
    began = time.process_time()
    assert not Pattern("a*" * 5_000 + "b").matches("a" * 20_000)
    assert time.process_time() - began < 1


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = scan(text)
    except CoordinateError as error:
        assert 0 <= error.offset <= len(text)
    else:
        assert scan(str(found)) == found
