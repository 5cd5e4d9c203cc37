"""Reads the catalog of a Postgres database: five set-based queries in one snapshot, whatever the number of tables.

Refuses nothing: what cannot be served (a view without a key, no right to read, no column) is left out and told in
`Catalog.notes`.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import asyncpg

from schema.catalog import Catalog, Column, ForeignKey, Key, PgType, RelationKind, Table, TypeKind
from schema.comments import split_comment
from schema.outward import OUTWARD

# Generic to the type checker only.
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_KINDS = {
    "r": RelationKind.TABLE,
    "p": RelationKind.PARTITIONED_TABLE,
    "v": RelationKind.VIEW,
    "m": RelationKind.MATERIALIZED_VIEW,
    "f": RelationKind.FOREIGN_TABLE,
}
_KEYED_BY_COMMENT = frozenset({RelationKind.VIEW, RelationKind.MATERIALIZED_VIEW, RelationKind.FOREIGN_TABLE})
_KEYLESS = frozenset({RelationKind.TABLE, RelationKind.PARTITIONED_TABLE, RelationKind.FOREIGN_TABLE})
_KEY_DIRECTIVE = re.compile(r'@narthex\s+key\s*\(((?:"(?:[^"]|"")*"|[^()"])*)\)')
_KEY_COLUMN = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^",\s]+))\s*(?:,|\Z)')

# Neither BEFORE (2) nor INSTEAD OF (64), for INSERT (4) or UPDATE (16). Foreign keys have internal ones.
_AFTER = "NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype & 66 = 0 AND g.tgtype & 20 <> 0"

# Partitions are served through the table that they are part of; what an extension owns is not the user's data.
_RELATIONS = f"""
SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind,
       greatest(c.reltuples, 0)::float8 AS estimated_rows, d.description AS comment,
       pg_catalog.has_schema_privilege(n.oid, 'USAGE')
         AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT') AS readable,
       pg_catalog.has_table_privilege(c.oid, 'SELECT') AS wholly_readable,
       pg_catalog.row_security_active(c.oid) AS row_security,
       c.relkind IN ('r', 'f')
         AND EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid) AS inherited,
       EXISTS (SELECT FROM pg_catalog.pg_partition_tree(c.oid) p
               JOIN pg_catalog.pg_trigger g ON g.tgrelid = p.relid
               WHERE c.relkind = 'p' AND {_AFTER}
               UNION ALL
               SELECT FROM pg_catalog.pg_trigger g WHERE g.tgrelid = c.oid AND {_AFTER}) AS after_triggers
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_description d
  ON d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0
WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
"""

# $2: the relations on which rights are given column by column.
_COLUMNS = """
SELECT a.attrelid AS relation, a.attnum AS number, a.attname AS name, a.atttypid AS type, a.attnotnull AS not_null,
       a.atthasdef AS has_default, a.attidentity::text AS identity, a.attgenerated <> '' AS generated,
       d.description AS comment,
       a.attrelid <> ALL ($2::oid[]) OR pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT') AS readable
FROM pg_catalog.pg_attribute a
LEFT JOIN pg_catalog.pg_description d
  ON d.objoid = a.attrelid AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = a.attnum
WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""

# A foreign key to a partitioned table has one more row for each partition, with the first as its parent.
# Numbers of columns come as text: asyncpg would ask the database what an array of smallint is.
_CONSTRAINTS = """
SELECT o.conrelid AS relation, o.conname AS name, o.contype::text AS kind,
       pg_catalog.array_to_string(o.conkey, ' ') AS columns, o.confrelid AS target,
       pg_catalog.array_to_string(o.confkey, ' ') AS target_columns, d.description AS comment,
       o.convalidated AND {enforced} AND NOT o.condeferred AS enforced, o.condeferrable AS deferrable
FROM pg_catalog.pg_constraint o
LEFT JOIN pg_catalog.pg_description d
  ON d.objoid = o.oid AND d.classoid = 'pg_catalog.pg_constraint'::regclass AND d.objsubid = 0
WHERE o.conrelid = ANY ($1::oid[]) AND o.conparentid = 0
  AND (o.contype IN ('p', 'u') OR o.contype = 'f' AND NOT {period} OR o.contype = 'n' AND NOT o.convalidated)
"""

