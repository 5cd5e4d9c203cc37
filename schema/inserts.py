"""The input types of one table for inserting rows, with rows of other tables nested in them, and for conflicts.

A nested insert sets the columns of the relationship, so these must be open for INSERT like any column that the caller
sets. A conflict tells whether a key is taken, so its columns must be readable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from graphql import (
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNonNull,
    GraphQLNullableInputType,
)

from schema.catalog import Key
from schema.lazy import InputType
from schema.model import Action, Entity, Model, Relationship, RelationshipKind, Requires
from schema.roots import writable_columns
from schema.tables import BOOL_EXP, columns_enum
from schema.types import DataTypes, Maker, element, listed
from schema.words import valid_name

INSERT_INPUT = "_insert_input"
ON_CONFLICT = "_on_conflict"
_REL_INSERT_INPUTS = {
    RelationshipKind.OBJECT: "_obj_rel_insert_input",
    RelationshipKind.ARRAY: "_arr_rel_insert_input",
}
_CONSTRAINT = "_constraint"
_UPDATE_COLUMN = "_update_column"
_NOT_ENUM_VALUES = frozenset({"true", "false", "null"})


def inserted(types: DataTypes, entity: Entity) -> GraphQLInputObjectType | None:
    """One row to insert: no field is required, because Postgres knows defaults and triggers."""
    name, columns = f"{entity.name}{INSERT_INPUT}", writable_columns(entity)
    if not columns:
        return None
    return types.ensure(
        name,
        lambda: InputType(
            name,
            lambda: dict(_fields(types, entity)),
            extensions=element(either=(Requires(entity.name, Action.INSERT, column, raw=True) for column in columns)),
        ),
    )


def _fields(types: DataTypes, entity: Entity) -> Iterator[tuple[str, GraphQLInputField]]:
    for name, column in writable_columns(entity).items():
        extensions = types.needs(entity, Action.INSERT, name, raw=True)
        yield name, GraphQLInputField(types.value(column.type), description=column.comment, extensions=extensions)
    for name, relationship in entity.relationships.items():
        target, needs = types.model.entities[relationship.target], _join_needs(types.model, entity, relationship)
        if needs is not None and writable_columns(target):
            type_ = types.part(target, _REL_INSERT_INPUTS[relationship.kind], GraphQLInputObjectType)
            yield name, GraphQLInputField(type_, extensions=element(*needs, coordinate=f"{entity.name}.{name}"))


def _join_needs(model: Model, entity: Entity, relationship: Relationship) -> tuple[Requires, ...] | None:
    """What must be open for the columns that a nested insert sets by itself; None where it could not set them."""
    holder, columns = nested_columns(model, entity, relationship)
    served = {column.name: name for name, column in writable_columns(holder).items()}
    if not all(column in served for column in columns):
        return None
    return tuple(Requires(holder.name, Action.INSERT, served[column], raw=True) for column in columns)


def nested_columns(model: Model, entity: Entity, relationship: Relationship) -> tuple[Entity, tuple[str, ...]]:
    """The side of a relationship that refers to the other, and its SQL columns.

    If it is `entity`, a nested row is inserted before the row around it, else after it. Of an object relationship
    without a foreign key the row here refers to the one there, as in Hasura.
    """
    target = model.entities[relationship.target]
    here, there = zip(*relationship.columns, strict=True)
    forward = relationship.kind is RelationshipKind.OBJECT and (
        _refers(entity, relationship.columns, target)
        or not _refers(target, tuple((theirs, mine) for mine, theirs in relationship.columns), entity)
    )
    return (entity, here) if forward else (target, there)


def _refers(entity: Entity, columns: tuple[tuple[str, str], ...], target: Entity) -> bool:
    """Whether a foreign key of the entity's table leads from and to just these columns."""
    return any(
        (key.target_schema, key.target_table) == (target.table.schema, target.table.name)
        and set(zip(key.columns, key.target_columns, strict=True)) == set(columns)
        for key in entity.table.foreign_keys
    )


