"""`where`: a `bool_exp` tree to one SQL condition on a table alias."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from resolvers.sql.operators import comparison, null_refusal, symbol_of
from resolvers.sql.render import conjunction, disjunction
from resolvers.sql.scope import Scope
from resolvers.sql.values import Tree
from schema.catalog import quote
from schema.model import Entity, Relationship


def condition(scope: Scope, entity: Entity, alias: str, tree: Tree) -> str:
    """The condition that a `<entity>_bool_exp` stands for; `true` for an empty one.

    Refuses an explicit null with BAD_USER_INPUT.
    """
    conditions: list[str] = []
    for name, value in cast(Mapping[str, Tree], tree).items():
        coordinate = f"{entity.name}_bool_exp.{name}"
        if value is None:
            raise null_refusal(coordinate)
        if name == "_not":
            conditions.append(f"not ({condition(scope, entity, alias, value)})")
        elif name in ("_and", "_or"):
            parts = [condition(scope, entity, alias, item) for item in cast(tuple[Tree, ...], value)]
            conditions.append(conjunction(parts) if name == "_and" else disjunction(parts))
        elif (column := entity.columns.get(name)) is not None:
            expression = f"{alias}.{quote(column.name)}"
            conditions += comparison(expression, column.type, value, scope.params, coordinate)
        else:
            conditions.append(_related(scope, entity.relationships[name], alias, value))
    return conjunction(conditions)


def _related(scope: Scope, relationship: Relationship, alias: str, tree: Tree) -> str:
    """At least one related row meets the condition."""
    target = scope.model.entities[relationship.target]
    inner = scope.alias()
    met = condition(scope, target, inner, tree)
    matched = conjunction([*link(scope, relationship, alias, inner), met])
    return f"exists (select 1 from {target.table.sql} {inner} where {matched})"


def link(scope: Scope, relationship: Relationship, here: str, there: str) -> list[str]:
    """The conditions under which a row there is related to a row here."""
    columns = scope.model.entities[relationship.target].table.by_name
    return [
        f"{there}.{quote(remote)} {symbol_of('=', columns[remote].type)} {here}.{quote(local)}"
        for local, remote in relationship.columns
    ]
