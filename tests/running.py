"""`running_gateway`: one `narthex dev` on the sample project for the whole session of a test process.

    def test_reads(running_gateway):
        token = running_gateway.token(role="agent")
        ... requests to running_gateway.url
"""

import ctypes
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "examples" / "music_store"
_START_S = 60


class RunningGateway:
    """`url` has no trailing slash. `project` is a copy of the sample, so a test may edit its files."""

    def __init__(self, project: Path, data_dir: Path) -> None:
        self.project, self.data_dir = project, data_dir
        self._log = project / "output.log"
        self._tokens: dict[tuple[str, ...], str] = {}
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                self._command("dev", "--port", "0"),
                env=_environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_the_tests,
            )
        try:
            self.url = self._wait()
        except BaseException:
            self.stop()
            raise

    def token(self, *options: str, role: str | Sequence[str]) -> str:
        """A bare token in one role or several; `options` are further ones of `narthex token`."""
        roles = [role] if isinstance(role, str) else list(role)
        words = [word for name in roles for word in ("--role", name)]
        key = (*words, *options)
        if key not in self._tokens:
            made = self.run("token", *words, *options)
            assert made.returncode == 0, made.stderr
            self._tokens[key] = made.stdout.strip()
        return self._tokens[key]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of `narthex` on the same project and data."""
        return subprocess.run(self._command(*words), env=_environment(), capture_output=True, text=True, check=False)

    def said(self) -> str:
        """What it has printed so far."""
        return self._log.read_text(encoding="utf-8")

    @asynccontextmanager
    async def database(self, user: str) -> AsyncIterator[asyncpg.Connection]:
        """A connection of `superuser`, as the terminal says how to make one, or of the `migrator`."""
        found = re.search(r"^psql\s+PGPASSFILE=(\S+) psql -h (\S+) -p (\d+) -U (\S+) (\S+)$", self.said(), re.MULTILINE)
        assert found is not None, self.said()
        passfile, host, port, superuser, database = found.groups()
        place = {"host": host, "port": int(port), "database": database}
        if user == "superuser":
            connection = await asyncpg.connect(user=superuser, passfile=passfile, **place)
        else:
            password = json.loads((self.data_dir / "roles.json").read_text())[user]
            connection = await asyncpg.connect(user=f"narthex_{user}", password=password, **place)
        try:
            yield connection
        finally:
            await connection.close()

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _command(self, *words: str) -> list[str]:
        places = ["--project", str(self.project), "--data-dir", str(self.data_dir)]
        return [sys.executable, "-m", "gateway.cli", *words, *places]

    def _wait(self) -> str:
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            said = self.said()
            if found := re.search(r"^narthex: ready on (http://\S+) after", said, re.MULTILINE):
                return found[1]
            assert self._process.poll() is None, said
            time.sleep(0.05)
        raise AssertionError(f"not ready after {_START_S} s:\n{self.said()}")


def _end_with_the_tests() -> None:
    """Also where they are killed: the kernel then sends SIGTERM, which stops a gateway in order."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NARTHEX_")}
    return {**kept, "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="session")
def running_gateway() -> Iterator[RunningGateway]:
    """A gateway that is ready, on the sample project and its data."""
    folder = Path(tempfile.gettempdir()) / f"narthex-run-{secrets.token_hex(6)}"
    project = folder / "music_store"
    shutil.copytree(SAMPLE, project, ignore=shutil.ignore_patterns(".narthex"))
    gateway = RunningGateway(project, folder / "data")
    try:
        yield gateway
    finally:
        gateway.stop()
        shutil.rmtree(folder, ignore_errors=True)
