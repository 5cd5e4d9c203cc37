"""What is wrong in a policy file, told with its place and the way to mend it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from graphql.pyutils import did_you_mean, suggestion_list

from narthex.errors import ProjectError

_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A place in a policy file, line and column counted from 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`text` says what is wrong, `fix` what to write instead."""

    source: Source
    text: str
    fix: str

    def __str__(self) -> str:
        return f"{self.source}:{self.source.column}: {self.text} {self.fix}".rstrip()


class PolicyError(ProjectError):
    """All that is wrong in the policies, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def suggest(word: str, options: Collection[str], before: str = "", after: str = "") -> str:
    """`Did you mean 'a' or 'b'?`, or nothing where nothing is near. `before` and `after` stand around each option."""
    near = suggestion_list(word, options)[:_SUGGESTIONS]
    return did_you_mean([f"{before}{option}{after}" for option in near]).strip()
