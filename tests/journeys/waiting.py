"""Changes of a running project, and waiting until they are in force."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.caller import Caller

_PATIENCE_S = 10.0
"""After so long a test ends: far beyond what is promised, because its machine may be slow."""


@contextmanager
def changed(path: Path, change: Callable[[str], str]) -> Iterator[None]:
    """A file with another content, as long as the block lasts."""
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.write_text(change(before or ""), encoding="utf-8")
    try:
        yield
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before, encoding="utf-8")


def seconds_until(holds: Callable[[], bool]) -> float:
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < _PATIENCE_S
        time.sleep(0.05)
    return time.monotonic() - started


def sees(caller: Caller, query: str) -> bool:
    return "errors" not in caller.ask(query).json


def is_gone(caller: Caller, table: str) -> bool:
    """Whether the schema has forgotten a table. Asking for its rows would be refused before that, by Postgres."""
    return caller.ask(f'{{ __type(name: "{table}") {{ name }} }}').data == {"__type": None}
