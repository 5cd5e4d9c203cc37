"""The command line as a person runs it: a process of its own, on a project in a temporary folder."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gateway.database.urls import DatabaseUrls
from tests.conftest import DatabaseMaker
from tests.gateway.conftest import PASSWORDS

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "examples" / "music_store"


def run_narthex(*words: str) -> subprocess.CompletedProcess[str]:
    """A command that needs no project."""
    return subprocess.run(
        [sys.executable, "-m", "gateway.cli", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@dataclass
class Narthex:
    """Runs commands on one project and one data folder."""

    project: Path
    data_dir: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def command(self, *words: str) -> list[str]:
        places = ["--project", str(self.project)]
        if words[0] != "serve":
            places += ["--data-dir", str(self.data_dir)]
        return [sys.executable, "-m", "gateway.cli", *words, *places]

    def variables(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NARTHEX_")}
        return {**kept, "PYTHONPATH": str(ROOT), **self.environment}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            env=self.variables(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def ok(self, *words: str) -> str:
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def records(self, *words: str) -> list[dict[str, object]]:
        found = json.loads(self.ok(*words, "--json"))
        assert isinstance(found, list)
        return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
async def narthex(project: Path, tmp_path: Path, database_from: DatabaseMaker) -> Narthex:
    """On a database of the test's own, reached by an administrator's URL."""
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "roles.json").write_text(PASSWORDS.as_text())
    return Narthex(project, data_dir, {"NARTHEX_DATABASE__URL": await database_from()})


@pytest.fixture
def embedded(project: Path) -> Iterator[Narthex]:
    """On an embedded Postgres of its own; the folder has to be one that an unprivileged user may enter."""
    data_dir = Path("/tmp") / f"narthex-cli-{secrets.token_hex(6)}"
    yield Narthex(project, data_dir)
    shutil.rmtree(data_dir, ignore_errors=True)


@pytest.fixture
def store(narthex: Narthex) -> Narthex:
    """The sample on a database whose three roles are made, migrated, with a URL each."""
    shutil.copytree(SAMPLE, narthex.project, dirs_exist_ok=True)
    narthex.ok("migrate")
    urls = DatabaseUrls.with_passwords(narthex.environment["NARTHEX_DATABASE__URL"], PASSWORDS)
    narthex.environment = {
        "NARTHEX_SERVER__PORT": "0",
        "NARTHEX_DATABASE__URL": urls.data,
        "NARTHEX_DATABASE__CONTROL_URL": urls.control,
        "NARTHEX_DATABASE__MIGRATOR_URL": urls.migrator,
    }
    return narthex
