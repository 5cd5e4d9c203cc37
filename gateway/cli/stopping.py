"""How a foreground gateway takes SIGINT and SIGTERM: they cancel its start; once it serves, the server has them."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def run_until_stopped(work: Callable[[Callable[[], None]], Awaitable[None]]) -> None:
    """Run `work`, which calls what it is given once its server takes signals itself. Being stopped is no failure."""
    task = asyncio.current_task()
    serving = stopped = False

    def serves() -> None:
        nonlocal serving
        serving = True

    def stop() -> None:
        # A server raises what it has caught again when it has ended. What is left then is the tidying up, and that
        # must not be cut short.
        nonlocal stopped
        if task is not None and not serving and not stopped:
            stopped = True
            task.cancel()

    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        await work(serves)
    except asyncio.CancelledError:
        if not stopped:
            raise
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
