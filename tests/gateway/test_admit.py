"""The verdict on effects: the ladder, dry runs, idempotency keys, and `explain`, which tells what admission does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import strawberry

from gateway.explain import PipelineExplainer
from narthex.errors import Code, Refusal
from narthex.principal import Grants, Kind, Level, Principal
from narthex.settings import Limits
from tests.gateway.served import SHELF, Answer, Served, serving

if TYPE_CHECKING:
    from tests.gateway.conftest import PrepareDatabase

POLICY = """
book    @auth(roles: ["writer"])
author  @auth(roles: ["writer"])
author  @risk(level: LOW, on: [INSERT, UPDATE])
Mutation.delete_book  @rate_limit(limit: 3, window: "1h", roles: ["writer"])
Mutation.insert_author_one  @rate_limit(limit: 20, window: "1h")
Mutation.update_book_by_pk  @idempotent(window: "1h")
author  @quota(limit: 40, unit: ROWS, window: "1d", on: [INSERT, DELETE])
book    @quota(limit: 1000, unit: CALLS, window: "1d", on: [UPDATE])
"""
INSERT = 'mutation {insert_author_one(object: {id: %d, name: "new"}) {id name}}'
RAISE = "mutation {update_book_by_pk(pk_columns: {id: 1}, _inc: {pages: 1}) {pages}}"


class Levels:
    """Tokens are `subject:LEVEL`; a third part is a claim `tenant`."""

    async def verify(self, token: str, role: str | None = None) -> Principal:
        subject, level, *more = token.split(":")
        if level not in Level.__members__:
            raise Refusal(Code.UNAUTHENTICATED, "The token is not valid here.")
        grants = Grants(role or "writer", frozenset(), "sandbox", frozenset())
        found = Principal(subject, Kind.AGENT, ("writer",), grants, Level[level], "session", "token", 2**40)
        return replace(found, claims={"tenant": more[0]}) if more else found


@pytest.fixture
async def served(prepared_database: PrepareDatabase, tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(await prepared_database(SHELF), tmp_path, policy=POLICY, limits=Limits()) as made:
        made.tokens = Levels()  # type: ignore[assignment]
        yield made


async def change(served: Served, query: str, token: str = "a:WRITE", key: str | None = None, **more: str) -> Answer:
    headers = [("idempotency-key", key)] if key is not None else []
    headers += [(name.replace("_", "-"), value) for name, value in more.items()]
    return await served.ask(query, token=token, headers=headers)


def codes(answer: Answer) -> list[str]:
    return [error["extensions"]["code"] for error in answer.errors]


async def pages(served: Served) -> int:
    return int(await served.admin("SELECT pages FROM book WHERE id = 1"))


async def authors(served: Served) -> int:
    return int(await served.admin("SELECT count(*) FROM author"))


# The ladder


async def test_read_changes_nothing_and_hears_of_all_effects(served: Served) -> None:
    query = 'mutation {a: insert_author_one(object: {id: 9, name: "x"}) {id} delete_book(where: {}) {affected_rows}}'
    refused = await change(served, query, "a:READ")
    assert codes(refused) == ["READ_ONLY", "READ_ONLY"]
    told = [error["extensions"]["coordinate"] for error in refused.errors]
    assert told == ["Mutation.insert_author_one", "Mutation.delete_book"]
    assert [error["path"] for error in refused.errors] == [["a"], ["delete_book"]]
    assert await authors(served) == 3
    assert (await served.ask("{author {id}}", token="a:READ")).errors == []


@pytest.mark.parametrize(
    "root",
    [
        "insert_book(objects: []) {affected_rows}",
        "update_book(where: {}, _set: {}) {affected_rows}",
        "update_book_many(updates: []) {affected_rows}",
    ],
)
async def test_read_has_no_effect_that_is_empty_either(served: Served, root: str) -> None:
    """It would have a record as an effect, and keep an answer under a key."""
    query = "mutation {" + root + "}"
    assert codes(await change(served, query, "a:READ", key="k")) == ["READ_ONLY"]
    assert await served.admin("SELECT count(*) FROM narthex.idempotency") == 0
    assert await served.admin("SELECT count(*) FROM narthex.audit_effect") == 0
    assert (await change(served, query)).errors == []


async def test_gated_runs_what_is_of_low_risk(served: Served) -> None:
    assert (await change(served, INSERT % 10, "a:GATED")).errors == []
    refused = await change(served, "mutation {delete_author(where: {id: {_eq: 10}}) {affected_rows}}", "a:GATED")
    assert codes(refused) == ["APPROVAL_REQUIRED"]
    assert refused.errors[0]["extensions"]["approval"] == {
        "state": "unavailable",
        "quorum": 1,
        "approvers": ["role:admin"],
    }
    nested = 'mutation {insert_author_one(object: {id: 11, name: "x", books: {data: [{id: 999, title: "t"}]}}) {id}}'
    assert codes(await change(served, nested, "a:GATED")) == ["APPROVAL_REQUIRED"]
    assert await authors(served) == 4


@strawberry.type(name="query_root")
class _Nothing:
    nothing: str = ""


@strawberry.type(name="mutation_root")
class _Bell:
    rung = 0

    @strawberry.mutation
    def ring(self) -> int:
        _Bell.rung += 1
        return _Bell.rung


async def test_a_line_on_all_tables_says_nothing_of_the_gateways_own_fields(
    prepared_database: PrepareDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.gateway.served.CONTROL", strawberry.Schema(query=_Nothing, mutation=_Bell))
    policy = 'book @auth(roles: ["writer"])\nMutation.ring @auth(roles: ["writer"])\n'
    policy += '* @risk(level: LOW)\n* @idempotent(window: "1h")\n'
    async with serving(await prepared_database(SHELF), tmp_path, policy=policy) as made:
        made.tokens = Levels()  # type: ignore[assignment]
        assert codes(await change(made, "mutation {ring}", "a:GATED")) == ["APPROVAL_REQUIRED"]
        assert codes(await change(made, "mutation {ring}", "a:READ")) == ["READ_ONLY"]
        simulated = await change(made, "mutation {ring}", "a:SIMULATE")
        assert simulated.json["extensions"]["narthex"]["effects"][0]["state"] == "simulated"
        assert (await change(made, "mutation {ring}", x_narthex_mode="dry_run")).status == 200
        assert _Bell.rung == 0
        assert (await change(made, "mutation {ring}")).data == {"ring": 1}


@pytest.mark.parametrize("token", ["a:SIMULATE", "a:READ", "a:GATED", "a:WRITE"])
async def test_a_dry_run_is_allowed_at_every_level(served: Served, token: str) -> None:
    mode = {} if token == "a:SIMULATE" else {"x_narthex_mode": "dry_run"}
    answer = await change(served, "mutation {delete_author(where: {id: {_eq: 77}}) {affected_rows}}", token, **mode)
    assert answer.errors == []
    assert answer.data == {"delete_author": {"affected_rows": 0}}
    needs = answer.json["extensions"]["narthex"].get("would_need", [])
    expected = {"a:GATED": ["APPROVAL_REQUIRED"], "a:WRITE": []}.get(token, ["READ_ONLY"])
    assert [need["code"] for need in needs] == expected


async def test_a_dry_run_needs_no_key_and_counts(served: Served) -> None:
    dry = {"x_narthex_mode": "dry_run"}
    tried = await change(served, RAISE, **dry)
    assert tried.data == {"update_book_by_pk": {"pages": 101}}
    needs = tried.json["extensions"]["narthex"]["would_need"]
    assert [need["code"] for need in needs] == ["IDEMPOTENCY_KEY_REQUIRED"]
    assert await pages(served) == 100
    delete = "mutation {delete_book(where: {id: {_eq: 0}}) {affected_rows}}"
    for _ in range(3):
        assert (await change(served, delete, **dry)).errors == []
    assert codes(await change(served, delete, **dry)) == ["RATE_LIMITED"]


async def test_aliases_of_effects_count(served: Served) -> None:
    one = "delete_book(where: {id: {_eq: 150}}) {affected_rows}"
    four = "mutation {" + " ".join(f"a{number}: {one}" for number in range(4)) + "}"
    assert codes(await change(served, four)) == ["RATE_LIMITED"]
    assert await served.admin("SELECT count(*) FROM book") == 150
    assert (await change(served, "mutation {" + one + "}")).data == {"delete_book": {"affected_rows": 1}}


async def test_cost_counts_effects(served: Served) -> None:
    explained = await explain(served, INSERT % 12, "a:WRITE")
    assert explained["cost"] == 10


# Keys


async def test_an_effect_under_a_key_happens_once(served: Served) -> None:
    first = await change(served, RAISE, key="k1")
    assert first.data == {"update_book_by_pk": {"pages": 101}}
    for _ in range(3):
        again = await change(served, RAISE, key="k1")
        assert again.data == first.data
        assert again.json["extensions"]["narthex"]["replayed"] is True
    assert await pages(served) == 101
    assert (await change(served, RAISE, key="k2")).data == {"update_book_by_pk": {"pages": 102}}
    assert (await change(served, RAISE, "b:WRITE", key="k1")).data == {"update_book_by_pk": {"pages": 103}}


async def test_a_key_is_required_where_a_line_says_so(served: Served) -> None:
    assert codes(await change(served, RAISE)) == ["IDEMPOTENCY_KEY_REQUIRED"]
    assert await pages(served) == 100


async def test_another_operation_under_the_key_is_a_conflict(served: Served) -> None:
    assert (await change(served, RAISE, key="k")).errors == []
    other = RAISE.replace("pages: 1}", "pages: 2}")
    assert codes(await change(served, other, key="k")) == ["IDEMPOTENCY_CONFLICT"]
    assert codes(await change(served, RAISE, "a:WRITE:t1", key="k")) == ["IDEMPOTENCY_CONFLICT"]
    assert codes(await change(served, INSERT % 13, key="k")) == ["IDEMPOTENCY_CONFLICT"]
    assert await pages(served) == 101


async def test_one_statement_under_no_limit_is_kept_without_looking_before(served: Served) -> None:
    query = "mutation($n: String!) {update_author_by_pk(pk_columns: {id: 1}, _set: {name: $n}) {name}}"
    given = {"query": query, "variables": {"n": "x"}}
    headers = [("idempotency-key", "k")]
    first = await served.ask(token="a:WRITE", headers=headers, body=json.dumps(given))
    again = await served.ask(token="a:WRITE", headers=headers, body=json.dumps(given))
    assert first.data == again.data == {"update_author_by_pk": {"name": "x"}}
    assert again.json["extensions"]["narthex"]["replayed"] is True
    given["variables"] = {"n": "y"}
    other = await served.ask(token="a:WRITE", headers=headers, body=json.dumps(given))
    assert codes(other) == ["IDEMPOTENCY_CONFLICT"]
    assert await served.admin("SELECT name FROM author WHERE id = 1") == "x"


async def test_an_insert_that_is_sent_again_meets_its_own_row_and_is_answered(served: Served) -> None:
    query = 'mutation {insert_author(objects: [{id: 21, name: "x"}, {id: 22, name: "y"}]) {returning {id}}}'
    first = await change(served, query, key="k")
    again = await change(served, query, key="k")
    assert first.data == again.data == {"insert_author": {"returning": [{"id": 21}, {"id": 22}]}}
    assert codes(await change(served, query)) == ["CONSTRAINT_VIOLATION"]


async def test_what_failed_or_was_refused_is_not_kept(served: Served) -> None:
    query = 'mutation {insert_author_one(object: {id: 1, name: "taken"}) {id}}'
    assert codes(await change(served, query, key="k")) == ["CONSTRAINT_VIOLATION"]
    await served.admin("DELETE FROM book")
    await served.admin("DELETE FROM author WHERE id = 1")
    assert (await change(served, query, key="k")).data == {"insert_author_one": {"id": 1}}
    assert codes(await change(served, RAISE, "a:READ", key="r")) == ["READ_ONLY"]


async def test_a_fresh_verdict_comes_before_a_kept_answer(served: Served) -> None:
    assert (await change(served, RAISE, key="k")).errors == []
    assert codes(await change(served, RAISE, "a:GATED", key="k")) == ["APPROVAL_REQUIRED"]


async def test_a_transaction_of_several_roots_is_kept_as_one(served: Served) -> None:
    query = (
        'mutation {a: insert_author_one(object: {id: 31, name: "x"}) {id} '
        'b: update_author(where: {id: {_eq: 2}}, _set: {name: "z"}) {returning {name books {id}}} __typename}'
    )
    first = await change(served, query, key="k")
    assert first.errors == []
    again = await change(served, query, key="k")
    assert again.json["extensions"]["narthex"]["replayed"] is True
    assert again.data == first.data and list(again.data) == ["a", "b", "__typename"]


async def test_a_key_goes_with_one_transaction_only(served: Served) -> None:
    query = 'mutation {insert_author_one(object: {id: 32, name: "x"}) {id} query {author {id}}}'
    assert codes(await change(served, query, key="k")) == ["BAD_USER_INPUT"]
    assert (await change(served, query)).errors == []


async def test_many_at_once_under_one_key(served: Served) -> None:
    answers = await asyncio.gather(*(change(served, RAISE, key="same") for _ in range(30)))
    assert {json.dumps(answer.data) for answer in answers} == {'{"update_book_by_pk": {"pages": 101}}'}
    assert await pages(served) == 101


async def test_two_gateways_under_one_key(served: Served, tmp_path: Path) -> None:
    """Neither sees the other's turn: the table decides."""
    folder = tmp_path / "other"
    folder.mkdir()
    async with serving(served.urls, folder, policy=POLICY) as other:
        other.tokens = Levels()  # type: ignore[assignment]
        query = 'mutation {update_author_by_pk(pk_columns: {id: 1}, _set: {name: "once"}) {name}}'
        gateways = [served, other] * 10
        answers = await asyncio.gather(*(change(one, query, key="both") for one in gateways))
        assert [codes(answer) for answer in answers] == [[]] * 20
        fresh = [answer for answer in answers if "replayed" not in answer.json["extensions"]["narthex"]]
        assert len(fresh) == 1


