"""What a contract closes is answered, byte for byte, like what never existed."""

import json
from collections.abc import Iterable

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLNonNull,
    execute_sync,
    get_introspection_query,
    parse,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.build import build_schema
from schema.model import Action
from schema.roots import mutation_fields
from schema.sdl import print_contract
from schema.visibility import View, view
from tests.schema.samples import CONTROL, MODEL, Sets, closing, errors, look, named, reading, type_names, without

INTROSPECTION = get_introspection_query(
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
    one_of=True,
)


def sdl(seen: View) -> str:
    return "".join(print_contract(seen))


def answer(seen: View, document: str) -> str:
    result = execute_sync(seen, parse(document))
    return json.dumps(result.formatted)


# What is closed, and documents that name it in every place where a document can.
CLOSED: dict[str, tuple[list[str], list[str]]] = {
    "a table": (
        ["note"],
        [
            "{ note { line } }",
            "{ notes { line } }",
            "{ note_by_pk(album_id: 1, line: 1) { line } }",
            "{ note_aggregate { aggregate { count } } }",
            "{ album { notes { line } } }",
            "{ album(where: {notes: {line: {_eq: 1}}}) { title } }",
            "{ album(where: {notes_aggregate: {count: {predicate: {_gt: 1}}}}) { title } }",
            "{ album(order_by: {notes_aggregate: {count: asc}}) { title } }",
            "query ($w: note_bool_exp) { album { title } }",
            "query ($w: note_order_by, $x: smallint, $y: smallint_comparison_exp) { album { title } }",
            "query ($w: note_max_fields, $x: note_aggregate_order_by) { album { title } }",
            "fragment n on note { line } { album { title } }",
            "{ album { ... on note { line } } }",
        ],
    ),
    "a column": (
        ["album.title"],
        [
            "{ album { title } }",
            "{ album { titles } }",
            "{ album_aggregate { aggregate { max { title } min { titel } } } }",
            '{ album(where: {title: {_eq: "x"}}) { price } }',
            "{ album(where: {titel: {}}) { price } }",
            "{ album(order_by: {title: asc}) { price } }",
            "{ album(distinct_on: [title]) { price } }",
            "{ album(distinct_on: [titles]) { price } }",
            "{ album_aggregate { aggregate { count(columns: [title]) } } }",
            '{ artist(where: {albums: {title: {_eq: "x"}}}) { name } }',
            "{ artist(order_by: {albums_aggregate: {max: {title: asc}}}) { name } }",
        ],
    ),
    "the last column of a type": (
        ["album.sku", "note.path"],
        [
            "query ($u: uuid, $c: uuid_comparison_exp) { album { title } }",
            "query ($u: ltree, $q: lquery, $c: ltree_comparison_exp) { album { title } }",
            "{ album { sku } }",
        ],
    ),
    "the last column that can be summed": (
        ["note.line", "note.album_id"],
        ["{ note_aggregate { aggregate { sum { line } } } }", "query ($t: note_sum_fields) { me { name } }"],
    ),
    "a column of the key": (
        ["note.line"],
        ["{ note_by_pk(album_id: 1, line: 1) { text } }", "{ note_by_pk(album_id: 1) { text } }"],
    ),
    "an object relationship": (
        ["album.artist"],
        [
            "{ album { artist { name } } }",
            "{ album { artists { name } } }",
            "{ album(where: {artist: {}}) { title } }",
            "{ album(order_by: {artist: {name: asc}}) { title } }",
        ],
    ),
    "an array relationship": (
        ["artist.albums"],
        [
            "{ artist { albums { title } } }",
            "{ artist { albums_aggregate { nodes { title } } } }",
            "{ artist(where: {albums: {}}) { name } }",
            "{ artist(where: {albums_aggregate: {}}) { name } }",
            "{ artist(order_by: {albums_aggregate: {count: asc}}) { name } }",
            "query ($o: album_aggregate_order_by, $p: album_aggregate_bool_exp_count) { artist { name } }",
        ],
    ),
}


def _closing(names: Iterable[str]) -> Sets:
    names = set(names)
    ways = {f"{table}.{way}" for table, item in MODEL.entities.items() for way in item.relationships}
    return closing(*(names - ways), coordinates=names & ways)


