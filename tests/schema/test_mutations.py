"""What can be written: the shapes are Hasura v2's, and each part is there for whom it is open."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    execute_sync,
    get_introspection_query,
    is_enum_type,
    is_input_object_type,
    is_object_type,
    is_required_argument,
    parse,
    print_type,
)

from schema.build import build_schema
from schema.catalog import Catalog, Column, ForeignKey, Key, RelationKind, Table
from schema.elements import Element, element_of
from schema.inserts import constraints, nested_columns
from schema.model import Action, Model, Requires
from schema.naming import name_model
from schema.roots import mutation_fields
from schema.sdl import print_contract
from schema.visibility import View, view
from tests.schema.samples import (
    CONTROL,
    INT,
    JSONB,
    MODEL,
    NUMERIC,
    TEXT,
    TEXTS,
    WRITES,
    Sets,
    closing,
    column,
    errors,
    look,
    named,
    reading,
    type_names,
)

SELECT, INSERT, UPDATE, DELETE = Action.SELECT, Action.INSERT, Action.UPDATE, Action.DELETE

SHAPES = [
    """
input artist_insert_input {
  artist_id: Int
  name: String
  active: Boolean
  albums: album_arr_rel_insert_input
}
""",
    """
input note_insert_input {
  album_id: Int
  line: smallint
  text: String
  path: ltree
  at: time
  album: album_obj_rel_insert_input
}
""",
    """
input album_obj_rel_insert_input {
  data: album_insert_input!
  on_conflict: album_on_conflict
}
""",
    """
input album_arr_rel_insert_input {
  data: [album_insert_input!]!
  on_conflict: album_on_conflict
}
""",
    """
input album_on_conflict {
  constraint: album_constraint!
  update_columns: [album_update_column!]! = []
  where: album_bool_exp
}
""",
    """
enum artist_update_column {
  artist_id
  name
  active
}
""",
    """
input artist_set_input {
  artist_id: Int
  name: String
  active: Boolean
}
""",
    """
input album_inc_input {
  album_id: Int
  artist_id: Int
  price: numeric
  score: float8
}
""",
    """
input album_append_input {
  info: jsonb
}
""",
    """
input album_prepend_input {
  info: jsonb
}
""",
    """
input album_delete_key_input {
  info: String
}
""",
    """
input album_delete_elem_input {
  info: Int
}
""",
    """
input album_delete_at_path_input {
  info: [String!]
}
""",
    """
input note_pk_columns_input {
  album_id: Int!
  line: smallint!
}
""",
    """
input artist_updates {
  _inc: artist_inc_input
  _set: artist_set_input
  where: artist_bool_exp!
}
""",
    """
input album_updates {
  _append: album_append_input
  _delete_at_path: album_delete_at_path_input
  _delete_elem: album_delete_elem_input
  _delete_key: album_delete_key_input
  _inc: album_inc_input
  _prepend: album_prepend_input
  _set: album_set_input
  where: album_bool_exp!
}
""",
    """
type album_mutation_response {
  affected_rows: Int!
  returning: [album!]!
}
""",
]

_CHANGES = (
    "_append: album_append_input, _delete_at_path: album_delete_at_path_input, _delete_elem: album_delete_elem_input, "
    "_delete_key: album_delete_key_input, _inc: album_inc_input, _prepend: album_prepend_input, _set: album_set_input"
)
ROOTS = {
    "insert_album": "(objects: [album_insert_input!]!, on_conflict: album_on_conflict): album_mutation_response",
    "insert_album_one": "(object: album_insert_input!, on_conflict: album_on_conflict): album",
    "update_album": f"({_CHANGES}, where: album_bool_exp!): album_mutation_response",
    "update_album_by_pk": f"({_CHANGES}, pk_columns: album_pk_columns_input!): album",
    "update_album_many": "(updates: [album_updates!]!): [album_mutation_response]",
    "delete_album": "(where: album_bool_exp!): album_mutation_response",
    "delete_album_by_pk": "(album_id: Int!): album",
}


def _bare(text: str) -> str:
    lines = (line.rstrip() for line in text.splitlines() if '"""' not in line and line.strip())
    return "\n".join(lines)


