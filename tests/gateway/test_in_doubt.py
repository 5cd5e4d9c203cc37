"""A database that goes away between a commit and the word of it: nobody is told that nothing happened."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from gateway.audit.verify import verify
from gateway.envelope import Envelope, Message
from narthex.errors import Code
from narthex.observe import Observation
from narthex.ports import Severity
from narthex.principal import Grants, Kind, Level, Principal
from tests.gateway.conftest import connected
from tests.gateway.served import SHELF, Served, serving

if TYPE_CHECKING:
    from gateway.respond import Reply
    from tests.gateway.conftest import PrepareDatabase

ALONE = 'mutation { insert_author_one(object: {id: %d, name: "x"}) { id } }'
GROUP = (
    'mutation { a: insert_author_one(object: {id: %d, name: "x"}) { id } '
    "update_book_by_pk(pk_columns: {id: 1}, _inc: {pages: 1}) { id } }"
)
_WRITER = Principal(
    "somebody",
    Kind.AGENT,
    ("admin",),
    Grants("admin", frozenset(), "sandbox", frozenset()),
    Level.WRITE,
    "s",
    "t",
    2**40,
)


class Wire:
    """What lies between a gateway and its database. Once armed it breaks when the database answers what has `word`."""

    def __init__(self, host: str, port: int) -> None:
        self._place = host, port
        self._word: bytes | None = None
        self._heard = False

    def arm(self, word: bytes) -> None:
        self._word, self._heard = word, False

    @asynccontextmanager
    async def laid(self) -> AsyncIterator[int]:
        server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream_reader, upstream_writer = await asyncio.open_connection(*self._place)
        with suppress(OSError):
            await asyncio.gather(self._asking(reader, upstream_writer), self._answering(upstream_reader, writer))
        upstream_writer.close()
        writer.close()

    async def _asking(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            self._heard = self._heard or (self._word is not None and self._word in data)
            writer.write(data)
        writer.close()

    async def _answering(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            if self._heard:
                self._word, self._heard = None, False
                break
            writer.write(data)
        writer.close()


@pytest.fixture
async def cut(prepared_database: PrepareDatabase, tmp_path: Path) -> AsyncIterator[tuple[Served, Wire]]:
    urls = await prepared_database(SHELF)
    place = urlsplit(urls.data)
    assert place.hostname is not None
    assert place.port is not None
    wire = Wire(place.hostname, place.port)
    async with wire.laid() as port:
        through = urls.data.replace(f"@{place.hostname}:{place.port}", f"@127.0.0.1:{port}")
        assert through != urls.data
        async with serving(replace(urls, data=through), tmp_path) as served:
            yield served, wire


async def ask(served: Served, query: str, key: str | None = None) -> Reply:
    message = Message(query, {}, size=len(query))
    envelope = Envelope(_WRITER, message, "test", idempotency_key=key)
    return await served.pipeline.run(served.loader.snapshot, envelope, Observation("test"))


@pytest.mark.parametrize(
    ("query", "word", "written"),
    [
        (ALONE, b"", True),  # what is sent to have it run is its commit too
        (GROUP, b"COMMIT", True),
        (GROUP, b"BEGIN", False),  # it never came to a commit
    ],
)
async def test_the_word_of_a_commit_is_lost(cut: tuple[Served, Wire], query: str, word: bytes, written: bool) -> None:
    served, wire = cut
    assert not (await ask(served, query % 100)).refusals  # it is prepared now
    wire.arm(word)
    reply = await ask(served, query % 101)
    expected = Code.IN_DOUBT if written else Code.UNAVAILABLE
    assert expected in [refusal.code for refusal in reply.refusals]
    assert bool(await served.admin("SELECT count(*) FROM author WHERE id = 101")) is written
    assert not (await ask(served, query % 102)).refusals
    await served.records()
    async with connected(served.urls.control) as control:
        untold = await control.fetchrow(
            "SELECT sum(cardinality(void)), sum(cardinality(doubtful)) FROM narthex.audit_group"
        )
        assert tuple(untold or ()) == ((0, 1) if written else (1, 0))
        found = await verify(control)
    assert not [finding for finding in found.findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize(("query", "word"), [(ALONE, b""), (GROUP, b"COMMIT")])
async def test_with_a_key_nothing_is_in_doubt(cut: tuple[Served, Wire], query: str, word: bytes) -> None:
    """The answer was kept with the effect, and is found."""
    served, wire = cut
    first = await ask(served, query % 100, "first")
    wire.arm(word)
    lost = await ask(served, query % 101, "second")
    assert not lost.refusals
    again = await ask(served, query % 101, "second")
    assert first.data is not None
    assert lost.data == again.data == first.data.replace(b"100", b"101")
    assert await served.admin("SELECT count(*) FROM author WHERE id = 101") == 1
    assert await served.admin("SELECT pages FROM book WHERE id = 1") == (102 if query is GROUP else 100)
