"""`where`: a `bool_exp` tree to one SQL condition on a table alias.

Which related rows there are for it is the affair of a `Reading`: `raw_rows` for policies, which see tables as they are,
and `guards.visible_rows` for callers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from resolvers.sql.operators import comparison, null_refusal, symbol_of
from resolvers.sql.render import conjunction, disjunction
from resolvers.sql.scope import Scope
from resolvers.sql.values import Leaf, Tree
from schema.catalog import PgType, quote
from schema.model import Action, Entity, Relationship, Requires
from schema.tables import AGGREGATE

EXISTS = "_exists"
_MOST_SEMIJOINS = 30
_BIGINT = PgType("pg_catalog", "int8")


Reading = Callable[[Scope, Relationship, str, str, Action, Tree], str]
"""The condition under which a row of the second alias is related to one of the first, is there for an action, and
meets a tree."""


def condition(scope: Scope, entity: Entity, alias: str, tree: Tree, reading: Reading) -> str:
    """The condition that a `<entity>_bool_exp` stands for; `true` for an empty one.

    Refuses an explicit null with BAD_USER_INPUT, and what leads through too many relationships with LIMIT_EXCEEDED.
    """
    conditions: list[str] = []
    for name, value in cast(Mapping[str, Tree], tree).items():
        coordinate = f"{entity.name}_bool_exp.{name}"
        if value is None:
            raise null_refusal(coordinate)
        if name == "_not":
            conditions.append(f"not ({condition(scope, entity, alias, value, reading)})")
        elif name in ("_and", "_or"):
            parts = [condition(scope, entity, alias, item, reading) for item in cast(tuple[Tree, ...], value)]
            conditions.append(conjunction(parts) if name == "_and" else disjunction(parts))
        elif (column := entity.columns.get(name)) is not None:
            expression = f"{alias}.{quote(column.name)}"
            conditions += comparison(expression, column.type, value, scope.params, coordinate)
        elif (relationship := entity.relationships.get(name)) is not None:
            conditions.append(_related(scope, relationship, alias, value, coordinate, reading))
        elif name == EXISTS and reading is raw_rows:
            conditions.append(_exists(scope, cast(Mapping[str, Tree], value)))
        else:
            relationship = entity.relationships[name.removesuffix(AGGREGATE)]
            conditions += _aggregated(scope, relationship, alias, value, coordinate, reading)
    return conjunction(conditions)


def raw_rows(scope: Scope, relationship: Relationship, here: str, there: str, action: Action, tree: Tree) -> str:
    """A `Reading` of tables as they are."""
    target = scope.model.entities[relationship.target]
    return conjunction(
        [*link(scope, relationship, here, there), condition(scope, target, there, tree, raw_rows)]
    )


def _exists(scope: Scope, given: Mapping[str, Tree]) -> str:
    """At least one row of any table meets the condition."""
    entity, inner = scope.model.entities[cast(str, given["_table"])], scope.alias()
    met = condition(scope, entity, inner, given["_where"], raw_rows)
    return f"exists (select 1 from {entity.table.sql} {inner} where {met}{_apart(scope)})"


def _related(
    scope: Scope, relationship: Relationship, alias: str, tree: Tree, coordinate: str, reading: Reading
) -> str:
    """At least one related row meets the condition."""
    target = scope.model.entities[relationship.target]
    inner = scope.alias()
    apart = _apart(scope)
    with scope.descent(coordinate):
        matched = reading(scope, relationship, alias, inner, Action.SELECT, tree)
    return f"exists (select 1 from {target.table.sql} {inner} where {matched}{apart})"


def _apart(scope: Scope) -> str:
    """Postgres makes joins of all semijoins, and plans a hundred for minutes; an offset leaves one where it stands."""
    return " offset 0" if scope.semijoin() > _MOST_SEMIJOINS else ""


def _aggregated(
    scope: Scope, relationship: Relationship, alias: str, tree: Tree, coordinate: str, reading: Reading
) -> list[str]:
    """Conditions on what the related rows add up to, one a function."""
    target = scope.model.entities[relationship.target]
    conditions: list[str] = []
    for function, value in cast(Mapping[str, Tree], tree).items():
        given = cast(Mapping[str, Tree], value)
        if given is None or given["predicate"] is None or (kept := given.get("filter", {})) is None:
            raise null_refusal(coordinate)
        inner = scope.alias()
        with scope.descent(coordinate):
            matched = reading(scope, relationship, alias, inner, Action.AGGREGATE, kept)
        folded, type_ = _folded(scope, target, inner, function, given)
        folded = f"select {folded} from {target.table.sql} {inner} where {matched}"
        conditions += comparison(folded, type_, given["predicate"], scope.params, coordinate)
    return conditions


def _folded(scope: Scope, entity: Entity, alias: str, function: str, given: Mapping[str, Tree]) -> tuple[str, PgType]:
    """The call of an aggregate function, and the type of its result."""
    names, distinct = _operands(given.get("arguments")), given.get("distinct")
    scope.uses.update(Requires(entity.name, Action.AGGREGATE, name) for name in names)
    columns = ", ".join(f"{alias}.{quote(entity.columns[name].name)}" for name in names)
    if function == "count":
        columns = columns if len(names) == 1 else f"({columns})" if names else "*"
    quantifier = "distinct " if names and isinstance(distinct, Leaf) and distinct.constant else ""
    return f"{function}({quantifier}{columns})", _BIGINT if function == "count" else entity.columns[names[0]].type


def _operands(arguments: Tree) -> tuple[str, ...]:
    """The columns that a function takes: one, a list of them, or a pair."""
    if isinstance(arguments, Mapping):
        return tuple(cast(str, arguments[axis]) for axis in ("X", "Y"))
    return (arguments,) if isinstance(arguments, str) else cast(tuple[str, ...], arguments or ())


def link(scope: Scope, relationship: Relationship, here: str, there: str) -> list[str]:
    """The conditions under which a row there is related to a row here."""
    scope.uses.add(Requires(relationship.target, Action.SELECT))
    columns = scope.model.entities[relationship.target].table.by_name
    return [
        f"{there}.{quote(remote)} {symbol_of('=', columns[remote].type)} {here}.{quote(local)}"
        for local, remote in relationship.columns
    ]