_TYPES = """
WITH RECURSIVE used (oid) AS (
  SELECT unnest($1::oid[])
  UNION
  SELECT below.oid FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid
  CROSS JOIN LATERAL (VALUES (t.typelem), (t.typbasetype)) below (oid) WHERE below.oid <> 0
)
SELECT t.oid, n.nspname AS schema, t.typname AS name, t.typtype::text AS kind, t.typbasetype AS base,
       CASE WHEN e.typarray = t.oid THEN t.typelem ELSE 0 END AS element, t.typdefault IS NOT NULL AS has_default,
       (SELECT array_agg(l.enumlabel::text ORDER BY l.enumsortorder)
        FROM pg_catalog.pg_enum l WHERE l.enumtypid = t.oid) AS labels,
       d.description AS comment
FROM used
JOIN pg_catalog.pg_type t ON t.oid = used.oid
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem
LEFT JOIN pg_catalog.pg_description d
  ON d.objoid = t.oid AND d.classoid = 'pg_catalog.pg_type'::regclass AND d.objsubid = 0 AND n.nspname <> 'pg_catalog'
"""

# Sums of hashes, so that the order of rows does not matter. xmin stands for a whole row wherever nothing but DDL writes
# it. pg_class is written by ANALYZE, VACUUM and CREATE INDEX as well: there, by columns.
_FINGERPRINT = """
WITH relation AS MATERIALIZED (
  SELECT c.oid, pg_catalog.hash_record_extended(ROW(
      c.oid, c.relname, c.relnamespace, c.relkind, c.relispartition, c.relowner, c.relacl, c.relrowsecurity,
      c.relforcerowsecurity, pg_catalog.has_table_privilege(c.oid, 'SELECT')), 0) AS hash
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
), parts (name, hash) AS (
  SELECT 'role', pg_catalog.hash_record_extended(ROW(u.oid, u.rolsuper, u.rolbypassrls), 0)::numeric
    FROM pg_catalog.pg_roles u WHERE u.rolname = current_user
  UNION ALL SELECT 'class', (SELECT sum(hash) FROM relation)
  UNION ALL SELECT 'namespace', sum(pg_catalog.hash_record_extended(ROW(n.oid, n.xmin), 0))
    FROM pg_catalog.pg_namespace n WHERE n.nspname = ANY ($1::text[])
  UNION ALL SELECT 'attribute', sum(pg_catalog.hash_record_extended(ROW(a.attrelid, a.attnum, a.xmin), 0))
    FROM relation r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid WHERE a.attnum > 0
  UNION ALL SELECT 'constraint', sum(pg_catalog.hash_record_extended(ROW(o.oid, o.xmin), 0))
    FROM relation r JOIN pg_catalog.pg_constraint o ON o.conrelid = r.oid
  UNION ALL SELECT 'type', sum(pg_catalog.hash_record_extended(ROW(t.oid, t.xmin), 0))
    FROM pg_catalog.pg_type t WHERE t.oid >= 16384 AND t.typtype IN ('d', 'e', 'r', 'm')
  UNION ALL SELECT 'enum', sum(pg_catalog.hash_record_extended(ROW(e.oid, e.xmin), 0)) FROM pg_catalog.pg_enum e
  UNION ALL SELECT 'comment', sum(pg_catalog.hash_record_extended(ROW(d.objoid, d.objsubid, d.xmin), 0))
    FROM pg_catalog.pg_description d WHERE d.objoid >= 16384
  UNION ALL SELECT 'inheritance', sum(pg_catalog.hash_record_extended(ROW(i.inhrelid, i.inhparent), 0))
    FROM pg_catalog.pg_inherits i
  UNION ALL SELECT 'trigger', sum(pg_catalog.hash_record_extended(ROW(g.tgrelid, g.oid, g.tgenabled, g.xmin), 0))
    FROM relation r JOIN pg_catalog.pg_trigger g ON g.tgrelid = r.oid WHERE NOT g.tgisinternal
  UNION ALL SELECT 'installed', sum(pg_catalog.hash_record_extended(ROW(x.oid, x.xmin), 0))
    FROM pg_catalog.pg_extension x
  UNION ALL SELECT 'language', sum(pg_catalog.hash_record_extended(ROW(l.oid, l.xmin), 0))
    FROM pg_catalog.pg_language l
  UNION ALL SELECT 'extension', sum(pg_catalog.hash_record_extended(ROW(e.objid), 0)) FROM pg_catalog.pg_depend e
    WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.classid = 'pg_catalog.pg_class'::regclass
  UNION ALL SELECT 'membership', sum(pg_catalog.hash_record_extended(ROW(m.roleid, m.member, m.xmin), 0))
    FROM pg_catalog.pg_auth_members m
)
SELECT pg_catalog.md5(string_agg(concat_ws('=', name, hash), ' ' ORDER BY name COLLATE "C")) FROM parts
"""

_SCHEMAS = "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname = ANY ($1::text[])"


