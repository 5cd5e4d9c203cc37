"""A contract as SDL, printed type by type so that a wide schema is never held as one text."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import GraphQLNamedType, is_specified_directive
from graphql.utilities.print_schema import print_directive, print_schema_definition, print_type

from schema.visibility import View


def print_contract(view: View) -> Iterator[str]:
    """The SDL of all that the view shows, in pieces; it passes `buildSchema`."""
    definition = print_schema_definition(view)
    if definition is not None:
        yield f"{definition}\n"
    for directive in view.directives:
        if not is_specified_directive(directive):
            yield f"\n{print_directive(directive)}\n"
    for type_ in view.walk():
        if type_.name not in GraphQLNamedType.reserved_types:
            yield f"\n{print_type(type_)}\n"
