"""A gateway process of the command line, for tests that talk to it and look at what it leaves behind."""

import http.client
import json
import os
import re
import select
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.gateway.cli.conftest import Narthex


class Gateway:
    """`said` is what it has printed until it was ready."""

    def __init__(self, process: subprocess.Popen[str], said: str, seconds: float) -> None:
        self.process, self.said, self.seconds = process, said, seconds
        found = re.search(r"ready on (http://\S+)", said)
        assert found is not None, said
        self.url = found[1]
        self._ready = time.monotonic()

    def ready_for(self) -> float:
        """Seconds since it was ready."""
        return time.monotonic() - self._ready

    def ask(self, token: str, query: str) -> dict[str, object]:
        request = urllib.request.Request(
            f"{self.url}/graphql",
            json.dumps({"query": query}).encode(),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            found = json.load(answer)
        assert isinstance(found, dict)
        return found

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


class Line:
    """A connection that is kept open, and so stays with one worker."""

    def __init__(self, gateway: Gateway) -> None:
        self._connection = http.client.HTTPConnection(gateway.url.removeprefix("http://"), timeout=30)

    def worker(self) -> str:
        """The number of the worker at the other end."""
        self._connection.request("GET", "/metrics")
        found = re.search(r'narthex_entities\{worker="(\d+)"\}', self._connection.getresponse().read().decode())
        assert found is not None
        return found[1]

    def ask(self, token: str, query: str) -> tuple[int, dict[str, object]]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._connection.request("POST", "/graphql", json.dumps({"query": query}), headers)
        answer = self._connection.getresponse()
        return answer.status, json.load(answer)

    def close(self) -> None:
        self._connection.close()


@contextmanager
def lines_to(gateway: Gateway, count: int) -> Iterator[list[Line]]:
    """A line to each of `count` workers."""
    found: dict[str, Line] = {}
    deadline = time.monotonic() + 30
    try:
        while len(found) < count:
            assert time.monotonic() < deadline, f"only {len(found)} workers answer"
            line = Line(gateway)
            number = line.worker()
            if number in found:
                line.close()
            else:
                found[number] = line
        yield [found[number] for number in sorted(found)]
    finally:
        for line in found.values():
            line.close()


@contextmanager
def running(narthex: Narthex, *words: str) -> Iterator[Gateway]:
    """A gateway that is ready, ended at the latest when the block ends."""
    started = time.perf_counter()
    process = launch(narthex, *words)
    try:
        said = _until_ready(process)
        yield Gateway(process, said, time.perf_counter() - started)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def launch(narthex: Narthex, *words: str) -> subprocess.Popen[str]:
    """In a session of its own, so that no signal of the test reaches it by accident."""
    return subprocess.Popen(
        narthex.command(*words),
        env=narthex.variables(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def _until_ready(process: subprocess.Popen[str], seconds: float = 60) -> str:
    assert process.stdout is not None
    said, deadline = "", time.monotonic() + seconds
    while "narthex: ready" not in said:
        left = deadline - time.monotonic()
        readable, _, _ = select.select([process.stdout], [], [], max(left, 0))
        chunk = os.read(process.stdout.fileno(), 65_536).decode() if readable else ""
        assert chunk, f"no gateway after {seconds - left:.0f} s: {said}"
        said += chunk
    return said


def processes_of(folder: Path) -> list[psutil.Process]:
    """Every process that works in the folder or names it."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and (
                process.cwd().startswith(str(folder)) or any(str(folder) in word for word in process.cmdline())
            ):
                found.append(process)
        except psutil.Error:
            continue
    return found


def nobody_within(folder: Path, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while processes_of(folder):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
