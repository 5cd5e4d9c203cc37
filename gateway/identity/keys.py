"""The keys that sign tokens: made at first start, published as JWKS, rotated with an overlap.

A new key is published a little before it signs, and the one before it goes on verifying for a while, so that no
token fails because a gateway or a client has not yet heard of a rotation.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from narthex.errors import Code, Refusal

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    from gateway.database.connections import Pool
    from gateway.database.setup import Connection
    from gateway.database.standing import Standing

ALGORITHM = "EdDSA"

_PUBLISHED_AHEAD = timedelta(seconds=5)
# Long enough to tell from an old log which key a token named.
_FORGOTTEN_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One key pair. `verifies_until` is None for the newest, which nothing replaces yet."""

    kid: str
    private: Ed25519PrivateKey = field(repr=False)
    created_at: datetime
    signs_from: datetime
    verifies_until: datetime | None

    @property
    def public(self) -> Ed25519PublicKey:
        return self.private.public_key()

    def verifies(self, at: datetime) -> bool:
        return self.verifies_until is None or at < self.verifies_until

    def as_jwk(self) -> dict[str, str]:
        """The public half (RFC 8037, section 2)."""
        return {
            "kty": "OKP",
            "crv": "Ed25519",
            "use": "sig",
            "alg": ALGORITHM,
            "kid": self.kid,
            "x": _base64url(self.public.public_bytes_raw()),
        }


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All keys that the database has, newest first."""

    keys: tuple[SigningKey, ...]

    def signer(self, at: datetime) -> SigningKey:
        """The newest key that signs already."""
        for key in self.keys:
            if key.signs_from <= at and key.verifies(at):
                return key
        raise LookupError("No key signs: the database has not been set up.")

    def verifying(self, at: datetime) -> dict[str, SigningKey]:
        return {key.kid: key for key in self.keys if key.verifies(at)}

    def jwks(self, at: datetime) -> dict[str, list[dict[str, str]]]:
        """What `/.well-known/jwks.json` says."""
        return {"keys": [key.as_jwk() for key in self.keys if key.verifies(at)]}


async def load_keys(connection: Connection | PoolConnectionProxy[asyncpg.Record] | Standing) -> KeyRing:
    rows = await connection.fetch(
        "SELECT kid, private_key, created_at, signs_from, verifies_until FROM narthex.signing_key "
        "ORDER BY signs_from DESC, kid"
    )
    return KeyRing(
        tuple(
            SigningKey(
                kid=row["kid"],
                private=Ed25519PrivateKey.from_private_bytes(row["private_key"]),
                created_at=row["created_at"],
                signs_from=row["signs_from"],
                verifies_until=row["verifies_until"],
            )
            for row in rows
        )
    )


async def load_keys_from(pool: Pool) -> KeyRing:
    """The keys as a running gateway asks for them: refused with UNAVAILABLE where the database does not answer."""
    try:
        async with pool.acquire() as connection:
            return await load_keys(connection)
    except (
        OSError,
        TimeoutError,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,  # the server has ended the session and has not hung up yet
    ) as error:
        raise Refusal(Code.UNAVAILABLE, "The keys of tokens cannot be read now.") from error


async def ensure_key(connection: Connection) -> None:
    """Make the first key where there is none. The caller holds the setup lock."""
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM narthex.signing_key)"):
        await _insert(connection, datetime.now(UTC))


async def rotate_keys(connection: Connection, overlap_s: int, *, at_once: bool = False) -> SigningKey:
    """Make a new key and let the others end. `at_once` ends them now: every token of theirs stops to hold."""
    async with connection.transaction():
        await connection.execute("LOCK TABLE narthex.signing_key IN EXCLUSIVE MODE")
        now = datetime.now(UTC)
        signs_from = now if at_once else now + _PUBLISHED_AHEAD
        await connection.execute(
            "UPDATE narthex.signing_key SET verifies_until = least(verifies_until, $1)",
            now if at_once else signs_from + timedelta(seconds=overlap_s),
        )
        await connection.execute("DELETE FROM narthex.signing_key WHERE verifies_until < $1", now - _FORGOTTEN_AFTER)
        return await _insert(connection, signs_from)


async def _insert(connection: Connection, signs_from: datetime) -> SigningKey:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key = SigningKey(
        kid=_base64url(hashlib.sha256(public).digest()[:12]),
        private=private,
        created_at=datetime.now(UTC),
        signs_from=signs_from,
        verifies_until=None,
    )
    await connection.execute(
        "INSERT INTO narthex.signing_key (kid, algorithm, private_key, public_key, created_at, signs_from) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        key.kid,
        ALGORITHM,
        private.private_bytes_raw(),
        public,
        key.created_at,
        key.signs_from,
    )
    return key


def same_keys(one: KeyRing, other: KeyRing) -> bool:
    """Whether both verify the same tokens."""
    return _ends(one.keys) == _ends(other.keys)


def _ends(keys: Iterable[SigningKey]) -> set[tuple[str, datetime | None]]:
    return {(key.kid, key.verifies_until) for key in keys}


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
