"""Gateways that are killed while mutations run: afterwards every row has its record, and every record its rows.

Each request carries a number of its own, as its trace and in the rows that it writes, so that both are told of each.
"""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

import aiohttp
import asyncpg

from gateway.audit.verify import verify
from narthex.ports import Severity
from tests.gateway.cli.gateways import processes_of
from tests.places import Measured, Place

CALLERS = 8
_SEALED_WITHIN_S = 15.0
_GONE_WITHIN_S = 10.0
_TABLES = """
CREATE TABLE kept (trace text, part int, PRIMARY KEY (trace, part));
CREATE TABLE total (name text PRIMARY KEY, n int NOT NULL DEFAULT 0);
INSERT INTO total VALUES ('alone'), ('group');
"""
_ROW = "insert_kept_one(object: {{trace: $t, part: {0}}}) {{ part }}"
_ADD = 'update_total_by_pk(pk_columns: {{name: "{0}"}}, _inc: {{n: 1}}) {{ n }}'


class Shape(NamedTuple):
    """A mutation. When it is done, each of its transactions has left so many rows in `kept`, and their records
    count so many that were written.
    """

    query: str
    rows: tuple[int, ...]
    written: tuple[int, ...]


def _mutation(*roots: str) -> str:
    return "mutation($t: String!) { " + " ".join(roots) + " }"


SHAPES = {
    "row": Shape(_mutation(_ROW.format(1)), (1,), (1,)),
    "rows": Shape(
        _mutation("insert_kept(objects: [{trace: $t, part: 1}, {trace: $t, part: 2}]) { affected_rows }"), (2,), (2,)
    ),
    "alone": Shape("mutation { " + _ADD.format("alone") + " }", (0,), (1,)),
    "group": Shape(_mutation("a: " + _ROW.format(1), _ADD.format("group"), "b: " + _ROW.format(2)), (2,), (3,)),
    "two groups": Shape(
        _mutation("a: " + _ROW.format(1), "query { total { n } }", "b: " + _ROW.format(2)), (1, 1), (1, 1)
    ),
}


