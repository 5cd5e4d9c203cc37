"""GraphQL names for a catalog: entities, columns, relationships, and what the overlay renames.

Pure, and the same whatever the order of tables and keys. Refuses (`ProjectError`) a wish of the overlay that names
what does not exist or would give two things one name; never the database's own names, which it makes fit and lists as
renames.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from schema import reserved as reserved_names
from schema.catalog import Catalog, Column, Table
from schema.clashes import Claim, settle
from schema.declared import declare
from schema.model import DeclaredRelationship, Model, Rename
from schema.relationships import Default, Named, TableId, default_relationships
from schema.renames import wanted
from schema.words import VALID, valid_name


def name_model(
    catalog: Catalog,
    *,
    renames: Mapping[str, str] | None = None,
    relationships: Sequence[DeclaredRelationship] = (),
    reserved: frozenset[str] = reserved_names.DEFAULT,
) -> Model:
    """The catalog under its GraphQL names.

    `renames` maps coordinates by default names (`track`, `track.name`, `track.album`) to new names. `reserved` are root
    fields and types that are taken: pass `reserved.DEFAULT` and what else the schema has.
    """
    taken = reserved_names.reserved_claims(reserved | reserved_names.scalar_names(catalog))
    tables = {(table.schema, table.name): table for table in catalog.tables}
    names = _entity_names(tables, taken)
    entities = {identity: Named(names[identity], table, _column_names(table)) for identity, table in tables.items()}
    defaults = default_relationships(entities)
    forced = _forced(entities, defaults, taken)
    by_name = {entity.name: entity for entity in entities.values()}
    declared = declare(by_name, defaults, relationships)
    wishes = wanted(by_name, defaults, renames or {}, taken)
    made = []
    for name, named in by_name.items():
        own = [default.relationship for default in defaults[name]]
        made.append(wishes.entity(named, [*own, *declared.get(name, ())]))
    return Model(
        entities={entity.name: entity for entity in sorted(made, key=lambda entity: entity.name)},
        renames=tuple(sorted((*forced, *wishes.listed), key=lambda rename: (rename.subject, rename.name))),
        fingerprint=catalog.fingerprint,
    )


def _wish(table: Table) -> str:
    return table.name if table.schema == "public" else f"{table.schema}_{table.name}"


def _entity_names(tables: Mapping[TableId, Table], taken: frozenset[str]) -> dict[TableId, str]:
    claims = []
    for table in tables.values():
        qualified = f"public_{table.name}" if table.schema == "public" else f"{table.schema}__{table.name}"
        claims.append(Claim((table.schema, table.name), (valid_name(_wish(table)), valid_name(qualified))))
    settled = settle(claims, taken, lambda _, name: reserved_names.table_claims(name))
    return {identity: settled[identity] for identity in tables}


def _column_names(table: Table) -> dict[str, Column]:
    """Columns by GraphQL name, in their order. A name that is valid stays, the others make way for it."""
    valid = {
        column.name
        for column in table.columns
        if VALID.fullmatch(column.name) and column.name not in reserved_names.COLUMNS
    }
    claims = [
        Claim((column.name,), (valid_name(column.name), f"{valid_name(column.name)}_"))
        for column in table.columns
        if column.name not in valid
    ]
    others = settle(claims, reserved_names.COLUMNS | valid)
    return {others.get((column.name,), column.name): column for column in table.columns}


def _forced(
    entities: Mapping[TableId, Named], defaults: Mapping[str, Sequence[Default]], taken: frozenset[str]
) -> list[Rename]:
    forced = []
    for entity in entities.values():
        table, wish = entity.table, _wish(entity.table)
        if entity.name != wish:
            forced.append(Rename(table.full_name, entity.name, _reason(wish, wish in taken)))
        for name, column in entity.columns.items():
            if name != column.name:
                reason = _reason(column.name, column.name in reserved_names.COLUMNS)
                forced.append(Rename(f"{table.full_name}.{column.name}", name, reason))
        for default in defaults[entity.name]:
            if default.relationship.name != default.wish:
                subject = f"{default.side.owner.full_name}.{default.side.key.name}"
                reason = f"another field of {entity.name} is or would be called {default.wish!r}"
                forced.append(Rename(subject, default.relationship.name, reason))
    return forced


def _reason(wish: str, is_reserved: bool) -> str:
    if not VALID.fullmatch(wish):
        return f"{wish!r} is not a GraphQL name"
    if is_reserved:
        return f"{wish!r} is reserved"
    return f"another table, or what it brings along, is called {wish!r}"
