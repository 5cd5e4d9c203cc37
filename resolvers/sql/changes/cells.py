"""The rows of an insert: from input objects to `values`, or to a select over one array for each column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from graphql import Undefined

from resolvers.sql.scope import Scope
from resolvers.sql.values import Inputs, Leaf, Tree, Uniform
from schema.catalog import Column, quote
from schema.model import Entity

Object = Mapping[str, Tree]


@dataclass(frozen=True, slots=True)
class Given:
    """Values that the objects do not say themselves: SQL expressions by served column name, and what they read from."""

    values: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


def insert_texts(
    scope: Scope, entity: Entity, alias: str, objects: Uniform | Sequence[Object], given: Given
) -> list[str]:
    """`insert into …` for flat objects, in their order: one statement, or several where their keys differ.

    A column that an object leaves out takes its default.
    """
    if isinstance(objects, Uniform):
        return [_from_arrays(scope, entity, alias, objects.columns, given)]
    groups: dict[frozenset[str], list[Object]] = {}
    for item in objects:
        groups.setdefault(frozenset(item), []).append(item)
    if not given.sources and (len(groups) > 1 or len(objects) == 1 or not objects[0]):
        return [_from_values(scope, entity, alias, objects, given)]
    return [_selected(scope, entity, alias, group, given) for group in groups.values()]


def row_estimate(objects: Uniform | Sequence[Object]) -> int:
    return objects.bound if isinstance(objects, Uniform) else len(objects)


def _from_values(scope: Scope, entity: Entity, alias: str, objects: Sequence[Object], given: Given) -> str:
    names = [name for name in entity.columns if name in given.values or any(name in item for item in objects)]
    # Any column will do to say that all are left out.
    columns = [entity.columns[name] for name in names] or [next(iter(entity.columns.values()))]
    rows = []
    for item in objects:
        cells = [
            given.values.get(name) or (_cell(scope, entity.columns[name], item[name]) if name in item else "default")
            for name in names
        ]
        rows.append(f"({', '.join(cells or ['default'])})")
    return f"{_into(entity, alias, columns)} values {', '.join(rows)}"


def _selected(scope: Scope, entity: Entity, alias: str, objects: Sequence[Object], given: Given) -> str:
    """Objects with the same keys."""
    first = objects[0]
    if len(objects) > 1 and first:
        gathered = {name: _gathered([item[name] for item in objects]) for name in first}
        return _from_arrays(scope, entity, alias, gathered, given)
    names = [name for name in entity.columns if name in given.values or name in first]
    cells = [given.values.get(name) or _cell(scope, entity.columns[name], first[name]) for name in names]
    sources = [*given.sources, *([f"generate_series(1, {len(objects)})"] if len(objects) > 1 else [])]
    columns = [entity.columns[name] for name in names]
    return f"{_into(entity, alias, columns)} select {', '.join(cells)} from {' cross join '.join(sources)}"


def _from_arrays(scope: Scope, entity: Entity, alias: str, columns: Mapping[str, Leaf], given: Given) -> str:
    names = [name for name in entity.columns if name in given.values or name in columns]
    arrays, cells = list[str](), list[str]()
    for name in names:
        if name in given.values:
            cells.append(given.values[name])
            continue
        array, cast_ = scope.params.column(columns[name], entity.columns[name].type)
        cells.append(f"u.c{len(arrays)}{cast_}")
        arrays.append(array)
    items = ", ".join(f"c{number}" for number in range(len(arrays)))
    sources = [*given.sources, f"unnest({', '.join(arrays)}) with ordinality u({items}, o)"]
    return (
        f"{_into(entity, alias, [entity.columns[name] for name in names])} select {', '.join(cells)}"
        f" from {' cross join '.join(sources)} order by u.o"
    )


def _into(entity: Entity, alias: str, columns: Sequence[Column]) -> str:
    return f"insert into {entity.table.sql} as {alias} ({', '.join(quote(column.name) for column in columns)})"


def _cell(scope: Scope, column: Column, tree: Tree) -> str:
    return "null" if tree is None else scope.params.typed(leaf_of(tree), column.type)


def leaf_of(tree: Tree) -> Leaf:
    """The leaf of a scalar; the name of an enum's value is part of the plan."""
    return Leaf(lambda inputs: tree, ("constant", tree), tree) if isinstance(tree, str) else cast(Leaf, tree)


def _gathered(trees: Sequence[Tree]) -> Leaf:
    """A leaf that reads the values of many."""
    reads = [None if tree is None else leaf_of(tree).read for tree in trees]

    def read(inputs: Inputs) -> object:
        return [None if one is None else one(inputs) for one in reads]

    return Leaf(read, object(), Undefined)
