"""The console's pages, built as `make setup` builds them, with what the browser tests need."""

import subprocess
import sys
from pathlib import Path

import pytest

CONSOLE = Path(__file__).resolve().parents[2] / "console"


@pytest.fixture(scope="session")
def console_build() -> Path:
    """`console/dist`, up to date."""
    done = subprocess.run([sys.executable, CONSOLE / "build.py", "--dev"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return CONSOLE / "dist"
