"""What an operation is held to beside what is open: amounts, weights, keys, risk; lines read for a role.

Every line of `@rate_limit` and `@quota` that matches applies, and is one counter: whatever a pattern matches counts
together. Of `@cost`, `@listSize` and `@audit` the most specific line holds; of `@risk` the highest level, of
`@idempotent` the longest window. An exact line with `override: true` takes the place of the patterns that match the
same. A line on a table holds for each of its uses, one on a root field or relationship for this way to it, one on a
column for each row in which it is read or written. Decides nothing, and refuses nothing: `check_admission` has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import cast

from narthex.coordinates import Coordinate
from policies.comments import is_comment
from policies.directives import ADMISSION
from policies.match import strings
from policies.overlay import Line

DEFAULT_KEPT_S = 86_400
"""How long the answer to an idempotency key is kept where no line says so."""
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_WINDOW = re.compile(r"([1-9][0-9]{0,5})([smhd])")
LONGEST_S = 366 * 86_400


class Per(StrEnum):
    """Whose use is counted together."""

    PRINCIPAL = "PRINCIPAL"
    INSTANCE = "INSTANCE"
    AGENT = "AGENT"
    SESSION = "SESSION"
    ROLE = "ROLE"
    TENANT = "TENANT"
    GLOBAL = "GLOBAL"


class Unit(StrEnum):
    CALLS = "CALLS"
    ROWS = "ROWS"
    BYTES = "BYTES"


class Risk(IntEnum):
    LOW = 0
    MEDIUM = 1
    HIGH = 2
    CRITICAL = 3


@dataclass(frozen=True, slots=True)
class Limit:
    """One `@rate_limit` (`durable` is false) or `@quota` line. `name` is its text, by which it is counted."""

    name: str
    coordinate: str
    limit: int
    window: str
    window_s: int
    per: Per
    unit: Unit
    durable: bool
    source: str


@dataclass(frozen=True, slots=True)
class ListSize:
    """`@listSize` of the cost-directive specification; `sized` are the fields below that are as long as this says."""

    assumed: int | None
    slicing: tuple[str, ...]
    sized: tuple[str, ...]
    require_one: bool


@dataclass(frozen=True, slots=True)
class Recording:
    """`@audit`: whether values are kept (`full`), and the arguments or columns whose values are kept as hashes."""

    full: bool
    redact: tuple[str, ...]


EVERYTHING = Recording(True, ())


def seconds(text: str) -> int | None:
    """The length of a window such as `30s`, `1m`, `12h`, `7d`; None where it is none, or longer than a year."""
    match = _WINDOW.fullmatch(text)
    length = int(match[1]) * _UNITS[match[2]] if match else 0
    return length if 0 < length <= LONGEST_S else None


def specificity(coordinate: Coordinate) -> tuple[int, int]:
    """Larger is more specific: exact, exact type with a pattern, pattern for the type, `*`; then literal characters."""
    member = coordinate.member
    literals = sum(len(pattern.text.replace("*", "")) for pattern in (coordinate.type, member) if pattern is not None)
    if coordinate.exact:
        rank = 3
    elif coordinate.type.exact:
        rank = 2
    else:
        rank = 0 if coordinate.type.text == "*" and (member is None or member.text == "*") else 1
    return rank, literals


def matches(coordinate: Coordinate, type_name: str, member: str | None, argument: str | None = None) -> bool:
    """Whether a line's coordinate means this one. A pattern for types never means a root type."""
    if coordinate.argument != argument or (coordinate.member is None) != (member is None):
        return False
    root = type_name in _ROOTS
    if coordinate.root != root or not coordinate.type.matches(type_name):
        return False
    return coordinate.member is None or coordinate.member.matches(cast(str, member))


_ROOTS = frozenset({"Query", "Mutation", "Subscription"})


