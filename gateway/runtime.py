"""What one gateway process holds while it runs: pools, standing connection, verifier; opened and closed together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.database.connections import open_control, open_data_reads, open_data_writes
from gateway.database.secrets import MASK_KEY, read_secret
from gateway.database.standing import Standing
from gateway.database.urls import DatabaseUrls
from gateway.identity import revocation
from gateway.identity.keys import load_keys
from gateway.identity.revocation import Revocations, read_revoked
from gateway.identity.tokens import TokenVerifier
from narthex.errors import Refusal
from narthex.settings import Settings

if TYPE_CHECKING:
    from gateway.database.connections import Pool
    from gateway.database.pool import SessionPool

_KEYS_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Runtime:
    """`development` is true under `narthex dev`; `worker` is the number of this process where there are several."""

    settings: Settings
    project: Path
    urls: DatabaseUrls
    data_reads: SessionPool
    data_writes: SessionPool
    control: Pool
    standing: Standing
    revocations: Revocations
    verifier: TokenVerifier
    development: bool
    worker: int | None
    mask_key: bytes = field(repr=False)


@asynccontextmanager
async def open_runtime(
    settings: Settings, project: Path, urls: DatabaseUrls, *, development: bool, worker: int | None = None
) -> AsyncIterator[Runtime]:
    """The runtime on a database that is set up. Connections still in use at the end are cut."""
    async with AsyncExitStack() as opened:
        control = await open_control(urls.control, settings)
        opened.callback(control.terminate)
        data_reads = await open_data_reads(urls.data, settings)
        opened.callback(data_reads.terminate)
        data_writes = await open_data_writes(urls.data, settings)
        opened.callback(data_writes.terminate)
        standing = Standing(urls.direct)
        opened.callback(standing.close)
        revocations = Revocations(partial(read_revoked, standing))
        await standing.listen(revocation.CHANNEL, revocations.wake)
        await revocations.refresh()
        # Not from the pool: a key that was stolen must end also while requests queue for all other connections.
        load = partial(load_keys, standing)
        verifier = TokenVerifier(await load(), settings, load, revocations)
        await opened.enter_async_context(_beside(_follow_keys(verifier), "keys"))
        await opened.enter_async_context(_beside(revocations.follow(), "revocations"))
        mask_key = await read_secret(control, MASK_KEY)
        yield Runtime(
            settings,
            project,
            urls,
            data_reads,
            data_writes,
            control,
            standing,
            revocations,
            verifier,
            development,
            worker,
            mask_key,
        )


@asynccontextmanager
async def _beside(work: Coroutine[None, None, None], name: str) -> AsyncIterator[None]:
    task = asyncio.create_task(work, name=name)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _follow_keys(verifier: TokenVerifier) -> None:
    """A key that is rotated or withdrawn anywhere counts here within a second."""
    while True:
        await asyncio.sleep(_KEYS_EVERY_SECONDS)
        # While the database is away, what was last known holds: tokens end by themselves.
        with suppress(Refusal):
            await verifier.reload_keys()
