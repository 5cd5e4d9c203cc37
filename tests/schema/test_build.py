"""One schema of both halves, made on demand."""

import time
from dataclasses import replace
from pathlib import Path

import asyncpg
import graphql
import pytest
import strawberry
from graphql import execute_sync, is_scalar_type, parse, validate
from strawberry.schema.config import StrawberryConfig

from narthex.errors import ProjectError
from schema import reserved
from schema.build import build_schema, control_names
from schema.catalog import PgType, TypeKind
from schema.model import Entity, Model, Relationship, RelationshipKind
from schema.naming import name_model
from schema.reflect import reflect
from schema.scalars import ExactFloat
from schema.sdl import print_contract
from schema.visibility import view
from tests.conftest import DatabaseMaker
from tests.schema.samples import CONTROL, INT, MODEL, TEXT, UUID, Sets, closing, column, entity, look, named


def chain(length: int) -> Model:
    """Tables that are linked by foreign keys into one line."""
    names = [f"link_{number:04}" for number in range(length)]
    entities: dict[str, Entity] = {}
    for number, name in enumerate(names):
        ways = []
        if number + 1 < length:
            ways.append(Relationship("next", RelationshipKind.OBJECT, name, names[number + 1], (("next_id", "id"),)))
        if number:
            ways.append(Relationship("before", RelationshipKind.ARRAY, name, names[number - 1], (("id", "next_id"),)))
        columns = [column("id", INT, False), column("next_id", INT), *(column(f"c{n}", TEXT) for n in range(8))]
        entities[name] = entity(name, columns, ("id",), *ways)
    return Model(entities)


def test_control_plane_fields_come_first() -> None:
    schema = build_schema(CONTROL, MODEL)
    assert schema.query_type is not None and schema.query_type.name == "query_root"
    names = list(schema.query_type.fields)
    assert names[:5] == ["me", "catalog", "found", "secret", "artist"]
    assert schema.query_type.description == "What the gateway says about itself, and the data."
    assert schema.get_type("Query") is None


def test_a_thousand_tables_in_a_chain() -> None:
    model = chain(1000)
    started = time.process_time()
    schema = build_schema(CONTROL, model)
    built = time.process_time() - started
    contract = Sets(model=model)
    seen = view(schema, contract)
    started = time.process_time()
    document = parse("query ($w: link_0500_bool_exp) { link_0500(where: $w) { c1 next { before { id } } } }")
    assert validate(seen, document) == []
    first = time.process_time() - started
    # Generous: other work shares the machine. Alone it is 0.005 and 0.004.
    assert built < 0.3 and first < 0.3
    assert sum(1 for _ in seen.walk()) > 20_000


def test_a_scalar_of_both_halves_is_one_type() -> None:
    schema = build_schema(CONTROL, MODEL)
    control = CONTROL._schema.type_map["jsonb"]
    assert schema.get_type("jsonb") is control is named(look(closing()), "jsonb")
    seen = look(closing())
    document = parse("{ catalog(document: {n: 1.10}) { document } }")
    result = execute_sync(seen, document)
    assert result.data is not None
    number = result.data["catalog"][0]["document"]["n"]
    assert isinstance(number, ExactFloat) and number.text == "1.10"


def test_scalars_of_the_databases_own_types_give_way() -> None:
    enums = [PgType(schema, "mood", TypeKind.ENUM, labels=(schema,)) for schema in ("public", "shop")]
    clashing = PgType("public", "person", TypeKind.ENUM, labels=("x",))
    columns = [column("a", enums[0]), column("b", enums[1]), column("c", clashing), column("d", enums[1])]
    seen = look(closing(model=Model({"person": entity("person", columns)})))
    person = named(seen, "person")
    assert {name: str(field.type) for name, field in person.fields.items()} == {  # type: ignore[attr-defined]
        "a": "mood",
        "b": "shop_mood",
        "c": "public_person",
        "d": "shop_mood",
    }
    assert is_scalar_type(named(seen, "shop_mood")) and "shop" in str(named(seen, "shop_mood").description)


def test_a_table_cannot_take_a_control_plane_name() -> None:
    assert {"me", "Person", "Found", "Trust", "jsonb"} <= control_names(CONTROL)
    taken = Model({"Person": entity("Person", [column("id", INT)])})
    with pytest.raises(ProjectError, match="'Person'"):
        build_schema(CONTROL, taken)


def test_a_table_without_key_has_no_by_pk() -> None:
    model = Model({"log": entity("log", [column("at", UUID)])})
    seen = look(closing(model=model))
    assert seen.query_type is not None
    assert [name for name in seen.query_type.fields if name.startswith("log")] == ["log", "log_aggregate"]


def test_a_table_without_columns_is_not_served() -> None:
    model = Model({"log": entity("log", [column("at", UUID)]), "nothing": entity("nothing", [])})
    seen = look(closing(model=model))
    assert seen.get_type("nothing") is None and named(seen, "log")


def test_an_empty_database_still_has_its_control_plane() -> None:
    seen = look(closing(model=Model({})))
    assert validate(seen, parse("{ me { name } }")) == []


def test_resolvers_run_without_a_resolver_for_data() -> None:
    @strawberry.type
    class Query:
        @strawberry.field
        async def ping(self) -> str:
            return "pong"

    control = strawberry.Schema(Query, config=StrawberryConfig(auto_camel_case=False))
    schema = build_schema(control, replace(MODEL))
    assert schema.query_type is not None
    assert schema.query_type.fields["ping"].resolve is not None
    assert schema.query_type.fields["album"].resolve is None


async def test_every_feature_of_a_real_database_makes_a_valid_schema(database_from: DatabaseMaker) -> None:
    data = Path(__file__).parent.parent / "data"
    url = await database_from(
        *(data / name for name in ("features.sql", "features_seed.sql", "features_extensions.sql"))
    )
    connection = await asyncpg.connect(url)
    try:
        catalog = await reflect(connection, ["public", "shop"])
    finally:
        await connection.close()
    model = name_model(catalog, reserved=reserved.DEFAULT | control_names(CONTROL))
    seen = look(closing(model=model))
    text = "".join(print_contract(seen))
    built = graphql.build_schema(text)
    assert graphql.validate_schema(built) == []
    # Nothing that the database has is lost, but tables without columns.
    served = {name for name, item in model.entities.items() if item.columns}
    assert served <= set(built.type_map) and len(served) > 30
    for name in served:
        assert list(built.type_map[name].fields)[: len(model.entities[name].columns)] == list(
            model.entities[name].columns
        )  # type: ignore[attr-defined]