def root(seen: View) -> GraphQLObjectType:
    assert seen.mutation_type is not None
    return seen.mutation_type


def of(seen: View, table: str) -> list[str]:
    """The fields of the mutation root that belong to the table."""
    names = seen.mutation_type.fields if seen.mutation_type is not None else ()
    return [name for name in names if name in mutation_fields(MODEL.entities[table])]


@pytest.mark.parametrize("shape", SHAPES, ids=[shape.split()[1] for shape in SHAPES])
def test_shapes(shape: str) -> None:
    assert _bare(print_type(named(look(closing()), shape.split()[1]))) == _bare(shape)


@pytest.mark.parametrize("name", ROOTS)
def test_root_fields(name: str) -> None:
    field = root(look(closing())).fields[name]
    arguments = ", ".join(f"{key}: {argument.type}" for key, argument in field.args.items())
    assert f"({arguments}): {field.type}" == ROOTS[name]
    assert field.resolve is None and field.description


def test_the_mutation_root() -> None:
    seen = look(closing())
    fields = root(seen).fields
    assert root(seen).name == "mutation_root" and seen.get_type("mutation_root") is seen.mutation_type
    assert list(fields) == ["query", *(field for item in MODEL.entities.values() for field in mutation_fields(item))]
    assert str(fields["query"].type) == "query_root!" and fields["query"].description
    assert seen.get_type("Mutation") is None


def test_constraints_say_their_columns() -> None:
    type_ = named(look(closing()), "note_constraint")
    assert is_enum_type(type_)
    value = type_.values["note_pkey"]
    assert value.description == 'unique or primary key constraint on columns "album_id", "line"'


# Tables of other kinds


def table(name: str, *columns: Column, kind: RelationKind = RelationKind.TABLE, **others: object) -> Table:
    return Table("public", name, kind, columns, **others)  # type: ignore[arg-type]


ID = Key("thing_pkey", ("id",))
COUNTED = replace(column("id", INT, False), identity="a")
SUM = replace(column("total", INT), generated=True)


def model(*tables: Table) -> Model:
    return name_model(Catalog(tables))


def offered(*tables: Table) -> View:
    return look(closing(model=model(*tables)))


@pytest.mark.parametrize("kind", [RelationKind.VIEW, RelationKind.MATERIALIZED_VIEW, RelationKind.FOREIGN_TABLE])
def test_what_is_no_table_is_only_read(kind: RelationKind) -> None:
    seen = offered(table("thing", column("id", INT, False), kind=kind, primary_key=ID))
    assert seen.mutation_type is None and seen.get_type("mutation_root") is None
    assert not any(name.startswith("thing_insert") or name.startswith("thing_set") for name in type_names(seen))


def test_a_partitioned_table_is_written() -> None:
    seen = offered(
        table("thing", column("id", INT, False), kind=RelationKind.PARTITIONED_TABLE, primary_key=ID),
    )
    assert "insert_thing" in root(seen).fields


def test_without_a_key_nothing_is_done_by_key() -> None:
    seen = offered(table("thing", column("name", TEXT)))
    names = ["query", "insert_thing", "insert_thing_one", "update_thing", "update_thing_many", "delete_thing"]
    assert list(root(seen).fields) == names
    assert list(root(seen).fields["insert_thing"].args) == ["objects"]
    assert not {"thing_on_conflict", "thing_constraint", "thing_pk_columns_input"} & type_names(seen)


def test_what_postgres_fills_is_not_written() -> None:
    seen = offered(table("thing", COUNTED, SUM, column("name", TEXT), primary_key=ID))
    for suffix in ("insert_input", "set_input"):
        type_ = named(seen, f"thing_{suffix}")
        assert is_input_object_type(type_) and list(type_.fields) == ["name"]
    columns = named(seen, "thing_update_column")
    assert is_enum_type(columns) and list(columns.values) == ["name"]
    assert "thing_inc_input" not in type_names(seen)
    key = named(seen, "thing_pk_columns_input")
    assert is_input_object_type(key) and list(key.fields) == ["id"]
    assert list(root(offered(table("thing", COUNTED, primary_key=ID))).fields) == [
        "query",
        "delete_thing",
        "delete_thing_by_pk",
    ]


