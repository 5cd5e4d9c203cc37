"""`narthex revoke`: ends a token, a subject or a session, on all gateways within a second."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.options import HERE, AsJson, DataDir, Project, data_dir_of, read_project
from gateway.cli.output import print_records

if TYPE_CHECKING:
    from gateway.identity.revocation import Target
    from narthex.settings import Settings

_BY = "cli"
_LONGEST = 200


def revoke(
    project: Project = HERE,
    data_dir: DataDir = None,
    token: Annotated[
        str | None, typer.Option(metavar="TOKEN", help="A token: the id in it ('jti'), or the token itself.")
    ] = None,
    sub: Annotated[
        str | None, typer.Option(metavar="NAME", help="A subject: its tokens, and those in whose chain it acts.")
    ] = None,
    sid: Annotated[str | None, typer.Option(metavar="SID", help="A session: all tokens of it.")] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why; it is kept.")] = None,
    lift: Annotated[bool, typer.Option("--lift", help="Let it hold again.")] = False,
    as_json: AsJson = False,
) -> None:
    """End a token, a subject or a session, with its running requests and open connections. Without any, list them.

    Example: narthex revoke --project examples/music_store --sub research-agent --reason "left the team"
    """
    target = _target(token, sub, sid)
    if target is None and (reason is not None or lift):
        raise typer.BadParameter("--reason and --lift need one of --token, --sub and --sid.")
    if lift and reason is not None:
        raise typer.BadParameter("--reason says why something ends; it does not go with --lift.")
    folder, settings = read_project(project)
    work = _change(settings, data_dir_of(folder, data_dir), target, reason, lift)
    print_records(asyncio.run(work), as_json=as_json, none="Nothing was ever revoked.")


def _target(token: str | None, sub: str | None, sid: str | None) -> tuple[Target, str] | None:
    from gateway.identity.revocation import Target

    given = [(Target.TOKEN, token), (Target.SUBJECT, sub), (Target.SESSION, sid)]
    named = [(kind, value) for kind, value in given if value is not None]
    if not named:
        return None
    if len(named) > 1:
        raise typer.BadParameter("Name one of --token, --sub and --sid.")
    kind, value = named[0]
    if kind is Target.TOKEN and value.count(".") == 2:
        value = _id_of(value)
    if not value or len(value) > _LONGEST:
        raise typer.BadParameter(f"A {kind.value} has 1 to {_LONGEST} characters.")
    return kind, value


def _id_of(token: str) -> str:
    import jwt

    try:
        # Whether it verifies does not matter: only its id is taken, and a revoked id that nobody has does no harm.
        identifier = jwt.decode(token, options={"verify_signature": False})["jti"]
    except (jwt.PyJWTError, KeyError):
        raise typer.BadParameter("--token: that is no token of Narthex.") from None
    return str(identifier)


async def _change(
    settings: Settings, data_dir: Path, target: tuple[Target, str] | None, reason: str | None, lifts: bool
) -> list[dict[str, object]]:
    """What is recorded of the target afterwards, the newest first; of all where there is none."""
    from gateway.database.setup import setup_connection
    from gateway.development import reached_database
    from gateway.identity import revocation
    from gateway.prepare import prepare_control
    from narthex.errors import Code, Refusal

    async with reached_database(settings, data_dir) as urls:
        await prepare_control(urls)
        async with setup_connection(urls.direct) as control:
            if target is not None and not lifts:
                await revocation.revoke(control, *target, by=_BY, reason=reason)
            elif target is not None and not await revocation.lift(control, *target, by=_BY):
                raise Refusal(Code.BAD_USER_INPUT, f"The {target[0].value} {target[1]!r} is not revoked.", hint="")
            rows = await revocation.list_revocations(control)
    return [dict(row) for row in rows if target is None or (row["kind"], row["value"]) == target]
