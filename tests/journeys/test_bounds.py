"""Policies that bound how deep and how long an operation goes, on a running gateway: reads, writes and dry runs."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from tests.caller import Caller
from tests.journeys.waiting import changed, seconds_until
from tests.journeys.wallets import Wallets, effects, errors
from tests.running import RunningGateway

POLICY = 'entry @limits(timeout: "1s", roles: ["clerk"])\nalbum @limits(max_depth: 2, roles: ["agent"])\n'
SLOW = 'insert_entry_one(object: {wallet_id: 1, amount: 5, note: "sleep 20"}) { note }'
QUICK = 'insert_entry_one(object: {wallet_id: 1, amount: 5, note: "quick"}) { note }'
DEEP = "{ track(limit: 1) { album { artist { albums { title } } } } }"


@pytest.fixture(scope="module")
async def bounded(running_gateway: RunningGateway, tables: Wallets) -> AsyncIterator[Wallets]:
    agent = Caller(running_gateway.url, running_gateway.token(role="agent"))
    with changed(running_gateway.project / "policies" / "bounds.policy", lambda _: POLICY):
        await asyncio.to_thread(seconds_until, lambda: "LIMIT_EXCEEDED" in agent.ask(DEEP).codes)
        yield tables


def test_depth_is_told_with_its_place(bounded: Wallets) -> None:
    agent = Caller(bounded.gateway.url, bounded.gateway.token(role="agent"))
    (error,) = agent.ask(DEEP).errors
    assert (error["extensions"]["coordinate"], error["extensions"]["limit"]) == ("artist.albums", 2)
    explained = agent.ask("query ($o: String!) { explain(operation: $o) { allowed refusals { code } } }", {"o": DEEP})
    assert explained.data["explain"] == {"allowed": False, "refusals": [{"code": "LIMIT_EXCEEDED"}]}
    assert agent.ask("{ track(limit: 1) { album { title } } }").data


@pytest.mark.parametrize(
    ("query", "states", "codes"),
    [
        (f"mutation {{ {SLOW} }}", ["failed"], ["TIMEOUT"]),
        (f"mutation {{ a: {QUICK} b: {SLOW} }}", ["rolled_back", "failed"], ["TIMEOUT", "ROLLED_BACK"]),
        (f"mutation {{ a: {QUICK} query {{ entry {{ note }} }} b: {SLOW} }}", ["done", "done", "failed"], ["TIMEOUT"]),
    ],
)
async def test_a_write_that_takes_longer_is_undone(
    wallets: Wallets, bounded: Wallets, query: str, states: list[str], codes: list[str]
) -> None:
    started = time.monotonic()
    answer = await asyncio.to_thread(wallets.send, query, role="clerk")
    assert 0.9 < time.monotonic() - started < 8
    assert [code for _, code in errors(answer)] == codes
    assert [state for _, state in effects(answer)] == states
    await wallets.idle()
    done = states.count("done") > 0
    assert await wallets.entries() == ([(1, 5, "quick")] if done else [])
    assert len(await wallets.records()) == done
    assert wallets.send(f"mutation {{ {QUICK} }}", role="clerk").data


async def test_a_dry_run_takes_no_longer(wallets: Wallets, bounded: Wallets) -> None:
    dry = [("x-narthex-mode", "dry_run")]
    answer = await asyncio.to_thread(wallets.caller("clerk").ask, f"mutation {{ {SLOW} }}", None, dry)
    assert answer.codes == {"TIMEOUT"}
    await wallets.idle()
    assert await wallets.entries() == []


async def test_others_are_not_bound(wallets: Wallets, bounded: Wallets) -> None:
    slower = SLOW.replace("20", "1.5")
    assert (await asyncio.to_thread(wallets.send, f"mutation {{ {slower} }}")).data