def test_numbers_only_are_counted_up_and_jsonb_only_is_appended_to() -> None:
    seen = offered(table("thing", column("tags", TEXTS), column("name", TEXT)))
    made = type_names(seen)
    assert "thing_set_input" in made
    assert not any(f"thing_{kind}_input" in made for kind in ("inc", "append", "prepend", "delete_key"))
    seen = offered(table("thing", column("price", NUMERIC), column("info", JSONB)))
    assert {f"thing_{kind}_input" for kind in ("inc", "append", "prepend", "delete_key")} <= type_names(seen)


def test_constraints_that_are_no_graphql_names() -> None:
    keys = (Key("a key", ("id",)), Key("a_key", ("name",)), Key("true", ("id", "name")))
    made = model(table("thing", column("id", INT, False), column("name", TEXT), unique_keys=keys, primary_key=ID))
    found = constraints(made.entities["thing"])
    assert {name: key.name for name, key in found.items()} == {
        "thing_pkey": "thing_pkey",
        "a_key": "a_key",
        "a_key_": "a key",
        "true_": "true",
    }


# Nested inserts

OWNER = table("owner", column("id", INT, False), column("name", TEXT), primary_key=ID)


def _belongs(name: str, *keys: Key, **others: object) -> Table:
    reference = ForeignKey(f"{name}_owner_fkey", ("owner_id",), "public", "owner", ("id",))
    columns = (column("id", INT, False), column("owner_id", INT, False))
    return table(name, *columns, primary_key=ID, unique_keys=keys, foreign_keys=(reference,), **others)


def test_which_side_of_a_relationship_is_set() -> None:
    made = model(OWNER, _belongs("pet"), _belongs("passport", Key("passport_owner_key", ("owner_id",))))
    owner, pet, passport = (made.entities[name] for name in ("owner", "pet", "passport"))
    assert nested_columns(made, pet, pet.relationships["owner"]) == (pet, ("owner_id",))
    assert nested_columns(made, owner, owner.relationships["pets"]) == (pet, ("owner_id",))
    assert nested_columns(made, owner, owner.relationships["passport"]) == (passport, ("owner_id",))
    assert nested_columns(made, passport, passport.relationships["owner"]) == (passport, ("owner_id",))


def test_a_nested_insert_needs_the_columns_that_it_sets() -> None:
    made = model(OWNER, _belongs("pet"))

    def fields(*closed: str, coordinates: Iterable[str] = ()) -> tuple[bool, bool]:
        seen = look(closing(*closed, coordinates=coordinates, model=made))
        owner, pet = seen.get_type("owner_insert_input"), seen.get_type("pet_insert_input")
        return (
            isinstance(owner, GraphQLInputObjectType) and "pets" in owner.fields,
            isinstance(pet, GraphQLInputObjectType) and "owner" in pet.fields,
        )

    assert fields() == (True, True)
    assert fields("pet.owner_id:INSERT") == (False, False)
    assert fields("pet.owner_id:SELECT", "pet.owner_id:UPDATE") == (True, True)
    assert fields("owner:INSERT") == (False, False)
    assert fields("pet:INSERT") == (False, False)
    assert fields(coordinates=["owner.pets"]) == (False, True)
    assert fields(coordinates=["pet.owner"]) == (True, False)
    assert fields("owner:SELECT", "pet:SELECT") == (True, True)


def test_a_nested_insert_leads_only_to_tables_that_are_written() -> None:
    made = model(OWNER, _belongs("pet", kind=RelationKind.VIEW))
    seen = look(closing(model=made))
    owner = named(seen, "owner_insert_input")
    assert is_input_object_type(owner) and list(owner.fields) == ["id", "name"]
    generated = replace(column("owner_id", INT, False), generated=True)
    pet = replace(_belongs("pet"), columns=(column("id", INT, False), generated))
    owner = named(look(closing(model=model(OWNER, pet))), "owner_insert_input")
    assert is_input_object_type(owner) and list(owner.fields) == ["id", "name"]


