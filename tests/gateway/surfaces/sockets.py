"""The client's end of a WebSocket, in process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from tests.gateway.served import Served

_ONE = "{book(limit: 1) {id}}"


class Client:
    """The client's end of one connection."""

    def __init__(self) -> None:
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.protocol: str | None = None
        self.endpoint: Any = None

    async def send(self, message: object) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        await self.inbox.put({"type": "websocket.receive", "text": text})

    async def init(self, token: str = "admin", **more: object) -> dict[str, Any]:
        await self.send({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}", **more}})
        return await self.next()

    async def subscribe(self, identifier: str, query: str = _ONE, **entries: object) -> None:
        await self.send({"id": identifier, "type": "subscribe", "payload": {"query": query, **entries}})

    async def next(self, within: float = 5.0) -> dict[str, Any]:
        """The next message, or `{"close": code}`."""
        event = await asyncio.wait_for(self.outbox.get(), within)
        if event["type"] == "websocket.close":
            assert len(event["reason"].encode()) <= 123, "a close reason has at most 123 bytes"
            return {"close": event["code"]}
        found: dict[str, Any] = json.loads(event["text"])
        return found

    async def silence(self, seconds: float = 0.15) -> None:
        with suppress(TimeoutError):
            raise AssertionError(await self.next(seconds))

    async def leave(self) -> None:
        await self.inbox.put({"type": "websocket.disconnect", "code": 1001})


@asynccontextmanager
async def connected(
    shelf: Served, protocols: tuple[str, ...] = ("graphql-transport-ws",), headers: tuple[tuple[bytes, bytes], ...] = ()
) -> AsyncIterator[Client]:
    client = Client()
    await client.inbox.put({"type": "websocket.connect"})
    scope = {
        "type": "websocket",
        "path": "/graphql",
        "subprotocols": list(protocols),
        "headers": [(b"host", b"localhost"), *headers],
    }
    socket = shelf.socket
    client.endpoint = socket._app
    task = asyncio.create_task(socket(scope, client.inbox.get, client.outbox.put))
    first = await asyncio.wait_for(client.outbox.get(), 5)
    if first["type"] == "websocket.accept":
        client.protocol = first.get("subprotocol")
    else:
        await client.outbox.put(first)
    try:
        yield client
    finally:
        await client.leave()
        await asyncio.wait_for(task, 10)


async def running(shelf: Served) -> int:
    found: int = await shelf.admin(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
        "AND query LIKE '%\"slow\"%' AND wait_event IS DISTINCT FROM 'ClientRead' AND pid <> pg_backend_pid()"
    )
    return found


async def until(condition: Callable[[], Any], seconds: float = 5.0) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not await condition():
        assert asyncio.get_running_loop().time() < deadline, "it never happened"
        await asyncio.sleep(0.02)


async def nothing_runs(shelf: Served) -> None:
    async def nothing() -> bool:
        return await running(shelf) == 0

    await until(nothing)


async def something_runs(shelf: Served) -> None:
    async def something() -> bool:
        return await running(shelf) > 0

    await until(something)
