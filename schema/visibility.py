"""A contract's view of the one schema: a `GraphQLSchema` in which what is closed does not exist.

Types are wrapped when something open leads to them, with the fields, arguments, input fields and values that the
contract allows; what they need is kept per view. Validation, suggestions, introspection and SDL see nothing else, so a
closed name and a name that never existed are answered alike. A name that nothing has led to yet is first looked for on
short ways from the roots, then by a walk over all that is open.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, TypeVar, cast

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLString,
    GraphQLType,
    GraphQLUnionType,
    get_named_type,
    introspection_types,
    is_required_argument,
    is_required_input_field,
)
from graphql.type.schema import InterfaceImplementations

from schema.build import UnifiedSchema
from schema.comparisons import ORDER_BY, compared_scalar
from schema.elements import Contract, Element, element_of
from schema.lazy import LazyFields, LazySchema, ObjectType
from schema.model import Entity
from schema.tables import root_names

_Named = TypeVar("_Named", bound=GraphQLNamedType)
_Value = TypeVar("_Value", GraphQLArgument, GraphQLInputField)
_Copied = TypeVar("_Copied")
_ALWAYS: Mapping[str, GraphQLNamedType] = {
    **introspection_types,
    **{type_.name: type_ for type_ in (GraphQLString, GraphQLBoolean)},
}
_USERS = 8
"""How many tables with a column of a scalar are looked at before everything is."""


def view(schema: UnifiedSchema, contract: Contract) -> View:
    """The schema as the contract lets it be seen. Views cost little; keep one per contract."""
    return View(schema, contract)


class View(LazySchema):
    """`schema` seen through `contract`."""

    def __init__(self, schema: UnifiedSchema, contract: Contract) -> None:
        super().__init__(schema.directives, schema.description)
        self._strawberry_schema = schema._strawberry_schema
        self.schema = schema
        self.contract = contract
        self._reached: dict[str, GraphQLNamedType] = dict(_ALWAYS)
        self._inhabited: dict[str, bool] = {}
        self._judging: set[str] = set()
        self.query_type = self._root(schema.query_type)

    def _root(self, base: GraphQLObjectType | None) -> GraphQLObjectType | None:
        if base is None or not self._is_inhabited(base):
            return None
        fields = LazyFields(partial(self._open_names, base), partial(self._open_field, base))
        root = ObjectType(base.name, lambda: fields, description=base.description, extensions=base.extensions)
        self._reached[base.name] = root
        return root

    def _open_names(self, base: GraphQLObjectType) -> Iterator[str]:
        return (name for name, field in base.fields.items() if self._shows_field(field))

    def _open_field(self, base: GraphQLObjectType, name: str) -> GraphQLField | None:
        field = base.fields.get(name)
        return self._field(field) if field is not None and self._shows_field(field) else None

    # Types by name

    def get_type(self, name: str) -> GraphQLNamedType | None:
        found = self._reached.get(name)
        if found is not None:
            return found
        base = self.schema.make_type(name)
        if base is None or not self._is_inhabited(base):
            return None
        return self._wrap(base) if self._leads_to(name) or name in self._all_types.names else None

    def make_type(self, name: str) -> GraphQLNamedType | None:
        found = self._reached.get(name)
        if found is None:
            base = self.schema.make_type(name)
            found = None if base is None else self._wrap(base)
        return found

    def forget(self, name: str) -> None:
        if name not in _ALWAYS:
            forgotten = self._reached.pop(name, None)
            if isinstance(forgotten, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
                forgotten.__dict__.pop("fields", None)
        self.schema.forget(name)

    def scratch(self) -> View:
        return View(self.schema.scratch(), self.contract)

    def implementations(self, name: str) -> InterfaceImplementations:
        objects, interfaces = self.schema.implementations(name)
        return InterfaceImplementations(self._present(objects), self._present(interfaces))

    # Short ways: most names are asked for beside the table that has them

    def _leads_to(self, name: str) -> bool:
        """Whether an open root field leads to the type, as far as can be told without looking at everything."""
        entity = self.schema.entity_of(name)
        if entity is not None:
            entities = self.schema.model.entities
            near = [entity, *(entities[way.target] for way in entity.relationships.values())]
            return any(self._explore(self._root_types(start), (entity, start), name) for start in near)
        if name == ORDER_BY:
            users: Sequence[Entity] = tuple(self.schema.model.entities.values())
        else:
            users = self.schema.names.users(compared_scalar(name))
        open_users = ((user, types) for user in users if (types := self._root_types(user)))
        return any(self._explore(types, (user,), name) for user, types in islice(open_users, _USERS)) or self._explore(
            self._control_types(), (), name
        )

    def _root_types(self, entity: Entity) -> list[GraphQLNamedType]:
        return self._types_of_roots(root_names(entity))

    def _control_types(self) -> list[GraphQLNamedType]:
        return self._types_of_roots(self.schema.control_roots)

    def _types_of_roots(self, names: Iterable[str]) -> list[GraphQLNamedType]:
        types: list[GraphQLNamedType] = []
        fields = self.query_type.fields if self.query_type is not None else {}
        for field in filter(None, map(fields.get, names)):
            types.append(get_named_type(field.type))
            types += [get_named_type(argument.type) for argument in field.args.values()]
        return types

    def _explore(self, start: Sequence[GraphQLNamedType], owners: Sequence[Entity], target: str) -> bool:
        """Follow references from `start`, among tables to those of the `owners`, until one has led to `target`."""
        waiting = deque(start)
        seen = {type_.name for type_ in start}
        while waiting and target not in self._reached:
            for reference in self.references(waiting.popleft()):
                if reference.name in seen:
                    continue
                seen.add(reference.name)
                owner = self.schema.entity_of(reference.name)
                if owner is None or owner in owners:
                    waiting.append(reference)
        return target in self._reached

    # What is open

    def _allows(self, element: Element | None) -> bool:
        if element is None:
            return True
        contract = self.contract
        return all(map(contract.allows, element.requires)) and (
            element.coordinate is None or contract.opens(element.coordinate)
        )

    def _shows_field(self, field: GraphQLField) -> bool:
        return (
            self._allows(element_of(field.extensions))
            and self._is_inhabited(get_named_type(field.type))
            and all(self._shows_input(argument) for argument in field.args.values() if is_required_argument(argument))
        )

    def _shows_input(self, value: GraphQLArgument | GraphQLInputField) -> bool:
        return self._allows(element_of(value.extensions)) and self._is_inhabited(get_named_type(value.type))

    def _is_inhabited(self, base: GraphQLNamedType) -> bool:
        """Whether anything of a type is open. What only leads back to itself has nothing in it."""
        if isinstance(base, GraphQLScalarType):
            return True
        known = self._inhabited.get(base.name)
        if known is None:
            if base.name in self._judging:
                return False
            self._judging.add(base.name)
            known = self._judge(base)
            self._judging.remove(base.name)
            # A "no" that was given while another type is still being judged may have leaned on it.
            if known or not self._judging:
                self._inhabited[base.name] = known
        return known

    def _judge(self, base: GraphQLNamedType) -> bool:
        element = element_of(base.extensions)
        if element is not None:
            return self._allows(element)
        match base:
            case GraphQLObjectType() | GraphQLInterfaceType():
                return any(map(self._shows_field, base.fields.values()))
            case GraphQLInputObjectType():
                fields = base.fields.values()
                return any(map(self._shows_input, fields)) and all(
                    map(self._shows_input, filter(is_required_input_field, fields))
                )
            case GraphQLEnumType():
                return any(self._allows(element_of(value.extensions)) for value in base.values.values())
            case GraphQLUnionType():
                return any(map(self._is_inhabited, base.types))
            case _:
                return True

    # Wrapping: what needs no change is shared with the schema

    def _wrap(self, base: _Named) -> _Named:
        """The view's own type. Only for what something open leads to."""
        found = self._reached.get(base.name)
        if found is None:
            found = self._reached[base.name] = self._wrapped(base)
        return cast(_Named, found)

    def _wrapped(self, base: GraphQLNamedType) -> GraphQLNamedType:
        match base:
            case GraphQLObjectType() | GraphQLInterfaceType():
                return _changed(
                    base, _fields=partial(self._fields, base), _interfaces=lambda: self._present(base.interfaces)
                )
            case GraphQLInputObjectType():
                return _changed(base, _fields=partial(self._input_fields, base))
            case GraphQLUnionType():
                resolve = base.resolve_type and partial(_resolve_as, base)
                return _changed(base, _types=lambda: self._present(base.types), resolve_type=resolve)
            case GraphQLEnumType():
                values = self._values(base)
                return base if len(values) == len(base.values) else _changed(base, _values=values)
            case _:
                return base

    def _present(self, types: Sequence[_Named]) -> list[_Named]:
        return [self._wrap(type_) for type_ in types if self._is_inhabited(type_)]

    def _values(self, base: GraphQLEnumType) -> dict[str, GraphQLEnumValue]:
        return {name: value for name, value in base.values.items() if self._allows(element_of(value.extensions))}

    def _fields(self, base: GraphQLObjectType | GraphQLInterfaceType) -> dict[str, GraphQLField]:
        return {name: self._field(field) for name, field in base.fields.items() if self._shows_field(field)}

    def _field(self, base: GraphQLField) -> GraphQLField:
        type_ = self._type(base.type)
        if type_ is base.type and not base.args:
            return base
        arguments = {name: self._input(argument) for name, argument in base.args.items() if self._shows_input(argument)}
        return _changed(base, type=type_, args=arguments)

    def _input_fields(self, base: GraphQLInputObjectType) -> dict[str, GraphQLInputField]:
        return {name: self._input(field) for name, field in base.fields.items() if self._shows_input(field)}

    def _input(self, base: _Value) -> _Value:
        type_ = self._type(base.type)
        return base if type_ is base.type else _changed(base, type=type_)

    def _type(self, base: GraphQLType) -> GraphQLType:
        if isinstance(base, GraphQLNonNull | GraphQLList):
            inner = self._type(base.of_type)
            return base if inner is base.of_type else type(base)(inner)
        return self._wrap(cast(GraphQLNamedType, base))


def _resolve_as(base: GraphQLUnionType, value: object, info: GraphQLResolveInfo[Any], _: GraphQLUnionType) -> object:
    """The name of a value's type: Strawberry compares with the types that it has made itself."""
    assert base.resolve_type is not None
    return base.resolve_type(value, info, base)


def _changed(base: _Copied, **changes: object) -> _Copied:
    """A copy with other members: as what it was made, with all else that hangs on it, and nothing checked twice."""
    copy = object.__new__(type(base))
    copy.__dict__.update(base.__dict__)
    for member in ("fields", "interfaces", "types", "values", "_value_lookup"):
        copy.__dict__.pop(member, None)
    copy.__dict__.update(changes)
    return copy