@dataclass
class Lives:
    """One gateway after another in one place. Durations are in seconds."""

    place: Place
    dice: random.Random
    number: int = 0
    sent: dict[str, str] = field(default_factory=dict)
    """In this life: the shape of each request by its trace."""
    promised: set[str] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    unheard: int = 0
    """Mutations whose answer nobody heard though they were done."""
    gaps: int = 0
    position: int = 0
    starts: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    _token: str = ""

    def __post_init__(self) -> None:
        (self.place.project / "migrations" / "900_kept.sql").write_text(_TABLES, encoding="utf-8")

    async def start(self) -> Measured:
        began = time.monotonic()
        gateway = await asyncio.to_thread(self.place.start)
        self.starts.append(time.monotonic() - began)
        self._token = self._token or gateway.token("--ttl", "12h", "--level", "WRITE", role="admin")
        return gateway

    async def live(self, gateway: Measured, seconds: float, end: Callable[[], None]) -> None:
        """Callers until the gateway is ended under them."""
        self.number += 1
        self.sent.clear()
        self.promised.clear()
        numbers = itertools.count(1)
        async with aiohttp.ClientSession(headers={"authorization": f"Bearer {self._token}"}) as session:
            callers = [asyncio.create_task(self._call(session, gateway.url, numbers)) for _ in range(CALLERS)]
            await asyncio.sleep(seconds)
            await self.end(end)
            await asyncio.gather(*callers)
        assert not self.failed, self.failed[:3]
        self.answered += len(self.promised)

    async def end(self, end: Callable[[], None]) -> None:
        """End the gateway, and wait until nothing of it is left."""
        await asyncio.to_thread(end)
        began = time.monotonic()
        while left := await asyncio.to_thread(processes_of, self.place.data_dir.parent):
            assert time.monotonic() - began < _GONE_WITHIN_S, left
            await asyncio.sleep(0.02)

    async def _call(self, session: aiohttp.ClientSession, url: str, numbers: "itertools.count[int]") -> None:
        with suppress(aiohttp.ClientError, OSError):
            while True:
                trace, shape = f"{self.number:08x}{next(numbers):024x}", self.dice.choice(list(SHAPES))
                self.sent[trace] = shape
                body = {"query": SHAPES[shape].query, "variables": {"t": trace} if shape != "alone" else {}}
                headers = {"traceparent": f"00-{trace}-{'1' * 16}-01"}
                async with session.post(f"{url}/graphql", json=body, headers=headers) as response:
                    answer = await response.json()
                if "errors" in answer:
                    # What a gateway says that was told to stop, or whose database died a moment before it.
                    codes = {error["extensions"]["code"] for error in answer["errors"]}
                    if not codes <= {"UNAVAILABLE", "IN_DOUBT", "CANCELLED", "NOT_RUN", "ROLLED_BACK"}:
                        self.failed.append(f"{shape}: {answer}")
                else:
                    self.promised.add(trace)

    async def check(self, gateway: Measured) -> None:
        """What the life before this gateway's has left, once its records are sealed."""
        mine = f"{self.number:08x}%"
        async with gateway.database("superuser") as database:
            rows = dict(await database.fetch(_ROWS, mine))
            written = {trace: tuple(counts) for trace, counts in await database.fetch(_RECORDS, mine)}
            totals = dict(await database.fetch("SELECT name, n FROM total"))
            gaps = await database.fetchval(_GAPS, mine)
            await self._sealed(database)
        assert written.keys() | rows.keys() <= self.sent.keys()
        for trace, name in self.sent.items():
            self._check_one(trace, SHAPES[name], rows.get(trace, 0), written.get(trace, ()))
            self.done[name] += trace in written
        assert totals == {"alone": self.done["alone"], "group": self.done["group"]}
        assert gaps <= CALLERS, "more numbers without a record than there were requests under way"
        self.gaps += gaps

    def _check_one(self, trace: str, shape: Shape, rows: int, written: tuple[int, ...]) -> None:
        transactions = len(written)
        assert written == shape.written[:transactions], (trace, shape, written)
        assert rows == sum(shape.rows[:transactions]), (trace, shape, rows, written)
        if trace in self.promised:
            assert transactions == len(shape.written), (trace, shape, "was answered")
        elif transactions:
            self.unheard += 1

    async def _sealed(self, database: asyncpg.Connection) -> None:
        """The chain is sound, and soon nothing waits for its seal."""
        deadline = time.monotonic() + _SEALED_WITHIN_S
        while True:
            found = await verify(database, self.position + 1)
            assert not [finding for finding in found.findings if finding.severity is Severity.ERROR], found.findings
            if not found.unsealed:
                break
            assert time.monotonic() < deadline, f"{found.unsealed} records have no seal"
            await asyncio.sleep(0.1)
        self.position = found.position


_ROWS = "SELECT trace, count(*) FROM kept WHERE trace LIKE $1 GROUP BY 1"
_RECORDS = """
SELECT record ->> 9 AS trace, array_agg(rows ORDER BY seq) AS written
FROM narthex.audit_effect WHERE record ->> 9 LIKE $1 GROUP BY 1
"""
# Of the writer of this life: numbers before its last record that have none, and of which nobody was told.
_GAPS = """
WITH mine AS (SELECT writer, max(seq) AS last FROM narthex.audit_effect WHERE record ->> 9 LIKE $1 GROUP BY 1)
SELECT count(*) FROM mine CROSS JOIN LATERAL generate_series(1, mine.last) AS n
WHERE NOT EXISTS (SELECT FROM narthex.audit_effect e WHERE e.writer = mine.writer AND e.seq = n)
  AND NOT EXISTS (
      SELECT FROM narthex.audit_group g WHERE g.effect_writer = mine.writer AND n = ANY (g.void || g.doubtful))
"""


async def kill_rounds(lives: Lives, rounds: int, longest_s: float) -> Measured:
    """Kill so many gateways, look after each what it left, and give the one that runs then."""
    gateway = await lives.start()
    try:
        for number in range(rounds):
            await lives.live(gateway, lives.dice.uniform(0.05, longest_s), gateway.kill)
            if number % 5 == 4:  # one that dies before it is ready, at whatever it is doing then
                early = lives.place.launch()
                await asyncio.sleep(lives.dice.uniform(0, min(lives.starts)))
                await lives.end(early.kill)
                early.wait()
            gateway = await lives.start()
            await lives.check(gateway)
    except BaseException:
        gateway.stop()
        raise
    return gateway
