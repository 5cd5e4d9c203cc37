"""The project's own migrations: `migrations/*.sql` in order, each in a transaction of its own, and `seed.sql`.

Run as the migrator role. Refuses an applied file that has changed, statements that would end the transaction,
and what Postgres refuses, always with file and line.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from gateway.database.setup import checksum_of
from gateway.database.statements import line_of, statements
from narthex.errors import ProjectError

if TYPE_CHECKING:
    from gateway.database.setup import Connection

SEED = "seed.sql"

_LOCK_TIMEOUT = "30s"
_TRANSACTION_WORDS = frozenset({"begin", "start", "commit", "end", "rollback", "abort"})


@dataclass(frozen=True, slots=True)
class Migration:
    """One file. `name` is what the ledger calls it."""

    name: str
    path: Path
    text: str

    @property
    def checksum(self) -> bytes:
        return checksum_of(self.text)


def read_migrations(project: Path) -> list[Migration]:
    """The files of `migrations/`, by their leading number and then by name: `2_b` comes before `10_a`."""
    paths = sorted((project / "migrations").glob("*.sql"), key=_order)
    return [_read(path) for path in paths]


async def pending_migrations(control: Connection, project: Path) -> list[Migration]:
    """What has not been applied yet. An applied file that reads differently now is a mistake."""
    applied = await _applied(control)
    migrations = read_migrations(project)
    for migration in migrations:
        if applied.get(migration.name, migration.checksum) != migration.checksum:
            raise ProjectError(
                f"{migration.path} has changed since it was applied. Take the change back and write it as a new "
                "migration."
            )
    return [migration for migration in migrations if migration.name not in applied]


async def apply_migrations(
    control: Connection, migrator_url: str, schemas: Sequence[str], pending: Sequence[Migration]
) -> None:
    """Apply `pending` in order. `control` holds the setup lock. What came before a failing file stays applied."""
    if not pending:
        return
    path = ", ".join('"' + schema.replace('"', '""') + '"' for schema in schemas)
    migrator: Connection = await asyncpg.connect(
        migrator_url,
        server_settings={
            "application_name": "narthex migrate",
            "search_path": path,
            "lock_timeout": _LOCK_TIMEOUT,
            "client_min_messages": "warning",
        },
    )
    try:
        for migration in pending:
            await _apply(migrator, migration)
            # Dumps set a search path of their own for the session; the next file starts from ours.
            await migrator.reset()
        if any(migration.name == SEED for migration in pending):
            await migrator.execute("ANALYZE")
    finally:
        await migrator.close()


async def pending_seed(control: Connection, project: Path) -> Migration | None:
    """`seed.sql`, where there is one and it has never run in this database."""
    path = project / SEED
    if not path.is_file() or SEED in await _applied(control):
        return None
    return _read(path)


async def read_ledger(control: Connection, project: Path) -> list[dict[str, object]]:
    """Every migration that is applied or could be: its state and since when."""
    rows = {row["name"]: row for row in await control.fetch("SELECT * FROM narthex.project_migration")}
    written = {migration.name: migration for migration in read_migrations(project)}
    listed: list[dict[str, object]] = []
    for name in [*written, *(name for name in rows if name not in written)]:
        row, migration = rows.get(name), written.get(name)
        if row is None:
            state = "pending"
        elif migration is not None and migration.checksum != row["checksum"]:
            state = "changed since it was applied"
        else:
            state = "applied"
        listed.append({"name": name, "state": state, "applied_at": row["applied_at"] if row else None})
    return listed


async def _applied(control: Connection) -> Mapping[str, bytes]:
    rows = await control.fetch("SELECT name, checksum FROM narthex.project_migration")
    return {row["name"]: row["checksum"] for row in rows}


async def _apply(migrator: Connection, migration: Migration) -> None:
    _require_plain(migration)
    started = time.perf_counter()
    try:
        async with migrator.transaction():
            await migrator.execute(migration.text)
            await migrator.execute("SET CONSTRAINTS ALL IMMEDIATE")
            duration_ms = round((time.perf_counter() - started) * 1000)
            await migrator.execute(
                "SELECT narthex.record_migration($1, $2, $3)", migration.name, migration.checksum, duration_ms
            )
    except asyncpg.PostgresError as error:
        line = await _failing_line(migrator, migration.text, error)
        raise ProjectError(_complaint(migration.path, line, error)) from error


def _require_plain(migration: Migration) -> None:
    """Only SQL, and none that ends the transaction in which the file and its record become one."""
    for statement in statements(migration.text):
        if statement.text.startswith("\\"):
            raise ProjectError(
                f"{migration.path}:{statement.line}: {statement.text.split()[0]} is a command of psql, not SQL."
            )
        if statement.words[:1] == ("copy",) and re.search(r"\sfrom\s+stdin\b", statement.text, re.IGNORECASE):
            raise ProjectError(
                f"{migration.path}:{statement.line}: COPY FROM STDIN needs psql; write INSERT, "
                "as 'pg_dump --inserts' does."
            )
        if statement.words and statement.words[0] in _TRANSACTION_WORDS:
            raise ProjectError(
                f"{migration.path}:{statement.line}: {statement.words[0].upper()} is not allowed: "
                "each file runs in a transaction of its own."
            )


async def _failing_line(migrator: Connection, text: str, error: asyncpg.PostgresError) -> int | None:
    """Postgres names a position for mistakes in the text; for others the file is run once more, by statement."""
    position = getattr(error, "position", None)
    if position:
        return line_of(text, int(position) - 1)
    attempt = migrator.transaction()
    await attempt.start()
    try:
        for statement in statements(text):
            try:
                await migrator.execute(statement.text)
            except asyncpg.PostgresError:
                return statement.line
    finally:
        await attempt.rollback()
    return None


def _complaint(path: Path, line: int | None, error: asyncpg.PostgresError) -> str:
    place = f"{path}:{line}" if line is not None else str(path)
    parts = [f"{place}: {error.message}"]
    for label in ("detail", "hint"):
        said = getattr(error, label, None)
        if said:
            parts.append(f"  {label}: {said}")
    parts.append("  Nothing of this file was applied.")
    return "\n".join(parts)


def _read(path: Path) -> Migration:
    try:
        return Migration(path.name, path, path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{path} cannot be read: {error}") from None


def _order(path: Path) -> tuple[int, str]:
    number = re.match(r"\d+", path.name)
    return (int(number[0]) if number else 1 << 62, path.name)
