"""GraphQL over HTTP: bytes to an envelope, a reply to bytes. No decisions about the operation are made here.

Follows the GraphQL-over-HTTP specification, with `application/graphql-response+json`, `application/json` and, by
`Accept: text/event-stream`, GraphQL over SSE in distinct connections mode. Malformed requests get a 4xx status.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import cast
from urllib.parse import parse_qs

from starlette.types import Receive, Scope, Send

from gateway.envelope import Message, Verifier, authenticate, seal
from gateway.identity.revocation import Covers
from gateway.pipeline import TIMED_OUT, Pipeline
from gateway.respond import Reply, status_of
from gateway.snapshot import Snapshot
from gateway.surfaces.flights import Flights
from gateway.wire import send_whole
from narthex.errors import Code, Refusal
from narthex.observe import Consumer, Observation
from schema.scalars import ExactFloat

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"
_OFFERED = (JSON, RESPONSE_JSON, EVENT_STREAM)
_COVERED = 10_000
"""Put behind every type that an Accept field names."""
_WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
_LENGTH_DIGITS = 18
_CLIENT_LEFT = 499
_MAX_JSON_NESTING = 200
_SINGLE = frozenset({"authorization", "host", "origin", "content-type", "content-length", "idempotency-key"})
_NO_LINE_ENDS = bytes.maketrans(b"\r\n", b"  ")
REVOKED = Reply(None, (Refusal(Code.UNAUTHENTICATED, "The token is not valid here."),))
"""What is answered where a token ends while its request runs."""
_BASE_HEADERS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
_HEADERS = {
    media: (*_BASE_HEADERS, (b"content-type", f"{media}; charset=utf-8".encode()))
    for media in (JSON, RESPONSE_JSON, EVENT_STREAM)
}


class Malformed(Exception):
    """A request that is not GraphQL over HTTP at all; carries its HTTP status."""

    def __init__(self, status: int, message: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.code = Code.PAYLOAD_TOO_LARGE if status == 413 else Code.BAD_USER_INPUT
        self.headers = headers


class Disconnected(Exception):
    """The client went away before its request was complete."""


class GraphQLOverHTTP:
    """The ASGI endpoint of `/graphql` and `/v1/graphql`."""

    def __init__(
        self,
        pipeline: Pipeline,
        verifier: Verifier,
        snapshot: Callable[[], Snapshot],
        consumers: tuple[Consumer, ...],
        body_limit: int,
        deadline_s: float,
    ) -> None:
        self._pipeline = pipeline
        self._verifier = verifier
        self._snapshot = snapshot
        self._consumers = consumers
        self._body_limit = body_limit
        self._flights = Flights(deadline_s)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        observation = Observation("http")
        accepted = JSON
        try:
            headers = read_headers(scope)
            accepted = negotiate(headers.get("accept"))
            reply = await self._answer(scope, headers, receive, observation)
        except Malformed as malformed:
            observation.outcome = malformed.code.value
            self._observe(observation, malformed.status)
            await _send_malformed(send, malformed)
            return
        except Disconnected:
            observation.outcome = Code.CANCELLED.value
            self._observe(observation, _CLIENT_LEFT)
            return
        except Exception as error:  # the boundary: nothing unexpected reaches the caller as it is
            observation.fault, observation.outcome = error, Code.INTERNAL.value
            reply = Reply(None, (Refusal(Code.INTERNAL, "The gateway failed to answer."),))
        await self._send(send, reply, accepted, observation)

    def end_revoked(self, covers: Covers) -> None:
        """End the requests of those whom a revocation covers."""
        self._flights.end_revoked(covers)

    async def _answer(
        self, scope: Scope, headers: Mapping[str, str], receive: Receive, observation: Observation
    ) -> Reply:
        if scope["method"] not in ("GET", "POST"):
            raise Malformed(405, "Use POST or GET.", ((b"allow", b"GET, POST"),))
        if scope["method"] == "POST":
            _check_content_type(headers.get("content-type"))
        try:
            await authenticate(self._verifier, headers)
            if scope["method"] == "GET":
                message = _message_of_query(scope["query_string"])
            else:
                message = parse_message(await read_body(headers, receive, self._body_limit))
            # Who it is is asked again: a body may come slowly, and a token end meanwhile.
            envelope = await seal(self._verifier, headers, message, "http")
        except Refusal as refusal:
            observation.outcome = refusal.code.value
            return Reply(None, (refusal,))
        observation.mark("envelope")
        observation.role, observation.subject = envelope.principal.role, envelope.principal.subject
        observation.trace_id = envelope.trace_id
        flight = self._flights.begin(receive, envelope.principal)
        try:
            return await self._pipeline.run(self._snapshot(), envelope, observation)
        except asyncio.CancelledError:
            if flight.abandoned:
                raise Disconnected from None
            if flight.expired:
                return TIMED_OUT
            if flight.revoked:
                observation.outcome = Code.UNAUTHENTICATED.value
                return REVOKED
            raise
        finally:
            self._flights.end(flight)

    async def _send(self, send: Send, reply: Reply, accepted: str, observation: Observation) -> None:
        body = reply.body()
        observation.mark("respond")
        status = status_of(reply, strict=accepted == RESPONSE_JSON)
        if accepted == EVENT_STREAM and status == 200:
            body = b"event: next\ndata: " + _one_line(body) + b"\n\nevent: complete\ndata: \n\n"
        elif accepted == EVENT_STREAM:
            accepted = JSON
        timing = observation.server_timing().encode()
        length = str(len(body)).encode()
        headers = [*_HEADERS[accepted], (b"server-timing", timing), (b"content-length", length)]
        if status != 200:
            headers += _headers_of_refusal(reply, status)
        self._observe(observation, status)
        await send_whole(send, status, headers, body)

    def _observe(self, observation: Observation, status: int) -> None:
        observation.status = status
        observation.finish()
        for consumer in self._consumers:
            consumer(observation)


def _headers_of_refusal(reply: Reply, status: int) -> list[tuple[bytes, bytes]]:
    if status == 401:
        return [(b"www-authenticate", b'Bearer realm="narthex"')]
    if status == 405:
        return [(b"allow", b"POST")]
    if status in (429, 503) and (wait := reply.retry_after_s()) is not None:
        return [(b"retry-after", str(wait).encode())]
    return []


def read_headers(scope: Scope) -> dict[str, str]:
    """Header fields by lower-case name. A second value for a field that must be single is refused, not chosen from."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name in headers:
            if name in _SINGLE or name.startswith("x-narthex-"):
                raise Malformed(400, f"The header field '{name}' is given twice.")
            value = f"{headers[name]}, {value}"
        headers[name] = value
    return headers


