"""What `explain` says of an operation is what then happens to it: for whoever asks, at every level, in either mode."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.envelope import Envelope, Message, Mode
from gateway.explain import PipelineExplainer
from narthex.errors import Code, Refusal
from narthex.observe import Observation
from narthex.ports import Explained
from narthex.principal import Grants, Kind, Level, Principal
from narthex.settings import Limits
from tests.gateway.served import SHELF, Served, serving

if TYPE_CHECKING:
    from gateway.respond import Reply
    from tests.gateway.conftest import PrepareDatabase

_POLICY = """
author  @auth(roles: ["reader", "clerk"], on: [SELECT, AGGREGATE])
author  @auth(roles: ["clerk"], on: [INSERT, UPDATE, DELETE])
author  @rows(filter: {id: {_lte: 3}}, roles: ["reader"])
book    @auth(roles: ["reader", "clerk"], on: [SELECT, AGGREGATE])
book    @auth(roles: ["clerk"], on: [INSERT, UPDATE])
book.price  @auth(roles: ["accountant"], on: [SELECT, AGGREGATE, UPDATE])
book.about  @mask(with: NULL, roles: ["reader"])
book    @risk(level: LOW, on: [UPDATE])
author  @idempotent(window: "1h", on: [INSERT], roles: ["clerk"])
book    @rate_limit(limit: 4, window: "1h", roles: ["reader"])
author  @quota(limit: 3, unit: CALLS, window: "1d", roles: ["reader", "clerk"])
book    @quota(limit: 400, unit: ROWS, window: "1d", roles: ["clerk"])
Mutation.update_book  @rate_limit(limit: 2, window: "1h")
Query.book  @cost(weight: "5")
author.books  @listSize(slicingArguments: ["limit"], requireOneSlicingArgument: true)
Query.echo  @auth(roles: ["reader"])
"""
_READS = (
    "book(limit: N) { id title }",
    "book { id }",
    "book(limit: N) { price }",
    "book(limit: N) { about }",
    "book(where: {about: {_is_null: true}}, limit: 1) { id }",
    "book_by_pk(id: N) { title author { name } }",
    "book_by_pk(id: $id) { title }",
    "book_aggregate { aggregate { count max { pages } } }",
    "book_aggregate { aggregate { max { price } } }",
    "author(limit: N) { books(limit: N) { author { books(limit: N) { id } } } }",
    "author(limit: N) { books { id } }",
    "author { name @include(if: $yes) id }",
    "author(where: {books: {pages: {_gt: N}}}) { id }",
    "author(where: {id: {_eq: null}}) { id }",
    "author(order_by: {books_aggregate: {count: desc}}, limit: -1) { id }",
    "nothing { id }",
    "author { name(x: 1) }",
    'echo(text: "x", times: N)',
    "__typename",
    '__type(name: "book") { fields { name } }',
)
_WRITES = (
    'insert_author_one(object: {id: NEW, name: "x"}) { id }',
    'insert_author(objects: [{id: NEW, name: "x", books: {data: [{id: NEW, title: "y"}]}}]) { affected_rows }',
    'insert_book_one(object: {id: NEW, title: "x", author_id: N}) { id author { name } }',
    'insert_book_one(object: {id: NEW, title: "x", price: "1"}) { id }',
    "insert_book(objects: $books) { affected_rows }",
    'insert_book(objects: [{id: 1, title: "x"}], on_conflict: {constraint: book_pkey, update_columns: [title]}) '
    "{ affected_rows }",
    'update_book(where: {id: {_eq: N}}, _set: {title: "t"}) { affected_rows }',
    'update_book(where: {id: {_eq: N}}, _set: {title: "t"}) { returning { price } }',
    'update_book(where: {id: {_eq: $id}}, _set: {title: "t"}) { affected_rows }',
    "update_book(where: {}, _inc: {pages: 1}) { affected_rows }",
    'update_book_by_pk(pk_columns: {id: N}, _set: {price: "2.50"}) { id }',
    'update_book_many(updates: [{where: {id: {_eq: N}}, _set: {title: "m"}}]) { affected_rows }',
    "delete_book_by_pk(id: 100000) { id }",
    "delete_author(where: {id: {_gte: 100000}}) { affected_rows }",
    "query { book(limit: N) { id } }",
    "query { author(limit: 1) { books { id } } }",
    "nothing(where: {}) { affected_rows }",
    "__typename",
)


class Who(NamedTuple):
    role: str
    level: Level
    mode: Mode
    key: bool


_WHO = st.builds(
    Who,
    st.sampled_from(["clerk", "admin", "clerk", "reader", "clerk", "stranger"]),
    st.sampled_from([Level.WRITE, Level.GATED, Level.WRITE, Level.READ, Level.SIMULATE]),
    st.sampled_from([Mode.LIVE, Mode.LIVE, Mode.DRY_RUN]),
    st.booleans(),
)
_NUMBER = st.sampled_from([0, 1, 3, 30, 120, 20_000, 2**40])
_VARIABLES: st.SearchStrategy[dict[str, object]] = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from([1, 7, None, "seven", 2**40]),
        "yes": st.sampled_from([True, False, None, "yes"]),
        "books": st.lists(st.sampled_from([{"title": "a"}, {"id": "x"}, {"price": 1}]), max_size=3),
    },
)
_TYPES = {"id": "Int", "yes": "Boolean! = true", "books": "[book_insert_input!]! = []"}
_numbers = itertools.count(1_000)


@st.composite
def operations(draw: st.DrawFn) -> str:
    """A query or mutation, mostly valid for somebody."""
    kind, pool = draw(st.sampled_from([("query", _READS), ("mutation", _WRITES)]))
    roots = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=3))
    fields = []
    for number, root in enumerate(roots):
        field = root.replace("NEW", str(next(_numbers)))
        while "N)" in field or "N}" in field or "N," in field:
            for end in ")},":
                field = field.replace(f" N{end}", f" {draw(_NUMBER)}{end}", 1)
        fields.append(f"f{number}: {field}")
    text = " ".join(fields)
    used = [f"${name}: {type_}" for name, type_ in _TYPES.items() if f"${name}" in text]
    return f"{kind}{'(' + ', '.join(used) + ')' if used else ''} {{ {text} }}"


@pytest.fixture
async def library(prepared_database: PrepareDatabase, tmp_path: Path) -> AsyncIterator[Served]:
    urls = await prepared_database(SHELF)
    async with serving(urls, tmp_path, policy=_POLICY, limits=Limits(cost=150)) as served:
        yield served


async def both(served: Served, envelope: Envelope) -> tuple[Explained, Reply]:
    """What is said of a request, and then done."""
    snapshot, message = served.loader.snapshot, envelope.message
    asking = envelope._replace(message=Message("{ explain }", {}))
    explainer = PipelineExplainer(snapshot, asking, served.pipeline.ledgers)
    said = await explainer.explain(message.query, message.variables)
    return said, await served.pipeline.run(snapshot, envelope, Observation("test"))


def told(refusals: tuple[Refusal, ...]) -> list[tuple[Code, str | None, str, object]]:
    return [(each.code, each.coordinate, each.message, each.extensions.get("remaining")) for each in refusals]


def check(said: Explained, reply: Reply, who: Who) -> None:
    if not said.allowed:
        assert reply.data is None
        assert told(reply.refusals) == told(said.refusals)
        return
    assert reply.data is not None, reply.refusals
    parts = dict(reply.narthex)
    effects = json.loads(parts.get("effects", b"[]"))
    changing = [effect for effect in effects if effect["coordinate"] != "Mutation.query"]
    assert tuple(dict.fromkeys(effect["coordinate"] for effect in changing)) == tuple(dict.fromkeys(said.effects))
    dry = who.mode is Mode.DRY_RUN or who.level is Level.SIMULATE
    happened = {"simulated"} if dry else {"done"}
    assert {effect["state"] for effect in changing} <= happened | {"failed", "rolled_back", "not_run"}
    if said.effects and not dry:
        assert who.level in (Level.WRITE, Level.GATED)


def envelope_of(who: Who, query: str, variables: dict[str, object], subject: str) -> Envelope:
    grants = Grants(who.role, frozenset(), "sandbox", frozenset())
    principal = Principal(subject, Kind.AGENT, (who.role,), grants, who.level, subject, subject, 2**40)
    message = Message(query, variables, size=len(query))
    key = f"key {next(_numbers)}" if who.key else None
    return Envelope(principal, message, "test", who.mode, idempotency_key=key)


def stranger() -> str:
    """Somebody whose limits nobody has used."""
    return f"somebody {next(_numbers)}"


@given(who=_WHO, sent=st.lists(st.tuples(operations(), _VARIABLES), min_size=1, max_size=3))
@settings(max_examples=250, suppress_health_check=list(HealthCheck))
async def test_what_is_explained_is_what_happens(
    library: Served, who: Who, sent: list[tuple[str, dict[str, object]]]
) -> None:
    subject = stranger()
    for query, variables in sent:
        said, reply = await both(library, envelope_of(who, query, variables, subject))
        try:
            check(said, reply, who)
        except AssertionError as error:
            raise AssertionError(f"{query}\n{variables}\nsaid {said.refusals}\ngot {reply}") from error


_UPDATE = 'mutation { update_book(where: {id: {_eq: 1}}, _set: {title: "t"}) { affected_rows } }'
_DELETE = "mutation { delete_author(where: {id: {_eq: 100000}}) { affected_rows } }"
_INSERT = 'mutation { insert_author_one(object: {id: 999, name: "x"}) { id } }'
_DEEP = "{ author(limit: 3) { books(limit: 50) { author { books(limit: 50) { id } } } } }"


@pytest.mark.parametrize(
    ("role", "level", "query", "codes"),
    [
        ("clerk", Level.READ, _UPDATE, ["READ_ONLY"]),
        ("clerk", Level.GATED, _DELETE, ["APPROVAL_REQUIRED"]),
        ("clerk", Level.GATED, _UPDATE, []),  # its risk is low
        ("clerk", Level.WRITE, _INSERT, ["IDEMPOTENCY_KEY_REQUIRED"]),
        ("clerk", Level.SIMULATE, _INSERT, []),  # only tried, which takes no key
        ("admin", Level.WRITE, _INSERT, []),
        ("admin", Level.READ, _DEEP, ["COST_EXCEEDED"]),
        (
            "reader",
            Level.READ,
            "{ " + "".join(f"a{n}: book(limit: 1) {{ id }} " for n in range(5)) + "}",
            ["RATE_LIMITED"],
        ),
        ("clerk", Level.READ, "{ book(limit: 401) { id } }", ["QUOTA_EXCEEDED"]),
        ("clerk", Level.READ, "{ author(limit: 1) { books { id } } }", ["BAD_USER_INPUT"]),
        ("clerk", Level.WRITE, "mutation { delete_book_by_pk(id: 1) { id } }", ["GRAPHQL_VALIDATION_FAILED"]),
        ("stranger", Level.READ, "{ book(limit: 1) { id } }", ["GRAPHQL_VALIDATION_FAILED"]),
    ],
)
async def test_each_verdict(library: Served, role: str, level: Level, query: str, codes: list[str]) -> None:
    who = Who(role, level, Mode.LIVE, False)
    said, reply = await both(library, envelope_of(who, query, {}, stranger()))
    assert [refusal.code.value for refusal in said.refusals] == codes
    check(said, reply, who)


async def test_what_is_left_of_a_limit_is_told_before_and_after(library: Served) -> None:
    who, subject = Who("clerk", Level.WRITE, Mode.LIVE, False), stranger()
    for left in (2, 1):
        said, reply = await both(library, envelope_of(who, _UPDATE, {}, subject))
        check(said, reply, who)
        assert [entry["remaining"] for entry in said.remaining if entry["coordinate"] == "Mutation.update_book"] == [
            left - 1
        ]
    said, reply = await both(library, envelope_of(who, _UPDATE, {}, subject))
    check(said, reply, who)
    assert [refusal.code for refusal in said.refusals] == [Code.RATE_LIMITED]
