"""The one schema: the control plane's fields and the reflected tables under the same roots.

Types of tables are made when something asks for them, so a thousand tables cost nothing until they are used. Names of
tables have given way to the control plane's already (`naming`); refuses (`ProjectError`) what still clashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from functools import partial
from itertools import chain

import strawberry
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    introspection_types,
    specified_scalar_types,
)
from graphql.type.schema import InterfaceImplementations

from narthex.errors import ProjectError
from schema import aggregates, comparisons, inserts, mutations, predicates, tables, updates
from schema.elements import KEY, Element
from schema.lazy import LazyFields, LazySchema, ObjectType
from schema.model import Action, Entity, Model, Requires
from schema.roots import mutation_fields, query_fields
from schema.types import DataTypes, ScalarNames

MAKERS = {
    **tables.MAKERS,
    **aggregates.MAKERS,
    **predicates.MAKERS,
    **inserts.MAKERS,
    **updates.MAKERS,
    **mutations.MAKERS,
}
QUERY_ROOT, MUTATION_ROOT = "query_root", "mutation_root"
QUERY_IN_MUTATION = "query"
"""The field of the mutation root that reads; it is there wherever another one is."""
_MUTATIONS = "Everything that can be changed. Fields run one after the other."
_READS = "Reads in the same request, after the fields that stand before it."
_BUILT_IN: Mapping[str, GraphQLNamedType] = {**specified_scalar_types, **introspection_types}


def control_names(control: strawberry.Schema) -> frozenset[str]:
    """What tables cannot be called beside this control plane: its types and its root fields."""
    schema = control._schema
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    fields = {name for root in roots for name in _fields_of(root)}
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
        self.control_roots = _fields_of(self.control.query_type)
        self.control_mutations = _fields_of(self.control.mutation_type)
        self._data_roots = _data_roots(model)
        self.query_type = self._query_root()

    def _query_root(self) -> GraphQLObjectType:
        control = self.control.query_type
        names = partial(chain, self.control_roots, self._data_roots[QUERY_ROOT])
        fields = LazyFields(names, self._query_field)
        return ObjectType(QUERY_ROOT, lambda: fields, description=control.description if control is not None else None)

    def _mutation_root(self) -> GraphQLObjectType | None:
        if not self.control_mutations and not self._data_roots[MUTATION_ROOT]:
            return None
        names = partial(chain, (QUERY_IN_MUTATION,), self.control_mutations, self._data_roots[MUTATION_ROOT])
        fields = LazyFields(names, self._mutation_field)
        return ObjectType(MUTATION_ROOT, lambda: fields, description=_MUTATIONS)

    def _query_field(self, name: str) -> GraphQLField | None:
        field = self.control_roots.get(name)
        if field is not None:
            return _with_coordinate(field, f"Query.{name}")
        root = self._data_roots[QUERY_ROOT].get(name)
        return None if root is None else tables.root_field(self.types, self.model.entities[root.entity], name)

    def _mutation_field(self, name: str) -> GraphQLField | None:
        if name == QUERY_IN_MUTATION and self.query_type is not None:
            return GraphQLField(GraphQLNonNull(self.query_type), description=_READS)
        field = self.control_mutations.get(name)
        if field is not None:
            return _with_coordinate(field, f"Mutation.{name}")
        root = self._data_roots[MUTATION_ROOT].get(name)
        return None if root is None else mutations.root_field(self.types, self.model.entities[root.entity], name)

    def root_action(self, root: str, field: str) -> Requires | None:
        """The action behind a data field of a root type: without it the field need not be looked at, nor made."""
        return self._data_roots[root].get(field)

    def fields_to(self, entity: Entity) -> Iterator[GraphQLField]:
        """The fields of all roots that a table gives."""
        yield from _picked(self.query_type, query_fields(entity))
        yield from _picked(self.mutation_type, mutation_fields(entity))

    def control_fields(self) -> Iterator[GraphQLField]:
        """The fields of all roots that the control plane gives."""
        yield from _picked(self.query_type, self.control_roots)
        yield from _picked(self.mutation_type, self.control_mutations)

    def entity_of(self, type_name: str) -> Entity | None:
        """The entity that a reflected type belongs to."""
        owner = self.types.owner(type_name)
        return None if owner is None else owner[0]

    def get_type(self, name: str) -> GraphQLNamedType | None:
        return self.make_type(name)

    def make_type(self, name: str) -> GraphQLNamedType | None:
        if name == QUERY_ROOT:
            return self.query_type
        if name == MUTATION_ROOT:
            return self.mutation_type
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
        roots = (self.control.query_type, self.control.mutation_type)
        return None if any(root and name == root.name for root in roots) else self.control.type_map.get(name)

    def forget(self, name: str) -> None:
        self.types.forget(name)

    def scratch(self) -> UnifiedSchema:
        return UnifiedSchema(self._strawberry_schema, self.model, self.names)

    def sources(self) -> Iterator[GraphQLNamedType]:
        yield from filter(None, (self.query_type, self.mutation_type))
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


def _fields_of(root: GraphQLObjectType | None) -> Mapping[str, GraphQLField]:
    return root.fields if root is not None else {}


def _picked(root: GraphQLObjectType | None, names: Iterable[str]) -> Iterator[GraphQLField]:
    return (root.fields[name] for name in names) if root is not None else iter(())


def _with_coordinate(field: GraphQLField, coordinate: str) -> GraphQLField:
    """A field of the control plane, open where its coordinate is."""
    opened = copy(field)
    opened.extensions = {**field.extensions, KEY: Element(coordinate=coordinate)}
    return opened


def _data_roots(model: Model) -> Mapping[str, Mapping[str, Requires]]:
    """For each root type the fields that tables give, each with the action behind it."""
    roots: dict[str, dict[str, Requires]] = {QUERY_ROOT: {}, MUTATION_ROOT: {}}
    for entity in model.entities.values():
        needs = {action: Requires(entity.name, action) for action in Action}
        for root, fields in ((QUERY_ROOT, query_fields(entity)), (MUTATION_ROOT, mutation_fields(entity))):
            roots[root].update((name, needs[action]) for name, action in fields.items())
    return roots
