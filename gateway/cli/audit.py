"""`narthex audit`: the records of what happened."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from gateway.cli.options import HERE, AsJson, DataDir, Project, data_dir_of, read_project
from gateway.cli.output import print_json, print_records

if TYPE_CHECKING:
    from narthex.ports import AuditVerification

_HELP = """What happened, and whether the records of it are true.

Example: narthex audit verify --project examples/music_store
"""
_ANCHOR = re.compile(r"([1-9][0-9]{0,17}):([0-9a-fA-F]{64})")
_ID = re.compile(r"([0-9a-f-]{36}):([1-9][0-9]{0,17})")
_POLL_S = 0.5

app = typer.Typer(help=_HELP, no_args_is_help=True, rich_markup_mode=None)

Since = Annotated[int, typer.Option("--since", metavar="N", min=1, help="The place of the chain to begin at.")]


@app.command("tail")
def tail(
    project: Project = HERE,
    data_dir: DataDir = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=10_000, help="How many of the newest.")] = 20,
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="Only 'read' or only 'effect'.")] = None,
    session: Annotated[str | None, typer.Option(metavar="SID", help="Only those of a session.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with those that come.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the newest records, the newest last.

    Example: narthex audit tail --project examples/music_store --kind effect --follow
    """
    if kind not in (None, "read", "effect"):
        raise typer.BadParameter("--kind is 'read' or 'effect'.")
    asyncio.run(_tail(project, data_dir, limit, kind, session, follow, as_json))


@app.command("verify")
def verify(
    project: Project = HERE,
    data_dir: DataDir = None,
    since: Since = 1,
    contains: Annotated[
        str | None,
        typer.Option(metavar="POSITION:HASH", help="The end of the chain as it was printed once, and kept elsewhere."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold the records against the chain that seals them. 1 where something was changed, is missing, moved, cut off or
    put in.

    Example: narthex audit verify --project examples/music_store
    """
    anchor = None
    if contains is not None:
        found = _ANCHOR.fullmatch(contains)
        if found is None:
            raise typer.BadParameter("--contains is a position, a colon and 64 hex digits.")
        anchor = int(found[1]), found[2].lower()
    result = asyncio.run(_verify(project, data_dir, since, anchor))
    _print(result, as_json)
    if not result.ok:
        raise typer.Exit(1)


@app.command("export")
def export(project: Project = HERE, data_dir: DataDir = None, since: Since = 1) -> None:
    """Print the chain as JSON lines, with all that it takes to verify it elsewhere, but no values that can be redacted.

    Example: narthex audit export --project examples/music_store > audit.jsonl
    """
    asyncio.run(_export(project, data_dir, since))


@app.command("redact")
def redact(
    record: Annotated[str, typer.Argument(metavar="ID", help="The id of the record.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the value in it.")],
    project: Project = HERE,
    data_dir: DataDir = None,
) -> None:
    """Take a value out of a record for good. Its hash stays, so that the chain holds. 1 where there is none.

    Example: narthex audit redact 6f1c0c9e-0d5b-4b0e-9a53-0f3c1b7a2d10:7 object.phone --project examples/music_store
    """
    found = _ID.fullmatch(record)
    try:
        writer = UUID(found[1]) if found is not None else None
    except ValueError:
        writer = None
    if found is None or writer is None:
        raise typer.BadParameter("That is no id of a record.", param_hint="ID")
    if not asyncio.run(_redact(project, data_dir, writer, int(found[2]), name)):
        typer.echo("There is no such value, or it was redacted before.", err=True)
        raise typer.Exit(1)
    typer.echo("It is gone; its hash stays.")


@asynccontextmanager
async def _control(project: Path, data_dir: Path | None) -> AsyncIterator[Any]:
    """A connection of the control role."""
    import asyncpg

    from gateway.development import reached_database
    from gateway.prepare import prepare_control

    folder, settings = read_project(project)
    async with reached_database(settings, data_dir_of(folder, data_dir)) as urls:
        await prepare_control(urls)
        connection = await asyncpg.connect(
            urls.control,
            server_settings={
                "application_name": "narthex audit",
                "search_path": "pg_catalog, pg_temp",
                "timezone": "UTC",
                "jit": "off",
            },
        )
        try:
            yield connection
        finally:
            await connection.close()


async def _tail(
    project: Path, data_dir: Path | None, limit: int, kind: str | None, session: str | None, follow: bool, as_json: bool
) -> None:
    from gateway.audit.export import newest

    async with _control(project, data_dir) as connection:
        rows = await newest(connection, limit, kind, session)
        if not follow:
            print_records([dict(row) for row in rows], as_json=as_json, none="There is no record yet.")
            return
        seen: set[str] = set()
        while True:
            fresh = [row for row in rows if row["id"] not in seen]
            for row in fresh:
                typer.echo(_line(dict(row), as_json))
            seen = {row["id"] for row in rows}
            await asyncio.sleep(_POLL_S)
            rows = await newest(connection, max(limit, 1_000), kind, session)


def _line(row: dict[str, Any], as_json: bool) -> str:
    if as_json:
        return json.dumps(row, default=str, ensure_ascii=False)
    rows = f" {row['rows']} rows" if row["rows"] is not None else ""
    who, what = f"{row['subject']} ({row['role']})", " ".join(row["coordinates"])
    return f"{row['at']:%F %T} {row['kind']} {who} {row['outcome']}{rows} {what}  {row['id']}"


async def _verify(
    project: Path, data_dir: Path | None, since: int, anchor: tuple[int, str] | None
) -> AuditVerification:
    from gateway.audit.verify import verify

    async with _control(project, data_dir) as connection:
        return await verify(connection, since, anchor)


def _print(result: AuditVerification, as_json: bool) -> None:
    if as_json:
        print_json({"ok": result.ok, **asdict(result)})
        return
    if result.findings:
        print_records([asdict(finding) for finding in result.findings], as_json=False, none="")
    verdict = "The records are true to their chain" if result.ok else "The records are not true to their chain"
    typer.echo(f"{verdict}: {result.records} looked at, {result.unsealed} not sealed yet.")
    if result.position:
        typer.echo(f"The chain ends at {result.position}:{result.hash}")


async def _export(project: Path, data_dir: Path | None, since: int) -> None:
    from gateway.audit.export import chain_lines

    async with _control(project, data_dir) as control, control.transaction(isolation="repeatable_read", readonly=True):
        async for line in chain_lines(control, since):
            typer.echo(json.dumps(line, ensure_ascii=False))


async def _redact(project: Path, data_dir: Path | None, writer: UUID, seq: int, name: str) -> bool:
    async with _control(project, data_dir) as connection:
        return bool(await connection.fetchval("SELECT narthex.redact($1, $2, $3)", writer, seq, name))
