"""Several processes on one socket: started, kept at their number, and ended together.

A worker that fails is replaced after a moment; one that cannot even start ends them all. No worker outlives this
process, however that ends.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import structlog

_PR_SET_PDEATHSIG = 1
_PAUSE_SECONDS = 1.0
_START_SECONDS = 5.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_log = structlog.get_logger("narthex.workers")


def supervise(count: int, work: Callable[[int], None]) -> int:
    """Run `work` in `count` processes until SIGINT or SIGTERM; the exit code. Call it before any thread exists.

    Each is told its number, from 1; one that replaces another has the other's.
    """
    running: dict[int, int] = {}
    stopping = False
    code = 0
    begun = time.monotonic()

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True
        for pid in running:
            os.kill(pid, signal.SIGTERM)

    for signalled in _SIGNALS:
        signal.signal(signalled, stop)
    while running or not stopping:
        while len(running) < count and not stopping:
            number = min(set(range(1, count + 1)) - set(running.values()))
            # A signal between the two would miss the new process.
            with _signals_later():
                running[_start(partial(work, number))] = number
        pid, status = os.wait()
        running.pop(pid, None)
        if stopping:
            continue
        ended = os.waitstatus_to_exitcode(status)
        if time.monotonic() - begun < _START_SECONDS:
            _log.error("a worker could not start", pid=pid, code=ended)
            code = 1
            stop()
        else:
            _log.error("a worker ended and is replaced", pid=pid, code=ended)
            time.sleep(_PAUSE_SECONDS)
    return code


@contextmanager
def _signals_later() -> Iterator[None]:
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)


def _start(work: Callable[[], None]) -> int:
    """The new process's id. The process itself never returns from here."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        if sys.platform.startswith("linux"):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        if os.getppid() == parent:
            work()
            code = 0
    finally:
        fault, value, trace = sys.exc_info()
        if fault is not None and value is not None:
            sys.excepthook(fault, value, trace)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
