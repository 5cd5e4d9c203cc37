"""What is counted against limits: whose use, how much of it, and how full the counter is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from math import floor
from typing import NamedTuple

from gateway.envelope import Envelope
from narthex.principal import Principal
from policies.admission import Limit, Per


class Wanted(NamedTuple):
    """An amount of a limit, for the counter of one caller or of those who count with it."""

    limit: Limit
    counter: bytes
    amount: int


class Standing(NamedTuple):
    """How full a counter was when it was looked at: `used` since the window began, `previous` in the one before.

    `elapsed_s` is how long ago the window began. `previous` counts as much as it overlaps the window that ends now.
    """

    wanted: Wanted
    fits: bool
    used: int
    previous: int
    elapsed_s: float

    @property
    def remaining(self) -> int:
        """What the limit had left before this."""
        return max(0, self.wanted.limit.limit - self._weighted(0))

    @property
    def retry_after_s(self) -> int | None:
        """Seconds until the amount would fit if nobody else came; None where it never does."""
        limit = self.wanted.limit
        room = limit.limit - self.wanted.amount
        if room < 0:
            return None
        left = limit.window_s - self.elapsed_s
        if self.previous and self.used <= room:
            wait = limit.window_s * (1 - (room + 1 - self.used) / self.previous) - self.elapsed_s
            return max(1, floor(min(wait, left)) + 1)
        if limit.durable or self.used <= room:
            return floor(left) + 1
        return floor(left + limit.window_s * (1 - (room + 1) / self.used)) + 1

    def _weighted(self, later_s: float) -> int:
        share = 1 - (self.elapsed_s + later_s) / self.wanted.limit.window_s
        return self.used + floor(self.previous * max(0.0, share))


def unused(wanted: Wanted) -> Standing:
    """How it stands with a counter that nobody has used."""
    return Standing(wanted, wanted.amount <= wanted.limit.limit, 0, 0, 0.0)


def wanted_of(envelope: Envelope, uses: Mapping[Limit, int]) -> list[Wanted]:
    """The counters of a request, each once."""
    environment = envelope.principal.grants.environment
    return [
        Wanted(limit, _counter(environment, limit.name, limit.per, _whose(limit.per, envelope.principal)), amount)
        for limit, amount in uses.items()
        if amount > 0
    ]


@lru_cache(maxsize=4096)
def _counter(environment: str, name: str, per: Per, whose: str) -> bytes:
    identity = [environment, name, per.value, whose]
    return hashlib.sha256(json.dumps(identity).encode()).digest()


def _whose(per: Per, principal: Principal) -> str:
    """An instance is whoever calls; an agent the first one that acts for the subject, with all to whom it delegates."""
    actors = principal.actors
    match per:
        case Per.PRINCIPAL:
            return principal.subject
        case Per.INSTANCE:
            return actors[0] if actors else principal.subject
        case Per.AGENT:
            return actors[-1] if actors else principal.subject
        case Per.SESSION:
            return principal.session
        case Per.ROLE:
            return principal.role
        case Per.TENANT:
            # Without the claim all count together: leaving it out must not give a counter of one's own.
            return json.dumps(principal.claim("tenant"), default=str)
        case Per.GLOBAL:
            return ""
