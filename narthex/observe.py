"""One set of observations: a request reports its stages here; logs, metrics and `Server-Timing` are consumers.

No stage logs or counts by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from time import perf_counter

STAGES = ("envelope", "document", "contract", "plan", "admit", "execute", "settle", "audit", "respond")
_EXITS = STAGES.index("settle")


class Observation:
    """What one request did, filled in while it runs. Times are in seconds; `outcome` is an error code or `OK`."""

    outcome: str = "OK"
    status: int = 200
    role: str = ""
    subject: str = ""
    trace_id: str = ""
    operation_name: str | None = None
    plan_cached: bool = False
    duration: float = 0.0
    fault: BaseException | None = None

    def __init__(self, surface: str) -> None:
        self.surface = surface
        self.stages: list[tuple[str, float]] = []
        self.started = self._last = perf_counter()

    def mark(self, stage: str) -> None:
        """The stage has ended now."""
        now = perf_counter()
        self.stages.append((stage, now - self._last))
        self._last = now

    def break_off(self) -> None:
        """The stage that was under way has ended early, if one was: by a refusal, an error or a cancel."""
        if len(self.stages) < _EXITS:
            self.mark(STAGES[len(self.stages)])

    def finish(self) -> None:
        self.duration = perf_counter() - self.started

    def server_timing(self) -> str:
        """The `Server-Timing` header (W3C Server Timing), durations in milliseconds."""
        form = _timing_form(tuple([stage for stage, _ in self.stages]))
        return form % tuple([seconds * 1000 for _, seconds in self.stages])


@lru_cache(maxsize=64)
def _timing_form(stages: tuple[str, ...]) -> str:
    return ", ".join(f"{stage};dur=%.2f" for stage in stages)


Consumer = Callable[[Observation], None]
