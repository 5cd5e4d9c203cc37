"""`narthex doctor`: what is there, what is missing, and how to mend it. Changes nothing that a start would not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from gateway.cli.options import HERE, AsJson, DataDir, Project, data_dir_of
from gateway.cli.output import print_json
from gateway.finding import Finding, State, error, good

if TYPE_CHECKING:
    from narthex.settings import Settings

_COLOURS = {State.OK: typer.colors.GREEN, State.WARNING: typer.colors.YELLOW, State.ERROR: typer.colors.RED}


def doctor(project: Project = HERE, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Check the installation, the project and its database. Exits with 1 where something has to be mended.

    Example: narthex doctor --project examples/music_store
    """
    findings = list(_examine(project, data_dir))
    if as_json:
        print_json([{"check": f.check, "state": f.state, "said": f.said, "mend": f.mend or None} for f in findings])
    else:
        for finding in findings:
            _print(finding)
    raise typer.Exit(1 if any(finding.state is State.ERROR for finding in findings) else 0)


def _examine(project: Path, data_dir: Path | None) -> Iterator[Finding]:
    from gateway.cli.checks import (
        console_built,
        migrations_read,
        packages_ours,
        policies_read,
        port_free,
        project_there,
        python_new_enough,
    )
    from narthex.errors import ProjectError
    from narthex.settings import load_settings

    yield python_new_enough()
    yield packages_ours()
    yield console_built()
    try:
        settings = load_settings(project)
    except ProjectError as mistake:
        yield error("settings", str(mistake), "Correct narthex.toml or the environment.")
        return
    yield project_there(project)
    yield good("settings", "read")
    yield migrations_read(project)
    yield policies_read(project)
    yield port_free(settings)
    yield from asyncio.run(_examine_database(project, settings, data_dir_of(project, data_dir)))


async def _examine_database(project: Path, settings: Settings, data_dir: Path) -> list[Finding]:
    import asyncpg

    from gateway.cli.checks import own_passwords, served_schema
    from gateway.database.rights import examine_rights
    from gateway.development import is_embedded, reached_database
    from gateway.embedded.errors import EmbeddedError
    from narthex.errors import ProjectError

    if is_embedded(settings) and not (data_dir / "postgres").is_dir():
        return [good("database", f"embedded; 'narthex dev' makes it in {data_dir} at its first start")]
    findings = [] if is_embedded(settings) else [own_passwords(project, settings)]
    try:
        async with reached_database(settings, data_dir) as urls:
            findings += await examine_rights(project, settings, urls)
            if not any(finding.state is State.ERROR for finding in findings):
                findings.append(await served_schema(project, settings, urls.data))
    except (ProjectError, EmbeddedError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as refusal:
        findings.append(error("database", str(refusal), "Mend what it says, then run 'narthex doctor' again."))
    return findings


def _print(finding: Finding) -> None:
    state = typer.style(f"{finding.state.value:8}", fg=_COLOURS[finding.state])
    typer.echo(f"{state} {finding.check}: {finding.said}")
    if finding.mend:
        typer.echo(f"{'':9}{finding.mend}")
