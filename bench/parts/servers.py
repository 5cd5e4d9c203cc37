"""Server processes of a benchmark: started on a free port of 127.0.0.1, watched, ended by their pid."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Server:
    name: str
    url: str
    pid: int
    log: Path
    seconds_to_ready: float

    def cpu_seconds(self) -> float:
        """Of the process and what it started."""
        process = psutil.Process(self.pid)
        return sum(sum(each.cpu_times()[:2]) for each in [process, *process.children(recursive=True)])

    def memory_mb(self) -> float:
        return float(psutil.Process(self.pid).memory_info().rss / 1e6)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-3000:]


async def _until_ready(process: asyncio.subprocess.Process, url: str, log: Path, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    async with aiohttp.ClientSession() as session:
        while True:
            if process.returncode is not None:
                raise RuntimeError(f"ended with {process.returncode} before it was ready:\n{_tail(log)}")
            try:
                async with session.get(url) as response:
                    if response.status < 500:
                        return
            except aiohttp.ClientError:
                pass
            if time.monotonic() > deadline:
                raise RuntimeError(f"not ready after {seconds:.0f} s:\n{_tail(log)}")
            await asyncio.sleep(0.02)


@asynccontextmanager
async def running(
    name: str,
    command: Sequence[str | Path],
    port: int,
    *,
    ready_path: str,
    environment: Mapping[str, str],
    folder: Path,
    cwd: Path = ROOT,
    patience: float = 60.0,
) -> AsyncIterator[Server]:
    """The server while the block runs. Its output goes to a file in `folder`."""
    log = folder / f"{name}.log"
    url = f"http://127.0.0.1:{port}"
    started = time.monotonic()
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *map(str, command), cwd=cwd, env={**os.environ, **environment}, stdout=output, stderr=output
        )
    try:
        await _until_ready(process, url + ready_path, log, patience)
        yield Server(name, url, process.pid, log, time.monotonic() - started)
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), 15)
            except TimeoutError:
                process.kill()
                await process.wait()


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="narthex-bench-"))
    folder.chmod(0o755)  # as root, the embedded Postgres runs as somebody else
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
