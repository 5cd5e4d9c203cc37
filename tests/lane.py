"""The data lane in process: reflection, names, schema, an open policy, and one statement per operation. No HTTP.

async with Lane.open(url, schemas=("public", "shop")) as lane:
    answer = await lane.run("{ team { name } }")  # answer.data, answer.cuts, answer.errors
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import strawberry

from gateway.contract import Operation
from gateway.database.connections import open_data_reads, open_data_writes
from gateway.document import read
from gateway.envelope import Envelope, Message
from gateway.execute import Pools, execute_plan
from gateway.loading import control_fields
from gateway.plan import Planned, make_plan
from gateway.snapshot import Snapshot
from narthex.errors import Code, Refusal, Refused
from narthex.principal import Grants, Kind, Level, Principal
from narthex.settings import Cache, Database, Limits, Settings
from policies.check import check
from policies.decide import DecidedContract
from policies.guards import UNGUARDED, TableGuards
from policies.overlay import load
from resolvers.sql.scope import Cut
from resolvers.sql.values import InvalidLiteral
from schema.build import build_schema
from schema.catalog import Catalog
from schema.model import Model, Requires
from schema.naming import name_model
from schema.reflect import reflect

DATA = Path(__file__).parent / "data"
FEATURES = (DATA / "features.sql", DATA / "features_seed.sql", DATA / "features_extensions.sql")
_STORE = Path(__file__).parent.parent / "examples" / "music_store"
MUSIC = (_STORE / "migrations" / "001_chinook.sql", _STORE / "seed.sql")

MASK_KEY = b"a key of tests for masks"
GRANTS = Grants("admin", frozenset(), "sandbox", frozenset())
_PRINCIPAL = Principal("test", Kind.SERVICE, ("admin",), GRANTS, Level.READ, "session", "token", 2**40)


@strawberry.type(name="query_root")
class _Query:
    @strawberry.field
    def ping(self, say: str = "pong") -> str:
        return say


CONTROL = strawberry.Schema(query=_Query)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request gave. `data` is None where nothing ran; `cached` says whether the plan was there already."""

    data: bytes | None
    cuts: tuple[Cut, ...] = ()
    errors: tuple[Refusal, ...] = ()
    cached: bool = False

    @property
    def codes(self) -> list[Code]:
        return [error.code for error in self.errors]


@asynccontextmanager
async def open_pools(url: str, settings: Settings) -> AsyncIterator[Pools]:
    """Sessions of whoever the URL names, in place of the data role's."""
    reads, writes = await open_data_reads(url, settings), await open_data_writes(url, settings)
    try:
        yield Pools(reads, writes)
    finally:
        reads.terminate()
        writes.terminate()


class GuardedContract(DecidedContract):
    """Everything open, under guards that a test makes."""

    __slots__ = ("_guards",)

    def __init__(self, snapshot: Snapshot, guards: Mapping[str, TableGuards]) -> None:
        identity = hashlib.sha256(repr(sorted(guards.items())).encode()).hexdigest()
        super().__init__(snapshot.policy, GRANTS, identity)
        self._guards = guards

    def guards(self, entity: str) -> TableGuards:
        return self._guards.get(entity, UNGUARDED)

    def allows(self, requirement: Requires) -> bool:
        masked = requirement.raw and requirement.column in self.guards(requirement.entity).masks
        return not masked and super().allows(requirement)


class Lane:
    """One database behind one snapshot with everything open."""

    def __init__(self, pools: Pools, settings: Settings, catalog: Catalog) -> None:
        self._pools = pools
        self.model: Model = name_model(catalog)
        schema = build_schema(CONTROL, self.model)
        policy = check(load([]), self.model, control_fields(CONTROL))
        self.snapshot = Snapshot(settings, catalog, self.model, schema, policy, datetime.now(UTC), MASK_KEY)
        self.contract = self.snapshot.contract(GRANTS)
        self.principal = _PRINCIPAL

    @classmethod
    @asynccontextmanager
    async def open(
        cls, url: str, schemas: Sequence[str] = ("public",), default_rows: int = 100, max_rows: int = 10_000
    ) -> AsyncIterator[Lane]:
        settings = Settings(
            database=Database(schemas=tuple(schemas), pool=2),
            limits=Limits(default_rows=default_rows, max_rows=max_rows),
            cache=Cache(statements=50),
        )
        connection = await asyncpg.connect(url)
        try:
            catalog = await reflect(connection, schemas)
        finally:
            await connection.close()
        async with open_pools(url, settings) as pools:
            yield cls(pools, settings, catalog)

    def under(self, guards: Mapping[str, TableGuards], **claims: object) -> Lane:
        """The same lane under guards, for a caller with some claims."""
        lane = copy(self)
        lane.contract = GuardedContract(self.snapshot, guards)
        lane.principal = replace(_PRINCIPAL, claims=claims)
        return lane

    def forget(self) -> None:
        """Drop validated documents and their plans."""
        self.snapshot._operations.clear()

    def plan(
        self, query: str, variables: Mapping[str, object] | None = None, name: str | None = None
    ) -> tuple[Operation, Planned]:
        """The plan of a request; raises as the stages do."""
        snapshot, message = self.snapshot, Message(query, variables or {}, name)
        document = read(query)
        operation = snapshot.operation(self.contract, document, message, None)
        model, limits = snapshot.model, snapshot.limits
        return operation, make_plan(operation, document, message.variables, model, limits, self.principal)

    async def run(self, query: str, variables: Mapping[str, object] | None = None, name: str | None = None) -> Answer:
        """Answer one request."""
        try:
            operation, planned = self.plan(query, variables, name)
            envelope = Envelope(self.principal, Message(query, variables or {}, name), "test")
            outcome = await execute_plan(self._pools, operation, planned, envelope, None)
        except Refusal as refusal:
            return Answer(None, errors=(refusal,))
        except Refused as refused:
            return Answer(None, errors=refused.refusals)
        except InvalidLiteral:
            return Answer(None, errors=(Refusal(Code.BAD_USER_INPUT, "A literal does not fit its type."),))
        reply = outcome.reply
        return Answer(reply.data, reply.truncated, reply.refusals, planned.cached)
