"""Schemas that make their types when they are asked for, and let go of what only a full walk needs.

graphql-core's constructor collects every type, recursively: too slow for a thousand tables, and too deep for a chain of
them. Here types come by name, and "all types" is an iteration that keeps nothing.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, ValuesView
from functools import cached_property
from sys import intern
from typing import Any, cast

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLDirective,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    get_named_type,
    introspection_types,
)
from graphql.type.definition import GraphQLFieldMap, GraphQLInputFieldMap, resolve_thunk
from graphql.type.schema import InterfaceImplementations, TypeMap

ALWAYS: Mapping[str, GraphQLNamedType] = {
    **{type_.name: type_ for type_ in (GraphQLString, GraphQLBoolean)},
    **introspection_types,
}
"""What every schema has, because introspection needs it."""


class LazyFields(Mapping[str, GraphQLField]):
    """The fields of a wide type, each made when it is first read."""

    __slots__ = ("_list", "_made", "_make", "_names")

    def __init__(self, names: Callable[[], Iterable[str]], make: Callable[[str], GraphQLField | None]) -> None:
        self._list = names
        self._make = make
        self._made: dict[str, GraphQLField] = {}
        self._names: tuple[str, ...] | None = None

    def __getitem__(self, name: str) -> GraphQLField:
        field = self._made.get(name) or self._make(name)
        if field is None:
            raise KeyError(name)
        self._made[name] = field
        return field

    def __iter__(self) -> Iterator[str]:
        if self._names is None:
            self._names = tuple(self._list())
        return iter(self._names)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def copy(self) -> dict[str, GraphQLField]:
        return dict(self.items())


class ObjectType(GraphQLObjectType):
    """An object type whose names are known to be valid: checking them again is most of the work of making types."""

    def __init__(
        self,
        name: str,
        fields: Callable[[], Mapping[str, GraphQLField]],
        description: str | None = None,
        extensions: dict[str, Any] | None = None,
    ) -> None:
        _describe(self, name, description, extensions)
        self._fields = cast(Callable[[], GraphQLFieldMap], fields)
        self._interfaces = None
        self.is_type_of = None

    @cached_property
    def fields(self) -> GraphQLFieldMap:
        return cast(GraphQLFieldMap, resolve_thunk(self._fields))


class InputType(GraphQLInputObjectType):
    """The same for input objects."""

    def __init__(
        self,
        name: str,
        fields: Callable[[], Mapping[str, GraphQLInputField]],
        description: str | None = None,
        extensions: dict[str, Any] | None = None,
    ) -> None:
        _describe(self, name, description, extensions)
        self._fields = cast(Callable[[], GraphQLInputFieldMap], fields)
        self.is_one_of = False

    @cached_property
    def fields(self) -> GraphQLInputFieldMap:
        return cast(GraphQLInputFieldMap, resolve_thunk(self._fields))


def _describe(type_: GraphQLNamedType, name: str, description: str | None, extensions: dict[str, Any] | None) -> None:
    type_.name = name
    type_.description = description
    type_.extensions = extensions or {}
    type_.ast_node = None
    type_.extension_ast_nodes = ()


class LazySchema(GraphQLSchema):
    """A schema whose types are asked for by name."""

    def __init__(self, directives: Iterable[GraphQLDirective], description: str | None) -> None:
        # Not the constructor of GraphQLSchema: it collects every type.
        self.assume_valid = True
        self._validation_errors = []
        self._sub_type_map = {}
        self.directives = tuple(directives)
        self.description = description
        self.extensions = {}
        self.ast_node = None
        self.extension_ast_nodes = ()
        self.query_type = self.subscription_type = None

    @cached_property
    def mutation_type(self) -> GraphQLObjectType | None:  # type: ignore[override]
        """Made when somebody asks for it: whether it has fields is known only after looking at many tables."""
        return self._mutation_root()

    @abstractmethod
    def _mutation_root(self) -> GraphQLObjectType | None: ...

    @abstractmethod
    def make_type(self, name: str) -> GraphQLNamedType | None:
        """The type of that name, whether or not anything leads to it."""

    @abstractmethod
    def forget(self, name: str) -> None:
        """Drop what was made of a type."""

    @abstractmethod
    def scratch(self) -> LazySchema:
        """The same schema with nothing made yet, to be thrown away after a walk."""

    @abstractmethod
    def sources(self) -> Iterator[GraphQLNamedType]:
        """The types, as the schema makes them, from which all others are reached."""

    @abstractmethod
    def implementations(self, name: str) -> InterfaceImplementations:
        """What implements an interface, as the schema makes it."""

    @abstractmethod
    def has_content(self, type_: GraphQLNamedType) -> bool:
        """Whether anything of a type, as the schema makes it, is there."""

    @abstractmethod
    def shows(self, member: GraphQLField | GraphQLArgument | GraphQLInputField) -> bool:
        """Whether a member of a type is there."""

    @property
    def type_map(self) -> TypeMap:  # type: ignore[override]
        return cast(TypeMap, self._all_types)

    @cached_property
    def _all_types(self) -> AllTypes:
        return AllTypes(self)

    def walk(self) -> Iterator[GraphQLNamedType]:
        """Every type that the roots lead to, roots first. A type is let go of when the next one is taken."""
        schema = self.scratch()
        for name in self._all_types.names:
            type_ = schema.make_type(name)
            if type_ is None:
                raise LookupError(f"a type refers to '{name}', which cannot be made")
            yield type_
            schema.forget(name)

    def reach(
        self,
        start: Iterable[GraphQLNamedType],
        follows: Callable[[str], bool] = lambda name: True,
        forget: bool = False,
    ) -> Iterator[GraphQLNamedType]:
        """The types to which those of `start` lead, nearest first; only those that `follows` are gone on from."""
        waiting = deque({type_.name: type_ for type_ in start}.values())
        seen = {type_.name for type_ in waiting}
        yield from waiting
        while waiting:
            type_ = waiting.popleft()
            if follows(type_.name):
                for reference in self._references(type_):
                    if reference.name not in seen:
                        seen.add(reference.name)
                        waiting.append(reference)
                        yield reference
            if forget:
                self.forget(type_.name)

    def _references(self, type_: GraphQLNamedType) -> Iterator[GraphQLNamedType]:
        shows = self.shows
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field in filter(shows, type_.fields.values()):
                yield get_named_type(field.type)
                for argument in filter(shows, field.args.values()):
                    yield get_named_type(argument.type)
            yield from filter(self.has_content, type_.interfaces)
            if isinstance(type_, GraphQLInterfaceType):
                for implementing in self.implementations(type_.name):
                    yield from filter(self.has_content, implementing)
        elif isinstance(type_, GraphQLInputObjectType):
            for input_field in filter(shows, type_.fields.values()):
                yield get_named_type(input_field.type)
        elif isinstance(type_, GraphQLUnionType):
            yield from filter(self.has_content, type_.types)


class AllTypes(Mapping[str, GraphQLNamedType]):
    """A schema's `type_map`: looked up by name, listed by walking."""

    def __init__(self, schema: LazySchema) -> None:
        self._schema = schema

    def __getitem__(self, name: str) -> GraphQLNamedType:
        type_ = self._schema.get_type(name)
        if type_ is None:
            raise KeyError(name)
        return type_

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._schema.get_type(name) is not None

    @cached_property
    def names(self) -> Mapping[str, None]:
        """The names of all types, roots first. Interned: contracts share them."""
        schema = self._schema.scratch()
        names = dict.fromkeys(intern(type_.name) for type_ in schema.reach(schema.sources(), forget=True))
        return names | dict.fromkeys(ALWAYS)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def values(self) -> ValuesView[GraphQLNamedType]:
        return _WalkedTypes(self)


class _WalkedTypes(ValuesView[GraphQLNamedType]):
    """All types one after the other, none of them kept."""

    _mapping: AllTypes

    def __iter__(self) -> Iterator[GraphQLNamedType]:
        return self._mapping._schema.walk()
