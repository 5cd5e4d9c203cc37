"""Figures of a run, and a place for gateways of a test's own."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.oracle.conftest import features, music
from tests.places import Measured, Place
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
