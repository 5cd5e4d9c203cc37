"""The audit: every request once, numbered without gaps, whatever the store or the caller does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gateway.audit import reads, records
from gateway.audit.reads import Auditor
from gateway.audit.records import Facts
from gateway.document import read
from gateway.respond import Reply
from gateway.surfaces.http import load_json
from narthex.errors import Code, Refusal
from narthex.observe import Observation
from schema.scalars import ExactFloat
from tests.gateway.conftest import PrepareDatabase
from tests.gateway.served import SHELF, Served, serving

_ONE = "{book(limit: 1) {id}}"


@pytest.fixture
async def own(prepared_database: PrepareDatabase, tmp_path: Path) -> AsyncIterator[Served]:
    """A gateway on a library of the test's own, which it may change."""
    async with serving(await prepared_database(SHELF), tmp_path) as served:
        yield served


async def recorded(
    served: Served, variables: Mapping[str, object], *, purpose: str | None = None, query: str = "query($a: jsonb) {x}"
) -> asyncpg.Record:
    """The record of a request that came with these variables."""
    extensions = {"x-narthex-purpose": purpose} if purpose is not None else {}
    await served.run(query, variables, headers=extensions)
    return (await served.records())[-1]


def numbers(records: Sequence[asyncpg.Record]) -> list[int]:
    return [record["seq"] for record in records]


# Numbering


async def test_records_are_numbered_without_gaps_in_the_order_of_their_ends(own: Served) -> None:
    await asyncio.gather(*(own.run(f"{{book(limit: {number}) {{id}}}}") for number in range(1, 40)))
    await own.run("{bok}")
    records = await own.records()
    assert numbers(records) == list(range(1, 41))
    assert len({record["writer"] for record in records}) == 1
    assert [record["at"] for record in records] == sorted(record["at"] for record in records)


async def test_a_store_that_is_away_for_a_while_leaves_no_gap(own: Served) -> None:
    await own.run(_ONE)
    await own.records()
    await own.admin("ALTER TABLE narthex.audit_group RENAME TO away")
    for _ in range(5):
        await own.run(_ONE)
        await asyncio.sleep(0.12)
    assert own.auditor.waiting == 5 and own.auditor.failures >= 2
    await own.admin("ALTER TABLE narthex.away RENAME TO audit_group")
    assert numbers(await own.records()) == [1, 2, 3, 4, 5, 6] and own.auditor.lost == 0


async def test_connections_that_are_cut_leave_no_gap(own: Served) -> None:
    for _ in range(5):
        await own.run(_ONE)
        await own.admin(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'narthex control'"
        )
        await own.run(_ONE)
    assert numbers(await own.records()) == list(range(1, 11))


