"""The ASGI application: which path leads to which surface."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.envelope import HEADERS
from gateway.identity.revocation import Revocations
from gateway.identity.tokens import TokenVerifier
from gateway.loading import Loader
from gateway.metrics import Metrics
from gateway.pipeline import Pipeline
from gateway.surfaces.contract_pages import contract_routes
from gateway.surfaces.guard import BrowserSafety
from gateway.surfaces.http import GraphQLOverHTTP
from gateway.surfaces.pages import page_routes
from gateway.surfaces.websocket import GraphQLOverWebSocket
from narthex.observe import Consumer
from narthex.settings import Settings

if TYPE_CHECKING:
    from resolvers.sql.run import Pool

_GRACE_S = 5.0
"""How much longer than its statement a request may take: for a queue, or a database that does not answer at all."""
_PROBE_S = 2.0
GRAPHQL_PATHS = frozenset({"/graphql", "/v1/graphql"})


@dataclass(frozen=True)
class Parts:
    """What the application is made of; `server` makes them and bounds their lives."""

    settings: Settings
    pipeline: Pipeline
    verifier: TokenVerifier
    revocations: Revocations
    loader: Loader
    metrics: Metrics
    consumers: tuple[Consumer, ...]
    reads: Pool
    console: Path
    examples: Callable[[], list[dict[str, object]]]


def make_app(parts: Parts) -> ASGIApp:
    """The application, browser safety outermost, `/graphql` without a router's detour."""
    server = parts.settings.server
    deadline_s = parts.settings.limits.statement_timeout_s + _GRACE_S
    graphql, socket = (
        surface(
            parts.pipeline,
            parts.verifier,
            lambda: parts.loader.snapshot,
            parts.consumers,
            server.body_limit,
            deadline_s,
        )
        for surface in (GraphQLOverHTTP, GraphQLOverWebSocket)
    )
    for surface in (graphql, socket):
        parts.revocations.on_change(surface.end_revoked)
    others = Starlette(routes=_routes(parts), middleware=_cors(server.allowed_origins))
    cross_origin = bool(server.allowed_origins)

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in GRAPHQL_PATHS and not cross_origin:
            await graphql(scope, receive, send)
        elif scope["type"] == "websocket" and scope["path"] in GRAPHQL_PATHS:
            await socket(scope, receive, send)
        else:
            await others(scope, receive, send)

    if cross_origin:
        others.router.routes[:0] = [Route(path, graphql) for path in sorted(GRAPHQL_PATHS)]
    return BrowserSafety(dispatch, (server.host, *server.allowed_hosts), server.allowed_origins)


def _routes(parts: Parts) -> list[BaseRoute]:
    async def healthz(_: Request) -> Response:
        return _json({"status": "ok"})

    async def readyz(_: Request) -> Response:
        state = await _database_state(parts)
        return _json({"postgres": state}, 200 if state == "ready" else 503)

    async def metrics(_: Request) -> Response:
        return Response(parts.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    async def jwks(_: Request) -> Response:
        return _json(parts.verifier.jwks())

    return [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
        Route("/.well-known/jwks.json", jwks),
        *contract_routes(parts.verifier, lambda: parts.loader.snapshot),
        *page_routes(parts.console, parts.examples),
    ]


def _cors(origins: tuple[str, ...]) -> list[Middleware]:
    """Off unless origins are configured; never with credentials, because there are no cookies."""
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=["GET", "POST"],
            allow_headers=["authorization", "content-type", "traceparent", *HEADERS],
        )
    ]


async def _database_state(parts: Parts) -> str:
    if not parts.loader.loaded:
        return "starting"
    try:
        async with asyncio.timeout(_PROBE_S), parts.reads.acquire() as session:
            await session.fetchval("select 1")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        return "down"
    return "ready"


def _json(content: object, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")
