"""What callers see of one schema, and names that one of them does not: closed ones, and ones that never were."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_client_schema,
    get_introspection_query,
    get_named_type,
    parse,
    validate,
)

from tests.caller import Caller

_LETTERS = "qxzjkvwybdfghmnp"
_TYPE_PLACES = (
    ("type condition", "{ ... on NAME { __typename } }"),
    ("variable type", "query($v: NAME) { __typename }"),
    ("fragment", "{ ...f } fragment f on NAME { __typename }"),
    ("variable list", "query($v: [NAME!]!) { __typename }"),
)
_FIELD_PLACES = (
    ("field", "{ NAME }"),
    ("relationship", "{ NAME { __typename } }"),
    ("aliased field", "{ a: NAME(limit: 1) }"),
)
_EVERY = 6
"""Of the types that are closed, beside those of tables, one of so many is tried: all of them would take a minute."""


@dataclass(frozen=True)
class Probe:
    """A document that has NAME in one place, and a closed name that stands there for others."""

    kind: str
    name: str
    template: str

    def document(self, name: str) -> str:
        return self.template.replace("NAME", name)


class Sight:
    """A schema by its introspection."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.introspection = caller.ask(get_introspection_query(input_value_deprecation=True))
        self.schema: GraphQLSchema = build_client_schema(self.introspection.data)
        self._said: dict[str, list[str]] = {}

    @cached_property
    def names(self) -> set[str]:
        """Every name that the schema says."""
        found: set[str] = set()
        for type_ in self.schema.type_map.values():
            found |= {type_.name} | members(type_)
            if isinstance(type_, GraphQLObjectType):
                found.update(itertools.chain.from_iterable(field.args for field in type_.fields.values()))
        return found

    def messages(self, document: str) -> list[str]:
        """What graphql-core says about a document in a schema that has no more than this one."""
        if document not in self._said:
            errors = validate(self.schema, parse(document), max_errors=20)
            self._said[document] = [error.message for error in errors]
        return self._said[document]

    def never(self, probe: Probe, taken: set[str]) -> str | None:
        """A name as long as the closed one, which never existed, and to which the same names are near, if one is."""
        said = [without(probe.name, message) for message in self.messages(probe.document(probe.name))]
        for candidate in filter(lambda name: name not in taken, neighbours(probe.name)):
            if said == [without(candidate, message) for message in self.messages(probe.document(candidate))]:
                return candidate
        return None

    def argument_of(self, type_name: str) -> tuple[str, str, str] | None:
        """A root field, its argument that takes a type, and how that argument's type is written."""
        assert self.schema.query_type is not None
        for name, field in self.schema.query_type.fields.items():
            for argument, value in field.args.items():
                if get_named_type(value.type).name == type_name:
                    return name, argument, str(value.type)
        return None


def without(name: str, text: str) -> str:
    """A text in which a name, as a whole word, is left open."""
    return re.sub(rf"\b{name}\b", "…", text)


def type_probes(everything: Sight, own: Sight) -> Iterator[Probe]:
    """Types that are closed, where they would stand if they were open."""
    closed = [name for name in everything.schema.type_map if name not in own.schema.type_map]
    tables = [name for name in closed if f"{name}_bool_exp" in everything.schema.type_map]
    others = sorted(set(closed) - set(tables))[::_EVERY]
    for name, (kind, template) in zip([*tables, *others], itertools.cycle(_TYPE_PLACES), strict=False):
        yield Probe(kind, name, template)


def member_probes(everything: Sight, own: Sight) -> Iterator[Probe]:
    """Fields, input fields, values and arguments that are closed, of types that are not."""
    places = itertools.cycle(_FIELD_PLACES)
    for type_name, seen in own.schema.type_map.items():
        type_ = everything.schema.type_map[type_name]
        for name in sorted(members(type_) - members(seen)):
            match type_:
                case GraphQLObjectType():
                    kind, selection = next(places)
                    yield Probe(kind, name, f"{{ ...f }} fragment f on {type_name} {selection}")
                case GraphQLInputObjectType():
                    yield Probe("input field", name, f"query($v: {type_name} = {{ NAME: {{}} }}) {{ __typename }}")
                case GraphQLEnumType():
                    yield Probe("enum value", name, f"query($v: {type_name} = NAME) {{ __typename }}")
        if isinstance(type_, GraphQLObjectType) and isinstance(seen, GraphQLObjectType):
            for field, open_field in seen.fields.items():
                for name in sorted(type_.fields[field].args.keys() - open_field.args.keys()):
                    yield Probe("argument", name, f"{{ ...f }} fragment f on {type_name} {{ {field}(NAME: 1) }}")


def members(type_: GraphQLNamedType) -> set[str]:
    """The names of what a type has: fields, input fields or values."""
    match type_:
        case GraphQLObjectType() | GraphQLInputObjectType():
            return set(type_.fields)
        case GraphQLEnumType():
            return set(type_.values)
        case _:
            return set()


def neighbours(name: str) -> Iterator[str]:
    """Other names of the same length, nearest first."""
    places = [place for place, letter in enumerate(name) if letter != "_"]
    for count in (1, 2, 3, len(places)):
        for chosen in itertools.islice(itertools.combinations(places, count), 40):
            for start in range(0, len(_LETTERS), 3):
                changed = list(name)
                letters = itertools.cycle(_LETTERS[start:] + _LETTERS[:start])
                for place, letter in zip(chosen, letters, strict=False):
                    changed[place] = letter
                yield "".join(changed)