async def test_a_commit_whose_answer_is_lost_is_not_written_twice(own: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    save, losses = Auditor._save, 3

    async def lossy(self: Auditor, group: Sequence[Any]) -> None:
        nonlocal losses
        await save(self, group)
        if losses:
            losses -= 1
            raise ConnectionResetError("the answer never came")

    monkeypatch.setattr(Auditor, "_save", lossy)
    for _ in range(8):
        await own.run(_ONE)
        await asyncio.sleep(0.06)
    assert numbers(await own.records()) == list(range(1, 9)) and own.auditor.failures == 3


async def test_a_group_that_the_store_cannot_hold_is_written_without_what_callers_wrote(
    own: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, refusals = Auditor._save, 1

    async def picky(self: Auditor, group: Sequence[Any]) -> None:
        nonlocal refusals
        if refusals:
            refusals -= 1
            raise asyncpg.DataError("not storable")
        await save(self, group)

    monkeypatch.setattr(Auditor, "_save", picky)
    await own.run("query named {book(limit: 1) {id}}", headers={"x-narthex-purpose": "p"})
    await own.run("{bok}")
    first, second = await own.records()
    assert (first["seq"], first["subject"], first["outcome"]) == (1, "admin", "OK")
    assert (first["operation_name"], first["purpose"], second["errors"]) == (None, None, None)
    assert json.loads(first["variables"]) == {"$unreadable": True} and second["outcome"] == "GRAPHQL_VALIDATION_FAILED"
    await own.run("query named {book(limit: 1) {id}}")
    assert (await own.records())[-1]["operation_name"] == "named"


async def test_more_than_one_group_goes_out_in_order(own: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "_GROUP", 7)
    monkeypatch.setattr(reads, "_MAX_FRESH", 3)
    for _ in range(50):
        await own.run(_ONE)
    assert numbers(await own.records()) == list(range(1, 51))
    groups = await own.control.fetch("SELECT first_seq, last_seq FROM narthex.audit_group ORDER BY first_seq")
    assert all(group["last_seq"] - group["first_seq"] < 7 for group in groups)


# Bounds


async def test_what_cannot_wait_is_counted_as_lost_and_leaves_no_gap(
    own: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "_MAX_WAITING", 10)
    await own.admin("ALTER TABLE narthex.audit_group RENAME TO away")
    for _ in range(25):
        await own.run(_ONE)
    assert (own.auditor.waiting, own.auditor.lost) == (10, 15)
    await own.admin("ALTER TABLE narthex.away RENAME TO audit_group")
    await own.records()
    await own.run(_ONE)
    assert numbers(await own.records()) == list(range(1, 12))


async def test_what_waits_is_bounded_in_bytes_too(own: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "_MAX_WAITING_BYTES", 20_000)
    monkeypatch.setattr(reads, "_MAX_FRESH_BYTES", 1)
    await own.admin("ALTER TABLE narthex.audit_group RENAME TO away")
    for _ in range(40):
        await own.run(_ONE, {"a": "x" * 5_000})
    assert own.auditor.waiting < 6 and own.auditor.lost > 30
    await own.admin("ALTER TABLE narthex.away RENAME TO audit_group")
    records = await own.records()
    assert numbers(records) == list(range(1, len(records) + 1))


async def test_what_is_lost_cannot_be_waited_for(own: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "_MAX_WAITING", 0)
    with pytest.raises(Refusal) as caught:
        await own.auditor.durable(_append(own.auditor, await own.envelope("{a}")))
    assert caught.value.code is Code.UNAVAILABLE


def _append(auditor: Auditor, envelope: Any) -> int | None:
    facts = Facts(envelope, read(envelope.message.query), None, None, "s", "p", (), None)
    return auditor.append(facts, Reply(b"{}"), Observation("test"))


async def test_stopping_writes_what_waits(own: Served) -> None:
    auditor = Auditor(own.control, "sandbox")
    auditor.start()
    envelope = await own.envelope("{a}")
    for _ in range(5):
        _append(auditor, envelope)
    await auditor.stop()
    assert auditor.waiting == 0
    found = await own.control.fetchval("SELECT count(*) FROM narthex.audit_record WHERE writer = $1", auditor.writer.id)
    assert found == 5
    await auditor.stop()


async def test_stopping_ends_though_the_store_is_away(own: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "_STOP_S", 0.3)
    await own.admin("ALTER TABLE narthex.audit_group RENAME TO away")
    auditor = Auditor(own.control, "sandbox")
    auditor.start()
    _append(auditor, await own.envelope("{a}"))
    await asyncio.wait_for(auditor.stop(), 3)
    assert auditor.waiting == 1


# Documents


async def test_a_document_is_kept_once_without_its_literals(own: Served) -> None:
    for number in range(1, 6):
        await own.run(f'{{book(limit: {number}, where: {{title: {{_neq: "secret {number}"}}}}) {{id}}}}')
        await asyncio.sleep(0.12)
    await own.records()
    texts = [row["text"] for row in await own.control.fetch("SELECT text FROM narthex.document")]
    assert texts == ["{book(limit: $0 where: {title: {_neq: $1 }}) {id}}"]
    records = await own.records()
    assert len({record["document_hash"] for record in records}) == 1
    assert json.loads(records[2]["variables"]) == {"$0": "3", "$1": '"secret 3"'}


async def test_a_document_that_another_writer_has_saved_is_no_failure(own: Served) -> None:
    await own.run(_ONE)
    await own.records()
    other = Auditor(own.control, "sandbox")
    other.start()
    envelope = await own.envelope(_ONE)
    hashed = (await own.records())[0]["document_hash"].hex()
    other.append(Facts(envelope, read(_ONE), hashed, None, "s", "p", (), None), Reply(b"{}"), Observation("t"))
    await other.stop()
    assert other.failures == 0 and len(await own.records()) == 2


@pytest.mark.parametrize("query", ["{", "\0", "{a\0b}", "{a\ud800}", '{a(x:"\0")}', "{é}", "x" * 100_000, ""])
async def test_what_is_no_document_is_kept_as_it_came(own: Served, query: str) -> None:
    await own.run(query)
    (record,) = await own.records()
    text = await own.control.fetchval("SELECT text FROM narthex.document WHERE hash = $1", record["document_hash"])
    assert text is not None and "\0" not in text
    assert own.auditor.failures == 0 and record["outcome"].startswith("GRAPHQL_")


# What callers send

_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**20, 10**200)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None), max_size=6)
    | st.sampled_from(
        [ExactFloat("1.50"), ExactFloat("1e999999"), ExactFloat("1e-999999"), ExactFloat("-0.0e5"), "\0", "\ud800"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec=None), max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(st.characters(codec=None), max_size=4), _json, max_size=3), st.text(max_size=8))
