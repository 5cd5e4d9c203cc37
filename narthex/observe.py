"""One set of observations: a request reports its stages here; logs, metrics and `Server-Timing` are consumers.

No stage logs or counts by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

STAGES = ("envelope", "document", "contract", "plan", "admit", "execute", "settle", "audit", "respond")


@dataclass(slots=True)
class Observation:
    """What one request did, filled in while it runs. Times are in seconds; `outcome` is an error code or `OK`."""

    surface: str
    started: float = field(default_factory=perf_counter)
    stages: list[tuple[str, float]] = field(default_factory=list)
    outcome: str = "OK"
    status: int = 200
    role: str = ""
    subject: str = ""
    trace_id: str = ""
    operation_name: str | None = None
    plan_cached: bool = False
    rows: int = 0
    duration: float = 0.0
    fault: BaseException | None = None
    _last: float = 0.0

    def __post_init__(self) -> None:
        self._last = self.started

    def mark(self, stage: str) -> None:
        """The stage has ended now."""
        now = perf_counter()
        self.stages.append((stage, now - self._last))
        self._last = now

    def finish(self) -> None:
        self.duration = perf_counter() - self.started

    def server_timing(self) -> str:
        """The `Server-Timing` header (W3C Server Timing), durations in milliseconds."""
        return ", ".join([f"{stage};dur={seconds * 1000:.2f}" for stage, seconds in self.stages])


Consumer = Callable[[Observation], None]
