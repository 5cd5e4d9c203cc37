"""Documents that would cost more than they are: refused by cheap bounds, before anything looks at the schema."""

import time

import pytest

from tests.attacks.conftest import assert_tells_nothing
from tests.caller import Answer, Caller

QUICK_S = 8.0
"""Nobody else waits longer for what is refused. Far above what it takes, because the machine of a test is busy."""


def many(template: str, count: int) -> str:
    """A text with N in it, for each number."""
    return " ".join(template.replace("N", str(number)) for number in range(count))


def chained(count: int, step: str) -> str:
    """Fragments of which each spreads the next one; NEXT stands for that."""
    steps = [f"fragment f{at} on artist {{ {step.replace('NEXT', f'...f{at + 1}')} }}" for at in range(count)]
    return " ".join(["{ artist { ...f0 } }", *steps, f"fragment f{count} on artist {{ name }}"])


def around(opening: str, inner: str, closing: str, count: int) -> str:
    return opening * count + inner + closing * count


LIMITED = {
    "a thousand aliases of a field": f"{{ artist {{ {many('aN: name', 1_000)} }} }}",
    "a thousand aliases of a root": f"{{ {many('aN: artist { name }', 1_000)} }}",
    "aliases in fragments": f"{{ artist {{ ...f }} }} fragment f on artist {{ {many('aN: name', 300)} }}",
    "introspection under aliases": f"{{ {many('aN: __schema { types { name } }', 300)} }}",
    "one field a thousand times": f"{{ artist {{ {'name ' * 1_000} }} }}",
    "one root a thousand times": f"{{ {'me { role } ' * 1_000} }}",
    "a deep selection": f"{{ artist {{ {around('albums { artist { ', 'name', ' } }', 40)} }} }}",
    "a very deep selection": f"{{ artist {{ {around('albums { artist { ', 'name', ' } }', 3_000)} }} }}",
    "deep fragments": chained(40, "albums { artist { NEXT } }"),
    "fragments that double": chained(20, "a: albums { artist { NEXT } } b: albums { artist { NEXT } }"),
    "fragments that double at once": chained(30, "NEXT NEXT"),
    "more fragments than anybody needs": chained(500, "NEXT"),
    "inline fragments in inline fragments": f"{{ artist {{ {around('... { ', 'name', ' }', 500)} }} }}",
    "a deep introspection": f"{{ __schema {{ types {{ {around('fields { type { ', 'name', ' } }', 30)} }} }} }}",
    "a deep predicate": f"{{ artist(where: {around('{_not: ', '{}', '}', 300)}) {{ name }} }}",
    "a deep list": f"{{ artist(where: {{_or: {around('[', '', ']', 1_000)}}}) {{ name }} }}",
    "a deep variable type": f"query($v: {around('[', 'Int', ']', 1_000)}) {{ artist {{ name }} }}",
    "a default of brackets": f"query($v: jsonb = {around('[', '', ']', 1_000)}) {{ artist {{ name }} }}",
    "too many tokens": f"{{ artist {{ name }} }} {'{ a } ' * 20_000}",
    "thousands of directives": f"{{ artist {{ name {'@skip(if: false) ' * 3_000} }} }}",
    "thousands of operations": many("query qN { me { role } artist { name } }", 1_500),
    "thousands of variables": f"query({many('$vN: Int = 1', 3_000)}) {{ me {{ role }} }}",
}


def quickly(caller: Caller, query: str, variables: object = None, **entries: object) -> Answer:
    started = time.monotonic()
    answer = caller.ask(query, variables, **entries)
    assert time.monotonic() - started < QUICK_S
    assert len(answer.body) < 100_000
    assert_tells_nothing(answer)
    return answer


@pytest.mark.parametrize("what", LIMITED)
def test_what_passes_a_bound(agent: Caller, what: str) -> None:
    answer = quickly(agent, LIMITED[what], operationName="q0" if "operations" in what else None)
    assert answer.codes == {"LIMIT_EXCEEDED"}
    assert "data" not in answer.json
    explained = quickly(agent, "query q($it: String!) { explain(operation: $it) { allowed } }", {"it": LIMITED[what]})
    if "operations" not in what:
        assert explained.data == {"explain": {"allowed": False}}


