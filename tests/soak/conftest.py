"""Figures of a run, and gateways of a test's own that it may measure and kill."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.oracle.conftest import features, music
from tests.running import ROOT, SAMPLE, RunningGateway
from tests.soak.figures import Figures

__all__ = ["features", "music"]

_FIGURES = pytest.StashKey[Figures]()


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> Figures:
    return request.config.stash.setdefault(_FIGURES, Figures())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    figures = config.stash.get(_FIGURES, None)
    if figures is None:
        return
    counts = [(len(terminalreporter.getreports(word)), word) for word in ("passed", "failed")]
    outcome = ", ".join(f"{count} {word}" for count, word in counts if count)
    terminalreporter.write_line(f"\n{figures.text(outcome)}")
    figures.keep(outcome)


class Measured(RunningGateway):
    """A gateway whose process a test looks at, and may kill."""

    @property
    def process(self) -> psutil.Process:
        return psutil.Process(self._process.pid)

    def rss_mb(self) -> float:
        return float(self.process.memory_info().rss / 1e6)

    def kill(self) -> None:
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Place:
    """A copy of the sample project and a data folder, for one gateway after another."""

    def __init__(self, folder: Path) -> None:
        self.project, self.data_dir = folder / "music_store", folder / "data"
        shutil.copytree(SAMPLE, self.project, ignore=shutil.ignore_patterns(".narthex"))

    def start(self) -> Measured:
        return Measured(self.project, self.data_dir)

    def launch(self) -> subprocess.Popen[bytes]:
        """One that nobody waits for."""
        places = ["--project", str(self.project), "--data-dir", str(self.data_dir)]
        return subprocess.Popen(
            [sys.executable, "-m", "gateway.cli", "dev", "--port", "0", *places],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


@pytest.fixture
def place() -> Iterator[Place]:
    # Where the unprivileged account of the embedded server can go.
    folder = Path(tempfile.gettempdir()) / f"narthex-soak-{secrets.token_hex(6)}"
    yield Place(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def gateway(place: Place) -> Iterator[Measured]:
    running = place.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def wrk() -> str:
    found = shutil.which("wrk")
    assert found is not None, "wrk sends the requests, and is not here. Debian: apt-get install wrk"
    return found
