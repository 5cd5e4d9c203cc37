"""A corrected document for a caller that misspelt names, offered only when the correction is mechanical and valid.

Every error must be an unknown name with a suggestion of the caller's own view: a correction shows nothing closed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSyntaxError,
    NamedTypeNode,
    NameNode,
    Node,
    ObjectFieldNode,
    parse,
    validate,
)

from schema.visibility import View

_SUGGESTED = re.compile(r"Did you mean '([A-Za-z_][A-Za-z0-9_]*)'")
_NAMED = (FieldNode, ArgumentNode, NamedTypeNode, ObjectFieldNode)
_MAX_TEXT = 20_000
"""Characters of the longest document that is corrected."""


def corrected(
    view: View, text: str, errors: Sequence[GraphQLError], variables: Mapping[str, object]
) -> dict[str, object] | None:
    """`{operation, variables}` that validate in the view, or None where no single correction is plain."""
    if len(text) > _MAX_TEXT:
        return None
    edits: dict[int, tuple[int, str]] = {}
    for error in errors:
        suggestion = _SUGGESTED.search(error.message)
        name = _name_of(error.nodes[0]) if error.nodes else None
        if suggestion is None or name is None or name.loc is None:
            return None
        edits[name.loc.start] = (name.loc.end, suggestion[1])
    for start in sorted(edits, reverse=True):
        end, replacement = edits[start]
        text = text[:start] + replacement + text[end:]
    try:
        if validate(view, parse(text), max_errors=1, hide_suggestions=True):
            return None
    except GraphQLSyntaxError:
        return None
    return {"operation": text, "variables": dict(variables)}


def _name_of(node: Node) -> NameNode | None:
    """The name that an unknown-name error is about."""
    return node.name if isinstance(node, _NAMED) else None