INVALID = {
    "a fragment that spreads itself": "{ artist { ...f } } fragment f on artist { name ...f }",
    "fragments in a circle": "{ artist { ...a } } fragment a on artist { ...b } fragment b on artist { ...c } "
    "fragment c on artist { albums { artist { ...a } } }",
    "a circle of ninety": "{ artist { ...f0 } } "
    + " ".join(f"fragment f{at} on artist {{ ...f{(at + 1) % 90} }}" for at in range(90)),
    "a hundred times the same directive": f"{{ artist {{ name {'@skip(if: false) ' * 100} }} }}",
    "a thousand unknown directives": f"{{ artist {{ name {'@nope ' * 1_000} }} }}",
    "unknown names by the thousand": f"{{ artist {{ {many('nopeN', 1_000)} }} }}",
    "unknown types by the score": f"{{ {many('... on artist_bool_exqN { a }', 90)} }}",
    "unknown arguments by the thousand": f"{{ artist({many('limiN: 1', 1_000)}) {{ name }} }}",
    "unknown input fields by the thousand": f"{{ artist(where: {{{many('namN: {}', 2_000)}}}) {{ name }} }}",
    "fields in conflict": "{ artist { a: name a: artist_id } }",
    "conflicts by the score": f"{{ artist {{ {many('... { a: name } ... { a: artist_id }', 45)} }} }}",
    "a variable of an output type": "query($v: artist) { me { role } }",
    "the same variable twice": "query($v: Int, $v: String) { artist(limit: $v) { name } }",
    "an operation of one name twice": "query q { me { role } } query q { artist { name } }",
    "a long name": f"{{ {'a' * 100_000} }}",
    "a deferred part": "{ artist { ... @defer { name } } }",
    "introspection below the root": "{ artist { __schema { types { name } } } }",
    "a mutation": 'mutation { insert_artist(objects: [{name: "x"}]) { affected_rows } }',
    "a subscription": "subscription { artist { name } }",
}


@pytest.mark.parametrize("what", INVALID)
def test_what_is_not_valid(agent: Caller, what: str) -> None:
    answer = quickly(agent, INVALID[what], operationName="q" if "one name twice" in what else None)
    assert answer.codes <= {"GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT", "LIMIT_EXCEEDED"}
    assert answer.codes
    assert len(answer.errors) <= 21
    assert "data" not in answer.json


UNREADABLE = {
    "nothing": "",
    "blanks": " \t\n,,,",
    "a comment": "# artist",
    "a mark": "\ufeff",
    "an empty selection": "{ }",
    "an empty selection below": "{ artist { } }",
    "half": "{ artist { name }",
    "a NUL": "{ artist { name\0 } }",
    "control characters": "{ artist { na\x07me } }",
    "a lone surrogate": "{ artist { name } } # \ud800",
    "a lone surrogate in a text": '{ artist(where: {name: {_eq: "\ud800"}}) { name } }',
    "a lone surrogate by an escape": r'{ artist(where: {name: {_eq: "\ud800"}}) { name } }',
    "a name from elsewhere": "{ artíst { name } }",
    "a name that looks alike": "{ аrtist { name } }",
    "a text without end": '{ artist(where: {name: {_eq: "a}}) { name } }',
    "a block without end": '{ artist(where: {name: {_eq: """a}}) { name } }',
    "a wrong escape": r'{ artist(where: {name: {_eq: "\x41"}}) { name } }',
    "an escape beyond": r'{ artist(where: {name: {_eq: "\u{110000}"}}) { name } }',
    "a wrong number": "{ artist(limit: 01) { name } }",
    "a number that becomes a name": "{ artist(limit: 1a) { name } }",
    "a line break in a text": '{ artist(where: {name: {_eq: "a\nb"}}) { name } }',
    "SQL": "SELECT * FROM artist; --",
    "JSON": '{"query": "{ artist { name } }"}',
    "a legacy list of variables on a fragment": "{ artist { ...f } } fragment f($a: Int) on artist { name }",
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_is_no_graphql(agent: Caller, what: str) -> None:
    answer = quickly(agent, UNREADABLE[what])
    assert answer.codes == {"GRAPHQL_PARSE_FAILED"}


def test_a_schema_document_runs_nothing(agent: Caller) -> None:
    for text in ("type artist { name: String }", "extend type query_root { a: Int }", "fragment f on artist { name }"):
        assert agent.ask(text).codes <= {"GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"}
        assert agent.ask(text).codes


def test_skip_and_include_select_nothing_else(agent: Caller) -> None:
    """Directives decide by variables that a cached plan must not remember."""
    query = (
        "query q($a: Boolean!, $b: Boolean!) { artist_by_pk(artist_id: 1) "
        "{ name @include(if: $a) artist_id @skip(if: $b) ... @include(if: $b) { albums { title } } } }"
    )
    for a in (True, False):
        for b in (True, False):
            found = agent.ask(query, {"a": a, "b": b}).data["artist_by_pk"]
            assert ("name" in found, "artist_id" in found, "albums" in found) == (a, not b, b)
    for wrong in ({}, {"a": True}, {"a": "true", "b": True}, {"a": 1, "b": 0}, {"a": [], "b": {}}):
        assert agent.ask(query, wrong).codes == {"BAD_USER_INPUT"}
    hundred = many("... @include(if: $a) { aN: name }", 100)
    query = f"query q($a: Boolean!) {{ artist_by_pk(artist_id: 1) {{ {hundred} }} }}"
    assert agent.ask(query, {"a": True}).data["artist_by_pk"]["a99"] == "AC/DC"
