"""Deletes."""

from __future__ import annotations

from collections.abc import Sequence

from resolvers.sql.changes.written import Changes, Written
from resolvers.sql.scope import Path
from schema.model import Action, Entity


def delete(changes: Changes, path: Path, entity: Entity, alias: str, where: Sequence[str]) -> Written:
    """Add the part that deletes rows; they are returned as they were."""
    conditions = [condition for condition in where if condition != "true"]
    only = f" where {' and '.join(conditions)}" if conditions else ""
    return changes.add(path, entity, Action.DELETE, f"delete from {entity.table.sql} as {alias}{only}", alias)
