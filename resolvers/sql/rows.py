"""One row as JSON text: columns, related rows, nested lists and nested aggregates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from graphql import FieldNode, GraphQLObjectType, get_named_type

from narthex.errors import Code, Refusal
from resolvers.sql.aggregates import aggregate_object
from resolvers.sql.guards import linked_conditions, masked, row_conditions, shown_conditions, shows_fewer
from resolvers.sql.lists import Row, Rows, aggregate_filter, aggregate_source, json_array, nodes_of, read_rows
from resolvers.sql.render import Select, Text, json_text
from resolvers.sql.scope import Path, Scope, Step
from resolvers.sql.values import Leaf, Tree
from schema.catalog import Column, quote
from schema.model import Action, Entity, Relationship, RelationshipKind, Requires
from schema.tables import AGGREGATE

_JSON_STEP = re.compile(r"\.?(?:([^.\[\]\"']+)|\[(\d+)\]|\[\"([^\"]*)\"\]|\['([^']*)'\])")


def row(
    scope: Scope, entity: Entity, type_: GraphQLObjectType, nodes: list[FieldNode], alias: str, path: Path, times: int
) -> Row:
    """The JSON object of one row of `alias`. `times` is how many rows of it the statement is expected to make."""
    text, joins, columns, costly = Text().constant("{"), list[str](), dict[str, None](), False
    for position, (key, fields) in enumerate(scope.fields(nodes).items()):
        text.constant(f'{"," if position else ""}"{key}":')
        node, name = fields[0], fields[0].name.value
        if name == "__typename":
            text.constant(f'"{type_.name}"')
            continue
        if (column := entity.columns.get(name)) is not None:
            scope.uses.add(Requires(entity.name, Action.SELECT, name))
            columns[column.name] = None
            text.expression(_column(scope, entity, column, node, type_, alias))
            continue
        costly = True
        relationship = entity.relationships.get(name) or entity.relationships[name.removesuffix(AGGREGATE)]
        columns.update((local, None) for local, _ in relationship.columns)
        below = (*path, key)
        if name not in entity.relationships:
            text.expression(_nested_aggregate(scope, relationship, type_, fields, alias, below, times))
        elif relationship.kind is RelationshipKind.ARRAY:
            text.expression(_nested_list(scope, relationship, type_, fields, alias, below, times))
        else:
            text.expression(_related_row(scope, relationship, type_, fields, alias, below, times, joins))
    return Row(text.constant("}"), tuple(columns), joins, costly)


def _column(
    scope: Scope, entity: Entity, column: Column, node: FieldNode, type_: GraphQLObjectType, alias: str
) -> str:
    expression = f"{alias}.{quote(column.name)}"
    mask = masked(scope, entity, node.name.value, expression)
    if mask is not None:
        return mask
    arguments = scope.arguments(node, type_.fields[node.name.value])
    if "path" in arguments:
        coordinate = f"{type_.name}.{node.name.value}(path:)"
        steps = scope.params.computed(
            cast(Leaf, arguments["path"]).read, lambda value: _json_path(cast(str, value), coordinate), "::text[]"
        )
        return json_text(f"{expression} #> {steps}", column.type, nullable=True)
    return json_text(expression, column.type, column.nullable)


def _json_path(text: str, coordinate: str) -> list[str]:
    """The steps of a JSON path such as `$.a.b[0]["c d"]`."""
    rest = text.removeprefix("$")
    steps: list[str] = []
    while rest:
        match = _JSON_STEP.match(rest)
        if match is None:
            raise Refusal(
                Code.BAD_USER_INPUT,
                "The JSON path is not valid.",
                coordinate=coordinate,
                hint='Write it as $.key[0]["other key"].',
            )
        steps.append(next(group for group in match.groups() if group is not None))
        rest = rest[match.end() :]
    return steps


def _related_row(
    scope: Scope,
    relationship: Relationship,
    parent: GraphQLObjectType,
    nodes: list[FieldNode],
    alias: str,
    path: Path,
    times: int,
    joins: list[str],
) -> str:
    """The one related row, or null: by a join where a key of the target forbids a second one, else by a sub-select."""
    entity = scope.model.entities[relationship.target]
    coordinate = f"{parent.name}.{relationship.name}"
    scope.steps.append(Step(path, coordinate, entity.name, Action.SELECT, times, times))
    inner = scope.alias()
    made = row(scope, entity, _object_type(parent, nodes[0]), nodes, inner, path, times)
    linked = linked_conditions(scope, relationship, alias, inner, Action.SELECT)
    policy = row_conditions(scope, entity, inner, Action.SELECT)
    linked += policy
    # On the far side of a join Postgres may compute a column for rows that the policy hides.
    computed = bool(policy) and any(column.generated for column in entity.columns.values())
    if computed or not relationship.unique_target:
        select = Select([made.text.render()], f"{entity.table.sql} {inner}", made.joins, linked, limit="1")
        return f"coalesce(({select.render()}), 'null')"
    joins.append(f"left join {entity.table.sql} {inner} on {' and '.join(linked)}")
    joins.extend(made.joins)
    matched = f"{inner}.{quote(relationship.columns[0][1])}"
    return f"case when {matched} is null then 'null' else {made.text.render()} end"


def _nested_list(
    scope: Scope,
    relationship: Relationship,
    parent: GraphQLObjectType,
    nodes: list[FieldNode],
    alias: str,
    path: Path,
    times: int,
) -> str:
    entity, inner = scope.model.entities[relationship.target], scope.alias()
    coordinate = f"{parent.name}.{relationship.name}"
    arguments = scope.arguments(nodes[0], parent.fields[nodes[0].name.value])
    linked = linked_conditions(scope, relationship, alias, inner, Action.SELECT)
    rows = read_rows(scope, entity, inner, Action.SELECT, arguments, linked, coordinate)
    type_ = _object_type(parent, nodes[0])
    return f"({list_of_rows(scope, rows, type_, nodes, path, coordinate, times, _share(scope, relationship))})"


def list_of_rows(
    scope: Scope,
    rows: Rows,
    type_: GraphQLObjectType,
    nodes: list[FieldNode],
    path: Path,
    coordinate: str,
    times: int,
    available: int,
) -> str:
    """A select of the JSON array of a list field; `available` rows are expected to match, each of `times` times."""
    made = times * max(1, min(rows.cut_at or rows.limit_bound, available))
    scope.steps.append(Step(path, coordinate, rows.entity.name, Action.SELECT, times, made))
    return json_array(scope, rows, lambda alias: row(scope, rows.entity, type_, nodes, alias, path, made), path)


def _nested_aggregate(
    scope: Scope,
    relationship: Relationship,
    parent: GraphQLObjectType,
    nodes: list[FieldNode],
    alias: str,
    path: Path,
    times: int,
) -> str:
    entity, name = scope.model.entities[relationship.target], nodes[0].name.value
    arguments = scope.arguments(nodes[0], parent.fields[name])
    linked = lambda inner: linked_conditions(scope, relationship, alias, inner, Action.AGGREGATE)  # noqa: E731
    type_ = _object_type(parent, nodes[0])
    coordinate = f"{parent.name}.{name}"
    share = _share(scope, relationship)
    return f"({aggregate(scope, entity, type_, nodes, arguments, linked, coordinate, path, times, share)})"


def aggregate(
    scope: Scope,
    entity: Entity,
    type_: GraphQLObjectType,
    nodes: list[FieldNode],
    arguments: Mapping[str, Tree],
    linked: Callable[[str], Sequence[str]],
    coordinate: str,
    path: Path,
    times: int,
    available: int,
) -> str:
    """A select of the JSON object of an aggregate field: `aggregate` over all rows that match, `nodes` lists them.

    With the caller's limit both see the same limited rows, unless a policy shows fewer rows than it lets be aggregated:
    then `nodes` is a list of its own. Inside an aggregate the default limit does not hold: without a limit `nodes` is
    cut only where any list is.
    """

    def read(alias: str) -> Rows:
        return read_rows(scope, entity, alias, Action.AGGREGATE, arguments, linked(alias), coordinate)

    alias = scope.alias()
    together = "limit" in arguments and not shows_fewer(scope, entity)
    rows = read(alias) if _folds(scope, nodes, together) else None
    scope.steps.append(Step(path, coordinate, entity.name, Action.AGGREGATE, times, times * max(1, available)))
    text, joins = Text().constant("{"), list[str]()
    for position, (key, fields) in enumerate(scope.fields(nodes).items()):
        text.constant(f'{"," if position else ""}"{key}":')
        name = fields[0].name.value
        if name == "__typename":
            text.constant(f'"{type_.name}"')
            continue
        inner_type = _object_type(type_, fields[0])
        if name == "aggregate":
            text.extend(aggregate_object(scope, entity, inner_type, fields, alias))
        elif rows is not None and together:
            made = row(scope, entity, inner_type, fields, alias, (*path, key), times * rows.limit_bound)
            joins.extend(made.joins)
            text.extend(nodes_of(scope, rows, made, (*path, key)))
        else:
            own = read(scope.alias())
            shown = shown_conditions(scope, entity, own.alias)
            bound = scope.limits.max_rows if own.limit is None else own.limit_bound
            own = replace(own, where=(*own.where, *shown), limit_bound=bound)
            listed = list_of_rows(scope, own, inner_type, fields, (*path, key), coordinate, times, available)
            text.expression(f"({listed})")
    json = text.constant("}").render()
    if rows is None:
        return f"select {json}"
    return Select([json], aggregate_source(rows), joins, aggregate_filter(rows)).render()


def _folds(scope: Scope, nodes: list[FieldNode], together: bool) -> bool:
    """Whether the selection of an aggregate field folds rows into one; if not, it must not read from them.

    `together` says that `nodes` are the rows that are aggregated.
    """
    for fields in scope.fields(nodes).values():
        name = fields[0].name.value
        if together if name == "nodes" else name == "aggregate" and _reads(scope, fields):
            return True
    return False


def _reads(scope: Scope, nodes: list[FieldNode]) -> bool:
    """Whether anything below is more than `__typename`. A column may have any name, `nodes` too."""
    return any(
        fields[0].name.value != "__typename" and (fields[0].selection_set is None or _reads(scope, fields))
        for fields in scope.fields(nodes).values()
    )


def _share(scope: Scope, relationship: Relationship) -> int:
    """Rows of the target for one row of the source, on average."""
    source = scope.model.entities[relationship.source].table.estimated_rows
    target = scope.model.entities[relationship.target].table.estimated_rows
    return round(target / source) if source >= 1 else round(target)


def _object_type(parent: GraphQLObjectType, node: FieldNode) -> GraphQLObjectType:
    return cast(GraphQLObjectType, get_named_type(parent.fields[node.name.value].type))
