"""A contract's view of the one schema: a `GraphQLSchema` in which what is closed does not exist.

Types are wrapped when something open leads to them, with the fields, arguments, input fields and values that the
contract allows; what they need is kept per view. Validation, suggestions, introspection and SDL see nothing else, so a
closed name and a name that never existed are answered alike. A name that nothing has led to yet is first looked for on
short ways from the roots, then by a walk over all that is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, TypeVar, cast

from graphql import (
    GraphQLArgument,
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
    GraphQLType,
    GraphQLUnionType,
    get_named_type,
    is_required_argument,
    is_required_input_field,
)
from graphql.type.schema import InterfaceImplementations

from schema.build import MUTATION_ROOT, QUERY_IN_MUTATION, UnifiedSchema
from schema.comparisons import ORDER_BY, compared_scalar
from schema.elements import Contract, Element, element_of
from schema.lazy import ALWAYS, LazyFields, LazySchema, ObjectType
from schema.model import Action, Entity, Requires

_Named = TypeVar("_Named", bound=GraphQLNamedType)
_Value = TypeVar("_Value", GraphQLArgument, GraphQLInputField)
_Copied = TypeVar("_Copied")
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
        self._reached: dict[str, GraphQLNamedType] = dict(ALWAYS)
        self._inhabited: dict[str, bool] = {}
        self._judging: set[str] = set()
        query = schema.query_type
        self.query_type = self._root(query) if query is not None and self.has_content(query) else None

    def _mutation_root(self) -> GraphQLObjectType | None:
        """None where nothing can be written: then nothing is read through it either."""
        base = self.schema.mutation_type
        if base is None or self.query_type is None or next(self._open_mutations(base), None) is None:
            return None
        return self._root(base)

    def _open_mutations(self, base: GraphQLObjectType) -> Iterator[str]:
        return (name for name in self._open_names(base) if name != QUERY_IN_MUTATION)

    def _root(self, base: GraphQLObjectType) -> GraphQLObjectType:
        fields = LazyFields(partial(self._open_names, base), partial(self._open_field, base))
        root = ObjectType(base.name, lambda: fields, description=base.description, extensions=base.extensions)
        self._reached[base.name] = root
        return root

    def _open_names(self, base: GraphQLObjectType) -> Iterator[str]:
        action, allows = partial(self.schema.root_action, base.name), self.contract.allows
        for name in base.fields:
            needed = action(name)
            if (needed is None or allows(needed)) and self.shows(base.fields[name]):
                yield name

    def _open_field(self, base: GraphQLObjectType, name: str) -> GraphQLField | None:
        field = base.fields.get(name)
        return self._field(field) if field is not None and self.shows(field) else None

    # Types by name

    def get_type(self, name: str) -> GraphQLNamedType | None:
        found = self._reached.get(name)
        if found is not None:
            return found
        if name == MUTATION_ROOT:
            return self.mutation_type
        base = self.schema.make_type(name)
        if base is None or not self.has_content(base):
            return None
        return self._wrap(base) if self._is_near(name) or name in self._all_types.names else None

    def make_type(self, name: str) -> GraphQLNamedType | None:
        if name == MUTATION_ROOT:
            return self.mutation_type
        found = self._reached.get(name)
        if found is None:
            base = self.schema.make_type(name)
            found = None if base is None else self._wrap(base)
        return found

    def forget(self, name: str) -> None:
        if name not in ALWAYS:
            forgotten = self._reached.pop(name, None)
            if isinstance(forgotten, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
                forgotten.__dict__.pop("fields", None)
        self.schema.forget(name)

    def scratch(self) -> View:
        return View(self.schema.scratch(), self.contract)

    def sources(self) -> Iterator[GraphQLNamedType]:
        if self.query_type is not None:
            closed = self.schema.mutation_type if self.mutation_type is None else None
            yield from (source for source in self.schema.sources() if source is not closed)

    def implementations(self, name: str) -> InterfaceImplementations:
        return self.schema.implementations(name)

    def get_implementations(self, interface_type: GraphQLInterfaceType) -> InterfaceImplementations:
        objects, interfaces = self.implementations(interface_type.name)
        return InterfaceImplementations(self._present(objects), self._present(interfaces))

    # Short ways: most names are asked for beside the table that has them

    def _is_near(self, name: str) -> bool:
        """Whether an open root field leads to the type, as far as can be told without looking at everything."""
        entity = self.schema.entity_of(name)
        if entity is not None:
            entities = self.schema.model.entities
            near = [entity, *(entities[way.target] for way in entity.relationships.values())]
            return any(self._reaches(name, self._types_from(start), (entity, start)) for start in near)
        if name == ORDER_BY:
            users: Sequence[Entity] = tuple(self.schema.model.entities.values())
        else:
            users = self.schema.names.users(compared_scalar(name))
        open_users = ((user, types) for user in users if (types := self._types_from(user)))
        return any(self._reaches(name, types, (user,)) for user, types in islice(open_users, _USERS)) or self._reaches(
            name, self._types_of(self.schema.control_fields()), ()
        )

    def _types_from(self, entity: Entity) -> list[GraphQLNamedType]:
        return self._types_of(self.schema.fields_to(entity))

    def _types_of(self, fields: Iterable[GraphQLField]) -> list[GraphQLNamedType]:
        """The types of the open ones among root fields."""
        types: list[GraphQLNamedType] = []
        for field in fields:
            if self.shows(field):
                types.append(get_named_type(field.type))
                types += [get_named_type(value.type) for value in field.args.values() if self.shows(value)]
        return types

    def _reaches(self, target: str, start: list[GraphQLNamedType], owners: Sequence[Entity]) -> bool:
        """Whether references from `start` lead to `target`, among tables by way of the `owners` only."""

        def follows(name: str) -> bool:
            owner = self.schema.entity_of(name)
            return owner is None or owner in owners

        return any(type_.name == target for type_ in self.reach(start, follows))

    # What is open

    def _allows(self, element: Element | None) -> bool:
        if element is None:
            return True
        contract = self.contract
        return (
            all(map(contract.allows, element.requires))
            and (not element.either or any(map(contract.allows, element.either)))
            and (element.coordinate is None or contract.opens(element.coordinate))
        )

    def shows(self, member: GraphQLField | GraphQLArgument | GraphQLInputField) -> bool:
        """Whether a field, argument or input field is open, and of a type in which something is."""
        if not self._allows(element_of(member.extensions)) or not self.has_content(get_named_type(member.type)):
            return False
        return not isinstance(member, GraphQLField) or all(
            self.shows(argument) for argument in member.args.values() if is_required_argument(argument)
        )

    def has_content(self, base: GraphQLNamedType) -> bool:
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
                return any(map(self.shows, base.fields.values()))
            case GraphQLInputObjectType():
                fields = base.fields.values()
                return any(map(self.shows, fields)) and all(map(self.shows, filter(is_required_input_field, fields)))
            case GraphQLEnumType():
                return any(self._allows(element_of(value.extensions)) for value in base.values.values())
            case GraphQLUnionType():
                return any(map(self.has_content, base.types))
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
                is_table = base.name in self.schema.model.entities
                remark = self.contract.remark(Requires(base.name, Action.SELECT)) if is_table else None
                return _changed(
                    base,
                    _fields=partial(self._fields, base),
                    _interfaces=lambda: self._present(base.interfaces),
                    description=_remarked(base.description, remark),
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
        return [self._wrap(type_) for type_ in types if self.has_content(type_)]

    def _values(self, base: GraphQLEnumType) -> dict[str, GraphQLEnumValue]:
        return {name: value for name, value in base.values.items() if self._allows(element_of(value.extensions))}

    def _fields(self, base: GraphQLObjectType | GraphQLInterfaceType) -> dict[str, GraphQLField]:
        return {name: self._field(field) for name, field in base.fields.items() if self.shows(field)}

    def _field(self, base: GraphQLField) -> GraphQLField:
        type_ = self._type(base.type)
        element = element_of(base.extensions)
        if isinstance(type_, GraphQLNonNull) and element is not None and element.guarded is not None:
            type_ = type_.of_type if self.contract.may_null(element.guarded) else type_
        remark = self._remark(element.guarded) if element is not None else None
        if type_ is base.type and not base.args and remark is None:
            return base
        arguments = {name: self._input(argument) for name, argument in base.args.items() if self.shows(argument)}
        return _changed(base, type=type_, args=arguments, description=_remarked(base.description, remark))

    def _remark(self, guarded: Requires | None) -> str | None:
        """What the contract remarks on a column. A relationship says nothing: its table does."""
        return self.contract.remark(guarded) if guarded is not None and guarded.column is not None else None

    def _input_fields(self, base: GraphQLInputObjectType) -> dict[str, GraphQLInputField]:
        return {name: self._input(field) for name, field in base.fields.items() if self.shows(field)}

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


def _remarked(description: str | None, remark: str | None) -> str | None:
    return " ".join(filter(None, (description, remark))) or None


def _changed(base: _Copied, **changes: object) -> _Copied:
    """A copy with other members: as what it was made, with all else that hangs on it, and nothing checked twice."""
    copy = object.__new__(type(base))
    copy.__dict__.update(base.__dict__)
    for member in ("fields", "interfaces", "types", "values", "_value_lookup"):
        copy.__dict__.pop(member, None)
    copy.__dict__.update(changes)
    return copy
