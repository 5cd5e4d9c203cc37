"""Values that want to be more than that: SQL, patterns, paths, numbers, characters, in every place that takes one."""

import asyncio
import json
import time

import pytest

from tests.attacks.conftest import assert_tells_nothing
from tests.caller import Answer, Caller
from tests.journeys.waiting import is_gone, seconds_until, sees
from tests.running import RunningGateway

SQL = (
    "'; DROP TABLE artist; --",
    "' OR '1'='1",
    "x' UNION SELECT private_key::text FROM narthex.signing_key --",
    "\\'; SELECT pg_sleep(5); --",
    "$1", "$$", "%s", "{0}", "?", ":name", "$tag$x$tag$",
    "/* */", "--", "\x1a", "E'\\x27'", "U&'\\0027'",
    "\\", "\\\\", "%", "_", '"', '""', "''", "`", "\u2019", "\uff07",
    "\r\n\t", "\u202e", "😀" * 100, "\u0000".replace("\0", "\ufffd"),
)
TEXT_OPERATORS = (
    "_eq", "_neq", "_gt", "_lt", "_gte", "_lte", "_like", "_nlike", "_ilike", "_nilike", "_similar", "_nsimilar",
    "_regex", "_nregex", "_iregex", "_niregex",
)
PATTERNS = ("_like", "_nlike", "_ilike", "_nilike", "_similar", "_nsimilar", "_regex", "_nregex", "_iregex", "_niregex")


def fine(answer: Answer) -> Answer:
    """Rows, or a refusal of the value: nothing else."""
    assert answer.codes <= {"BAD_USER_INPUT"}, answer.text
    assert_tells_nothing(answer)
    return answer


def count_of(caller: Caller) -> int:
    found = caller.ask("{ artist_aggregate { aggregate { count } } }").data
    return int(found["artist_aggregate"]["aggregate"]["count"])


@pytest.mark.parametrize("operator", TEXT_OPERATORS)
def test_sql_in_a_comparison_is_a_text(agent: Caller, operator: str) -> None:
    query = f"query q($v: String!) {{ artist(where: {{name: {{{operator}: $v}}}}, limit: 1) {{ name }} }}"
    for text in SQL:
        by_variable = fine(agent.ask(query, {"v": text}))
        # A text of JSON is one of GraphQL.
        literal = json.dumps(text, ensure_ascii=False)
        by_literal = fine(agent.ask(f"{{ artist(where: {{name: {{{operator}: {literal}}}}}, limit: 1) {{ name }} }}"))
        assert by_variable.json.get("data") == by_literal.json.get("data")
        if operator == "_eq":
            assert by_variable.data == {"artist": []}
    assert count_of(agent) == 275


def test_sql_in_lists_is_texts(agent: Caller) -> None:
    query = (
        "query q($v: [String!]!) { artist(where: {name: {_in: $v}}) { name } "
        "other: artist_aggregate(where: {name: {_nin: $v}}) { aggregate { count } } }"
    )
    found = agent.ask(query, {"v": [*SQL, "AC/DC"]}).data
    assert found == {"artist": [{"name": "AC/DC"}], "other": {"aggregate": {"count": 274}}}


@pytest.mark.parametrize("text", SQL)
def test_sql_in_names_is_refused(agent: Caller, text: str) -> None:
    """Columns and directions are names of the schema, never texts."""
    for query, value in (
        ("query q($v: [artist_order_by!]) { artist(order_by: $v) { name } }", {text: "asc"}),
        ("query q($v: [artist_order_by!]) { artist(order_by: $v) { name } }", {"name": text}),
        ("query q($v: [artist_select_column!]) { artist(distinct_on: $v) { name } }", text),
        ("query q($v: artist_bool_exp) { artist(where: $v) { name } }", {text: {"_eq": 1}}),
        ("query q($v: artist_bool_exp) { artist(where: $v) { name } }", {"name": {text: "a"}}),
        ("query q($v: [artist_select_column!]) { artist_aggregate { aggregate { count(columns: $v) } } }", [text]),
        ("query q($v: Int) { artist(limit: $v) { name } }", text),
        ("query q($v: Int) { artist(offset: $v) { name } }", text),
        ("query q($v: Int!) { artist_by_pk(artist_id: $v) { name } }", text),
        ("query q($v: numeric) { track(where: {unit_price: {_eq: $v}}) { name } }", text),
    ):
        answer = agent.ask(query, {"v": value})
        assert answer.codes == {"BAD_USER_INPUT"}, (query, value)
        assert_tells_nothing(answer, sent=text)


