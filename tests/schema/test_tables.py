"""The shapes of reflected types, as Hasura v2 has them."""

import pytest
from graphql import is_enum_type, is_input_object_type, is_object_type, print_type

from schema.elements import Element, element_of
from schema.model import Action, Requires
from tests.schema.samples import MODEL, closing, look, named

ROWS = (
    "(distinct_on: [album_select_column!], limit: Int, offset: Int, order_by: [album_order_by!], where: album_bool_exp)"
)
SHAPES = [
    f"""
type artist {{
  artist_id: Int!
  name: String
  active: Boolean
  albums{ROWS}: [album!]!
  albums_aggregate{ROWS}: album_aggregate!
}}
""",
    """
type note {
  album_id: Int
  line: smallint!
  text: String
  path: ltree
  at: time
  album: album
}
""",
    """
input album_bool_exp {
  _and: [album_bool_exp!]
  _not: album_bool_exp
  _or: [album_bool_exp!]
  album_id: Int_comparison_exp
  title: String_comparison_exp
  artist_id: Int_comparison_exp
  price: numeric_comparison_exp
  score: float8_comparison_exp
  tags: String_array_comparison_exp
  info: jsonb_comparison_exp
  mood: mood_comparison_exp
  released: date_comparison_exp
  sku: uuid_comparison_exp
  signed: Boolean_comparison_exp
  artist: artist_bool_exp
  notes: note_bool_exp
  notes_aggregate: note_aggregate_bool_exp
}
""",
    """
input artist_order_by {
  artist_id: order_by
  name: order_by
  active: order_by
  albums_aggregate: album_aggregate_order_by
}
""",
    """
enum artist_select_column {
  artist_id
  name
  active
}
""",
    """
type album_aggregate {
  aggregate: album_aggregate_fields
  nodes: [album!]!
}
""",
    """
type artist_aggregate_fields {
  count(columns: [artist_select_column!], distinct: Boolean): Int!
  avg: artist_avg_fields
  max: artist_max_fields
  min: artist_min_fields
  stddev: artist_stddev_fields
  stddev_pop: artist_stddev_pop_fields
  stddev_samp: artist_stddev_samp_fields
  sum: artist_sum_fields
  var_pop: artist_var_pop_fields
  var_samp: artist_var_samp_fields
  variance: artist_variance_fields
}
""",
    """
type album_max_fields {
  album_id: Int
  title: String
  artist_id: Int
  price: numeric
  score: float8
  tags: [String!]
  mood: mood
  released: date
  sku: uuid
}
""",
    """
type album_sum_fields {
  album_id: Int
  artist_id: Int
  price: numeric
  score: float8
}
""",
    """
type album_stddev_pop_fields {
  album_id: Float
  artist_id: Float
  price: Float
  score: Float
}
""",
    """
input album_aggregate_order_by {
  count: order_by
  avg: album_avg_order_by
  max: album_max_order_by
  min: album_min_order_by
  stddev: album_stddev_order_by
  stddev_pop: album_stddev_pop_order_by
  stddev_samp: album_stddev_samp_order_by
  sum: album_sum_order_by
  var_pop: album_var_pop_order_by
  var_samp: album_var_samp_order_by
  variance: album_variance_order_by
}
""",
    """
input album_aggregate_bool_exp_count {
  arguments: [album_select_column!]
  distinct: Boolean
  filter: album_bool_exp
  predicate: Int_comparison_exp!
}
""",
    """
input album_aggregate_bool_exp_avg {
  arguments: album_select_column_album_aggregate_bool_exp_avg_arguments_columns!
  distinct: Boolean
  filter: album_bool_exp
  predicate: float8_comparison_exp!
}
""",
    """
enum album_select_column_album_aggregate_bool_exp_avg_arguments_columns {
  score
}
""",
    """
input album_aggregate_bool_exp_corr_arguments {
  X: album_select_column_album_aggregate_bool_exp_corr_arguments_columns!
  Y: album_select_column_album_aggregate_bool_exp_corr_arguments_columns!
}
""",
    """
input String_array_comparison_exp {
  _eq: [String!]
  _neq: [String!]
  _gt: [String!]
  _gte: [String!]
  _lt: [String!]
  _lte: [String!]
  _in: [[String!]!]
  _nin: [[String!]!]
  _is_null: Boolean
  _contains: [String!]
  _contained_in: [String!]
}
""",
    """
input jsonb_cast_exp {
  String: String_comparison_exp
}
""",
]


def _bare(text: str) -> str:
    lines = (line for line in text.splitlines() if '"""' not in line and line.strip())
    return "\n".join(line.rstrip() for line in lines)


@pytest.mark.parametrize("shape", SHAPES, ids=[shape.split()[1] for shape in SHAPES])
def test_shapes(shape: str) -> None:
    assert _bare(print_type(named(look(closing()), shape.split()[1]))) == _bare(shape)


