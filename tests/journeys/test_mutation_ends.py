"""How mutations end that do not go well, and what is recorded of those that do: never half of anything."""

import asyncio
import http.client
import json
import random
import secrets
import time
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect

from tests.caller import Answer
from tests.journeys.wallets import Wallets, effects, errors

BEFORE = {1: 100, 2: 50, 3: 0}
NOTE = (
    "mutation($note: String!, $wallet: Int = 1) "
    "{ insert_entry_one(object: {wallet_id: $wallet, amount: 5, note: $note}) { note } }"
)
GROUP = (
    "mutation($note: String!) { update_wallet_by_pk(pk_columns: {wallet_id: 2}, _inc: {balance: 1}) { balance } "
    "insert_entry_one(object: {wallet_id: 1, amount: 5, note: $note}) { note } }"
)


# Constraints


def violation(answer: Answer) -> dict[str, object]:
    (error,) = [error for error in answer.errors if error["extensions"]["code"] != "ROLLED_BACK"]
    assert error["extensions"]["code"] == "CONSTRAINT_VIOLATION"
    assert error["extensions"]["hint"]
    return {name: error["extensions"].get(name) for name in ("constraint", "columns", "coordinate")}


@pytest.mark.parametrize(
    ("field", "constraint", "columns", "coordinate"),
    [
        ('insert_wallet_one(object: {wallet_id: 9, owner: "Ann"}) { owner }', "wallet_owner_key", ["owner"], None),
        ('insert_wallet_one(object: {wallet_id: 1, owner: "Zoe"}) { owner }', "wallet_pkey", ["wallet_id"], None),
        (
            "insert_entry_one(object: {wallet_id: 9, amount: 1}) { note }",
            "entry_wallet_id_fkey",
            ["wallet_id"],
            "entry",
        ),
        ("insert_entry_one(object: {wallet_id: 1}) { note }", None, ["amount"], "entry"),
    ],
)
async def test_a_violation_names_constraint_and_columns(
    wallets: Wallets, field: str, constraint: str | None, columns: list[str], coordinate: str | None
) -> None:
    for role in ("admin", "clerk"):
        told_of = violation(wallets.send(f"mutation {{ {field} }}", role=role))
        assert told_of == {
            "constraint": constraint,
            "columns": columns,
            "coordinate": f"{coordinate or 'wallet'}.{columns[0]}",
        }
    assert await wallets.balances() == BEFORE
    assert await wallets.records() == []


async def test_a_violation_names_nothing_outside_the_contract(wallets: Wallets) -> None:
    """A clerk cannot name the column `pin`; the check may be on it, for all that a clerk knows."""
    await wallets.database.execute("ALTER TABLE wallet ALTER COLUMN pin SET DEFAULT '1111'")
    try:
        owner = 'mutation { insert_wallet_one(object: {wallet_id: 9, owner: "Zoe"}) { owner } }'
        for role, constraint in (("admin", "wallet_pin_key"), ("clerk", None)):
            answer = wallets.send(owner, role=role)
            assert violation(answer)["constraint"] == constraint
            assert ("pin" in answer.text) == (role == "admin")
            assert "1111" not in answer.text
            assert "Zoe" not in answer.text
    finally:
        await wallets.database.execute("ALTER TABLE wallet ALTER COLUMN pin DROP DEFAULT")
    poor = "mutation { update_wallet(where: {}, _inc: {balance: -60}) { affected_rows } }"
    assert violation(wallets.send(poor))["constraint"] == "wallet_balance_check"
    assert violation(wallets.send(poor, role="clerk")) == {"constraint": None, "columns": None, "coordinate": None}
    assert await wallets.balances() == BEFORE