@pytest.mark.parametrize("text", SQL)
def test_sql_in_the_gateways_own_fields_is_a_text(agent: Caller, text: str) -> None:
    query = (
        "query q($v: String!) { catalog(search: $v, first: 3) { entries { coordinate } joins } "
        "catalog_entry(coordinate: $v) { coordinate } explain(operation: $v) { allowed } }"
    )
    answer = fine(agent.ask(query, {"v": text}))
    assert answer.data["catalog_entry"] is None
    assert answer.data["explain"]["allowed"] is False
    cursor = fine(agent.ask("query q($a: String) { catalog(after: $a) { joins } }", {"a": text}))
    assert cursor.codes == {"BAD_USER_INPUT"}
    assert agent.ask("{ me { role } }", extensions={"narthex": {"purpose": text}}).data


@pytest.mark.parametrize("operator", PATTERNS)
def test_patterns_that_never_end_are_ended(agent: Caller, operator: str) -> None:
    for pattern in (
        "(a+)+$", "(a|a)*b", "(.*)*" * 20 + "x", "((a{1,255}){1,255}){1,255}", "(?:" * 500 + ")" * 500, "a" * 5_000,
        "%" * 5_000 + "x", "_%" * 2_000 + "x", "(" * 100, "[", "*", "\\", "(?<n>a)\\k<n>", "\\1", "[[:foo:]]",
        "a{99999}",
    ):  # fmt: skip
        started = time.monotonic()
        query = f"query q($v: String!) {{ track(where: {{name: {{{operator}: $v}}}}, limit: 3) {{ name }} }}"
        answer = agent.ask(query, {"v": pattern})
        assert time.monotonic() - started < 20
        assert answer.codes <= {"BAD_USER_INPUT", "TIMEOUT", "LIMIT_EXCEEDED"}, (pattern[:50], answer.text)
        assert_tells_nothing(answer)


NUMBERS = (
    "9" * 400, "1e400", "-1e400", "1e-400", "1e999999", "0." + "0" * 5_000 + "1", "2147483648", "-2147483649",
    "9223372036854775808", "1.5", "-0", "1e3",
)


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_beyond_a_type(agent: Caller, number: str) -> None:
    for query in (
        "{{ artist_by_pk(artist_id: {}) {{ name }} }}",
        "{{ artist(where: {{artist_id: {{_eq: {}}}}}) {{ name }} }}",
        "{{ artist(where: {{artist_id: {{_in: [1, {}]}}}}) {{ name }} }}",
        "{{ artist(limit: {}) {{ name }} }}",
        "{{ artist(offset: {}, limit: 1) {{ name }} }}",
        "{{ track(where: {{unit_price: {{_gt: {}}}}}, limit: 1) {{ name }} }}",
        "{{ genre(where: {{tracks_aggregate: {{count: {{predicate: {{_gt: {}}}}}}}}}) {{ name }} }}",
    ):
        answer = agent.ask(query.format(number))
        assert answer.codes <= {"GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT", "LIMIT_EXCEEDED"}, (query, answer.text)
        assert_tells_nothing(answer)
    for type_, query in (
        ("Int", "artist(limit: $v)"),
        ("Int", "artist(offset: $v)"),
        ("Int!", "artist_by_pk(artist_id: $v)"),
        ("Int", "artist(where: {artist_id: {_eq: $v}})"),
        ("numeric", "track(where: {unit_price: {_lt: $v}}, limit: 1)"),
    ):
        body = f'{{"query": "query q($v: {type_}) {{ {query} {{ name }} }}", "variables": {{"v": {number}}}}}'
        answer = agent.post(body)
        assert answer.codes <= {"BAD_USER_INPUT", "LIMIT_EXCEEDED"}, answer.text
        assert_tells_nothing(answer)


