"""From the data roots of an operation to one SQL statement.

Planning is plain data in, data out: no connection, nobody's values. The statement returns one row with one column a
root, each the UTF-8 bytes of the root's JSON, or null where a row by key does not exist.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from graphql import FieldNode, GraphQLObjectType, get_named_type

from resolvers.sql.guards import matching_conditions
from resolvers.sql.lists import read_rows
from resolvers.sql.operators import symbol_of
from resolvers.sql.params import Bind
from resolvers.sql.render import Select
from resolvers.sql.rows import aggregate, list_of_rows, row
from resolvers.sql.scope import Cut, Path, Scope, Step
from resolvers.sql.values import Leaf
from schema.catalog import quote
from schema.model import Action, Entity, Model, Requires


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement for all data roots. `binds[n]` gives the value of `$n+1` from a request's inputs.

    `record` is the place in `binds` of the audit record that the statement settles, which exists only when it runs.
    """

    sql: str
    binds: tuple[Bind, ...]
    cuts: tuple[Cut, ...]
    steps: tuple[Step, ...]
    uses: frozenset[Requires]
    fingerprint: str
    record: int | None = None


def entity_of(model: Model, root: str) -> tuple[Entity, str] | None:
    """The entity and the form (`list`, `aggregate`, `by_pk`) of a data root field, or None for other root fields."""
    if (entity := model.entities.get(root)) is not None:
        return entity, "list"
    for form in ("aggregate", "by_pk"):
        entity = model.entities.get(root.removesuffix(f"_{form}"))
        if entity is not None and root.endswith(f"_{form}"):
            return entity, form
    return None


def compile_roots(scope: Scope, query: GraphQLObjectType, roots: Mapping[str, list[FieldNode]]) -> Statement:
    """Compile data roots by response key; every one must be a data root of the model.

    Refuses with BAD_USER_INPUT and LIMIT_EXCEEDED where the structure of the arguments already says so.
    """
    columns = [f"convert_to(({_root(scope, query, key, nodes)}), 'UTF8')" for key, nodes in roots.items()]
    sql = "select " + ", ".join(columns)
    return Statement(
        sql,
        tuple(scope.params.binds),
        tuple(scope.cuts),
        tuple(scope.steps),
        frozenset(scope.uses),
        hashlib.sha256(sql.encode()).hexdigest()[:16],
    )


def _root(scope: Scope, query: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> str:
    node, definition = nodes[0], query.fields[nodes[0].name.value]
    found = entity_of(scope.model, node.name.value)
    assert found is not None
    entity, form = found
    type_ = cast(GraphQLObjectType, get_named_type(definition.type))
    coordinate, path = f"Query.{node.name.value}", (key,)
    if form == "by_pk":
        return _by_key(scope, entity, type_, nodes, query, coordinate, path)
    arguments = scope.arguments(node, definition)
    rows_there = max(1, round(entity.table.estimated_rows))
    if form == "aggregate":
        return aggregate(scope, entity, type_, nodes, arguments, _unlinked, coordinate, path, 1, rows_there)
    rows = read_rows(scope, entity, scope.alias(), Action.SELECT, arguments, (), coordinate)
    return list_of_rows(scope, rows, type_, nodes, path, coordinate, 1, rows_there)


def _unlinked(alias: str) -> Sequence[str]:
    return ()


def _by_key(
    scope: Scope,
    entity: Entity,
    type_: GraphQLObjectType,
    nodes: list[FieldNode],
    query: GraphQLObjectType,
    coordinate: str,
    path: Path,
) -> str:
    alias = scope.alias()
    arguments = scope.arguments(nodes[0], query.fields[nodes[0].name.value])
    matches = {}
    for name in entity.key:
        column = entity.columns[name]
        parameter = scope.params.typed(cast(Leaf, arguments[name]), column.type)
        matches[name] = f"{alias}.{quote(column.name)} {symbol_of('=', column.type)} {parameter}"
    matched = matching_conditions(scope, entity, alias, Action.SELECT, matches)
    scope.steps.append(Step(path, coordinate, entity.name, Action.SELECT, 1, 1))
    made = row(scope, entity, type_, nodes, alias, path, 1)
    # Where Postgres enforces no key, a second row must not fail the statement.
    limit = None if entity.table.enforces_keys else "1"
    return Select([made.text.render()], f"{entity.table.sql} {alias}", made.joins, matched, limit=limit).render()
