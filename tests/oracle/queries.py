"""Queries as plain data, and the different ways to write one down: literals in place, as variables, whole arguments as
variables. All of them mean the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tests.oracle.answers import Number
from tests.oracle.inputs import Enum


class Style(StrEnum):
    LITERALS = "every value where it is used"
    VARIABLES = "a variable for every scalar"
    STRUCTURES = "a variable for every structured argument"


@dataclass(frozen=True)
class Leaf:
    """A scalar or a list of scalars; `other` is a second value that could stand in its place."""

    value: object
    other: object
    type: str


Input = Leaf | Enum | Mapping[str, "Input"] | Sequence["Input"]


@dataclass(frozen=True)
class Argument:
    name: str
    type: str
    value: Input


@dataclass(frozen=True)
class Field:
    name: str
    alias: str | None = None
    arguments: Sequence[Argument] = ()
    selections: Sequence[Selection] = ()
    kept: bool | None = None
    """Whether `@include` says so; None is without a directive."""


@dataclass(frozen=True)
class Fragment:
    type: str
    selections: Sequence[Selection]
    named: bool


Selection = Field | Fragment


@dataclass
class Writer:
    """One way to write queries down; `other` takes the second value of each leaf."""

    style: Style = Style.LITERALS
    other: bool = False
    _variables: dict[str, str] = field(default_factory=dict)
    _declared: list[str] = field(default_factory=list)
    _fragments: list[str] = field(default_factory=list)

    def write(self, selections: Sequence[Selection]) -> tuple[str, str]:
        """The document, and its variables as JSON."""
        body = self._set(selections)
        declared = f"({', '.join(self._declared)})" if self._declared else ""
        text = "\n".join([f"query {declared} {body}" if declared else body, *self._fragments])
        return text, "{" + ",".join(f'"{name}":{value}' for name, value in self._variables.items()) + "}"

    def _set(self, selections: Sequence[Selection]) -> str:
        return "{ " + " ".join(map(self._selection, selections)) + " }"

    def _selection(self, selection: Selection) -> str:
        if isinstance(selection, Fragment):
            body = f"on {selection.type} {self._set(selection.selections)}"
            if not selection.named:
                return f"... {body}"
            name = f"part{len(self._fragments) + 1}"
            self._fragments.append("")
            self._fragments[-1] = f"fragment {name} {body}"
            return f"...{name}"
        text = f"{selection.alias}: {selection.name}" if selection.alias else selection.name
        if selection.arguments:
            text += "(" + ", ".join(f"{each.name}: {self._argument(each)}" for each in selection.arguments) + ")"
        if selection.kept is not None:
            condition = "true" if selection.kept else "false"
            if self.style is not Style.LITERALS:
                condition = self._declare("Boolean!", condition)
            text += f" @include(if: {condition})"
        return f"{text} {self._set(selection.selections)}" if selection.selections else text

    def _argument(self, argument: Argument) -> str:
        if self.style is Style.STRUCTURES and not isinstance(argument.value, Leaf):
            return self._declare(argument.type, self._json(argument.value))
        return self._literal(argument.value)

    def _declare(self, type_: str, value: str) -> str:
        name = f"v{len(self._declared) + 1}"
        self._declared.append(f"${name}: {type_}")
        self._variables[name] = value
        return f"${name}"

    def _literal(self, value: Input) -> str:
        if isinstance(value, Leaf):
            taken = value.other if self.other else value.value
            return self._declare(value.type, plain_json(taken)) if self.style is Style.VARIABLES else literal(taken)
        if isinstance(value, Enum):
            return str(value)
        if isinstance(value, Mapping):
            return "{" + ", ".join(f"{name}: {self._literal(inner)}" for name, inner in value.items()) + "}"
        return "[" + ", ".join(map(self._literal, value)) + "]"

    def _json(self, value: Input) -> str:
        if isinstance(value, Leaf):
            return plain_json(value.other if self.other else value.value)
        if isinstance(value, Mapping):
            return "{" + ",".join(f'"{name}":{self._json(inner)}' for name, inner in value.items()) + "}"
        return json.dumps(value) if isinstance(value, Enum) else "[" + ",".join(map(self._json, value)) + "]"


def literal(value: object) -> str:
    """A value in GraphQL's notation."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {literal(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    return plain_json(value)


def plain_json(value: object) -> str:
    if isinstance(value, Number):
        return value.text
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(name)}:{plain_json(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(plain_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
