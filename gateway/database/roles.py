"""The three database roles: made by `roles.sql`, which production runs with psql and development through here.

Refuses roles that have rights over the whole server, and schemas that cannot be served.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import asyncpg

from narthex.errors import ProjectError

CONTROL = "narthex_control"
DATA = "narthex_data"
MIGRATOR = "narthex_migrator"

OWN_PATH = {"search_path": "pg_catalog, pg_temp"}
"""For every session of a role that may do more than the migrator: what a migration has made is not found there, and so
never called with more rights than its maker's."""

ROLES_SQL = Path(__file__).with_name("roles.sql")

# Roles belong to the whole server, so two databases that are set up at once can meet.
_TRIES = 20


@dataclass(frozen=True, slots=True)
class RolePasswords:
    """The passwords of the three roles, kept out of every repr."""

    control: str = field(repr=False)
    data: str = field(repr=False)
    migrator: str = field(repr=False)

    @classmethod
    def generate(cls) -> RolePasswords:
        return cls(*(secrets.token_urlsafe(24) for _ in range(3)))

    @classmethod
    def read(cls, path: Path) -> RolePasswords | None:
        """None where there are none, or none that can be understood: new ones do as well."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return cls(control=str(found["control"]), data=str(found["data"]), migrator=str(found["migrator"]))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def as_text(self) -> str:
        return json.dumps(asdict(self))


async def prepare_roles(admin_url: str, passwords: RolePasswords, schemas: Sequence[str]) -> None:
    """Make or mend the roles and their rights, as the administrator of `admin_url`."""
    text = _for_driver(
        ROLES_SQL.read_text(encoding="utf-8"),
        {
            "control_password": passwords.control,
            "data_password": passwords.data,
            "migrator_password": passwords.migrator,
            "schemas": ",".join(schemas),
        },
    )
    connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(admin_url, server_settings=OWN_PATH)
    try:
        await _run(connection, text)
    finally:
        await connection.close()


async def _run(connection: asyncpg.Connection[asyncpg.Record], text: str) -> None:
    for attempt in range(1, _TRIES + 1):
        try:
            await connection.execute(text)
            return
        except (asyncpg.InternalServerError, asyncpg.UniqueViolationError, asyncpg.DuplicateObjectError):
            # "tuple concurrently updated": another database's set-up changed the same role just now.
            await connection.execute("ROLLBACK")
            if attempt == _TRIES:
                raise
            await asyncio.sleep(0.02 * attempt)
        except asyncpg.PostgresError as error:
            await connection.execute("ROLLBACK")
            hint = f" {error.hint}" if error.hint else ""
            raise ProjectError(f"The database roles could not be set up: {error.message}.{hint}") from error


def _for_driver(text: str, variables: Mapping[str, str]) -> str:
    """The psql script as plain SQL: without psql's own commands, with its variables as literals."""
    lines = [line for line in text.splitlines() if not line.startswith("\\")]
    return re.sub(r":'(\w+)'", lambda found: _literal(variables[found[1]]), "\n".join(lines))


def _literal(value: str) -> str:
    quoted = "'" + value.replace("'", "''") + "'"
    return f" E{quoted.replace(chr(92), chr(92) * 2)}" if "\\" in value else quoted