async def test_a_deferred_constraint_fails_before_anything_is_recorded(wallets: Wallets) -> None:
    late = "ALTER TABLE entry ALTER CONSTRAINT entry_wallet_id_fkey {} INITIALLY {}"
    await wallets.database.execute(late.format("DEFERRABLE", "DEFERRED"))
    try:
        alone = wallets.send(NOTE, {"note": "x", "wallet": 9})
        assert errors(alone) == [("insert_entry_one", "CONSTRAINT_VIOLATION")]
        assert [state for _, state in effects(alone)] == ["failed"]
        assert await wallets.records() == []
        group = wallets.send(
            "mutation { insert_entry_one(object: {wallet_id: 9, amount: 5}) { note } "
            "update_wallet(where: {}, _inc: {balance: 1}) { affected_rows } }"
        )
        assert "CONSTRAINT_VIOLATION" in group.codes
        assert {state for _, state in effects(group)} <= {"failed", "rolled_back"}
        assert await wallets.records() == []
    finally:
        await wallets.database.execute(late.format("NOT DEFERRABLE", "IMMEDIATE"))
    assert await wallets.entries() == []
    assert await wallets.balances() == BEFORE


# Records


async def test_every_effect_has_its_record(wallets: Wallets) -> None:
    sent = [
        wallets.header(),
        ("x-narthex-purpose", "pay the rent"),
    ]
    query = (
        "mutation pay($by: Int!) { rent: update_wallet(where: {wallet_id: {_in: [1, 2]}}, _inc: {balance: $by}) "
        "{ affected_rows } }"
    )
    answer = wallets.caller().ask(query, {"by": -7}, sent)
    assert answer.data == {"rent": {"affected_rows": 2}}
    (record,) = await wallets.records()
    expected = {
        "kind": "effect",
        "surface": "http",
        "operation_name": "pay",
        "purpose": "pay the rent",
        "role": "admin",
        "level": "WRITE",
        "outcome": "OK",
        "root": "rent",
        "rows": 2,
        "trace_id": wallets.trace,
    }
    assert {name: record[name] for name in expected} == expected
    assert json.loads(record["variables"])["by"] == -7
    assert "Mutation.update_wallet" in record["coordinates"]
    again = wallets.caller().ask(query, {"by": 7}, sent)
    assert again.data == {"rent": {"affected_rows": 2}}
    first, second = await wallets.records()
    assert first["writer"] == second["writer"]
    assert second["seq"] == first["seq"] + 1
    mac = "SELECT length(mac) FROM narthex.audit_effect WHERE writer = $1 AND seq = $2"
    assert await wallets.database.fetchval(mac, second["writer"], second["seq"]) == 32


async def test_what_changed_nothing_is_recorded_with_no_rows(wallets: Wallets) -> None:
    wallets.send("mutation { delete_wallet_by_pk(wallet_id: 99) { owner } }")
    assert [record["rows"] for record in await wallets.records()] == [0]


async def test_what_failed_is_recorded_as_such(wallets: Wallets) -> None:
    wallets.send(NOTE, {"note": "x", "wallet": 99})
    async with asyncio.timeout(5):
        while not (found := await wallets.records("read")):
            await asyncio.sleep(0.05)
    assert [record["outcome"] for record in found] == ["CONSTRAINT_VIOLATION"]
    assert "Mutation.insert_entry_one" in found[0]["coordinates"]


# Others


@pytest.mark.parametrize("query", [NOTE, GROUP], ids=["alone", "group"])
async def test_what_the_server_undid_is_done_again(wallets: Wallets, query: str) -> None:
    answer = wallets.send(query, {"note": "clash 2"})
    assert answer.data["insert_entry_one"] == {"note": "clash 2"}
    assert await wallets.entries() == [(1, 5, "clash 2")]
    assert (await wallets.balances())[2] == (51 if query is GROUP else 50)
    assert len(await wallets.records()) == 1


