"""The types of one table for aggregates over its rows, and for ordering other rows by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLFloat,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLObjectType,
)

from schema.catalog import Column
from schema.comparisons import order_by
from schema.lazy import InputType, ObjectType
from schema.model import Action, Entity
from schema.reserved import AGGREGATES
from schema.scalars import is_comparable, is_numeric
from schema.tables import AGGREGATE, ORDER_BY, SELECT_COLUMN, rows
from schema.types import DataTypes, Maker, listed

FUNCTIONS = AGGREGATES
_COMPARING = ("max", "min")


def aggregated_columns(entity: Entity, function: str) -> dict[str, Column]:
    """The columns that an aggregate function takes."""
    takes = is_comparable if function in _COMPARING else is_numeric
    return {name: column for name, column in entity.columns.items() if takes(column.type)}


def aggregate(types: DataTypes, entity: Entity) -> GraphQLObjectType:
    """Aggregates over a list of rows, beside the rows themselves."""
    name = f"{entity.name}{AGGREGATE}"
    return types.ensure(
        name,
        lambda: ObjectType(
            name,
            lambda: {
                "aggregate": GraphQLField(_fields(types, entity), extensions=types.needs(entity, Action.AGGREGATE)),
                "nodes": GraphQLField(rows(types, entity), extensions=types.needs(entity, Action.SELECT)),
            },
            extensions=types.needs(entity, Action.AGGREGATE),
        ),
    )


def _fields(types: DataTypes, entity: Entity) -> GraphQLObjectType:
    name = f"{entity.name}{AGGREGATE}_fields"
    return types.ensure(
        name,
        lambda: ObjectType(
            name, lambda: dict(_functions(types, entity)), extensions=types.needs(entity, Action.AGGREGATE)
        ),
    )


def _functions(types: DataTypes, entity: Entity) -> Iterator[tuple[str, GraphQLField]]:
    aggregates = types.needs(entity, Action.AGGREGATE)
    columns = types.part(entity, SELECT_COLUMN, GraphQLEnumType)
    arguments = {
        "columns": GraphQLArgument(listed(columns)),
        "distinct": GraphQLArgument(GraphQLBoolean),
    }
    yield "count", GraphQLField(GraphQLNonNull(GraphQLInt), arguments, extensions=aggregates)
    for function in FUNCTIONS:
        type_ = _function_fields(function, types, entity)
        if type_ is not None:
            yield function, GraphQLField(type_, extensions=aggregates)


def _function_fields(function: str, types: DataTypes, entity: Entity) -> GraphQLObjectType | None:
    columns = aggregated_columns(entity, function)
    name = f"{entity.name}_{function}_fields"
    keeps_type = function == "sum" or function in _COMPARING
    if not columns:
        return None
    return types.ensure(
        name,
        lambda: ObjectType(
            name,
            lambda: {
                column_name: GraphQLField(
                    types.value(column.type) if keeps_type else GraphQLFloat,
                    description=column.comment,
                    extensions=types.needs(entity, Action.AGGREGATE, column_name, raw=True),
                )
                for column_name, column in columns.items()
            },
        ),
    )


def aggregate_order(types: DataTypes, entity: Entity) -> GraphQLInputObjectType:
    """Sorting other rows by aggregates over their rows of this entity."""
    name = f"{entity.name}{AGGREGATE}{ORDER_BY}"
    return types.ensure(
        name,
        lambda: InputType(name, lambda: dict(_orders(types, entity)), extensions=types.needs(entity, Action.AGGREGATE)),
    )


def _orders(types: DataTypes, entity: Entity) -> Iterator[tuple[str, GraphQLInputField]]:
    aggregates = types.needs(entity, Action.AGGREGATE)
    yield "count", GraphQLInputField(order_by(types), extensions=aggregates)
    for function in FUNCTIONS:
        type_ = _function_order(function, types, entity)
        if type_ is not None:
            yield function, GraphQLInputField(type_, extensions=aggregates)


def _function_order(function: str, types: DataTypes, entity: Entity) -> GraphQLInputObjectType | None:
    columns = aggregated_columns(entity, function)
    name = f"{entity.name}_{function}{ORDER_BY}"
    if not columns:
        return None
    return types.ensure(
        name,
        lambda: InputType(
            name,
            lambda: {
                column: GraphQLInputField(
                    order_by(types), extensions=types.needs(entity, Action.AGGREGATE, column, raw=True)
                )
                for column in columns
            },
        ),
    )


MAKERS: Mapping[str, Maker] = {
    AGGREGATE: aggregate,
    f"{AGGREGATE}_fields": _fields,
    f"{AGGREGATE}{ORDER_BY}": aggregate_order,
    **{f"_{function}_fields": partial(_function_fields, function) for function in FUNCTIONS},
    **{f"_{function}{ORDER_BY}": partial(_function_order, function) for function in FUNCTIONS},
}
