"""Bringing a database to where a gateway can run on it, under one lock: own tables, project migrations, keys."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gateway.database.migrate import Migration, apply_migrations, pending_migrations, pending_seed
from gateway.database.setup import apply_control_migrations, setup_connection
from gateway.database.urls import DatabaseUrls
from gateway.identity.keys import ensure_key
from narthex.settings import Settings


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was done just now, by name."""

    control: tuple[str, ...]
    project: tuple[str, ...]


async def prepare_control(urls: DatabaseUrls) -> None:
    """Narthex's own tables and a first key: all that tokens need."""
    async with setup_connection(urls.direct) as control:
        await apply_control_migrations(control)
        await ensure_key(control)


async def prepare_database(project: Path, settings: Settings, urls: DatabaseUrls, *, seed: bool) -> Prepared:
    """All of it. `seed` also runs `seed.sql`, once."""
    schemas = settings.database.schemas
    async with setup_connection(urls.direct) as control:
        own = await apply_control_migrations(control)
        await ensure_key(control)
        pending = await pending_migrations(control, project)
        await apply_migrations(control, urls.migrator, schemas, pending)
        rows = await pending_seed(control, project) if seed else None
        sown: list[Migration] = [rows] if rows is not None else []
        await apply_migrations(control, urls.migrator, schemas, sown)
    return Prepared(tuple(own), tuple(migration.name for migration in (*pending, *sown)))
