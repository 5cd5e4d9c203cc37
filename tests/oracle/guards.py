"""Policies in plain Python: which rows there are for an action, and what a masked value is shown as.

Rules say what they mean here, claims already in their places: `None` stands for a rule that lets nothing pass, because
a claim is missing or does not fit.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from policies.guards import Claim, Constant, Masking, Predicate, TableGuards
from schema.model import Action, Entity, Relationship
from schema.scalars import is_text
from tests.oracle.answers import Json, Number, exact
from tests.oracle.conditions import Conditions
from tests.oracle.inputs import Value
from tests.oracle.rows import Cell, Row, Store

_EMAIL = re.compile(r"([^@\s])[^@\s]*@([^@\s]+)")


@dataclass(frozen=True)
class Guards:
    """What narrows the use of all tables: conditions by entity and action, masks by entity and column."""

    filters: Mapping[tuple[str, Action], Sequence[Value | None]] = field(default_factory=dict)
    masks: Mapping[tuple[str, str], Masking] = field(default_factory=dict)
    max_rows: Mapping[str, int] = field(default_factory=dict)
    mask_key: bytes = b""
    checks: Mapping[tuple[str, Action], Sequence[Value | None]] = field(default_factory=dict)


OPEN = Guards()


def meant(tables: Mapping[str, TableGuards], claims: Mapping[str, object], mask_key: bytes) -> Guards:
    """What a contract's guards mean for a caller whose claims fit wherever they are there."""
    filters, masks, max_rows = {}, {}, {}
    for entity, guards in tables.items():
        for action, rules in guards.filters.items():
            filters[entity, action] = [_rule(rule.predicate, claims) for rule in rules]
        masks.update({(entity, column): masking for column, masking in guards.masks.items()})
        if guards.max_rows is not None:
            max_rows[entity] = guards.max_rows
    return Guards(filters, masks, max_rows, mask_key)


def _rule(predicate: Predicate, claims: Mapping[str, object]) -> Value | None:
    try:
        return _value(predicate, claims)
    except KeyError:
        return None


def _value(predicate: object, claims: Mapping[str, object]) -> Value:
    if isinstance(predicate, Claim):
        return _plain(claims[predicate.name])
    if isinstance(predicate, Constant):
        return _plain(predicate.value)
    if isinstance(predicate, Mapping):
        return {name: _value(inner, claims) for name, inner in predicate.items()}
    return [_value(item, claims) for item in predicate] if isinstance(predicate, tuple) else predicate


def _plain(value: object) -> Value:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return Number(repr(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


class _Everything:
    def __init__(self, store: Store) -> None:
        self._store = store

    def related(self, relationship: Relationship, row: Row, action: Action) -> Sequence[Row]:
        return self._store.related(relationship, row)


class Guarded:
    """A store as its guards show it."""

    def __init__(self, store: Store, guards: Guards) -> None:
        self._store = store
        self._guards = guards
        self._raw = Conditions(store, _Everything(store))
        self._seen: dict[tuple[str, Action], Mapping[Row, None]] = {}

    def rows(self, entity: str, action: Action) -> Sequence[Row]:
        return self.meeting(entity, action, self._store.rows[entity])

    def related(self, relationship: Relationship, row: Row, action: Action) -> Sequence[Row]:
        return self.meeting(relationship.target, action, self._store.related(relationship, row))

    def meeting(self, entity: str, action: Action, rows: Sequence[Row]) -> Sequence[Row]:
        """Those of the rows that are there for an action."""
        conditions = self._guards.filters.get((entity, action), ())
        if not conditions:
            return rows
        seen = self._seen.get((entity, action))
        if seen is None:
            every = self._store.rows[entity]
            passing = [row for row in every if self._meets(entity, row, conditions)]
            seen = self._seen[entity, action] = dict.fromkeys(passing)
        return [row for row in rows if row in seen]

    def may_become(self, entity: str, action: Action, row: Row) -> bool:
        """Whether an action may leave a row as it is."""
        return self._meets(entity, row, self._guards.checks.get((entity, action), ()))

    def _meets(self, entity: str, row: Row, conditions: Sequence[Value | None]) -> bool:
        there = self._store.model.entities[entity]
        return all(each is not None and self._raw.holds(there, row, each) is True for each in conditions)

    def max_rows(self, entity: Entity) -> int | None:
        return self._guards.max_rows.get(entity.name)

    def shown(self, entity: Entity, column: str, cell: Cell) -> Json:
        """The value of a column as it is shown."""
        masking = self._guards.masks.get((entity.name, column))
        value = exact(cell.json)
        if masking is None:
            return value
        if masking is Masking.NULL or not is_text(entity.columns[column].type) or not isinstance(value, str):
            return None
        if entity.columns[column].type.storage.name == "bpchar":
            value = value.rstrip(" ")
        return _masked(value, masking, self._guards.mask_key)


def _masked(text: str, masking: Masking, key: bytes) -> str:
    if masking is Masking.HASH:
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    if masking is Masking.LAST4:
        return "*" * len(text) if len(text) <= 4 else "*" * (len(text) - 4) + text[-4:]
    found = _EMAIL.fullmatch(text) if masking is Masking.EMAIL else None
    return f"{found[1]}***@{found[2]}" if found else "***"
