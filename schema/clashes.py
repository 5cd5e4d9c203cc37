"""Who gets which name when several want the same one: the same answer whatever the order of the claims.

All claimants of a name move on to their next candidate at once; nobody wins by coming first. So a name that an existing
thing loses to a new one is never silently the new one's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """`subject` is unique among the claims and stays the same over time; `candidates` are in order of preference."""

    subject: tuple[str, ...]
    candidates: tuple[str, ...]
    suffixes: tuple[str, ...] = ("",)
    """What is taken along with a name: `tracks` and `tracks_aggregate`."""

    def names(self, name: str) -> Iterable[str]:
        return [name + suffix for suffix in self.suffixes]

    def candidate(self, level: int) -> str:
        if level < len(self.candidates):
            return self.candidates[level]
        digest = hashlib.sha256(repr((self.subject, level)).encode()).hexdigest()
        return f"{self.candidates[-1].rstrip('_')}_{digest[:6]}"


Occupies = Callable[[Claim, str], Iterable[str]]


def settle(
    claims: Sequence[Claim], taken: Container[str], occupies: Occupies = Claim.names
) -> dict[tuple[str, ...], str]:
    """A name for each claim's subject, such that nothing that two of them occupy is the same, nor in `taken`.

    Among claimants of different length the shortest stays: there the others are named like what it brings along
    (`track_aggregate` beside `track`).
    """
    if len({claim.subject for claim in claims}) < len(claims):
        raise ValueError("two claims have the same subject")
    levels = [0] * len(claims)
    names = [claim.candidate(0) for claim in claims]
    while moving := _giving_way(claims, names, taken, occupies):
        for index in moving:
            levels[index] += 1
            names[index] = claims[index].candidate(levels[index])
    return {claim.subject: name for claim, name in zip(claims, names, strict=True)}


def _giving_way(claims: Sequence[Claim], names: Sequence[str], taken: Container[str], occupies: Occupies) -> set[int]:
    holders: dict[str, list[int]] = {}
    for index, claim in enumerate(claims):
        for name in occupies(claim, names[index]):
            holders.setdefault(name, []).append(index)
    moving: set[int] = set()
    for name, who in holders.items():
        if name in taken:
            moving.update(who)
        elif len(who) > 1:
            shortest = min(len(names[index]) for index in who)
            staying = [index for index in who if len(names[index]) == shortest]
            moving.update(index for index in who if len(staying) > 1 or index != staying[0])
    return moving
