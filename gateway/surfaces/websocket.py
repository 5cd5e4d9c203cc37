"""GraphQL over WebSocket by the `graphql-transport-ws` protocol: one connection, many operations, one token.

Close codes are the protocol's: 4400 malformed, 4401 no or bad token, 4403 foreign, 4408 no `connection_init` in time,
4409 an id in use, 4429 a second `connection_init` that changes who calls. The connection ends when its token expires;
a new `connection_init` payload with a fresh token of the same subject refreshes it in place.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import cast

import orjson
from starlette.types import Receive, Scope, Send

from gateway.envelope import Message, Verifier, seal
from gateway.pipeline import Pipeline
from gateway.snapshot import Snapshot
from gateway.surfaces.http import Malformed, load_json, message_of, read_headers
from narthex.errors import Refusal
from narthex.observe import Consumer, Observation
from narthex.principal import Principal

PROTOCOL = "graphql-transport-ws"
_INIT_WAIT_S = 10.0
_MAX_OPERATIONS = 100
_TOO_MANY = 4429


class _Close(Exception):
    """End the connection with a close code of the protocol."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class GraphQLOverWebSocket:
    """The ASGI endpoint of WebSocket `/graphql` and `/v1/graphql`."""

    def __init__(
        self,
        pipeline: Pipeline,
        verifier: Verifier,
        snapshot: Callable[[], Snapshot],
        consumers: tuple[Consumer, ...],
        message_limit: int,
    ) -> None:
        self.pipeline = pipeline
        self.verifier = verifier
        self.snapshot = snapshot
        self.consumers = consumers
        self.message_limit = message_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if PROTOCOL not in scope.get("subprotocols", ()):
            await send({"type": "websocket.close", "code": 4406, "reason": f"Use the subprotocol {PROTOCOL}."})
            return
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        connection = _Connection(self, scope, receive, send)
        try:
            await connection.serve()
        except _Close as close:
            await send({"type": "websocket.close", "code": close.code, "reason": str(close)})
        finally:
            await connection.end()


class _Connection:
    def __init__(self, endpoint: GraphQLOverWebSocket, scope: Scope, receive: Receive, send: Send) -> None:
        self._endpoint = endpoint
        self._headers = _upgrade_headers(scope)
        self._receive = receive
        self._send = send
        self._principal: Principal | None = None
        self._running: dict[str, asyncio.Task[None]] = {}

    async def serve(self) -> None:
        """Take messages until the client leaves; raises `_Close`."""
        opened = time.monotonic()
        while True:
            try:
                content = await asyncio.wait_for(self._next(), self._patience(opened))
            except TimeoutError:
                if self._principal is None:
                    raise _Close(4408, "Connection initialisation timeout") from None
                raise _Close(4401, "The token has expired.") from None
            if content is None:
                return
            await self._take(content)

    async def end(self) -> None:
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _patience(self, opened: float) -> float:
        if self._principal is None:
            return max(0.0, opened + _INIT_WAIT_S - time.monotonic())
        return max(0.0, self._principal.expires_at - time.time())

    async def _next(self) -> Mapping[str, object] | None:
        event = await self._receive()
        if event["type"] == "websocket.disconnect":
            return None
        text = event.get("text")
        if not isinstance(text, str) or len(text) > self._endpoint.message_limit:
            raise _Close(4400, "Messages are JSON text within the limit.")
        try:
            content = load_json(text)
        except (ValueError, RecursionError):
            raise _Close(4400, "The message is not valid JSON.") from None
        if not isinstance(content, dict):
            raise _Close(4400, "The message is not an object.")
        return content

    async def _take(self, content: Mapping[str, object]) -> None:
        kind = content.get("type")
        if kind == "connection_init":
            await self._init(content.get("payload"))
        elif kind == "ping":
            await self._say({"type": "pong"})
        elif kind == "pong":
            return
        elif kind == "subscribe":
            self._subscribe(content)
        elif kind == "complete":
            task = self._running.pop(str(content.get("id")), None)
            if task is not None:
                task.cancel()
        else:
            raise _Close(4400, "Unknown message type")

    async def _init(self, payload: object) -> None:
        fields = cast("Mapping[str, object]", payload) if isinstance(payload, dict) else {}
        given = {str(name).lower(): value for name, value in fields.items() if isinstance(value, str)}
        headers = {**self._headers, **given}
        try:
            message = Message("", {})
            envelope = await seal(self._endpoint.verifier, headers, message, "websocket")
        except Refusal:
            raise _Close(4401, "Unauthorized") from None
        if self._principal is not None and envelope.principal.subject != self._principal.subject:
            raise _Close(_TOO_MANY, "Too many initialisation requests")
        self._principal, self._headers = envelope.principal, headers
        await self._say({"type": "connection_ack"})

    def _subscribe(self, content: Mapping[str, object]) -> None:
        if self._principal is None:
            raise _Close(4401, "Unauthorized")
        identifier, payload = content.get("id"), content.get("payload")
        if not isinstance(identifier, str) or not identifier or not isinstance(payload, dict):
            raise _Close(4400, "'subscribe' needs an id and a payload.")
        if identifier in self._running:
            raise _Close(4409, f"Subscriber for {identifier[:64]} already exists")
        if len(self._running) >= _MAX_OPERATIONS:
            raise _Close(_TOO_MANY, "Too many operations at once.")
        try:
            message = message_of(payload)
        except Malformed as malformed:
            raise _Close(4400, str(malformed)) from None
        self._running[identifier] = asyncio.create_task(self._run(identifier, message))

    async def _run(self, identifier: str, message: Message) -> None:
        observation = Observation("websocket")
        try:
            envelope = await seal(self._endpoint.verifier, self._headers, message, "websocket")
            observation.mark("envelope")
            observation.role, observation.subject = envelope.principal.role, envelope.principal.subject
            reply = await self._endpoint.pipeline.run(self._endpoint.snapshot(), envelope, observation)
            if reply.data is None:
                errors = [refusal.formatted() for refusal in reply.refusals]
                await self._say({"id": identifier, "type": "error", "payload": errors})
            else:
                body = b'{"id":' + orjson.dumps(identifier) + b',"type":"next","payload":' + reply.body() + b"}"
                await self._send({"type": "websocket.send", "text": body.decode()})
                await self._say({"id": identifier, "type": "complete"})
        except Refusal as refusal:
            observation.outcome = refusal.code.value
            await self._say({"id": identifier, "type": "error", "payload": [refusal.formatted()]})
        finally:
            self._running.pop(identifier, None)
            observation.finish()
            for consumer in self._endpoint.consumers:
                consumer(observation)

    async def _say(self, content: Mapping[str, object]) -> None:
        with suppress(RuntimeError):  # the client has gone; its disconnect is the next event
            await self._send({"type": "websocket.send", "text": orjson.dumps(content, default=str).decode()})


def _upgrade_headers(scope: Scope) -> dict[str, str]:
    """What of the upgrade request counts: the trace and the options. A token comes in `connection_init`, or here."""
    try:
        headers = read_headers(scope)
    except Malformed as malformed:
        raise _Close(4400, str(malformed)) from None
    return {name: value for name, value in headers.items() if name.startswith("x-narthex-") or name in _KEPT}


_KEPT = frozenset({"authorization", "traceparent"})
