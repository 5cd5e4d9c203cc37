"""A bound on introspection: it is the one query whose cost grows with the schema and that nothing else limits.

Refuses with LIMIT_EXCEEDED what asks several times for what every tool asks for once.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from narthex.errors import Code, Refusal

# How many there are of each, about, for one type of a contract.
_MANY: Mapping[str, int] = {
    "fields": 10,
    "inputFields": 10,
    "args": 5,
    "enumValues": 5,
    "possibleTypes": 2,
    "interfaces": 2,
}
_MOST = 10_000
"""Values of one type that may be asked for; the tools' own query asks for about 3,000."""


def check_introspection(node: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
    """Hold a valid operation's introspection against the bound."""
    if _values(node.selection_set, fragments, inside=False) > _MOST:
        raise Refusal(
            Code.LIMIT_EXCEEDED,
            "The introspection asks for too much at once.",
            hint="Ask for fewer fields of the schema in one operation, or read '/schema.graphql'.",
            limit=_MOST,
        )


def _values(selection_set: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], inside: bool) -> int:
    total = 0
    for node in selection_set.selections:
        if isinstance(node, FieldNode):
            name = node.name.value
            below = inside or name in ("__schema", "__type")
            if below and node.selection_set is not None:
                total += _MANY.get(name, 1) * (1 + _values(node.selection_set, fragments, inside=True))
            elif below:
                total += 1
        elif isinstance(node, InlineFragmentNode):
            total += _values(node.selection_set, fragments, inside)
        elif isinstance(node, FragmentSpreadNode):
            total += _values(fragments[node.name.value].selection_set, fragments, inside)
    return total
