"""Who writes records: each process is two writers, one of reads and one of effects, that sign what they write.

Nothing is refused here; who cannot be registered yet is registered with its next sign of life.
"""

from __future__ import annotations

import hmac
import secrets
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import asyncpg
    from asyncpg.pool import PoolConnectionProxy

    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]

Kind = Literal["read", "effect"]
READ: Kind = "read"
EFFECT: Kind = "effect"

_BLOCK = 64
_INNER, _OUTER = 0x36, 0x5C
_SIGN_OF_LIFE = """
INSERT INTO narthex.writer AS w (writer, kind, environment, inner_key, outer_key, issued, ended_at)
VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $7 THEN clock_timestamp() END)
ON CONFLICT (writer) DO UPDATE
SET seen_at = clock_timestamp(), issued = greatest(w.issued, excluded.issued), ended_at = excluded.ended_at,
    closed = false
"""


class Writer:
    """One numbered sequence of records, and the key that signs them."""

    def __init__(self, kind: Kind, environment: str) -> None:
        self.id = uuid.uuid4()
        self.kind = kind
        self.environment = environment
        self.issued = 0
        self.registered = False
        self._key = secrets.token_bytes(32)

    def next(self) -> int:
        self.issued += 1
        return self.issued

    def mac(self, text: str) -> bytes:
        """HMAC-SHA256 (RFC 2104) of a text."""
        return hmac.digest(self._key, text.encode(), "sha256")

    async def tell(self, connection: Connection, *, ended: bool = False) -> None:
        """Let the store know that this writer lives, and how far it has counted; the first time it is registered."""
        inner, outer = padded_keys(self._key)
        await connection.execute(
            _SIGN_OF_LIFE, self.id, self.kind, self.environment, inner, outer, self.issued, ended
        )
        self.registered = True


class HasWriter(Protocol):
    @property
    def writer(self) -> Writer: ...


def padded_keys(key: bytes) -> tuple[bytes, bytes]:
    """The two keys with which HMAC hashes, so that SQL can do it with `sha256` alone."""
    block = key.ljust(_BLOCK, b"\0")
    return bytes(byte ^ _INNER for byte in block), bytes(byte ^ _OUTER for byte in block)


async def tell_all(connection: Connection, writers: Iterable[HasWriter]) -> None:
    for each in writers:
        await each.writer.tell(connection)
