"""Measures the ways to make JSON inside Postgres (forms.sql): which one the compiler should write per shape.

    python bench/forms.py [--shape list] [--dsn postgresql://user:password@127.0.0.1:5432/chinook]

One connection, prepared statements, warm; the forms of a shape take turns, so that noise meets all of them. Every form
must give the same JSON as the first of its shape. What is timed ends with bytes that a server could send.
"""

from __future__ import annotations

import argparse
import ast
import statistics
import sys
import time
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import uvloop

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from parts.postgres import load_music_store, shared_postgres  # noqa: E402
from parts.report import add_to_results, heading  # noqa: E402
from parts.servers import scratch  # noqa: E402


@dataclass
class Form:
    shape: str
    name: str
    arguments: list[Any]
    settings: dict[str, str]
    sql: str
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    size: int = 0


def read_forms(path: Path) -> list[Form]:
    forms: list[Form] = []
    for block in path.read_text().split("\n--@ ")[1:]:
        head, _, sql = block.partition("\n")
        parts = [part.strip() for part in head.split(" | ")]
        shape, *middle = parts
        settings: dict[str, str] = {}
        if middle and middle[-1].startswith("set "):
            name, _, value = middle.pop()[4:].partition("=")
            settings[name] = value
        arguments = middle.pop()
        forms.append(Form(shape, " | ".join(middle), list(ast.literal_eval(f"[{arguments}]")), settings, sql))
    return forms


def by_shape(forms: list[Form]) -> dict[str, list[Form]]:
    shapes: dict[str, list[Form]] = {}
    for form in forms:
        shapes.setdefault(form.shape, []).append(form)
    return shapes


def to_bytes(form: Form, rows: list[asyncpg.Record]) -> bytes:
    """What a server does with the rows of this form before it can send them."""
    if form.name.startswith("one row each"):
        return ("[" + ",".join([row[0] for row in rows]) + "]").encode()
    if form.name.startswith("plain rows"):
        return orjson.dumps([dict(row) for row in rows])
    value = rows[0][0]
    return value if isinstance(value, bytes) else value.encode()


def backend_seconds(pid: int) -> float:
    """CPU that the server process of this connection has used; 0 where it runs on another machine."""
    path = Path(f"/proc/{pid}/schedstat")
    return int(path.read_text().split()[0]) / 1e9 if path.exists() else 0.0


def comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: comparable(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted((comparable(item) for item in value), key=lambda item: repr(sorted(item.items())))
    return Decimal(str(value)).normalize() if isinstance(value, float) else value


async def measure(dsn: str, forms: list[Form], rounds: int, slice_s: float) -> None:
    connections: list[asyncpg.Connection] = []
    prepared: list[tuple[Form, Any, int]] = []
    expected: Any = None
    for form in forms:
        connection = await asyncpg.connect(dsn, server_settings=form.settings)
        connections.append(connection)
        statement = await connection.prepare(form.sql)
        body = to_bytes(form, await statement.fetch(*form.arguments))
        answer = comparable(orjson.loads(body))
        if form.name.endswith("inside a whole answer"):
            (answer,) = answer.values()
        expected = expected if expected is not None else answer
        if answer != expected:
            raise SystemExit(f"{form.shape} / {form.name}: another answer than the first form\n{body[:300]!r}")
        form.size = len(body)
        pid = await connection.fetchval("SELECT pg_backend_pid()")
        for _ in range(10):
            await statement.fetch(*form.arguments)
        prepared.append((form, statement, pid))
    for _ in range(rounds):
        for form, statement, pid in prepared:
            used, count, started = backend_seconds(pid), 0, time.perf_counter()
            while (elapsed := time.perf_counter() - started) < slice_s:
                to_bytes(form, await statement.fetch(*form.arguments))
                count += 1
            form.wall.append(elapsed / count * 1e3)
            form.cpu.append((backend_seconds(pid) - used) / count * 1e3)
    for connection in connections:
        await connection.close()


def report(forms: list[Form]) -> str:
    first = forms[0]
    base, base_cpu = statistics.median(first.wall), statistics.median(first.cpu) or 1.0
    lines = [
        f"### {first.shape}",
        "| form | ms | of the first | Postgres CPU ms | of the first | bytes |",
        "|---|---|---|---|---|---|",
    ]
    for form in forms:
        wall, cpu = statistics.median(form.wall), statistics.median(form.cpu)
        lines.append(
            f"| {form.name} | {wall:.3f} | {wall / base:.2f} | {cpu:.3f} | {cpu / base_cpu:.2f} | {form.size} |"
        )
    return "\n".join(lines)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--dsn", help="a Chinook database that exists; default: an embedded Postgres with the music store"
    )
    parser.add_argument("--shape", action="append", help="only this shape (may be repeated)")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--slice", type=float, default=0.15, help="seconds of one form in one round")
    parser.add_argument("--dry", action="store_true", help="print only; leave bench/RESULTS.md as it is")
    options = parser.parse_args()
    parts: list[str] = []
    with scratch() as folder:
        async with shared_postgres(options.dsn, folder, "music") as postgres:
            if options.dsn is None:
                await load_music_store(postgres.dsn)
            parts.append(heading("Forms of JSON in SQL", postgres.version))
            for shape, forms in by_shape(read_forms(HERE / "forms.sql")).items():
                if not options.shape or shape in options.shape:
                    await measure(postgres.dsn, forms, options.rounds, options.slice)
                    parts.append(report(forms))
                    print(parts[-1] + "\n", flush=True)
    if not options.dry:
        add_to_results(*parts)


if __name__ == "__main__":
    uvloop.run(main())
