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

SCALARS: Mapping[object, ScalarDefinition] = {
    Jsonb: strawberry.scalar(name="jsonb", description="Any JSON value."),
    Timestamptz: strawberry.scalar(
        name="timestamptz",
        description="A moment with its time zone, like 2001-02-28T13:45:00+00:00.",
        serialize=datetime.isoformat,
    ),
}
COLUMN_TYPES = {name: PgType("pg_catalog", name) for name in ("jsonb", "timestamptz")}
"""The Postgres type behind each of them."""
