"""The pages over raw HTTP, as a client that normalises nothing sends it."""

import asyncio
import gzip
import json
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from gateway.surfaces.pages import page_routes

SCRIPT = b"export const narthex = 1;\n" * 100
EXAMPLES: list[dict[str, object]] = [{"title": "One", "query": "{ __typename }", "variables": {}}]


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Pages:
    dist: Path
    port: int

    async def get(self, path: str, method: str = "GET", **headers: str) -> Reply:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        writer.write(f"{method} {path} HTTP/1.1\r\nhost: pages\r\nconnection: close\r\n{extra}\r\n".encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        status, *lines = head.decode().split("\r\n")
        return Reply(int(status.split()[1]), {k.lower(): v for k, v in (x.split(": ", 1) for x in lines)}, body)


@pytest.fixture
async def pages(tmp_path: Path) -> AsyncIterator[Pages]:
    dist = tmp_path / "dist"
    assets = dist / "graphiql" / "assets"
    assets.mkdir(parents=True)
    (dist / "graphiql" / "index.html").write_text("<!doctype html><title>built</title>")
    (assets / "index-abc123.js").write_bytes(SCRIPT)
    (assets / "index-abc123.js.gz").write_bytes(gzip.compress(SCRIPT))
    (assets / "small.css").write_text("body{}")
    (assets / "notes.txt").write_text("not an asset")
    (dist / ".stamp").write_text("stamp")
    (tmp_path / "secret.js").write_text("secret")
    (assets / "link.js").symlink_to(tmp_path / "secret.js")
    app = Starlette(routes=page_routes(dist, lambda: EXAMPLES))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve([listener]))
    try:
        yield Pages(dist, listener.getsockname()[1])
    finally:
        server.should_exit = True
        await task


@pytest.mark.parametrize("path", ["/graphiql", "/graphiql/"])
async def test_the_page_is_served_and_always_asked_for_again(pages: Pages, path: str) -> None:
    reply = await pages.get(path)
    assert (reply.status, reply.body) == (200, b"<!doctype html><title>built</title>")
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["cache-control"] == "no-cache"


async def test_every_reply_binds_the_browser(pages: Pages) -> None:
    paths = ["/graphiql", "/graphiql/examples.json", "/graphiql/assets/index-abc123.js", "/graphiql/assets/absent.js"]
    replies = [await pages.get(path) for path in paths]
    (pages.dist / "FAILED").write_text("no network")
    replies.append(await pages.get("/graphiql"))
    assert [reply.status for reply in replies] == [200, 200, 200, 404, 503]
    for reply in replies:
        policy = dict(part.split(" ", 1) for part in reply.headers["content-security-policy"].split("; "))
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert policy["form-action"] == "'none'"
        assert policy["script-src"] == policy["connect-src"] == policy["worker-src"] == "'self'"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "no-referrer"


async def test_assets_are_kept_for_good_and_packed_on_request(pages: Pages) -> None:
    plain = await pages.get("/graphiql/assets/index-abc123.js")
    assert (plain.status, plain.body) == (200, SCRIPT)
    assert plain.headers["content-type"].startswith("text/javascript")
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert plain.headers["vary"] == "accept-encoding"
    assert "content-encoding" not in plain.headers
    packed = await pages.get("/graphiql/assets/index-abc123.js", accept_encoding="br, gzip;q=0.8")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-type"] == plain.headers["content-type"]
    assert gzip.decompress(packed.body) == SCRIPT
    for unwilling in ("br", "gzip;q=0", "x-gzip-not"):
        reply = await pages.get("/graphiql/assets/index-abc123.js", accept_encoding=unwilling)
        assert reply.body == SCRIPT
    small = await pages.get("/graphiql/assets/small.css", accept_encoding="gzip")
    assert (small.body, small.headers.get("content-encoding")) == (b"body{}", None)


@pytest.mark.parametrize(
    "name",
    [
        "../index.html",
        "%2e%2e/index.html",
        "..%2findex.html",
        "%2e%2e%2f%2e%2e%2f.stamp",
        "..%5cindex.html",
        "%2fetc%2fpasswd",
        "/etc/passwd",
        "....//....//secret.js",
        "link.js",
        "notes.txt",
        "index-abc123.js.gz",
        "index-abc123.js%00.txt",
        "index-abc123.js%0a",
        "",
        ".",
        "%ff.js",
        "a" * 300 + ".js",
    ],
)
async def test_nothing_but_built_assets_is_served(pages: Pages, name: str) -> None:
    reply = await pages.get(f"/graphiql/assets/{name}")
    assert reply.status == 404
    assert reply.body == b"Not Found"


async def test_the_pages_only_read(pages: Pages) -> None:
    for path in ("/graphiql", "/graphiql/examples.json", "/graphiql/assets/index-abc123.js"):
        assert (await pages.get(path, "POST")).status == 405
        head = await pages.get(path, "HEAD")
        assert (head.status, head.body) == (200, b"")


async def test_examples_are_asked_at_each_load(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await pages.get("/graphiql/examples.json")
    monkeypatch.setitem(EXAMPLES[0], "title", "Other")
    second = await pages.get("/graphiql/examples.json")
    assert [json.loads(reply.body)[0]["title"] for reply in (first, second)] == ["One", "Other"]


async def test_without_a_build_the_page_says_so(pages: Pages) -> None:
    (pages.dist / "graphiql" / "index.html").unlink()
    reply = await pages.get("/graphiql")
    assert reply.status == 503
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert b"make setup" in reply.body


async def test_a_failed_build_is_explained_and_mends_without_restart(pages: Pages) -> None:
    (pages.dist / "FAILED").write_text('npm ci ended with 1: <script>alert("x")</script> & more')
    reply = await pages.get("/graphiql")
    assert reply.status == 503
    assert b"npm ci ended with 1: &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; more" in reply.body
    assert not re.search(rb"<script", reply.body)
    (pages.dist / "FAILED").unlink()
    assert (await pages.get("/graphiql")).status == 200
