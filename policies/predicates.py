"""Row predicates and column values as policies write them, read against the input types of the whole schema.

A predicate is the table's `_bool_exp`, so operators and values are what a caller's `where` may have, whoever the caller
is; beside that, `"$claim.name"` stands for a value of the token, and `_exists: {_table, _where}` looks into any table.
Refuses, with the place of each: names that do not exist, operators that the type does not have, values that do not fit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    EnumValueNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    ListValueNode,
    Node,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    StringValueNode,
    Undefined,
    ValueNode,
    coerce_input_literal,
    get_named_type,
    is_required_input_field,
)
from graphql.utilities import validate_input_literal

from policies.directives import place
from policies.guards import Claim, Constant, Predicate
from policies.problems import Problem, suggest
from schema.build import MAKERS
from schema.model import Entity, Model
from schema.tables import BOOL_EXP, bool_exp
from schema.types import DataTypes, ScalarNames

EXISTS = "_exists"

_CLAIM = re.compile(r"\$claim\.([A-Za-z_][A-Za-z0-9_-]*)")
_CLAIM_MEANT = re.compile(r"\$claims?(?![A-Za-z0-9])", re.IGNORECASE)
_LITERAL_ONLY = frozenset({"_is_null", "distinct"})
"""Fields that change the shape of a condition, so that no claim can stand there."""

Leaf = Constant | Claim | tuple[Any, ...]


class Types:
    """The input types of a model, whoever may use them."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._types = DataTypes(model, ScalarNames(model, {}), MAKERS, {})

    def predicate(self, entity: Entity) -> GraphQLInputObjectType:
        return bool_exp(self._types, entity)

    def column(self, entity: Entity, column: str) -> GraphQLInputType:
        return self._types.value(entity.columns[column].type)


