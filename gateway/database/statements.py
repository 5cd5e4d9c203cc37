"""Where the statements of a SQL file begin and end, so that a failing one can be named by its line.

Reads only what it takes to find the semicolons: strings, quoted names, dollar quotes, comments, `BEGIN ATOMIC`
bodies. What Postgres would refuse is left to Postgres.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<line_comment>--[^\n]*)
    | (?P<block_comment>/\*)
    | (?P<escape_string>[eE]'[^'\\]*(?:(?:''|\\.)[^'\\]*)*(?:'|\Z))
    | (?P<string>'[^']*(?:''[^']*)*(?:'|\Z))
    | (?P<quoted_name>"[^"]*(?:""[^"]*)*(?:"|\Z))
    | (?P<dollar>\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)
    | (?P<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)
    | (?P<semicolon>;)
    | (?P<other>[0-9(),.=+*<>\[\]]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_BLANK = frozenset({"space", "line_comment", "block_comment"})
_COMMENT_EDGE = re.compile(r"/\*|\*/")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement without its semicolon. `line` is where its first word stands, `words` its first ones."""

    text: str
    offset: int
    line: int
    words: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    """What is known of the statement that is being read."""

    start: int | None = None
    words: tuple[str, ...] = ()
    previous: str = ""
    depth: int = 0

    def see(self, word: str) -> None:
        """Follow the nesting of an SQL-standard function body, whose semicolons end no statement."""
        if len(self.words) < 4:
            self.words = (*self.words, word)
        if self.words[0] == "create" and {"function", "procedure"} & set(self.words):
            if (word == "atomic" and self.previous == "begin") or (self.depth and word == "case"):
                self.depth += 1
            elif self.depth and word == "end":
                self.depth -= 1
        self.previous = word


def statements(text: str) -> Iterator[Statement]:
    """The statements of `text` in order."""
    reading = _Reading()
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        assert found is not None, "the last alternative matches any character"
        kind, end = found.lastgroup, found.end()
        if kind == "block_comment":
            end = _comment_end(text, found.end())
        elif kind == "dollar":
            close = text.find(found[0], end)
            end = len(text) if close < 0 else close + len(found[0])
        if kind == "semicolon" and reading.depth == 0:
            if reading.start is not None:
                yield _statement(text, reading.start, at, reading.words)
            reading = _Reading()
        elif kind not in _BLANK:
            if reading.start is None:
                reading.start = at
            if kind == "word":
                reading.see(found[0].lower())
        at = end
    if reading.start is not None:
        yield _statement(text, reading.start, len(text), reading.words)


def line_of(text: str, offset: int) -> int:
    """The line, from 1, of a character counted from 0."""
    return text.count("\n", 0, offset) + 1


def _statement(text: str, start: int, end: int, words: tuple[str, ...]) -> Statement:
    return Statement(text[start:end].rstrip(), start, line_of(text, start), words)


def _comment_end(text: str, at: int) -> int:
    """The end of a block comment; they nest."""
    depth = 1
    while depth:
        edge = _COMMENT_EDGE.search(text, at)
        if edge is None:
            return len(text)
        depth += 1 if edge[0] == "/*" else -1
        at = edge.end()
    return at
