"""Which rows an update or a delete takes: those of a `where`, or the one of a key.

A condition that says less than was meant changes more than was meant: a `where` that an absent variable would empty is
refused, and all rows are meant by `{}` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from graphql import ListValueNode, ObjectValueNode, ValueNode, VariableNode

from narthex.errors import Code, Refusal
from resolvers.sql.guards import caller_conditions, matching_conditions
from resolvers.sql.operators import symbol_of
from resolvers.sql.scope import Scope
from resolvers.sql.values import Leaf, Tree
from schema.catalog import quote
from schema.model import Action, Entity


def rows_where(scope: Scope, entity: Entity, alias: str, action: Action, tree: Tree, coordinate: str) -> list[str]:
    """The conditions on the target itself, so that Postgres tries them again on a row that has just changed."""
    if tree and _folded(entity, tree) is True:
        raise Refusal(
            Code.BAD_USER_INPUT,
            "The condition is met by every row, but is not {}.",
            coordinate=coordinate,
            hint="Write `where: {}` to mean all rows.",
        )
    return caller_conditions(scope, entity, alias, action, tree)


def row_by_key(scope: Scope, entity: Entity, alias: str, action: Action, values: Mapping[str, Tree]) -> list[str]:
    """The conditions that one row meets at most."""
    matched = {}
    for name in entity.key:
        column = entity.columns[name]
        parameter = scope.params.typed(cast(Leaf, values[name]), column.type)
        matched[name] = f"{alias}.{quote(column.name)} {symbol_of('=', column.type)} {parameter}"
    return matching_conditions(scope, entity, alias, action, matched)


def check_variables(scope: Scope, node: ValueNode, coordinate: str) -> None:
    """Refuse a condition in which a variable stands that was not given."""
    for name in _variables(node):
        if name not in scope.inputs.variables.coerced:
            raise Refusal(
                Code.BAD_USER_INPUT,
                f"The variable '${name}' is not given, which would leave out a condition.",
                coordinate=coordinate,
                hint="Give the variable a value, or write `where: {}` to mean all rows.",
            )


def _variables(node: ValueNode) -> Iterator[str]:
    if isinstance(node, VariableNode):
        yield node.name.value
    elif isinstance(node, ListValueNode):
        for item in node.values:
            yield from _variables(item)
    elif isinstance(node, ObjectValueNode):
        for field in node.fields:
            yield from _variables(field.value)


def _folded(entity: Entity, tree: Tree) -> bool | None:
    """What a condition is for every row by its form alone, or None where that depends on the row."""
    parts = [_folded_part(entity, name, value) for name, value in cast(Mapping[str, Any], tree).items()]
    return _all(parts)


def _folded_part(entity: Entity, name: str, value: Any) -> bool | None:
    if value is None:  # is refused where it is compiled
        return None
    if name == "_not":
        inner = _folded(entity, value)
        return None if inner is None else not inner
    if name == "_and":
        return _all([_folded(entity, item) for item in value])
    if name == "_or":
        inverted = _all([_negated(_folded(entity, item)) for item in value])
        return _negated(inverted)
    if name in entity.columns:
        return True if not value or value == {"_cast": {}} or _empty_cast(value) else None
    return None


def _empty_cast(value: Mapping[str, Any]) -> bool:
    return value.keys() == {"_cast"} and all(not inner for inner in (value["_cast"] or {"": 1}).values())


def _all(parts: list[bool | None]) -> bool | None:
    if False in parts:
        return False
    return None if None in parts else True


def _negated(part: bool | None) -> bool | None:
    return None if part is None else not part
