"""Relationships that the overlay declares (`@relationship`), added to the default ones or put in their place.

Refuses (`ProjectError`) what names something that does not exist, takes a name that is taken, or cannot be an object.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from narthex.errors import ProjectError
from schema import reserved
from schema.catalog import PgType
from schema.model import DeclaredRelationship, Relationship
from schema.relationships import ARRAY, OBJECT, Default, Named, is_unique
from schema.suggest import did_you_mean
from schema.words import VALID

# Types of which Postgres compares any two without a cast.
_COMPARABLE = (
    frozenset({"int2", "int4", "int8", "numeric", "float4", "float8"}),
    frozenset({"text", "varchar", "bpchar", "name"}),
    frozenset({"date", "timestamp", "timestamptz"}),
)


def declare(
    entities: Mapping[str, Named], defaults: dict[str, list[Default]], wanted: Iterable[DeclaredRelationship]
) -> dict[str, list[Relationship]]:
    """The declared relationships by source; what they replace is taken out of `defaults`."""
    added: dict[str, list[Relationship]] = {}
    for one in sorted(wanted, key=lambda one: (one.source, one.name)):
        label = f"@relationship {one.source}.{one.name}"
        source = _entity(entities, one.source, label)
        if not VALID.fullmatch(one.name):
            raise ProjectError(f"{label}: {one.name!r} is not a GraphQL name.")
        if (one.by is None) == (one.to is None) or (one.to is None) == bool(one.on):
            raise ProjectError(f"{label} needs either 'by', or 'to' and 'on'.")
        if one.by is not None:
            old = _by_key(entities, defaults[source.name], source, one, label)
            defaults[source.name].remove(old)
            made = old.side.relationship(one.name, one.kind)
        else:
            made = _by_columns(entities, source, one, label)
        added.setdefault(source.name, []).append(made)
    for name, made_here in added.items():
        _check_names(entities[name], defaults[name], made_here)
    return added


def _by_key(
    entities: Mapping[str, Named], here: Sequence[Default], source: Named, one: DeclaredRelationship, label: str
) -> Default:
    table_name, dot, column_names = (one.by or "").rpartition(".")
    if not dot:
        raise ProjectError(f"{label}: 'by' is the foreign key's 'table.column', not {one.by!r}.")
    owner = _entity(entities, table_name, label)
    columns = {_column(owner, name.strip(), label) for name in column_names.split(",")}
    found = [
        default for default in here if default.side.owner is owner.table and columns == set(default.side.key.columns)
    ]
    if source.table is owner.table:
        # A table that references itself has both ends here. Without a unique key only one of them is an object.
        found = [default for default in found if default.side.forward is (one.kind is OBJECT)] or found
    if not found:
        raise ProjectError(f"{label}: no foreign key {one.by} begins or ends at {source.name}.")
    if len(found) > 1:
        raise ProjectError(f"{label}: {one.by} has several foreign keys; use 'to' and 'on'.")
    if one.kind is OBJECT and not found[0].side.forward and not found[0].side.unique:
        raise ProjectError(f"{label}: several rows can match by {one.by}; its kind is ARRAY.")
    if one.kind is ARRAY and found[0].side.forward:
        raise ProjectError(f"{label}: {one.by} leads to one row; its kind is OBJECT.")
    return found[0]


def _by_columns(entities: Mapping[str, Named], source: Named, one: DeclaredRelationship, label: str) -> Relationship:
    target = _entity(entities, one.to or "", label)
    columns: list[tuple[str, str]] = []
    for here, there in one.on.items():
        pair = _column(source, here, label), _column(target, there, label)
        if not _comparable(source.table.by_name[pair[0]].type, target.table.by_name[pair[1]].type):
            raise ProjectError(f"{label}: {source.name}.{here} and {target.name}.{there} differ in type.")
        columns.append(pair)
    unique = is_unique(target.table, [there for _, there in columns])
    return Relationship(
        name=one.name,
        kind=one.kind,
        source=source.name,
        target=target.name,
        columns=tuple(columns),
        nullable=one.kind is OBJECT,
        unique_target=unique,
    )


def _check_names(source: Named, defaults: Sequence[Default], made: Sequence[Relationship]) -> None:
    taken = {*source.columns, *reserved.COLUMNS}
    for relationship in (*(default.relationship for default in defaults), *made):
        names = {relationship.name}
        if relationship.kind is ARRAY:
            names.add(f"{relationship.name}_aggregate")
        if clash := sorted(names & taken):
            raise ProjectError(f"@relationship {source.name}.{clash[0]}: there is a field of that name already.")
        taken |= names


def _entity(entities: Mapping[str, Named], name: str, label: str) -> Named:
    if name not in entities:
        raise ProjectError(f"{label}: there is no table {name!r}{did_you_mean(name, entities)}")
    return entities[name]


def _column(entity: Named, name: str, label: str) -> str:
    """The SQL name of a column given by its GraphQL name."""
    if name not in entity.columns:
        hint = did_you_mean(name, entity.columns)
        raise ProjectError(f"{label}: {entity.name} has no column {name!r}{hint}")
    return entity.columns[name].name


def _comparable(one: PgType, other: PgType) -> bool:
    one, other = one.storage, other.storage
    if (one.schema, one.name) == (other.schema, other.name):
        return True
    in_core = one.schema == other.schema == "pg_catalog"
    return in_core and any({one.name, other.name} <= family for family in _COMPARABLE)
