"""A contract as SDL, printed type by type so that a wide schema is never held as one text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from graphql import GraphQLNamedType, GraphQLObjectType, is_specified_directive
from graphql.utilities.print_schema import (
    print_args,
    print_block,
    print_deprecated,
    print_description,
    print_directive,
    print_implemented_interfaces,
    print_schema_definition,
    print_type,
)

from narthex.coordinates import ROOTS
from schema.lazy import LazySchema

Applied = Callable[[str], Sequence[str]]
"""Gives the directives, as SDL, that are applied to an object type or a field of it by its coordinate."""


def print_contract(view: LazySchema, applied: Applied = lambda _: ()) -> Iterator[str]:
    """The SDL of all that the view shows, in pieces; it passes `buildSchema` if `applied` gives directives that do."""
    definition = print_schema_definition(view)
    if definition is not None:
        yield f"{definition}\n"
    for directive in view.directives:
        if not is_specified_directive(directive):
            yield f"\n{print_directive(directive)}\n"
    for type_ in view.walk():
        if isinstance(type_, GraphQLObjectType) and type_.name not in GraphQLNamedType.reserved_types:
            yield f"\n{_print_object(type_, applied)}\n"
        elif type_.name not in GraphQLNamedType.reserved_types:
            yield f"\n{print_type(type_)}\n"


def _print_object(type_: GraphQLObjectType, applied: Applied) -> str:
    """As graphql-core prints it, with directives."""
    name = ROOTS.get(type_.name, type_.name)
    fields = [
        f"{print_description(field, '  ', not place)}  {field_name}{print_args(field.args, '  ')}: {field.type}"
        f"{print_deprecated(field.deprecation_reason)}{_directives(applied(f'{name}.{field_name}'))}"
        for place, (field_name, field) in enumerate(type_.fields.items())
    ]
    head = f"{print_description(type_)}type {type_}{print_implemented_interfaces(type_)}"
    return f"{head}{_directives(applied(name))}{print_block(fields)}"


def _directives(texts: Sequence[str]) -> str:
    return "".join(f" {text}" for text in texts)
