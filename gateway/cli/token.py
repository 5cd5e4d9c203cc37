"""`narthex token`: a signed token for a principal, which is registered if it is new."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.options import HERE, DataDir, Project, data_dir_of, read_project

if TYPE_CHECKING:
    from gateway.identity.claims import Identity
    from narthex.settings import Settings

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_NAME = re.compile(r"[^\s*,]+")


class KindName(StrEnum):
    AGENT = "agent"
    PERSON = "person"
    SERVICE = "service"


class LevelName(StrEnum):
    READ = "READ"
    SIMULATE = "SIMULATE"
    GATED = "GATED"
    WRITE = "WRITE"


def token(
    role: Annotated[
        list[str], typer.Option(metavar="R", help="A role; the first one acts unless a request names another.")
    ],
    project: Project = HERE,
    data_dir: DataDir = None,
    kind: Annotated[
        KindName, typer.Option(metavar="agent|person|service", help="What the subject is.")
    ] = KindName.SERVICE,
    scope: Annotated[list[str] | None, typer.Option(metavar="S", help="A scope.")] = None,
    level: Annotated[
        LevelName,
        typer.Option(metavar="READ|SIMULATE|GATED|WRITE", case_sensitive=False, help="What it may do with effects."),
    ] = LevelName.READ,
    sub: Annotated[str, typer.Option(metavar="NAME", help="On whose behalf.")] = "cli",
    actor: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Who acts for the subject; the caller first.")
    ] = None,
    owner: Annotated[str | None, typer.Option(metavar="NAME", help="Who answers for agents that are new.")] = None,
    claim: Annotated[
        list[str] | None,
        typer.Option(metavar="K=V", help="What policies read as $claim.K; V is JSON where it parses, else text."),
    ] = None,
    allow: Annotated[
        list[str] | None, typer.Option(metavar="COORDINATE", help="Narrow the contract to what is named.")
    ] = None,
    ttl: Annotated[
        str | None, typer.Option(metavar="15m", help="How long it holds. [default: [auth] token_ttl_s]")
    ] = None,
) -> None:
    """Print a token, bare, so that it fits in $( ).

    An unknown subject or actor is registered; a known one is never given more than it is registered for. Works while
    the gateway runs or not.

    Example: narthex token --project examples/music_store --kind agent --role support --claim employee_id=3
    """
    from gateway.identity.claims import Identity
    from narthex.principal import Kind, Level
    from policies.allow import check_allow

    folder, settings = read_project(project)
    check_allow(allow or [])
    identity = Identity(
        subject=_name("--sub", sub),
        kind=Kind(kind.value),
        roles=_names("--role", role),
        environment=settings.environment.name,
        level=Level[level.value],
        scopes=_names("--scope", scope or []),
        actors=_names("--actor", actor or []),
        allow=tuple(allow or []),
        claims=read_claims(claim or []),
    )
    ttl_s = read_ttl(ttl) if ttl is not None else settings.auth.token_ttl_s
    typer.echo(asyncio.run(_make(settings, data_dir_of(folder, data_dir), identity, owner, ttl_s)))


async def _make(settings: Settings, data_dir: Path, identity: Identity, owner: str | None, ttl_s: int) -> str:
    from gateway.database.setup import setup_connection
    from gateway.development import reached_database
    from gateway.identity.issue import issue_registered
    from gateway.prepare import prepare_control

    async with reached_database(settings, data_dir) as urls:
        await prepare_control(urls)
        async with setup_connection(urls.direct) as control:
            return await issue_registered(control, settings, identity, ttl_s, owner)


def read_ttl(text: str) -> int:
    """Seconds of `900`, `15m`, `12h` or `30d`."""
    found = re.fullmatch(r"([1-9]\d{0,8})([smhd]?)", text)
    if found is None:
        raise typer.BadParameter(f"--ttl {text!r}: write a number of s, m, h or d, such as 15m.")
    return int(found[1]) * _UNITS[found[2]]


def read_claims(texts: Iterable[str]) -> dict[str, object]:
    from gateway.identity.claims import STANDARD

    claims: dict[str, object] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not re.fullmatch(r"[A-Za-z_][\w-]*", name):
            raise typer.BadParameter(f"--claim {text!r}: write NAME=VALUE.")
        if name in STANDARD:
            raise typer.BadParameter(f"--claim {name}: this name is taken; it always means the token's own.")
        claims[name] = _json_or_text(value)
    return claims


def _json_or_text(value: str) -> object:
    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no JSON")

    try:
        return json.loads(value, parse_constant=refuse)
    except ValueError:
        return value


def _names(option: str, values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_name(option, value) for value in values))


def _name(option: str, value: str) -> str:
    if not _NAME.fullmatch(value) or len(value) > 200:
        raise typer.BadParameter(
            f"{option} {value!r}: a name has no blanks, commas or '*', and 200 characters at most."
        )
    return value