@pytest.mark.parametrize("limit", [-1, -2147483648, 10_001, 2147483647])
def test_limits_and_offsets_have_their_bounds(agent: Caller, limit: int) -> None:
    for query in (
        f"{{ artist(limit: {limit}) {{ name }} }}",
        f"{{ artist {{ albums(limit: {limit}) {{ title }} }} }}",
        f"{{ artist {{ albums_aggregate(limit: {limit}) {{ nodes {{ title }} }} }} }}",
    ):
        assert agent.ask(query).codes <= {"BAD_USER_INPUT", "LIMIT_EXCEEDED"}
        assert agent.ask(query).codes
    by_variable = agent.ask("query q($v: Int) { artist(limit: $v) { name } }", {"v": limit})
    assert by_variable.codes <= {"BAD_USER_INPUT", "LIMIT_EXCEEDED"}
    assert by_variable.codes
    assert agent.ask(f"{{ artist(offset: {limit}) {{ name }} }}").json.get("data") in (None, {"artist": []})


@pytest.mark.parametrize(
    ("type_", "place", "values"),
    [
        ("Int", "artist(limit: $v)", ["1", 1.5, True, [], {}, [1], "", "a", {"_eq": 1}]),
        ("String", "artist(where: {name: {_eq: $v}})", [1, 1.5, True, [], {}, ["a"]]),
        ("[String!]", "artist(where: {name: {_in: $v}})", [[None], [1], [["a"]], {}, {"a": "b"}, True]),
        ("Boolean", "artist(where: {name: {_is_null: $v}})", [1, 0, "true", [], {}]),
        ("artist_bool_exp", "artist(where: $v)", ["{}", [], 1, True, {"name": "x"}, {"name": []}, {"_or": [1]}]),
        ("[artist_order_by!]", "artist(order_by: $v)", ["name", 1, {"name": 1}, [[]], {"name": "up"}, [None]]),
        ("[artist_select_column!]", "artist(distinct_on: $v)", [1, {}, ["nope"], [None], "NAME"]),
        ("numeric", "track(where: {unit_price: {_eq: $v}})", ["a", {}, [], True, "1,5", "0x10", " "]),
        ("Int!", "artist_by_pk(artist_id: $v)", [None, "1", {}, [], 1.1]),
    ],
)
def test_values_of_another_type(agent: Caller, type_: str, place: str, values: list[object]) -> None:
    for value in values:
        answer = agent.ask(f"query q($v: {type_}) {{ {place} {{ __typename }} }}", {"v": value})
        assert answer.codes == {"BAD_USER_INPUT"}, (type_, value, answer.text)
        assert_tells_nothing(answer)


@pytest.mark.parametrize("what", ["\0", "a\0b", "\ud800", "a\udc00b", "\udfff\ud800"])
def test_characters_that_postgres_does_not_have(agent: Caller, what: str) -> None:
    for query in (
        "query q($v: String!) { artist(where: {name: {_eq: $v}}) { name } }",
        "query q($v: [String!]!) { artist(where: {name: {_in: $v}}) { name } }",
        "query q($v: String!) { artist(where: {name: {_ilike: $v}}) { name } }",
    ):
        value = [what] if "[String" in query else what
        answer = agent.ask(query, {"v": value})
        assert answer.codes <= {"BAD_USER_INPUT"}, answer.text
        assert answer.codes or answer.data == {"artist": []}
    query = "query q($v: String!) { catalog(search: $v) { joins } explain(operation: $v) { allowed } }"
    fine(agent.ask(query, {"v": what}))
    fine(agent.ask("{ me { role } }", {what: what}))
    assert agent.ask("{ me { role } }", operationName=what).codes <= {"BAD_USER_INPUT"}
    fine(agent.ask("{ me { role } }", extensions={"narthex": {"purpose": what}}))


