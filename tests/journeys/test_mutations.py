"""Mutations over HTTP, WebSocket and SSE: what they change, answer and record, and who may."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from websockets.asyncio.client import connect

from tests.caller import Answer
from tests.journeys.wallets import Wallets, effects, errors, told

BEFORE = {1: 100, 2: 50, 3: 0}
PAY = "mutation($by: Int!) { update_wallet_by_pk(pk_columns: {wallet_id: 1}, _inc: {balance: $by}) { balance } }"
NOTE = 'mutation { insert_entry_one(object: {wallet_id: 1, amount: 5, note: "a"}) { note } }'


# What they do


async def test_insert_update_and_delete(wallets: Wallets) -> None:
    made = wallets.send(
        'mutation { insert_wallet(objects: [{wallet_id: 4, owner: "Dan"}, {wallet_id: 5, owner: "Eve", balance: 7}])'
        " { affected_rows returning { wallet_id balance } } }"
    )
    assert made.data == {
        "insert_wallet": {
            "affected_rows": 2,
            "returning": [{"wallet_id": 4, "balance": 0}, {"wallet_id": 5, "balance": 7}],
        }
    }
    assert effects(made) == [("insert_wallet", "done")]
    assert told(made)["effects"][0]["affected_rows"] == 2
    paid = wallets.send(
        "mutation { update_wallet(where: {wallet_id: {_in: [4, 5]}}, _inc: {balance: 3}) { affected_rows } }"
    )
    assert paid.data == {"update_wallet": {"affected_rows": 2}}
    many = wallets.send(
        "mutation { update_wallet_many(updates: [{where: {wallet_id: {_eq: 4}}, _set: {balance: 1}}, "
        "{where: {wallet_id: {_eq: 5}}, _inc: {balance: 1}}]) { affected_rows } }"
    )
    assert [each["affected_rows"] for each in many.data["update_wallet_many"]] == [1, 1]
    assert await wallets.balances() == {**BEFORE, 4: 1, 5: 11}
    gone = wallets.send(
        "mutation { delete_wallet(where: {balance: {_eq: 11}}) { affected_rows returning { owner } } "
        "delete_wallet_by_pk(wallet_id: 4) { owner balance } none: delete_wallet_by_pk(wallet_id: 40) { owner } }"
    )
    assert gone.data == {
        "delete_wallet": {"affected_rows": 1, "returning": [{"owner": "Eve"}]},
        "delete_wallet_by_pk": {"owner": "Dan", "balance": 1},
        "none": None,
    }
    assert await wallets.balances() == BEFORE


async def test_nested_rows_are_written_with_their_keys(wallets: Wallets) -> None:
    answer = wallets.send(
        "mutation { insert_wallet_one("
        'object: {wallet_id: 4, owner: "Dan", entries: {data: [{amount: 1}, {amount: 2}]}})'
        " { entries(order_by: {amount: asc}) { amount wallet { owner } } }"
        ' insert_entry_one(object: {amount: 3, wallet: {data: {wallet_id: 5, owner: "Eve"}}})'
        " { wallet { wallet_id owner } } }"
    )
    dan = {"owner": "Dan"}
    assert answer.data == {
        "insert_wallet_one": {"entries": [{"amount": 1, "wallet": dan}, {"amount": 2, "wallet": dan}]},
        "insert_entry_one": {"wallet": {"wallet_id": 5, "owner": "Eve"}},
    }
    assert [effect["affected_rows"] for effect in told(answer)["effects"]] == [3, 2]
    assert await wallets.entries() == [(4, 1, None), (4, 2, None), (5, 3, None)]
    assert [record["rows"] for record in await wallets.records()] == [5]


async def test_on_conflict_updates_or_leaves(wallets: Wallets) -> None:
    query = (
        "mutation($rows: [wallet_insert_input!]!, $columns: [wallet_update_column!]!) { insert_wallet(objects: $rows, "
        "on_conflict: {constraint: wallet_pkey, update_columns: $columns}) { affected_rows returning { owner } } }"
    )
    rows = [{"wallet_id": 1, "owner": "Anna", "balance": 1}, {"wallet_id": 4, "owner": "Dan", "balance": 4}]
    updated = wallets.send(query, {"rows": rows, "columns": ["owner"]})
    assert updated.data["insert_wallet"] == {"affected_rows": 2, "returning": [{"owner": "Anna"}, {"owner": "Dan"}]}
    assert await wallets.balances() == {**BEFORE, 4: 4}
    left = wallets.send(query, {"rows": rows, "columns": []})
    assert left.data["insert_wallet"] == {"affected_rows": 0, "returning": []}
    where = "on_conflict: {constraint: wallet_pkey, update_columns: [balance], where: {balance: {_lt: 50}}}"
    bounded = wallets.send(
        'mutation { insert_wallet(objects: [{wallet_id: 1, owner: "x", balance: 9}, {wallet_id: 3, owner: "y", '
        f"balance: 9}}], {where}) {{ affected_rows }} }}"
    )
    assert bounded.data["insert_wallet"] == {"affected_rows": 1}
    assert await wallets.balances() == {**BEFORE, 3: 9, 4: 4}


async def test_a_query_in_a_mutation_reads_what_was_committed(wallets: Wallets) -> None:
    answer = wallets.send(
        "mutation { a: update_wallet_by_pk(pk_columns: {wallet_id: 3}, _set: {balance: 1}) { balance } "
        "query { wallet_by_pk(wallet_id: 3) { balance } me { role } } "
        "b: update_wallet_by_pk(pk_columns: {wallet_id: 3}, _inc: {balance: 1}) { balance } }"
    )
    assert answer.data == {
        "a": {"balance": 1},
        "query": {"wallet_by_pk": {"balance": 1}, "me": {"role": "admin"}},
        "b": {"balance": 2},
    }
    assert effects(answer) == [("a", "done"), ("query", "done"), ("b", "done")]
    records = await wallets.records()
    assert [(record["root"], record["rows"]) for record in records] == [("a", 1), ("b", 1)]
    assert await wallets.balances() == {**BEFORE, 3: 2}


async def test_a_group_that_fails_leaves_nothing_and_stops_what_follows(wallets: Wallets) -> None:
    answer = wallets.send(
        "mutation { first: update_wallet_by_pk(pk_columns: {wallet_id: 2}, _inc: {balance: 1}) { balance } "
        "query { wallet_by_pk(wallet_id: 2) { balance } } "
        "good: update_wallet_by_pk(pk_columns: {wallet_id: 1}, _inc: {balance: 1}) { balance } "
        "bad: update_wallet_by_pk(pk_columns: {wallet_id: 3}, _inc: {balance: -1}) { balance } "
        "after: delete_wallet(where: {wallet_id: {_eq: 2}}) { affected_rows } "
        "more: query { me { role } } "
        "last: insert_entry_one(object: {wallet_id: 1, amount: 1}) { amount } }"
    )
    assert answer.status == 200
    assert answer.json["data"] == {
        "first": {"balance": 51},
        "query": {"wallet_by_pk": {"balance": 51}},
        "good": None,
        "bad": None,
        "after": None,
        "more": None,
        "last": None,
    }
    assert effects(answer) == [
        ("first", "done"),
        ("query", "done"),
        ("good", "rolled_back"),
        ("bad", "failed"),
        ("after", "rolled_back"),
        ("more", "not_run"),
        ("last", "not_run"),
    ]
    assert set(errors(answer)) == {
        ("good", "ROLLED_BACK"),
        ("bad", "CONSTRAINT_VIOLATION"),
        ("after", "ROLLED_BACK"),
        ("more", "NOT_RUN"),
        ("last", "NOT_RUN"),
    }
    assert await wallets.balances() == {1: 100, 2: 51, 3: 0}
    assert await wallets.entries() == []
    assert [record["root"] for record in await wallets.records()] == ["first"]


# Trying without doing

TRIED = (
    'mutation { insert_entry(objects: [{wallet_id: 1, amount: 5, note: "a"}, {wallet_id: 2, amount: 6}]) '
    "{ affected_rows returning { note } } "
    "update_wallet(where: {balance: {_gt: 0}}, _inc: {balance: 1}) { affected_rows } "
    "delete_wallet_by_pk(wallet_id: 3) { owner } query { wallet_by_pk(wallet_id: 3) { owner } } }"
)


def _check_tried(answer: Answer) -> None:
    assert answer.data == {
        "insert_entry": {"affected_rows": 2, "returning": [{"note": "a"}, {"note": None}]},
        "update_wallet": {"affected_rows": 2},
        "delete_wallet_by_pk": {"owner": "Cyd"},
        "query": {"wallet_by_pk": {"owner": "Cyd"}},
    }
    states = effects(answer)
    assert states[:3] == [(key, "simulated") for key in ("insert_entry", "update_wallet", "delete_wallet_by_pk")]
    assert [effect["affected_rows"] for effect in told(answer)["effects"][:3]] == [2, 2, 1]
    changes: dict[str, list[dict[str, Any]]] = {part["path"][0]: part["changes"] for part in told(answer)["diff"]}
    assert [(change["before"], change["after"]["amount"]) for change in changes["insert_entry"]] == [
        (None, 5),
        (None, 6),
    ]
    paid = sorted(changes["update_wallet"], key=lambda change: change["before"]["wallet_id"])
    assert [(change["before"]["balance"], change["after"]["balance"]) for change in paid] == [(100, 101), (50, 51)]
    (gone,) = changes["delete_wallet_by_pk"]
    assert (gone["entity"], gone["before"]["owner"], gone["after"]) == ("wallet", "Cyd", None)


async def _unchanged(wallets: Wallets) -> None:
    assert await wallets.balances() == BEFORE
    assert await wallets.entries() == []
    assert await wallets.records() == []


async def test_a_dry_run_by_header(wallets: Wallets) -> None:
    _check_tried(wallets.caller().ask(TRIED, headers=[("x-narthex-mode", "dry_run"), wallets.header()]))
    await _unchanged(wallets)


async def test_a_dry_run_by_extensions(wallets: Wallets) -> None:
    extensions = {"narthex": {"mode": "dry_run"}}
    _check_tried(wallets.caller().ask(TRIED, headers=[wallets.header()], extensions=extensions))
    await _unchanged(wallets)


async def test_a_dry_run_by_level(wallets: Wallets) -> None:
    answer = wallets.send(TRIED, level="SIMULATE")
    _check_tried(answer)
    assert {need["code"] for need in told(answer)["would_need"]} == {"READ_ONLY"}
    await _unchanged(wallets)


async def test_a_dry_run_shows_what_the_caller_may_read(wallets: Wallets) -> None:
    query = 'mutation { update_wallet(where: {wallet_id: {_eq: 1}}, _set: {owner: "Zoe"}) { affected_rows } }'
    headers = [("x-narthex-mode", "dry_run"), wallets.header()]
    answer = wallets.caller("clerk").ask(query, headers=headers)
    (change,) = told(answer)["diff"][0]["changes"]
    assert change["after"] == {"wallet_id": 1, "owner": "Zoe", "balance": 100}
    assert "1111" not in answer.text
    await _unchanged(wallets)


async def test_a_dry_run_fails_as_the_run_would(wallets: Wallets) -> None:
    query = "mutation { update_wallet(where: {}, _inc: {balance: -1}) { affected_rows } }"
    tried = wallets.caller().ask(query, headers=[("x-narthex-mode", "dry_run")])
    assert errors(tried) == errors(wallets.send(query)) == [("update_wallet", "CONSTRAINT_VIOLATION")]
    await _unchanged(wallets)


async def test_a_dry_run_gives_locks_up_soon(wallets: Wallets) -> None:
    async with wallets.database.transaction():
        await wallets.database.execute("SELECT * FROM wallet WHERE wallet_id = 1 FOR UPDATE")
        headers = [("x-narthex-mode", "dry_run")]
        answer = await asyncio.to_thread(wallets.caller().ask, PAY, {"by": 1}, headers)
    assert errors(answer) == [("update_wallet_by_pk", "TIMEOUT")]


# Who may


@pytest.mark.parametrize("level", ["READ", "SIMULATE", "GATED", "WRITE"])
async def test_levels(wallets: Wallets, level: str) -> None:
    risky, harmless = wallets.send(PAY, {"by": 1}, level=level), wallets.send(NOTE, level=level)
    assert await wallets.balances() == {**BEFORE, 1: 101 if level == "WRITE" else 100}
    assert len(await wallets.entries()) == (level in ("GATED", "WRITE"))
    match level:
        case "READ":
            assert [risky.codes, harmless.codes] == [{"READ_ONLY"}, {"READ_ONLY"}]
            assert risky.json.get("data") is None
        case "GATED":
            (refusal,) = risky.errors
            assert refusal["extensions"]["code"] == "APPROVAL_REQUIRED"
            assert refusal["extensions"]["approval"]["approvers"] == ["role:admin"]
            assert harmless.data["insert_entry_one"] == {"note": "a"}
        case _:
            assert risky.data["update_wallet_by_pk"] == {"balance": 101}
            assert harmless.data["insert_entry_one"] == {"note": "a"}
    reading = wallets.send("{ wallet_by_pk(wallet_id: 2) { balance } }", level=level)
    assert reading.data == {"wallet_by_pk": {"balance": 50}}


async def test_all_refused_effects_are_told_together(wallets: Wallets) -> None:
    both = NOTE.replace("}) { note } }", "}) { note } update_wallet(where: {}, _set: {balance: 1}) { affected_rows } }")
    for level, expected in (("READ", ["insert_entry_one", "update_wallet"]), ("GATED", ["update_wallet"])):
        answer = wallets.send(both, level=level)
        coordinates = [error["extensions"]["coordinate"] for error in answer.errors]
        assert coordinates == [f"Mutation.{field}" for field in expected]
    await _unchanged(wallets)


async def test_what_is_closed_does_not_exist(wallets: Wallets) -> None:
    for field in (
        "delete_wallet(where: {}) { affected_rows }",
        'insert_wallet_one(object: {wallet_id: 9, owner: "x", pin: "1"}) { owner }',
        "update_entry(where: {}, _set: {amount: 1}) { affected_rows }",
        'update_wallet(where: {}, _set: {owner: "x"}) { returning { pin } }',
    ):
        assert wallets.send(f"mutation {{ {field} }}", role="clerk").codes == {"GRAPHQL_VALIDATION_FAILED"}, field
    await _unchanged(wallets)


# Other ways in


async def test_a_get_changes_nothing(wallets: Wallets) -> None:
    """Neither when the operation is new, nor when its plan is there already."""
    assert wallets.send(NOTE, level="SIMULATE").data
    for accept in ("application/json", "application/graphql-response+json"):
        for query in (NOTE, NOTE.replace("note }", "note amount }")):
            address = "/graphql?" + urlencode({"query": query})
            answer = wallets.caller().get(address, [("accept", accept), wallets.header()])
            assert answer.status == 405, answer.text
            assert answer.headers["allow"] == "POST"
    await _unchanged(wallets)


async def test_over_websocket(wallets: Wallets) -> None:
    url = wallets.gateway.url.replace("http", "ws") + "/graphql"
    name, value = wallets.header()
    async with connect(url, subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
        payload = {"Authorization": f"Bearer {wallets.token()}", name: value}
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        variables = {"query": PAY, "variables": {"by": 5}}
        await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": variables}))
        answer = json.loads(await socket.recv())
        assert answer["payload"]["data"] == {"update_wallet_by_pk": {"balance": 105}}
        assert answer["payload"]["extensions"]["narthex"]["effects"][0]["state"] == "done"
        assert json.loads(await socket.recv()) == {"type": "complete", "id": "1"}
        dry = {**variables, "extensions": {"narthex": {"mode": "dry_run"}}}
        await socket.send(json.dumps({"type": "subscribe", "id": "2", "payload": dry}))
        answer = json.loads(await socket.recv())
        assert answer["payload"]["extensions"]["narthex"]["effects"][0]["state"] == "simulated"
    assert await wallets.balances() == {**BEFORE, 1: 105}
    newest = "SELECT surface, rows FROM narthex.audit_record WHERE kind = 'effect' ORDER BY written_at DESC LIMIT 1"
    assert tuple(await wallets.database.fetchrow(newest)) == ("websocket", 1)


async def test_over_server_sent_events(wallets: Wallets) -> None:
    headers = [("accept", "text/event-stream"), wallets.header()]
    answer = wallets.caller().ask(PAY, {"by": 5}, headers)
    events = [event.partition("\ndata: ") for event in answer.text.strip("\n").split("\n\n")]
    assert [event[0] for event in events][:2] == ["event: next", "event: complete"]
    assert json.loads(events[0][2])["data"] == {"update_wallet_by_pk": {"balance": 105}}
    assert await wallets.balances() == {**BEFORE, 1: 105}
    assert len(await wallets.records()) == 1
