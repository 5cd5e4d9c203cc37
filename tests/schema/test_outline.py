"""An outline says of every contract what the contract's view says."""

import pytest
from graphql import GraphQLObjectType
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.model import Action
from schema.outline import Form, Outline
from schema.roots import mutation_fields
from tests.schema.samples import ALBUM, ARTIST, MODEL, NOTE, WRITES, Sets, closing, look

NAMES = [
    name
    for entity in MODEL.entities.values()
    for owner in (entity.name, *(f"{entity.name}.{column}" for column in entity.columns))
    for name in (owner, *(f"{owner}:{action}" for action in Action if action is not Action.SUBSCRIBE))
]
COORDINATES = [
    *(f"Query.{entity}{suffix}" for entity in MODEL.entities for suffix in ("", "_by_pk", "_aggregate")),
    *(f"{entity.name}.{way}" for entity in MODEL.entities.values() for way in entity.relationships),
    "artist.albums_aggregate",
    "album.notes_aggregate",
    *(f"Mutation.{field}" for entity in MODEL.entities.values() for field in mutation_fields(entity)),
]
contracts = st.builds(
    Sets, st.frozensets(st.sampled_from(NAMES), max_size=8), st.frozensets(st.sampled_from(COORDINATES), max_size=8)
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(contracts)
def test_it_shows_what_the_view_shows(contract: Sets) -> None:
    seen, outline = look(contract), Outline(MODEL, contract)
    for entity in MODEL.entities.values():
        type_ = seen.get_type(entity.name)
        assert (type_ is not None) == (entity.name in outline.rows)
        assert (seen.get_type(f"{entity.name}_aggregate") is not None) == (entity.name in outline.aggregates)
        if isinstance(type_, GraphQLObjectType):
            fields = set(type_.fields)
            assert set(outline.readable(entity)) == fields & entity.columns.keys()
            assert {way.name for way in outline.ways(entity)} == fields & entity.relationships.keys()
        else:
            assert outline.readable(entity) == [] and list(outline.ways(entity)) == []
        fields = seen.mutation_type.fields if seen.mutation_type is not None else {}
        written = [action for field, action in mutation_fields(entity).items() if field in fields]
        assert set(outline.actions(entity)) - {Action.SELECT, Action.AGGREGATE} == set(written)


def test_the_best_way_to_rows() -> None:
    def reach(*coordinates: str, closed: tuple[str, ...] = ()) -> list[tuple[Form, str]]:
        path = Outline(MODEL, closing(*closed, coordinates=coordinates)).path("note")
        return [(step.form, step.field) for step in path]

    assert reach() == [(Form.LIST, "note")]
    assert reach("Query.note") == [(Form.NODES, "note_aggregate")]
    assert reach("Query.note", closed=("note:AGGREGATE",)) == [(Form.BY_KEY, "note_by_pk")]
    assert reach("Query.note", "Query.note_aggregate", "Query.note_by_pk", "Query.album") == [
        (Form.NODES, "album_aggregate"),
        (Form.WAY, "notes"),
    ]
    roots = [f"Query.{name}" for name in ("note", "note_by_pk", "note_aggregate")]
    other = [f"Query.{name}" for name in ("album", "album_by_pk", "album_aggregate")]
    assert reach(*roots, *other) == [(Form.LIST, "artist"), (Form.WAY, "albums"), (Form.WAY, "notes")]
    assert reach(*roots, "album.notes") == [(Form.RETURNED, "insert_note")]
    with pytest.raises(KeyError):
        reach(*roots, "album.notes", closed=tuple(f"note:{action}" for action in WRITES))


def test_actions_columns_and_keys() -> None:
    contract = closing("album.price:SELECT", "album.title:AGGREGATE", "note.line", "artist:SELECT", "artist:INSERT")
    outline, writes = Outline(MODEL, contract), (Action.INSERT, Action.UPDATE)
    assert outline.actions(ALBUM) == (Action.SELECT, Action.AGGREGATE, *writes, Action.DELETE)
    assert outline.actions(ALBUM, "price") == (Action.AGGREGATE, *writes)
    assert outline.actions(ALBUM, "title") == (Action.SELECT, *writes)
    assert outline.actions(ARTIST) == (Action.AGGREGATE, Action.UPDATE, Action.DELETE)
    assert outline.key(ALBUM) == ("album_id",)
    assert outline.key(NOTE) == () and outline.key(ARTIST) == ()
    assert list(outline.columns(NOTE)) == ["album_id", "text", "path", "at"]
