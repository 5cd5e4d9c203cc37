"""Records as fields of the schema: by condition, by id, of a session; and what verifying says."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gateway.audit.records import Keep
from gateway.audit.store import Store as RecordStore
from gateway.explain import PipelineExplainer
from gateway.identity.revocation import RevocationStore
from gateway.respond import Reply
from narthex.errors import Code
from narthex.observe import Observation
from resolvers.context import Context
from resolvers.selfinfo.schema import control_schema
from tests.gateway.audit.conftest import Store, facts_of
from tests.gateway.served import Served, serving

if TYPE_CHECKING:
    from gateway.envelope import Envelope
    from gateway.snapshot import Snapshot
    from policies.decide import DecidedContract

OPENED = """
item @auth(roles: ["reader"])
Query.audit_records @auth(roles: ["reader"])
"""


@dataclass
class Reading:
    served: Served
    store: Store

    async def ask(self, query: str, variables: dict[str, object] | None = None, token: str = "admin") -> Any:
        reply = await self.served.run(query, variables, token=token)
        assert not reply.refusals, [refusal.formatted() for refusal in reply.refusals]
        return json.loads(reply.data or b"null")

    async def code(self, query: str, variables: dict[str, object] | None = None, token: str = "admin") -> Code:
        reply = await self.served.run(query, variables, token=token)
        return reply.refusals[0].code


@pytest.fixture
async def reading(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Reading]:
    """The records of `store`, read through a gateway whose own records stay in memory."""
    monkeypatch.setattr("tests.gateway.served.CONTROL", control_schema())
    records = RecordStore(store.control)

    def context(envelope: Envelope, snapshot: Snapshot, contract: DecidedContract) -> Context:
        return Context(
            envelope.principal,
            "sandbox",
            envelope.mode.value,
            None,
            contract,
            snapshot.view(contract),
            snapshot.model,
            snapshot.policy,
            snapshot.at,
            PipelineExplainer(snapshot, envelope),
            RevocationStore(store.control),
            {},
            records,
        )

    async with serving(store.urls, tmp_path, policy=OPENED, context=context) as served:
        yield Reading(served, store)


async def test_what_was_done(reading: Reading) -> None:
    await reading.store.effect(rows=3)
    await reading.store.seal()
    data = await reading.ask(
        '{ audit_records(where: {kind: {_eq: "effect"}}) { id seq position subject actors operation variables '
        "coordinates decisions rows outcome at } }"
    )
    (record,) = data["audit_records"]
    assert (record["seq"], record["position"], record["subject"], record["rows"]) == (1, 1, "ada", 3)
    assert record["variables"] == {"name": "new", "$0": "7"} and record["decisions"] == {"item": ["a.policy:1"]}
    assert record["operation"].startswith("mutation change") and record["actors"] == ["worker"]
    one = await reading.ask(
        "query($id: ID!) { audit_record(id: $id) { id session values { name } } }", {"id": record["id"]}
    )
    assert one["audit_record"] == {"id": record["id"], "session": "session", "values": []}


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ("{}", [0, 1, 2, 3, 4]),
        ("{rows: {_gt: 2}}", [3, 4]),
        ("{rows: {_in: [1, 3, 9]}}", [1, 3]),
        ('{session: {_eq: "s1"}}', [1]),
        ('{_or: [{session: {_eq: "s1"}}, {session: {_eq: "s2"}}]}', [1, 2]),
        ('{_not: {session: {_like: "s%"}}}', []),
        ('{_and: [], session: {_nin: ["s0", "s4"]}}', [1, 2, 3]),
        ("{_or: []}", []),
        ('{coordinates: {_contains: ["item"]}, rows: {_lte: 1}}', [0, 1]),
        ('{coordinates: {_contains: ["other"]}}', []),
        ('{at: {_gt: "2020-01-01T00:00:00Z"}, rows: {_gte: 4}}', [4]),
        ('{at: {_lt: "2020-01-01T00:00:00Z"}}', []),
        ('{outcome: {_neq: "OK"}}', []),
        ("{root: {_is_null: true}}", []),
        ('{writer: {_eq: "00000000-0000-0000-0000-000000000000"}}', []),
    ],
)
async def test_conditions(reading: Reading, where: str, rows: list[int]) -> None:
    for number in range(5):
        await reading.store.effect(facts_of(session=f"s{number}"), rows=number)
    await reading.store.read()
    arguments = f'where: {{kind: {{_eq: "effect"}}, _and: [{where}]}}, order_by: [{{rows: asc}}]'
    found = await reading.ask(f"{{ audit_records({arguments}) {{ rows }} }}")
    assert [row["rows"] for row in found["audit_records"]] == rows


async def test_the_newest_come_first_page_by_page(reading: Reading) -> None:
    for number in range(5):
        await reading.store.effect(rows=number)
    await reading.store.tamper(
        "UPDATE narthex.audit_effect SET written_at = written_at - interval '40 days', "
        "record = replace(record::text, substr(record::text, 2, 16), "
        "(substr(record::text, 2, 16)::bigint - 40::bigint * 86400 * 1000000)::text)::json WHERE seq <= 3"
    )
    seen = []
    for offset in range(0, 6, 2):
        data = await reading.ask(
            f'{{ audit_records(where: {{kind: {{_eq: "effect"}}}}, limit: 2, offset: {offset}) {{ rows }} }}'
        )
        seen.append([row["rows"] for row in data["audit_records"]])
    assert seen == [[4, 3], [2, 1], [0]]


async def test_a_session(reading: Reading) -> None:
    await reading.store.effect(facts_of(session="mine"))
    await reading.store.read(facts_of("{item {id}}", {}, session="mine"))
    await reading.store.effect(facts_of(session="other"))
    await reading.store.seal()
    await reading.store.effect(facts_of(session="mine"))
    data = await reading.ask('{ audit_session(sid: "mine") { kind session position } }')
    assert [(row["kind"], row["session"]) for row in data["audit_session"]] == [
        ("effect", "mine"),
        ("read", "mine"),
        ("effect", "mine"),
    ]
    assert [row["position"] is None for row in data["audit_session"]] == [False, False, True]
    assert (await reading.ask('{ audit_session(sid: "nobody") { kind } }'))["audit_session"] == []


async def test_one_of_a_group(reading: Reading) -> None:
    for number in range(5):
        reading.store.auditor.append(*_read(number))
    await reading.store.read()
    writer = reading.store.auditor.writer.id
    for seq in (1, 3, 6):
        data = await reading.ask(f'{{ audit_record(id: "{writer}:{seq}") {{ seq kind }} }}')
        assert data["audit_record"] == {"seq": seq, "kind": "read"}
    assert (await reading.ask(f'{{ audit_record(id: "{writer}:7") {{ seq }} }}'))["audit_record"] is None


def _read(number: int) -> Any:
    return facts_of("{item {id}}", {"n": number}), Reply(b"{}"), Observation("test")


async def test_values_and_their_redaction(reading: Reading) -> None:
    await reading.store.effect(facts_of(keep=Keep(redact=frozenset({"name"}))))
    query = '{ audit_records(where: {kind: {_eq: "effect"}}) { variables values { name value redacted_at } } }'
    (record,) = (await reading.ask(query))["audit_records"]
    assert {value["name"]: value["value"] for value in record["values"]} == {"name": "new", "$0": "7"}
    assert "new" not in json.dumps(record["variables"])
    writer = reading.store.effects.writer.id
    await reading.store.control.fetchval("SELECT narthex.redact($1, 1, 'name')", writer)
    (record,) = (await reading.ask(query))["audit_records"]
    value = record["values"][1]
    assert value["name"] == "name" and value["value"] is None and value["redacted_at"] is not None


async def test_verifying(reading: Reading) -> None:
    await reading.store.effect()
    await reading.store.effect()
    await reading.store.seal()
    query = "{ audit_verify { ok position hash records unsealed rejected findings { kind severity position seq } } }"
    found = (await reading.ask(query))["audit_verify"]
    assert (found["ok"], found["position"], found["findings"]) == (True, 2, []) and len(found["hash"]) == 64
    await reading.store.tamper("UPDATE narthex.audit_effect SET rows = 9 WHERE seq = 2")
    found = (await reading.ask(query))["audit_verify"]
    assert not found["ok"]
    assert found["findings"] == [{"kind": "CHANGED", "severity": "ERROR", "position": 2, "seq": 2}]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ audit_records(limit: 1001) { id } }", Code.LIMIT_EXCEEDED),
        ("{ audit_records(limit: -1) { id } }", Code.BAD_USER_INPUT),
        ("{ audit_records(offset: -1) { id } }", Code.BAD_USER_INPUT),
        ("{ audit_records(where: {subject: {_eq: null}}) { id } }", Code.BAD_USER_INPUT),
        ("{ audit_records(where: {subject: null}) { id } }", Code.BAD_USER_INPUT),
        ('{ audit_records(where: {at: {_gt: "never"}}) { id } }', Code.GRAPHQL_VALIDATION_FAILED),
        ('{ audit_records(where: {writer: {_eq: "x"}}) { id } }', Code.BAD_USER_INPUT),
        ("{ audit_records(where: {nothing: {_eq: 1}}) { id } }", Code.GRAPHQL_VALIDATION_FAILED),
        ('{ audit_record(id: "x") { id } }', Code.BAD_USER_INPUT),
        (
            '{ audit_record(id: "00000000-0000-0000-0000-000000000000:9999999999999999999") { id } }',
            Code.BAD_USER_INPUT,
        ),
        ('{ audit_session(sid: "a\\u0000b") { id } }', Code.BAD_USER_INPUT),
        ("{ audit_verify(since: 0) { ok } }", Code.BAD_USER_INPUT),
        ("{ a: audit_verify { ok } b: audit_verify { ok } }", Code.LIMIT_EXCEEDED),
    ],
)
async def test_what_cannot_be_asked(reading: Reading, query: str, code: Code) -> None:
    assert await reading.code(query) is code


async def test_a_refused_condition_is_named_as_the_schema_names_it(reading: Reading) -> None:
    reply = await reading.served.run("{ audit_records(where: {_not: {rows: null}}) { id } }")
    assert reply.refusals[0].coordinate == "AuditRecordBoolExp.rows"


async def test_records_are_closed_until_a_policy_opens_them(reading: Reading) -> None:
    await reading.store.effect()
    query = '{ audit_records(where: {kind: {_eq: "effect"}}) { id } }'
    assert len((await reading.ask(query, token="reader"))["audit_records"]) == 1
    for query in (
        '{ audit_record(id: "00000000-0000-0000-0000-000000000000:1") { id } }',
        '{ audit_session(sid: "session") { id } }',
        "{ audit_verify { ok } }",
    ):
        assert await reading.code(query, token="reader") is Code.GRAPHQL_VALIDATION_FAILED
