"""The types of one table for reading its rows: the object, filter, order and column types, and its root fields.

Each element says in `extensions` what must be open for it; a type's own element says when the type has anything in it.
Types of other modules are asked for by the end of their name, so that modules need not import each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
)

from schema.comparisons import comparison, order_by
from schema.lazy import InputType, ObjectType
from schema.model import Action, Entity, Relationship, RelationshipKind, Requires
from schema.roots import key_needs
from schema.scalars import is_json
from schema.types import DataTypes, Maker, element, listed, output, restricted

AGGREGATE = "_aggregate"
BOOL_EXP = "_bool_exp"
ORDER_BY = "_order_by"
SELECT_COLUMN = "_select_column"

_PATH = GraphQLArgument(GraphQLString, description="A path into the value, like `$.address.city` or `$.tags[0]`.")
_COUNT = GraphQLArgument(GraphQLInt)


def root_field(types: DataTypes, entity: Entity, name: str) -> GraphQLField:
    """The field `name`, one of the entity's `query_fields`. It has no resolver: data fields run as SQL."""
    coordinate = f"Query.{name}"
    comment = entity.table.comment
    if name == entity.name:
        extensions = restricted(types.needs(entity, Action.SELECT), coordinate)
        return GraphQLField(rows(types, entity), _row_arguments(types, entity), None, None, comment, None, extensions)
    if name == f"{entity.name}{AGGREGATE}":
        extensions = restricted(types.needs(entity, Action.AGGREGATE), coordinate)
        type_ = GraphQLNonNull(types.part(entity, AGGREGATE, GraphQLObjectType))
        return GraphQLField(type_, _row_arguments(types, entity), None, None, comment, None, extensions)
    extensions = element(*key_needs(entity), coordinate=coordinate)
    return GraphQLField(row(types, entity), key_arguments(types, entity), None, None, comment, None, extensions)


def row(types: DataTypes, entity: Entity) -> GraphQLObjectType:
    """One row with its relationships: the type that is called like the table."""
    return types.ensure(
        entity.name,
        lambda: ObjectType(
            entity.name,
            lambda: dict(_row_fields(types, entity)),
            description=entity.table.comment,
            extensions=types.needs(entity, Action.SELECT),
        ),
    )


def rows(types: DataTypes, entity: Entity) -> GraphQLOutputType:
    """`[T!]!` of an entity's rows."""
    return GraphQLNonNull(GraphQLList(GraphQLNonNull(row(types, entity))))


def _row_arguments(types: DataTypes, entity: Entity) -> dict[str, GraphQLArgument]:
    """The arguments of every list of an entity's rows, and of its aggregates."""
    columns = types.part(entity, SELECT_COLUMN, GraphQLEnumType)
    orders = types.part(entity, ORDER_BY, GraphQLInputObjectType)
    condition = types.part(entity, BOOL_EXP, GraphQLInputObjectType)
    # No descriptions: they would be said again for every list there is.
    return {
        "distinct_on": GraphQLArgument(listed(columns)),
        "limit": _COUNT,
        "offset": _COUNT,
        "order_by": GraphQLArgument(listed(orders)),
        # The type is there for whoever may only write, too.
        "where": GraphQLArgument(condition, extensions=types.needs(entity, Action.SELECT)),
    }


def key_arguments(types: DataTypes, entity: Entity) -> dict[str, GraphQLArgument]:
    """The arguments that name a row by its key."""
    columns = {name: entity.columns[name] for name in entity.key}
    return {
        name: GraphQLArgument(GraphQLNonNull(types.value(column.type)), description=column.comment)
        for name, column in columns.items()
    }


def _row_fields(types: DataTypes, entity: Entity) -> Iterator[tuple[str, GraphQLField]]:
    for name, column in entity.columns.items():
        type_ = output(types.value(column.type), column.nullable)
        arguments = {"path": _PATH} if is_json(column.type) else None
        selects = Requires(entity.name, Action.SELECT, name)
        extensions = element(selects, guarded=selects)
        yield name, GraphQLField(type_, arguments, None, None, column.comment, None, extensions)
    for name, relationship in entity.relationships.items():
        yield from _relationship_fields(types, entity, name, relationship)


def _relationship_fields(
    types: DataTypes, entity: Entity, name: str, relationship: Relationship
) -> Iterator[tuple[str, GraphQLField]]:
    target = types.model.entities[relationship.target]
    coordinate = f"{entity.name}.{name}"
    text = relationship.description
    if relationship.kind is RelationshipKind.OBJECT:
        type_ = output(row(types, target), relationship.nullable)
        rows_there = Requires(target.name, Action.SELECT)
        extensions = element(rows_there, coordinate=coordinate, guarded=rows_there)
        yield name, GraphQLField(type_, description=text, extensions=extensions)
        return
    arguments = _row_arguments(types, target)
    selects = restricted(types.needs(target, Action.SELECT), coordinate)
    yield name, GraphQLField(rows(types, target), arguments, description=text, extensions=selects)
    aggregate = GraphQLNonNull(types.part(target, AGGREGATE, GraphQLObjectType))
    aggregates = restricted(types.needs(target, Action.AGGREGATE), f"{coordinate}{AGGREGATE}")
    yield f"{name}{AGGREGATE}", GraphQLField(aggregate, arguments, description=text, extensions=aggregates)


