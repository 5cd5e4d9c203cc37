"""What the catalog says about one thing. Only what the request's contract shows can be said anything about."""

from __future__ import annotations

import strawberry
from graphql import GraphQLField, GraphQLObjectType
from strawberry import Info

from narthex.coordinates import Coordinate, CoordinateError, scan
from resolvers.context import Context
from schema.cards import CARD_TOKENS, column_card, field_card, table_card
from schema.examples import example
from schema.model import Action
from schema.roots import query_fields
from schema.search import ROOT, Entry, EntryKind, sight_of
from schema.tables import AGGREGATE
from schema.visibility import View

strawberry.enum(
    EntryKind,
    name="CatalogKind",
    description="What the catalog lists: TABLE, COLUMN and FIELD (fields of the gateway itself) by their coordinates, "
    "and resources beside the database.",
)


@strawberry.type(description="A policy line that applies here to you.")
class PolicyLine:
    directive: str = strawberry.field(description="The directive as it was written.")
    source: str = strawberry.field(description="Where it was written: file and line.")
    effect: str = strawberry.field(description="What it does, in words.")


def _description(root: strawberry.Parent[CatalogEntry], info: Info[Context, None]) -> str | None:
    return _describe(info.context.view, root.entry)


def _example(root: strawberry.Parent[CatalogEntry], info: Info[Context, None]) -> str | None:
    view = info.context.view
    return example(view, sight_of(view).outline, root.entry)


def _policies(root: strawberry.Parent[CatalogEntry], info: Info[Context, None]) -> list[PolicyLine]:
    policy, grants = info.context.policy, info.context.principal.grants
    lines = policy.applied(root.coordinate, contract=policy.contract(grants))
    return [PolicyLine(directive=line.directive, source=line.source, effect=line.effect) for line in lines]


@strawberry.type(description="One thing that you may use.")
class CatalogEntry:
    entry: strawberry.Private[Entry]
    coordinate: str = strawberry.field(description="Its place in the schema: 'track', 'track.name', 'Query.me'.")
    kind: EntryKind = strawberry.field(description="What it is.")
    card: str = strawberry.field(
        description=f"Its essence in at most {CARD_TOKENS} tokens. 'name!' is never null, 'id→other' leads to another "
        "table, '←others[]' to many rows; R: rows can be read, A: they can be aggregated."
    )
    score: float | None = strawberry.field(description="How well it fits the search, compared with the other hits.")
    description: str | None = strawberry.field(resolver=_description, description="What it is for, in full.")
    example: str | None = strawberry.field(
        resolver=_example, description="One operation that shows it at work and runs as it stands."
    )
    policies: list[PolicyLine] = strawberry.field(
        resolver=_policies, description="The policy lines that open or restrict it for you."
    )


def make_entry(view: View, entry: Entry, score: float | None = None) -> CatalogEntry:
    """What is said about an entry that the view shows."""
    return CatalogEntry(entry=entry, coordinate=entry.coordinate, kind=entry.kind, card=_card(view, entry), score=score)


def find_entry(view: View, text: str) -> Entry | None:
    """The entry of a coordinate; None alike for what is closed, what does not exist and what is no coordinate."""
    try:
        coordinate = scan(text)
    except CoordinateError:
        return None
    if not isinstance(coordinate, Coordinate) or coordinate.argument is not None or not coordinate.exact:
        return None
    name, member = coordinate.type.text, coordinate.member.text if coordinate.member is not None else None
    if coordinate.root:
        return _root_entry(view, member) if name == ROOT and member is not None else None
    return _data_entry(view, name, member)


def _root_entry(view: View, member: str) -> Entry | None:
    if view.query_type is None or member not in view.query_type.fields:
        return None
    owner = None
    if member not in view.schema.control_roots:
        candidates = (member, member.removesuffix("_by_pk"), member.removesuffix("_aggregate"))
        entities = view.schema.model.entities
        owner = next(name for name in candidates if name in entities and member in query_fields(entities[name]))
    return Entry(f"{ROOT}.{member}", EntryKind.FIELD, owner, member)


def _data_entry(view: View, name: str, member: str | None) -> Entry | None:
    outline = sight_of(view).outline
    entity = view.schema.model.entities.get(name)
    if entity is None or not outline.shows(name):
        return None
    if member is None:
        return Entry(name, EntryKind.TABLE, name)
    if member in entity.columns:
        shown = outline.actions(entity, member)
        return Entry(f"{name}.{member}", EntryKind.COLUMN, name, member) if shown else None
    entry = Entry(f"{name}.{member}", EntryKind.FIELD, name, member)
    return entry if name in outline.rows and _field(view, entry) is not None else None


def _card(view: View, entry: Entry) -> str:
    outline, names = sight_of(view).outline, view.schema.names
    if entry.kind is EntryKind.FIELD:
        field = _field(view, entry)
        assert field is not None
        aggregates = entry.entity not in (None, entry.member) and (entry.member or "").endswith(AGGREGATE)
        return field_card(entry.coordinate, field, Action.AGGREGATE if aggregates else Action.SELECT)
    entity = outline.model.entities[entry.entity or ""]
    if entry.kind is EntryKind.COLUMN:
        return column_card(outline, names, entity, entry.member or "")
    return table_card(outline, names, entity)


def _describe(view: View, entry: Entry) -> str | None:
    if entry.kind is EntryKind.FIELD:
        field = _field(view, entry)
        return field.description if field is not None else None
    entity = view.schema.model.entities[entry.entity or ""]
    return entity.columns[entry.member].comment if entry.member is not None else entity.table.comment


def _field(view: View, entry: Entry) -> GraphQLField | None:
    """The field behind an entry of kind FIELD, as the view shows it."""
    owner = view.query_type if entry.coordinate.startswith(f"{ROOT}.") else view.get_type(entry.entity or "")
    return owner.fields.get(entry.member or "") if isinstance(owner, GraphQLObjectType) else None
