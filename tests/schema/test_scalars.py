"""What each scalar takes, and that no digit is lost on the way to Postgres."""

import json
import pickle

import pytest
from graphql import GraphQLError, GraphQLScalarType, Undefined, coerce_input_literal, parse_value

from schema.catalog import PgType, TypeKind
from schema.scalars import (
    ExactFloat,
    is_comparable,
    is_numeric,
    is_text,
    json_text,
    leaf_of,
    make_scalar,
    scalar_name,
)


def builtin(name: str) -> PgType:
    return PgType("pg_catalog", name)


def scalar(name: str) -> GraphQLScalarType:
    return make_scalar(name, builtin(name))


@pytest.mark.parametrize(
    ("type_name", "expected"),
    [
        ("int4", "Int"),
        ("float4", "Float"),
        ("bool", "Boolean"),
        ("text", "String"),
        ("varchar", "String"),
        ("int2", "smallint"),
        ("int8", "bigint"),
        ("float8", "float8"),
        ("char", "bpchar"),
        ("bpchar", "bpchar"),
        ("name", "name"),
        ("timestamptz", "timestamptz"),
        ("numeric", "numeric"),
        ("int4range", "int4range"),
    ],
)
def test_names_are_hasuras(type_name: str, expected: str) -> None:
    assert scalar_name(builtin(type_name)) == expected


def test_names_of_the_databases_own_types() -> None:
    assert scalar_name(PgType("public", "mood", TypeKind.ENUM)) == "mood"
    assert scalar_name(PgType("public", "address", TypeKind.COMPOSITE)) == "address_scalar"
    assert scalar_name(PgType("public", "int4", TypeKind.ENUM)) == "int4"
    assert scalar_name(PgType("public", "my type", TypeKind.ENUM)) == "my_type"


def test_the_leaf_is_below_domains_and_arrays() -> None:
    words = PgType("public", "words", TypeKind.DOMAIN, base=PgType("pg_catalog", "_text", element=builtin("text")))
    emails = PgType("public", "_email", element=PgType("public", "email", TypeKind.DOMAIN, base=builtin("text")))
    assert leaf_of(words) == leaf_of(emails) == builtin("text")


def test_aggregates_take_what_hasura_says() -> None:
    assert is_numeric(builtin("money")) and not is_numeric(builtin("interval"))
    assert is_comparable(builtin("uuid")) and is_comparable(PgType("public", "mood", TypeKind.ENUM))
    assert is_comparable(PgType("pg_catalog", "_json", element=builtin("json")))
    assert not any(is_comparable(builtin(name)) for name in ("json", "jsonb", "bool", "time", "interval", "inet"))
    assert is_text(builtin("bpchar")) and not is_text(builtin("name"))


# name, what it takes, what it refuses
VALUES: list[tuple[str, list[object], list[object]]] = [
    ("int8", [9223372036854775807, "-9223372036854775808", 0], [9223372036854775808, "1.0", 1.0, True, "", [1], "x"]),
    ("int2", [32767, "-32768"], [32768, "-32769", 1.5, False]),
    ("numeric", [1, 1.5, "1e-20", "NaN", "-Infinity", "  1".strip()], ["1,5", "", " 1", True, None, {}]),
    ("float8", [1, 0.1, "Infinity", ".5"], ["x", True]),
    (
        "uuid",
        ["d9428888-122b-11e1-b85c-61cd3cbb3210", "{D9428888122B11E1B85C61CD3CBB3210}"],
        ["d9428888", 1, "{d9428888-122b-11e1-b85c-61cd3cbb3210"],
    ),
    (
        "date",
        ["2024-02-29", "infinity", "2001-01-01 BC", "now()"],
        ["2023-02-29", "2001-13-01", "2001", 20010101, "tomorrow's"],
    ),
    (
        "timestamptz",
        [
            "2024-02-29T23:59:60.5Z",
            "2024-02-29 12:00:00+02",
            "2024-02-29",
            "now()",
            "2024-02-29T12:00:00 Europe/Berlin",
            "-infinity",
        ],
        ["2024-02-30T00:00:00Z", "12:00", 0, "2024-02-29T12"],
    ),
    ("timestamp", ["2024-02-29T23:59:59.123456"], ["yesterdayish"]),
    ("time", ["23:59:59.5", "24:00", "11:30 pm", "allballs"], ["25", "noon", 12]),
    ("timetz", ["23:59:59+01:30", "12:00Z"], ["noon"]),
    ("inet", ["10.0.0.1", "10.0.0.0/8", "::1", "fe80::/64"], ["10.0.0.256", "10.0.0.1/33", 1]),
    ("interval", ["1 day", "P1D"], [1, 1.5, True]),
    ("bytea", ["\\x00ff"], [0]),
    ("oid", [0, 4294967295], [-1, 4294967296]),
    ("money", ["$1,000.00", 1, 1.5], [True]),
]


