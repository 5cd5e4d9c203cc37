"""The pipeline on a real database: whatever happens at whichever stage, one record, one observation, a clean answer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from gateway.pipeline import EXPIRED
from narthex.errors import Code, Refusal, Refused
from narthex.settings import Limits
from tests.gateway.conftest import PrepareDatabase
from tests.gateway.served import SHELF, Served, call, serving

_ONE = "{book(limit: 1) {id}}"
_DATA = {"book": [{"id": 1}]}
_SLOW = "{slow {slept}}"
_HEADERS = [("host", "localhost"), ("content-type", "application/json"), ("authorization", "Bearer admin")]


@pytest.fixture
async def own(prepared_database: PrepareDatabase, tmp_path: Path) -> AsyncIterator[Served]:
    """A gateway on a library of the test's own, which it may change."""
    async with serving(await prepared_database(SHELF), tmp_path, limits=Limits(statement_timeout_s=2)) as served:
        yield served


async def eventually(condition: Callable[[], Awaitable[bool]], seconds: float = 8.0) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not await condition():
        assert asyncio.get_running_loop().time() < deadline, "it never happened"
        await asyncio.sleep(0.02)


async def running(served: Served) -> int:
    found: int = await served.admin(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
        "AND query LIKE '%\"slow\"%' AND wait_event IS DISTINCT FROM 'ClientRead' AND pid <> pg_backend_pid()"
    )
    return found


async def starts(served: Served, count: int = 1) -> None:
    async def there() -> bool:
        return await running(served) >= count

    await eventually(there)


async def ends(served: Served) -> None:
    async def gone() -> bool:
        return await running(served) == 0

    await eventually(gone)


# Each stage

_STAGES = ["read", "make_plan", "admit", "execute_plan", "settle"]
_METHODS = ["contract", "operation"]


def _failing(error: BaseException, is_async: bool) -> Callable[..., Any]:
    if is_async:

        async def fail_later(*_: object, **__: object) -> None:
            await asyncio.sleep(0)
            raise error

        return fail_later

    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


_ERRORS: list[tuple[BaseException, str]] = [
    (Refusal(Code.FORBIDDEN, "No."), "FORBIDDEN"),
    (Refused([Refusal(Code.COST_EXCEEDED, "a"), Refusal(Code.FORBIDDEN, "b")]), "COST_EXCEEDED"),
    (RecursionError("deep"), "LIMIT_EXCEEDED"),
    (KeyError("insides"), "INTERNAL"),
    (AssertionError("insides"), "INTERNAL"),
    (asyncpg.InternalServerError("insides"), "INTERNAL"),
    (MemoryError("insides"), "INTERNAL"),
    (TimeoutError("insides"), "INTERNAL"),
]


@pytest.mark.parametrize("stage", [*_METHODS, *_STAGES[:-1]])
@pytest.mark.parametrize(("error", "code"), _ERRORS, ids=lambda value: value if isinstance(value, str) else None)
async def test_an_error_at_any_stage_leaves_one_record_and_one_answer(
    shelf: Served, monkeypatch: pytest.MonkeyPatch, stage: str, error: BaseException, code: str
) -> None:
    before = len(await shelf.records())
    with monkeypatch.context() as patched:
        failing = _failing(error, stage == "execute_plan")
        if stage in _METHODS:
            patched.setattr(type(shelf.loader.snapshot), stage, failing)
        else:
            patched.setattr(f"gateway.pipeline.{stage}", failing)
        reply = await shelf.run(_ONE)
    assert reply.data is None and reply.outcome() == code
    assert b"insides" not in reply.body()
    observation = shelf.observations[-1]
    assert observation.outcome == code and (observation.fault is error) is (code == "INTERNAL")
    assert [stage for stage, _ in observation.stages][-2:] == ["settle", "audit"]
    (record,) = (await shelf.records())[before:]
    assert record["outcome"] == code and record["subject"] == "admin"
    assert (record["contract_hash"] is None) is (stage == "contract")
    assert (record["document_hash"] is None) is (stage in ("contract", "read"))
    assert json.loads(record["errors"])[0]["extensions"]["code"] == code
    assert (await shelf.ask(_ONE)).data == _DATA


