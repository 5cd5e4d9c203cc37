"""Scalars of the control plane that the database's columns have too, under one name with one meaning."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from schema.catalog import PgType

Jsonb = NewType("Jsonb", object)
Timestamptz = NewType("Timestamptz", datetime)
Bigint = NewType("Bigint", int)

SCALARS: Mapping[object, ScalarDefinition] = {
    Jsonb: strawberry.scalar(name="jsonb", description="Any JSON value."),
    Timestamptz: strawberry.scalar(
        name="timestamptz",
        description="A moment with its time zone, like 2001-02-28T13:45:00+00:00.",
        serialize=datetime.isoformat,
    ),
    Bigint: strawberry.scalar(name="bigint", description="A whole number of up to 64 bits."),
}
COLUMN_TYPES = {
    "jsonb": PgType("pg_catalog", "jsonb"),
    "timestamptz": PgType("pg_catalog", "timestamptz"),
    "bigint": PgType("pg_catalog", "int8"),
}
"""The Postgres type behind each of them."""
