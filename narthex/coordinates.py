"""Coordinates: how policies, tokens and the catalog name a part of the schema or a resource.

Schema coordinates are those of the GraphQL specification (September 2025): `Type`, `Type.field`, `Enum.VALUE`,
`Type.field(arg:)`, `@directive`, `@directive(arg:)`, here with `*` inside names for any run of characters.
Resources are `bucket:NAME/key`, `function:NAME`, `route:NAME`, `pool:NAME` and `webhook:NAME`.
`Query`, `Mutation` and `Subscription` stand for the root types and are written so, whichever spelling came in; a root
type is only ever named in full, so `*.phone` means tables. Refuses text that is no coordinate; knows no schema.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from graphql.pyutils import did_you_mean, suggestion_list

ROOTS = {
    "query_root": "Query",
    "mutation_root": "Mutation",
    "subscription_root": "Subscription",
}
ROOT_TYPES = frozenset(ROOTS.values())

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_DIGITS = frozenset("0123456789")
_NAME = _LETTERS | _DIGITS | {"*"}
_RESOURCE_NAME = _NAME | frozenset(".-")


class CoordinateError(ValueError):
    """`offset` counts characters from 0 to where the text stops being a coordinate; `fix` says what to write."""

    def __init__(self, message: str, offset: int, fix: str) -> None:
        super().__init__(f"{message} {fix}")
        self.message = message
        self.offset = offset
        self.fix = fix


class Scheme(StrEnum):
    BUCKET = "bucket"
    FUNCTION = "function"
    ROUTE = "route"
    POOL = "pool"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A name in which each `*` stands for any run of characters, none included. Case counts."""

    text: str
    _parts: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_parts", tuple(self.text.split("*")))

    @property
    def exact(self) -> bool:
        return len(self._parts) == 1

    def matches(self, name: str) -> bool:
        """Takes each part at its first place: no backtracking, so no pattern is slow."""
        if len(self._parts) == 1:
            return name == self.text
        first, last = self._parts[0], self._parts[-1]
        position, end = len(first), len(name) - len(last)
        if position > end or not name.startswith(first) or not name.endswith(last):
            return False
        for part in self._parts[1:-1]:
            found = name.find(part, position, end)
            if found < 0:
                return False
            position = found + len(part)
        return True

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A type (`customer`), a field or enum value of it (`customer.phone`), or an argument of the field."""

    type: Pattern
    member: Pattern | None = None
    argument: str | None = None

    @property
    def exact(self) -> bool:
        return self.type.exact and (self.member is None or self.member.exact)

    @property
    def root(self) -> bool:
        """Whether the type is one of the three root types."""
        return self.type.text in ROOT_TYPES

    def __str__(self) -> str:
        text = self.type.text if self.member is None else f"{self.type}.{self.member}"
        return text if self.argument is None else f"{text}({self.argument}:)"


@dataclass(frozen=True, slots=True)
class DirectiveCoordinate:
    """`@directive` or `@directive(arg:)`."""

    name: str
    argument: str | None = None

    @property
    def exact(self) -> bool:
        return True

    def __str__(self) -> str:
        return f"@{self.name}" if self.argument is None else f"@{self.name}({self.argument}:)"


@dataclass(frozen=True, slots=True)
class Resource:
    """Something outside the database. `path` is the key in a bucket; without it all of the bucket is meant."""

    scheme: Scheme
    name: Pattern
    path: Pattern | None = None

    @property
    def exact(self) -> bool:
        """Whether the resource itself is named in full; a pattern in the path stays inside it."""
        return self.name.exact

    def matches(self, name: str, path: str | None = None) -> bool:
        """Whether this covers the resource, or the key in it. A part of a bucket does not cover the bucket."""
        if not self.name.matches(name):
            return False
        return self.path is None or (path is not None and self.path.matches(path))

    def __str__(self) -> str:
        text = f"{self.scheme}:{self.name}"
        return text if self.path is None else f"{text}/{self.path}"


AnyCoordinate = Coordinate | DirectiveCoordinate | Resource


def scan(text: str) -> AnyCoordinate:
    """Reads one coordinate, which is all of `text`; raises `CoordinateError`."""
    if text.startswith("@"):
        return _directive(text)
    head, colon, _ = text.partition(":")
    if colon and head and set(head) <= _NAME:
        return _resource(text, head)
    return _schema(text)


def _schema(text: str) -> Coordinate:
    type_name, end = _name(text, 0)
    type_name = ROOTS.get(type_name, type_name)
    if end == len(text):
        return Coordinate(Pattern(type_name))
    if text[end] != ".":
        raise _stray(text, end)
    member, end = _name(text, end + 1)
    argument = _argument(text, end)
    return Coordinate(Pattern(type_name), Pattern(member), argument)


def _directive(text: str) -> DirectiveCoordinate:
    name, end = _name(text, 1)
    if "*" in name:
        raise CoordinateError("A directive has no pattern.", text.index("*"), "Write its name in full.")
    return DirectiveCoordinate(name, _argument(text, end))


def _resource(text: str, head: str) -> Resource:
    try:
        scheme = Scheme(head)
    except ValueError:
        known = [scheme.value for scheme in Scheme]
        hint = did_you_mean([f"{name}:" for name in suggestion_list(head, known)]).strip()
        fix = hint or f"Use one of {', '.join(f'{name}:' for name in known)}."
        raise CoordinateError(f"There is no resource of kind '{head}:'.", 0, fix) from None
    start = len(head) + 1
    name, slash, path = text[start:].partition("/")
    if not name:
        raise CoordinateError("The resource has no name.", start, f"Write '{head}:NAME'.")
    for offset, character in enumerate(name):
        if character not in _RESOURCE_NAME:
            raise _stray(text, start + offset)
    if not slash:
        return Resource(scheme, Pattern(_collapse(name)))
    place = start + len(name)
    if scheme is not Scheme.BUCKET:
        raise CoordinateError("Only a bucket has a path.", place, f"Write '{head}:{name}'.")
    if not path:
        raise CoordinateError("The path is empty.", place, f"Write '{head}:{name}' for the whole bucket.")
    for offset, character in enumerate(path):
        if character.isspace() or not character.isprintable():
            raise _stray(text, place + 1 + offset)
    return Resource(scheme, Pattern(_collapse(name)), Pattern(_collapse(path)))


def _name(text: str, start: int) -> tuple[str, int]:
    end = start
    while end < len(text) and text[end] in _NAME:
        end += 1
    if end == start or text[start] in _DIGITS:
        fix = "A name is letters, digits and '_', not beginning with a digit; '*' stands for any of them."
        raise CoordinateError(f"A name is expected at {_shown(text, start)}.", start, fix)
    return _collapse(text[start:end]), end


def _argument(text: str, start: int) -> str | None:
    if start == len(text):
        return None
    if text[start] != "(":
        raise _stray(text, start)
    name, end = _name(text, start + 1)
    if text[end:] != ":)":
        raise CoordinateError("The argument is not closed.", end, "Write it as '(name:)', without blanks.")
    if "*" in name:
        raise CoordinateError("An argument has no pattern.", start + 1, "Write its name in full.")
    return name


def _collapse(name: str) -> str:
    """`**` says nothing that `*` does not, and equal patterns should be equal."""
    while "**" in name:
        name = name.replace("**", "*")
    return name


def _stray(text: str, offset: int) -> CoordinateError:
    return CoordinateError(
        f"{_shown(text, offset)} cannot be part of a coordinate.",
        offset,
        "Write TYPE, TYPE.FIELD or KIND:NAME, then a blank.",
    )


def _shown(text: str, offset: int) -> str:
    return ascii(text[offset]) if offset < len(text) else "the end"
