"""One run of the load generator wrk against one server."""

from __future__ import annotations

import asyncio
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).with_name("bodies.lua")


@dataclass(frozen=True)
class Run:
    requests: int
    seconds: float
    bytes: int
    p50_ms: float
    p99_ms: float
    failed: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def require_wrk() -> str:
    found = shutil.which("wrk")
    if found is None:
        raise SystemExit("The comparisons are driven by wrk, which is not here. Debian: apt-get install wrk")
    return found


async def load(url: str, requests: Path, token: str | None, *, connections: int, seconds: int) -> Run:
    """Sends the requests of the file over and over. One thread: it shares the machine with what it measures."""
    command = [require_wrk(), "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(SCRIPT), url, "--", str(requests)]
    process = await asyncio.create_subprocess_exec(
        *command, *([token] if token else []), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    text = output.decode(errors="replace")
    marked = [line[2:] for line in text.splitlines() if line.startswith("@@")]
    if process.returncode or not marked:
        raise RuntimeError(f"wrk ended with {process.returncode}:\n{text}")
    return Run(**json.loads(marked[0]))
