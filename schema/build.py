"""The one schema: the control plane's fields and the reflected tables under the same roots.

Types of tables are made when something asks for them, so a thousand tables cost nothing until they are used. Names of
tables have given way to the control plane's already (`naming`); refuses (`ProjectError`) what still clashes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy

import strawberry
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    introspection_types,
    specified_scalar_types,
)
from graphql.type.schema import InterfaceImplementations

from narthex.errors import ProjectError
from schema import aggregates, comparisons, predicates, tables
from schema.elements import KEY, Element
from schema.lazy import LazyFields, LazySchema, ObjectType
from schema.model import Entity, Model
from schema.types import DataTypes, ScalarNames

MAKERS = {**tables.MAKERS, **aggregates.MAKERS, **predicates.MAKERS}
QUERY_ROOT = "query_root"
_BUILT_IN: Mapping[str, GraphQLNamedType] = {**specified_scalar_types, **introspection_types}


def control_names(control: strawberry.Schema) -> frozenset[str]:
    """What tables cannot be called beside this control plane: its types and its root fields."""
    schema = control._schema
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    fields = {name for root in roots if root is not None for name in root.fields}
    return frozenset(fields | (schema.type_map.keys() - _BUILT_IN.keys()))


def build_schema(control: strawberry.Schema, model: Model) -> UnifiedSchema:
    """One schema over the control plane and the model. Strawberry's resolvers find their own schema through it."""
    taken = control_names(control)
    clashing = sorted(taken.intersection(model.entities))
    if clashing:
        names = ", ".join(f"'{name}'" for name in clashing)
        raise ProjectError(f"The control plane needs these names, so no table can be served under them: {names}.")
    return UnifiedSchema(control, model, ScalarNames(model, control._schema.type_map))


class UnifiedSchema(LazySchema):
    """All that is served, whoever asks; callers look at it through a `View`."""

    def __init__(self, control: strawberry.Schema, model: Model, names: ScalarNames) -> None:
        super().__init__(control._schema.directives, control._schema.description)
        self._strawberry_schema = control
        self.control: GraphQLSchema = control._schema
        self.model = model
        self.names = names
        self.types = DataTypes(model, names, MAKERS, self.control.type_map)
        query = self.control.query_type
        self.control_roots: Mapping[str, GraphQLField] = query.fields if query is not None else {}
        self._entity_roots = {name: entity for entity in model.entities.values() for name in tables.root_names(entity)}
        self.query_type = self._query_root()

    def _query_root(self) -> GraphQLObjectType:
        control = self.control.query_type
        fields = LazyFields(self._root_names, self._root_field)
        return ObjectType(QUERY_ROOT, lambda: fields, description=control.description if control is not None else None)

    def _root_names(self) -> Iterator[str]:
        yield from self.control_roots
        yield from self._entity_roots

    def _root_field(self, name: str) -> GraphQLField | None:
        field = self.control_roots.get(name)
        if field is not None:
            opened = copy(field)
            opened.extensions = {**field.extensions, KEY: Element(coordinate=f"Query.{name}")}
            return opened
        entity = self._entity_roots.get(name)
        return None if entity is None else tables.root_field(self.types, entity, name)

    def entity_of(self, type_name: str) -> Entity | None:
        """The entity that a reflected type belongs to."""
        owner = self.types.owner(type_name)
        return None if owner is None else owner[0]

    def get_type(self, name: str) -> GraphQLNamedType | None:
        return self.make_type(name)

    def make_type(self, name: str) -> GraphQLNamedType | None:
        if name == QUERY_ROOT:
            return self.query_type
        if (built_in := _BUILT_IN.get(name)) is not None:
            return built_in
        if self.names.users(name):
            return self.types.scalar(name)
        if (owner := self.types.owner(name)) is not None:
            entity, maker = owner
            return maker(self.types, entity)
        if (shared := comparisons.find(self.types, name)) is not None:
            return shared
        if name in self.names.leaves:
            return self.types.scalar(name)
        control = self.control.query_type
        return None if control is not None and name == control.name else self.control.type_map.get(name)

    def forget(self, name: str) -> None:
        self.types.forget(name)

    def scratch(self) -> UnifiedSchema:
        return UnifiedSchema(self._strawberry_schema, self.model, self.names)

    def sources(self) -> Iterator[GraphQLNamedType]:
        if self.query_type is not None:
            yield self.query_type
        for directive in self.directives:
            yield from (get_named_type(argument.type) for argument in directive.args.values())

    def implementations(self, name: str) -> InterfaceImplementations:
        return self.control._implementations_map.get(name) or InterfaceImplementations([], [])

    def get_implementations(self, interface_type: GraphQLInterfaceType) -> InterfaceImplementations:
        return self.implementations(interface_type.name)

    def has_content(self, type_: GraphQLNamedType) -> bool:
        return True

    def shows(self, member: object) -> bool:
        return True