async def reflect(connection: Connection, schemas: Sequence[str]) -> Catalog:
    """The relations of `schemas` that the connection's role may read. The connection must not be in a transaction."""
    newer = connection.get_server_version().major >= 18
    constraints = _CONSTRAINTS.format(
        enforced="o.conenforced" if newer else "true", period="o.conperiod" if newer else "false"
    )
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        known = {row["nspname"] for row in await connection.fetch(_SCHEMAS, list(schemas))}
        relations = await connection.fetch(_RELATIONS, list(schemas))
        found = [row for row in relations if row["readable"]]
        oids = [row["oid"] for row in found]
        partly = [row["oid"] for row in found if not row["wholly_readable"]]
        columns = await connection.fetch(_COLUMNS, oids, partly)
        keys = await connection.fetch(constraints, oids)
        types = await connection.fetch(_TYPES, list({row["type"] for row in columns}))
        outward = frozenset(row["oid"] for row in await connection.fetch(OUTWARD))
    notes = [f"There is no schema {schema!r}." for schema in schemas if schema not in known]
    notes += [
        f"{row['schema']}.{row['name']} is left out: the role may not read it."
        for row in relations
        if not row["readable"]
    ]
    return _assemble(found, columns, keys, _Types(types), notes, outward)


async def read_fingerprint(connection: Connection, schemas: Sequence[str]) -> str:
    """A text that differs whenever `reflect` may give something else, for polling; ANALYZE and writes do not change it.

    It is compared with an earlier one only, and is not `Catalog.fingerprint`. Read it before `reflect`: a change in
    between then shows at the next poll.
    """
    return str(await connection.fetchval(_FINGERPRINT, list(schemas)))


class _Types:
    """Types by oid, each made once and shared by its columns."""

    def __init__(self, rows: Iterable[asyncpg.Record]) -> None:
        self._rows = {row["oid"]: row for row in rows}
        self._made: dict[int, PgType] = {}

    def __getitem__(self, oid: int) -> PgType:
        if oid not in self._made:
            row = self._rows[oid]
            self._made[oid] = PgType(
                schema=row["schema"],
                name=row["name"],
                kind=TypeKind(row["kind"]),
                element=self[row["element"]] if row["element"] else None,
                base=self[row["base"]] if row["base"] else None,
                labels=tuple(row["labels"] or ()),
                comment=_text(row["comment"]),
            )
        return self._made[oid]

    def has_default(self, oid: int) -> bool:
        return bool(self._rows[oid]["has_default"])


@dataclass(slots=True)
class _Keys:
    primary: Key | None = None
    unique: list[Key] = field(default_factory=list)
    foreign: list[ForeignKey] = field(default_factory=list)


def _assemble(
    relations: Sequence[asyncpg.Record],
    columns: Sequence[asyncpg.Record],
    constraints: Sequence[asyncpg.Record],
    types: _Types,
    notes: list[str],
    outward: frozenset[int],
) -> Catalog:
    by_oid = {row["oid"]: row for row in relations}
    unproved = {
        (row["relation"], number) for row in constraints if row["kind"] == "n" for number in _numbers(row["columns"])
    }
    numbered: defaultdict[int, dict[int, str]] = defaultdict(dict)
    made: defaultdict[int, list[Column]] = defaultdict(list)
    for row in columns:
        relation = row["relation"]
        if not row["readable"]:
            owner = by_oid[relation]
            notes.append(f"{owner['schema']}.{owner['name']}.{row['name']} is left out: the role may not read it.")
            continue
        numbered[relation][row["number"]] = row["name"]
        made[relation].append(_column(row, types, unproved))
    keys = _keys(constraints, by_oid, numbered)
    tables = []
    for row in relations:
        table = _table(row, made[row["oid"]], keys[row["oid"]], notes)
        if table is not None:
            tables.append(replace(table, outward=row["oid"] in outward))
    tables.sort(key=lambda table: (table.schema, table.name))
    return Catalog(tuple(tables), _fingerprint(tables), tuple(sorted(notes)))


def _column(row: asyncpg.Record, types: _Types, unproved: set[tuple[int, int]]) -> Column:
    # NOT NULL of a domain does not count: Postgres documents ways in which such a column still reads as null.
    nullable = not row["not_null"] or (row["relation"], row["number"]) in unproved
    generated = row["generated"]
    comment, directives = split_comment(_text(row["comment"]))
    return Column(
        name=row["name"],
        type=types[row["type"]],
        nullable=nullable,
        has_default=not generated and (row["has_default"] or types.has_default(row["type"])),
        identity=row["identity"],
        generated=generated,
        comment=comment,
        directives=directives,
    )


