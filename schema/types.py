"""What the types of one schema share: the memo by name, and which scalar each Postgres type has.

What the types look like is written in `tables`, `aggregates`, `predicates` and `comparisons`. Refuses nothing: `naming`
has settled who is called what, scalars of the database's own types give way to everything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, count
from typing import Any, TypeVar, cast

from graphql import (
    GraphQLInputType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLNullableOutputType,
    GraphQLOutputType,
    GraphQLScalarType,
    specified_scalar_types,
)

from schema.catalog import PgType
from schema.elements import KEY, Element
from schema.model import Action, Entity, Model, Requires
from schema.reserved import DIALECT_TYPES
from schema.scalars import is_array, leaf_of, make_scalar, scalar_name, share_coercion

Made = TypeVar("Made", bound=GraphQLNamedType)
Maker = Callable[["DataTypes", Entity], GraphQLNamedType | None]
"""Makes one type of an entity, or none where the entity has nothing to put into it."""

BUILT_IN = "pg_catalog"
# `track_select_column_track_aggregate_…`: the only names that say the entity twice.
_TWICE = re.compile(r"\A(\w+)_select_column_\1_(?=aggregate_bool_exp_)")
# Types that the operators of others bring along, whatever the columns are.
_OPERANDS = {"Int": "int4", "Boolean": "bool", "String": "text", "float8": "float8"} | {
    name: name for name in ("lquery", "ltxtquery")
}


class ScalarNames:
    """Which scalar stands for a Postgres type, and which entities have columns of it."""

    def __init__(self, model: Model, control: Mapping[str, GraphQLNamedType]) -> None:
        self._entities = model.entities
        self._control = control
        self._names: dict[tuple[str, str], str] = {}
        self.leaves: dict[str, PgType] = {}
        self.arrays: set[str] = set()
        self._users: dict[str, list[Entity]] = {}
        for entity in model.entities.values():
            for column in entity.columns.values():
                name = self.of(column.type)
                users = self._users.setdefault(name, [])
                if not users or users[-1] is not entity:
                    users.append(entity)
                if is_array(column.type):
                    self.arrays.add(name)
        for name, type_name in _OPERANDS.items():
            self.leaves.setdefault(name, PgType(BUILT_IN, type_name))

    def of(self, type_: PgType) -> str:
        """The scalar of a type, of its element where it is an array."""
        leaf = leaf_of(type_)
        identity = (leaf.schema, leaf.name)
        name = self._names.get(identity)
        if name is None:
            name = self._names[identity] = self._choose(leaf)
            self.leaves.setdefault(name, leaf)
        return name

    def users(self, name: str) -> Sequence[Entity]:
        """The entities with a column of the scalar."""
        return self._users.get(name, ())

    def _choose(self, leaf: PgType) -> str:
        wish = scalar_name(leaf)
        if leaf.schema == BUILT_IN:
            return wish
        candidates = chain((wish, f"{leaf.schema}_{wish}"), (f"{leaf.schema}_{wish}_{number}" for number in count(2)))
        return next(name for name in candidates if self._is_free(name))

    def _is_free(self, name: str) -> bool:
        return (
            name not in self.leaves
            and name not in DIALECT_TYPES
            and name not in self._entities
            and isinstance(self._control.get(name), GraphQLScalarType | None)
        )


class DataTypes:
    """The reflected types of one schema, each made when it is first asked for and kept until it is forgotten.

    `makers` says for what follows an entity's name in the name of a type (`_bool_exp`) who makes the type.
    """

    def __init__(
        self,
        model: Model,
        names: ScalarNames,
        makers: Mapping[str, Maker],
        control: Mapping[str, GraphQLNamedType],
    ) -> None:
        self.model = model
        self.names = names
        self.makers = makers
        self._shared = {
            name: share_coercion(scalar, names.leaves[name])
            for name, scalar in control.items()
            if isinstance(scalar, GraphQLScalarType) and name in names.leaves.keys() - specified_scalar_types.keys()
        }
        self._made: dict[str, GraphQLNamedType] = {}
        self._needs: dict[tuple[str, Action, str | None, bool], dict[str, Element]] = {}

    def ensure(self, name: str, make: Callable[[], Made]) -> Made:
        """The type `name`, made by `make` unless it is there already."""
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = make()
        return cast(Made, found)

    def part(self, entity: Entity, suffix: str, kind: type[Made]) -> Made:
        """The type of an entity that has to be there, by what follows the entity's name."""
        made = self._made.get(entity.name + suffix) or self.makers[suffix](self, entity)
        assert isinstance(made, kind)
        return made

    def owner(self, name: str) -> tuple[Entity, Maker] | None:
        """Whose type `name` is, and who makes it."""
        entities = self.model.entities
        name = _TWICE.sub(r"\1_select_column_", name)
        for suffix, maker in self.makers.items():
            if name.endswith(suffix) and (entity := entities.get(name.removesuffix(suffix))) is not None:
                return entity, maker
        return None

    def needs(
        self, entity: Entity, action: Action, column: str | None = None, raw: bool = False
    ) -> dict[str, Element]:
        """The `extensions` of what stands for an action on an entity or column. They are shared and never written."""
        requirement = (entity.name, action, column, raw)
        found = self._needs.get(requirement)
        if found is None:
            found = self._needs[requirement] = {KEY: Element((Requires(*requirement),))}
        return found

    def forget(self, name: str) -> None:
        """Drop a type that nobody will ask for again, with the fields that it has made."""
        made = self._made.pop(name, None)
        if made is not None and not isinstance(made, GraphQLScalarType):
            made.__dict__.pop("fields", None)
            made.__dict__.pop("values", None)

    def scalar(self, name: str) -> GraphQLScalarType:
        """The scalar `name`: GraphQL's own, else the control plane's of that name, else a new one."""
        found = specified_scalar_types.get(name) or self._shared.get(name)
        return found or self.ensure(name, lambda: make_scalar(name, self.names.leaves[name]))

    def value(self, type_: PgType) -> GraphQLScalarType | GraphQLList[GraphQLNonNull[GraphQLScalarType]]:
        """A column's type without its nullability; arrays are lists of non-null elements, as in Hasura."""
        scalar = self.scalar(self.names.of(type_))
        return GraphQLList(GraphQLNonNull(scalar)) if is_array(type_) else scalar


def listed(type_: GraphQLInputType) -> GraphQLList[Any]:
    """`[T!]`."""
    return GraphQLList(GraphQLNonNull(type_))


def element(
    *requires: Requires,
    coordinate: str | None = None,
    guarded: Requires | None = None,
    either: Iterable[Requires] = (),
) -> dict[str, Element]:
    """The `extensions` of what needs more, or something else, than one action."""
    return {KEY: Element(requires, coordinate, guarded, tuple(either))}


def restricted(extensions: Mapping[str, Element], coordinate: str) -> dict[str, Element]:
    """The same needs, at a place that has a coordinate of its own."""
    return {KEY: replace(extensions[KEY], coordinate=coordinate)}


def output(type_: GraphQLNullableOutputType, nullable: bool) -> GraphQLOutputType:
    """`T` or `T!`."""
    return type_ if nullable else GraphQLNonNull(type_)