@pytest.mark.parametrize("kind", CLOSED)
def test_closed_is_absent(kind: str) -> None:
    names, documents = CLOSED[kind]
    absent = closing(model=without(MODEL, names))
    for document in documents:
        # Views of their own, so that each document meets a view in which nothing has been reached yet.
        found = errors(look(_closing(names)), document)
        assert found and json.dumps(found) == json.dumps(errors(look(absent), document))
    assert sdl(look(_closing(names))) == sdl(look(absent))
    assert answer(look(_closing(names)), INTROSPECTION) == answer(look(absent), INTROSPECTION)


@pytest.mark.parametrize("kind", CLOSED)
def test_what_documents_name_exists_for_others(kind: str) -> None:
    """Most probes are valid where nothing is closed; otherwise the test above would compare nothing."""
    seen = look(closing())
    documents = CLOSED[kind][1]
    found = [errors(seen, document) for document in documents]
    assert any(not any("Unknown" in str(e) or "Cannot query" in str(e) for e in each) for each in found)


EVERYTHING = sorted(
    [*MODEL.entities]
    + [f"{table}.{name}" for table, item in MODEL.entities.items() for name in [*item.columns, *item.relationships]]
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.sets(st.sampled_from(EVERYTHING), max_size=12))
def test_any_set_of_closed_names_is_absent(names: set[str]) -> None:
    assert sdl(look(_closing(names))) == sdl(look(closing(model=without(MODEL, names))))


ACTIONS = sorted(
    f"{name}{action}"
    for name in EVERYTHING
    if "." not in name or name.split(".")[1] in MODEL.entities[name.split(".")[0]].columns
    for action in ("", *(f":{action}" for action in Action if action is not Action.SUBSCRIBE))
)
COORDINATES = sorted(
    [f"Query.{name}{end}" for name in MODEL.entities for end in ("", "_by_pk", "_aggregate")]
    + [f"{table}.{name}" for table, item in MODEL.entities.items() for name in item.relationships]
    + [f"Mutation.{field}" for item in MODEL.entities.values() for field in mutation_fields(item)]
    + ["Query.me", "Query.catalog", "Query.found", "Query.secret"]
)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.sets(st.sampled_from(ACTIONS), max_size=8), st.sets(st.sampled_from(COORDINATES), max_size=10))
def test_a_type_exists_when_something_open_leads_to_it(closed: set[str], coordinates: set[str]) -> None:
    contract = closing(*closed, coordinates=coordinates)
    if look(contract).query_type is None:
        return
    walked = {type_.name for type_ in look(contract).walk()}
    all_names = {type_.name for type_ in look(closing()).walk()}
    assert walked <= all_names
    for name in sorted(all_names):
        assert (look(contract).get_type(name) is not None) == (name in walked), name
    # Nothing that is shown is empty, and every type is what the walk says whoever asks first.
    seen = look(contract)
    for type_ in seen.type_map.values():
        for members in ("fields", "values"):
            assert len(getattr(type_, members, "x")) > 0, type_
    assert set(seen.type_map) == walked


def test_only_aggregates_are_open() -> None:
    seen = look(reading("album:SELECT"))
    assert errors(seen, "{ album { title } }")
    assert not errors(
        seen,
        "{ album_aggregate { aggregate { count max { title } } } artist { albums_aggregate { aggregate { count } } } }",
    )
    assert seen.query_type is not None
    assert list(seen.query_type.fields["album_aggregate"].args) == ["limit", "offset"]
    assert not {"album", "album_bool_exp", "album_order_by", "album_select_column"} & type_names(seen)
    shown = sdl(seen)
    assert "nodes: [album" not in shown and "count(distinct: Boolean): Int!" in shown


def test_only_rows_are_open() -> None:
    seen = look(closing("album:AGGREGATE"))
    assert not errors(seen, "{ album { title } artist { albums { title } } }")
    assert errors(seen, "{ artist { albums_aggregate { nodes { title } } } }")
    assert not any(name.startswith("album_aggregate") or name.startswith("album_max") for name in type_names(seen))