@lru_cache(maxsize=256)
def negotiate(accept: str | None) -> str:
    """The media type of the answer (RFC 9110, section 12.5.1); `application/json` where nothing is asked for."""
    if accept is None or not accept.strip():
        return JSON
    ranges: dict[str, tuple[float, int]] = {}
    for position, part in enumerate(accept.split(",")):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((_quality(piece[2:]) for piece in parameters if piece.startswith("q=")), 1.0)
        ranges.setdefault(media, (-quality, position))
    # What names a type in full decides for it, then what names its half; a type that is named goes before one that is
    # only covered, and an event stream is for those alone who name it.
    ranked = [(*ranges[media], media) for media in _OFFERED if media in ranges]
    covering = ranges.get("application/*", ranges.get("*/*"))
    if covering is not None:
        quality, position = covering
        ranked += [(quality, position + _COVERED, media) for media in (JSON, RESPONSE_JSON) if media not in ranges]
    acceptable = [entry for entry in ranked if entry[0] < 0]
    if not acceptable:
        raise Malformed(406, f"Accept one of {', '.join(_OFFERED)}.")
    return min(acceptable, key=itemgetter(0, 1))[2]


def _quality(text: str) -> float:
    """The weight of a media range; one that is none counts as zero."""
    return float(text) if _WEIGHT.fullmatch(text) else 0.0


