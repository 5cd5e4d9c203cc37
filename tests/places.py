"""Gateways of a test's own, one after another in one place, that it may measure and kill."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from tests.running import ROOT, SAMPLE, RunningGateway


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