@pytest.mark.parametrize(("name", "taken", "refused"), VALUES, ids=[name for name, _, _ in VALUES])
def test_values(name: str, taken: list[object], refused: list[object]) -> None:
    tested = scalar(name)
    for value in taken:
        assert tested.coerce_input_value(value) == str(value), value
    for value in refused:
        with pytest.raises(GraphQLError, match=f"Not a value of '{name}'"):
            tested.coerce_input_value(value)


@pytest.mark.parametrize(("name", "taken", "refused"), VALUES, ids=[name for name, _, _ in VALUES])
def test_literals(name: str, taken: list[object], refused: list[object]) -> None:
    tested = scalar(name)
    for value in taken:
        assert coerce_input_literal(parse_value(json.dumps(value)), tested) == str(value), value
    for value in refused:
        if value is not None and not isinstance(value, dict):
            assert coerce_input_literal(parse_value(json.dumps(value)), tested) is Undefined, value
    assert coerce_input_literal(parse_value("WORD"), tested) is Undefined


def test_a_nul_never_reaches_postgres() -> None:
    with pytest.raises(GraphQLError):
        scalar("citext").coerce_input_value("a\0b")


def test_numbers_keep_their_digits() -> None:
    digits = "123456789012345678901234567890.123456789012345678901234567890"
    from_json = json.loads(digits, parse_float=ExactFloat)
    assert scalar("numeric").coerce_input_value(from_json) == digits
    assert coerce_input_literal(parse_value(digits), scalar("numeric")) == digits
    assert coerce_input_literal(parse_value("1.10"), scalar("float8")) == "1.10"


def test_an_exact_float_is_a_float() -> None:
    number = ExactFloat("1.10")
    assert number == 1.1 and isinstance(number, float) and number + 1 == 2.1
    assert pickle.loads(pickle.dumps(number)).text == str(number) == repr(number) == "1.10"


def test_enums_take_their_labels_and_list_them() -> None:
    mood = make_scalar(
        "mood", PgType("public", "mood", TypeKind.ENUM, labels=("happy", "so so"), comment="How it feels.")
    )
    assert mood.coerce_input_value("so so") == "so so"
    assert coerce_input_literal(parse_value("happy"), mood) == "happy"
    assert coerce_input_literal(parse_value('"so so"'), mood) == "so so"
    assert mood.description is not None and "How it feels." in mood.description and "so so" in mood.description
    with pytest.raises(GraphQLError, match="one of the values of 'mood'"):
        mood.coerce_input_value("sad")


@pytest.mark.parametrize("name", ["json", "jsonb"])
def test_json_takes_anything(name: str) -> None:
    tested = scalar(name)
    value = {"a": [1, True, None, "x", {"b": 1}]}
    assert tested.coerce_input_value(value) == value
    literal = coerce_input_literal(
        parse_value('{a: [1, true, null, "x", {b: WORD}], c: 1.10, d: 123456789012345678901}'), tested
    )
    assert literal == {"a": [1, True, None, "x", {"b": "WORD"}], "c": 1.1, "d": 123456789012345678901}
    assert json_text(literal) == '{"a":[1,true,null,"x",{"b":"WORD"}],"c":1.10,"d":123456789012345678901}'


def test_other_types_go_to_postgres_as_text() -> None:
    own = make_scalar("vector", PgType("public", "vector"))
    assert own.coerce_input_value("[1,2,3]") == "[1,2,3]"
    # A type that only shares its name with a built-in one is not judged by that one's rules.
    assert make_scalar("uuid", PgType("public", "uuid")).coerce_input_value("x") == "x"
