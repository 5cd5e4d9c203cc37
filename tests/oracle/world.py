"""A database with the lane in front of it and its rows in memory, for tests that hold one against the other."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from gateway.embedded.postgres import EmbeddedPostgres
from tests.conftest import TemplateMaker
from tests.lane import Answer, Lane
from tests.oracle.answers import Number, Object, cuts, difference, exact
from tests.oracle.guards import OPEN, Guards
from tests.oracle.interpreter import interpret
from tests.oracle.judge import Judge
from tests.oracle.rows import Store
from tests.oracle.universe import Universe


@dataclass(frozen=True)
class World:
    lane: Lane
    store: Store
    universe: Universe
    default_rows: int

    def expect(self, text: str, variables: str = "{}", name: str | None = None, guards: Guards = OPEN) -> Object:
        """What the interpreter answers."""
        given = json.loads(variables, parse_int=Number, parse_float=Number)
        return interpret(self.store, text, given, name, default_rows=self.default_rows, guards=guards)

    def wrong(self, expected: Object, answer: Answer) -> str | None:
        """What is wrong with an answer, or None."""
        if answer.data is None or answer.errors:
            return f"refused: {[(error.code.value, error.message) for error in answer.errors]}"
        must, may = cuts(expected)
        cut = {each.path for each in answer.cuts}
        if not must <= cut <= may:
            return f"lists reported as cut: {cut}, expected at least {must} and at most {may}"
        return difference(expected, exact(answer.data))


@asynccontextmanager
async def open_world(
    server: EmbeddedPostgres,
    admin: asyncpg.Connection[asyncpg.Record],
    template: TemplateMaker,
    sources: Sequence[Path],
    schemas: Sequence[str],
    default_rows: int,
) -> AsyncIterator[World]:
    database = f"world_{secrets.token_hex(5)}"
    await admin.execute(f'CREATE DATABASE "{database}" TEMPLATE "{await template(*sources)}"')
    url = server.dsn(database)
    try:
        async with Lane.open(url, schemas, default_rows) as lane:
            judge = Judge(url)
            try:
                store = await Store.load(url, lane.model, judge)
                yield World(lane, store, Universe(store, lane.snapshot.schema), default_rows)
            finally:
                judge.close()
    finally:
        await admin.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
