"""Which operations cannot be shared between documents that differ in their literals alone.

The data lane reads literals from the request. Three things read them from the parsed document instead: defaults of
variables, root fields that graphql-core executes, and the rule that fields of one response key have equal arguments.
Refuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from graphql import (
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    get_named_type,
)

from gateway.document import Syntax

_Fields = dict[str, list[FieldNode]]


def pins_literals(view: GraphQLSchema, node: OperationDefinitionNode, syntax: Syntax) -> bool:
    """Whether literals are part of a valid operation."""
    if not syntax.slots:
        return False
    defaults = (definition.default_value for definition in node.variable_definitions or ())
    if any(value is not None and _holds_literal(value) for value in defaults):
        return True
    mutates = node.operation is OperationType.MUTATION
    root = cast(GraphQLObjectType, view.mutation_type if mutates else view.query_type)
    roots = _merged([node.selection_set], syntax.fragments)
    return _resolves(view, root, roots, syntax.fragments) or _repeats(roots, syntax.fragments)


def _resolves(
    view: GraphQLSchema, root: GraphQLObjectType, roots: _Fields, fragments: Mapping[str, FragmentDefinitionNode]
) -> bool:
    """Whether graphql-core executes any of the root fields, those of a mutation's `query` included."""
    for nodes in roots.values():
        field = root.fields.get(nodes[0].name.value)
        if field is None or field.resolve is not None:
            return True
        type_ = get_named_type(field.type)
        if isinstance(type_, GraphQLObjectType) and type_ is view.query_type:
            below = _merged([node.selection_set for node in nodes if node.selection_set is not None], fragments)
            if _resolves(view, type_, below, fragments):
                return True
    return False


def _repeats(fields: _Fields, fragments: Mapping[str, FragmentDefinitionNode]) -> bool:
    """Whether a field with a literal stands twice under one response key."""
    for nodes in fields.values():
        arguments = (argument for node in nodes for argument in node.arguments or ())
        if len(nodes) > 1 and any(_holds_literal(argument.value) for argument in arguments):
            return True
        below = _merged([node.selection_set for node in nodes if node.selection_set is not None], fragments)
        if _repeats(below, fragments):
            return True
    return False


def _merged(selection_sets: Iterable[SelectionSetNode], fragments: Mapping[str, FragmentDefinitionNode]) -> _Fields:
    """Fields by response key, whatever `@skip` and `@include` say."""
    fields: _Fields = {}
    for selection_set in selection_sets:
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                fields.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
                continue
            inner = fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            below = _merged([cast(InlineFragmentNode, inner).selection_set], fragments)
            for key, nodes in below.items():
                fields.setdefault(key, []).extend(nodes)
    return fields


def _holds_literal(node: ValueNode) -> bool:
    if isinstance(node, ListValueNode):
        return any(map(_holds_literal, node.values))
    if isinstance(node, ObjectValueNode):
        return any(_holds_literal(field.value) for field in node.fields)
    return isinstance(node, IntValueNode | FloatValueNode | StringValueNode)
