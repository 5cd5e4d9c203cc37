"""The contract stage: a document is valid in what this principal can see, and one of its operations is chosen.

Refuses with GRAPHQL_VALIDATION_FAILED, alike for names that are closed and for names that do not exist, and with
CONTRACT_CHANGED where the caller pinned another contract and the document no longer fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field
from typing import Protocol, cast

from graphql import (
    ArgumentNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLObjectType,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    type_from_ast,
    validate,
    visit,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.validation.rules import overlapping_fields_can_be_merged as merging

from gateway.document import Syntax
from gateway.envelope import Message, NeedsPost
from gateway.fix import corrected
from gateway.introspection import check_introspection
from gateway.literals import Expected, unread_literals
from gateway.pinned import pins_literals
from narthex.coordinates import ROOTS
from narthex.errors import Code, Location, Refusal, Refused
from policies.decide import DecidedContract
from schema.visibility import View

_MAX_ERRORS = 20
_MAX_QUOTED = 20_000
"""Characters of all literals that errors quote: each error may quote nearly all of a document, and take as long."""
_MAX_NAMES = 5_000
"""Names that are looked at for suggestions, each some 40 µs, in which nobody else is answered."""
_TYPES_PER_ROOT = 15
merging.MAX_COMPLEXITY_BUDGET = 250_000
"""Steps of comparing fields under one response key, some 2 µs each, in which nobody else is answered. graphql-core
reads it from its module, and by itself allows twice as many.
"""
_FEW = 50

# What graphql-core says; its texts are fixed with its version.
_UNKNOWN_FIELD = re.compile(r"^Cannot query field '(\w+)' on type '(\w+)'")
_UNKNOWN_ARGUMENT = re.compile(r"^Unknown argument '(\w+)' on field '(\w+)\.(\w+)'")
_UNKNOWN_INPUT = re.compile(r"Expected value of type '(\w+)' not to include unknown field '(\w+)'")
_SUGGESTIONS = re.compile(r"Did you mean (?:the enum value )?('\w+'(?:,? (?:or )?'\w+')*)\?")
_QUOTED = re.compile(r"'(\w+)'")
_PYTHON = re.compile(r", but encountered error '.*?'(?=; found:)", re.DOTALL)
_ABORTED = "Validation aborted."
_MAX_MESSAGE = 500
_MAX_CORRECTED = 65_536
"""Characters of the largest request that is sent back corrected."""


class Weighty(Protocol):
    """A plan, to a cache that bounds how much it keeps and not only how many."""

    @property
    def weight(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Operation:
    """A valid operation of a document, seen through one contract, and where plans for it are kept."""

    node: OperationDefinitionNode
    syntax: Syntax
    contract: DecidedContract
    view: View
    variables: tuple[tuple[str, GraphQLInputType], ...]
    signatures: tuple[GraphQLVariableSignature, ...]
    """What graphql-core makes of the declared variables."""
    limits: tuple[str | int, ...]
    """What `limit` arguments read: variable names and literal slots. How large they are is part of a plan's shape."""
    pinned: bool
    """Whether the literals of its document are part of it, so that the same text with other literals is another one."""
    unread: tuple[Expected, ...]
    """Literals that running it does not look at, where there may be some."""
    plans: MutableMapping[object, Weighty]
    """Plans of all operations under `token` and shape."""
    token: object = field(default_factory=object)


def choose(syntax: Syntax, name: str | None) -> OperationDefinitionNode:
    """The operation that a request means (GraphQL specification, section 6.1)."""
    operations = [node for node in syntax.tree.definitions if isinstance(node, OperationDefinitionNode)]
    if name is None:
        if len(operations) == 1:
            return operations[0]
        raise Refusal(
            Code.BAD_USER_INPUT,
            "The document has several operations, so 'operationName' must name one."
            if operations
            else "The document has no operation.",
        )
    for node in operations:
        if node.name is not None and node.name.value == name:
            return node
    raise Refusal(Code.BAD_USER_INPUT, "The document has no operation of the name that 'operationName' gives.")


def check_method(node: OperationDefinitionNode, message: Message) -> None:
    """Refuse what a request may not do by the way in which it came. This no cache knows."""
    if message.reads_only and node.operation is not OperationType.QUERY:
        raise NeedsPost


