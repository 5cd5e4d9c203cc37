"""The settle stage: what was used against what was taken. It runs however a request ends.

Calls are counted as they were taken. Rows that were read and bytes are corrected to what was answered, however much of
the request failed beside, and rows that were written to what its effects say; what nobody knows stays as it was taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import orjson

from gateway.admit import Admission, Writing
from gateway.cost import Priced
from gateway.lanes import QUERY, Plan
from gateway.ledgers.ledgers import Ledgers
from gateway.respond import Reply
from narthex.errors import Code, Refusal, Retry
from narthex.observe import Observation
from policies.admission import Limit, Unit

_IN_DOUBT = "in_doubt"
_HAPPENED = frozenset({"done", _IN_DOUBT})
_READS = f"Mutation.{QUERY}"
_UNKNOWN = frozenset({Code.CANCELLED, Code.TIMEOUT, Code.INTERNAL})
"""What a request without data ends with that may have had its effect."""


def settle(observation: Observation, reply: Reply) -> None:
    """Note how the request ended."""
    observation.outcome = reply.outcome()


async def close(admission: Admission, plan: Plan, reply: Reply, ledgers: Ledgers) -> None:
    """Settle an operation that was admitted, and end the turn of its key."""
    if admission.keyed is not None:
        ledgers.answers.end(admission.keyed)
    if any(taken.wanted.limit.unit is not Unit.CALLS for taken in admission.taken):
        limits = [taken.wanted.limit for taken in admission.taken]
        await ledgers.settle(admission.taken, lambda: used(limits, plan.pricing.roots, admission.writing, reply))


def used(
    limits: Sequence[Limit], roots: Sequence[Priced], writing: Mapping[tuple[str, Limit], Writing], reply: Reply
) -> Mapping[Limit, int]:
    """Rows and bytes, by limit."""
    data = reply.data or b""
    amounts = {limit: len(data) for limit in limits if limit.unit is Unit.BYTES}
    rows = {limit: 0 for limit in limits if limit.unit is Unit.ROWS}
    if rows and data:
        try:
            content = orjson.loads(data)
        except orjson.JSONDecodeError:  # a number beyond all that Python reads
            return amounts
        _count(roots, [content], rows)
    effects = _effects(reply)
    for (root, limit), written in writing.items():
        if limit in rows:
            rows[limit] += _written(effects.get(root), written, reply)
    return {**amounts, **rows}


def withheld(reply: Reply, refusal: Refusal) -> Reply:
    """What is answered instead of a reply whose record is not durable. Effects have records of their own: that they
    happened is told, so that nobody sends them again.
    """
    happened = any(
        effect["state"] in _HAPPENED and effect["coordinate"] != _READS for effect in _effects(reply).values()
    )
    if not happened:
        return Reply(None, (refusal,))
    hint = "'effects' say what happened; read the rest in a request of its own."
    told = tuple(entry for entry in reply.narthex if entry[0] == "effects")
    text = "The changes have their records, but the rest of the answer can have none now."
    return Reply(b"null", (Refusal(refusal.code, text, hint=hint, retry=Retry.CHANGED),), (), told)


def _effects(reply: Reply) -> Mapping[str, Mapping[str, object]]:
    """What became of each root field of a mutation, as far as it ran."""
    told = dict(reply.narthex).get("effects")
    return {effect["path"][0]: effect for effect in orjson.loads(told)} if told is not None else {}


def _written(effect: Mapping[str, object] | None, written: Writing, reply: Reply) -> int:
    """How many rows of a table a root field has written. Those that it says may be of several tables."""
    if effect is None:
        unknown = reply.data is not None or any(refusal.code in _UNKNOWN for refusal in reply.refusals)
        return written.amount if unknown else 0
    affected = effect.get("affected_rows")
    if isinstance(affected, int):
        return min(affected, written.amount) if written.bounded else affected
    return written.amount if effect["state"] == _IN_DOUBT else 0


def _count(fields: Iterable[Priced], parents: Sequence[object], rows: dict[Limit, int]) -> None:
    for priced in fields:
        key = priced.path[-1]
        found: list[object] = []
        for parent in parents:
            value = parent.get(key) if isinstance(parent, dict) else None
            found += value if isinstance(value, list) else [] if value is None else [value]
        for limit in {*priced.limits, *priced.row_limits}:
            if limit in rows:
                rows[limit] += len(found) * ((limit in priced.limits) + (limit in priced.row_limits))
        _count(priced.children, found, rows)

