"""Mutations in process: compiled under a policy, run on a connection of the data role in a transaction of their own.

async with Writer.open(urls, schemas=("public", "shop")) as writer:
    result = await writer.run('mutation { delete_tag(where: {}) { affected_rows } }')
    result.data                         # {"delete_tag": {"affected_rows": 3}}; rolled back unless `commit=True`
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import asyncpg
from graphql import GraphQLObjectType, validate

from gateway.contract import Operation, _signatures, choose
from gateway.database.roles import RolePasswords, prepare_roles
from gateway.database.setup import apply_control_migrations, setup_connection
from gateway.database.urls import DatabaseUrls
from gateway.document import Document, read, syntax
from gateway.envelope import Message
from gateway.loading import control_fields
from gateway.plan import coerce_variables
from gateway.snapshot import Snapshot
from narthex.errors import Code, Refusal, Refused
from narthex.principal import Grants, Kind, Level, Principal
from narthex.settings import Cache, Database, Limits, Settings
from policies.check import check
from policies.decide import DecidedContract
from policies.guards import TableGuards
from policies.overlay import load
from resolvers.sql.compile import Statement
from resolvers.sql.lists import CUT_CLOSE, CUT_OPEN
from resolvers.sql.run import refusal_of
from resolvers.sql.scope import Cut, Scope, Step
from resolvers.sql.selection import collect
from resolvers.sql.values import Budget, Inputs, Source
from resolvers.sql.writes import Write, compile_write
from schema.build import build_schema
from schema.catalog import Catalog
from schema.naming import name_model
from schema.reflect import reflect
from tests.lane import CONTROL, GuardedContract

if TYPE_CHECKING:
    from asyncpg.transaction import Transaction

    from gateway.embedded.postgres import EmbeddedPostgres

    Connection = asyncpg.Connection[asyncpg.Record]

SETTINGS = {"search_path": "pg_catalog, pg_temp", "TimeZone": "UTC"}
"""Those of the sessions that write."""

# Roles belong to the whole server: all tests on it use the same passwords.
_PASSWORDS = RolePasswords(control="for control", data="for data's\\", migrator="for:migrator@/")
_REFUSED = "NX001"
_CUT = re.compile(f"{CUT_OPEN}\\d+{CUT_CLOSE}")


@dataclass(frozen=True)
class Result:
    """What a mutation gave: data by response key, or what it was refused with."""

    data: Mapping[str, Any] | None
    texts: Mapping[str, str] = field(default_factory=dict)
    """The JSON of each root, byte for byte but for the marks where lists were cut."""
    affected: int = 0
    writes: Sequence[Write] = ()
    error: Refusal | None = None
    state: str | None = None
    """The SQLSTATE with which Postgres ended it."""
    diff: Sequence[Mapping[str, Any]] = ()

    @property
    def code(self) -> Code | None:
        return None if self.error is None else self.error.code

    @property
    def steps(self) -> list[Step]:
        return [step for write in self.writes for step in write.steps]

    @property
    def cuts(self) -> list[Cut]:
        return [cut for write in self.writes for cut in write.cuts]


@dataclass
class Writer:
    """One database under one policy, written by one connection; by `url` others can be made."""

    admin: str
    url: str
    connection: Connection
    snapshot: Snapshot
    claims: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    @asynccontextmanager
    async def open(cls, admin: str, data: str, schemas: Sequence[str] = ("public",)) -> AsyncIterator[Writer]:
        """`admin` is the URL by which the schema is read, `data` the one by which it is written."""
        reading = await asyncpg.connect(admin)
        try:
            catalog = await reflect(reading, schemas)
        finally:
            await reading.close()
        connection = await asyncpg.connect(data, server_settings=SETTINGS)
        try:
            yield cls(admin, data, connection, _snapshot(catalog, schemas))
        finally:
            await connection.close()

    def under(self, policy: str, **claims: object) -> Writer:
        """The same database under a policy, for somebody with claims."""
        mine = self.snapshot
        checked = check(load([("test.policy", policy)]), mine.model, control_fields(CONTROL))
        snapshot = Snapshot(mine.settings, mine.catalog, mine.model, mine.schema, checked, mine.at)
        return replace(self, snapshot=snapshot, claims=claims)

    def guarded(self, guards: Mapping[str, TableGuards], claims: Mapping[str, object]) -> Writer:
        """The same database under guards that a test makes."""
        snapshot = copy(self.snapshot)
        contract = GuardedContract(snapshot, guards)
        snapshot.contract = lambda grants: contract  # type: ignore[method-assign]
        return replace(self, snapshot=snapshot, claims=claims)

    def saying(self, claims: Mapping[str, object]) -> Writer:
        """The same for somebody with claims."""
        return replace(self, claims=claims)

    @asynccontextmanager
    async def after(self, sql: str) -> AsyncIterator[None]:
        """Within, what the data role's SQL did is there; afterwards it never was."""
        transaction = self.connection.transaction()
        await transaction.start()
        try:
            await self.connection.execute(sql)
            yield
        finally:
            await transaction.rollback()

    def compile(
        self, query: str, variables: Mapping[str, object] | None = None, role: str = "admin"
    ) -> tuple[list[Write], Inputs]:
        """The writes of a mutation in order; raises what its planning refuses."""
        snapshot, message, document = self.snapshot, Message(query, variables or {}), read(query)
        contract = snapshot.contract(Grants(role, frozenset(), "sandbox", frozenset()))
        operation = _operation(snapshot, contract, document)
        coerced = coerce_variables(operation, message.variables)
        inputs = Inputs(coerced, document.literals, self._principal(role))
        fields = collect([operation.node.selection_set], operation.syntax.fragments, coerced)
        mutation = cast(GraphQLObjectType, operation.view.mutation_type)
        writes = []
        for key, nodes in fields.items():
            source = Source(coerced, operation.syntax.slots, Budget(snapshot.limits.values))
            fragments = operation.syntax.fragments
            scope = Scope(snapshot.model, source, inputs, fragments, snapshot.limits, contract.guards)
            writes.append(compile_write(scope, mutation, key, nodes))
        return writes, inputs

    def _principal(self, role: str) -> Principal:
        grants = Grants(role, frozenset(), "sandbox", frozenset())
        return Principal(
            "somebody", Kind.AGENT, (role,), grants, Level.WRITE, "session", "token", 2**40, claims=self.claims
        )

    async def run(
        self,
        query: str,
        variables: Mapping[str, object] | None = None,
        role: str = "admin",
        *,
        commit: bool = False,
        dry: bool = False,
    ) -> Result:
        """Run a mutation whole, and roll it back unless it is to stay."""
        try:
            writes, inputs = self.compile(query, variables, role)
        except Refusal as refusal:
            return Result(None, error=refusal)
        except Refused as refused:
            return Result(None, error=refused.refusals[0])
        transaction = self.connection.transaction()
        await transaction.start()
        try:
            result = await self._run(writes, inputs, dry)
        except asyncpg.PostgresError as error:
            await transaction.rollback()
            return Result(None, writes=writes, error=_refusal(error), state=error.sqlstate)
        except Refusal as refusal:
            await transaction.rollback()
            return Result(None, writes=writes, error=refusal)
        await _end(transaction, commit)
        return result

    async def _run(self, writes: Sequence[Write], inputs: Inputs, dry: bool) -> Result:
        texts, affected, diffs = dict[str, str](), 0, list[Mapping[str, Any]]()
        for write in writes:
            keys, row = None, None
            for place, statement in enumerate(write.diff if dry else (write.statement, *write.then)):
                row = await self.connection.fetchrow(statement.sql, *bound(statement, inputs, place, keys))
                assert row is not None
                keys = row[2]
                diffs += json.loads(row[4]) if dry else []
            assert row is not None
            texts[write.key] = "null" if row[0] is None else _CUT.sub("", row[0].decode())
            affected += row[1]
        await self.connection.execute("set constraints all immediate")
        data = {key: json.loads(text) for key, text in texts.items()}
        return Result(data, texts, affected, writes, diff=diffs)