@pytest.mark.parametrize("message", [None, EXPIRED])
@pytest.mark.parametrize("stage", [*_METHODS, *_STAGES[:-1]])
async def test_a_cancel_at_any_stage_leaves_one_record(
    shelf: Served, monkeypatch: pytest.MonkeyPatch, stage: str, message: str | None
) -> None:
    before, seen = len(await shelf.records()), len(shelf.observations)
    cancelled = asyncio.CancelledError() if message is None else asyncio.CancelledError(message)
    with monkeypatch.context() as patched:
        failing = _failing(cancelled, stage == "execute_plan")
        if stage in _METHODS:
            patched.setattr(type(shelf.loader.snapshot), stage, failing)
        else:
            patched.setattr(f"gateway.pipeline.{stage}", failing)
        with pytest.raises(asyncio.CancelledError):
            await shelf.run(_ONE)
    (record,) = (await shelf.records())[before:]
    outcome = "CANCELLED" if message is None else "TIMEOUT"
    assert record["outcome"] == outcome
    assert [each.outcome for each in shelf.observations[seen:]] == [outcome]


async def test_a_task_that_is_cancelled_while_it_waits_leaves_one_record_and_no_statement(shelf: Served) -> None:
    before = len(await shelf.records())
    for query in (_SLOW, "{idle}", "{idle slow {slept}}"):
        task = asyncio.create_task(shelf.run(query))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await ends(shelf)
    assert [record["outcome"] for record in (await shelf.records())[before:]] == ["CANCELLED"] * 3
    assert (await shelf.ask(_ONE)).data == _DATA


async def test_a_request_that_succeeds_has_one_record_that_tells_it(shelf: Served) -> None:
    before = len(await shelf.records())
    query = 'query shelving($n: Int) {book(limit: $n, where: {title: {_neq: "x"}}) {id author {name}}}'
    reply = await shelf.run(query, {"n": 1}, headers={"x-narthex-purpose": "to test"})
    assert reply.refusals == ()
    (record,) = (await shelf.records())[before:]
    assert (record["outcome"], record["operation_name"], record["errors"]) == ("OK", "shelving", None)
    assert (record["subject"], record["role"], record["level"], record["surface"]) == ("admin", "admin", "READ", "test")
    assert (record["purpose"], record["session"], record["token_id"]) == ("to test", "session", "token of admin")
    assert json.loads(record["variables"]) == {"n": 1, "$0": '"x"'}
    assert record["coordinates"] == ["Query.book", "book.author"]
    assert record["sql_fingerprint"] and record["schema_version"] and record["policy_version"] and record["duration_us"]
    text = await shelf.control.fetchval("SELECT text FROM narthex.document WHERE hash = $1", record["document_hash"])
    assert text == "query shelving($n: Int) {book(limit: $n where: {title: {_neq: $0 }}) {id author {name}}}"


# The database under it


async def test_a_statement_that_takes_too_long_is_a_timeout(own: Served) -> None:
    reply = await own.run(_SLOW)
    assert reply.outcome() == "TIMEOUT" and reply.data == b"null" and reply.refusals[0].path == ("slow",)
    assert (await own.records())[-1]["outcome"] == "TIMEOUT"
    await ends(own)


async def test_a_callers_mistake_is_no_fault_of_the_gateway(shelf: Served) -> None:
    for variables in ({"t": "a\0b"}, {"t": "\ud800"}):
        reply = await shelf.run("query($t: String) {book(where: {title: {_eq: $t}}) {id}}", variables)
        assert reply.outcome() == "BAD_USER_INPUT" and reply.data == b"null"
        assert shelf.observations[-1].fault is None


async def test_a_client_that_leaves_cancels_the_statement(shelf: Served) -> None:
    shelf.observations.clear()
    before = len(await shelf.records())
    leave = asyncio.Event()
    body = json.dumps({"query": _SLOW}).encode()
    asked = asyncio.create_task(call(shelf.http, "POST", _HEADERS, body, leave=leave))
    await starts(shelf)
    leave.set()
    assert (await asked).status == 0, "there is nobody to answer"
    await ends(shelf)
    assert [(seen.outcome, seen.status) for seen in shelf.observations] == [("CANCELLED", 499)]
    assert [record["outcome"] for record in (await shelf.records())[before:]] == ["CANCELLED"]
    assert (await shelf.ask(_ONE)).data == _DATA


