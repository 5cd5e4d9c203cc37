"""Who acts: the principal of one request, as its verified token says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    PERSON = "person"
    AGENT = "agent"
    SERVICE = "service"


class Level(IntEnum):
    """The ladder: what a token may do with effects. Missing means READ."""

    READ = 0
    SIMULATE = 1
    GATED = 2
    WRITE = 3


@dataclass(frozen=True, slots=True)
class Grants:
    """What a contract depends on, and nothing else: principals with equal grants share one contract.

    `allow` holds coordinates that narrow the contract; empty means that the token does not narrow it.
    """

    role: str
    scopes: frozenset[str]
    environment: str
    allow: frozenset[str]


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified caller.

    `actors` is RFC 8693's `act` chain, outermost (the caller) first; empty when the subject itself calls.
    `roles` are all roles of the token, `grants.role` the one that acts in this request.
    `expires_at` is in seconds since the epoch.
    """

    subject: str
    kind: Kind
    roles: tuple[str, ...]
    grants: Grants
    level: Level
    session: str
    token_id: str
    expires_at: int
    actors: tuple[str, ...] = ()
    claims: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def role(self) -> str:
        return self.grants.role

    def claim(self, name: str) -> object:
        """The value of `$claim.name` in a policy; None where the token does not say."""
        return self.subject if name == "sub" else self.claims.get(name)
