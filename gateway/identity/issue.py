"""Making a token for somebody who is in the registry, or enters it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.identity.claims import Identity
from gateway.identity.keys import load_keys
from gateway.identity.registry import register
from gateway.identity.revocation import require_welcome
from gateway.identity.tokens import issue
from narthex.settings import Settings

if TYPE_CHECKING:
    from gateway.database.setup import Connection


async def issue_registered(
    connection: Connection, settings: Settings, identity: Identity, ttl_s: int, owner: str | None = None
) -> str:
    """The token, after the registry has agreed; FORBIDDEN where somebody in its chain is revoked."""
    await require_welcome(connection, (identity.subject, *identity.actors))
    await register(connection, identity, owner)
    return issue(await load_keys(connection), settings, identity, ttl_s)
