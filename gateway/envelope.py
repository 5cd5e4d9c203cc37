"""The envelope stage: who, where, how. Bytes are already JSON; this makes the one immutable request of the pipeline.

Refuses with UNAUTHENTICATED, and with BAD_USER_INPUT where headers and `extensions.narthex` disagree or name what does
not exist. Both ways say the same; clients that cannot set headers use the body.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, Protocol, cast

from narthex.errors import Code, Refusal
from narthex.principal import Level, Principal

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_FIELDS: Mapping[str, str] = {
    "role": "x-narthex-role",
    "mode": "x-narthex-mode",
    "branch": "x-narthex-branch",
    "purpose": "x-narthex-purpose",
    "contract": "x-narthex-contract",
    "idempotency_key": "idempotency-key",
}
_NAMES: Mapping[str, str] = {header: name for name, header in _FIELDS.items()}
HEADERS = tuple(_NAMES)
"""The header fields of Narthex's own."""
_MAX_FIELD = 1_000
"""Characters of the longest header field or extension that is taken."""


class Mode(StrEnum):
    LIVE = "live"
    DRY_RUN = "dry_run"


class NeedsPost(Refusal):
    """What GET does not run; the same operation runs by POST."""

    def __init__(self, coordinate: str | None = None) -> None:
        super().__init__(
            Code.BAD_USER_INPUT,
            "GET runs only queries that read data or metadata.",
            coordinate=coordinate,
            hint="Send the operation by POST.",
        )


class Verifier(Protocol):
    """Turns a bearer token into a principal."""

    async def verify(self, token: str, role: str | None = None) -> Principal: ...


class Message(NamedTuple):
    """A GraphQL request as it came: the four entries of GraphQL over HTTP."""

    query: str
    variables: Mapping[str, object]
    operation_name: str | None = None
    extensions: Mapping[str, object] | None = None
    size: int = 0
    """Bytes or characters of the JSON that it came in."""
    reads_only: bool = False
    """Set for GET, which runs queries without effects only."""


class Envelope(NamedTuple):
    """One request, complete."""

    principal: Principal
    message: Message
    surface: str
    mode: Mode = Mode.LIVE
    branch: str | None = None
    idempotency_key: str | None = None
    purpose: str | None = None
    pin: str | None = None
    trace_id: str = ""

    @property
    def dry_run(self) -> bool:
        """Whether effects are only tried: asked for, or all that the token's level allows."""
        return self.mode is Mode.DRY_RUN or self.principal.level is Level.SIMULATE


async def authenticate(verifier: Verifier, headers: Mapping[str, str]) -> None:
    """Refuse whoever is not known, from header fields alone: nothing that was sent is read for anybody else."""
    await verifier.verify(bearer(headers), headers.get(_FIELDS["role"]))


async def seal(verifier: Verifier, headers: Mapping[str, str], message: Message, surface: str) -> Envelope:
    """Make the envelope from header fields (names in lower case) and the message."""
    asked = _asked(headers, message.extensions)
    principal = await verifier.verify(bearer(headers), asked.get("role"))
    if not asked:
        return Envelope(principal, message, surface, trace_id=_trace_id(headers))
    return Envelope(
        principal,
        message,
        surface,
        _mode(asked.get("mode")),
        _branch(asked.get("branch")),
        asked.get("idempotency_key"),
        asked.get("purpose"),
        asked.get("contract"),
        _trace_id(headers),
    )


def bearer(headers: Mapping[str, str]) -> str:
    """The token of `Authorization: Bearer` (RFC 6750, section 2.1), the only place where one is taken."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refusal(Code.UNAUTHENTICATED, "A bearer token is required.")
    return token.strip()


def _asked(headers: Mapping[str, str], extensions: Mapping[str, object] | None) -> dict[str, str]:
    asked = {_NAMES[header]: headers[header] for header in _NAMES.keys() & headers.keys()}
    inner = extensions.get("narthex") if extensions is not None else None
    if inner is not None:
        if not isinstance(inner, Mapping):
            raise Refusal(Code.BAD_USER_INPUT, "'extensions.narthex' must be an object.")
        for name, value in cast(Mapping[str, object], inner).items():
            _merge(asked, name, value)
    for name, value in asked.items():
        if len(value) > _MAX_FIELD:
            raise Refusal(Code.BAD_USER_INPUT, f"'{name}' is longer than {_MAX_FIELD} characters.", limit=_MAX_FIELD)
    return asked


def _merge(asked: dict[str, str], name: str, value: object) -> None:
    if name not in _FIELDS or not isinstance(value, str):
        known = ", ".join(_FIELDS)
        raise Refusal(
            Code.BAD_USER_INPUT, "'extensions.narthex' takes texts under known names.", hint=f"Known: {known}."
        )
    if asked.setdefault(name, value) != value:
        raise Refusal(Code.BAD_USER_INPUT, f"The header and 'extensions.narthex.{name}' disagree.")


def _mode(text: str | None) -> Mode:
    try:
        return Mode(text) if text is not None else Mode.LIVE
    except ValueError:
        raise Refusal(Code.BAD_USER_INPUT, "The mode is 'live' or 'dry_run'.") from None


def _branch(name: str | None) -> str | None:
    if name is not None and name != "main":
        raise Refusal(Code.BAD_USER_INPUT, "There is no such branch.", hint="Leave the branch out, or name 'main'.")
    return None


def _trace_id(headers: Mapping[str, str]) -> str:
    """The trace of the caller (W3C Trace Context), or a new one."""
    match = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    return match[1] if match else f"{random.getrandbits(128):032x}"
