"""Comments of the database: what describes, and what `@narthex …` in them asks for.

`@narthex key(…)` is for reflection itself and stays where it is. Everything else that begins so is cut out, read or
not, so that no description shows it; policies decide what it means. Refuses nothing.
"""

from __future__ import annotations

import re

_BEGIN = re.compile(r"(?<![\w.+-])@narthex(?!\w)(?:\s+@?([A-Za-z_]\w*))?", re.ASCII | re.IGNORECASE)
_BRACKET = re.compile(r"\s*(?=\()")
_TOKEN = re.compile(r'"""(?:\\"""|.)*?"""|"(?:\\.|[^"\\])*"|[()]', re.DOTALL)
_KEY = "key"


def split_comment(comment: str | None) -> tuple[str | None, tuple[str, ...]]:
    """The comment as a description, and its directives as they stand there, `mask(with: NULL)`.

    One that cannot be read is given as far as it can be told; where nothing can, as an empty text.
    """
    if comment is None:
        return None, ()
    kept: list[str] = []
    directives: list[str] = []
    position = 0
    while (found := _BEGIN.search(comment, position)) is not None:
        end = _end(comment, found.end()) if found[1] else found.end()
        if found[1] == _KEY:
            kept.append(comment[position:end])
        else:
            kept.append(comment[position : found.start()])
            bracket = comment[found.end() : end].strip()
            directives.append(f"{found[1] or ''}{bracket}")
        position = end
    kept.append(comment[position:])
    return "".join(kept).strip() or None, tuple(directives)


def _end(comment: str, start: int) -> int:
    """Where the bracket ends that begins here, if one does; the end of the comment where it is not closed."""
    bracket = _BRACKET.match(comment, start)
    if bracket is None:
        return start
    depth, position = 0, bracket.end()
    while (token := _TOKEN.search(comment, position)) is not None:
        position = token.end()
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0:
            return position
    return len(comment)
