"""The store of records as resolvers see it: `narthex.ports.AuditStore` on the control role's connections."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

import asyncpg

from gateway.audit.verify import verify
from narthex.errors import Code, Refusal
from narthex.ports import AuditVerification
from resolvers.sql.run import refusal_of

if TYPE_CHECKING:
    from gateway.database.connections import Pool

_AWAY = (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


class Store:
    """Refuses with UNAVAILABLE where the store cannot be reached. One verification runs at a time."""

    def __init__(self, control: Pool) -> None:
        self._control = control
        self._verifying = asyncio.Lock()

    async def fetch(self, sql: str, values: Sequence[object]) -> Sequence[Mapping[str, object]]:
        try:
            async with self._control.acquire() as connection:
                return cast("Sequence[Mapping[str, object]]", await connection.fetch(sql, *values))
        except asyncpg.PostgresError as error:
            raise refusal_of(error) from error
        except _AWAY as error:
            raise _unavailable() from error

    async def verify(self, since: int) -> AuditVerification:
        try:
            async with self._verifying, self._control.acquire() as connection:
                return await verify(connection, since)
        except asyncpg.PostgresError as error:
            raise refusal_of(error) from error
        except _AWAY as error:
            raise _unavailable() from error


def _unavailable() -> Refusal:
    return Refusal(Code.UNAVAILABLE, "The audit store cannot be reached.", retry_after_s=1)
