"""What a record says of a request, as a JSON array; the view `narthex.audit_record` names its places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import orjson

from gateway.document import Document
from gateway.encode import storable_json
from gateway.envelope import Envelope
from gateway.respond import Reply

_MOST = 65_536
"""Bytes of the largest request whose values, and of the largest errors, that a record keeps."""
_VARIABLES = 13
_CALLERS_PLACES = (10, 11, 20)


class Facts(NamedTuple):
    """What the pipeline knew of a request when it ended."""

    envelope: Envelope
    document: Document | None
    document_hash: str | None
    contract_hash: str | None
    schema_version: str
    policy_version: str
    coordinates: tuple[str, ...]
    sql_fingerprint: str | None


def record_text(
    facts: Facts, at: int, operation_name: str | None, outcome: str, errors: object, duration_us: int | None
) -> str:
    """The record. `at` is in microseconds since the epoch."""
    envelope, principal = facts.envelope, facts.envelope.principal
    record = (
        at,
        envelope.surface,
        principal.subject,
        principal.kind,
        principal.actors,
        principal.session,
        principal.token_id,
        principal.role,
        principal.level.name,
        envelope.trace_id,
        envelope.purpose,
        operation_name,
        facts.document_hash,
        _values(facts),
        facts.coordinates,
        facts.contract_hash,
        facts.schema_version,
        facts.policy_version,
        facts.sql_fingerprint,
        outcome,
        errors,
        duration_us,
    )
    return storable_json(record)


def without_callers_words(text: str) -> str:
    """The record without anything that a caller wrote."""
    places = orjson.loads(text)
    for place in _CALLERS_PLACES:
        places[place] = None
    places[_VARIABLES] = {"$unreadable": True}
    return orjson.dumps(places).decode()


def _values(facts: Facts) -> Mapping[str, object]:
    """Variables by name, and the source text of literals as `$0`, `$1` …, which are no names of variables."""
    message = facts.envelope.message
    if message.size > _MOST:
        return {"$bytes": message.size}
    if facts.document is None or not facts.document.literals:
        return message.variables
    return {**message.variables, **{f"${number}": text for number, text in enumerate(facts.document.literals)}}


def errors_of(reply: Reply) -> object:
    """What was answered, without corrected documents."""
    errors = [refusal.formatted() for refusal in reply.refusals]
    for error in errors:
        extensions = error["extensions"]
        if isinstance(extensions, dict):
            extensions.pop("fix", None)
    size = len(storable_json(errors))
    return errors if size <= _MOST else {"$bytes": size}
