"""Where results go, and what has to stand beside a number for it to mean something."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
import sys
from pathlib import Path

from parts.servers import ROOT

RESULTS = ROOT / "bench" / "RESULTS.md"


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    return f"{os.cpu_count()} cores ({model}), {platform.system()} {platform.release()}"


def heading(title: str, postgres: str) -> str:
    git = ["git", "describe", "--always", "--dirty"]
    commit = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    command = " ".join(["python", "bench/" + Path(sys.argv[0]).name, *sys.argv[1:]])
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    versions = f"Python {platform.python_version()}, PostgreSQL {postgres}"
    return f"## {title}, {now}\n\n`{command}` at {commit or 'no commit'}; {machine()}; {versions}."


def add_to_results(*parts: str) -> None:
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write("\n" + "\n\n".join(parts) + "\n")
