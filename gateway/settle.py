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
        await ledgers.settle(admission.taken, lambda: used(limits, plan.pricing.roots, admission.written, reply))


def used(
    limits: Sequence[Limit], roots: Sequence[Priced], written: Mapping[Limit, frozenset[str]], reply: Reply
) -> Mapping[Limit, int]:
    """Rows and bytes of the answer, by limit, and the rows that root fields say they have written."""
    data = reply.data if reply.data is not None and not reply.refusals else b""
    amounts = {limit: len(data) for limit in limits if limit.unit is Unit.BYTES}
    rows = {limit: 0 for limit in limits if limit.unit is Unit.ROWS}
    if rows and data:
        try:
            content = orjson.loads(data)
        except orjson.JSONDecodeError:  # a number beyond all that Python reads
            return amounts
        _count(roots, [content], rows)
        affected = _affected(reply)
        for limit, keys in written.items():
            rows[limit] = rows.get(limit, 0) + sum(affected.get(key, 0) for key in keys)
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


def _affected(reply: Reply) -> Mapping[str, int]:
    """How many rows each root field of a mutation has written, nested ones included, by response key."""
    effects = orjson.loads(dict(reply.narthex).get("effects", b"[]"))
    return {effect["path"][0]: effect.get("affected_rows") or 0 for effect in effects}
