"""Aggregate predicates: keep rows by what related rows add up to (`albums_aggregate: {count: {predicate: …}}`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNonNull,
)

from schema.comparisons import named_comparison
from schema.lazy import InputType
from schema.model import Action, Entity
from schema.tables import AGGREGATE, BOOL_EXP, SELECT_COLUMN, bool_exp, columns_enum
from schema.types import BUILT_IN, DataTypes, Maker, listed

_PREDICATE = f"{AGGREGATE}{BOOL_EXP}"

# The functions by the type that they take and give; those of pairs take two columns.
_OF_BOOLEANS = ("bool_and", "bool_or")
_OF_FLOATS = ("avg", "max", "min", "stddev_samp", "sum", "var_samp")
_OF_PAIRS = ("corr", "covar_samp")
_OF_COLUMNS = (*_OF_BOOLEANS, *_OF_FLOATS, *_OF_PAIRS)


def predicate(types: DataTypes, entity: Entity) -> GraphQLInputObjectType:
    """One condition on an aggregate over related rows."""
    name = f"{entity.name}{_PREDICATE}"
    return types.ensure(
        name,
        lambda: InputType(
            name, lambda: dict(_functions(types, entity)), extensions=types.needs(entity, Action.AGGREGATE)
        ),
    )


def _functions(types: DataTypes, entity: Entity) -> Iterator[tuple[str, GraphQLInputField]]:
    aggregates = types.needs(entity, Action.AGGREGATE)
    yield "count", GraphQLInputField(_count(types, entity), extensions=aggregates)
    for function in _OF_COLUMNS:
        type_ = _function(function, types, entity)
        if type_ is not None:
            yield function, GraphQLInputField(type_, extensions=aggregates)


def _count(types: DataTypes, entity: Entity) -> GraphQLInputObjectType:
    columns = types.part(entity, SELECT_COLUMN, GraphQLEnumType)
    return _condition(types, entity, "count", "Int", lambda: listed(columns))


def _function(function: str, types: DataTypes, entity: Entity) -> GraphQLInputObjectType | None:
    if not _columns(entity, function):
        return None
    scalar = "Boolean" if function in _OF_BOOLEANS else "float8"

    def arguments() -> GraphQLInputType:
        maker = _pair if function in _OF_PAIRS else _columns_enum
        operands = maker(function, types, entity)
        assert operands is not None
        return GraphQLNonNull(operands)

    return _condition(types, entity, function, scalar, arguments)


def _condition(
    types: DataTypes, entity: Entity, function: str, scalar: str, arguments: Callable[[], GraphQLInputType]
) -> GraphQLInputObjectType:
    name = f"{entity.name}{_PREDICATE}_{function}"
    return types.ensure(
        name,
        lambda: InputType(
            name,
            lambda: {
                "arguments": GraphQLInputField(arguments()),
                "distinct": GraphQLInputField(GraphQLBoolean),
                "filter": GraphQLInputField(bool_exp(types, entity), extensions=types.needs(entity, Action.SELECT)),
                "predicate": GraphQLInputField(GraphQLNonNull(named_comparison(types, scalar))),
            },
        ),
    )


def _pair(function: str, types: DataTypes, entity: Entity) -> GraphQLInputObjectType | None:
    name = f"{entity.name}{_PREDICATE}_{function}_arguments"
    columns = _columns_enum(function, types, entity)
    if columns is None:
        return None
    return types.ensure(
        name,
        lambda: InputType(name, lambda: {axis: GraphQLInputField(GraphQLNonNull(columns)) for axis in ("X", "Y")}),
    )


def _columns(entity: Entity, function: str) -> dict[str, object]:
    wanted = "bool" if function in _OF_BOOLEANS else "float8"
    return {
        name: column
        for name, column in entity.columns.items()
        if (column.type.storage.schema, column.type.storage.name) == (BUILT_IN, wanted)
    }


def _columns_enum(function: str, types: DataTypes, entity: Entity) -> GraphQLEnumType | None:
    columns = _columns(entity, function)
    # Hasura says the table twice.
    name = f"{entity.name}{SELECT_COLUMN}_{entity.name}{_PREDICATE}_{function}_arguments_columns"
    if not columns:
        return None
    return types.ensure(name, lambda: columns_enum(types, name, entity, Action.AGGREGATE, columns))


MAKERS: Mapping[str, Maker] = {
    _PREDICATE: predicate,
    f"{_PREDICATE}_count": _count,
    **{f"{_PREDICATE}_{function}": partial(_function, function) for function in _OF_COLUMNS},
    **{
        f"{SELECT_COLUMN}{_PREDICATE}_{function}_arguments_columns": partial(_columns_enum, function)
        for function in _OF_COLUMNS
    },
    **{f"{_PREDICATE}_{function}_arguments": partial(_pair, function) for function in _OF_PAIRS},
}