class Admission:
    """The admission lines of an overlay, kept apart by role."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = [line for line in lines if line.directive.name in ADMISSION]
        self._roles: dict[str, Rules] = {}
        self._named = frozenset(role for line in self._lines for role in strings(line, "roles") or ())

    @cached_property
    def every(self) -> Rules:
        """All lines, for whomever."""
        return Rules(self._lines)

    def rules(self, role: str) -> Rules:
        """What holds for a role; all that no line names share one object."""
        name = role if role in self._named else ""
        rules = self._roles.get(name)
        if rules is None:
            mine = [line for line in self._lines if name in (strings(line, "roles") or (name,))]
            rules = self._roles[name] = Rules(mine)
        return rules


class Rules:
    """The admission lines for one role. Answers are kept: there are as many as coordinates that are used."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines: dict[str, list[tuple[Line, Coordinate]]] = {}
        for line in lines:
            if isinstance(line.coordinate, Coordinate):
                self._lines.setdefault(line.directive.name, []).append((line, line.coordinate))
        self._limits: dict[tuple[str, str | None, str | None], tuple[Limit, ...]] = {}
        self._weights: dict[tuple[str, str | None, str | None], float | None] = {}
        self._sizes: dict[tuple[str, str | None], ListSize | None] = {}

    def at(self, type_name: str, member: str | None = None, action: str | None = None) -> list[Line]:
        """All lines on a table, a column, a relationship or a root field, as they stand in the policy."""
        return [line for directive in sorted(self._lines) for line in self._on(directive, type_name, member, action)]

    @property
    def lines(self) -> list[tuple[Line, Coordinate]]:
        return [line for lines in self._lines.values() for line in lines]

    @property
    def directives(self) -> frozenset[str]:
        """The names of those that any line has."""
        return frozenset(self._lines)

    def on_members(self, type_name: str) -> bool:
        """Whether any line is on a column or relationship of the table."""
        coordinates = [coordinate for lines in self._lines.values() for _, coordinate in lines if not coordinate.root]
        return any(found.member is not None and found.type.matches(type_name) for found in coordinates)

    @property
    def limited(self) -> bool:
        """Whether anything is counted at all."""
        return "rate_limit" in self._lines or "quota" in self._lines

    def limits(self, type_name: str, member: str | None = None, action: str | None = None) -> tuple[Limit, ...]:
        """What is counted for a root field or relationship, a table under an action, or a column under an action."""
        key = (type_name, member, action)
        limits = self._limits.get(key)
        if limits is None:
            lines = [*self._on("rate_limit", *key), *self._on("quota", *key)]
            limits = self._limits[key] = tuple(dict.fromkeys(map(_limit, lines)))
        return limits

    def weight(self, type_name: str, member: str | None = None, argument: str | None = None) -> float | None:
        """`@cost` of a field, of a type (without `member`) or of an argument; None where no line says."""
        key = (type_name, member, argument)
        if key not in self._weights:
            line = self._most_specific("cost", type_name, member, argument)
            self._weights[key] = float(str(line.directive.arguments["weight"])) if line is not None else None
        return self._weights[key]

    def list_size(self, type_name: str, member: str | None = None) -> ListSize | None:
        key = (type_name, member)
        if key not in self._sizes:
            line = self._most_specific("listSize", type_name, member)
            self._sizes[key] = _list_size(line) if line is not None else None
        return self._sizes[key]

    @property
    def records_less(self) -> bool:
        """Whether any `@audit` line there is keeps less than everything."""
        lines = (line for line, _ in self._lines.get("audit", ()))
        return any(line.directive.arguments["level"] != "FULL" or strings(line, "redact") for line in lines)

    def recording(self, type_name: str, member: str | None = None) -> Recording | None:
        """`@audit` of a table, a root field or a field of the gateway."""
        line = self._most_specific("audit", type_name, member)
        if line is None:
            return None
        return Recording(line.directive.arguments["level"] == "FULL", strings(line, "redact") or ())

    def risk(self, type_name: str, member: str | None = None, action: str | None = None) -> Risk | None:
        """The highest level that is said of it; None where none is."""
        return max(map(_risk, self._on("risk", type_name, member, action)), default=None)

    def kept_s(self, type_name: str, member: str | None = None, action: str | None = None) -> int | None:
        """For how long `@idempotent` keeps an answer; None where no key is required."""
        lines = self._on("idempotent", type_name, member, action)
        return max((_window(line) or DEFAULT_KEPT_S for line in lines), default=None)

    def simulatable(self, type_name: str, member: str | None = None) -> bool:
        """Whether a dry run may run it although a rollback cannot undo all that it does."""
        return bool(self._on("simulatable", type_name, member))

    def _on(self, directive: str, type_name: str, member: str | None = None, action: str | None = None) -> list[Line]:
        found = [
            (line, coordinate)
            for line, coordinate in self._lines.get(directive, ())
            if matches(coordinate, type_name, member) and _acts(line, action)
        ]
        if any(line.directive.arguments.get("override") is True for line, _ in found):
            return [line for line, coordinate in found if coordinate.exact]
        return [line for line, _ in found]

    def _most_specific(
        self, directive: str, type_name: str, member: str | None = None, argument: str | None = None
    ) -> Line | None:
        found = [
            (specificity(coordinate), line)
            for line, coordinate in self._lines.get(directive, ())
            if matches(coordinate, type_name, member, argument)
        ]
        return max(found, key=lambda entry: entry[0])[1] if found else None


def _acts(line: Line, action: str | None) -> bool:
    on = strings(line, "on")
    return on is None or action is None or action in on


def _limit(line: Line) -> Limit:
    arguments: Mapping[str, object] = line.directive.arguments
    durable = line.directive.name == "quota"
    return Limit(
        line.text,
        str(line.coordinate),
        cast(int, arguments["limit"]),
        str(arguments["window"]),
        cast(int, _window(line)),
        Per(str(arguments.get("per", Per.PRINCIPAL))),
        Unit(str(arguments["unit"])) if durable else Unit.CALLS,
        durable,
        str(line.source),
    )


def _risk(line: Line) -> Risk:
    """A comment of the database may warn, and not calm."""
    level = Risk[str(line.directive.arguments["level"])]
    return max(level, Risk.MEDIUM) if is_comment(line) else level


def _window(line: Line) -> int | None:
    window = line.directive.arguments.get("window")
    return seconds(str(window)) if window is not None else None


def _list_size(line: Line) -> ListSize:
    arguments = line.directive.arguments
    slicing = strings(line, "slicingArguments") or ()
    required = arguments.get("requireOneSlicingArgument", bool(slicing))
    assumed = cast("int | None", arguments.get("assumedSize"))
    return ListSize(assumed, slicing, strings(line, "sizedFields") or (), bool(required))
