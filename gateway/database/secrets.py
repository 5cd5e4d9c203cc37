"""Secrets of the installation, kept by the control role and shared by all gateways on one database."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.database.connections import Pool

MASK_KEY = "mask_key"
"""The key of masks that hash: equal values look equal, and nobody can try values out."""
_BYTES = 32
_MAKE = "insert into narthex.secret (name, value) values ($1, $2) on conflict do nothing"


async def read_secret(control: Pool, name: str) -> bytes:
    """The secret, made now if there is none yet: 32 random bytes."""
    async with control.acquire() as connection:
        await connection.execute(_MAKE, name, secrets.token_bytes(_BYTES))
        value: bytes = await connection.fetchval("select value from narthex.secret where name = $1", name)
        return value