def _related(kind: RelationshipKind, types: DataTypes, entity: Entity) -> GraphQLInputObjectType | None:
    """Rows of this entity that are inserted through a relationship to it."""
    row, name = inserted(types, entity), f"{entity.name}{_REL_INSERT_INPUTS[kind]}"
    if row is None:
        return None
    data: GraphQLNullableInputType = row if kind is RelationshipKind.OBJECT else listed(row)
    return types.ensure(
        name,
        lambda: InputType(
            name,
            lambda: (
                {"data": GraphQLInputField(GraphQLNonNull(data))}
                | {key: GraphQLInputField(type_) for key, type_ in conflict_argument(types, entity).items()}
            ),
        ),
    )


def conflict_argument(types: DataTypes, entity: Entity) -> dict[str, GraphQLInputType]:
    """`on_conflict`, where the table has a key that a new row can violate."""
    type_ = on_conflict(types, entity)
    return {} if type_ is None else {"on_conflict": type_}


def on_conflict(types: DataTypes, entity: Entity) -> GraphQLInputObjectType | None:
    """What happens to a new row whose key is taken: its `update_columns` are updated, or it is left out."""
    name, constraint = f"{entity.name}{ON_CONFLICT}", _constraint(types, entity)
    if constraint is None:
        return None
    return types.ensure(name, lambda: InputType(name, lambda: _conflict_fields(types, entity, constraint)))


def _conflict_fields(types: DataTypes, entity: Entity, constraint: GraphQLEnumType) -> dict[str, GraphQLInputField]:
    columns = types.part(entity, _UPDATE_COLUMN, GraphQLEnumType)
    condition = types.part(entity, BOOL_EXP, GraphQLInputObjectType)
    changes_what_it_reads = element(Requires(entity.name, Action.SELECT), Requires(entity.name, Action.UPDATE))
    return {
        "constraint": GraphQLInputField(GraphQLNonNull(constraint)),
        "update_columns": GraphQLInputField(GraphQLNonNull(listed(columns)), default_value=[]),
        "where": GraphQLInputField(condition, extensions=changes_what_it_reads),
    }


def constraints(entity: Entity) -> dict[str, Key]:
    """The keys that a conflict can be about, by their names in the enum. One that is no GraphQL name is made one.

    Postgres takes none that it may look at only later.
    """
    table = entity.table
    every = (*((table.primary_key,) if table.primary_key is not None else ()), *table.unique_keys)
    keys = [key for key in every if not key.deferrable]
    served = {column.name for column in entity.columns.values()}
    if not writable_columns(entity):
        return {}
    named: dict[str, Key] = {}
    for key in sorted((key for key in keys if served.issuperset(key.columns)), key=lambda key: not _fits(key.name)):
        name = valid_name(key.name)
        while name in named or name in _NOT_ENUM_VALUES:
            name = f"{name}_"
        named[name] = key
    return named


def _fits(name: str) -> bool:
    return valid_name(name) == name and name not in _NOT_ENUM_VALUES


def _constraint(types: DataTypes, entity: Entity) -> GraphQLEnumType | None:
    name, keys = f"{entity.name}{_CONSTRAINT}", constraints(entity)
    if not keys:
        return None
    served = {column.name: field for field, column in entity.columns.items()}

    def values() -> dict[str, GraphQLEnumValue]:
        inserts = Requires(entity.name, Action.INSERT)
        made = {}
        for value, key in keys.items():
            columns = [served[column] for column in key.columns]
            reads = (Requires(entity.name, Action.SELECT, column, raw=True) for column in columns)
            quoted = ", ".join(f'"{column}"' for column in columns)
            text = f"unique or primary key constraint on columns {quoted}"
            made[value] = GraphQLEnumValue(value, description=text, extensions=element(inserts, *reads))
        return made

    return types.ensure(name, lambda: GraphQLEnumType(name, values))


def _update_column(types: DataTypes, entity: Entity) -> GraphQLEnumType | None:
    name, columns = f"{entity.name}{_UPDATE_COLUMN}", writable_columns(entity)
    if not columns:
        return None
    return types.ensure(name, lambda: columns_enum(types, name, entity, Action.UPDATE, columns))


MAKERS: Mapping[str, Maker] = {
    INSERT_INPUT: inserted,
    ON_CONFLICT: on_conflict,
    _CONSTRAINT: _constraint,
    _UPDATE_COLUMN: _update_column,
    **{suffix: partial(_related, kind) for kind, suffix in _REL_INSERT_INPUTS.items()},
}
