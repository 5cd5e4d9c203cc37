"""The control plane's schema as an agent reads it."""

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLScalarType,
    introspection_types,
    specified_scalar_types,
    validate_schema,
)

from resolvers.selfinfo.schema import control_schema
from schema.scalars import ExactFloat

SCHEMA = control_schema()._schema


def test_it_is_valid() -> None:
    assert validate_schema(SCHEMA) == []


def test_everything_is_described() -> None:
    for name, type_ in SCHEMA.type_map.items():
        if name in introspection_types or name in specified_scalar_types:
            continue
        assert type_.description, name
        if isinstance(type_, GraphQLObjectType | GraphQLInputObjectType):
            for field_name, field in type_.fields.items():
                assert field.description, f"{name}.{field_name}"
                for argument_name, argument in getattr(field, "args", {}).items():
                    assert argument.description, f"{name}.{field_name}({argument_name}:)"


def test_names_are_written_as_they_should_be() -> None:
    for name, type_ in SCHEMA.type_map.items():
        if name in introspection_types or name.endswith("_root") or isinstance(type_, GraphQLScalarType):
            continue
        assert name[0].isupper() and "_" not in name
        if isinstance(type_, GraphQLObjectType):
            assert all(field == field.lower() for field in type_.fields)
        if isinstance(type_, GraphQLEnumType):
            assert type_.values


def test_json_keeps_its_digits() -> None:
    jsonb = SCHEMA.type_map["jsonb"]
    assert isinstance(jsonb, GraphQLScalarType)
    value = ExactFloat("0.10")
    assert jsonb.coerce_input_value({"a": value}) == {"a": value}
