"""What the database has: relations, columns, types and keys as plain data, read by `reflect`.

Nothing here knows GraphQL. Two catalogs with the same `fingerprint` give the same schema.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


class TypeKind(StrEnum):
    """`pg_type.typtype`; an array is BASE with an `element`."""

    BASE = "b"
    COMPOSITE = "c"
    DOMAIN = "d"
    ENUM = "e"
    RANGE = "r"
    MULTIRANGE = "m"
    PSEUDO = "p"


@dataclass(frozen=True, slots=True)
class PgType:
    """A Postgres type. `name` is `pg_type.typname` (`int4`, `varchar`, `_text`).

    `element` is set for arrays, `base` for domains.
    """

    schema: str
    name: str
    kind: TypeKind = TypeKind.BASE
    element: PgType | None = None
    base: PgType | None = None
    labels: tuple[str, ...] = ()
    comment: str | None = None

    @property
    def storage(self) -> PgType:
        """The type below all domains."""
        return self.base.storage if self.base is not None else self

    @property
    def sql(self) -> str:
        """The name for a cast, quoted; arrays as `element[]`."""
        if self.element is not None:
            return f"{self.element.sql}[]"
        return f"{quote(self.schema)}.{quote(self.name)}"


class RelationKind(StrEnum):
    TABLE = "TABLE"
    PARTITIONED_TABLE = "PARTITIONED_TABLE"
    VIEW = "VIEW"
    MATERIALIZED_VIEW = "MATERIALIZED_VIEW"
    FOREIGN_TABLE = "FOREIGN_TABLE"


_STORING = frozenset({RelationKind.TABLE, RelationKind.PARTITIONED_TABLE})


@dataclass(frozen=True, slots=True)
class Column:
    """`identity` is `pg_attribute.attidentity`: empty, `a` (always) or `d` (by default)."""

    name: str
    type: PgType
    nullable: bool
    has_default: bool = False
    identity: str = ""
    generated: bool = False
    comment: str | None = None
    directives: tuple[str, ...] = ()
    """What its comment asks for by `@narthex`, as `schema.comments` gives it. Tables have them too."""

    @property
    def writable(self) -> bool:
        """Whether a value can be given to it."""
        return not self.generated and self.identity != "a"


@dataclass(frozen=True, slots=True)
class Key:
    """A primary key, a unique constraint, or the declared key of a view. `deferrable`: Postgres may look at it when
    rows have been written already.
    """

    name: str
    columns: tuple[str, ...]
    deferrable: bool = False


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`columns[i]` references `target_columns[i]` of `target_schema.target_table`.

    `enforced` is false where a row without its target can be seen: not validated, not enforced, or checked at commit.
    """

    name: str
    columns: tuple[str, ...]
    target_schema: str
    target_table: str
    target_columns: tuple[str, ...]
    enforced: bool = True
    comment: str | None = None


@dataclass(frozen=True)
class Table:
    """A relation that can be served. `estimated_rows` is `pg_class.reltuples`, at least 0.

    `row_security`: Postgres itself hides rows from the reading role. `inherited`: other tables inherit from this one,
    and their rows appear in it without being bound by its keys. `after_triggers`: when rows have been inserted or
    updated, functions of the database's own run, which may change them again. `outward`: what they do may not be undone
    by a rollback.
    """

    schema: str
    name: str
    kind: RelationKind
    columns: tuple[Column, ...]
    primary_key: Key | None = None
    unique_keys: tuple[Key, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    comment: str | None = None
    estimated_rows: float = 0.0
    row_security: bool = False
    inherited: bool = False
    directives: tuple[str, ...] = ()
    after_triggers: bool = False
    outward: bool = False

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def enforces_keys(self) -> bool:
        """Whether Postgres itself keeps every row that is read here to the keys."""
        return self.kind in _STORING and not self.inherited

    @property
    def writable(self) -> bool:
        """Whether rows can be written, by what kind of relation it is."""
        return self.kind in _STORING

    @property
    def full_name(self) -> str:
        """Schema and name as people read them."""
        return f"{self.schema}.{self.name}"

    @property
    def sql(self) -> str:
        """Schema and name, quoted."""
        return f"{quote(self.schema)}.{quote(self.name)}"


@dataclass(frozen=True, slots=True)
class Catalog:
    """All served relations, ordered by schema and name.

    `fingerprint` changes when anything above changes, `estimated_rows` apart. `notes` says what is left out, and why.
    """

    tables: tuple[Table, ...] = ()
    fingerprint: str = ""
    notes: tuple[str, ...] = field(default=())


def quote(identifier: str) -> str:
    """An SQL identifier in double quotes (PostgreSQL, section 4.1.1)."""
    return '"' + identifier.replace('"', '""') + '"'
