"""`narthex policy`: the policies, held against the database that they guard."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from gateway.cli import policy_diff, policy_explain, policy_print, policy_test
from gateway.cli.options import HERE, AsJson, DataDir, Project, data_dir_of, read_project
from gateway.cli.output import print_records

if TYPE_CHECKING:
    from gateway.cli.served import Served
    from narthex.settings import Settings

_HELP = """Policies.

Example: narthex policy check --project examples/music_store
"""

app = typer.Typer(help=_HELP, no_args_is_help=True, rich_markup_mode=None)
app.command("explain")(policy_explain.explain)
app.command("print")(policy_print.print_policies)
app.command("diff")(policy_diff.diff)
app.command("test")(policy_test.test_policies)

@app.command("check")
def check_policies(project: Project = HERE, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Read all policy files and hold them against the schema. Exits with 1 where a line is wrong.

    Lists what is odd, and the lines that override others.

    Example: narthex policy check --project examples/music_store
    """
    from policies.overlay import load_project
    from policies.problems import PolicyError

    folder, settings = read_project(project)
    records: list[dict[str, object]] = []
    wrong = False
    try:
        # Most mistakes need no database to be found.
        load_project(folder)
        served = asyncio.run(_read(folder, settings, data_dir_of(folder, data_dir)))
        policy = served.policy()
        records = [{"kind": "override", "said": f"{line.source}: {line.text}"} for line in policy.overrides]
        records += [{"kind": "note", "said": note} for note in policy.notes]
        good = f"Lines that hold: {len(served.overlay.lines)}."
    except PolicyError as error:
        wrong, good = True, ""
        records = [{"kind": "error", "said": str(problem)} for problem in error.problems]
    print_records(records, as_json=as_json, none=good)
    raise typer.Exit(1 if wrong else 0)


async def _read(project: Path, settings: Settings, data_dir: Path) -> Served:
    from gateway.cli.served import read_served

    return await read_served(project, settings, data_dir)