# What is open to whom


def test_who_only_reads_has_no_mutations() -> None:
    seen = look(reading())
    assert seen.mutation_type is None and seen.get_type("mutation_root") is None
    assert not any("_input" in name or "_mutation_response" in name for name in type_names(seen))
    assert "mutation_root" not in "".join(print_contract(look(reading())))
    assert [error["message"] for error in errors(seen, "mutation { query { me { name } } }")] == [
        "The mutation operation is not supported by the schema."
    ]
    result = execute_sync(look(reading()), parse(get_introspection_query()))
    assert result.data is not None and result.data["__schema"]["mutationType"] is None


def test_each_action_has_its_fields() -> None:
    assert of(look(closing("album:INSERT")), "album") == [name for name in ROOTS if "insert" not in name]
    assert of(look(closing("album:UPDATE")), "album") == [name for name in ROOTS if "update" not in name]
    assert of(look(closing("album:DELETE")), "album") == [name for name in ROOTS if "delete" not in name]


def test_without_the_right_to_read_rows_are_counted() -> None:
    seen = look(closing("album:SELECT", "album:AGGREGATE"))
    assert of(seen, "album") == ["insert_album", "update_album", "update_album_many", "delete_album"]
    assert not errors(seen, "mutation { delete_album(where: {_not: {_or: []}}) { affected_rows } }")
    condition, response = named(seen, "album_bool_exp"), named(seen, "album_mutation_response")
    assert is_input_object_type(condition) and list(condition.fields) == ["_and", "_not", "_or"]
    assert is_object_type(response) and list(response.fields) == ["affected_rows"]
    made = type_names(seen)
    assert "album_set_input" in made
    # All of these would tell of what is there.
    assert not {"album_inc_input", "album_append_input", "album_on_conflict", "album_pk_columns_input"} & made
    assert seen.query_type is not None and not {"album", "album_aggregate"} & set(seen.query_type.fields)
    other = look(closing("album:SELECT"))
    assert other.query_type is not None
    assert list(other.query_type.fields["album_aggregate"].args) == ["limit", "offset"]


def test_a_column_is_written_where_it_is_open() -> None:
    seen = look(closing("album.title:INSERT", "album.price:UPDATE", "album.score:SELECT", "album.info:SELECT"))
    for name, closed in (
        ("album_insert_input", "title"),
        ("album_set_input", "price"),
        ("album_inc_input", "score"),
        ("album_bool_exp", "score"),
    ):
        type_ = named(seen, name)
        assert is_input_object_type(type_) and closed not in type_.fields and len(type_.fields) > 1
    columns = named(seen, "album_update_column")
    assert is_enum_type(columns) and "price" not in columns.values and "title" in columns.values
    assert not {"album_append_input", "album_delete_key_input"} & type_names(seen)


def test_a_key_that_is_not_read_is_no_target() -> None:
    seen = look(closing("note.line:SELECT"))
    assert of(seen, "note") == [name.replace("album", "note") for name in ROOTS if not name.endswith("_by_pk")]
    assert not {"note_constraint", "note_on_conflict", "note_pk_columns_input"} & type_names(seen)
    assert list(root(seen).fields["insert_note"].args) == ["objects"]


def test_a_conflict_without_the_right_to_update_does_nothing() -> None:
    seen = look(closing("note:UPDATE"))
    type_ = named(seen, "note_on_conflict")
    assert is_input_object_type(type_) and list(type_.fields) == ["constraint"]
    assert "note_update_column" not in type_names(seen)
    inserts = "mutation { insert_note(objects: [{}], on_conflict: {constraint: note_pkey}) { affected_rows } }"
    assert not errors(seen, inserts)
    assert "insert_note" not in root(look(closing("note:INSERT"))).fields
    assert not {"note_on_conflict", "note_constraint"} & type_names(look(closing("note:INSERT")))


def test_a_closed_root_field_leaves_the_others() -> None:
    seen = look(closing(coordinates=["Mutation.insert_album", "Mutation.delete_album_by_pk"]))
    assert of(seen, "album") == [name for name in ROOTS if name not in ("insert_album", "delete_album_by_pk")]
    assert not errors(seen, "mutation ($o: album_insert_input!) { insert_album_one(object: $o) { title } }")


