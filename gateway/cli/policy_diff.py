"""`narthex policy diff`: who gains and who loses between two sets of policies, over the same database."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.options import HERE, AsJson, DataDir, Project, data_dir_of, read_project
from gateway.cli.output import print_records

if TYPE_CHECKING:
    from policies.overlay import Overlay

_FOLDER = "A project, or a folder of .policy files."


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help=_FOLDER)],
    new: Annotated[Path, typer.Argument(metavar="NEW", help=_FOLDER)],
    project: Project = HERE,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Compare two sets of policies by what they open to each role. `--project` says over which database.

    Example: narthex policy diff /tmp/before/policies policies --project examples/music_store
    """
    from gateway.cli.served import read_served
    from policies.difference import differences

    folder, settings = read_project(project)
    before, after = _overlay(old), _overlay(new)
    served = asyncio.run(read_served(folder, settings, data_dir_of(folder, data_dir)))
    found = differences(served.under(before).policy(), served.under(after).policy(), settings.environment.name)
    records: list[dict[str, object]] = [
        {
            "role": one.role,
            "scopes": list(one.scopes),
            "change": one.change.value,
            "coordinate": one.coordinate,
            "action": one.action,
        }
        for one in found
    ]
    print_records(records, as_json=as_json, none="Nobody gains or loses anything.")


def _overlay(folder: Path) -> Overlay:
    from policies.overlay import load_folder

    policies = folder / "policies" if (folder / "policies").is_dir() else folder
    if not policies.is_dir():
        raise typer.BadParameter(f"There is no folder '{folder}'.")
    return load_folder(policies)
