"""Arguments as plain values, by the rules of the GraphQL specification and nothing else: no schema is looked at.

Numbers keep their text, enum values are `Enum`, an input object is a dict in the order in which it was written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)

from schema.catalog import PgType
from tests.oracle.answers import Number

Value = object


class Enum(str):
    """The name of an enum value."""


class Absent:
    """A variable that was not given and has no default."""


ABSENT = Absent()


def variables_of(operation: OperationDefinitionNode, given: Mapping[str, object]) -> dict[str, Value]:
    """The variables of an operation: given, else by default, else not there."""
    values: dict[str, Value] = {}
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        if name in given:
            values[name] = given[name]
        elif definition.default_value is not None:
            values[name] = value_of(definition.default_value, {})
    return values


def value_of(node: ValueNode, variables: Mapping[str, Value]) -> Value:
    match node:
        case VariableNode():
            return variables.get(node.name.value, ABSENT)
        case NullValueNode():
            return None
        case IntValueNode() | FloatValueNode():
            return Number(node.value)
        case StringValueNode() | BooleanValueNode():
            return node.value
        case EnumValueNode():
            return Enum(node.value)
        case ListValueNode():
            return [value_of(item, variables) for item in node.values]
        case ObjectValueNode():
            fields = {field.name.value: value_of(field.value, variables) for field in node.fields}
            return {name: value for name, value in fields.items() if value is not ABSENT}
    raise AssertionError(node)


def listed(value: Value) -> Sequence[Value]:
    """A list argument: one value stands for a list of one."""
    return value if isinstance(value, list) else [value]


def literal(value: Value, type_: PgType) -> str:
    """A value as the text that Postgres reads as the type."""
    storage = type_.storage
    if storage.element is not None:
        return array_literal(value)
    if storage.name in ("json", "jsonb"):
        return json_literal(value)
    return _text(value)


def array_literal(value: Value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return "{" + ",".join(array_literal(item) for item in value) + "}"
    text = json_literal(value) if isinstance(value, dict) else _text(value)
    return '"' + "".join("\\" + sign if sign in '\\"' else sign for sign in text) + '"'


def json_literal(value: Value) -> str:
    if isinstance(value, Number):
        return value.text
    if isinstance(value, list):
        return "[" + ",".join(json_literal(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{json_literal(item)}" for key, item in value.items()) + "}"
    return json.dumps(value)


def _text(value: Value) -> str:
    if isinstance(value, Number):
        return value.text
    return str(value).lower() if isinstance(value, bool) else str(value)
