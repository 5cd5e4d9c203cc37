"""Cases of `narthex policy test`: a principal, an operation, and the verdict that the policies should give.

Files `policies/tests/*.toml` hold them. A case is decided by what `explain` uses, and so as a run would be; nothing
runs. Refuses (`ProjectError`) files that cannot be read, with the file and the case.
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from gateway.envelope import Envelope, Message, Mode
from gateway.explain import PipelineExplainer
from gateway.identity import claims
from gateway.identity.claims import Identity
from gateway.snapshot import Snapshot
from narthex.errors import Code, ProjectError
from narthex.principal import Kind, Level, Principal
from policies.problems import suggest

ALLOW = "allow"

_TEXT, _TEXTS, _TABLE = "a text", "a list of texts", "a table"
_KEYS = {
    "name": _TEXT,
    "role": _TEXT,
    "operation": _TEXT,
    "expect": _TEXT,
    "scopes": _TEXTS,
    "level": _TEXT,
    "kind": _TEXT,
    "sub": _TEXT,
    "actors": _TEXTS,
    "allow": _TEXTS,
    "claims": _TABLE,
    "variables": _TABLE,
    "mode": _TEXT,
    "idempotency_key": _TEXT,
}
_NEEDED = ("name", "role", "operation", "expect")


@dataclass(frozen=True, slots=True)
class Case:
    """`expect` is `allow`, or the code of one of the refusals."""

    file: str
    name: str
    envelope: Envelope
    expect: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """`got` is `allow`, or the codes of the refusals; `said` their texts."""

    case: Case
    got: tuple[str, ...]
    said: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return self.case.expect in self.got


def read_cases(folder: Path, environment: str) -> list[Case]:
    """The cases of a project's `policies/tests`, in the order of files and within them."""
    return [case for path in sorted(folder.glob("*.toml")) for case in _file(path, environment)]


async def decide_case(case: Case, snapshot: Snapshot) -> Outcome:
    """The verdict on a case's operation."""
    message = case.envelope.message
    explained = await PipelineExplainer(snapshot, case.envelope).explain(message.query, message.variables)
    if explained.allowed:
        return Outcome(case, (ALLOW,), ())
    codes = tuple(dict.fromkeys(refusal.code.value for refusal in explained.refusals))
    return Outcome(case, codes, tuple(refusal.message for refusal in explained.refusals))


def _file(path: Path, environment: str) -> Iterator[Case]:
    name = f"policies/tests/{path.name}"
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ProjectError(f"{name}: {error}") from error
    cases = read.get("case")
    if set(read) != {"case"} or not isinstance(cases, list):
        raise ProjectError(f"{name}: the file holds nothing but cases, each below '[[case]]'.")
    for place, given in enumerate(cases, 1):
        label = f"{name}, case {place}"
        if not isinstance(given, dict):
            raise ProjectError(f"{label}: it is no table. Write it below '[[case]]'.")
        yield _case(name, label, given, environment)


def _case(file: str, label: str, given: Mapping[str, object], environment: str) -> Case:
    for name, value in given.items():
        if name not in _KEYS:
            raise ProjectError(f"{label}: there is no '{name}'. {suggest(name, _KEYS)}".rstrip())
        if not _is(value, _KEYS[name]):
            raise ProjectError(f"{label}: '{name}' is {_KEYS[name]}.")
    missing = [name for name in _NEEDED if name not in given]
    if missing:
        raise ProjectError(f"{label}: it lacks '{missing[0]}'.")
    expect = _one_of(label, "expect", given, (ALLOW, *(code.value for code in Code)), ALLOW)
    mode = Mode(_one_of(label, "mode", given, [mode.value for mode in Mode], Mode.LIVE.value))
    message = Message(str(given["operation"]), cast("Mapping[str, object]", given.get("variables", {})))
    key = given.get("idempotency_key")
    principal = _principal(label, given, environment)
    envelope = Envelope(principal, message, "policy test", mode, idempotency_key=str(key) if key is not None else None)
    return Case(file, str(given["name"]), envelope, expect)


def _principal(label: str, given: Mapping[str, object], environment: str) -> Principal:
    """As a token of `narthex token` would make it, with the same defaults."""
    own = cast("Mapping[str, object]", given.get("claims", {}))
    if taken := sorted(claims.STANDARD & own.keys()):
        raise ProjectError(f"{label}: the claim '{taken[0]}' always means the token's own.")
    identity = Identity(
        subject=str(given.get("sub", "case")),
        kind=Kind(_one_of(label, "kind", given, [kind.value for kind in Kind], Kind.SERVICE.value)),
        roles=(str(given["role"]),),
        environment=environment,
        level=Level[_one_of(label, "level", given, [level.name for level in Level], Level.READ.name)],
        scopes=_texts(given, "scopes"),
        actors=_texts(given, "actors"),
        allow=_texts(given, "allow"),
        claims=own,
    )
    payload = claims.compose(identity, session="policy-test")
    return claims.read({**payload, "jti": "policy-test", "exp": int(time.time()) + 3600})


def _one_of(label: str, key: str, given: Mapping[str, object], known: Collection[str], default: str) -> str:
    value = str(given.get(key, default))
    if value not in known:
        fix = suggest(value, known) or f"Use one of {', '.join(known)}."
        raise ProjectError(f"{label}: '{key}' is not '{value}'. {fix}")
    return value


def _texts(given: Mapping[str, object], key: str) -> tuple[str, ...]:
    return tuple(cast("list[str]", given.get(key, [])))


def _is(value: object, what: str) -> bool:
    if what is _TEXTS:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, dict if what is _TABLE else str)