@pytest.mark.parametrize("query", [NOTE, GROUP], ids=["alone", "group"])
async def test_but_not_for_ever(wallets: Wallets, query: str) -> None:
    answer = wallets.send(query, {"note": "clash 3"})
    (error,) = [error for error in answer.errors if error["path"] == ["insert_entry_one"]]
    assert [error["extensions"][name] for name in ("code", "retry")] == ["CONFLICT", "SAME"]
    assert effects(answer)[-1] == ("insert_entry_one", "failed")
    assert await wallets.entries() == []
    assert await wallets.balances() == BEFORE
    assert await wallets.records() == []
    assert wallets.send(query, {"note": "clash 3"}).data["insert_entry_one"] == {"note": "clash 3"}


async def test_two_that_lock_each_other_out_are_both_done(wallets: Wallets) -> None:
    def query(first: int, second: int) -> str:
        return (
            "mutation { "
            f"a: update_wallet_by_pk(pk_columns: {{wallet_id: {first}}}, _inc: {{balance: 1}}) {{ balance }} "
            'insert_entry_one(object: {wallet_id: 3, amount: 1, note: "sleep 0.5"}) { note } '
            f"b: update_wallet_by_pk(pk_columns: {{wallet_id: {second}}}, _inc: {{balance: 1}}) {{ balance }} }}"
        )

    caller = wallets.caller()
    answers = await asyncio.gather(*(asyncio.to_thread(caller.ask, query(*each)) for each in ((1, 2), (2, 1))))
    for answer in answers:
        assert [state for _, state in effects(answer)] == ["done"] * 3, answer.text
    assert await wallets.balances() == {1: 102, 2: 52, 3: 0}
    assert len(await wallets.entries()) == 2


async def test_a_row_that_another_holds_is_waited_for(wallets: Wallets) -> None:
    query = "mutation { update_wallet(where: {balance: {_eq: 100}}, _inc: {balance: 1}) { affected_rows } }"
    async with wallets.database.transaction():
        await wallets.database.execute("UPDATE wallet SET balance = 99 WHERE wallet_id = 1")
        waiting = asyncio.create_task(asyncio.to_thread(wallets.send, query))
        await asyncio.sleep(0.3)
        assert not waiting.done()
    assert (await waiting).data == {"update_wallet": {"affected_rows": 0}}
    assert (await wallets.balances())[1] == 99
    assert [record["rows"] for record in await wallets.records()] == [0]


async def test_a_session_that_the_server_ends_leaves_nothing_behind(wallets: Wallets) -> None:
    """Alone in a statement its end is not known; in a group it never came to the commit."""
    kill = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'narthex write' "
        "AND query LIKE '%\"entry\"%' AND state = 'active'"
    )
    for query in (NOTE, GROUP):
        asked = asyncio.create_task(asyncio.to_thread(wallets.send, query, {"note": "sleep 20"}))
        async with asyncio.timeout(10):
            while not await wallets.database.fetch(kill):
                await asyncio.sleep(0.05)
        answer = await asked
        assert answer.codes & {"UNAVAILABLE", "IN_DOUBT"}, answer.text
        assert await wallets.entries() == []
        assert await wallets.balances() == BEFORE
        assert await wallets.records() == []
    assert wallets.send(NOTE, {"note": "then"}).data["insert_entry_one"] == {"note": "then"}


# Clients that leave


class Leaver:
    """Sends a mutation and hangs up after a while."""

    def __init__(self, wallets: Wallets) -> None:
        self._host = urlsplit(wallets.gateway.url).netloc
        self._token = wallets.token()

    def ask(self, query: str, note: str, trace: str, patience_s: float) -> bool:
        """Whether it heard an answer."""
        connection = http.client.HTTPConnection(self._host, timeout=30)
        body = json.dumps({"query": query, "variables": {"note": note}})
        headers = {
            "content-type": "application/json",
            "authorization": f"Bearer {self._token}",
            "traceparent": f"00-{trace}-{'1' * 16}-01",
        }
        connection.request("POST", "/graphql", body, headers)
        assert connection.sock is not None
        connection.sock.settimeout(max(patience_s, 0.001))
        try:
            return "errors" not in json.loads(connection.getresponse().read())
        except TimeoutError:
            return False
        finally:
            connection.close()