async def test_a_replay_uses_up_no_limit(served: Served) -> None:
    query = INSERT % 41
    for _ in range(25):
        assert (await change(served, query, key="k")).errors == []
    for number in range(50, 69):
        assert (await change(served, INSERT % number)).errors == []
    assert codes(await change(served, INSERT % 70)) == ["RATE_LIMITED"]


async def test_rows_that_are_written_are_counted(served: Served) -> None:
    objects = ", ".join(f'{{id: {number}, name: "n"}}' for number in range(100, 130))
    insert = "mutation {insert_author(objects: [" + objects + "]) {affected_rows}}"
    assert (await change(served, insert)).errors == []
    delete = "mutation {delete_author(where: {id: {_gte: %d, _lte: %d}}) {affected_rows}}"
    assert (await change(served, delete % (120, 128))).data == {"delete_author": {"affected_rows": 9}}
    assert (await explain(served, INSERT % 200, "a:WRITE"))["remaining"]["author"] == 0  # one is left
    assert (await change(served, INSERT % 200)).errors == []
    assert codes(await change(served, INSERT % 201)) == ["QUOTA_EXCEEDED"]


# explain


async def explain(served: Served, query: str, token: str, mode: str | None = None) -> dict[str, Any]:
    headers = {"x-narthex-mode": mode} if mode is not None else {}
    envelope = await served.envelope(query, token=token, headers=headers)
    explained = await PipelineExplainer(served.loader.snapshot, envelope, served.pipeline.ledgers).explain(query, {})
    return {
        "codes": [refusal.code.value for refusal in explained.refusals],
        "cost": explained.cost,
        "effects": explained.effects,
        "remaining": {entry["coordinate"]: entry["remaining"] for entry in explained.remaining},
    }


