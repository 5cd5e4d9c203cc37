"""Loading what is in force, and loading it anew when the database or a policy file changes.

A change is noticed by a poll of the catalog's fingerprint and of the policy files, at most a second apart, or at once
by NOTIFY on `narthex_schema`. A load that fails leaves everything as it was and says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import strawberry
import structlog

from gateway.snapshot import Snapshot
from narthex.errors import ProjectError
from narthex.settings import Settings
from policies.check import check
from policies.names import named
from policies.overlay import Overlay, load_project
from policies.targets import Known
from schema.build import build_schema
from schema.catalog import Catalog
from schema.reflect import read_fingerprint, reflect

if TYPE_CHECKING:
    from resolvers.sql.run import Pool

CHANNEL = "narthex_schema"
_POLL_S = 1.0
_log = structlog.get_logger("narthex.loading")


class Loader:
    """Makes snapshots of one project, and keeps the newest one as `snapshot`."""

    def __init__(
        self, settings: Settings, project: Path, reads: Pool, control: strawberry.Schema, mask_key: bytes = b""
    ) -> None:
        self._settings = settings
        self._project = project
        self._reads = reads
        self._control = control
        self._mask_key = mask_key
        self._snapshot: Snapshot | None = None
        self._overlay: Overlay | None = None  # the one in force
        self._policy_stamp: object = None  # of the files that were read last, in force or refused
        self._fingerprint = ""  # of the database that was read last, in force or refused
        self._wake = asyncio.Event()
        self._refused: str | None = None  # why the policy files on disk are not in force
        self._unserved: str | None = None  # why the database's newest state is not
        self._failed: str | None = None  # why that cannot be told
        self._told: str | None = None

    @property
    def snapshot(self) -> Snapshot:
        assert self._snapshot is not None, "nothing is loaded yet"
        return self._snapshot

    @property
    def loaded(self) -> bool:
        return self._snapshot is not None

    @property
    def failure(self) -> str | None:
        """Why the newest state of the database or the policies is not in force, or None."""
        return self._refused or self._unserved or self._failed

    async def load(self) -> Snapshot:
        """Load database and policies. The first time raises `ProjectError`; later what was in force stays.

        Policies that are refused do not hold back a change of the database: the ones in force meet the new schema, and
        the refused ones are tried again with it.
        """
        stamp = _stamp(self._project)
        async with self._reads.acquire() as connection:
            fingerprint = await read_fingerprint(connection, self._settings.database.schemas)
            catalog = await reflect(connection, self._settings.database.schemas)
        changed = fingerprint != self._fingerprint
        if stamp != self._policy_stamp or (self._refused is not None and changed):
            self._policy_stamp = stamp
            try:
                overlay = load_project(self._project)
                self._snapshot = await asyncio.to_thread(self._make, catalog, overlay, None)
                self._overlay, self._fingerprint, self._refused, self._unserved = overlay, fingerprint, None, None
                return self._snapshot
            except ProjectError as error:
                if self._snapshot is None:
                    raise
                self._refused = str(error)
        assert self._overlay is not None and self._snapshot is not None
        if changed:
            self._fingerprint = fingerprint
            try:
                known = self._snapshot.policy.known
                self._snapshot = await asyncio.to_thread(self._make, catalog, self._overlay, known)
                self._unserved = None
            except ProjectError as error:
                self._unserved = str(error)
        return self._snapshot

    def _make(self, catalog: Catalog, overlay: Overlay, known: Known | None) -> Snapshot:
        """Takes a while where there are many tables; it runs beside the requests, which keep what is in force."""
        model = named(catalog, overlay)
        policy = check(overlay, model, control_fields(self._control), known)
        schema = build_schema(self._control, model)
        return Snapshot(self._settings, catalog, model, schema, policy, datetime.now(UTC), self._mask_key)

    def wake(self) -> None:
        """Look for changes now."""
        self._wake.set()

    async def watch(self, on_load: Callable[[Snapshot], None] = lambda _: None) -> None:
        """Look for changes for ever."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _POLL_S)
            self._wake.clear()
            try:
                before = self._snapshot
                if await self._changed() and await self.load() is not before:
                    on_load(self.snapshot)
                    _log.info("reloaded", schema=self.snapshot.version[:12], policy=self.snapshot.policy.version[:12])
                self._failed = None
            except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
                self._failed = str(error)
            except Exception as error:  # the boundary: a database that nobody foresaw must not end the watch
                self._unserved = repr(error)
                self._tell(error)
            self._tell()

    def _tell(self, fault: Exception | None = None) -> None:
        """Say each failure once: the poll meets it again every second."""
        if self.failure is not None and self.failure != self._told:
            _log.error("reload failed; what was in force stays", reason=self.failure, exc_info=fault)
        self._told = self.failure

    async def _changed(self) -> bool:
        if _stamp(self._project) != self._policy_stamp:
            return True
        async with self._reads.acquire() as connection:
            return await read_fingerprint(connection, self._settings.database.schemas) != self._fingerprint


def control_fields(control: strawberry.Schema) -> tuple[str, ...]:
    """The coordinates of the control plane's root fields."""
    roots = {"Query": control._schema.query_type, "Mutation": control._schema.mutation_type}
    return tuple(f"{name}.{field}" for name, root in roots.items() if root is not None for field in root.fields)


def _stamp(project: Path) -> object:
    """Changes whenever a policy file does."""
    found = sorted((project / "policies").glob("*.policy"))
    return tuple((path.name, (stat := path.stat()).st_mtime_ns, stat.st_size) for path in found)