def read_contract(
    view: View,
    contract: DecidedContract,
    syntax: Syntax,
    message: Message,
    pin: str | None,
    plans: MutableMapping[object, Weighty],
) -> Operation:
    """Validate a document in a view and choose its operation; `plans` is where its plans are to be kept."""
    node = choose(syntax, message.operation_name)
    check_method(node, message)
    errors = _errors(view, syntax, len(message.query))
    if errors:
        refusals = [refusal_of(error, Code.GRAPHQL_VALIDATION_FAILED) for error in errors]
        if pin is not None and pin != contract.id:
            changes = [refusal.message for refusal in refusals]
            raise Refusal(Code.CONTRACT_CHANGED, "The contract has changed since it was pinned.", changes=changes)
        if message.size <= _MAX_CORRECTED:
            refusals[0].extensions["fix"] = corrected(view, message.query, errors, message.variables)
        raise Refused(refusals)
    if node.operation is OperationType.SUBSCRIPTION:
        raise Refusal(Code.BAD_USER_INPUT, "There are no subscriptions.")
    check_introspection(node, syntax.fragments)
    limits = tuple(_limit_sources(syntax))
    variables = tuple(_variables(view, node))
    signatures = tuple(_signatures(view, node))
    pinned, unread = pins_literals(view, node, syntax), unread_literals(view, syntax)
    return Operation(node, syntax, contract, view, variables, signatures, limits, pinned, unread, plans)


def _errors(view: View, syntax: Syntax, length: int) -> list[GraphQLError]:
    """What validation finds; with suggestions where few enough names have to be looked at for them."""
    most = max(1, min(_MAX_ERRORS, _MAX_QUOTED // max(length, 1)))
    errors = validate(view, syntax.tree, max_errors=most, hide_suggestions=True)
    if any(error.message == _ABORTED for error in errors):  # the same work would be done again
        return errors
    if errors and sum(_names_beside(view, error.message) for error in errors) <= _MAX_NAMES:
        return validate(view, syntax.tree, max_errors=most)
    return errors


def _names_beside(view: View, message: str) -> int:
    """How many names an unknown one may have been meant as, about. Counts what is open only."""
    if message.startswith("Unknown type"):
        roots = len(view.query_type.fields) if view.query_type is not None else 0
        return roots * _TYPES_PER_ROOT
    unknown = _UNKNOWN_FIELD.search(message)
    root = view.get_type(unknown[2]) if unknown is not None and unknown[2] in ROOTS else None
    return len(root.fields) if isinstance(root, GraphQLObjectType) else _FEW


def _variables(view: View, node: OperationDefinitionNode) -> Iterator[tuple[str, GraphQLInputType]]:
    for definition in node.variable_definitions or ():
        yield definition.variable.name.value, cast(GraphQLInputType, type_from_ast(view, definition.type))


def _signatures(view: View, node: OperationDefinitionNode) -> Iterator[GraphQLVariableSignature]:
    for definition in node.variable_definitions or ():
        signature = get_variable_signature(view, definition)
        assert isinstance(signature, GraphQLVariableSignature), "validation has passed"
        yield signature


class _Limits(Visitor):
    def __init__(self, slots: dict[int, int]) -> None:
        super().__init__()
        self.sources: list[str | int] = []
        self._slots = slots

    def enter_argument(self, node: ArgumentNode, *_: object) -> None:
        if node.name.value != "limit":
            return
        if isinstance(node.value, VariableNode):
            self.sources.append(node.value.name.value)
        elif isinstance(node.value, IntValueNode) and node.value.loc is not None:
            self.sources.append(self._slots[node.value.loc.start])


def _limit_sources(syntax: Syntax) -> list[str | int]:
    visitor = _Limits(syntax.slots)
    visit(syntax.tree, visitor)
    return list(dict.fromkeys(visitor.sources))


def refusal_of(error: GraphQLError, code: Code) -> Refusal:
    """graphql-core's error as ours. Its suggestions come from the view, so they name nothing that is closed."""
    if error.message == _ABORTED:
        return Refusal(Code.LIMIT_EXCEEDED, "The document is too complex to be validated.")
    suggested, coordinate = _SUGGESTIONS.search(error.message), _coordinate(error.message)
    return Refusal(
        code,
        _told(error),
        coordinate=coordinate if coordinate is not None and len(coordinate) <= _MAX_MESSAGE else None,
        hint="Use one of the suggested names." if suggested else None,
        locations=[Location(place.line, place.column) for place in error.locations or ()],
        did_you_mean=_QUOTED.findall(suggested[1]) if suggested else None,
    )


def _told(error: GraphQLError) -> str:
    """The message of graphql-core without the words of a Python exception, and without all of a huge value."""
    message = _PYTHON.sub("", error.message)
    return message if len(message) <= _MAX_MESSAGE else f"{message[:_MAX_MESSAGE]}…"


def _coordinate(message: str) -> str | None:
    if match := _UNKNOWN_FIELD.search(message):
        return f"{ROOTS.get(match[2], match[2])}.{match[1]}"
    if match := _UNKNOWN_ARGUMENT.search(message):
        return f"{ROOTS.get(match[2], match[2])}.{match[3]}({match[1]}:)"
    if match := _UNKNOWN_INPUT.search(message):
        return f"{match[1]}.{match[2]}"
    return None
