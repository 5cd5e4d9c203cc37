"""Everybody who ever got a token, and the most that a token of theirs may hold.

Refuses (FORBIDDEN) to widen whom it knows: more roles, another kind, another owner. Narrower tokens are always fine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.identity.claims import Identity
from narthex.errors import Code, Refusal
from narthex.principal import Kind

if TYPE_CHECKING:
    from gateway.database.setup import Connection

ANY_ROLE = "*"


async def register(connection: Connection, identity: Identity, owner: str | None = None) -> None:
    """Enter whoever in the chain is unknown, and hold the others to what they are registered for.

    All or nothing: a refusal enters nobody. `owner` answers for the agents that are new.
    """
    async with connection.transaction():
        await _register(connection, identity.subject, identity.kind, identity.roles, owner)
        for actor in identity.actors:
            await _register(connection, actor, None, identity.roles, owner)


async def _register(
    connection: Connection, subject: str, kind: Kind | None, roles: tuple[str, ...], owner: str | None
) -> None:
    """`kind` is None for an actor: known ones may be anything, a new one is an agent."""
    entered = kind or Kind.AGENT
    owned = owner if entered is Kind.AGENT else None
    await connection.execute(
        "INSERT INTO narthex.principal (subject, kind, roles, owner) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (subject) DO NOTHING",
        subject,
        entered.value,
        list(roles),
        owned,
    )
    known = await connection.fetchrow("SELECT kind, roles, owner FROM narthex.principal WHERE subject = $1", subject)
    assert known is not None, "entered above, and nobody is ever removed"
    if ANY_ROLE in known["roles"]:
        return
    more = [role for role in roles if role not in known["roles"]]
    if more:
        raise _refusal(subject, f"for the roles {', '.join(known['roles'])}, not for {', '.join(more)}")
    if kind is not None and known["kind"] != kind.value:
        raise _refusal(subject, f"as kind {known['kind']}, not {kind.value}")
    if owned is not None and known["owner"] != owned:
        raise _refusal(subject, f"with {'the owner ' + known['owner'] if known['owner'] else 'no owner'}, not {owned}")


def _refusal(subject: str, said: str) -> Refusal:
    return Refusal(
        Code.FORBIDDEN,
        f"{subject!r} is registered {said}.",
        hint="Ask for what is registered, or make the token for another subject or actor.",
    )
