"""Hundreds of thousands of requests: memory stays where it is after warm-up, and every request has its record."""

import asyncio
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import aiohttp
import pytest

from tests.places import Measured
from tests.soak.database import connected, outcomes, urls_of, writers
from tests.soak.figures import Figures, scaled
from tests.soak.requests import often, rarely, tokens

pytestmark = pytest.mark.soak

SCRIPT = Path(__file__).with_name("mixed.lua")
REQUESTS = 300_000
SHAPES = 20_000
CONTRACTS = 300
CONNECTIONS = 16
WARM = 1 / 3
"""Of the requests: after them every cache is full."""
GROWTH = 0.05
_FILLED = 100_000
"""Requests after which no cache grows any more; a run that is shorter cannot be held to `GROWTH`."""
_LEAST = 50_000
_ROUND_S = 10
_LONGEST_S = 900
"""A slow machine sends fewer requests, and the figures say how many."""


@dataclass
class Round:
    requests: int
    broken: int
    refused: int
    rss_mb: float


class Load:
    def __init__(self, wrk: str, url: str, files: list[Path]) -> None:
        self._command = [wrk, "-t1", f"-c{CONNECTIONS}", "--timeout", "30s", "-s", str(SCRIPT)]
        self._url, self._files = url, [str(file) for file in files]

    async def run(self, seconds: int, seed: int) -> dict[str, float]:
        words = [*self._command, f"-d{seconds}s", self._url, "--", *self._files, str(seed)]
        process = await asyncio.create_subprocess_exec(
            *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        said, _ = await process.communicate()
        (found,) = re.findall(r"^@@(.*)$", said.decode(), re.MULTILINE) or [None]
        assert found is not None, said.decode()
        return {name: float(value) for name, value in json.loads(found).items()}


def _write(folder: Path, callers: list[str]) -> list[Path]:
    contents = {"often": often(), "rarely": rarely(scaled(SHAPES), seed=1), "tokens": callers}
    paths = [folder / name for name in contents]
    for path, lines in zip(paths, contents.values(), strict=True):
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return paths


async def _observed(url: str) -> Counter[str]:
    """What the gateway counted, by outcome."""
    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as response:
        text = await response.text()
    found = re.findall(r'^narthex_requests_total\{outcome="(\w+)",surface="http"\} (\S+)$', text, re.MULTILINE)
    assert re.search(r"^narthex_audit_lost 0\.0$", text, re.MULTILINE), text
    return Counter({outcome: int(float(count)) for outcome, count in found})


async def test_memory_and_records(gateway: Measured, wrk: str, figures: Figures, tmp_path: Path) -> None:
    callers = await tokens(gateway.project, gateway.data_dir, CONTRACTS)
    assert len(callers) == len(set(callers)) == CONTRACTS
    load = Load(wrk, gateway.url, _write(tmp_path, callers))
    wanted, sent, rounds = scaled(REQUESTS), 0, list[Round]()
    loop = asyncio.get_running_loop()
    started = loop.time()
    while sent < wanted and loop.time() - started < _LONGEST_S:
        done = await load.run(_ROUND_S, seed=len(rounds))
        rounds.append(Round(int(done["requests"]), int(done["broken"]), int(done["refused"]), gateway.rss_mb()))
        sent += rounds[-1].requests
    seconds = loop.time() - started
    await asyncio.sleep(1)
    observed = await _observed(gateway.url)
    async with connected(urls_of(gateway.data_dir).control) as control:
        (written,), recorded = (await writers(control)).values(), await outcomes(control)
        documents = await control.fetchval("SELECT count(*) FROM narthex.document")

    before, after = _levels(rounds)
    growth = after / before - 1
    ends = ", ".join(f"{name} {count:,}" for name, count in recorded.most_common())
    figures.add(
        "memory",
        f"{sent:,} requests in {seconds:.0f} s ({sent / seconds:,.0f}/s), {CONTRACTS} contracts, "
        f"{documents:,} documents; "
        f"RSS {rounds[0].rss_mb:.0f} MB after {_ROUND_S} s, {before:.0f} MB after warm-up, {after:.0f} MB at the end "
        f"({growth:+.1%})",
    )
    figures.add(
        "records",
        f"{written.records:,} in the audit store, {'every number once' if written.whole else 'WITH GAPS'}; {ends}",
    )
    figures.add("memory, by round", " ".join(f"{each.rss_mb:.0f}" for each in rounds) + " MB")
    assert sent >= scaled(_LEAST)
    assert sum(each.broken + each.refused for each in rounds) == 0
    assert set(recorded) <= {
        "OK",
        "GRAPHQL_VALIDATION_FAILED",
        "GRAPHQL_PARSE_FAILED",
        "BAD_USER_INPUT",
        "LIMIT_EXCEEDED",
        "CANCELLED",
    }
    assert recorded["OK"] > sent * 0.4
    # Those that a round cut off may have been cut before the gateway had read them.
    cut = CONNECTIONS * len(rounds)
    assert written.whole
    assert sent <= written.records <= sent + cut
    del observed["CANCELLED"], recorded["CANCELLED"]
    assert recorded == observed
    if sent >= _FILLED:
        assert growth < GROWTH


def _levels(rounds: list[Round]) -> tuple[float, float]:
    """Memory after warm-up and at the end, each the median of a few rounds."""
    sent, total, warm = 0, sum(each.requests for each in rounds), len(rounds)
    for number, each in enumerate(rounds):
        sent += each.requests
        if sent >= total * WARM:
            warm = number
            break
    few = max(1, min(5, (len(rounds) - warm) // 3))
    return median(each.rss_mb for each in rounds[warm : warm + few]), median(each.rss_mb for each in rounds[-few:])
