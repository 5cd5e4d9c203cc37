"""What is signed, hashed and chained, byte by byte: once for SQL, which seals, and once in Python, which verifies.

- An effect is signed as its writer, its number (19 digits) and its record, one after the other.
- A group of reads is signed as its writer, its first and last number (19 digits each), and its lines: environment;
  first and last time; sessions; the writer of effects with void and doubtful numbers; records.
- A digest is SHA-256 over MAC (hex), time of writing and what it is the digest of: of an effect, rows and record; of a
  group, its lines. Places in the sequence are left out, so that records that have changed places can be told.
- A link is SHA-256 over the link before it, position, kind, writer, number and digest. The first follows 32 zero bytes.
- A checkpoint is signed (Ed25519) as its text, which holds position, hash and time.

Times are in microseconds since the epoch.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from gateway.audit.writers import Kind

GENESIS = bytes(32)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_BETWEEN = "\x1f"


def _us(column: str) -> str:
    return f"(extract(epoch FROM {column}) * 1000000)::bigint::text"


_LINES = rf"""g.environment || E'\n' || {_us("g.from_at")} || ' ' || {_us("g.to_at")} || E'\n'
    || array_to_string(g.sessions, E'\x1f') || E'\n' || coalesce(g.effect_writer::text, '') || ' '
    || array_to_string(g.void, ',') || ' ' || array_to_string(g.doubtful, ',') || E'\n' || g.records::text"""
_SIGNED_EFFECT = "e.writer::text || lpad(e.seq::text, 19, '0') || e.record::text"
_SIGNED_GROUP = f"g.writer::text || lpad(g.first_seq::text, 19, '0') || lpad(g.last_seq::text, 19, '0') || {_LINES}"


def _hmac(text: str) -> str:
    return f"sha256(w.outer_key || sha256(w.inner_key || convert_to({text}, 'UTF8')))"


EFFECT_GENUINE = f"coalesce(e.mac = {_hmac(_SIGNED_EFFECT)}, false)"
GROUP_GENUINE = f"coalesce(g.mac = {_hmac(_SIGNED_GROUP)}, w.inner_key IS NULL)"
"""SQL on `narthex.writer w` and a record `e` or group `g`: whether the writer has made it. Groups of before writers had
keys pass.
"""
EFFECT_DIGEST = (
    f"sha256(convert_to(encode(e.mac, 'hex') || ' ' || {_us('e.written_at')} || ' ' || e.rows || E'\\n' "
    "|| e.record::text, 'UTF8'))"
)
GROUP_DIGEST = (
    f"sha256(convert_to(coalesce(encode(g.mac, 'hex'), '') || ' ' || {_us('g.written_at')} || E'\\n' "
    f"|| {_LINES}, 'UTF8'))"
)


def signed_effect(writer: UUID, seq: int, record: str) -> str:
    return f"{writer}{seq:019}{record}"


def signed_group(writer: UUID, first: int, last: int, lines: str) -> str:
    return f"{writer}{first:019}{last:019}{lines}"


def group_lines(
    environment: str,
    from_us: int,
    to_us: int,
    sessions: Sequence[str],
    effects: tuple[UUID | None, Sequence[int], Sequence[int]],
    records: str,
) -> str:
    """`effects` are the writer of effects, its void numbers and its doubtful ones."""
    writer, void, doubtful = effects
    numbers = f"{writer or ''} {','.join(map(str, void))} {','.join(map(str, doubtful))}"
    return f"{environment}\n{from_us} {to_us}\n{_BETWEEN.join(sessions)}\n{numbers}\n{records}"


def microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND



class Row(Protocol):
    """A row of the database by the names of its columns."""

    def __getitem__(self, name: str, /) -> Any: ...


def lines_of(group: Row) -> str:
    """`group_lines` of a row of `narthex.audit_group`."""
    return group_lines(
        group["environment"],
        microseconds(group["from_at"]),
        microseconds(group["to_at"]),
        group["sessions"],
        (group["effect_writer"], group["void"], group["doubtful"]),
        group["records"],
    )


def effect_digest(effect: Row) -> bytes:
    """The digest of a row of `narthex.audit_effect`."""
    head = f"{effect['mac'].hex()} {microseconds(effect['written_at'])} {effect['rows']}\n"
    return hashlib.sha256((head + effect["record"]).encode()).digest()


def group_digest(group: Row) -> bytes:
    """The digest of a row of `narthex.audit_group`."""
    head = f"{(group['mac'] or b'').hex()} {microseconds(group['written_at'])}\n"
    return hashlib.sha256((head + lines_of(group)).encode()).digest()


def genuine(text: str, mac: bytes, inner_key: bytes, outer_key: bytes) -> bool:
    """Whether the MAC is that of a text, by the padded keys of its writer."""
    inner = hashlib.sha256(inner_key + text.encode()).digest()
    return hmac.compare_digest(mac, hashlib.sha256(outer_key + inner).digest())


def link(previous: bytes, position: int, kind: Kind, writer: UUID, seq: int, digest: bytes) -> bytes:
    """The hash of one place in the chain."""
    return hashlib.sha256(previous + f"{position} {kind} {writer} {seq} ".encode() + digest).digest()


def checkpoint_text(position: int, hash_: bytes, made_at: datetime) -> bytes:
    """What the signature of a checkpoint covers."""
    return f"narthex audit checkpoint\n{position}\n{hash_.hex()}\n{microseconds(made_at)}\n".encode()
