"""Data folders of one test each, processes that hold a server, and a look at the process table."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

_ROOT = Path(__file__).parents[3]


def eventually(condition: Callable[[], bool], seconds: float = 15.0) -> bool:
    """Look often until the condition holds, at most so long."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def servers_of(folder: Path) -> list[psutil.Process]:
    """Every live process that works in the folder or names it, read from the process table."""
    found = []
    for process in psutil.process_iter():
        try:
            named = any(str(folder) in part for part in process.cmdline())
            inside = process.cwd().startswith(str(folder))
            alive = process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            continue
        if (named or inside) and alive and "holder.py" not in " ".join(process.cmdline()):
            found.append(process)
    return found


@dataclass
class Holder:
    """A running `holder.py`, and what it said."""

    process: subprocess.Popen[str]
    said: dict[str, object]

    @property
    def url(self) -> str:
        return str(self.said["url"])


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A path for a data folder that does not exist yet, where the server's account can go."""
    folder = Path(tempfile.gettempdir()).resolve() / f"narthex-test-{secrets.token_hex(6)}"
    yield folder
    # A holder that was killed just now takes its server along within moments.
    clean = eventually(lambda: not servers_of(folder))
    left = servers_of(folder)
    for process in left:
        process.kill()
    shutil.rmtree(folder, ignore_errors=True)
    assert clean, f"the test left {left} running"


@pytest.fixture
def start_holder() -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """`start_holder(folder)`: a new holder, not waited for. Those that still run at the end are killed."""
    started: list[subprocess.Popen[str]] = []

    def start(folder: Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("holder.py")), str(folder)],
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def hold(start_holder: Callable[[Path], subprocess.Popen[str]]) -> Callable[[Path], Holder]:
    """`hold(folder)`: a holder whose server runs, or that has said why not."""

    def start(folder: Path) -> Holder:
        process = start_holder(folder)
        assert process.stdout is not None
        return Holder(process, json.loads(process.stdout.readline()))

    return start
