"""The view of all records as an entity, so that conditions and orders on it are compiled like those on any table."""

from __future__ import annotations

from schema.catalog import Column, PgType, RelationKind, Table
from schema.model import Entity, Model

TEXT = PgType("pg_catalog", "text")
BIGINT = PgType("pg_catalog", "int8")
TIME = PgType("pg_catalog", "timestamptz")
UUID = PgType("pg_catalog", "uuid")
TEXTS = PgType("pg_catalog", "_text", element=TEXT)

COLUMNS = {
    "kind": TEXT,
    "at": TIME,
    "written_at": TIME,
    "writer": UUID,
    "seq": BIGINT,
    "environment": TEXT,
    "surface": TEXT,
    "subject": TEXT,
    "principal_kind": TEXT,
    "actors": TEXTS,
    "session": TEXT,
    "token_id": TEXT,
    "role": TEXT,
    "level": TEXT,
    "trace_id": TEXT,
    "purpose": TEXT,
    "operation_name": TEXT,
    "coordinates": TEXTS,
    "contract_hash": TEXT,
    "schema_version": TEXT,
    "policy_version": TEXT,
    "sql_fingerprint": TEXT,
    "outcome": TEXT,
    "root": TEXT,
    "rows": BIGINT,
    "duration_us": BIGINT,
}
"""What records can be filtered and ordered by."""

_columns = {name: Column(name, type_, nullable=True) for name, type_ in COLUMNS.items()}
RECORD = Entity(
    "audit_record",
    Table("narthex", "audit_record", RelationKind.VIEW, tuple(_columns.values())),
    _columns,
    {},
)
MODEL = Model({RECORD.name: RECORD})
