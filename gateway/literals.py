"""Literals that a cached operation does not read when it runs, but that have to be right all the same.

The data lane coerces each literal that it binds. One in a field that is skipped, or in another operation of the
document, is read by nobody, yet a document is valid only with all of them. Refuses, as `InvalidLiteral`, what
validation would refuse.
"""

from __future__ import annotations

from collections.abc import Sequence

from graphql import (
    DirectiveNode,
    DocumentNode,
    FloatValueNode,
    GraphQLInputType,
    GraphQLSchema,
    IntValueNode,
    OperationDefinitionNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    Undefined,
    Visitor,
    coerce_input_literal,
    visit,
)

from gateway.document import Syntax
from resolvers.sql.values import InvalidLiteral, string_of

Expected = tuple[int, GraphQLInputType | None]
"""The slot of a literal, and the type of its place; None inside a scalar that takes anything."""


def unread_literals(view: GraphQLSchema, syntax: Syntax) -> tuple[Expected, ...]:
    """What each literal of a valid document has to be, where some of them may go unread."""
    if not syntax.slots or not _may_go_unread(syntax.tree):
        return ()
    info = TypeInfo(view)
    visitor = _Places(info, syntax)
    visit(syntax.tree, TypeInfoVisitor(info, visitor))
    return tuple(visitor.expected)


def check_literals(expected: Sequence[Expected], literals: Sequence[str]) -> None:
    """Hold a request's literals against what they have to be."""
    for slot, type_ in expected:
        text = literals[slot]
        if type_ is None:
            if text[0] == '"':
                string_of(text)
        elif coerce_input_literal(_node(text), type_) is Undefined:
            raise InvalidLiteral


def _may_go_unread(tree: DocumentNode) -> bool:
    operations = sum(isinstance(node, OperationDefinitionNode) for node in tree.definitions)
    directives = _Directives()
    if operations == 1:
        visit(tree, directives)
    return operations > 1 or directives.found


def _node(text: str) -> StringValueNode | IntValueNode | FloatValueNode:
    if text[0] == '"':
        return StringValueNode(value=string_of(text))
    return IntValueNode(value=text) if text.lstrip("-").isdecimal() else FloatValueNode(value=text)


class _Directives(Visitor):
    found = False

    def enter_directive(self, node: DirectiveNode, *_: object) -> object:
        self.found = True
        return self.BREAK


class _Places(Visitor):
    def __init__(self, info: TypeInfo, syntax: Syntax) -> None:
        super().__init__()
        self.expected: list[Expected] = []
        self._info = info
        self._slots = syntax.slots

    def _enter(self, node: StringValueNode | IntValueNode | FloatValueNode, *_: object) -> None:
        assert node.loc is not None
        self.expected.append((self._slots[node.loc.start], self._info.get_input_type()))

    enter_string_value = enter_int_value = enter_float_value = _enter
