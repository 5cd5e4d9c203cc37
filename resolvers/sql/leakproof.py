"""Which of a caller's conditions may meet rows that a policy hides: those that tell nothing of them.

A comparison that can fail, or whose operands are computed, tells of a row by its error or its time. What is leakproof
stands beside the policy, where an index can serve it; everything else waits until the policy has let the row pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from resolvers.sql.scope import Scope
from resolvers.sql.values import Tree
from schema.catalog import Column, RelationKind, TypeKind
from schema.model import Entity, Relationship

_STORED = frozenset({RelationKind.TABLE, RelationKind.PARTITIONED_TABLE, RelationKind.MATERIALIZED_VIEW})
_OPERATORS = frozenset({"_eq", "_neq", "_gt", "_lt", "_gte", "_lte", "_in", "_nin"})
# Their comparisons fail on no value. Postgres calls most of them leakproof (`pg_proc.proleakproof`), and leaves out
# `numeric` and enums, which look nothing but their own labels up.
_TYPES = frozenset(
    {"int2", "int4", "int8", "oid", "float4", "float8", "numeric", "bool", "uuid", "text", "varchar", "bpchar", "name"}
    | {"bytea", "date", "time", "timetz", "timestamp", "timestamptz", "interval"}
)


def is_leakproof(scope: Scope, entity: Entity, tree: Tree) -> bool:
    """Whether the condition of a `<entity>_bool_exp` may be tried on any row."""
    for name, value in cast(Mapping[str, Tree], tree).items():
        if name == "_not":
            fine = is_leakproof(scope, entity, value)
        elif name in ("_and", "_or"):
            fine = all(is_leakproof(scope, entity, item) for item in cast(tuple[Tree, ...], value))
        elif (column := entity.columns.get(name)) is not None:
            fine = is_stored(entity, column) and _compares(column, cast(Mapping[str, Tree], value))
        elif (relationship := entity.relationships.get(name)) is not None:
            target = scope.model.entities[relationship.target]
            fine = links_stored(scope, relationship) and is_leakproof(scope, target, value)
        else:
            fine = False
        if not fine:
            return False
    return True


def _compares(column: Column, operators: Mapping[str, Tree]) -> bool:
    storage = column.type.storage
    if storage.kind is TypeKind.COMPOSITE:
        return False
    comparable = storage.kind is TypeKind.ENUM or (storage.schema == "pg_catalog" and storage.name in _TYPES)
    return all(name == "_is_null" or (comparable and name in _OPERATORS) for name in operators)


def is_stored(entity: Entity, column: Column) -> bool:
    """Whether reading the column computes nothing: neither a view's expression, nor a generated column, nor a server
    far away."""
    return entity.table.kind in _STORED and not column.generated


def links_stored(scope: Scope, relationship: Relationship) -> bool:
    """Whether comparing the columns that tie two tables computes nothing."""
    source, target = scope.model.entities[relationship.source], scope.model.entities[relationship.target]
    return all(
        is_stored(source, source.table.by_name[here]) and is_stored(target, target.table.by_name[there])
        for here, there in relationship.columns
    )
