"""Plans, SQL and answers as text that a person can read and a diff can show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from gateway.plan import Plan
from tests.lane import Answer
from tests.oracle.answers import Json, Number, exact

_INDENT = "  "
_TOKEN = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\(select |[()]| (?:from|where|left join|order by|limit|offset) |.""", re.S
)


def plan_text(plan: Plan) -> str:
    """Roots, steps, cuts and what must be open, one a line."""
    lines = ["roots"]
    for root in plan.roots:
        lines.append(f"  {root.key}: " + ("control" if root.column is None else f"column {root.column}"))
    statement = plan.statement
    if statement is not None:
        lines.append("steps")
        for step in statement.steps:
            what = f"{step.action} {step.entity} by {step.coordinate}"
            lines.append(f"  {'.'.join(step.path)}: {what}, {step.multiplicity} times, {step.estimated_rows} rows")
        lines.append("lists that the default limit may cut")
        lines += [f"  {'.'.join(cut.path)}: {cut.limit}" for cut in statement.cuts]
        lines.append("columns")
        lines += sorted(f"  {use.action} {use.entity}.{use.column}" for use in statement.uses)
        lines.append(f"parameters: {len(statement.binds)}")
    return "\n".join(lines) + "\n"


def sql_text(plan: Plan) -> str:
    """The statement with each clause on a line of its own."""
    return "" if plan.statement is None else "".join(_laid_out(plan.statement.sql)).strip() + "\n"


def _laid_out(sql: str) -> Iterator[str]:
    """Sub-selects are indented; a bracket within an expression leaves its clause on one line."""
    selects: list[bool] = [True]
    for token in _TOKEN.findall(sql):
        depth = sum(selects) - 1
        if token in ("(select ", "("):
            selects.append(token != "(")
            yield f"(\n{_INDENT * (depth + 1)}select " if token != "(" else token
        elif token == ")":
            yield f"\n{_INDENT * (depth - 1)})" if selects.pop() else token
        elif len(token) > 1 and token[0] == " " and selects[-1]:
            yield f"\n{_INDENT * depth}{token[1:]}"
        else:
            yield token


def answer_text(answer: Answer) -> str:
    """The answer's data, or its errors, as indented JSON with every digit and the order of keys."""
    parts: list[tuple[str, Json]] = []
    if answer.errors:
        errors = [exact(json.dumps(error.formatted(), ensure_ascii=False)) for error in answer.errors]
        parts.append(("errors", errors))
    if answer.data is not None:
        parts.append(("data", exact(answer.data)))
    if answer.cuts:
        cuts = [{"path": cut.path, "limit": cut.limit} for cut in answer.cuts]
        parts.append(("truncated", exact(json.dumps(cuts))))
    return _json(tuple(parts), "") + "\n"


def _json(value: Json, indent: str) -> str:
    inner = indent + _INDENT
    if isinstance(value, tuple) and value:
        body = ",\n".join(f"{inner}{_json(key, '')}: {_json(item, inner)}" for key, item in value)
        text = f"{{\n{body}\n{indent}}}"
    elif isinstance(value, list) and value:
        body = ",\n".join(f"{inner}{_json(item, inner)}" for item in value)
        text = f"[\n{body}\n{indent}]"
    elif isinstance(value, tuple | list):
        return "{}" if isinstance(value, tuple) else "[]"
    elif isinstance(value, Number):
        return value.text
    else:
        # Control characters and the like are shown escaped, letters as they are.
        text = json.dumps(value, ensure_ascii=False)
        return "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in text)
    flat = re.sub(r"\n\s*", " ", text)
    return flat if len(flat) + len(indent) <= 110 and flat.count("{") < 2 else text