def _keys(
    rows: Sequence[asyncpg.Record],
    relations: Mapping[int, asyncpg.Record],
    numbered: Mapping[int, Mapping[int, str]],
) -> defaultdict[int, _Keys]:
    """Keys by relation. One that uses a column or table that is left out is left out as well."""
    keys: defaultdict[int, _Keys] = defaultdict(_Keys)
    for row in sorted(rows, key=lambda row: row["name"]):
        here, names = keys[row["relation"]], numbered[row["relation"]]
        numbers = _numbers(row["columns"])
        if row["kind"] == "n" or not all(number in names for number in numbers):
            continue
        columns = tuple(names[number] for number in numbers)
        if row["kind"] == "p":
            here.primary = Key(row["name"], columns, row["deferrable"])
        elif row["kind"] == "u":
            here.unique.append(Key(row["name"], columns, row["deferrable"]))
        elif row["target"] in relations:
            target, there, numbers = relations[row["target"]], numbered[row["target"]], _numbers(row["target_columns"])
            if all(number in there for number in numbers):
                targets = tuple(there[number] for number in numbers)
                here.foreign.append(
                    ForeignKey(
                        row["name"],
                        columns,
                        target["schema"],
                        target["name"],
                        targets,
                        row["enforced"],
                        _text(row["comment"]),
                    )
                )
    return keys


def _table(row: asyncpg.Record, columns: list[Column], keys: _Keys, notes: list[str]) -> Table | None:
    kind, name = _KINDS[row["kind"]], f"{row['schema']}.{row['name']}"
    comment: str | None = row["comment"]
    primary, mistake = keys.primary, "a view needs '@narthex key(column, …)' in its comment"
    if kind in _KEYED_BY_COMMENT and comment and (directive := _KEY_DIRECTIVE.search(comment)):
        comment = comment[: directive.start()] + comment[directive.end() :]
        primary, mistake = _declared_key(directive[1], {column.name for column in columns})
    if not columns:
        mistake = "it has no columns"
    if not columns or (primary is None and kind not in _KEYLESS):
        notes.append(f"{name} is left out: {mistake}.")
        return None
    if primary is None and comment != row["comment"]:
        notes.append(f"{name} is served without a key: {mistake}.")
    description, directives = split_comment(_text(comment))
    return Table(
        schema=row["schema"],
        name=row["name"],
        kind=kind,
        columns=tuple(columns),
        primary_key=primary,
        unique_keys=tuple(keys.unique),
        foreign_keys=tuple(keys.foreign),
        comment=description,
        estimated_rows=row["estimated_rows"],
        row_security=row["row_security"],
        inherited=row["inherited"],
        directives=directives,
        after_triggers=row["after_triggers"],
    )


def _declared_key(text: str, columns: set[str]) -> tuple[Key | None, str]:
    """The key that the brackets of `key(…)` hold, or what is wrong with it. Names may be in double quotes."""
    wanted: list[str] = []
    at = 0
    while at < len(text):
        found = _KEY_COLUMN.match(text, at)
        if found is None:
            return None, f"key({text}) in its comment cannot be read"
        wanted.append(found[2] or found[1].replace('""', '"'))
        at = found.end()
    unknown = [column for column in wanted if column not in columns]
    if unknown:
        return None, f"key({text}) in its comment names no column {unknown[0]!r}"
    if not wanted or len(set(wanted)) < len(wanted):
        return None, f"key({text}) in its comment must name columns, each once"
    return Key("key", tuple(wanted)), ""


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split()]


def _text(comment: str | None) -> str | None:
    return (comment or "").strip() or None


def _fingerprint(tables: Sequence[Table]) -> str:
    """A hash over all that the schema is made of: everything in the tables except how many rows they have."""
    digest = hashlib.sha256()
    types: dict[tuple[str, str], PgType] = {}
    for table in tables:
        columns = []
        for column in table.columns:
            kind = column.type
            types[kind.schema, kind.name] = kind
            columns.append(
                (
                    column.name,
                    (kind.schema, kind.name),
                    column.nullable,
                    column.has_default,
                    column.identity,
                    column.generated,
                    column.comment,
                    column.directives,
                )
            )
        flags = (table.row_security, table.inherited, table.after_triggers, table.outward)
        shape = (table.schema, table.name, table.kind.value, table.comment, *flags)
        keys = (table.primary_key, table.unique_keys, table.foreign_keys)
        digest.update(repr((shape, table.directives, columns, *keys)).encode())
    for name in sorted(types):
        digest.update(repr(types[name]).encode())
    return digest.hexdigest()
