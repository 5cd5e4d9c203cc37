"""The respond stage: data, errors and extensions to bytes, and the one place where the HTTP status is decided."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gateway.encode import json_bytes
from gateway.envelope import NeedsPost
from gateway.lanes import DataGroup, Plan
from narthex.errors import CODES, Code, Refusal
from resolvers.sql.compile import Statement
from resolvers.sql.lists import CUT_CLOSE, CUT_OPEN
from resolvers.sql.scope import Cut

_OPEN, _CLOSE = CUT_OPEN.encode(), CUT_CLOSE.encode()
_MARK = re.compile(re.escape(_OPEN) + rb"(\d+)" + re.escape(_CLOSE))
_BEFORE_EXECUTION = frozenset({Code.UNAUTHENTICATED, Code.RATE_LIMITED, Code.QUOTA_EXCEEDED, Code.UNAVAILABLE})


class Reply(NamedTuple):
    """A GraphQL response. `data` is the JSON of the `data` entry, or None where execution did not begin.

    `narthex` holds further entries of `extensions.narthex`: each a name and its JSON.
    """

    data: bytes | None
    refusals: tuple[Refusal, ...] = ()
    truncated: tuple[Cut, ...] = ()
    narthex: tuple[tuple[str, bytes], ...] = ()

    def body(self) -> bytes:
        """The response as JSON (GraphQL specification, section 7.1)."""
        if self.data is not None and not self.refusals and not self.truncated and not self.narthex:
            return b'{"data":' + self.data + b"}"
        parts: list[bytes] = []
        if self.refusals:
            parts.append(b'"errors":' + json_bytes([refusal.formatted() for refusal in self.refusals]))
        if self.data is not None:
            parts.append(b'"data":' + self.data)
        entries = [f'"{name}":'.encode() + value for name, value in self.narthex]
        if self.truncated:
            cuts = [{"path": list(cut.path), "limit": cut.limit} for cut in self.truncated]
            entries.append(b'"truncated":' + json_bytes(cuts))
        if entries:
            parts.append(b'"extensions":{"narthex":{' + b",".join(entries) + b"}}")
        return b"{" + b",".join(parts) + b"}"

    def outcome(self) -> str:
        return self.refusals[0].code.value if self.refusals else "OK"

    def retry_after_s(self) -> int | None:
        """Seconds for the `Retry-After` header, where a refusal names them."""
        if not self.refusals:
            return None
        waits = [wait for refusal in self.refusals if isinstance(wait := refusal.extensions.get("retry_after_s"), int)]
        return max(waits, default=None)


def status_of(reply: Reply, strict: bool) -> int:
    """The HTTP status. `strict` is for `application/graphql-response+json`, else `application/json` is answered.

    GraphQL over HTTP, section 6.4: with data, be it null, it is 200; without, `application/json` tells most errors
    with 200 too.
    """
    if not reply.refusals or reply.data is not None:
        return 200
    first = reply.refusals[0]
    if isinstance(first, NeedsPost):
        return 405
    return CODES[first.code].status if strict or first.code in _BEFORE_EXECUTION else 200


def assemble(
    plan: Plan, columns: Sequence[bytes | None], control: Mapping[str, object] | None
) -> tuple[bytes, tuple[Cut, ...]]:
    """The `data` entry: each root's JSON under its response key, in order. Also says which lists were cut."""
    parts = []
    for root in plan.roots:
        if root.column is not None:
            value = columns[root.column]
            parts.append(root.prefix + (b"null" if value is None else value))
        elif root.constant is not None:
            parts.append(root.prefix + root.constant)
        else:
            assert control is not None
            parts.append(root.prefix + json_bytes(control[root.key]))
    data = b"{" + b",".join(parts) + b"}"
    return unmarked(data, plan.statement) if plan.statement is not None else (data, ())


def unmarked(data: bytes, statement: Statement) -> tuple[bytes, tuple[Cut, ...]]:
    """What a statement wrote, without its marks of lists that were cut, and which those are."""
    return _unmarked(data, statement.cuts)


def _unmarked(data: bytes, cuts: Sequence[Cut]) -> tuple[bytes, tuple[Cut, ...]]:
    if _OPEN not in data:
        return data, ()
    numbers = sorted({int(match) for match in _MARK.findall(data)})
    return _MARK.sub(b"", data), tuple(cuts[number] for number in numbers if number < len(cuts))


def remarked(data: bytes, before: int) -> bytes:
    """The same, its marks counted on from those of `before` lists: so several statements can be kept as one."""
    if not before or _OPEN not in data:
        return data
    return _MARK.sub(lambda mark: b"%b%d%b" % (_OPEN, int(mark[1]) + before, _CLOSE), data)


def replayed(plan: Plan, stored: bytes) -> Reply:
    """The answer that was kept under an idempotency key, as it was given."""
    writes = [write for group in plan.changes if isinstance(group, DataGroup) for write in group.writes]
    data, cuts = _unmarked(stored, [cut for write in writes for cut in write.chain(dry_run=False)[-1].cuts])
    return Reply(_with_constants(plan, data), (), cuts, (("replayed", b"true"),))


def _with_constants(plan: Plan, data: bytes) -> bytes:
    """What is kept with the roots that nothing runs for: those before it, and all others after it."""
    before: list[bytes] = []
    after: list[bytes] = []
    for root in plan.roots:
        if root.constant is not None:
            (before if root is plan.roots[len(before)] else after).append(root.prefix + root.constant)
    return b"{" + b",".join([*before, data[1:-1], *after]) + b"}" if before or after else data
