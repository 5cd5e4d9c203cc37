"""What 1,000 tables cost: time to ready, memory, the first request of a contract, introspection.

    python bench/many_tables.py [--tables 1000] [--repeat 3]

Two databases of tables with ten columns: `random`, where each has two foreign keys to any of the others, and `chain`,
where each points to the one before it. Narthex starts on each several times; the first start also makes its own schema.
The aims are below 3 s to ready and below 250 MB. The table is added to bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import asyncpg
import orjson
from graphql import get_introspection_query

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from parts.peers import Narthex, Started  # noqa: E402
from parts.postgres import shared_postgres  # noqa: E402
from parts.report import add_to_results, heading  # noqa: E402
from parts.servers import scratch  # noqa: E402

READY_SECONDS, READY_MB = 3.0, 250.0
POLICY = '* @auth(roles: ["reader"], on: [SELECT, AGGREGATE])\n'
FILLER = (
    "name text NOT NULL",
    "note varchar(200)",
    "amount numeric(12,2)",
    "big bigint",
    "active boolean NOT NULL DEFAULT true",
    "details jsonb",
    "created_at timestamptz NOT NULL DEFAULT now()",
    "day date",
)


@dataclass
class Readings:
    """Each list has one reading per start."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        self.seconds.setdefault(name, []).append(value)

    def median(self, name: str) -> float:
        return statistics.median(self.seconds[name])


def table_name(number: int) -> str:
    return f"thing_{number:04d}"


def tables(count: int, shape: str) -> list[str]:
    """The statements of one database: the tables first, so that a key may point forward."""
    source = random.Random(shape)
    made, keys = [], []
    for number in range(count):
        if shape == "chain":
            targets = [number - 1] if number else []
        else:
            targets = [source.randrange(count), source.randrange(count)]
        columns = [f"parent_{place}_id integer" for place in range(len(targets))]
        rest = FILLER[: 9 - len(columns)] if columns else (*FILLER, "extra text")
        name = table_name(number)
        made.append(f"CREATE TABLE {name} (id serial PRIMARY KEY, {', '.join([*columns, *rest])})")
        for place, target in enumerate(targets):
            keys.append(f"ALTER TABLE {name} ADD FOREIGN KEY (parent_{place}_id) REFERENCES {table_name(target)}")
            keys.append(f"CREATE INDEX ON {name} (parent_{place}_id)")
    return made + keys


async def build(dsn: str, count: int, shape: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        statements = tables(count, shape)
        for start in range(0, len(statements), 500):
            await connection.execute(";\n".join(statements[start : start + 500]))
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def ask(session: aiohttp.ClientSession, one: Started, token: str, query: str) -> tuple[float, int]:
    """Seconds and bytes of one request. An answer with errors is no reading."""
    started = time.perf_counter()
    headers = {"Authorization": f"Bearer {token}"}
    async with session.post(one.server.url + "/graphql", json={"query": query}, headers=headers) as response:
        body = await response.read()
    seconds = time.perf_counter() - started
    if orjson.loads(body).get("errors"):
        raise RuntimeError(body[:2000].decode(errors="replace"))
    return seconds, len(body)


async def observe(one: Started, reader: str, readings: Readings, start: int) -> None:
    """Everything that is measured of one running gateway, in the order in which it costs."""
    readings.add("ready, first start" if start == 0 else "ready, later start", one.server.seconds_to_ready)
    readings.add("MB when ready", one.server.memory_mb())
    query = f"{{ {table_name(7)}(limit: 1) {{ id name }} }}"
    assert one.token is not None
    async with aiohttp.ClientSession() as session:
        for who, token in (("admin", one.token), ("reader", reader)):
            readings.add(f"first request of a contract ({who})", (await ask(session, one, token, query))[0])
            again = [(await ask(session, one, token, query))[0] for _ in range(20)]
            readings.add(f"the same again ({who})", statistics.median(again))
            fresh = f"{{ {table_name(8)}(limit: 1) {{ id name }} }}"
            readings.add(f"a new document ({who})", (await ask(session, one, token, fresh))[0])
        seconds, size = await ask(session, one, reader, get_introspection_query())
        readings.add("introspection", seconds)
        readings.add("MB of introspection", size / 1e6)
        readings.add("MB after introspection", one.server.memory_mb())


async def measure(dsn: str, repeat: int, folder: Path) -> Readings:
    readings = Readings()
    peer = Narthex(policy=POLICY)
    for start in range(repeat):
        async with peer.start(dsn, folder) as one:
            await observe(one, await peer.token(folder, dsn, "reader"), readings, start)
    return readings


def row(shape: str, readings: Readings, name: str) -> str:
    value = readings.median(name)
    aim = ""
    if name.startswith("ready"):
        aim = f"< {READY_SECONDS:.0f} s: {'met' if value < READY_SECONDS else 'MISSED'}"
    if name == "MB when ready":
        aim = f"< {READY_MB:.0f} MB: {'met' if value < READY_MB else 'MISSED'}"
    shown = f"{value:.1f} MB" if name.startswith("MB") else f"{value:.3f} s"
    return f"| {shape} | {name} | {shown} | {aim} |"


async def run(options: argparse.Namespace) -> None:
    lines = [f"| {options.tables} tables × 10 columns | | | aim |", "|---|---|---|---|"]
    for shape in ("random", "chain"):
        with scratch() as folder:
            async with shared_postgres(None, folder, "many") as postgres:
                await build(postgres.dsn, options.tables, shape)
                readings = await measure(postgres.dsn, options.repeat, folder)
                lines += [row(shape, readings, name) for name in readings.seconds]
                version = postgres.version
    print("\n".join(lines))
    if not options.dry:
        add_to_results(heading("Many tables", version), "\n".join(lines))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=3, help="starts per database")
    parser.add_argument("--dry", action="store_true", help="print only; leave bench/RESULTS.md as it is")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
