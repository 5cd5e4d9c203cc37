"""The pages for people: serves GraphiQL as `console/build.py` left it, and the examples that fill its tabs.

In charge of what a browser may do with these pages (everything comes from here, nothing runs that was
not built, nobody frames them). Refuses any file that is not a built asset; when there is no build it says why.
The page and the examples are public to whoever reaches the port: the token never comes here, it travels in
the URL's fragment and in the headers of `/graphql`.
"""

import re
from collections.abc import Callable
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        # The editor makes its theme and places its lines by <style> elements and style attributes, and takes no
        # nonce. What a style could fetch is still bound by img-src and font-src.
        "style-src 'self' 'unsafe-inline'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "worker-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
REVALIDATE = {"cache-control": "no-cache"}
# An asset's name carries the hash of its content.
IMMUTABLE = {"cache-control": "public, max-age=31536000, immutable"}

ASSET_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,100}\.(?:js|css|svg|ttf|woff2)")
MEDIA_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
}
# The reason is one line; what is longer was not written by the build.
LONGEST_REASON = 2000


def page_routes(console_dir: Path, examples: Callable[[], list[dict[str, object]]]) -> list[BaseRoute]:
    """Routes of the pages. `console_dir` is the folder that the build writes (`console/dist`); `examples` gives
    `{title, query, variables}` and is asked at each load, so it may follow the schema."""
    graphiql = console_dir / "graphiql"

    def page(_request: Request) -> Response:
        reason = _why_missing(console_dir)
        if reason is not None:
            return HTMLResponse(_explain(reason), 503, SECURITY_HEADERS | {"cache-control": "no-store"})
        return FileResponse(graphiql / "index.html", media_type="text/html", headers=SECURITY_HEADERS | REVALIDATE)

    def asset(request: Request) -> Response:
        return _asset(graphiql / "assets", request.path_params["name"], request.headers.get("accept-encoding", ""))

    async def example_tabs(_request: Request) -> Response:
        return JSONResponse(examples(), headers=SECURITY_HEADERS | REVALIDATE)

    return [
        Route("/graphiql", page),
        Route("/graphiql/", page),
        Route("/graphiql/examples.json", example_tabs),
        Route("/graphiql/assets/{name}", asset),
    ]


def _why_missing(console_dir: Path) -> str | None:
    failure = console_dir / "FAILED"
    if failure.is_file():
        return failure.read_text("utf-8", "replace")[:LONGEST_REASON].strip() or "The build failed."
    if not (console_dir / "graphiql" / "index.html").is_file():
        return "It has not been built here."
    return None


def _asset(folder: Path, name: str, accept_encoding: str) -> Response:
    file = folder / name
    if not ASSET_NAME.fullmatch(name) or file.is_symlink() or not file.is_file():
        return PlainTextResponse("Not Found", 404, SECURITY_HEADERS | {"cache-control": "no-store"})
    headers = SECURITY_HEADERS | IMMUTABLE
    packed = file.with_name(f"{name}.gz")
    if packed.is_file():
        headers |= {"vary": "accept-encoding"}
        if _accepts_gzip(accept_encoding):
            headers |= {"content-encoding": "gzip"}
            file = packed
    return FileResponse(file, media_type=MEDIA_TYPES[Path(name).suffix], headers=headers)


def _accepts_gzip(accept_encoding: str) -> bool:
    codings = (coding.replace(" ", "").lower() for coding in accept_encoding.split(","))
    return any(re.fullmatch(r"gzip(;q=(1(\.0*)?|0\.\d*[1-9]\d*))?", coding) for coding in codings)


def _explain(reason: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Narthex: no GraphiQL</title>'
        '<body style="font:16px/1.6 system-ui,sans-serif;max-width:42rem;margin:15vh auto;padding:0 1.5rem">'
        "<h1>GraphiQL is not available</h1>"
        f'<pre style="white-space:pre-wrap;padding:1rem;background:#8881;border-radius:8px">{escape(reason)}</pre>'
        "<p>The gateway itself works: <code>/graphql</code> answers. "
        "<code>make setup</code> builds this page; no restart is needed.</p>"
    )