def test_what_only_mutations_lead_to_is_found_by_name() -> None:
    others = {name for name in MODEL.entities if name != "note"}
    closed = [f"{name}:{action}" for name in others for action in WRITES]
    roots = ["Query.note", "Query.note_by_pk", "Query.note_aggregate", "album.notes"]
    seen = look(closing(*closed, coordinates=roots))
    for name in ("note", "note_insert_input", "note_set_input", "note_constraint", "smallint", "time"):
        assert look(seen.contract).get_type(name) is not None, name  # type: ignore[arg-type]
    document = "mutation ($o: [note_insert_input!]!, $l: smallint!) { insert_note(objects: $o) { affected_rows } "
    assert not errors(seen, document + "delete_note_by_pk(album_id: 1, line: $l) { at } }")


def test_suggestions_look_through_the_contract() -> None:
    document = "mutation { insert_albun(objects: []) { affected_rows } }"
    assert "Did you mean 'insert_album'" in str(errors(look(closing()), document)[0]["message"])
    messages = [str(error["message"]) for error in errors(look(closing("album:INSERT")), document)]
    assert not any("insert_album'" in message for message in messages)


@dataclass(frozen=True)
class Raw(Sets):
    """Columns that are open, but not as they are: `album.title:SELECT`."""

    altered: frozenset[str] = frozenset()

    def allows(self, requirement: Requires) -> bool:
        column = f"{requirement.entity}.{requirement.column}:{requirement.action}"
        if requirement.raw and column in self.altered:
            return False
        return super().allows(requirement)

    def may_null(self, guarded: Requires) -> bool:
        if guarded.column is None:
            return f"{guarded.entity}:rows" in self.altered
        return f"{guarded.entity}.{guarded.column}:{guarded.action}" in self.altered


def altering(*names: str) -> Raw:
    return Raw(altered=frozenset(names))


def test_a_masked_column_is_only_shown() -> None:
    seen = look(altering("album.price:SELECT", "album.price:AGGREGATE"))
    assert not errors(seen, "{ album { price } }")
    for document in (
        "{ album(where: {price: {_gt: 1}}) { title } }",
        "{ album(order_by: {price: asc}) { title } }",
        "{ album(distinct_on: [price]) { title } }",
        "{ album_aggregate { aggregate { max { price } } } }",
        "{ album_aggregate { aggregate { count(columns: [price]) } } }",
        "{ artist(order_by: {albums_aggregate: {max: {price: asc}}}) { name } }",
        "{ artist(where: {albums: {price: {_gt: 1}}}) { name } }",
        "mutation { update_album(where: {}, _inc: {price: 1}) { affected_rows } }",
        "mutation { delete_album(where: {price: {_gt: 1}}) { affected_rows } }",
    ):
        assert len(errors(seen, document)) == 1, document
    assert not errors(seen, "mutation { update_album(where: {}, _set: {price: 1}) { affected_rows } }")


def test_a_masked_key_names_no_row() -> None:
    seen = look(altering("artist.artist_id:SELECT"))
    assert seen.query_type is not None and "artist_by_pk" not in seen.query_type.fields
    assert "update_artist_by_pk" not in root(seen).fields and "delete_artist_by_pk" not in root(seen).fields
    assert not {"artist_pk_columns_input", "artist_constraint", "artist_on_conflict"} & type_names(seen)


def test_a_preset_column_leaves_the_input() -> None:
    seen = look(altering("album.title:INSERT", "album.price:UPDATE", "album.artist_id:INSERT"))
    inserted, changed = named(seen, "album_insert_input"), named(seen, "album_set_input")
    assert is_input_object_type(inserted) and is_input_object_type(changed)
    assert "title" not in inserted.fields and "title" in changed.fields
    assert "price" in inserted.fields and "price" not in changed.fields
    # A nested insert would set what is preset.
    artist = named(seen, "artist_insert_input")
    assert "artist" not in inserted.fields and is_input_object_type(artist) and "albums" not in artist.fields


