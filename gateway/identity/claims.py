"""What a token says, and nothing of how it is signed: the claims of RFC 7519, 8693 and 9068, and Narthex's own.

| claim | what |
|---|---|
| `iss` `aud` `iat` `nbf` `exp` `jti` | as RFC 7519 has them |
| `sub`, `kind` | on whose behalf, and whether that is a `person`, an `agent` or a `service` |
| `act` | RFC 8693's chain of actors, the outermost the caller |
| `roles`, `scope`, `level` | what the token may do; scopes in one text, level READ where it is missing |
| `env`, `sid` | the environment that it is for, and its session |
| `allow` | coordinates that narrow the contract; missing where it is not narrowed |
| `claims` | what policies read as `$claim.name` |

Refuses, as `ValueError`, every shape that `compose` does not make.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import cast

from narthex.principal import Grants, Kind, Level, Principal

STANDARD = frozenset({"sub", "kind", "role", "env", "sid", "actor"})
"""Names that `$claim` always has. A token's own claims cannot take them."""

_LONGEST_CHAIN = 16


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a token is for and what it may do, before it is one. `actors` has the caller first."""

    subject: str
    kind: Kind
    roles: tuple[str, ...]
    environment: str
    level: Level = Level.READ
    scopes: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    claims: Mapping[str, object] = field(default_factory=dict)


def compose(identity: Identity, session: str) -> dict[str, object]:
    """The claims of an identity, without those that every token has."""
    claims: dict[str, object] = {
        "sub": identity.subject,
        "kind": identity.kind.value,
        "roles": list(identity.roles),
        "scope": " ".join(identity.scopes),
        "level": identity.level.name,
        "env": identity.environment,
        "sid": session,
    }
    if identity.actors:
        claims["act"] = _nested(identity.actors)
    if identity.allow:
        claims["allow"] = list(identity.allow)
    if identity.claims:
        claims["claims"] = dict(identity.claims)
    return claims


def read(payload: Mapping[str, object]) -> Principal:
    """The principal of a verified payload, in its first role."""
    roles = _texts(payload["roles"])
    if not roles:
        raise ValueError("a token has at least one role")
    kind = Kind(_text(payload["kind"]))
    actors = _flattened(payload.get("act"))
    grants = Grants(
        role=roles[0],
        scopes=frozenset(_text(payload.get("scope", ""), empty=True).split()),
        environment=_text(payload["env"]),
        allow=frozenset(_texts(payload.get("allow", []))),
    )
    subject, session = _text(payload["sub"]), _text(payload["sid"])
    own = payload.get("claims", {})
    if not isinstance(own, Mapping) or STANDARD & own.keys():
        raise ValueError("'claims' has names that are taken")
    visible = {**own, "sub": subject, "kind": kind.value, "role": roles[0], "env": grants.environment, "sid": session}
    if actors:
        visible["actor"] = actors[0]
    return Principal(
        subject=subject,
        kind=kind,
        roles=roles,
        grants=grants,
        level=_level(payload.get("level", Level.READ.name)),
        session=session,
        token_id=_text(payload["jti"]),
        expires_at=int(cast(int, payload["exp"])),
        actors=actors,
        claims=MappingProxyType(visible),
    )


def in_role(principal: Principal, role: str) -> Principal:
    """The same principal acting in another of its roles."""
    grants = principal.grants
    return Principal(
        subject=principal.subject,
        kind=principal.kind,
        roles=principal.roles,
        grants=Grants(role, grants.scopes, grants.environment, grants.allow),
        level=principal.level,
        session=principal.session,
        token_id=principal.token_id,
        expires_at=principal.expires_at,
        actors=principal.actors,
        claims=MappingProxyType({**principal.claims, "role": role}),
    )


def _nested(actors: Sequence[str]) -> dict[str, object]:
    inner: dict[str, object] = {}
    for actor in reversed(actors):
        inner = {"sub": actor, "act": inner} if inner else {"sub": actor}
    return inner


def _flattened(act: object) -> tuple[str, ...]:
    actors: list[str] = []
    while act is not None:
        if not isinstance(act, Mapping) or len(actors) == _LONGEST_CHAIN:
            raise ValueError("'act' is no chain of actors")
        actors.append(_text(act["sub"]))
        act = act.get("act")
    return tuple(actors)


def _level(name: object) -> Level:
    try:
        return Level[_text(name)]
    except KeyError:
        raise ValueError(f"{name!r} is no level") from None


def _text(value: object, *, empty: bool = False) -> str:
    if not isinstance(value, str) or not (value or empty):
        raise ValueError(f"{value!r} is no text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{value!r} is no list")
    return tuple(_text(part) for part in value)
