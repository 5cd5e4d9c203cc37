"""What a gateway of this project would serve now, read once for commands that look at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from gateway.development import reached_database
from gateway.loading import control_fields
from gateway.snapshot import Snapshot
from policies.check import check
from policies.names import named
from policies.overlay import load_project
from resolvers.selfinfo.schema import control_schema
from schema.build import build_schema
from schema.reflect import reflect

if TYPE_CHECKING:
    from narthex.settings import Settings
    from policies.decide import Policy
    from policies.overlay import Overlay
    from schema.catalog import Catalog
    from schema.model import Model


@dataclass(frozen=True, slots=True)
class Served:
    catalog: Catalog
    model: Model
    overlay: Overlay

    def policy(self) -> Policy:
        """The policies held against the model; raises `PolicyError`."""
        return check(self.overlay, self.model, control_fields(control_schema()))

    def under(self, overlay: Overlay) -> Served:
        """The same database under other policies."""
        return Served(self.catalog, named(self.catalog, overlay), overlay)

    def snapshot(self, settings: Settings) -> Snapshot:
        """What a gateway would decide by; raises `PolicyError`."""
        schema = build_schema(control_schema(), self.model)
        return Snapshot(settings, self.catalog, self.model, schema, self.policy(), datetime.now(UTC))


async def read_served(project: Path, settings: Settings, data_dir: Path) -> Served:
    """The database as the data role sees it, under the names of the overlay."""
    overlay = load_project(project)
    async with reached_database(settings, data_dir) as urls:
        connection = await asyncpg.connect(urls.data, server_settings={"search_path": "pg_catalog, pg_temp"})
        try:
            catalog = await reflect(connection, settings.database.schemas)
        finally:
            await connection.close()
    return Served(catalog, named(catalog, overlay), overlay)
