"""GraphQL over WebSocket by the `graphql-transport-ws` protocol: one connection, many operations, one token.

Close codes are the protocol's: 4400 malformed, 4401 no or bad token, 4403 foreign, 4408 no `connection_init` in time,
4406 another protocol, 4409 an id in use, 4429 a second `connection_init` that changes who calls. The connection ends
when its token expires or is revoked; a new `connection_init` payload with a fresh token of the same caller refreshes it
in place.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from starlette.types import Receive, Scope, Send

from gateway.encode import json_bytes
from gateway.envelope import Envelope, Message, Verifier, seal
from gateway.identity.revocation import Covers
from gateway.pipeline import EXPIRED, TIMED_OUT, Pipeline
from gateway.respond import Reply
from gateway.snapshot import Snapshot
from gateway.surfaces.http import Malformed, load_json, message_of, read_headers
from narthex.errors import Code, Refusal
from narthex.observe import Consumer, Observation
from narthex.principal import Principal

PROTOCOL = "graphql-transport-ws"
_INIT_WAIT_S = 10.0
_MAX_OPERATIONS = 100
_MAX_IDENTIFIER = 64
_TOO_MANY = 4429
_KEPT = frozenset({"authorization", "traceparent"})


class _Close(Exception):
    """End the connection with a close code of the protocol."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Content:
    """The entries of a message, and how many characters it had."""

    entries: Mapping[str, object]
    size: int