@pytest.mark.parametrize("token", ["a:READ", "a:SIMULATE", "a:GATED", "a:WRITE"])
@pytest.mark.parametrize("mode", [None, "dry_run"])
@pytest.mark.parametrize(
    "query",
    [
        INSERT % 81,
        RAISE,
        "mutation {delete_author(where: {id: {_eq: 77}}) {affected_rows}}",
        "mutation {"
        + " ".join(f"a{number}: delete_book(where: {{id: {{_eq: 0}}}}) {{affected_rows}}" for number in range(4))
        + "}",
        "{author {books {author {books {id}}}}}",
        "{author {id}}",
        "{nothing}",
    ],
)
async def test_explain_tells_what_admission_does(served: Served, query: str, token: str, mode: str | None) -> None:
    told = await explain(served, query, token, mode)
    headers = {"x_narthex_mode": mode} if mode is not None else {}
    answer = await change(served, query, token, **headers)
    assert told["codes"] == codes(answer)


async def test_explain_takes_nothing_and_tells_what_is_left(served: Served) -> None:
    delete = "mutation {delete_book(where: {id: {_eq: 0}}) {affected_rows}}"
    for _ in range(9):
        told = await explain(served, delete, "a:WRITE")
        assert told["codes"] == []
        assert told["effects"] == ("Mutation.delete_book",)
        assert told["remaining"] == {"Mutation.delete_book": 2}
    await change(served, delete)
    assert (await explain(served, delete, "a:WRITE"))["remaining"] == {"Mutation.delete_book": 1}
