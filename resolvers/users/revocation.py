"""`auth_revoke`: ends a token, a subject or a session for all gateways. Refuses what names none of them, or several."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import Info

from narthex.errors import Code, Refusal
from narthex.ports import Revocable
from resolvers.context import Context
from resolvers.selfinfo.scalars import Timestamptz

_LONGEST = 200
_LONGEST_REASON = 1_000


@strawberry.type(description="What was revoked, and since when.")
class Revocation:
    revoked_at: Timestamptz = strawberry.field(
        description="Since when it is revoked. Gateways know of it within a second."
    )


async def revoke(
    info: Info[Context, None],
    token: Annotated[str | None, strawberry.argument(description="The id of one token, its 'jti'.")] = None,
    subject: Annotated[
        str | None, strawberry.argument(description="A subject: its tokens, and those in whose chain it acts.")
    ] = None,
    session: Annotated[str | None, strawberry.argument(description="A session, 'sid': all its tokens.")] = None,
    reason: Annotated[str | None, strawberry.argument(description="Why; it is kept.")] = None,
) -> Revocation:
    given: dict[Revocable, str | None] = {"token": token, "subject": subject, "session": session}
    named = [(kind, value) for kind, value in given.items() if value is not None]
    if len(named) != 1:
        raise _bad("Name one of 'token', 'subject' and 'session'.")
    kind, value = named[0]
    if not value or len(value) > _LONGEST or "\0" in value:
        raise _bad(f"'{kind}' is a text of 1 to {_LONGEST} characters.")
    if reason is not None and (len(reason) > _LONGEST_REASON or "\0" in reason):
        raise _bad(f"'reason' is a text of at most {_LONGEST_REASON} characters.")
    context = info.context
    by = " for ".join((*context.principal.actors, context.principal.subject))
    return Revocation(revoked_at=Timestamptz(await context.revoker.revoke(kind, value, by=by, reason=reason)))


def _bad(message: str) -> Refusal:
    return Refusal(Code.BAD_USER_INPUT, message, coordinate="Mutation.auth_revoke")