class GraphQLOverWebSocket:
    """The ASGI endpoint of WebSocket `/graphql` and `/v1/graphql`."""

    def __init__(
        self,
        pipeline: Pipeline,
        verifier: Verifier,
        snapshot: Callable[[], Snapshot],
        consumers: tuple[Consumer, ...],
        message_limit: int,
        deadline_s: float,
    ) -> None:
        self.pipeline = pipeline
        self.verifier = verifier
        self.snapshot = snapshot
        self.consumers = consumers
        self.message_limit = message_limit
        self.deadline_s = deadline_s
        self._connections: set[_Connection] = set()

    def end_revoked(self, covers: Covers) -> None:
        """Close the connections of those whom a revocation covers, and end what runs on them."""
        for connection in self._connections:
            connection.end_if_revoked(covers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if PROTOCOL not in scope.get("subprotocols", ()):
            await send({"type": "websocket.accept"})  # a close code reaches only a connection that is open
            await send({"type": "websocket.close", "code": 4406, "reason": f"Use the subprotocol {PROTOCOL}."})
            return
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        connection = _Connection(self, receive, send)
        self._connections.add(connection)
        close: _Close | None = None
        try:
            connection.greet(scope)
            await connection.serve()
        except _Close as reason:
            close = reason
        except asyncio.CancelledError:
            if not connection.revoked:
                raise
            close = _Close(4401, "The token is no longer valid.")
        finally:
            self._connections.discard(connection)
            await connection.end()
        if close is not None:
            with suppress(RuntimeError, OSError):  # the client was faster
                await send({"type": "websocket.close", "code": close.code, "reason": str(close)})


class _Connection:
    def __init__(self, endpoint: GraphQLOverWebSocket, receive: Receive, send: Send) -> None:
        self._endpoint = endpoint
        self._headers: dict[str, str] = {}
        self._receive = receive
        self._send = send
        self._principal: Principal | None = None
        self._callers: dict[str, Principal] = {}  # by token: what began under an earlier one may still run
        self._running: dict[str, asyncio.Task[None]] = {}
        self._task = asyncio.current_task()
        self.revoked = False

    def end_if_revoked(self, covers: Covers) -> None:
        if not self.revoked and self._task is not None and any(map(covers, self._callers.values())):
            self.revoked = True
            self._task.cancel()

    def greet(self, scope: Scope) -> None:
        """Keep of the upgrade request what counts: the trace and the options. Raises `_Close`."""
        try:
            self._headers = _kept(read_headers(scope))
        except Malformed as malformed:
            raise _Close(4400, str(malformed)) from None

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
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _patience(self, opened: float) -> float:
        if self._principal is None:
            return max(0.0, opened + _INIT_WAIT_S - time.monotonic())
        return max(0.0, self._principal.expires_at - time.time())

    async def _next(self) -> _Content | None:
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
        return _Content(content, len(text))

    async def _take(self, content: _Content) -> None:
        entries = content.entries
        match entries.get("type"):
            case "connection_init":
                await self._init(entries.get("payload"))
            case "ping":
                await self._say({"type": "pong"})
            case "pong":
                return
            case "subscribe":
                self._subscribe(content)
            case "complete":
                task = self._running.pop(_identifier(entries), None)
                if task is not None:
                    task.cancel()
            case _:
                raise _Close(4400, "Unknown message type")

    async def _init(self, payload: object) -> None:
        fields = cast("Mapping[str, object]", payload) if isinstance(payload, dict) else {}
        given = _kept({name.lower(): value for name, value in fields.items() if isinstance(value, str)})
        if self._principal is not None and "authorization" not in given:
            raise _Close(_TOO_MANY, "Too many initialisation requests")
        headers = {**self._headers, **given}
        try:
            envelope = await seal(self._endpoint.verifier, headers, Message("", {}), "websocket")
        except Refusal as refusal:
            unknown = refusal.code is Code.UNAUTHENTICATED
            raise _Close(4401, "Unauthorized") if unknown else _Close(4403, "Forbidden") from None
        if self._principal is not None and _caller(envelope.principal) != _caller(self._principal):
            raise _Close(_TOO_MANY, "Too many initialisation requests")
        self._principal, self._headers = envelope.principal, headers
        self._callers[envelope.principal.token_id] = envelope.principal
        await self._say({"type": "connection_ack"})

    def _subscribe(self, content: _Content) -> None:
        if self._principal is None:
            raise _Close(4401, "Unauthorized")
        identifier, payload = _identifier(content.entries), content.entries.get("payload")
        if not isinstance(payload, dict):
            raise _Close(4400, "'subscribe' needs a payload.")
        if identifier in self._running:
            raise _Close(4409, f"Subscriber for {identifier} already exists")
        if len(self._running) >= _MAX_OPERATIONS:
            raise _Close(_TOO_MANY, "Too many operations at once.")
        try:
            message = message_of(payload, content.size)
        except Malformed as malformed:
            raise _Close(4400, str(malformed)) from None
        self._running[identifier] = asyncio.create_task(self._run(identifier, message))

    async def _reply(self, envelope: Envelope, observation: Observation) -> Reply:
        task = asyncio.current_task()
        assert task is not None
        timer = asyncio.get_running_loop().call_later(self._endpoint.deadline_s, task.cancel, EXPIRED)
        try:
            return await self._endpoint.pipeline.run(self._endpoint.snapshot(), envelope, observation)
        except asyncio.CancelledError as cancelled:
            if EXPIRED in cancelled.args:
                return TIMED_OUT
            raise
        finally:
            timer.cancel()

    async def _run(self, identifier: str, message: Message) -> None:
        observation = Observation("websocket")
        try:
            envelope = await seal(self._endpoint.verifier, self._headers, message, "websocket")
            observation.mark("envelope")
            observation.role, observation.subject = envelope.principal.role, envelope.principal.subject
            observation.trace_id = envelope.trace_id
            reply = await self._reply(envelope, observation)
            if reply.data is None:
                errors = [refusal.formatted() for refusal in reply.refusals]
                await self._say({"id": identifier, "type": "error", "payload": errors})
            else:
                body = b'{"id":' + json_bytes(identifier) + b',"type":"next","payload":' + reply.body() + b"}"
                await self._write(body)
                await self._say({"id": identifier, "type": "complete"})
        except Refusal as refusal:
            observation.outcome = refusal.code.value
            await self._say({"id": identifier, "type": "error", "payload": [refusal.formatted()]})
        except Exception as error:  # the boundary: nothing unexpected reaches the caller as it is
            observation.fault, observation.outcome = error, Code.INTERNAL.value
            failure = Refusal(Code.INTERNAL, "The gateway failed to answer.")
            await self._say({"id": identifier, "type": "error", "payload": [failure.formatted()]})
        finally:
            # After `complete` the client may have used the id again.
            if self._running.get(identifier) is asyncio.current_task():
                del self._running[identifier]
            observation.finish()
            for consumer in self._endpoint.consumers:
                consumer(observation)

    async def _say(self, content: Mapping[str, object]) -> None:
        await self._write(json_bytes(content))

    async def _write(self, text: bytes) -> None:
        with suppress(RuntimeError, OSError):  # the client has gone; its disconnect is the next event
            await self._send({"type": "websocket.send", "text": text.decode()})


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """What counts for all operations of a connection, from the upgrade request or from `connection_init`. A key is one
    operation's: left out in silence it would protect nothing.
    """
    if "idempotency-key" in headers:
        raise _Close(4400, "An idempotency key belongs to one operation: send it in its extensions.narthex.")
    return {name: value for name, value in headers.items() if name.startswith("x-narthex-") or name in _KEPT}


def _caller(principal: Principal) -> tuple[object, ...]:
    return principal.subject, principal.actors, principal.grants.role


def _identifier(entries: Mapping[str, object]) -> str:
    """The id of an operation; what close reasons and answers could not repeat is refused."""
    identifier = entries.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise _Close(4400, "The message needs an id.")
    if not identifier.isascii() or not identifier.isprintable() or len(identifier) > _MAX_IDENTIFIER:
        raise _Close(4400, f"An id is at most {_MAX_IDENTIFIER} printable ASCII characters.")
    return identifier
