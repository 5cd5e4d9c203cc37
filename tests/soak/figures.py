"""What a long count has measured: printed when the run ends, and added to bench/RESULTS.md where `make soak` runs it.

`SOAK_SCALE` shortens the counts (0.1 is a tenth), `SOAK_RECORD` says that the figures are to be kept.
"""

import datetime
import os
import platform
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "bench" / "RESULTS.md"


def scale() -> float:
    return float(os.environ.get("SOAK_SCALE", "1"))


def scaled(count: int, least: int = 1) -> int:
    """A count of the full run as this run has it."""
    return max(least, round(count * scale()))


@dataclass
class Figures:
    lines: list[str] = field(default_factory=list)

    def add(self, name: str, text: str) -> None:
        self.lines.append(f"- **{name}**: {text}")

    def text(self, outcome: str) -> str:
        git = ["git", "describe", "--always", "--dirty"]
        commit = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
        now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
        where = f"{_machine()}; Python {platform.python_version()}"
        about = f"`{_command()}` at {commit or 'no commit'}; {where}; {outcome}."
        return "\n".join([f"## Soak, {now}", "", about, "", *self.lines, ""])

    def keep(self, outcome: str) -> None:
        if self.lines and os.environ.get("SOAK_RECORD"):
            with RESULTS.open("a", encoding="utf-8") as file:
                file.write(f"\n{self.text(outcome)}")


def _command() -> str:
    shortened = f"SOAK_SCALE={scale():g} " if scale() != 1 else ""
    given = "make soak" if os.environ.get("MAKELEVEL") else " ".join(["pytest", *sys.argv[1:]])
    return shortened + given


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} cores ({models[0] if models else platform.machine()})"
