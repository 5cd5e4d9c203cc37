"""What a record says of a request, as a JSON array; the view `narthex.audit_record` names its places.

`Keep` is what `@audit` lines ask for: whether values are kept, and which of them so that they can be taken away again.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import orjson

from gateway.document import Document, numbered
from gateway.encode import storable, storable_json
from gateway.envelope import Envelope
from gateway.respond import Reply

_MOST = 65_536
"""Bytes of the largest request whose values, and of the largest errors, that a record keeps."""
_VARIABLES = 13
_CALLERS_PLACES = (10, 11, 20)
_KNOWN_DOCUMENTS = 20_000
_SALT = 16


class Keep(NamedTuple):
    """`values` is false under `@audit(level: META)`. `redact` names variables and fields of input whose values stand
    in the record by their hash alone; where it names any, so do all literals of the document.
    """

    values: bool = True
    redact: frozenset[str] = frozenset()


class Facts(NamedTuple):
    """What the pipeline knew of a request when it ended. `decisions` are coordinates with the policy lines on them."""

    envelope: Envelope
    document: Document | None
    document_hash: str | None
    contract_hash: str | None
    schema_version: str
    policy_version: str
    coordinates: tuple[str, ...]
    sql_fingerprint: str | None
    keep: Keep = Keep()
    decisions: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Redactable(NamedTuple):
    """A value that is kept apart from its record, which holds `sha256(salt || value)`."""

    name: str
    salt: bytes
    value: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.salt + self.value.encode()).hexdigest()


class Text(NamedTuple):
    """The text of a document, and the two hashes that a record names it by."""

    key: bytes
    text: str
    digest: str


class Documents:
    """Which texts the store has already. Records hold their digests, so that a changed text shows."""

    def __init__(self) -> None:
        self._digests: dict[bytes, str] = {}

    def of(self, facts: Facts) -> tuple[str | None, Text | None]:
        """The digest of the request's document, and its text where the store may not have it."""
        if facts.document_hash is None or facts.document is None:
            return None, None
        key = bytes.fromhex(facts.document_hash)
        digest = self._digests.get(key)
        if digest is not None:
            return digest, None
        text = storable(numbered(facts.document))
        digest = hashlib.sha256(text.encode()).hexdigest()
        return digest, Text(key, text, digest)

    def saved(self, text: Text) -> None:
        if len(self._digests) >= _KNOWN_DOCUMENTS:
            self._digests.clear()
        self._digests[text.key] = text.digest


class Ending(NamedTuple):
    """How a request ended, as far as its record says it. The record of an effect is made before the effect."""

    outcome: str = "OK"
    errors: object = None
    duration_us: int | None = None
    root: str | None = None
    attached: str | None = None
    """The digest of what the store is given together with the record."""


def record_text(
    facts: Facts, at: int, operation_name: str | None, values: object, document_digest: str | None, ending: Ending
) -> str:
    """The record. `at` is in microseconds since the epoch, `values` what `kept_values` gives."""
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
        values,
        facts.coordinates,
        facts.contract_hash,
        facts.schema_version,
        facts.policy_version,
        facts.sql_fingerprint,
        ending.outcome,
        ending.errors,
        ending.duration_us,
        dict(facts.decisions) or None,
        document_digest,
        ending.root,
        ending.attached,
    )
    return storable_json(record)


def blank_text(at: int) -> str:
    """The record of no request: numbers of effects that did not happen came with it."""
    return storable_json((at, "gateway", *[None] * 2, (), *[None] * 9, (), *[None] * 4, "OK", *[None] * 6))


def without_callers_words(text: str) -> str:
    """The record without anything that a caller wrote."""
    places = orjson.loads(text)
    for place in _CALLERS_PLACES:
        places[place] = None
    places[_VARIABLES] = {"$unreadable": True}
    return orjson.dumps(places).decode()


def kept_values(facts: Facts) -> tuple[Mapping[str, object] | None, tuple[Redactable, ...]]:
    """Variables by name, and the source text of literals as `$0`, `$1` …, which are no names of variables.

    Those that can be redacted are told apart, and stand there as `{"$redactable": hash}`.
    """
    message, keep = facts.envelope.message, facts.keep
    if not keep.values:
        return None, ()
    if message.size > _MOST:
        return {"$bytes": message.size}, ()
    values = message.variables
    if facts.document is not None and facts.document.literals:
        values = {**values, **{f"${number}": text for number, text in enumerate(facts.document.literals)}}
    if not keep.redact:
        return values, ()
    found: list[Redactable] = []
    kept = {name: _redacted(name, name, value, keep.redact, found) for name, value in values.items()}
    return kept, tuple(_apart(found))


def _redacted(path: str, name: str, value: object, redact: frozenset[str], found: list[Redactable]) -> object:
    """The value with hashes for what is to be redactable; that itself is added to `found`."""
    if name in redact or name.startswith("$"):
        one = Redactable(storable(path), secrets.token_bytes(_SALT), storable_json(value))
        found.append(one)
        return {"$redactable": one.digest}
    if isinstance(value, Mapping):
        return {
            inner: _redacted(f"{path}.{inner}", str(inner), item, redact, found) for inner, item in value.items()
        }
    if isinstance(value, list):
        return [_redacted(f"{path}.{at}", "", item, redact, found) for at, item in enumerate(value)]
    return value


def _apart(found: list[Redactable]) -> Iterator[Redactable]:
    """Each under a name of its own: `a.b` may be a field `b` of `a` and a field called `a.b`."""
    taken: set[str] = set()
    for one in found:
        name = one.name if one.name not in taken else f"{one.name}#{len(taken)}"
        taken.add(name)
        yield one._replace(name=name)


def digests_in(values: object) -> Iterator[str]:
    """The hashes of redactable values in what `kept_values` gave, read back as JSON."""
    if isinstance(values, dict):
        if isinstance(digest := values.get("$redactable"), str) and len(values) == 1:
            yield digest
        else:
            for value in values.values():
                yield from digests_in(value)
    elif isinstance(values, list):
        for value in values:
            yield from digests_in(value)


def errors_of(reply: Reply) -> object:
    """What was answered, without corrected documents."""
    errors = [refusal.formatted() for refusal in reply.refusals]
    for error in errors:
        extensions = error["extensions"]
        if isinstance(extensions, dict):
            extensions.pop("fix", None)
    size = len(storable_json(errors))
    return errors if size <= _MOST else {"$bytes": size}
