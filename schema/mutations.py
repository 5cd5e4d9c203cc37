"""The fields of the mutation root that one table gives, and what they return.

`affected_rows` needs no right but that of the action; what is returned of the rows needs SELECT, as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
)

from schema.elements import Element
from schema.inserts import INSERT_INPUT, conflict_argument
from schema.lazy import ObjectType
from schema.model import Action, Entity, Requires
from schema.roots import key_needs, mutation_fields, writable_columns
from schema.tables import BOOL_EXP, key_arguments, row, rows
from schema.types import DataTypes, Maker, element, listed
from schema.updates import PK_COLUMNS, UPDATES, operators

RESPONSE = "_mutation_response"

_TEXTS = {
    "insert_{}": "Inserts rows, with what is nested in them.",
    "insert_{}_one": "Inserts a row, with what is nested in it.",
    "update_{}": "Changes the rows that match.",
    "update_{}_by_pk": "Changes the row that has the key.",
    "update_{}_many": "Makes several updates, one after the other.",
    "delete_{}": "Deletes the rows that match.",
    "delete_{}_by_pk": "Deletes the row that has the key.",
}


def root_field(types: DataTypes, entity: Entity, name: str) -> GraphQLField:
    """The field `name`, one of the entity's `mutation_fields`. It has no resolver: data fields run as SQL."""
    form = next(form for form in _TEXTS if form.format(entity.name) == name)
    type_, arguments = _signature(types, entity, form)
    extensions = _needs(entity, mutation_fields(entity)[name], form, f"Mutation.{name}")
    return GraphQLField(type_, arguments, None, None, _TEXTS[form], None, extensions)


def _signature(types: DataTypes, entity: Entity, form: str) -> tuple[GraphQLOutputType, dict[str, GraphQLArgument]]:
    match form:
        case "insert_{}":
            return response(types, entity), _inserted(types, entity, "objects")
        case "insert_{}_one":
            return row(types, entity), _inserted(types, entity, "object")
        case "update_{}":
            return response(types, entity), {**_changes(types, entity), **_where(types, entity)}
        case "update_{}_by_pk":
            key = _part(types, entity, PK_COLUMNS)
            return row(types, entity), {**_changes(types, entity), "pk_columns": GraphQLArgument(GraphQLNonNull(key))}
        case "update_{}_many":
            updates = listed(_part(types, entity, UPDATES))
            return GraphQLList(response(types, entity)), {"updates": GraphQLArgument(GraphQLNonNull(updates))}
        case "delete_{}":
            return response(types, entity), _where(types, entity)
        case _:
            return row(types, entity), key_arguments(types, entity)


def _needs(entity: Entity, action: Action, form: str, coordinate: str) -> dict[str, Element]:
    requires = [Requires(entity.name, action)]
    if form.endswith("_by_pk"):
        requires += key_needs(entity)
    changed = writable_columns(entity) if action is Action.UPDATE else ()
    either = (Requires(entity.name, action, column, raw=True) for column in changed)
    return element(*requires, coordinate=coordinate, either=either)


def _inserted(types: DataTypes, entity: Entity, name: str) -> dict[str, GraphQLArgument]:
    new = _part(types, entity, INSERT_INPUT)
    inserted = GraphQLArgument(GraphQLNonNull(new if name == "object" else listed(new)))
    conflict = conflict_argument(types, entity)
    return {name: inserted, **{key: GraphQLArgument(type_) for key, type_ in conflict.items()}}


def _changes(types: DataTypes, entity: Entity) -> dict[str, GraphQLArgument]:
    return {name: GraphQLArgument(type_) for name, type_ in operators(types, entity)}


def _where(types: DataTypes, entity: Entity) -> dict[str, GraphQLArgument]:
    condition = GraphQLNonNull(_part(types, entity, BOOL_EXP))
    return {"where": GraphQLArgument(condition, description="`{}` matches all rows.")}


def _part(types: DataTypes, entity: Entity, suffix: str) -> GraphQLInputObjectType:
    return types.part(entity, suffix, GraphQLInputObjectType)


def response(types: DataTypes, entity: Entity) -> GraphQLObjectType:
    """What writing several rows returns."""
    name = f"{entity.name}{RESPONSE}"
    return types.ensure(
        name,
        lambda: ObjectType(
            name,
            lambda: {
                "affected_rows": GraphQLField(GraphQLNonNull(GraphQLInt)),
                "returning": GraphQLField(rows(types, entity), extensions=types.needs(entity, Action.SELECT)),
            },
        ),
    )


MAKERS: Mapping[str, Maker] = {RESPONSE: response}
