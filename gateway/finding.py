"""What one check of `narthex doctor` found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """`mend` says what to do; it is empty where nothing has to be done."""

    check: str
    state: State
    said: str
    mend: str = ""


def good(check: str, said: str) -> Finding:
    return Finding(check, State.OK, said)


def warning(check: str, said: str, mend: str) -> Finding:
    return Finding(check, State.WARNING, said, mend)


def error(check: str, said: str, mend: str) -> Finding:
    return Finding(check, State.ERROR, said, mend)
