"""A caller's own contract as files: `/schema.graphql`, `/llms.txt` and `/tools.json`.

Everything is written from the contract's view, so it names nothing that is closed. Refuses whoever has no valid token,
with 401 and words about how to authenticate and about nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from gateway.envelope import Verifier, bearer
from gateway.snapshot import Snapshot
from gateway.surfaces.contract_texts import guide, sdl, tools
from gateway.surfaces.http import Malformed, read_headers
from narthex.errors import CODES, Code, Refusal
from narthex.principal import Principal

_HEADERS = {"cache-control": "no-store", "vary": "authorization, x-narthex-role", "x-content-type-options": "nosniff"}
_BATCH = 32_768
"""Characters of SDL that are sent together."""
_AUTHENTICATE = (
    "Send a token of this gateway as 'Authorization: Bearer <token>'. "
    "Whoever runs the gateway makes tokens with 'narthex token'.\n"
)


@dataclass(frozen=True, slots=True)
class _Caller:
    principal: Principal
    snapshot: Snapshot


def contract_routes(verifier: Verifier, snapshot: Callable[[], Snapshot]) -> list[BaseRoute]:
    """The three routes. `snapshot` gives what is in force."""

    def page(write: Callable[[_Caller], Response]) -> Callable[[Request], object]:
        async def answer(request: Request) -> Response:
            try:
                headers = read_headers(request.scope)
                principal = await verifier.verify(bearer(headers), headers.get("x-narthex-role"))
            except Malformed as malformed:
                return PlainTextResponse(f"{malformed}\n", malformed.status, _HEADERS)
            except Refusal as refusal:
                return _refused(refusal)
            return write(_Caller(principal, snapshot()))

        return answer

    return [
        Route("/schema.graphql", page(_schema)),
        Route("/llms.txt", page(_guide)),
        Route("/tools.json", page(_tools)),
    ]


def _refused(refusal: Refusal) -> Response:
    if refusal.code is Code.UNAUTHENTICATED:
        return PlainTextResponse(_AUTHENTICATE, 401, {**_HEADERS, "www-authenticate": 'Bearer realm="narthex"'})
    info = CODES[refusal.code]
    headers = dict(_HEADERS)
    if (wait := refusal.extensions.get("retry_after_s")) is not None:
        headers["retry-after"] = str(wait)
    return PlainTextResponse(f"{refusal.message} {refusal.hint or info.hint}\n", info.status, headers)


def _schema(caller: _Caller) -> Response:
    contract = caller.snapshot.policy.contract(caller.principal.grants)
    pieces = sdl(caller.snapshot.view(contract), caller.snapshot.policy, contract)

    async def batches() -> AsyncIterator[str]:
        # In a thread: the print of a wide contract takes seconds, in which others want answers.
        while text := await asyncio.to_thread(_batch, pieces):
            yield text

    return StreamingResponse(batches(), headers=_HEADERS, media_type="application/graphql; charset=utf-8")


def _batch(pieces: Iterator[str]) -> str:
    batch: list[str] = []
    size = 0
    for piece in pieces:
        batch.append(piece)
        size += len(piece)
        if size > _BATCH:
            break
    return "".join(batch)


def _guide(caller: _Caller) -> Response:
    return PlainTextResponse(guide(caller.principal, caller.snapshot), headers=_HEADERS)


def _tools(caller: _Caller) -> Response:
    body = orjson.dumps(tools(caller.principal, caller.snapshot), option=orjson.OPT_INDENT_2)
    return Response(body, headers=_HEADERS, media_type="application/json")
