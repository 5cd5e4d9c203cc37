"""The generated files of a case as text: stable, and laid out so that a difference reads well."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.lanes import Plan
from gateway.respond import Reply

_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[][{},:]|[^\s\][{},:"]+')
_SQL_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]|\bselect\b|[^()'"s]+|s""")
_SHOWN = {code: chr(0x2400 + code) for code in range(32)}
_WIDTH = 110


def plan_text(plan: Plan | None, reply: Reply) -> str:
    """Roots with their lane, what the statement reads, where it may cut, and what the record names."""
    lines: list[str] = []
    if plan is None:
        lines.append("no plan")
    else:
        for root in plan.roots:
            lane = "control" if root.column is None else f"data, column {root.column}"
            lines.append(f"root {root.key}: {lane}")
        if plan.statement is not None:
            for step in plan.statement.steps:
                lines.append(f"step {'.'.join(step.path)}: {step.action.value} {step.entity} by {step.coordinate}")
            lines += [f"cut {'.'.join(cut.path)}: after {cut.limit}" for cut in plan.statement.cuts]
            lines.append(f"parameters: {len(plan.statement.binds)}")
        lines += [f"touches {coordinate}" for coordinate in plan.coordinates]
    lines += [f"refused: {refusal.code.value}" for refusal in reply.refusals]
    return "\n".join(lines) + "\n"


def sql_text(sql: str) -> str:
    """The statement with each `select` on a line of its own, indented by how deep it is; control characters shown."""
    parts: list[str] = []
    selects = [False]
    for token in _SQL_TOKEN.findall(sql.translate(_SHOWN)):
        if token == "(":
            selects.append(False)
        elif token == ")":
            selects.pop()
        elif token == "select":
            selects[-1] = True
            token = "\n" + "  " * (sum(selects) - 1) + token
        parts.append(token)
    return "".join(parts).lstrip("\n") + "\n"


def json_text(text: str) -> str:
    """JSON with indentation; every scalar keeps its text. What fits on a line stays on one."""
    tokens = iter(_JSON_TOKEN.findall(text))
    return _json_value(next(tokens), tokens, 0) + "\n"


def _json_value(token: str, tokens: Iterator[str], depth: int) -> str:
    if token not in "{[":
        return token
    parts: list[str] = []
    while (inner := next(tokens)) not in "]}":
        if inner == ",":
            continue
        value = _json_value(inner, tokens, depth + 1)
        if token == "{":
            assert next(tokens) == ":"
            value = f"{value}: {_json_value(next(tokens), tokens, depth + 1)}"
        parts.append(value)
    flat = token + ", ".join(parts) + inner
    if depth and "\n" not in flat and len(flat) + 2 * depth <= _WIDTH:
        return flat
    indent = "\n" + "  " * (depth + 1)
    return token + indent + f",{indent}".join(parts) + "\n" + "  " * depth + inner if parts else token + inner