def test_where_all_columns_are_preset_there_is_no_field() -> None:
    columns = [f"note.{name}" for name in MODEL.entities["note"].columns]
    seen = look(altering(*(f"{name}:INSERT" for name in columns)))
    assert not [name for name in of(seen, "note") if name.startswith("insert")]
    seen = look(altering(*(f"{name}:UPDATE" for name in columns)))
    assert not [name for name in of(seen, "note") if name.startswith("update")]


def test_what_can_be_hidden_is_nullable() -> None:
    seen = look(altering("album.title:SELECT", "artist:rows"))
    album = named(seen, "album")
    assert is_object_type(album)
    shown = {name: str(field.type) for name, field in album.fields.items()}
    assert (shown["title"], shown["album_id"], shown["artist"]) == ("String", "Int!", "artist")
    assert str(named(look(closing()), "album").fields["title"].type) == "String!"  # type: ignore[attr-defined]
    assert str(named(look(closing()), "album").fields["artist"].type) == "artist!"  # type: ignore[attr-defined]


_KEY = [("note", SELECT, "album_id", True), ("note", SELECT, "line", True)]


@pytest.mark.parametrize(
    ("type_name", "member", "requires", "coordinate"),
    [
        ("note_insert_input", "text", [("note", INSERT, "text", True)], None),
        ("note_insert_input", "album", [("note", INSERT, "album_id", True)], "note.album"),
        ("album_insert_input", "notes", [("note", INSERT, "album_id", True)], "album.notes"),
        ("note_set_input", "text", [("note", UPDATE, "text", True)], None),
        ("note_inc_input", "line", [("note", UPDATE, "line", True), ("note", SELECT, "line", True)], None),
        ("album_append_input", "info", [("album", UPDATE, "info", True), ("album", SELECT, "info", True)], None),
        ("note_constraint", "note_pkey", [("note", INSERT), *_KEY], None),
        ("note_update_column", "text", [("note", UPDATE, "text", True)], None),
        ("note_on_conflict", "where", [("note", SELECT), ("note", UPDATE)], None),
        ("note_pk_columns_input", "line", [("note", SELECT, "line", True)], None),
        ("note_mutation_response", "returning", [("note", SELECT)], None),
        ("mutation_root", "insert_note", [("note", INSERT)], "Mutation.insert_note"),
        ("mutation_root", "insert_note_one", [("note", INSERT)], "Mutation.insert_note_one"),
        ("mutation_root", "delete_note", [("note", DELETE)], "Mutation.delete_note"),
        ("mutation_root", "delete_note_by_pk", [("note", DELETE), *_KEY], "Mutation.delete_note_by_pk"),
    ],
)
def test_what_must_be_open(
    type_name: str, member: str, requires: list[tuple[str, Action]], coordinate: str | None
) -> None:
    type_ = named(look(closing()), type_name)
    if isinstance(type_, GraphQLEnumType):
        found = element_of(type_.values[member].extensions)
    else:
        assert isinstance(type_, GraphQLObjectType | GraphQLInputObjectType)
        found = element_of(type_.fields[member].extensions)
    assert found == Element(tuple(Requires(*item) for item in requires), coordinate)


def test_no_new_value_is_required() -> None:
    """Postgres knows defaults and triggers, so every input of values can be left out."""
    seen = look(closing())
    for type_ in seen.walk():
        if is_input_object_type(type_) and type_.name.endswith(("_insert_input", "_set_input", "_inc_input")):
            required = [name for name, field in type_.fields.items() if str(field.type).endswith("!")]
            assert required in ([], ["data"]), type_.name
    fields = root(look(closing())).fields
    needed = {name: [key for key, it in fields[name].args.items() if is_required_argument(it)] for name in ROOTS}
    assert list(needed.values()) == [
        ["objects"],
        ["object"],
        ["where"],
        ["pk_columns"],
        ["updates"],
        ["where"],
        ["album_id"],
    ]


def test_the_types_come_and_go_with_the_walk() -> None:
    schema = build_schema(CONTROL, MODEL)
    seen = view(schema, closing())
    assert len(list(seen.walk())) > 100
    assert len(seen._reached) < 40
