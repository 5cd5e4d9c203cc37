"""The `aggregate` object of an aggregate field: `count`, and functions over columns, on the rows of one alias."""

from __future__ import annotations

from typing import cast

from graphql import FieldNode, GraphQLObjectType, get_named_type

from resolvers.sql.operators import aggregate_call
from resolvers.sql.render import Text
from resolvers.sql.scope import Scope
from resolvers.sql.values import Leaf, Tree
from schema.catalog import quote
from schema.model import Action, Entity, Requires


def aggregate_object(
    scope: Scope, entity: Entity, type_: GraphQLObjectType, nodes: list[FieldNode], alias: str
) -> Text:
    """The JSON object of a `<entity>_aggregate_fields` selection; its expressions fold all rows of `alias` into one."""
    text = Text().constant("{")
    for position, (key, fields) in enumerate(scope.fields(nodes).items()):
        text.constant(f'{"," if position else ""}"{key}":')
        node, name = fields[0], fields[0].name.value
        if name == "__typename":
            text.constant(f'"{type_.name}"')
        elif name == "count":
            arguments = scope.arguments(node, type_.fields[name])
            text.expression(f"{_count(scope, entity, arguments, alias)}::text")
        else:
            inner = cast(GraphQLObjectType, get_named_type(type_.fields[name].type))
            text.extend(_over_columns(scope, entity, inner, fields, name, alias))
    return text.constant("}")


def _count(scope: Scope, entity: Entity, arguments: dict[str, Tree], alias: str) -> str:
    names = cast(tuple[str, ...], arguments.get("columns", ()))
    if not names:
        return "count(*)"
    scope.uses.update(Requires(entity.name, Action.AGGREGATE, name) for name in names)
    columns = ", ".join(f"{alias}.{quote(entity.columns[name].name)}" for name in names)
    counted = columns if len(names) == 1 else f"({columns})"
    distinct = cast(Leaf, arguments["distinct"]).constant if "distinct" in arguments else False
    return f"count(distinct {counted})" if distinct else f"count({counted})"


def _over_columns(
    scope: Scope, entity: Entity, type_: GraphQLObjectType, nodes: list[FieldNode], function: str, alias: str
) -> Text:
    """One function (`sum`, `avg`, …) over some columns; its name is Postgres's."""
    text = Text().constant("{")
    for position, (key, fields) in enumerate(scope.fields(nodes).items()):
        text.constant(f'{"," if position else ""}"{key}":')
        name = fields[0].name.value
        if name == "__typename":
            text.constant(f'"{type_.name}"')
            continue
        scope.uses.add(Requires(entity.name, Action.AGGREGATE, name))
        column = entity.columns[name]
        folded = aggregate_call(function, f"{alias}.{quote(column.name)}", column.type)
        text.expression(f"coalesce(to_json({folded})::text, 'null')")
    return text.constant("}")