@pytest.mark.parametrize(
    ("scalar", "operators"),
    [
        ("uuid", ""),
        ("smallint", ""),
        ("String", "_like _nlike _ilike _nilike _similar _nsimilar _regex _nregex _iregex _niregex"),
        ("jsonb", "_contains _contained_in _has_key _has_keys_any _has_keys_all _cast"),
        ("ltree", "_ancestor _ancestor_any _descendant _descendant_any _matches _matches_any _matches_fulltext"),
    ],
)
def test_operators_by_type(scalar: str, operators: str) -> None:
    type_ = named(look(closing()), f"{scalar}_comparison_exp")
    assert is_input_object_type(type_)
    common = "_eq _neq _gt _gte _lt _lte _in _nin _is_null"
    assert list(type_.fields) == [*common.split(), *operators.split()]


def test_roots_and_descriptions() -> None:
    seen = look(closing())
    assert seen.query_type is not None
    fields = seen.query_type.fields
    assert list(fields)[-9:] == [f"{name}{end}" for name in MODEL.entities for end in ("", "_by_pk", "_aggregate")]
    assert str(fields["note_by_pk"].type) == "note" and {
        name: str(arg.type) for name, arg in fields["note_by_pk"].args.items()
    } == {
        "album_id": "Int!",
        "line": "smallint!",
    }
    assert str(fields["note"].type) == "[note!]!" and str(fields["note_aggregate"].type) == "note_aggregate!"
    assert fields["artist"].description == "Who made the music."
    artist = named(seen, "artist")
    assert is_object_type(artist) and artist.fields["name"].description == "As printed on the cover."
    assert all(field.resolve is None for name, field in fields.items() if name in ("artist", "artist_by_pk"))


def test_orders() -> None:
    order = named(look(closing()), "order_by")
    assert is_enum_type(order)
    directions = ("asc", "desc")
    assert list(order.values) == [
        f"{way}{nulls}" for way in directions for nulls in ("", "_nulls_first", "_nulls_last")
    ]
    assert all(value.value == name for name, value in order.values.items())


def _element(type_name: str, member: str) -> Element | None:
    type_ = named(look(closing()), type_name)
    if is_enum_type(type_):
        return element_of(type_.values[member].extensions)
    assert is_object_type(type_) or is_input_object_type(type_)
    return element_of(type_.fields[member].extensions)


SELECT, AGGREGATE = Action.SELECT, Action.AGGREGATE


@pytest.mark.parametrize(
    ("type_name", "member", "requires", "coordinate"),
    [
        ("artist", "albums", [("album", SELECT)], "artist.albums"),
        ("artist", "albums_aggregate", [("album", AGGREGATE)], "artist.albums_aggregate"),
        ("album_bool_exp", "title", [("album", SELECT, "title", True)], None),
        ("album_bool_exp", "artist", [("album", SELECT), ("artist", SELECT)], "album.artist"),
        ("album_bool_exp", "notes_aggregate", [("album", SELECT), ("note", AGGREGATE)], "album.notes_aggregate"),
        ("album_order_by", "title", [("album", SELECT, "title", True)], None),
        ("album_order_by", "notes_aggregate", [("note", AGGREGATE)], "album.notes_aggregate"),
        ("album_select_column", "title", [("album", SELECT, "title", True)], None),
        ("album_aggregate", "nodes", [("album", SELECT)], None),
        ("album_aggregate", "aggregate", [("album", AGGREGATE)], None),
        ("album_aggregate_fields", "count", [("album", AGGREGATE)], None),
        ("album_max_fields", "title", [("album", AGGREGATE, "title", True)], None),
        ("album_max_order_by", "title", [("album", AGGREGATE, "title", True)], None),
        (
            "album_select_column_album_aggregate_bool_exp_avg_arguments_columns",
            "score",
            [("album", AGGREGATE, "score", True)],
            None,
        ),
        ("query_root", "album", [("album", SELECT)], "Query.album"),
        ("query_root", "album_aggregate", [("album", AGGREGATE)], "Query.album_aggregate"),
        (
            "query_root",
            "note_by_pk",
            [("note", SELECT, "album_id", True), ("note", SELECT, "line", True)],
            "Query.note_by_pk",
        ),
        ("query_root", "me", [], "Query.me"),
    ],
)
def test_what_must_be_open(
    type_name: str, member: str, requires: list[tuple[str, Action]], coordinate: str | None
) -> None:
    assert _element(type_name, member) == Element(tuple(Requires(*item) for item in requires), coordinate)


def test_what_can_become_null() -> None:
    title, artist = Requires("album", SELECT, "title"), Requires("artist", SELECT)
    assert _element("album", "title") == Element((title,), None, title)
    assert _element("album", "artist") == Element((artist,), "album.artist", artist)
