"""`narthex migrate`: the project's migrations, applied or listed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.options import HERE, AsJson, DataDir, Project, data_dir_of, read_project
from gateway.cli.output import print_records

if TYPE_CHECKING:
    from narthex.settings import Settings


def migrate(
    project: Project = HERE,
    data_dir: DataDir = None,
    status: Annotated[bool, typer.Option("--status", help="List, apply nothing.")] = False,
    roles_sql: Annotated[
        bool, typer.Option("--roles-sql", help="Print the SQL that makes the database roles, and do nothing else.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Apply Narthex's own migrations and then migrations/*.sql, in order, each once.

    Example: narthex migrate --project examples/music_store --status
    """
    if roles_sql:
        from gateway.database.roles import ROLES_SQL

        typer.echo(ROLES_SQL.read_text(encoding="utf-8"), nl=False)
        return
    folder, settings = read_project(project)
    records = asyncio.run(_migrate(folder, settings, data_dir_of(folder, data_dir), apply=not status))
    none = "There are no migrations." if status else "Everything was applied already."
    print_records(records, as_json=as_json, none=none)


async def _migrate(project: Path, settings: Settings, data_dir: Path, *, apply: bool) -> list[dict[str, object]]:
    from gateway.database.migrate import read_ledger
    from gateway.database.setup import setup_connection
    from gateway.development import reached_database
    from gateway.prepare import prepare_control, prepare_database

    async with reached_database(settings, data_dir) as urls:
        if apply:
            done = await prepare_database(project, settings, urls, seed=False)
            return [{"applied": name} for name in (*done.control, *done.project)]
        await prepare_control(urls)
        async with setup_connection(urls.direct) as control:
            return await read_ledger(control, project)
