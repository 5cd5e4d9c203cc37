"""The settle stage: what was used against what was taken. It runs however a request ends.

Calls are counted as they were taken. Rows and bytes are corrected to what was answered, which for a request that
failed is nothing; what the answer does not tell stays as it was taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import orjson

from gateway.admit import Admission
from gateway.cost import Priced
from gateway.lanes import Plan
from gateway.ledgers.ledgers import Ledgers
from gateway.respond import Reply
from narthex.observe import Observation
from policies.admission import Limit, Unit


def settle(observation: Observation, reply: Reply) -> None:
    """Note how the request ended."""
    observation.outcome = reply.outcome()


async def close(admission: Admission, plan: Plan, reply: Reply, ledgers: Ledgers) -> None:
    """Settle an operation that was admitted, and end the turn of its key."""
    if admission.keyed is not None:
        ledgers.answers.end(admission.keyed)
    if any(taken.wanted.limit.unit is not Unit.CALLS for taken in admission.taken):
        limits = [taken.wanted.limit for taken in admission.taken]
        await ledgers.settle(admission.taken, lambda: used(limits, plan.pricing.roots, reply))


def used(limits: Sequence[Limit], roots: Sequence[Priced], reply: Reply) -> Mapping[Limit, int]:
    """Rows and bytes of the answer, by limit. Rows that were written are not told by it."""
    data = reply.data if reply.data is not None and not reply.refusals else b""
    amounts = {limit: len(data) for limit in limits if limit.unit is Unit.BYTES}
    rows = {limit: 0 for limit in limits if limit.unit is Unit.ROWS}
    if rows and data:
        try:
            content = orjson.loads(data)
        except orjson.JSONDecodeError:  # a number beyond all that Python reads
            return amounts
        _count(roots, [content], rows)
        # Rows that are written are counted by their statements, and the answer has none or not all of them.
        told = {limit for root in _all(roots) for limit in (*root.limits, *root.row_limits)}
        rows = {limit: count for limit, count in rows.items() if limit in told}
    return {**amounts, **rows}


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


def _all(roots: Iterable[Priced]) -> Iterable[Priced]:
    for root in roots:
        yield root
        yield from _all(root.children)
