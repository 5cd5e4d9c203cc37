"""What an answer may be: JSON in which rows whose order nothing decides may stand in any order.

An `Array` knows its candidates in groups: the order of groups is decided, the order within a group is not. A limit may
fall into a group; then any of its rows may be in the answer.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isclose

Path = tuple[str, ...]
Json = object


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number with its digits."""

    text: str


def exact(text: str | bytes) -> Json:
    """JSON with all digits, and with the order and the repetitions of keys: an object is a tuple of pairs."""
    return json.loads(
        text, parse_int=Number, parse_float=Number, parse_constant=_refuse, object_pairs_hook=tuple, strict=True
    )


def _refuse(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")


@dataclass(frozen=True)
class Scalar:
    """A value that is fixed; `about` allows for the order in which floating point numbers were added."""

    value: Json
    about: bool = False


@dataclass(frozen=True)
class Object:
    fields: Sequence[tuple[str, Node]]


@dataclass(frozen=True)
class Choice:
    """One of several: nothing decides which."""

    nodes: Sequence[Node]


@dataclass(frozen=True)
class Array:
    """The rows from number `skip`, at most `take` of them. `cut` says that the default limit left rows out."""

    groups: Sequence[Sequence[Node]]
    skip: int = 0
    take: int | None = None
    cut: Path | None = None
    window: Sequence[tuple[Sequence[Node], int]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "window", list(self._window()))

    def _window(self) -> Sequence[tuple[Sequence[Node], int]]:
        """The groups that the window touches, with how many of each are in it."""
        start, end = self.skip, None if self.take is None else self.skip + self.take
        at, found = 0, []
        for group in self.groups:
            first = max(at, start)
            last = at + len(group) if end is None else min(at + len(group), end)
            if last > first:
                found.append((group, last - first))
            at += len(group)
        return found

    @cached_property
    def length(self) -> int:
        return sum(count for _, count in self.window)


Node = Scalar | Object | Choice | Array


_SEVERAL = object()


def is_fixed(node: Node) -> bool:
    """Whether there is only one answer that the node can be, but for the last digits of sums."""
    return _fixed(node, rounded=True) is not _SEVERAL


def _fixed(node: Node, rounded: bool = False) -> Json:
    """The one value that the node can be in the form of `_hashable`, or `_SEVERAL`."""
    if isinstance(node, Scalar):
        return _SEVERAL if node.about and not rounded else _hashable(node.value)
    if isinstance(node, Choice):
        made = {_fixed(inner, rounded) for inner in node.nodes}
        return made.pop() if len(made) == 1 else _SEVERAL
    if isinstance(node, Object):
        pairs = tuple((key, _fixed(inner, rounded)) for key, inner in node.fields)
        return _SEVERAL if any(value is _SEVERAL for _, value in pairs) else ("{", *pairs)
    items: list[Json] = ["["]
    for group, count in node.window:
        made = {_fixed(inner, rounded) for inner in group}
        if len(made) != 1 or _SEVERAL in made:
            return _SEVERAL
        items += list(made) * count
    return tuple(items)


def _hashable(value: Json) -> Json:
    if isinstance(value, tuple):
        return ("{", *((key, _hashable(inner)) for key, inner in value))
    return ("[", *map(_hashable, value)) if isinstance(value, list) else value


def difference(node: Node, value: Json, path: str = "$") -> str | None:
    """What is wrong with a parsed answer, or None."""
    if isinstance(node, Scalar):
        if node.value == value or (node.about and _near(node.value, value)):
            return None
        return f"{path}: expected {node.value!r}, found {value!r}"
    if isinstance(node, Choice):
        if any(difference(inner, value, path) is None for inner in node.nodes):
            return None
        return f"{path}: {value!r} is none of the {len(node.nodes)} possible values"
    if isinstance(node, Object):
        return _object_difference(node, value, path)
    return _array_difference(node, value, path)


def _object_difference(node: Object, value: Json, path: str) -> str | None:
    if not isinstance(value, tuple) or [key for key, _ in value] != [key for key, _ in node.fields]:
        return f"{path}: expected an object with the keys {[key for key, _ in node.fields]}, found {value!r}"
    for (key, inner), (_, found) in zip(node.fields, value, strict=True):
        wrong = difference(inner, found, f"{path}.{key}")
        if wrong is not None:
            return wrong
    return None


def _array_difference(node: Array, value: Json, path: str) -> str | None:
    if not isinstance(value, list):
        return f"{path}: expected an array, found {value!r}"
    if len(value) != node.length:
        return f"{path}: expected {node.length} rows, found {len(value)}"
    at = 0
    for group, count in node.window:
        found = value[at : at + count]
        if len(group) == 1:
            wrong = difference(group[0], found[0], f"{path}[{at}]")
        else:
            wrong = _unmatched(group, found, f"{path}[{at}…{at + count - 1}]")
        if wrong is not None:
            return wrong
        at += count
    return None


def _unmatched(group: Sequence[Node], found: Sequence[Json], path: str) -> str | None:
    """None if every value found is a different row of the group."""
    made = [_fixed(node) for node in group]
    if _SEVERAL not in made:
        extra = Counter(map(_hashable, found)) - Counter(made)
        return f"{path}: not among the rows that may be here: {next(iter(extra))!r}" if extra else None
    taken: dict[int, int] = {}
    fits = [[at for at, node in enumerate(group) if difference(node, value) is None] for value in found]
    for number, value in enumerate(found):
        if not _place(number, fits, taken, set()):
            return f"{path}: not among the rows that may be here: {value!r}"
    return None


def _place(number: int, fits: Sequence[Sequence[int]], taken: dict[int, int], tried: set[int]) -> bool:
    """One more pair in a bipartite matching, moving others where needed."""
    for at in fits[number]:
        if at not in tried:
            tried.add(at)
            if at not in taken or _place(taken[at], fits, taken, tried):
                taken[at] = number
                return True
    return False


def _near(expected: Json, found: Json) -> bool:
    if isinstance(expected, Number) and isinstance(found, Number):
        return isclose(float(expected.text), float(found.text), rel_tol=1e-6, abs_tol=1e-300)
    return False


def cuts(node: Node) -> tuple[set[Path], set[Path]]:
    """The lists that must be reported as cut, and those that may be."""
    if isinstance(node, Object):
        return _union([cuts(inner) for _, inner in node.fields])
    if isinstance(node, Choice):
        inner = [cuts(each) for each in node.nodes]
        return set.intersection(*(must for must, _ in inner)), _union(inner)[1]
    if isinstance(node, Array):
        own = {node.cut} if node.cut is not None else set[Path]()
        must, may = set(own), set(own)
        for group, count in node.window:
            whole, any_ = _union([cuts(inner) for inner in group])
            may |= any_
            if count == len(group):
                must |= whole
        return must, may
    return set(), set()


def _union(parts: Sequence[tuple[set[Path], set[Path]]]) -> tuple[set[Path], set[Path]]:
    must, may = set[Path](), set[Path]()
    for inner_must, inner_may in parts:
        must |= inner_must
        may |= inner_may
    return must, may
