"""Browser safety for every route: which hosts this gateway answers to, and whose pages may call it.

An unknown `Host` is 421 (a page that rebinds its name to this address cannot speak to it), a foreign `Origin` on POST,
on a WebSocket or on `/mcp` is 403.
"""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.respond import Reply
from narthex.errors import Code, Refusal

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^:\[\]]*))(?::[0-9]*)?")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class BrowserSafety:
    """ASGI middleware; the outermost one."""

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...], origins: tuple[str, ...]) -> None:
        self._app = app
        self._hosts = _LOOPBACK | {host.lower() for host in hosts}
        self._any_host = "*" in hosts
        self._origins = frozenset(origin.lower().rstrip("/") for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        host = origin = ""
        hosts = origins = 0
        for name, value in scope["headers"]:
            if name == b"host":
                host, hosts = value.decode("latin-1").lower(), hosts + 1
            elif name == b"origin":
                origin, origins = value.decode("latin-1").lower(), origins + 1
        if hosts != 1 or not (self._any_host or _name_of(host) in self._hosts):
            await _refuse(scope, send, 421, "This gateway does not answer to that host.", "allowed_hosts")
        elif origins and self._guarded(scope) and (origins > 1 or not self._ours(origin, host)):
            await _refuse(scope, send, 403, "Pages of that origin may not call this gateway.", "allowed_origins")
        else:
            await self._app(scope, receive, send)

    def _guarded(self, scope: Scope) -> bool:
        return bool(scope["type"] == "websocket" or scope["method"] != "GET" or scope["path"].startswith("/mcp"))

    def _ours(self, origin: str, host: str) -> bool:
        if origin in self._origins:
            return True
        return origin in (f"http://{host}", f"https://{host}")


def _name_of(host: str) -> str:
    """The host without its port; an IPv6 address without brackets. Empty for what is no host."""
    match = _HOST.fullmatch(host)
    return (match[1] or match[2]) if match is not None else ""


async def _refuse(scope: Scope, send: Send, status: int, message: str, setting: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4403, "reason": message})
        return
    hint = f"Whoever runs the gateway can name it in [server] {setting}."
    body = Reply(None, (Refusal(Code.FORBIDDEN, message, hint=hint),)).body()
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
