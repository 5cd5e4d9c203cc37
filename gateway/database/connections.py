"""The pools that the gateway uses. Every session setting travels in the start-up message, so none costs a round trip.

`data_reads` cannot write: its sessions are read-only beside having no more rights than the data role's.
`data_writes` can what the data role can; its transactions are the driver's.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import asyncpg

from gateway.database.pool import SessionPool
from narthex.settings import Settings
from schema.catalog import quote

if TYPE_CHECKING:
    Pool = asyncpg.Pool[asyncpg.Record]

# Values appear as the gateway's clients expect them, whatever the server's or a role's defaults are.
_SESSION = {
    # Compiled SQL qualifies every name: nothing that a user creates can come before what is meant.
    "search_path": "pg_catalog, pg_temp",
    "timezone": "UTC",
    "datestyle": "ISO, MDY",
    "intervalstyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "standard_conforming_strings": "on",
    # Compiling a plan takes longer than the short statements of a gateway run.
    "jit": "off",
}
_LEAST = 2
"""Sessions for data that stay open when nobody asks for anything."""
_CONTROL_TIMEOUT_MS = 10_000


async def open_data_reads(url: str, settings: Settings) -> SessionPool:
    """Read-only sessions of the data role."""
    return await _open_data(url, settings, {"application_name": "narthex read", "default_transaction_read_only": "on"})


async def open_data_writes(url: str, settings: Settings) -> SessionPool:
    """Sessions of the data role that may write. A transaction that is left open is rolled back.

    Functions of triggers and defaults see the served schemas, as their authors expect. What a migration puts there may
    come before a built-in function of other types: whoever may do that can change the tables themselves.
    """
    path = ", ".join(["pg_catalog", *map(quote, settings.database.schemas), "pg_temp"])
    return await _open_data(url, settings, {"application_name": "narthex write", "search_path": path})


async def _open_data(url: str, settings: Settings, session: Mapping[str, str]) -> SessionPool:
    timeout_ms = round(settings.limits.statement_timeout_s * 1000)
    connect = partial(
        asyncpg.connect,
        url,
        statement_cache_size=settings.cache.statements,
        max_cached_statement_lifetime=0,
        server_settings={
            **_SESSION,
            **session,
            # A statement ends soon after the gateway that asked has gone.
            "client_connection_check_interval": "1s",
            "statement_timeout": str(timeout_ms),
            "idle_in_transaction_session_timeout": str(timeout_ms),
        },
    )
    most = settings.database.pool
    pool = SessionPool(connect, min(_LEAST, most), most)
    try:
        await pool.fill()
    except BaseException:
        pool.terminate()
        raise
    return pool


async def open_control(url: str, settings: Settings) -> Pool:
    """Sessions of the control role, for what the gateway itself keeps."""
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=settings.database.control_pool,
        max_cached_statement_lifetime=0,
        server_settings={
            **_SESSION,
            "application_name": "narthex control",
            "statement_timeout": str(_CONTROL_TIMEOUT_MS),
        },
        reset=_leave_as_it_is,
    )


async def _leave_as_it_is(_connection: object) -> None:
    """The reset query of the driver costs as much as a point read, and here it would find nothing to do.

    Statements change no session state: they set nothing, lock nothing beyond their transaction, listen to nothing and
    leave no cursor. The driver itself rolls back a transaction that was left open.
    """
