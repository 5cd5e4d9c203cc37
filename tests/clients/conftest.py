"""Clients of other makers from npm, installed once per state of their lock, and run against the tests' gateway."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest

from tests.running import RunningGateway

HERE = Path(__file__).parent


class Client(Protocol):
    """Runs a script of this folder on an input and gives what it printed."""

    def __call__(self, script: str, **given: object) -> object: ...


@pytest.fixture(scope="session")
def _node() -> dict[str, str]:
    """The environment in which `node` and `npm` are found: those of the virtual environment before the machine's."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    assert shutil.which("npm", path=path), "no npm: 'make setup' finds one or installs it"
    return os.environ | {"PATH": path}


@pytest.fixture(scope="session")
def _installed(_node: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """The packages of the lock. Processes of one run take turns."""
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = HERE / "node_modules" / ".installed"
    with (tmp_path_factory.getbasetemp().parent / "narthex-clients.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.is_file() and stamp.read_text() == wanted:
            return
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
        done = subprocess.run(command, cwd=HERE, env=_node, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        stamp.write_text(wanted)


@pytest.fixture
def client(running_gateway: RunningGateway, _node: dict[str, str], _installed: None) -> Client:
    def run(script: str, **given: object) -> object:
        done = subprocess.run(
            ["node", HERE / script],
            # On stdin, so that no token shows in the process table.
            input=json.dumps({"url": running_gateway.url, **given}),
            env=_node,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