def test_a_function_without_an_open_column_does_not_exist() -> None:
    seen = look(closing(*(f"artist.{name}:AGGREGATE" for name in ("artist_id", "name"))))
    fields = named(seen, "artist_aggregate_fields")
    assert list(fields.fields) == ["count"]  # type: ignore[attr-defined]
    assert not {"artist_max_fields", "artist_sum_fields", "artist_max_order_by"} & type_names(seen)


def test_a_closed_root_field_leaves_the_table() -> None:
    seen = look(closing(coordinates=["Query.artist", "Query.artist_by_pk", "Query.artist_aggregate"]))
    assert [error["message"] for error in errors(seen, "{ artist { name } }")] == [
        "Cannot query field 'artist' on type 'query_root'."
    ]
    assert not errors(
        seen,
        "query ($w: artist_bool_exp) { album(where: {artist: $w}) { artist { ...a } } } fragment a on artist { name }",
    )


def test_a_closed_control_field_takes_its_types_along() -> None:
    seen = look(closing(coordinates=["Query.catalog", "Query.secret"]))
    assert not {"Entry", "Search", "Trust", "Secret"} & type_names(seen)
    assert "jsonb" in type_names(seen)
    assert [error["message"] for error in errors(seen, "{ secrets { value } catalog { coordinate } }")] == [
        "Cannot query field 'secrets' on type 'query_root'.",
        "Cannot query field 'catalog' on type 'query_root'.",
    ]


def test_introspection_looks_through_the_contract() -> None:
    seen = look(closing("album.title"))
    shown = json.loads(
        answer(seen, '{ __type(name: "album") { fields { name } } gone: __type(name: "album_x") { name } }')
    )
    names = [field["name"] for field in shown["data"]["__type"]["fields"]]
    assert "price" in names and "title" not in names and shown["data"]["gone"] is None
    closed = look(closing("note"))
    assert json.loads(answer(closed, '{ __type(name: "note") { name } }')) == {"data": {"__type": None}}


def test_control_plane_fields_execute_through_a_view() -> None:
    document = """
        query ($document: jsonb) {
          me { __typename name ... on Person { age } }
          catalog(search: {text: "album", trust: LOW}, document: $document) { coordinate trust document }
          found(number: 1) { __typename ... on Robot { model } }
          secret { value }
        }"""
    seen = look(closing())
    assert not errors(seen, document)
    result = execute_sync(seen, parse(document), variable_values={"document": {"a": [1, 1.5]}})
    assert result.errors is None
    assert result.data == {
        "me": {"__typename": "Person", "name": "ada", "age": 36},
        "catalog": [{"coordinate": "album", "trust": "LOW", "document": {"a": [1, 1.5]}}],
        "found": {"__typename": "Robot", "model": "T"},
        "secret": {"value": "Schema"},
    }


def test_a_view_keeps_only_what_was_asked_for() -> None:
    seen = look(closing())
    errors(seen, "{ artist { name } }")
    assert len(seen._reached) < 40 < len(type_names(seen))
    assert len(seen._reached) < 40


def test_what_lacks_a_required_part_does_not_exist() -> None:
    """An input without its required field, or a field without its required argument, could never be used."""
    score = look(closing("album.score:AGGREGATE"))
    predicate = named(score, "album_aggregate_bool_exp")
    assert list(predicate.fields) == ["count", "bool_and", "bool_or"]  # type: ignore[attr-defined]
    assert "album_aggregate_bool_exp_avg" not in type_names(score)

    contract = closing("artist.name")
    schema = build_schema(CONTROL, MODEL)
    assert schema.query_type is not None
    only = {
        "name": GraphQLEnumValue("name", extensions=schema.types.needs(MODEL.entities["artist"], Action.SELECT, "name"))
    }
    needed = GraphQLArgument(GraphQLNonNull(GraphQLEnumType("only", only)))
    schema.query_type.fields["artist"].args["needed"] = needed
    assert "artist" not in view(schema, contract).query_type.fields  # type: ignore[union-attr]
    assert "needed" in view(schema, closing()).query_type.fields["artist"].args  # type: ignore[union-attr]