@pytest.mark.parametrize("query", [NOTE, GROUP], ids=["alone", "group"])
async def test_a_client_that_leaves_cancels_or_has_it_done(wallets: Wallets, query: str) -> None:
    leaver, dice = Leaver(wallets), random.Random(4)
    sent = {secrets.token_hex(16): dice.uniform(0.03, 0.3) for _ in range(16)}
    loop = asyncio.get_running_loop()
    asked = [
        loop.run_in_executor(None, leaver.ask, query, f"sleep 0.{number % 4}{number}", trace, patience)
        for number, (trace, patience) in enumerate(sent.items(), 10)
    ]
    heard = sum(await asyncio.gather(*asked))
    await asyncio.sleep(0.2)
    await wallets.idle()
    entries = len(await wallets.entries())
    records = [len(await wallets.records(trace=trace)) for trace in sent]
    assert max(records) == 1
    assert sum(records) == entries >= heard
    assert (await wallets.balances())[2] == 50 + (entries if query is GROUP else 0)


async def test_a_long_one_ends_soon_after_its_client(wallets: Wallets) -> None:
    began, trace = time.monotonic(), secrets.token_hex(16)
    assert not await asyncio.to_thread(Leaver(wallets).ask, GROUP, "sleep 20", trace, 0.4)
    await wallets.idle()
    assert time.monotonic() - began < 8
    assert await wallets.entries() == []
    assert await wallets.balances() == BEFORE
    assert await wallets.records(trace=trace) == []


@pytest.mark.parametrize("way", ["complete", "close", "abort"])
async def test_a_socket_that_loses_interest_cancels_or_has_it_done(wallets: Wallets, way: str) -> None:
    url = wallets.gateway.url.replace("http", "ws") + "/graphql"
    began = await wallets.database.fetchval("SELECT clock_timestamp()")
    for patience in (0.02, 0.1, 0.2):
        name, value = wallets.header()
        socket = await connect(url, subprotocols=["graphql-transport-ws"])  # type: ignore[list-item]
        payload: dict[str, object] = {"Authorization": f"Bearer {wallets.token()}", name: value}
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        payload = {"query": GROUP, "variables": {"note": "sleep 0.15"}}
        await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
        await asyncio.sleep(patience)
        if way == "complete":
            await socket.send(json.dumps({"type": "complete", "id": "1"}))
        elif way == "abort":
            socket.transport.abort()
        await socket.close()
        await asyncio.sleep(0.1)
        await wallets.idle()
    entries = len(await wallets.entries())
    assert (await wallets.balances())[2] == 50 + entries
    newest = (
        "SELECT count(*) FROM narthex.audit_record WHERE kind = 'effect' AND surface = 'websocket' AND written_at > $1"
    )
    assert await wallets.database.fetchval(newest, began) == entries


async def test_the_records_are_sound(wallets: Wallets) -> None:
    """After all that has gone wrong above."""
    wallets.send(NOTE, {"note": "last"})
    answer = wallets.caller().ask("{ audit_verify { ok findings { kind severity message } } }")
    found = answer.data["audit_verify"]
    assert found["ok"], found
    assert not [finding for finding in found["findings"] if finding["severity"] == "ERROR"]


async def test_two_hundred_at_once_all_count(wallets: Wallets) -> None:
    pay = "mutation { update_wallet_by_pk(pk_columns: {wallet_id: 1}, _inc: {balance: 1}) { balance } }"
    caller, header = wallets.caller(), wallets.header()
    slots = asyncio.Semaphore(40)

    async def send() -> int:
        async with slots:
            answer = await asyncio.to_thread(caller.ask, pay, None, [header])
        balance: int = answer.data["update_wallet_by_pk"]["balance"]
        return balance

    seen = await asyncio.gather(*(send() for _ in range(200)))
    assert sorted(seen) == list(range(101, 301))
    assert (await wallets.balances())[1] == 300
    records = await wallets.records()
    assert [record["rows"] for record in records] == [1] * 200
    assert len({record["seq"] for record in records}) == 200
