"""Signed hashes of the chain: what they say is held against the chain as it is."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gateway.audit.chain import checkpoint_text
from narthex.ports import AuditFinding, Severity

if TYPE_CHECKING:
    import asyncpg

    from gateway.audit.writers import Connection

_BATCH = 1_000
_NEXT = """
SELECT c.*, k.kid IS NOT NULL AS known FROM narthex.audit_checkpoint c LEFT JOIN narthex.signing_key k
    ON k.kid = c.kid AND k.public_key = c.public_key
WHERE c.position >= $1 ORDER BY c.position LIMIT $2
"""


class Checkpoints:
    """All checkpoints in order, read as the chain is walked."""

    def __init__(self) -> None:
        self._waiting: dict[int, asyncpg.Record] = {}
        self._read = 0
        self._unknown: set[str] = set()

    async def open(self, connection: Connection, since: int) -> None:
        self._read = since - 1
        await self.read_on(connection, self._read)

    async def read_on(self, connection: Connection, position: int) -> None:
        """Read more where the chain has come close to what was read."""
        while position + _BATCH > self._read:
            rows = await connection.fetch(_NEXT, self._read + 1, _BATCH)
            if not rows:
                return
            self._waiting.update((row["position"], row) for row in rows)
            self._read = rows[-1]["position"]

    def meet(self, position: int, hash_: bytes) -> list[AuditFinding]:
        """The chain has come to a position: what the checkpoint there says of it."""
        row = self._waiting.pop(position, None)
        if row is None:
            return []
        findings = self._signature(row)
        if row["hash"] != hash_:
            said = "The chain is not the one that was signed here."
            findings.append(AuditFinding("CHANGED", Severity.ERROR, said, position))
        return findings

    async def rest(self, connection: Connection, end: int) -> list[AuditFinding]:
        """The chain has ended: what was signed beyond its end has been cut off."""
        await self.read_on(connection, end + _BATCH)
        findings: list[AuditFinding] = []
        beyond = [row for position, row in self._waiting.items() if position > end]
        if beyond:
            said = f"The chain ends at position {end}, but position {beyond[-1]['position']} was signed once."
            findings.append(AuditFinding("TRUNCATED", Severity.ERROR, said, end + 1))
        return findings

    def _signature(self, row: asyncpg.Record) -> list[AuditFinding]:
        position, public = row["position"], row["public_key"]
        named = base64.urlsafe_b64encode(hashlib.sha256(public).digest()[:12]).rstrip(b"=").decode()
        try:
            if named != row["kid"]:
                raise InvalidSignature
            text = checkpoint_text(position, row["hash"], row["made_at"])
            Ed25519PublicKey.from_public_bytes(public).verify(row["signature"], text)
        except (InvalidSignature, ValueError):
            return [AuditFinding("CHANGED", Severity.ERROR, "The signature of the checkpoint is wrong.", position)]
        if row["known"] or row["kid"] in self._unknown:
            return []
        self._unknown.add(row["kid"])
        said = f"A checkpoint is signed by the key {row['kid']}, which this database does not have or has no longer."
        return [AuditFinding("UNKNOWN_KEY", Severity.WARNING, said, position)]
