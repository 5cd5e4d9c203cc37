"""`narthex schema`: how the database is named, and what that had to change."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from gateway.cli.options import HERE, AsJson, DataDir, Project, data_dir_of, read_project
from gateway.cli.output import print_records

if TYPE_CHECKING:
    from narthex.settings import Settings

_HELP = """The served schema.

Example: narthex schema check --project examples/music_store
"""

app = typer.Typer(help=_HELP, no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def group() -> None:
    """Keeps `check` a command of its own, beside those to come."""


@app.command("check")
def check_schema(project: Project = HERE, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List every name that differs from the database's, and what is not served as it stands.

    Example: narthex schema check --project examples/music_store
    """
    folder, settings = read_project(project)
    records = asyncio.run(_check(folder, settings, data_dir_of(folder, data_dir)))
    print_records(records, as_json=as_json, none="Every name is the database's own.")


async def _check(project: Path, settings: Settings, data_dir: Path) -> list[dict[str, object]]:
    from gateway.cli.served import read_served

    served = await read_served(project, settings, data_dir)
    renamed: list[dict[str, object]] = [
        {"kind": "rename", "subject": rename.subject, "said": f"{rename.name}: {rename.reason}"}
        for rename in served.model.renames
    ]
    return renamed + [{"kind": "note", "subject": None, "said": note} for note in served.catalog.notes]