class Reader:
    """Reads the values of one directive; what is wrong with them is gathered in `problems`."""

    def __init__(self, types: Types, file: str) -> None:
        self._types = types
        self._file = file
        self.problems: list[Problem] = []

    def predicate(self, node: ValueNode, entity: Entity) -> Mapping[str, Predicate]:
        """A condition on rows of the table."""
        read = self._input(node, self._types.predicate(entity), entity.name)
        return read if isinstance(read, Mapping) else {}

    def value(self, node: ValueNode, entity: Entity, column: str) -> Leaf:
        """A value for a column; null where the column can be null."""
        label = f"{entity.name}.{column}"
        if isinstance(node, NullValueNode):
            if not entity.columns[column].nullable:
                self._wrong(node, f"'{label}' cannot be null.", "Give it a value.")
            return Constant(None)
        return self._leaf(node, self._types.column(entity, column), label)

    def _input(self, node: ValueNode, type_: GraphQLInputType, label: str, field: str = "") -> Predicate:
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        if isinstance(node, NullValueNode):
            fix = "Use {_is_null: true} to find nulls, or leave the field out."
            self._wrong(node, f"'{label}' is compared with null.", fix)
            return {}
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(node, type_, label)
        if isinstance(get_named_type(type_), GraphQLScalarType):
            read = self._leaf(node, type_, label)
            if field in _LITERAL_ONLY and isinstance(read, Claim):
                self._wrong(node, f"'{field}' takes no claim.", "Write true or false.")
            return read
        if isinstance(type_, GraphQLList):
            nodes = node.values if isinstance(node, ListValueNode) else (node,)
            return tuple(self._input(item, type_.of_type, label) for item in nodes)
        assert isinstance(type_, GraphQLEnumType)
        return self._name(node, type_)

    def _object(self, node: ValueNode, type_: GraphQLInputObjectType, label: str) -> Mapping[str, Predicate]:
        if not isinstance(node, ObjectValueNode):
            self._wrong(node, f"'{label}' takes an object.", f"Write {{{next(iter(type_.fields))}: …}}.")
            return {}
        owner = self._owner(type_)
        if owner is None and not node.fields:
            self._wrong(node, f"The condition on '{label}' is empty.", "Say what must hold, or take it out.")
        read: dict[str, Predicate] = {}
        for field in node.fields:
            name = field.name.value
            if owner is not None and name == EXISTS:
                read[name] = self._exists(field)
            elif name in type_.fields:
                inner = label if owner is None or name.startswith("_") else f"{owner.name}.{name}"
                read[name] = self._input(field.value, type_.fields[name].type, inner, name)
            else:
                self._unknown(field, type_, owner, label)
        for name, wanted in type_.fields.items():
            if is_required_input_field(wanted) and name not in read:
                self._wrong(node, f"'{label}' lacks '{name}'.", f"Add {name}.")
        return read

    def _owner(self, type_: GraphQLInputObjectType) -> Entity | None:
        """The table of whose rows the type is a condition."""
        name = type_.name.removesuffix(BOOL_EXP)
        return self._types.model.entities.get(name) if name != type_.name and "_and" in type_.fields else None

    def _unknown(self, field: ObjectFieldNode, type_: GraphQLInputObjectType, owner: Entity | None, label: str) -> None:
        name, names = field.name.value, list(type_.fields)
        if owner is not None:
            text = f"'{owner.name}' has no column or relationship '{name}'."
            fix = suggest(name, [*names, EXISTS]) or "Columns and relationships are named as in the GraphQL schema."
        else:
            text = f"'{label}' takes no '{name}'."
            fix = suggest(name, names) or f"Use {', '.join(names)}."
        self._wrong(field, text, fix)

    def _exists(self, field: ObjectFieldNode) -> Mapping[str, Predicate]:
        fields = field.value.fields if isinstance(field.value, ObjectValueNode) else ()
        given = {inner.name.value: inner.value for inner in fields}
        table = given.get("_table")
        if set(given) != {"_table", "_where"} or not isinstance(table, StringValueNode):
            self._wrong(field, "'_exists' takes a table and a condition.", 'Write {_table: "NAME", _where: {…}}.')
            return {}
        entity = self._types.model.entities.get(table.value)
        if entity is None:
            fix = suggest(table.value, self._types.model.entities) or "Tables are named as in the GraphQL schema."
            self._wrong(table, f"There is no table '{table.value}'.", fix)
            return {}
        return {"_table": entity.name, "_where": self.predicate(given["_where"], entity)}

    def _name(self, node: ValueNode, type_: GraphQLEnumType) -> str:
        if isinstance(node, EnumValueNode) and node.value in type_.values:
            return node.value
        given = node.value if isinstance(node, EnumValueNode | StringValueNode) else ""
        fix = suggest(given, type_.values) or f"Use {', '.join(type_.values)}, without quotes."
        self._wrong(node, "The value is not one of those that can stand here.", fix)
        return ""

    def _leaf(self, node: ValueNode, type_: GraphQLInputType, label: str) -> Leaf:
        """A scalar or a list of them: one `Constant` where no claim is in it, else a tuple of what it holds."""
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
            if isinstance(node, NullValueNode):
                self._wrong(node, f"A list for '{label}' has a null.", "Take it out.")
                return Constant(None)
        if isinstance(node, StringValueNode) and _CLAIM_MEANT.match(node.value):
            return self._claim(node)
        if isinstance(type_, GraphQLList) and isinstance(node, ListValueNode):
            items = [self._leaf(item, type_.of_type, label) for item in node.values]
            if all(isinstance(item, Constant) for item in items):
                return Constant([item.value for item in items if isinstance(item, Constant)])
            return tuple(items)
        return Constant(self._constant(node, type_, label))

    def _claim(self, node: StringValueNode) -> Claim:
        found = _CLAIM.fullmatch(node.value)
        if found is None:
            self._wrong(node, f"'{node.value}' is no claim.", 'A claim is all of the string: "$claim.name".')
        return Claim(found[1] if found is not None else "")

    def _constant(self, node: ValueNode, type_: GraphQLInputType, label: str) -> object:
        errors: list[str] = []

        def tell(error: GraphQLError, path: Sequence[str | int]) -> None:
            errors.append(str(error.message))

        value = coerce_input_literal(node, type_)
        if value is Undefined:
            validate_input_literal(node, type_, tell)
            said = errors[0].rstrip(".") if errors else f"not a value of {type_}"
            self._wrong(node, f"The value does not fit '{label}': {said}.", "Write a value of the column's type.")
            return None
        if isinstance(node, ListValueNode | ObjectValueNode):
            self._nested_claims(node)
        return value

    def _nested_claims(self, node: ValueNode) -> None:
        """Inside a JSON value a claim would be compared as the text that it looks like."""
        if isinstance(node, StringValueNode) and _CLAIM_MEANT.match(node.value):
            self._wrong(node, f"'{node.value}' stands inside a JSON value.", "A claim is all of the value.")
        for inner in node.values if isinstance(node, ListValueNode) else ():
            self._nested_claims(inner)
        for field in node.fields if isinstance(node, ObjectValueNode) else ():
            self._nested_claims(field.value)

    def _wrong(self, node: Node, text: str, fix: str) -> None:
        self.problems.append(Problem(place(node, self._file), text, fix))
