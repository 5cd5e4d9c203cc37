"""Options that several commands share, and the project that they name."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from narthex.settings import Settings

Project = Annotated[Path, typer.Option("--project", metavar="DIR", help="The project folder.")]
DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="DIR",
        help="Where the embedded Postgres lives. [default: DIR/.narthex, as root /var/lib/narthex/NAME]",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

HERE = Path()


def program() -> str:
    """How to call this command line in a line to paste: as it was called, where that is not on the PATH."""
    called = sys.argv[0]
    return shlex.quote(called) if Path(called).name == "narthex" and shutil.which("narthex") is None else "narthex"


def read_project(project: Path) -> tuple[Path, Settings]:
    """The project's real path and its settings."""
    from narthex.settings import load_settings

    return project.resolve(), load_settings(project)


def data_dir_of(project: Path, data_dir: Path | None) -> Path:
    from gateway.embedded.folders import default_data_dir

    return data_dir.absolute() if data_dir is not None else default_data_dir(project)
