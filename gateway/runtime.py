"""What one gateway process holds while it runs: its pools and its verifier, opened together and closed together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.database.connections import open_control, open_data_reads
from gateway.database.urls import DatabaseUrls
from gateway.identity.keys import load_keys_from
from gateway.identity.tokens import TokenVerifier
from narthex.errors import Refusal
from narthex.settings import Settings

if TYPE_CHECKING:
    from gateway.database.connections import Pool

_KEYS_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Runtime:
    """`development` is true under `narthex dev`."""

    settings: Settings
    project: Path
    urls: DatabaseUrls
    data_reads: Pool
    control: Pool
    verifier: TokenVerifier
    development: bool


@asynccontextmanager
async def open_runtime(
    settings: Settings, project: Path, urls: DatabaseUrls, *, development: bool
) -> AsyncIterator[Runtime]:
    """The runtime on a database that is set up. Connections still in use at the end are cut."""
    control = await open_control(urls.control, settings)
    try:
        data_reads = await open_data_reads(urls.data, settings)
        try:
            load = partial(load_keys_from, control)
            verifier = TokenVerifier(await load(), settings, load)
            following = asyncio.create_task(_follow_keys(verifier), name="keys")
            try:
                yield Runtime(settings, project, urls, data_reads, control, verifier, development)
            finally:
                following.cancel()
                with suppress(asyncio.CancelledError):
                    await following
        finally:
            data_reads.terminate()
    finally:
        control.terminate()


async def _follow_keys(verifier: TokenVerifier) -> None:
    """A key that is rotated or withdrawn anywhere counts here within a second."""
    while True:
        await asyncio.sleep(_KEYS_EVERY_SECONDS)
        # While the database is away, what was last known holds: tokens end by themselves.
        with suppress(Refusal):
            await verifier.reload_keys()