def bound(statement: Statement, inputs: Inputs, place: int, keys: object) -> list[object]:
    """The values of a statement; all but the first of a root begin with the keys of the one before."""
    values = [bind(inputs) for bind in statement.binds]
    return [keys, *values[1:]] if place else values


def _operation(snapshot: Snapshot, contract: DecidedContract, document: Document) -> Operation:
    """The one operation of a document, if it is valid in the contract."""
    parsed, view = syntax(document, snapshot.settings.limits), snapshot.view(contract)
    errors = validate(view, parsed.tree)
    if errors:
        raise Refused([Refusal(Code.GRAPHQL_VALIDATION_FAILED, error.message) for error in errors])
    node = choose(parsed, None)
    return Operation(node, parsed, contract, view, (), tuple(_signatures(view, node)), (), False, (), {})


async def _end(transaction: Transaction, commit: bool) -> None:
    await (transaction.commit() if commit else transaction.rollback())


def _refusal(error: asyncpg.PostgresError) -> Refusal:
    if error.sqlstate == _REFUSED:
        refused = error.as_dict()
        return Refusal(Code(refused["detail"]), "Refused by a policy.", coordinate=refused["message"])
    if (error.sqlstate or "").startswith("23"):
        return Refusal(Code.CONSTRAINT_VIOLATION, str(error))
    return refusal_of(error)


def _snapshot(catalog: Catalog, schemas: Sequence[str]) -> Snapshot:
    settings = Settings(
        database=Database(schemas=tuple(schemas), pool=2),
        limits=Limits(default_rows=100, max_rows=10_000),
        cache=Cache(statements=50),
    )
    model = name_model(catalog)
    checked = check(load([]), model, control_fields(CONTROL))
    return Snapshot(settings, catalog, model, build_schema(CONTROL, model), checked, datetime.now(UTC))


@asynccontextmanager
async def writer_on(
    server: EmbeddedPostgres, admin: Connection, template: str, schemas: Sequence[str]
) -> AsyncIterator[Writer]:
    """A writer on a new copy of a database, which has the roles and Narthex's own tables."""
    name = f"writer_{secrets.token_hex(5)}"
    await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        url = server.dsn(name)
        await prepare_roles(url, _PASSWORDS, schemas)
        urls = DatabaseUrls.with_passwords(url, _PASSWORDS)
        async with setup_connection(urls.direct) as control:
            await apply_control_migrations(control)
        async with Writer.open(url, urls.data, schemas) as made:
            yield made
    finally:
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
