"""One gateway process: makes the parts, starts them in order, serves until it is told to stop, stops in reverse."""

from __future__ import annotations

import asyncio
import gc
import re
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import structlog
import uvicorn

from gateway.app import Parts, make_app
from gateway.audit.parts import Audit, open_audit
from gateway.envelope import Envelope
from gateway.execute import Pools
from gateway.explain import PipelineExplainer
from gateway.identity.revocation import RevocationStore
from gateway.ledgers.ledgers import Ledgers, open_rates
from gateway.loading import CHANNEL, Loader
from gateway.metrics import Metrics
from gateway.pipeline import Pipeline
from gateway.runtime import Runtime
from gateway.snapshot import Snapshot
from gateway.wire import BoundedHttp
from narthex.errors import ProjectError, Refusal
from narthex.observe import Observation
from narthex.ports import Revoker
from policies.decide import DecidedContract
from resolvers.context import Context
from resolvers.selfinfo.schema import control_schema

_OPERATION_NAME = re.compile(r"^\s*(?:query|mutation|subscription)\s+(\w+)", re.MULTILINE)
_COLLECT_AFTER = 20_000
"""New objects between two collections of the youngest; most requests leave no cycles."""
_CONSOLE = Path(__file__).parents[1] / "console" / "dist"
_log = structlog.get_logger("narthex")


@dataclass(frozen=True, slots=True)
class SavedOperation:
    """One file of `operations/`."""

    name: str
    text: str


def saved_operations(project: Path) -> list[SavedOperation]:
    """The project's saved operations in the order of their files."""
    operations = []
    for path in sorted((project / "operations").glob("*.graphql")):
        text = path.read_text(encoding="utf-8")
        found = _OPERATION_NAME.search(text)
        operations.append(SavedOperation(found[1] if found else path.stem, text))
    return operations


def listen_socket(host: str, port: int) -> socket.socket:
    """A bound socket; a port that is taken is a `ProjectError` that names the setting."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise ProjectError(
            f"Cannot listen on {host}:{port}: {error.strerror}. "
            "Choose another port with '--port', NARTHEX_SERVER__PORT or [server] port in narthex.toml."
        ) from None
    bound.setblocking(False)
    return bound


async def serve(runtime: Runtime, bound: socket.socket, on_ready: Callable[[Snapshot], None] = lambda _: None) -> None:
    """Serve on a bound socket until SIGINT or SIGTERM. `on_ready` is called once requests are answered."""
    async with _parts(runtime) as parts:
        config = uvicorn.Config(
            make_app(parts),
            http=BoundedHttp,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            proxy_headers=False,
            timeout_graceful_shutdown=10,
            ws_max_size=parts.settings.server.body_limit,
        )
        server = _Server(config, lambda: on_ready(parts.loader.snapshot))
        await server.serve(sockets=[bound])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._on_ready()


@asynccontextmanager
async def _parts(runtime: Runtime) -> AsyncIterator[Parts]:
    environment = runtime.settings.environment.name
    async with open_audit(runtime.control, environment) as audit, _served(runtime, audit) as parts:
        yield parts


@asynccontextmanager
async def _served(runtime: Runtime, audit: Audit) -> AsyncIterator[Parts]:
    settings = runtime.settings
    loader = Loader(settings, runtime.project, runtime.data_reads, control_schema(), runtime.mask_key)
    rates = open_rates(settings, several=runtime.worker is not None)
    ledgers = Ledgers(runtime.control, rates, settings.limits.statement_timeout_s)
    metrics = Metrics(lambda: {**_gauges(runtime, audit, loader), **ledgers.gauges()}, runtime.worker)
    examples = {operation.name: operation.text for operation in saved_operations(runtime.project)}
    revoker = RevocationStore(runtime.control)
    pipeline = Pipeline(
        Pools(runtime.data_reads, runtime.data_writes),
        audit.reads,
        audit.effects,
        settings.audit.reads == "strict",
        lambda envelope, snapshot, contract: _context(envelope, snapshot, contract, examples, revoker, audit, ledgers),
        ledgers,
    )
    await loader.load()
    _settle_memory()
    await _listen(runtime, loader)
    async with _background(loader.watch(_release_memory)), _background(ledgers.sweep()):
        yield Parts(
            settings,
            pipeline,
            runtime.verifier,
            runtime.revocations,
            loader,
            metrics,
            (metrics, log_request),
            runtime.data_reads,
            _CONSOLE,
            lambda: _example_tabs(runtime) if runtime.development else [],
        )


def _settle_memory() -> None:
    """Take what was loaded out of garbage collection: it stays, and walking it would make some requests slow."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, 20, 20)


def _release_memory(_: Snapshot) -> None:
    """What is no longer in force goes now: it is full of cycles, and left alone the collector comes too rarely."""
    gc.collect()


def _context(
    envelope: Envelope,
    snapshot: Snapshot,
    contract: DecidedContract,
    examples: Mapping[str, str],
    revoker: Revoker,
    audit: Audit,
    ledgers: Ledgers,
) -> Context:
    return Context(
        envelope.principal,
        snapshot.settings.environment.name,
        envelope.mode.value,
        envelope.branch,
        contract,
        snapshot.view(contract),
        snapshot.model,
        snapshot.policy,
        snapshot.at,
        PipelineExplainer(snapshot, envelope, ledgers),
        revoker,
        examples,
        audit.store,
    )


def _example_tabs(runtime: Runtime) -> list[dict[str, object]]:
    operations = saved_operations(runtime.project)
    return [{"title": operation.name, "query": operation.text, "variables": "{}"} for operation in operations]


def _gauges(runtime: Runtime, audit: Audit, loader: Loader) -> dict[str, tuple[str, float]]:
    reads = runtime.data_reads
    return {
        "narthex_pool_connections": ("Open connections for reads.", reads.get_size()),
        "narthex_pool_idle": ("Idle connections for reads.", reads.get_idle_size()),
        **audit.gauges(),
        "narthex_reload_failed": ("1 while the newest schema or policy could not be loaded.", bool(loader.failure)),
        "narthex_revocations": ("Tokens, subjects and sessions that are revoked.", len(runtime.revocations.revoked)),
        "narthex_revocations_age_seconds": (
            "Seconds since the list of them was read; from 3 on everybody is refused.",
            runtime.revocations.age_s(),
        ),
        "narthex_entities": ("Served tables and views.", len(loader.snapshot.model.entities) if loader.loaded else 0),
    }


def log_request(observation: Observation) -> None:
    """Faults of the gateway go to the log with their cause; everything else is in metrics and audit."""
    if observation.fault is not None:
        _log.error(
            "request failed",
            outcome=observation.outcome,
            surface=observation.surface,
            subject=observation.subject,
            trace=observation.trace_id,
            exc_info=observation.fault,
        )


@asynccontextmanager
async def _background(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _listen(runtime: Runtime, loader: Loader) -> None:
    """Wake the loader at once when the database announces a change. Without it the poll finds the change."""
    try:
        await runtime.standing.listen(CHANNEL, loader.wake)
    except Refusal as refusal:
        _log.warning("no LISTEN; schema changes are found by the poll", reason=str(refusal.__cause__))
