"""Policy files as text: lines of `COORDINATE @directive(...) ...`, read into one overlay.

A line begins with a coordinate, then a blank, then one or more directives. It ends at the end of the line, unless a
bracket or a block string is still open: inside those it may go on over as many lines as it likes. `#` begins a comment,
except within a coordinate. The coordinate is read by `narthex.coordinates`, the directives by graphql-core's own lexer
and parser over the whole file, so that every place in an error is a place in the file.
Refuses by `PolicyError`. After a mistake in the syntax the rest of that file is not read; other mistakes are told
together.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from graphql import DirectiveNode, GraphQLSyntaxError, Lexer, Token, TokenKind
from graphql import Source as Text
from graphql.language.parser import Parser

from narthex.coordinates import AnyCoordinate, CoordinateError, scan
from policies.directives import Directive, read
from policies.problems import PolicyError, Problem, Source

_BLANK = " \t\ufeff"
_ENDS = "\r\n"
_OPEN = frozenset({TokenKind.PAREN_L, TokenKind.BRACKET_L, TokenKind.BRACE_L})
_CLOSE = frozenset({TokenKind.PAREN_R, TokenKind.BRACKET_R, TokenKind.BRACE_R})


@dataclass(frozen=True, slots=True)
class Line:
    """One directive on one coordinate; `source` is where the coordinate stands."""

    coordinate: AnyCoordinate
    directive: Directive
    source: Source

    @property
    def text(self) -> str:
        return f"{self.coordinate} {self.directive.text}"


@dataclass(frozen=True)
class Overlay:
    """All policy lines of a project, in the order of files and lines."""

    lines: tuple[Line, ...] = ()

    @cached_property
    def version(self) -> str:
        """A hash of what the lines say: comments, layout and the order of lines do not count."""
        text = "\n".join(sorted({line.text for line in self.lines}))
        return hashlib.sha256(text.encode()).hexdigest()


def load(files: Sequence[tuple[str, str]]) -> Overlay:
    """Reads `(name, text)` pairs; raises `PolicyError` with the mistakes of all of them."""
    lines: list[Line] = []
    problems: list[Problem] = []
    for name, text in files:
        found, wrong = _File(name, text).read()
        lines += found
        problems += wrong
    if problems:
        raise PolicyError(problems)
    return Overlay(tuple(lines))


def load_project(folder: Path) -> Overlay:
    """Reads `policies/*.policy` of a project; a project without any has an empty overlay."""
    return load_folder(folder / "policies")


def load_folder(folder: Path) -> Overlay:
    """Reads `*.policy` of one folder, sorted by name."""
    files: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.policy")):
        name = f"{folder.name}/{path.name}"
        try:
            files.append((name, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            problems.append(Problem(Source(name, line), "The file is not UTF-8.", "Save it as UTF-8."))
        except OSError as error:
            text = f"The file cannot be read: {error.strerror}."
            problems.append(Problem(Source(name, 1), text, "Give the gateway the right to read it."))
    if problems:
        raise PolicyError(problems)
    return load(files)


class _LineLexer(Lexer):
    """graphql-core's lexer, begun inside a file, that ends where the policy line ends."""

    def __init__(self, source: Text, start: int, line: int, line_start: int) -> None:
        super().__init__(source)
        self.line, self.line_start = line, line_start
        self.token = self.last_token = Token(TokenKind.SOF, start, start, line, start - line_start + 1)
        self._depth = 0

    def read_next_token(self, start: int) -> Token:
        if self._depth == 0:
            body = self.source.body
            position = start
            while position < len(body) and body[position] in _BLANK:
                position += 1
            if position == len(body) or body[position] in _ENDS:
                return self.create_token(TokenKind.EOF, position, position)
        token = super().read_next_token(start)
        if token.kind in _OPEN:
            self._depth += 1
        elif token.kind in _CLOSE:
            self._depth -= 1
        return token


class _File:
    """One pass over the text of a file."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._text = text
        self._source = Text(text, name)
        self._starts = [0]
        for position, character in enumerate(text):
            if character == "\n" or (character == "\r" and text[position + 1 : position + 2] != "\n"):
                self._starts.append(position + 1)

    def read(self) -> tuple[list[Line], list[Problem]]:
        lines: list[Line] = []
        problems: list[Problem] = []
        position = self._next(0)
        while position < len(self._text):
            end = self._coordinate_end(position)
            source = self._place(position)
            coordinate: AnyCoordinate | None = None
            try:
                coordinate = scan(self._text[position:end])
            except CoordinateError as error:
                at = Source(self._name, source.line, source.column + error.offset)
                problems.append(Problem(at, error.message, error.fix))
            try:
                nodes, after = self._directives(end)
            except GraphQLSyntaxError as error:
                problems.append(self._syntax_problem(error, source))
                break
            except RecursionError:
                problems.append(Problem(source, "The values are nested too deeply.", "Write them flatter."))
                break
            found, wrong = read(nodes, self._name)
            problems += wrong
            if not nodes:
                fix = 'Add one, such as @auth(roles: ["NAME"]).'
                problems.append(Problem(source, "No directive follows the coordinate.", fix))
            if coordinate is not None:
                lines += [Line(coordinate, directive, source) for directive in found]
            position = self._next(after)
        return lines, problems

    def _next(self, position: int) -> int:
        """The beginning of the next coordinate, past blanks, ends of lines and comments."""
        text = self._text
        while position < len(text):
            if text[position] == "#":
                position = self._line_end(position)
            elif text[position] in _BLANK or text[position] in _ENDS:
                position += 1
            else:
                break
        return position

    def _line_end(self, position: int) -> int:
        while position < len(self._text) and self._text[position] not in _ENDS:
            position += 1
        return position

    def _coordinate_end(self, position: int) -> int:
        while position < len(self._text) and self._text[position] not in _BLANK + _ENDS:
            position += 1
        return position

    def _directives(self, start: int) -> tuple[tuple[DirectiveNode, ...], int]:
        row = bisect_right(self._starts, start) - 1
        lexer = _LineLexer(self._source, start, row + 1, self._starts[row])
        parser = Parser(self._source, lexer=lexer)
        parser.expect_token(TokenKind.SOF)
        nodes = parser.parse_const_directives() or ()
        return nodes, parser.expect_token(TokenKind.EOF).end

    def _syntax_problem(self, error: GraphQLSyntaxError, start: Source) -> Problem:
        position = next(iter(error.positions or ()), 0)
        at = self._place(min(position, len(self._text)))
        text = error.message.removeprefix("Syntax Error: ").replace("<EOF>", "the end of the line")
        if at.line > start.line:
            fix = f"The line that begins in line {start.line} has an open bracket or block string: close it."
        else:
            fix = "After the coordinate come directives: @name(argument: value)."
        return Problem(at, text, fix)

    def _place(self, position: int) -> Source:
        row = bisect_right(self._starts, position) - 1
        return Source(self._name, row + 1, position - self._starts[row] + 1)
