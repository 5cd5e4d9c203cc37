"""Selection sets flattened to fields by response key (GraphQL specification, section 6.3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
    VariableNode,
)
from graphql.execution.values import VariableValues

Fields = dict[str, list[FieldNode]]


def collect(
    selection_sets: Iterable[SelectionSetNode],
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: VariableValues,
) -> Fields:
    """Fields in the order of the response, fragments spread, `@skip` and `@include` applied.

    The schema has no abstract types, so every type condition that passed validation holds.
    """
    fields: Fields = {}
    spread: set[str] = set()
    for selection_set in selection_sets:
        _collect(selection_set, fragments, variables, fields, spread)
    return fields


def _collect(
    selection_set: SelectionSetNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: VariableValues,
    fields: Fields,
    spread: set[str],
) -> None:
    for node in selection_set.selections:
        if not included(node.directives, variables):
            continue
        if isinstance(node, FieldNode):
            key = node.alias.value if node.alias else node.name.value
            fields.setdefault(key, []).append(node)
        elif isinstance(node, InlineFragmentNode):
            _collect(node.selection_set, fragments, variables, fields, spread)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
            spread.add(node.name.value)
            _collect(fragments[node.name.value].selection_set, fragments, variables, fields, spread)


def included(directives: Iterable[DirectiveNode] | None, variables: VariableValues) -> bool:
    """Whether a node stays after its `@skip` and `@include`."""
    for directive in directives or ():
        if directive.name.value == "skip" and _condition(directive, variables):
            return False
        if directive.name.value == "include" and not _condition(directive, variables):
            return False
    return True


def _condition(directive: DirectiveNode, variables: VariableValues) -> bool:
    value = cast("tuple[ArgumentNode, ...]", directive.arguments)[0].value
    if isinstance(value, VariableNode):
        return cast(bool, variables.coerced[value.name.value])
    return cast(BooleanValueNode, value).value