@example({"a": ExactFloat("1." + "1" * 20_000)}, "\0")
@example({"a": int("9" * 4_000)}, "")
@example({"\0": "\\u0000", "\ud800": "\\\0"}, "\\u0000")
async def test_any_request_is_recorded_so_that_it_can_be_read(
    shelf: Served, variables: dict[str, object], purpose: str
) -> None:
    failures = shelf.auditor.failures
    record = await recorded(shelf, variables, purpose=purpose)
    assert json.loads(record["variables"]).keys() or not variables
    assert record["outcome"] == "GRAPHQL_VALIDATION_FAILED" and json.loads(record["errors"])
    assert shelf.auditor.failures == failures


async def test_numbers_are_kept_with_their_digits(shelf: Served) -> None:
    variables = load_json('{"a": 1.500, "b": 12345678901234567890123, "c": -0.10, "d": [1e3]}')
    assert isinstance(variables, dict)
    record = await recorded(shelf, variables)
    kept = await shelf.control.fetchrow(
        "SELECT variables ->> 'a' AS a, variables ->> 'b' AS b, variables ->> 'c' AS c "
        "FROM narthex.audit_record WHERE writer = $1 AND seq = $2",
        record["writer"],
        record["seq"],
    )
    assert (kept["a"], kept["b"], kept["c"]) == ("1.500", "12345678901234567890123", "-0.10")


async def test_huge_variables_are_kept_by_their_size_alone(shelf: Served) -> None:
    answer = await shelf.ask(_ONE, {"a": "x" * 500_000})
    assert answer.status == 200
    record = (await shelf.records())[-1]
    assert json.loads(record["variables"])["$bytes"] > 500_000 and len(record["variables"]) < 100


async def test_huge_errors_are_kept_by_their_size_alone(shelf: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_MOST", 500)
    await shelf.ask("{" + " ".join(f"bok{number}" for number in range(15)) + "}")
    record = (await shelf.records())[-1]
    assert json.loads(record["errors"])["$bytes"] > 500


async def test_a_corrected_document_is_not_kept_again(shelf: Served) -> None:
    answer = await shelf.ask("{book {titel}}")
    assert "fix" in answer.errors[0]["extensions"]
    (error,) = json.loads((await shelf.records())[-1]["errors"])
    assert error["extensions"]["did_you_mean"] == ["title"] and "fix" not in error["extensions"]


# The store


@pytest.mark.parametrize("table", ["audit_group", "document"])
@pytest.mark.parametrize("change", ["DELETE FROM narthex.{}", "UPDATE narthex.{} SET {} = {}", "TRUNCATE narthex.{}"])
async def test_records_cannot_be_changed(shelf: Served, table: str, change: str) -> None:
    await shelf.run(_ONE)
    await shelf.records()
    column = "environment" if table == "audit_group" else "text"
    with pytest.raises(asyncpg.RestrictViolationError):
        await shelf.control.execute(change.format(table, column, column))


async def test_the_data_role_sees_nothing_of_the_audit(shelf: Served) -> None:
    for relation in ("audit_group", "audit_record", "document"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with shelf.reads.acquire() as session:
                await session.fetch(f"SELECT * FROM narthex.{relation}")
