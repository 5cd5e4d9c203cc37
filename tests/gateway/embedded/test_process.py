"""An id alone proves nothing: an identity has the moment of the start, and signals go to that only."""

import os
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

from gateway.embedded.process import identify, processes_in, send, until, works_in
from tests.gateway.embedded.conftest import eventually


def test_identity_tells_processes_apart() -> None:
    first, second = identify(os.getpid()), identify(os.getppid())
    assert first == identify(os.getpid())
    assert first != second
    assert identify(2**22 + 1) is None


def test_a_dead_process_that_nobody_collected_is_gone() -> None:
    child = subprocess.Popen(["true"])
    try:
        assert eventually(lambda: identify(child.pid) is None)
    finally:
        child.wait()


def test_a_signal_reaches_only_the_same_process() -> None:
    child = subprocess.Popen(["sleep", "300"])
    identity = identify(child.pid)
    assert identity is not None
    try:
        assert not send(replace(identity, started="other-boot:1"), signal.SIGKILL)
        assert child.poll() is None
        assert send(identity, signal.SIGKILL)
        assert child.wait(10) == -signal.SIGKILL
        assert not send(identity, signal.SIGKILL)
    finally:
        child.kill()
        child.wait()


def test_folder_and_program_both_count(tmp_path: Path) -> None:
    child = subprocess.Popen(["sleep", "300"], cwd=tmp_path)
    try:
        assert eventually(lambda: works_in(child.pid, tmp_path.resolve(), "sleep"))
        assert not works_in(child.pid, tmp_path.resolve(), "postgres")
        assert not works_in(child.pid, tmp_path.parent.resolve(), "sleep")
        assert processes_in(tmp_path.resolve(), "sleep") == [child.pid]
    finally:
        child.kill()
        child.wait()


async def test_waiting_is_bounded() -> None:
    assert await until(lambda: True, 0)
    assert not await until(lambda: False, 0.05)
