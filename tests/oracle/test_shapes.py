"""Requests that must not share a plan, or must share one without sharing values: the second is answered as if alone."""

from __future__ import annotations

from typing import Any

import pytest

from narthex.errors import Code
from tests.oracle.world import World

_BY_TITLE = "query ($t: String) { articles(where: {title: {_eq: $t}}, order_by: {id: asc}) { id } }"
_WHERE = "query ($w: articles_bool_exp) { articles(where: $w, order_by: {id: asc}) { id } }"
_ORDER = "query ($o: [articles_order_by!]) { articles(order_by: $o) { id } }"
_LIMIT = "query ($n: Int) { articles(limit: $n, order_by: {id: asc}) { id } }"
_DISTINCT = "query ($d: [articles_select_column!]) { articles(distinct_on: $d) { author_id title } }"
_OPTIONAL = "query ($a: Boolean!) { articles(limit: 1, order_by: {id: asc}) { id title @include(if: $a) } }"
_COUNT = "query ($d: Boolean) { articles_aggregate { aggregate { count(columns: [author_id], distinct: $d) } } }"
_BY_KEY = "query ($id: bigint!) { articles_by_pk(id: $id) { title } }"
_META = "query ($p: String) { articles(order_by: {id: asc}) { meta(path: $p) } }"
_JSON = "query ($v: jsonb) { articles(where: {meta: {_contains: $v}}, order_by: {id: asc}) { id } }"
_INSIDE = "query ($v: Int) { articles(where: {meta: {_contains: {pages: $v}}}, order_by: {id: asc}) { id } }"
_LIST = "query ($v: bigint!) { articles(where: {id: {_in: [1, $v]}}, order_by: {id: asc}) { id } }"

VARIABLES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "values": (_BY_TITLE, {"t": "Sketch"}, {"t": "Poems"}),
    "absent variable": (_BY_TITLE, {"t": "Sketch"}, {}),
    "variable that comes back": (_BY_TITLE, {}, {"t": "Sketch"}),
    "keys of a condition": (_WHERE, {"w": {"id": {"_eq": "1"}}}, {"w": {"author_id": {"_eq": 2}}}),
    "operators": (_WHERE, {"w": {"id": {"_gt": 3}}}, {"w": {"id": {"_lt": 3}}}),
    "operands of a list": (_WHERE, {"w": {"id": {"_in": [1, 2]}}}, {"w": {"id": {"_in": [1, 2, 3]}}}),
    "an empty list of operands": (_WHERE, {"w": {"id": {"_in": [1, 2]}}}, {"w": {"id": {"_in": []}}}),
    "conditions of a list": (
        _WHERE,
        {"w": {"_or": [{"id": {"_eq": 1}}]}},
        {"w": {"_or": [{"id": {"_eq": 1}}, {"id": {"_eq": 4}}]}},
    ),
    "no condition of a list": (_WHERE, {"w": {"_or": [{"id": {"_eq": 1}}]}}, {"w": {"_or": []}}),
    "truth": (_WHERE, {"w": {"price": {"_is_null": True}}}, {"w": {"price": {"_is_null": False}}}),
    "null condition": (_WHERE, {"w": {"id": {"_eq": 1}}}, {"w": None}),
    "deep truth": (
        _WHERE,
        {"w": {"_and": [{"_not": {"editor": {"mood": {"_is_null": True}}}}]}},
        {"w": {"_and": [{"_not": {"editor": {"mood": {"_is_null": False}}}}]}},
    ),
    "direction": (_ORDER, {"o": {"id": "asc"}}, {"o": {"id": "desc"}}),
    "place of nulls": (_ORDER, {"o": {"price": "asc_nulls_first"}}, {"o": {"price": "asc_nulls_last"}}),
    "order of keys": (
        _ORDER,
        {"o": {"author_id": "asc", "id": "desc"}},
        {"o": {"id": "desc", "author_id": "asc"}},
    ),
    "keys of a list": (_ORDER, {"o": [{"status": "asc"}, {"id": "asc"}]}, {"o": [{"id": "asc"}]}),
    "larger limit": (_LIMIT, {"n": 1}, {"n": 9}),
    "limit of the same size": (_LIMIT, {"n": 4}, {"n": 5}),
    "no limit": (_LIMIT, {"n": 2}, {}),
    "null limit": (_LIMIT, {"n": 2}, {"n": None}),
    "columns": (_DISTINCT, {"d": ["author_id"]}, {"d": ["author_id", "title"]}),
    "one column": (_DISTINCT, {"d": ["author_id", "title"]}, {"d": "author_id"}),
    "fields": (_OPTIONAL, {"a": True}, {"a": False}),
    "distinct": (_COUNT, {"d": True}, {"d": False}),
    "null distinct": (_COUNT, {"d": True}, {"d": None}),
    "key": (_BY_KEY, {"id": 1}, {"id": "2"}),
    "no row": (_BY_KEY, {"id": 1}, {"id": 0}),
    "path": (_META, {"p": "$.pages"}, {"p": "$.keywords[0]"}),
    "no path": (_META, {"p": "$.pages"}, {}),
    "kind of JSON": (_JSON, {"v": {"pages": 12}}, {"v": []}),
    "truth in JSON": (_JSON, {"v": False}, {"v": True}),
    "variable inside JSON": (_INSIDE, {"v": 12}, {"v": 1}),
    "variable inside a list": (_LIST, {"v": 2}, {"v": "3"}),
}

