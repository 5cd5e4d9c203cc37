"""A gateway in process on a real database, spoken to through ASGI: no port, no process, every stage.

    async with serving(await prepared_database(SHELF), tmp_path) as served:
        answer = await served.ask("{ book { title } }")          # GraphQL over HTTP as `admin`
        reply = await served.run("{ book { title } }")           # the pipeline alone

Tokens are names: `admin`, `reader` (may read `book` without `price`), `late` (has expired).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import asyncpg
import strawberry

from gateway.audit.effects import EffectWriter
from gateway.audit.reads import Auditor
from gateway.database.connections import open_control, open_data_reads, open_data_writes
from gateway.envelope import Envelope, Message, seal
from gateway.execute import Pools
from gateway.ledgers.ledgers import Ledgers, open_rates
from gateway.loading import Loader
from gateway.pipeline import Pipeline
from gateway.respond import Reply
from gateway.snapshot import Snapshot
from gateway.surfaces.guard import BrowserSafety
from gateway.surfaces.http import GraphQLOverHTTP
from gateway.surfaces.websocket import GraphQLOverWebSocket
from narthex.errors import Code, Refusal
from narthex.observe import Observation
from narthex.principal import Grants, Kind, Level, Principal
from narthex.settings import Audit, Database, Limits, Server, Settings
from schema.elements import Contract

if TYPE_CHECKING:
    from tests.gateway.conftest import PreparedUrls

SHELF = """
CREATE TABLE author (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE book (
    id int PRIMARY KEY,
    author_id int REFERENCES author (id),
    title text NOT NULL,
    pages bigint,
    price numeric(10, 2),
    lent boolean NOT NULL DEFAULT false,
    about jsonb,
    raw json
);
INSERT INTO author SELECT n, 'author ' || n FROM generate_series(1, 3) n;
INSERT INTO book SELECT n, 1 + n % 3, 'book ' || n, n * 100, n * 1.10, n % 2 = 0, jsonb_build_object('n', n),
    E'{"a":\\n\\n1}' FROM generate_series(1, 150) n;
CREATE VIEW slow AS SELECT 1 AS id, pg_sleep(30)::text AS slept;
COMMENT ON VIEW slow IS 'Takes half a minute. @narthex key(id)';
"""
POLICY = """
book @auth(roles: ["reader"], on: [SELECT, AGGREGATE])
book.price @auth(roles: ["accountant"], on: [SELECT])
Query.echo @auth(roles: ["reader"])
"""
TOKENS: Mapping[str, tuple[str, float]] = {
    "admin": ("admin", 2**40),
    "again": ("admin", 2**40),
    "reader": ("reader", 2**40),
    "late": ("admin", 0),
}


@strawberry.type(name="query_root")
class _Query:
    """Fields that behave as control-plane fields do, well or badly."""

    @strawberry.field
    def echo(self, text: str, times: int = 1) -> str:
        return text * times

    @strawberry.field
    def explain(self, operation: str) -> str:
        return operation

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("select secret from somewhere")

    @strawberry.field
    def refusing(self) -> str | None:
        raise Refusal(Code.NOT_FOUND, "There is no such thing.")

    @strawberry.field
    async def idle(self) -> str:
        await asyncio.sleep(30)
        return "awake"


CONTROL = strawberry.Schema(query=_Query)


def principal_of(name: str, role: str | None = None, expires_at: float | None = None) -> Principal:
    first, until = TOKENS[name]
    subject = "admin" if name == "again" else name
    grants = Grants(role or first, frozenset(), "sandbox", frozenset())
    expires = round(until if expires_at is None else expires_at)
    return Principal(subject, Kind.AGENT, (first,), grants, Level.READ, "session", f"token of {name}", expires)


class NamedTokens:
    """Takes the names in `TOKENS` for tokens; `expiries` changes when one ends."""

    def __init__(self) -> None:
        self.expiries: dict[str, float] = {}

    async def verify(self, token: str, role: str | None = None) -> Principal:
        principal = principal_of(token, role, self.expiries.get(token)) if token in TOKENS else None
        if principal is None or principal.expires_at <= 0:
            raise Refusal(Code.UNAUTHENTICATED, "The token is not valid here.")
        if role is not None and role not in principal.roles:
            raise Refusal(Code.FORBIDDEN, "The token does not have the role that the request asks for.")
        return principal


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        return self.json["data"]

    @property
    def errors(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.json.get("errors", [])
        return found

    @property
    def code(self) -> str:
        code: str = self.errors[0]["extensions"]["code"]
        return code


def wellformed(answer: Answer) -> Answer:
    """Whatever was asked: a status of ours, a body that is JSON with a code, and no trace of our insides."""
    assert answer.status in (200, 400, 401, 403, 405, 406, 413, 415, 421), answer
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert answer.headers["x-content-type-options"] == "nosniff"
    if answer.status != 200 or "errors" in answer.json:
        assert answer.code != "INTERNAL"
        for inside in (b"Traceback", b'File "', b"asyncpg", b"graphql.", b"int_max_str"):
            assert inside not in answer.body
    return answer


@dataclass
class Served:
    urls: PreparedUrls
    settings: Settings
    project: Path
    tokens: NamedTokens
    reads: Any
    control: Any
    auditor: Auditor
    loader: Loader
    pipeline: Pipeline
    observations: list[Observation] = field(default_factory=list)

    @property
    def http(self) -> Any:
        endpoint = GraphQLOverHTTP(
            self.pipeline,
            self.tokens,
            lambda: self.loader.snapshot,
            (self.observations.append,),
            self.settings.server.body_limit,
            self.settings.limits.statement_timeout_s + 5,
        )
        return BrowserSafety(endpoint, (), ("http://friend.example",))

    @property
    def socket(self) -> Any:
        endpoint = GraphQLOverWebSocket(
            self.pipeline,
            self.tokens,
            lambda: self.loader.snapshot,
            (self.observations.append,),
            self.settings.server.body_limit,
            self.settings.limits.statement_timeout_s + 5,
        )
        return BrowserSafety(endpoint, (), ())

    async def run(
        self,
        query: str,
        variables: Mapping[str, object] | None = None,
        token: str = "admin",
        headers: Mapping[str, str] | None = None,
        reads_only: bool = False,
    ) -> Reply:
        """One request through the pipeline."""
        envelope = await self.envelope(query, variables, token, headers, reads_only)
        observation = Observation("test")
        self.observations.append(observation)
        return await self.pipeline.run(self.loader.snapshot, envelope, observation)

    async def envelope(
        self,
        query: str,
        variables: Mapping[str, object] | None = None,
        token: str = "admin",
        headers: Mapping[str, str] | None = None,
        reads_only: bool = False,
    ) -> Envelope:
        given = {"authorization": f"Bearer {token}", **(headers or {})}
        message = Message(query, variables or {}, size=len(query), reads_only=reads_only)
        return await seal(self.tokens, given, message, "test")

    async def ask(
        self,
        query: str | None = None,
        variables: object = None,
        *,
        body: bytes | str | None = None,
        method: str = "POST",
        token: str | None = "admin",
        headers: Iterable[tuple[str, str]] = (),
        parameters: Iterable[tuple[str, str]] = (),
        **entries: object,
    ) -> Answer:
        """One HTTP request. `headers` replace the default ones of their names, and may repeat a name."""
        given = [(name.lower(), value) for name, value in headers]
        names = {name for name, _ in given}
        default = {"host": "localhost:7130", "content-type": "application/json"}
        if token is not None:
            default["authorization"] = f"Bearer {token}"
        given += [(name, value) for name, value in default.items() if name not in names]
        if body is None:
            content = {"query": query, "variables": variables, **entries}
            body = json.dumps({key: value for key, value in content.items() if value is not None})
        parameter_text = urlencode(list(parameters)).encode()
        return await call(self.http, method, given, body.encode() if isinstance(body, str) else body, parameter_text)

    async def records(self) -> list[asyncpg.Record]:
        """The audit records that are durable, once none waits."""
        while self.auditor.waiting:
            await asyncio.sleep(0.02)
        found: list[asyncpg.Record] = await self.control.fetch("SELECT * FROM narthex.audit_record ORDER BY seq")
        return found

    async def admin(self, sql: str) -> Any:
        connection = await asyncpg.connect(self.urls.admin)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()


async def call(
    app: Any,
    method: str,
    headers: list[tuple[str, str]],
    body: bytes = b"",
    query_string: bytes = b"",
    path: str = "/graphql",
    leave: asyncio.Event | None = None,
) -> Answer:
    """One request to an ASGI application; the client goes away when `leave` is set."""
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query_string,
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
    }
    pieces = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[dict[str, Any]] = []
    gone = leave or asyncio.Event()

    async def receive() -> dict[str, Any]:
        if pieces:
            return pieces.pop(0)
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await asyncio.wait_for(app(scope, receive, send), 20)
    if not sent:
        return Answer(0, {}, b"")
    start, *chunks = sent
    assert start["type"] == "http.response.start"
    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
    assert len({name for name, _ in pairs}) == len(pairs), "a response header stands twice"
    return Answer(start["status"], dict(pairs), b"".join(chunk["body"] for chunk in chunks))


@asynccontextmanager
async def serving(
    urls: PreparedUrls,
    project: Path,
    *,
    policy: str = POLICY,
    limits: Limits | None = None,
    pool: int = 3,
    strict: bool = False,
    body_limit: int = 1_048_576,
    context: Callable[[Envelope, Snapshot, Contract], object] = lambda *_: None,
) -> AsyncIterator[Served]:
    """Open pools, load what is served, write audit records; close it all at the end."""
    settings = Settings(
        database=Database(pool=pool),
        limits=limits or Limits(),
        server=Server(body_limit=body_limit),
        audit=Audit(reads="strict" if strict else "grouped"),
    )
    folder = project / "policies"
    folder.mkdir(exist_ok=True)
    (folder / "shelf.policy").write_text(policy)
    reads, control = await open_data_reads(urls.data, settings), await open_control(urls.control, settings)
    writes = await open_data_writes(urls.data, settings)
    effects = EffectWriter(control, "sandbox")
    auditor = Auditor(control, "sandbox", effects)
    loader = Loader(settings, project, reads, CONTROL)
    try:
        await loader.load()
        await effects.start()
        auditor.start()
        ledgers = Ledgers(control, open_rates(settings, several=False), settings.limits.statement_timeout_s)
        pipeline = Pipeline(Pools(reads, writes), auditor, effects, strict, context, ledgers)
        yield Served(urls, settings, project, NamedTokens(), reads, control, auditor, loader, pipeline)
        await auditor.stop()
        await effects.stop()
    finally:
        reads.terminate()
        writes.terminate()
        control.terminate()
