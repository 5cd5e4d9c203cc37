"""The input types of one table for changing its rows: an operator each, with the columns to which it can be applied.

Every operator needs UPDATE on its columns; all but `_set` start from the old value, so they need SELECT as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from graphql import (
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLString,
)

from schema.catalog import Column, PgType
from schema.elements import Element
from schema.lazy import InputType
from schema.model import Action, Entity, Requires
from schema.roots import writable_columns
from schema.scalars import is_jsonb, is_numeric
from schema.tables import BOOL_EXP
from schema.types import DataTypes, Maker, element, listed

PK_COLUMNS = "_pk_columns_input"
UPDATES = "_updates"


@dataclass(frozen=True, slots=True)
class Operator:
    """Which columns it takes, and what for each of them: None is a value of the column's type."""

    suffix: str
    takes: Callable[[PgType], bool]
    operand: GraphQLInputType | None = None
    reads: bool = True


OPERATORS: Mapping[str, Operator] = {
    "_append": Operator("_append_input", is_jsonb),
    "_delete_at_path": Operator("_delete_at_path_input", is_jsonb, listed(GraphQLString)),
    "_delete_elem": Operator("_delete_elem_input", is_jsonb, GraphQLInt),
    "_delete_key": Operator("_delete_key_input", is_jsonb, GraphQLString),
    "_inc": Operator("_inc_input", is_numeric),
    "_prepend": Operator("_prepend_input", is_jsonb),
    "_set": Operator("_set_input", lambda _: True, reads=False),
}
"""By the argument's name."""


def changed_columns(entity: Entity, operator: Operator) -> dict[str, Column]:
    """The columns that an operator can change."""
    return {name: column for name, column in writable_columns(entity).items() if operator.takes(column.type)}


def operators(types: DataTypes, entity: Entity) -> Iterator[tuple[str, GraphQLInputObjectType]]:
    """The arguments of every update of the entity that say what changes."""
    for name, operator in OPERATORS.items():
        type_ = _operator(operator, types, entity)
        if type_ is not None:
            yield name, type_


def _operator(operator: Operator, types: DataTypes, entity: Entity) -> GraphQLInputObjectType | None:
    name, columns = f"{entity.name}{operator.suffix}", changed_columns(entity, operator)
    if not columns:
        return None
    return types.ensure(
        name,
        lambda: InputType(
            name,
            lambda: {
                column_name: GraphQLInputField(
                    operator.operand or types.value(column.type),
                    description=column.comment,
                    extensions=_needs(types, entity, operator, column_name),
                )
                for column_name, column in columns.items()
            },
        ),
    )


def _needs(types: DataTypes, entity: Entity, operator: Operator, column: str) -> dict[str, Element]:
    if not operator.reads:
        return types.needs(entity, Action.UPDATE, column, raw=True)
    return element(*(Requires(entity.name, action, column, raw=True) for action in (Action.UPDATE, Action.SELECT)))


def key(types: DataTypes, entity: Entity) -> GraphQLInputObjectType | None:
    """The primary key of one row."""
    name = f"{entity.name}{PK_COLUMNS}"
    if not entity.key or not writable_columns(entity):
        return None
    return types.ensure(
        name,
        lambda: InputType(
            name,
            lambda: {
                column: GraphQLInputField(
                    GraphQLNonNull(types.value(entity.columns[column].type)),
                    description=entity.columns[column].comment,
                    extensions=types.needs(entity, Action.SELECT, column, raw=True),
                )
                for column in entity.key
            },
        ),
    )


def updates(types: DataTypes, entity: Entity) -> GraphQLInputObjectType | None:
    """One of several updates: which rows, and what changes."""
    name = f"{entity.name}{UPDATES}"
    if not writable_columns(entity):
        return None
    return types.ensure(name, lambda: InputType(name, lambda: dict(_fields(types, entity))))


def _fields(types: DataTypes, entity: Entity) -> Iterator[tuple[str, GraphQLInputField]]:
    for name, type_ in operators(types, entity):
        yield name, GraphQLInputField(type_)
    condition = types.part(entity, BOOL_EXP, GraphQLInputObjectType)
    yield "where", GraphQLInputField(GraphQLNonNull(condition))


MAKERS: Mapping[str, Maker] = {
    PK_COLUMNS: key,
    UPDATES: updates,
    **{operator.suffix: partial(_operator, operator) for operator in OPERATORS.values()},
}