@lru_cache(maxsize=64)
def _check_content_type(value: str | None) -> None:
    media, *parameters = (piece.strip().lower() for piece in (value or "").split(";"))
    if media != JSON:
        raise Malformed(415, "The content type must be application/json.")
    for parameter in parameters:
        if parameter.startswith("charset=") and parameter[8:].strip('"') not in ("utf-8", "utf8"):
            raise Malformed(415, "The charset must be utf-8.")


async def read_body(headers: Mapping[str, str], receive: Receive, limit: int) -> bytes:
    """The body, refused with 413 as soon as it is known to be over the limit (bytes)."""
    length = headers.get("content-length", "")
    if length.isdecimal() and (len(length) > _LENGTH_DIGITS or int(length) > limit):
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        if not message.get("more_body", False) and not chunks:
            return cast(bytes, chunk)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _too_large(limit: int) -> Malformed:
    return Malformed(413, f"The body is larger than {limit} bytes.")


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_float=ExactFloat, parse_constant=_refuse_constant)


def load_json(body: bytes | str) -> object:
    """JSON (RFC 8259) whose fractions keep their digits; raises `ValueError`."""
    text = body if isinstance(body, str) else body.decode()
    if text.count("[") + text.count("{") > _MAX_JSON_NESTING:
        _check_nesting(text)
    return _DECODER.decode(text)


def _check_nesting(text: str) -> None:
    depth, inside, escaped = 0, False, False
    for character in text:
        if inside:
            inside = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            if depth > _MAX_JSON_NESTING:
                raise ValueError(f"it nests deeper than {_MAX_JSON_NESTING}")
        elif character in "]}":
            depth -= 1


def parse_message(body: bytes) -> Message:
    """The message of a POST body; raises `Malformed` with 400."""
    try:
        content = load_json(body)
    except (ValueError, RecursionError) as error:
        raise Malformed(400, "The body is not valid JSON.") from error
    if not isinstance(content, dict):
        raise Malformed(400, "The body must be a JSON object.")
    return message_of(content, len(body))


def message_of(content: Mapping[str, object], size: int, *, reads_only: bool = False) -> Message:
    """The four entries of a request, each of its right kind; raises `Malformed` with 400."""
    query = content.get("query")
    if not isinstance(query, str):
        raise Malformed(400, "'query' must be a string.")
    operation_name = content.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise Malformed(400, "'operationName' must be a string.")
    variables, extensions = content.get("variables"), content.get("extensions")
    for name, value in (("variables", variables), ("extensions", extensions)):
        if value is not None and not isinstance(value, dict):
            raise Malformed(400, f"'{name}' must be an object.")
    return Message(
        query,
        cast("Mapping[str, object]", variables or {}),
        operation_name or None,
        cast("Mapping[str, object] | None", extensions),
        size,
        reads_only,
    )


def _message_of_query(query_string: bytes) -> Message:
    try:
        given = parse_qs(query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=10)
        single = {name: values[0] for name, values in given.items()}
        if any(len(values) > 1 for values in given.values()):
            raise Malformed(400, "A parameter is given twice.")
        content: dict[str, object] = {name: single[name] for name in ("query", "operationName") if name in single}
        for name in ("variables", "extensions"):
            if single.get(name):
                content[name] = load_json(single[name])
    except (ValueError, RecursionError) as error:
        raise Malformed(400, "The query string is not a GraphQL request.") from error
    return message_of(content, len(query_string), reads_only=True)


def _one_line(body: bytes) -> bytes:
    """JSON without line ends, which would end an event. They stand between tokens, where `json` columns keep them."""
    return body.translate(_NO_LINE_ENDS)


async def _send_malformed(send: Send, malformed: Malformed) -> None:
    body = Reply(None, (Refusal(malformed.code, str(malformed)),)).body()
    headers = [
        *_BASE_HEADERS,
        *malformed.headers,
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send_whole(send, malformed.status, headers, body)
