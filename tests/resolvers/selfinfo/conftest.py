"""`store`: the sample project and the feature schema behind their own snapshots, asked without HTTP.

async def test_it(music):
    data = await music.ask("{ me { subject } }", role="agent")
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from gateway.contract import Operation
from gateway.database.connections import open_data_reads
from gateway.document import read
from gateway.embedded.postgres import EmbeddedPostgres
from gateway.envelope import Envelope, Message, Mode
from gateway.execute import Pools, execute_plan
from gateway.explain import PipelineExplainer
from gateway.loading import control_fields
from gateway.plan import make_plan
from gateway.respond import Reply
from gateway.snapshot import Snapshot
from narthex.errors import Refusal
from narthex.ports import AuditVerification, Revocable
from narthex.principal import Grants, Kind, Level, Principal
from narthex.settings import Database, Settings
from policies.check import check
from policies.names import named
from policies.overlay import Overlay, load, load_project
from resolvers.context import Context
from resolvers.selfinfo.schema import control_schema
from schema.build import build_schema
from schema.reflect import reflect
from schema.visibility import View
from tests.conftest import TemplateMaker

if TYPE_CHECKING:
    from gateway.database.pool import SessionPool

ROOT = Path(__file__).parents[3]
PROJECT = ROOT / "examples" / "music_store"
DATA = ROOT / "tests" / "data"
MUSIC = (
    PROJECT / "migrations" / "001_chinook.sql",
    PROJECT / "migrations" / "002_comments.sql",
    PROJECT / "seed.sql",
)
FEATURES = (DATA / "features.sql", DATA / "features_seed.sql", DATA / "features_extensions.sql")
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def principal(role: str = "agent", allow: Sequence[str] = (), scopes: Sequence[str] = ()) -> Principal:
    grants = Grants(role, frozenset(scopes), "sandbox", frozenset(allow))
    return Principal("bot-7", Kind.AGENT, (role, "spare"), grants, Level.GATED, "session-1", "token-1", 2_000_000_000)


class NoRecords:
    """Requests here leave no records."""

    async def fetch(self, sql: str, values: Sequence[object]) -> Sequence[Mapping[str, object]]:
        return []

    async def verify(self, since: int) -> AuditVerification:
        return AuditVerification(0, "", 0, 0, 0, ())


class NoRevoker:
    async def revoke(self, kind: Revocable, value: str, *, by: str, reason: str | None) -> datetime:
        raise AssertionError("nothing here has an effect")


class Store:
    """One database under one policy. Requests take the stages of the pipeline, without its records."""

    def __init__(self, pool: SessionPool, snapshot: Snapshot) -> None:
        self.pool = pool
        self.snapshot = snapshot

    def view(self, who: Principal) -> View:
        return self.snapshot.view(self.snapshot.contract(who.grants))

    def operation(self, query: str, who: Principal) -> Operation:
        message = Message(query, {})
        return self.snapshot.operation(self.snapshot.contract(who.grants), read(query), message, None)

    async def reply(
        self, query: str, variables: Mapping[str, object] | None = None, who: Principal | None = None
    ) -> Reply:
        who = who or principal()
        snapshot, contract = self.snapshot, self.snapshot.contract(who.grants)
        message, document = Message(query, variables or {}), read(query)
        envelope = Envelope(who, message, "test", mode=Mode.DRY_RUN)
        operation = snapshot.operation(contract, document, message, None)
        planned = make_plan(operation, document, message.variables, snapshot.model, snapshot.limits)
        explainer = PipelineExplainer(snapshot, envelope, None)
        context = Context(
            who,
            "sandbox",
            envelope.mode.value,
            envelope.branch,
            contract,
            snapshot.view(contract),
            snapshot.model,
            snapshot.policy,
            snapshot.at,
            explainer,
            NoRevoker(),
            {},
            NoRecords(),
        )
        outcome = await execute_plan(Pools(self.pool, self.pool), operation, planned, envelope, context)
        if outcome.fault is not None and not isinstance(outcome.fault, Refusal):
            raise outcome.fault
        return outcome.reply

    async def ask(self, query: str, variables: Mapping[str, object] | None = None, who: Principal | None = None) -> Any:
        """The data of an answer without errors."""
        reply = await self.reply(query, variables, who)
        assert not reply.refusals, reply.refusals
        assert reply.data is not None
        return json.loads(reply.data)


async def open_store(dsn: str, schemas: Sequence[str], overlay: Overlay) -> Store:
    settings = Settings(database=Database(schemas=tuple(schemas), pool=2))
    connection = await asyncpg.connect(dsn)
    try:
        catalog = await reflect(connection, schemas)
    finally:
        await connection.close()
    control = control_schema()
    model = named(catalog, overlay)
    policy = check(overlay, model, control_fields(control))
    snapshot = Snapshot(settings, catalog, model, build_schema(control, model), policy, AT)
    return Store(await open_data_reads(dsn, settings), snapshot)


async def _database(
    server: EmbeddedPostgres, admin: asyncpg.Connection, template: TemplateMaker, name: str, *sources: Path
) -> str:
    await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{await template(*sources)}"')
    return server.dsn(name)


@pytest.fixture(scope="session")
async def music(
    postgres_server: EmbeddedPostgres, postgres_admin: asyncpg.Connection, template_database: TemplateMaker
) -> AsyncIterator[Store]:
    """The sample project with its own policies: roles agent, support, analyst, admin."""
    dsn = await _database(postgres_server, postgres_admin, template_database, "selfinfo_music", *MUSIC)
    store = await open_store(dsn, ("public",), load_project(PROJECT))
    yield store
    store.pool.terminate()


@pytest.fixture(scope="session")
async def features(
    postgres_server: EmbeddedPostgres, postgres_admin: asyncpg.Connection, template_database: TemplateMaker
) -> AsyncIterator[Store]:
    """Every feature of Postgres, open to `admin` and in parts to `counter` (aggregates only)."""
    overlay = load([("policies/all.policy", '* @auth(roles: ["counter"], on: [AGGREGATE])\n')])
    dsn = await _database(postgres_server, postgres_admin, template_database, "selfinfo_features", *FEATURES)
    store = await open_store(dsn, ("public", "shop"), overlay)
    yield store
    store.pool.terminate()
