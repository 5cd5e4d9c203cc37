"""The bytes of a connection before they are a request: how many there may be, and how long they may take; and those of
an answer that is complete, which go out in one piece.

The parser gathers a header field, a URL, a trailer or an extension of a chunk until it ends, however long that is, and
the server waits for it without end. Refuses with 431 what goes on for too long, hangs up on what is too slow, and
drops trailers, which would otherwise count as header fields.
"""

from __future__ import annotations

from asyncio import BaseTransport, TimerHandle, Transport
from collections.abc import Sequence
from typing import cast

from starlette.types import Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

MAX_HEAD = 65_536
"""Bytes that may come before they make a head, a part of a body or the end of a request."""
HEAD_S = 30.0
"""Within this the head of a request has to be there, and the first one of a connection."""
_TOO_LONG = b"The request line and the header fields are too long."
_REFUSAL = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n%s" % (len(_TOO_LONG), _TOO_LONG)
)


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's protocol with bounds on what it gathers."""

    _gathered = 0
    _in_head = True
    _patience: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(cast(Transport, transport))
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._gathered += len(data)
        super().data_received(data)
        if self._gathered > MAX_HEAD and not self.transport.is_closing():
            self._refuse()
        elif self._in_head and self._patience is None:
            self._wait()

    def on_message_begin(self) -> None:
        self._in_head = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._gathered, self._in_head = 0, False
        self._stop_waiting()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._gathered = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._gathered = 0
        super().on_message_complete()

    def _refuse(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(_REFUSAL)
        self.transport.close()

    def _wait(self) -> None:
        self._patience = self.loop.call_later(HEAD_S, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


async def send_whole(send: Send, status: int, fields: Sequence[tuple[bytes, bytes]], body: bytes) -> None:
    """Answer a request. The header fields are the gateway's own: none can hold an end of line.

    uvicorn writes head and body apart, and a write costs nearly as much as a question to the database. Where it is
    uvicorn that sends, both are written at once.
    """
    cycle = getattr(send, "__self__", None)
    if not isinstance(cycle, RequestResponseCycle):
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": body})
        return
    if cycle.flow.write_paused and not cycle.disconnected:
        await cycle.flow.drain()
    if cycle.disconnected:
        return
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    head = [b"%b: %b\r\n" % field for field in (*cycle.default_headers, *fields)]
    if not cycle.keep_alive:
        head.append(b"connection: close\r\n")
    head.append(b"\r\n" if cycle.scope["method"] == "HEAD" else b"\r\n" + body)
    cycle.transport.write(b"".join([STATUS_LINE[status], *head]))
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()
