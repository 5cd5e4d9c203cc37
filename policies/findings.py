"""What checking finds: mistakes, which refuse the policies, and notes on what is lawful but likely meant otherwise."""

from __future__ import annotations

from policies.directives import place
from policies.overlay import Line
from policies.problems import Problem, Source


class Findings:
    """Gathered over all lines, so that all of it is told at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    def wrong(self, at: Source, text: str, fix: str) -> None:
        self.problems.append(Problem(at, text, fix))

    def note(self, line: Line, text: str) -> None:
        self.notes.append(f"{line.source}: {text}")


def at(line: Line, argument: str) -> Source:
    """Where the argument stands; the directive where it does not say."""
    for node in line.directive.node.arguments or ():
        if node.name.value == argument:
            return place(node, line.source.file)
    return line.directive.source
