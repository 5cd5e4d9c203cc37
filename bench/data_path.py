"""Compares the data path of Narthex with a hand-written handler, PostGraphile and Strawberry, in one run.

    python bench/data_path.py [--peer narthex …] [--workload point …] [--rounds 5] [--seconds 3] [--dsn URL]

Same Postgres, ten connections to it, one process each, wrk with 16 connections. All servers run throughout; in each
round they take turns, in an order that rotates, so that the machine's moods meet all of them. What counts is the ratio
to the hand-written handler. Every server must first give the same answers. The table is added to bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from parts.load import Run, load, require_wrk  # noqa: E402
from parts.peers import Started, all_peers  # noqa: E402
from parts.postgres import Postgres, load_music_store, shared_postgres  # noqa: E402
from parts.report import add_to_results, heading  # noqa: E402
from parts.servers import scratch  # noqa: E402
from parts.workloads import WORKLOADS, Workload, canonical  # noqa: E402

MODES = ("variables", "inlined")
CONNECTIONS = 16
BASELINE = "handwritten"


@dataclass
class Measured:
    runs: list[Run] = field(default_factory=list)
    server_ms: list[float] = field(default_factory=list)
    postgres_ms: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(run.rate for run in self.runs)

    def ratio(self, base: Measured) -> float:
        """Of neighbours in time: whatever else the machine does then slows both."""
        return statistics.median(mine.rate / its.rate for mine, its in zip(self.runs, base.runs, strict=True))

    def row(self, name: str, base: Measured | None) -> str:
        ratio = f"{self.ratio(base):.2f}" if base else ""
        p50, p99 = (statistics.median(getattr(run, key) for run in self.runs) for key in ("p50_ms", "p99_ms"))
        server, postgres = statistics.median(self.server_ms), statistics.median(self.postgres_ms)
        failed = sum(run.failed for run in self.runs)
        return (
            f"| {name} | {self.rate:,.0f} | **{ratio}** | {p50:.2f} | {p99:.2f} "
            f"| {server:.3f} | {postgres:.3f} | {failed} |"
        )


async def same_answers(started: Sequence[Started], workload: Workload) -> None:
    """A fast wrong answer is no result."""
    async with aiohttp.ClientSession() as session:
        for number in workload.numbers(5):
            expected: Any = None
            for one in started:
                for mode in MODES:
                    method, path, body = one.peer.request(workload.name, mode, number)
                    headers = {"Content-Type": "application/json", "Accept": "application/json"}
                    if one.token:
                        headers["Authorization"] = f"Bearer {one.token}"
                    url = one.server.url + path
                    async with session.request(method, url, data=body or None, headers=headers) as response:
                        value = canonical(one.peer.answer(workload.name, await response.read()))
                    expected = value if expected is None else expected
                    if value != expected:
                        raise SystemExit(
                            f"{one.peer.name} answers {workload.name} {number} ({mode}) otherwise than "
                            f"{started[0].peer.name}:\n{str(value)[:1500]}\nnot\n{str(expected)[:1500]}"
                        )


def write_requests(one: Started, workload: Workload, mode: str, folder: Path) -> Path:
    path = folder / f"{one.peer.name}-{workload.name}-{mode}.txt"
    with path.open("wb") as file:
        for number in workload.numbers(2000):
            method, target, body = one.peer.request(workload.name, mode, number)
            file.write(f"{method} {target} ".encode() + body + b"\n")
    return path


async def measure(
    started: Sequence[Started],
    postgres: Postgres,
    workload: Workload,
    mode: str,
    folder: Path,
    options: argparse.Namespace,
) -> dict[str, Measured]:
    files = {one.peer.name: write_requests(one, workload, mode, folder) for one in started}
    measured = {one.peer.name: Measured() for one in started}
    for turn in range(-1, options.rounds):
        for place in range(len(started)):
            one = started[(place + turn) % len(started)]
            before = one.server.cpu_seconds(), postgres.cpu_seconds()
            seconds = options.seconds if turn >= 0 else 1
            run = await load(one.server.url, files[one.peer.name], one.token, connections=CONNECTIONS, seconds=seconds)
            if turn < 0:
                continue
            result = measured[one.peer.name]
            result.runs.append(run)
            result.server_ms.append((one.server.cpu_seconds() - before[0]) / max(run.requests, 1) * 1e3)
            result.postgres_ms.append((postgres.cpu_seconds() - before[1]) / max(run.requests, 1) * 1e3)
    return measured


def table(workload: Workload, mode: str, measured: dict[str, Measured], base: str = BASELINE) -> str:
    compared = measured.get(base)
    return "\n".join(
        [
            f"### {workload.title}, {mode}",
            "",
            "| | requests/s | ratio | p50 ms | p99 ms | server CPU ms | Postgres CPU ms | failed |",
            "|---|---|---|---|---|---|---|---|",
            *(result.row(name, compared) for name, result in measured.items()),
        ]
    )


async def run(options: argparse.Namespace) -> None:
    require_wrk()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(scratch())
        postgres = await stack.enter_async_context(shared_postgres(options.dsn, folder, "music"))
        if options.dsn is None:
            await load_music_store(postgres.dsn)
        started: list[Started] = []
        for peer in all_peers():
            if not options.peer or peer.name in options.peer:
                started.append(await stack.enter_async_context(peer.start(postgres.dsn, folder)))
        parts = [heading("Data path", postgres.version)]
        for workload in WORKLOADS:
            if options.workload and workload.name not in options.workload:
                continue
            able = [one for one in started if one.peer.does(workload.name)]
            await same_answers(able, workload)
            for mode in MODES:
                parts.append(table(workload, mode, await measure(able, postgres, workload, mode, folder, options)))
                print(parts[-1] + "\n", flush=True)
    if not options.dry:
        add_to_results(*parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", action="append", choices=[peer.name for peer in all_peers()])
    parser.add_argument("--workload", action="append", choices=[workload.name for workload in WORKLOADS])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of one server in one round")
    parser.add_argument(
        "--dsn", help="a Chinook database that exists; default: an embedded Postgres with the music store"
    )
    parser.add_argument("--dry", action="store_true", help="print only; leave bench/RESULTS.md as it is")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
