"""The servers that are compared: how each is started, asked, and how its answer is read."""

from __future__ import annotations

import asyncio
import os
import platform
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import orjson

from parts.servers import ROOT, Server, free_port, running
from parts.workloads import CHANGES, HASURA, POSTGRAPHILE, ROOTS, STRAWBERRY, graphql_body

PEERS = ROOT / "bench" / "peers"
BIN = Path(sys.executable).parent
POOL = 10


@dataclass(frozen=True)
class Started:
    peer: Peer
    server: Server
    token: str | None = None


class Peer(ABC):
    name: str
    documents: dict[str, str] | None = None

    def does(self, workload: str) -> bool:
        return self.documents is None or workload in self.documents

    @abstractmethod
    def start(self, dsn: str, folder: Path) -> Any:
        """An async context manager that gives a `Started`."""

    def request(self, workload: str, mode: str, number: int) -> tuple[str, str, bytes]:
        assert self.documents is not None
        return "POST", "/graphql", graphql_body(self.documents, workload, mode, number)

    def answer(self, workload: str, body: bytes) -> Any:
        """The value of the root field; refuses an answer with errors."""
        parsed = orjson.loads(body)
        if parsed.get("errors") or not parsed.get("data"):
            raise RuntimeError(f"{self.name}, {workload}: {body[:2000]!r}")
        return parsed["data"][ROOTS[workload]]


@asynccontextmanager
async def _uvicorn(peer: Peer, application: str, ready: str, dsn: str, folder: Path) -> AsyncIterator[Started]:
    port = free_port()
    where = ["--app-dir", str(PEERS), "--host", "127.0.0.1", "--port", str(port)]
    how = ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
    command = [str(BIN / "python"), "-m", "uvicorn", application, *where, *how]
    environment = {"DATABASE_URL": dsn, "POOL": str(POOL)}
    async with running(peer.name, command, port, ready_path=ready, environment=environment, folder=folder) as server:
        yield Started(peer, server)


class Handwritten(Peer):
    name = "handwritten"
    suffix = "_audited"
    paths: ClassVar = {"point": "track", "nested": "artists", "list": "tracks", "aggregate": "totals"}

    def start(self, dsn: str, folder: Path) -> Any:
        return _uvicorn(self, "handwritten:app", "/track/1", dsn, folder)

    def request(self, workload: str, mode: str, number: int) -> tuple[str, str, bytes]:
        if workload in CHANGES:
            return "POST", f"/{workload}{self.suffix}", orjson.dumps({"n": number})
        return "GET", f"/{self.paths[workload]}/{number}", b""

    def answer(self, workload: str, body: bytes) -> Any:
        return orjson.loads(body)


class HandwrittenBare(Handwritten):
    """The same without a record of what was done."""

    name = "handwritten, no record"
    suffix = ""

    def does(self, workload: str) -> bool:
        return workload in CHANGES


class StrawberryLoaders(Peer):
    name = "strawberry"
    documents = STRAWBERRY

    def start(self, dsn: str, folder: Path) -> Any:
        return _uvicorn(self, "strawberry_app:app", "/graphql", dsn, folder)


class PostGraphile(Peer):
    name = "postgraphile"
    documents = POSTGRAPHILE

    @asynccontextmanager
    async def start(self, dsn: str, folder: Path) -> AsyncIterator[Started]:
        home = PEERS / "postgraphile"
        node = self._node(home)
        port = free_port()
        environment = {"DATABASE_URL": dsn, "POOL": str(POOL), "PORT": str(port), "NODE_ENV": "production"}
        async with running(
            self.name,
            [node, "server.mjs"],
            port,
            ready_path="/graphql",
            environment=environment,
            folder=folder,
            cwd=home,
        ) as server:
            yield Started(self, server)

    @staticmethod
    def _node(home: Path) -> Path:
        """Its own Node, from the lock: the machine's may be too old for it."""
        machine = {"x86_64": "x64", "aarch64": "arm64"}[platform.machine()]
        node = home / "node_modules" / f"node-linux-{machine}" / "bin" / "node"
        if not node.exists():
            subprocess.run(["npm", "ci", "--ignore-scripts", "--loglevel=error"], cwd=home, check=True)
        return node


def _narthex() -> list[str | Path]:
    """The installed command, or the same from this folder."""
    script = BIN / "narthex"
    return [script] if script.exists() else [BIN / "python", "-m", "gateway.cli"]


class Narthex(Peer):
    """Through `narthex dev`, so with its tokens, policies, audit and bounds; only the database is the shared one."""

    documents = HASURA

    def __init__(self, policy: str = "", name: str = "narthex", role: str = "admin") -> None:
        self.name = name
        self._policy = policy
        self._role = role

    @asynccontextmanager
    async def start(self, dsn: str, folder: Path) -> AsyncIterator[Started]:
        self._write_project(folder / "project")
        port = free_port()
        command = [*_narthex(), "dev", *self._where(folder), "--port", str(port)]
        async with running(
            self.name, command, port, ready_path="/readyz", environment=self._environment(dsn), folder=folder
        ) as server:
            yield Started(self, server, await self.token(folder, dsn, self._role))

    async def token(self, folder: Path, dsn: str, role: str) -> str:
        """As an operator makes one, for the gateway that was started with this folder."""
        process = await asyncio.create_subprocess_exec(
            *map(str, [*_narthex(), "token", *self._where(folder), "--role", role, "--level", "WRITE", "--ttl", "12h"]),
            env={**os.environ, **self._environment(dsn)},
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"narthex token ended with {process.returncode}")
        return output.decode().strip()

    def _write_project(self, project: Path) -> None:
        (project / "policies").mkdir(parents=True, exist_ok=True)
        (project / "narthex.toml").write_text(f"[database]\npool = {POOL}\n")
        (project / "policies" / "bench.policy").write_text(self._policy)

    @staticmethod
    def _where(folder: Path) -> list[str | Path]:
        return ["--project", folder / "project", "--data-dir", folder / "data"]

    @staticmethod
    def _environment(dsn: str) -> dict[str, str]:
        return {"NARTHEX_DATABASE__URL": dsn}


def all_peers() -> list[Peer]:
    return [Handwritten(), HandwrittenBare(), Narthex(), PostGraphile(), StrawberryLoaders()]