def bool_exp(types: DataTypes, entity: Entity) -> GraphQLInputObjectType:
    """A condition on a row: all its fields must hold. Without the right to read, `{}` still means all rows."""
    name = f"{entity.name}{BOOL_EXP}"
    actions = (Action.SELECT, Action.UPDATE, Action.DELETE) if entity.table.writable else (Action.SELECT,)
    return types.ensure(
        name,
        lambda: InputType(
            name,
            lambda: dict(_conditions(types, entity)),
            extensions=element(either=(Requires(entity.name, action) for action in actions)),
        ),
    )


def _conditions(types: DataTypes, entity: Entity) -> Iterator[tuple[str, GraphQLInputField]]:
    itself = bool_exp(types, entity)
    yield "_and", GraphQLInputField(listed(itself))
    yield "_not", GraphQLInputField(itself)
    yield "_or", GraphQLInputField(listed(itself))
    for name, column in entity.columns.items():
        condition = comparison(types, column.type)
        yield name, GraphQLInputField(condition, extensions=types.needs(entity, Action.SELECT, name, raw=True))
    here = Requires(entity.name, Action.SELECT)
    for name, relationship in entity.relationships.items():
        target = types.model.entities[relationship.target]
        coordinate = f"{entity.name}.{name}"
        selects = element(here, Requires(target.name, Action.SELECT), coordinate=coordinate)
        yield name, GraphQLInputField(bool_exp(types, target), extensions=selects)
        if relationship.kind is RelationshipKind.ARRAY:
            predicate = types.part(target, f"{AGGREGATE}{BOOL_EXP}", GraphQLInputObjectType)
            there = Requires(target.name, Action.AGGREGATE)
            aggregates = element(here, there, coordinate=f"{coordinate}{AGGREGATE}")
            yield f"{name}{AGGREGATE}", GraphQLInputField(predicate, extensions=aggregates)


def order(types: DataTypes, entity: Entity) -> GraphQLInputObjectType:
    """What rows can be sorted by: columns, those of object relationships, aggregates of array relationships."""
    name = f"{entity.name}{ORDER_BY}"
    return types.ensure(
        name,
        lambda: InputType(
            name,
            lambda: dict(_orders(types, entity)),
            extensions=types.needs(entity, Action.SELECT, raw=True),
        ),
    )


def _orders(types: DataTypes, entity: Entity) -> Iterator[tuple[str, GraphQLInputField]]:
    direction = order_by(types)
    for name in entity.columns:
        yield name, GraphQLInputField(direction, extensions=types.needs(entity, Action.SELECT, name, raw=True))
    for name, relationship in entity.relationships.items():
        target = types.model.entities[relationship.target]
        coordinate = f"{entity.name}.{name}"
        if relationship.kind is RelationshipKind.OBJECT:
            selects = restricted(types.needs(target, Action.SELECT), coordinate)
            yield name, GraphQLInputField(order(types, target), extensions=selects)
        else:
            aggregates = restricted(types.needs(target, Action.AGGREGATE), f"{coordinate}{AGGREGATE}")
            type_ = types.part(target, f"{AGGREGATE}{ORDER_BY}", GraphQLInputObjectType)
            yield f"{name}{AGGREGATE}", GraphQLInputField(type_, extensions=aggregates)


def select_column(types: DataTypes, entity: Entity) -> GraphQLEnumType:
    """The columns by name, for `distinct_on` and `count`."""
    name = f"{entity.name}{SELECT_COLUMN}"
    return types.ensure(name, lambda: columns_enum(types, name, entity, Action.SELECT, entity.columns))


def columns_enum(
    types: DataTypes, name: str, entity: Entity, action: Action, columns: Mapping[str, object]
) -> GraphQLEnumType:
    """An enum of some columns, each of which needs the action on itself as it is."""
    return GraphQLEnumType(
        name,
        lambda: {
            column: GraphQLEnumValue(column, extensions=types.needs(entity, action, column, raw=True))
            for column in columns
        },
        extensions=types.needs(entity, action, raw=True) if columns is entity.columns else None,
    )


MAKERS: Mapping[str, Maker] = {
    "": row,
    BOOL_EXP: bool_exp,
    ORDER_BY: order,
    SELECT_COLUMN: select_column,
}
