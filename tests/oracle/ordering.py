"""`order_by` and `distinct_on` in plain Python: sort keys of a row, and rows in groups that the keys hold apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schema.catalog import PgType
from schema.model import Action, Entity
from tests.oracle.conditions import Sight, count
from tests.oracle.inputs import Enum, Value, listed
from tests.oracle.rows import INTEGERS, Row, Store

_BIGINT = PgType("pg_catalog", "int8")


class Mismatch(Exception):
    """`order_by` does not begin with the columns of `distinct_on`."""


@dataclass(frozen=True)
class Key:
    """One sort key: where its values come from (`path`), and which way they go."""

    path: tuple[str, ...]
    direction: str

    @property
    def descending(self) -> bool:
        return self.direction.startswith("desc")

    @property
    def nulls_first(self) -> bool:
        if self.direction.endswith(("_first", "_last")):
            return self.direction.endswith("_first")
        return self.descending


def keys_of(order_by: Value, prefix: tuple[str, ...] = ()) -> list[Key]:
    """All keys of an `order_by`, flat; null stands for nothing."""
    keys: list[Key] = []
    for item in listed(order_by):
        assert isinstance(item, dict | None)
        for name, value in (item or {}).items():
            if isinstance(value, Enum | str):
                keys.append(Key((*prefix, name), value))
            elif value is not None:
                keys += keys_of(value, (*prefix, name))
    return keys


class Ordering:
    def __init__(self, store: Store, sight: Sight) -> None:
        self._store = store
        self._sight = sight

    def groups(self, entity: Entity, rows: Sequence[Row], keys: Sequence[Key]) -> list[list[Row]]:
        """The rows in order; rows that no key holds apart are in one group."""
        if not rows:
            return []
        places: list[list[int]] = [[] for _ in rows]
        for key in keys:
            for place, number in zip(places, self._places(entity, rows, key), strict=True):
                place.append(number)
        groups: list[list[Row]] = []
        last: list[int] | None = None
        for at in sorted(range(len(rows)), key=lambda at: places[at]):
            if places[at] != last:
                groups.append([])
                last = places[at]
            groups[-1].append(rows[at])
        return groups

    def distinct(
        self, entity: Entity, rows: Sequence[Row], columns: Sequence[str], keys: Sequence[Key]
    ) -> list[list[Row]]:
        """The first row of each combination of `columns`, in order; several where nothing decides which is first."""
        chosen: dict[tuple[int, ...], list[Row]] = {}
        ranks = [self._places(entity, rows, Key((name,), "asc")) for name in columns]
        combination = {id(row): tuple(rank[at] for rank in ranks) for at, row in enumerate(rows)}
        for group in self.groups(entity, rows, distinct_keys(columns, keys)):
            for first in {combination[id(row)] for row in group} - chosen.keys():
                chosen[first] = [row for row in group if combination[id(row)] == first]
        return list(chosen.values())

    def _places(self, entity: Entity, rows: Sequence[Row], key: Key) -> list[int]:
        """A number for each row that sorts as the key says."""
        found = [self._value(entity, row, key.path) for row in rows]
        texts = {text for text, _ in found if text is not None}
        types = {type_ for text, type_ in found if text is not None}
        ranks: Mapping[str, int] = {}
        if types:
            type_ = types.pop()
            ints = type_ in INTEGERS
            ranks = {text: int(text) for text in texts} if ints else self._store.judge.ranks(type_, texts)
        low, high = min(ranks.values(), default=0), max(ranks.values(), default=0)
        null = (high + 1) if key.nulls_first == key.descending else (low - 1)
        sign = -1 if key.descending else 1
        return [sign * (null if text is None else ranks[text]) for text, _ in found]

    def _value(self, entity: Entity, row: Row, path: tuple[str, ...]) -> tuple[str | None, str]:
        """The value of a key as text, and its type."""
        name, *rest = path
        if name in entity.columns:
            storage = entity.columns[name].type.storage
            return row.cells[name].text, storage.name if storage.name in INTEGERS else storage.sql
        if name in entity.relationships:
            relationship = entity.relationships[name]
            related = self._sight.related(relationship, row, Action.SELECT)
            target = self._store.model.entities[relationship.target]
            return self._value(target, related[0], tuple(rest)) if related else (None, "")
        return self._aggregate(entity, row, name.removesuffix("_aggregate"), rest)

    def _aggregate(self, entity: Entity, row: Row, name: str, path: Sequence[str]) -> tuple[str | None, str]:
        relationship = entity.relationships[name]
        target = self._store.model.entities[relationship.target]
        related = self._sight.related(relationship, row, Action.AGGREGATE)
        if path == ["count"]:
            return str(count(self._store, target, related, [], distinct=False)), "int8"
        function, column = path
        texts = [other.cells[column].text for other in related]
        _, text, type_ = self._store.judge.fold(function, target.columns[column].type.storage.sql, [texts])
        return text, type_


def distinct_keys(columns: Sequence[str], keys: Sequence[Key]) -> list[Key]:
    """The keys under which rows of one combination of `columns` come together."""
    if not keys:
        return [Key((name,), "asc") for name in columns]
    leading = [key.path for key in keys[: len(columns)]]
    wanted = {(name,) for name in columns}
    if not set(leading) <= wanted or (len(keys) >= len(columns) and set(leading) != wanted):
        raise Mismatch
    missing = [Key((name,), "asc") for name in columns if (name,) not in leading]
    return [*keys[: len(columns)], *missing, *keys[len(columns) :]]
