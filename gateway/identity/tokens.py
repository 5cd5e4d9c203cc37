"""Tokens: signing them, and turning one that came with a request into a principal.

Refuses whatever is not a token of this gateway for this environment, valid now: UNAUTHENTICATED, always in the same
words, since each reason would help only somebody who makes tokens up. A role that the token does not have is
FORBIDDEN: the caller is known, and the value is not open to it. UNAVAILABLE where nobody can tell what was revoked.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import jwt

from gateway.identity import claims
from gateway.identity.claims import Identity
from gateway.identity.keys import ALGORITHM, KeyRing, same_keys
from gateway.identity.revocation import Covers, Revocations
from narthex.errors import Code, Refusal, Retry
from narthex.principal import Principal
from narthex.settings import Settings

TYPE = "at+jwt"

_LONGEST = 16_384
_REQUIRED = ["iss", "aud", "iat", "nbf", "exp", "jti", "sub", "sid", "kind", "roles", "env"]
_RELOAD_SECONDS = 1.0


def issue(ring: KeyRing, settings: Settings, identity: Identity, ttl_s: int) -> str:
    """A token that holds from now on for `ttl_s` seconds, in a session of its own."""
    now = int(time.time())
    key = ring.signer(datetime.now(UTC))
    payload: dict[str, object] = {
        "iss": settings.auth.issuer,
        "aud": settings.auth.audience,
        "iat": now,
        "nbf": now,
        "exp": now + ttl_s,
        "jti": secrets.token_urlsafe(16),
        **claims.compose(identity, session=secrets.token_urlsafe(16)),
    }
    return jwt.encode(payload, key.private, algorithm=ALGORITHM, headers={"kid": key.kid, "typ": TYPE})


class TokenVerifier:
    """Remembers what it has verified, so that the next request with the same token costs a look-up.

    `reload` fetches the keys anew; it is called for a key that is unknown, at most once a second. What is revoked is
    forgotten when the list changes, so that nothing of what is remembered is.
    """

    def __init__(
        self,
        ring: KeyRing,
        settings: Settings,
        reload: Callable[[], Awaitable[KeyRing]],
        revocations: Revocations,
    ) -> None:
        self._ring = ring
        self._settings = settings
        self._reload = reload
        self._revocations = revocations
        revocations.on_change(self._forget)
        self._reloaded_at = float("-inf")
        self._known: OrderedDict[str | tuple[str, str], tuple[float, Principal]] = OrderedDict()
        self._capacity = settings.auth.verified_tokens

    async def verify(self, token: str, role: str | None = None) -> Principal:
        """The principal of a token, in `role` or in its first one."""
        if time.monotonic() >= self._revocations.relied_on_until:
            await self._revocations.require_fresh()
        remembered = token if role is None else (token, role)
        found = self._known.get(remembered)
        if found is not None:
            if time.time() < found[0]:
                self._known.move_to_end(remembered)
                return found[1]
            del self._known[remembered]
        until, principal = await self._verified(token)
        if role is not None:
            principal = _acting(principal, role)
        self._known[remembered] = until, principal
        while len(self._known) > self._capacity:
            self._known.popitem(last=False)
        return principal

    def _forget(self, covers: Covers) -> None:
        for remembered in [key for key, (_, principal) in self._known.items() if covers(principal)]:
            del self._known[remembered]

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public keys, for whoever wants to verify tokens of this gateway."""
        return self._ring.jwks(datetime.now(UTC))

    async def reload_keys(self) -> None:
        """Take over the keys that the database has now. One that ended takes its tokens along."""
        self._reloaded_at = time.monotonic()
        ring = await self._reload()
        if not same_keys(ring, self._ring):
            self._known.clear()
        self._ring = ring

    async def _verified(self, token: str) -> tuple[float, Principal]:
        """The principal and until when it may be remembered: its expiry, or its key's."""
        try:
            if len(token) > _LONGEST:
                raise ValueError("too long")
            header = jwt.get_unverified_header(token)
            if header.get("typ") != TYPE or header.get("alg") != ALGORITHM:
                raise ValueError("another kind of token")
            now = datetime.now(UTC)
            kid = header["kid"]
            if kid not in self._ring.verifying(now) and time.monotonic() - self._reloaded_at >= _RELOAD_SECONDS:
                await self.reload_keys()
            key = self._ring.verifying(now)[kid]
            payload = jwt.decode(
                token,
                key.public,
                algorithms=[ALGORITHM],
                audience=self._settings.auth.audience,
                issuer=self._settings.auth.issuer,
                leeway=self._settings.auth.clock_skew_s,
                options={"require": _REQUIRED, "strict_aud": True},
            )
            principal = claims.read(payload)
            if principal.grants.environment != self._settings.environment.name:
                raise ValueError("another environment")
            # The leeway is for clocks that are ahead; what has expired has expired.
            if principal.expires_at <= now.timestamp():
                raise ValueError("expired")
            if self._revocations.covers(principal):
                raise ValueError("revoked")
        except (jwt.PyJWTError, LookupError, ValueError, TypeError) as error:
            raise Refusal(Code.UNAUTHENTICATED, "The token is not valid here.") from error
        until = float(principal.expires_at)
        if key.verifies_until is not None:
            until = min(until, key.verifies_until.timestamp())
        return until, principal


def _acting(principal: Principal, role: str) -> Principal:
    if role not in principal.roles:
        raise Refusal(
            Code.FORBIDDEN,
            "The token does not have the role that the request asks for.",
            hint="Ask for one of the token's roles, or for none to act in its first.",
            retry=Retry.CHANGED,
        )
    return claims.in_role(principal, role)