LITERALS: dict[str, tuple[str, str]] = {
    "numbers": ("{ articles(where: {id: {_eq: 1}}) { id } }", "{ articles(where: {id: {_eq: 2}}) { id } }"),
    "strings": (
        '{ articles(where: {title: {_eq: "Poems"}}) { id } }',
        '{ articles(where: {title: {_eq: """Empty"""}}) { id } }',
    ),
    "escapes": (
        r'{ articles(where: {title: {_eq: "How to \"quote\""}}) { id } }',
        r'{ articles(where: {title: {_eq: "\u0050o\u0065ms"}}) { id } }',
    ),
    "white space and comments": (
        "{ articles(where: {id: {_eq: 1}}) { id } }",
        '# 7 "8"\n{ articles ( where : { id : { _eq : 4 , } } ) { id } # 9\n }',
    ),
    "kinds of numbers": (
        "{ number_edge(where: {exact: {_eq: 1}}) { id } }",
        "{ number_edge(where: {exact: {_eq: 0.1}}) { id } }",
    ),
    "limits": (
        "{ articles(limit: 1, order_by: {id: asc}) { id } }",
        "{ articles(limit: 9, order_by: {id: asc}) { id } }",
    ),
    "nested limits": (
        "{ author(order_by: {id: asc}) { articles_by_author_id(limit: 1, order_by: {id: asc}) { id } } }",
        "{ author(order_by: {id: asc}) { articles_by_author_id(limit: 3, order_by: {id: asc}) { id } } }",
    ),
    "defaults": (
        "query ($n: bigint = 1) { articles(where: {id: {_eq: $n}}) { id } }",
        "query ($n: bigint = 3) { articles(where: {id: {_eq: $n}}) { id } }",
    ),
    "structured defaults": (
        "query ($w: articles_bool_exp = {id: {_eq: 1}}) { articles(where: $w) { id } }",
        "query ($w: articles_bool_exp = {id: {_eq: 3}}) { articles(where: $w) { id } }",
    ),
    "JSON": (
        "{ articles(where: {meta: {_contains: {pages: 12}}}, order_by: {id: asc}) { id } }",
        "{ articles(where: {meta: {_contains: {pages: 1}}}, order_by: {id: asc}) { id } }",
    ),
    "paths": (
        '{ articles(order_by: {id: asc}) { meta(path: "pages") } }',
        '{ articles(order_by: {id: asc}) { meta(path: "tags") } }',
    ),
    "in a fragment": (
        "{ ...a } fragment a on query_root { articles(where: {id: {_eq: 1}}) { id } }",
        "{ ...a } fragment a on query_root { articles(where: {id: {_eq: 5}}) { id } }",
    ),
    "of another lane": ('{ ping(say: "a") team { id } }', '{ ping(say: "b") team { id } }'),
    "of introspection": ('{ __type(name: "team") { name } }', '{ __type(name: "match") { name } }'),
}


@pytest.mark.parametrize("name", VARIABLES)
async def test_variables(features: World, name: str) -> None:
    text, first, second = VARIABLES[name]
    lane = features.lane
    lane.forget()
    one = await lane.run(text, first)
    two = await lane.run(text, second)
    lane.forget()
    alone = await lane.run(text, second)
    assert not alone.errors and two.data == alone.data != one.data
    assert (await lane.run(text, first)).data == one.data


@pytest.mark.parametrize("name", LITERALS)
async def test_literals(features: World, name: str) -> None:
    first, second = LITERALS[name]
    lane = features.lane
    lane.forget()
    one = await lane.run(first)
    two = await lane.run(second)
    lane.forget()
    alone = await lane.run(second)
    assert not alone.errors and two.data == alone.data != one.data
    assert (await lane.run(first)).data == one.data


async def test_literals_of_one_shape_share_a_plan(features: World) -> None:
    lane = features.lane
    lane.forget()
    assert not (await lane.run('{ tag(where: {name: {_eq: "math"}}, limit: 4) { color } }')).cached
    assert (await lane.run('{ tag(where: {name: {_eq: "poetry"}}, limit: 5) { color } }')).cached


async def test_a_literal_that_no_longer_fits_is_refused_under_a_cached_plan(features: World) -> None:
    lane = features.lane
    assert not (await lane.run("{ articles(where: {id: {_eq: 1}}) { id } }")).errors
    refused = await lane.run("{ articles(where: {id: {_eq: 99999999999999999999}}) { id } }")
    assert refused.codes == [Code.BAD_USER_INPUT]
    assert (await lane.run("{ articles(limit: 3) { id } }")).codes == []
    assert (await lane.run("{ articles(limit: 99999999999) { id } }")).codes == [Code.BAD_USER_INPUT]


async def test_fields_that_merge_only_with_equal_literals(features: World) -> None:
    lane = features.lane
    equal = await lane.run("{ team(limit: 1) { id } team(limit: 1) { name } }")
    assert equal.data == b'{"team":[{"id":1,"name":"Reds"}]}'
    differing = await lane.run("{ team(limit: 1) { id } team(limit: 2) { name } }")
    assert differing.codes == [Code.GRAPHQL_VALIDATION_FAILED]
