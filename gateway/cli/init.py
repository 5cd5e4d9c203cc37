"""`narthex init`: a new project with a line of explanation on everything in it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.options import program

TEMPLATE = Path(__file__).with_name("template")


def init(directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write into.")]) -> None:
    """Write a small project that runs as it stands: settings, migrations, rows, policies, operations.

    Files that are there already are never overwritten.

    Example: narthex init my_project
    """
    from narthex.errors import ProjectError

    written = {
        _target(path): path.read_text(encoding="utf-8") for path in sorted(TEMPLATE.rglob("*")) if path.is_file()
    }
    there = [str(name) for name in written if (directory / name).exists()]
    if there:
        raise ProjectError(f"{directory} has {', '.join(there)} already; nothing was written.")
    for name, text in written.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        typer.echo(f"wrote {path}")
    typer.echo(f"\nStart it with: {program()} dev --project {shlex.quote(str(directory))}")


def _target(path: Path) -> Path:
    """A template's place in the project. The name without its dot keeps the template itself under version control."""
    name = path.relative_to(TEMPLATE)
    return Path(".gitignore") if name == Path("gitignore") else name