async def test_a_statement_ends_though_the_server_does_not_hear_that_it_should(
    shelf: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unheard(**_: object) -> None:
        """A request to cancel that comes before the statement has begun does nothing."""

    monkeypatch.setattr("asyncpg.connect_utils._cancel", unheard)
    for _ in range(4):  # more than the pool has connections
        task = asyncio.create_task(shelf.run(_SLOW))
        await starts(shelf)
        task.cancel()
        started = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - started < 3
        await ends(shelf)
    assert (await shelf.ask(_ONE)).data == _DATA


async def test_requests_queue_when_all_connections_are_taken(shelf: Served) -> None:
    slow = [asyncio.create_task(shelf.run(_SLOW)) for _ in range(3)]
    await starts(shelf, 3)
    quick = [asyncio.create_task(shelf.ask(_ONE)) for _ in range(20)]
    await asyncio.sleep(0.2)
    assert not any(task.done() for task in quick)
    for task in slow:
        task.cancel()
    assert [answer.data for answer in await asyncio.gather(*quick)] == [_DATA] * 20
    await asyncio.gather(*slow, return_exceptions=True)
    await ends(shelf)


async def test_a_queue_ends_with_the_deadline(prepared_database: PrepareDatabase, tmp_path: Path) -> None:
    limits = Limits(statement_timeout_s=30)
    async with serving(await prepared_database(SHELF), tmp_path, limits=limits, pool=1) as served:
        endpoint = served.http
        endpoint._app._flights._deadline_s = 0.3
        body = json.dumps({"query": _SLOW}).encode()
        asked = [asyncio.create_task(call(endpoint, "POST", _HEADERS, body)) for _ in range(3)]
        answers = await asyncio.gather(*asked)
        assert [(answer.status, answer.code) for answer in answers] == [(200, "TIMEOUT")] * 3
        assert [seen.outcome for seen in served.observations] == ["TIMEOUT"] * 3
        await ends(served)
        assert (await served.ask(_ONE)).data == _DATA
        assert [record["outcome"] for record in await served.records()] == ["TIMEOUT"] * 3 + ["OK"]


async def _cut(served: Served, allow: bool) -> None:
    """Close the database to everybody, as one that is down, or open it again."""
    name = await served.admin("SELECT current_database()")
    connection = await asyncpg.connect(served.urls.admin, database="postgres")
    try:
        await connection.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS {str(allow).lower()}')
        if not allow:
            await connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    finally:
        await connection.close()


async def _opened(served: Served) -> None:
    connection = await asyncpg.connect(served.urls.admin, database="postgres")
    name = served.urls.admin.rpartition("/")[2]
    try:
        await connection.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')
    finally:
        await connection.close()


async def test_a_database_that_is_away_is_unavailable_and_comes_back(own: Served) -> None:
    assert (await own.ask(_ONE)).data == _DATA
    await _cut(own, allow=False)
    for accept, status in (("application/json", 503), ("application/graphql-response+json", 503)):
        answer = await own.ask(_ONE, headers=[("accept", accept)])
        assert answer.status == status and answer.code == "UNAVAILABLE" and "data" not in answer.json
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.errors[0]["extensions"]["retry"] == "AFTER"
    await _opened(own)
    assert (await own.ask(_ONE)).data == _DATA
    records = await own.records()
    assert [record["outcome"] for record in records] == ["OK", "UNAVAILABLE", "UNAVAILABLE", "OK"]
    assert [record["seq"] for record in records] == [1, 2, 3, 4]


async def test_a_backend_that_is_killed_under_a_statement_is_unavailable(own: Served) -> None:
    task = asyncio.create_task(own.run(_SLOW))
    await starts(own)
    await own.admin(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() "
        "AND state = 'active' AND query LIKE '%\"slow\"%' AND pid <> pg_backend_pid()"
    )
    assert (await task).outcome() == "UNAVAILABLE"
    assert (await own.ask(_ONE)).data == _DATA


# The schema changes while statements are prepared

_ALL = "{book(limit: 1, where: {pages: {_gte: 100}}, order_by: {id: asc}) {id title pages author {name}}}"
_CHANGES = {
    "a column changes its type": "ALTER TABLE book ALTER COLUMN pages TYPE text USING pages::text",
    "a column changes its type alike": "ALTER TABLE book ALTER COLUMN pages TYPE int",
    "a column goes": "ALTER TABLE book DROP COLUMN pages",
    "a column comes": "ALTER TABLE book ADD COLUMN fresh int DEFAULT 1",
    "a column is renamed": "ALTER TABLE book RENAME COLUMN title TO name",
    "the table is renamed": "ALTER TABLE book RENAME TO volume",
    "the table goes": "DROP TABLE book",
    "another table goes": "DROP TABLE author CASCADE",
    "the table is closed": "REVOKE ALL ON book FROM narthex_data",
    "a column is closed": "REVOKE ALL ON book FROM narthex_data; "
    "GRANT SELECT (id, title, author_id) ON book TO narthex_data",
    "the table is another one": "DROP TABLE book; CREATE TABLE book (id text PRIMARY KEY, title int[]); "
    "GRANT SELECT ON book TO narthex_data",
    "a view takes its place": "ALTER TABLE book RENAME TO volume; CREATE VIEW book AS SELECT * FROM volume; "
    "GRANT SELECT ON book TO narthex_data",
    "the order of columns": "ALTER TABLE book DROP COLUMN pages; ALTER TABLE book ADD COLUMN pages bigint DEFAULT 100",
}


@pytest.mark.parametrize("change", _CHANGES)
async def test_a_change_of_the_schema_under_prepared_statements_is_told_cleanly(own: Served, change: str) -> None:
    for _ in range(7):  # Postgres makes a generic plan at the sixth
        assert (await own.ask(_ALL)).status == 200
    connection = await asyncpg.connect(own.urls.admin)
    try:
        await connection.execute(_CHANGES[change])
    finally:
        await connection.close()
    for _ in range(3):
        stale = await own.run(_ALL)
        assert stale.outcome() in ("OK", "UNAVAILABLE", "BAD_USER_INPUT"), stale.refusals
        assert b"book" not in stale.body() or stale.outcome() == "OK" or stale.refusals[0].path == ("book",)
    await own.loader.load()
    fresh = await own.run(_ALL)
    assert fresh.outcome() in ("OK", "GRAPHQL_VALIDATION_FAILED")
    if fresh.outcome() == "OK":
        assert json.loads(fresh.data or b"")["book"]


async def test_changes_under_load_never_end_as_a_fault(own: Served) -> None:
    stop = asyncio.Event()
    outcomes: set[str] = set()

    async def ask() -> None:
        while not stop.is_set():
            outcomes.add((await own.run(_ALL)).outcome())

    async def change() -> None:
        connection = await asyncpg.connect(own.urls.admin)
        try:
            for _ in range(12):
                await connection.execute("ALTER TABLE book ALTER COLUMN pages TYPE text USING pages::text")
                await connection.execute("ALTER TABLE book ALTER COLUMN pages TYPE bigint USING pages::bigint")
                await connection.execute("ALTER TABLE book RENAME TO volume")
                await connection.execute("ALTER TABLE volume RENAME TO book")
                await own.loader.load()
        finally:
            await connection.close()
            stop.set()

    await asyncio.gather(change(), *(ask() for _ in range(3)))
    assert "OK" in outcomes and "INTERNAL" not in outcomes


# Strict audit


async def test_with_strict_audit_the_record_is_there_before_the_answer(
    prepared_database: PrepareDatabase, tmp_path: Path
) -> None:
    async with serving(await prepared_database(SHELF), tmp_path, strict=True) as served:
        for count in range(1, 4):
            assert (await served.ask(_ONE)).data == _DATA
            assert await served.control.fetchval("SELECT count(*) FROM narthex.audit_record") == count
        answers = await asyncio.gather(*(served.ask(_ONE) for _ in range(30)))
        assert all(answer.data == _DATA for answer in answers)
        assert await served.control.fetchval("SELECT count(*) FROM narthex.audit_record") == 33
        assert (await served.ask("{bok}")).code == "GRAPHQL_VALIDATION_FAILED"
        assert await served.control.fetchval("SELECT count(*) FROM narthex.audit_record") == 34


async def test_with_strict_audit_nothing_is_answered_that_is_not_recorded(
    prepared_database: PrepareDatabase, tmp_path: Path
) -> None:
    async with serving(await prepared_database(SHELF), tmp_path, strict=True) as served:
        assert (await served.ask(_ONE)).data == _DATA
        await served.admin("ALTER TABLE narthex.audit_group RENAME TO away")
        started = time.monotonic()
        answer = await served.ask(_ONE)
        assert time.monotonic() - started < 5
        assert answer.status == 503 and answer.code == "UNAVAILABLE" and b"book" not in answer.body
        assert served.observations[-1].outcome == "UNAVAILABLE"
        await served.admin("ALTER TABLE narthex.away RENAME TO audit_group")
        assert (await served.ask(_ONE)).data == _DATA
        assert [record["seq"] for record in await served.records()] == [1, 2, 3]


async def test_a_cancel_while_waiting_for_the_record_keeps_the_record(
    prepared_database: PrepareDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(await prepared_database(SHELF), tmp_path, strict=True) as served:
        monkeypatch.setattr(served.auditor, "_save", _never)
        task = asyncio.create_task(served.run(_ONE))
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert served.auditor.waiting == 1
        writing = served.auditor._task
        assert writing is not None and writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        monkeypatch.undo()
        served.auditor.start()
        assert [record["outcome"] for record in await served.records()] == ["OK"]


async def _never(*_: object) -> None:
    await asyncio.Event().wait()
