"""Policy lines in the comments of tables and columns: `@narthex mask(with: NULL)`.

Whoever may change the database cannot open anything by it: comments narrow and close, and what opens or renames in
them has no effect. A comment never refuses the policies. One that cannot be understood closes its table to everybody,
because it was meant to guard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from policies.directives import GUARDS
from policies.findings import Findings
from policies.overlay import Line, load
from policies.problems import PolicyError, Source
from schema.model import Entity, Model

_FILE = "comment on "
_TIGHTENING = GUARDS | {"deny", "rate_limit", "quota", "idempotent", "risk"}
"""What can take away and not give: of several lines of these all hold, or the strictest."""
Check = Callable[[Line, Findings], object]


@dataclass(frozen=True, slots=True)
class Comments:
    """The lines that hold, those that close for what could not be understood among them."""

    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()


def is_comment(line: Line) -> bool:
    """Whether the line stands in the database."""
    return line.source.file.startswith(_FILE)


def read_comments(model: Model, check: Check) -> Comments:
    """The lines in the comments of a model. `check` tells what is wrong and odd about one of them."""
    lines: list[Line] = []
    notes: list[str] = []
    for entity in model.entities.values():
        for coordinate, text in _texts(entity):
            line, said = _read(coordinate, text, check)
            notes += [f"{Source(_FILE + coordinate, 1)}: {note}" for note in said]
            if line is not None:
                lines.append(line)
    return Comments(tuple(lines), tuple(notes))


def _texts(entity: Entity) -> Iterator[tuple[str, str]]:
    for text in entity.table.directives:
        yield entity.name, text
    for name, column in entity.columns.items():
        for text in column.directives:
            yield f"{entity.name}.{name}", text


def _read(coordinate: str, text: str, check: Check) -> tuple[Line | None, list[str]]:
    findings = Findings()
    try:
        (line,) = load([(f"{_FILE}{coordinate}", f"{coordinate} @{text}")]).lines
    except PolicyError as error:
        return _closing(coordinate), [_said(error)]
    name = line.directive.name
    if name not in _TIGHTENING:
        return None, [f"'@{name}' has no effect in a comment. Write it into a policy file."]
    if line.directive.arguments.get("override") is True:
        return _closing(coordinate), [f"A comment replaces no other line: take out 'override'. {_CLOSED}"]
    check(line, findings)
    if findings.problems:
        return _closing(coordinate), [_said(PolicyError(findings.problems))]
    return line, [note.removeprefix(f"{line.source}: ") for note in findings.notes]


_CLOSED = "Until then the table is closed."


def _said(error: PolicyError) -> str:
    problem = error.problems[0]
    return f"{problem.text} {problem.fix} {_CLOSED}"


def _closing(coordinate: str) -> Line:
    table = coordinate.partition(".")[0]
    (line,) = load([(f"{_FILE}{coordinate}", f"{table} @deny")]).lines
    return line