async def test_json_paths_are_data(running_gateway: RunningGateway, admin: Caller) -> None:
    """`path:` is read as the steps of a path, whatever else it looks like."""
    async with running_gateway.database("migrator") as database:
        await database.execute(
            "CREATE TABLE document (document_id int PRIMARY KEY, body jsonb, raw json);"
            """INSERT INTO document VALUES (1, '{"a": {"b": [10, 20]}, "it''s": 1, "": 2}', '{"a": 1}')"""
        )
        try:
            await asyncio.to_thread(seconds_until, lambda: sees(admin, "{ document { document_id } }"))
            query = "query q($v: String) { document { body(path: $v) raw(path: $v) } }"
            assert admin.ask(query, {"v": "a.b[1]"}).data == {"document": [{"body": 20, "raw": None}]}
            for path in (*SQL, "$.a ? (@ > 1)", "$..*", "a" * 50_000, "a." * 5_000 + "a", "[" * 5_000, "", ".", "$"):
                answer = fine(admin.ask(query, {"v": path}))
                if not answer.errors:
                    assert answer.data["document"][0].keys() == {"body", "raw"}
            contains = "query q($v: jsonb) { document(where: {body: {_contains: $v}}) { document_id } }"
            for value in ({"a": "'; --"}, [], "x", 1e300, {"": {"": [None] * 100}}, "\0", {"\0": 1}, "\ud800"):
                fine(admin.ask(contains, {"v": value}))
            has_keys = "query q($v: [String!]) { document(where: {body: {_has_keys_any: $v}}) { document_id } }"
            for keys in (list(SQL), [""], ["\0"]):
                fine(admin.ask(has_keys, {"v": keys}))
            cast = "query q($v: String) { document(where: {body: {_cast: {String: {_like: $v}}}}) { document_id } }"
            for text in SQL:
                fine(admin.ask(cast, {"v": text}))
        finally:
            await database.execute("DROP TABLE document")
            await asyncio.to_thread(seconds_until, lambda: is_gone(admin, "document"))


def test_large_variables_are_only_large(agent: Caller) -> None:
    names = [f"name {number}" for number in range(40_000)]
    query = "query q($v: [String!]!) { artist_aggregate(where: {name: {_nin: $v}}) { aggregate { count } } }"
    assert agent.ask(query, {"v": names}).data == {"artist_aggregate": {"aggregate": {"count": 275}}}
    wide = {"_or": [{"artist_id": {"_eq": number}} for number in range(3_000)]}
    query = "query q($w: artist_bool_exp) { artist(where: $w, limit: 1) { name } }"
    assert agent.ask(query, {"w": wide}).codes <= {"LIMIT_EXCEEDED", "BAD_USER_INPUT"}
    deep: dict[str, object] = {}
    for _ in range(150):
        deep = {"_not": deep}
    assert agent.ask(query, {"w": deep}).codes <= {"LIMIT_EXCEEDED"}


def test_values_stay_with_those_who_sent_them(agent: Caller) -> None:
    """The same plan with other literals, and other claims: nothing of the one before is left."""
    for number, name in ((1, "AC/DC"), (2, "Accept"), (3, "Aerosmith"), (1, "AC/DC")):
        assert agent.ask(f"{{ artist_by_pk(artist_id: {number}) {{ name }} }}").data == {"artist_by_pk": {"name": name}}
        by_name = agent.ask(f'{{ artist(where: {{name: {{_eq: "{name}"}}}}) {{ artist_id }} }}')
        assert by_name.data == {"artist": [{"artist_id": number}]}
