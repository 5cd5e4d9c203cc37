"""A contract as SDL passes `buildSchema` and says the same as the view."""

from graphql import (
    build_client_schema,
    build_schema,
    execute_sync,
    get_introspection_query,
    lexicographic_sort_schema,
    parse,
    print_schema,
    validate_schema,
)

from schema.sdl import print_contract
from tests.schema.samples import closing, look


def test_it_builds_and_is_valid() -> None:
    built = build_schema("".join(print_contract(look(closing()))))
    assert validate_schema(built) == []
    assert built.query_type is not None and built.query_type.name == "query_root"
    assert "".join(print_contract(look(closing()))).strip() == print_schema(built)


def test_it_says_what_introspection_says() -> None:
    contract = closing("album.title", "note:AGGREGATE", coordinates=["Query.secret"])
    introspected = execute_sync(look(contract), parse(get_introspection_query(input_value_deprecation=True)))
    assert introspected.errors is None and introspected.data is not None
    client = build_client_schema(introspected.data)  # type: ignore[arg-type]
    printed = build_schema("".join(print_contract(look(contract))))
    assert print_schema(lexicographic_sort_schema(printed)) == print_schema(lexicographic_sort_schema(client))


def test_it_comes_in_pieces() -> None:
    pieces = list(print_contract(look(closing())))
    assert len(pieces) > 50 and max(map(len, pieces)) < 4000
