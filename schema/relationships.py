"""Relationships that foreign keys give by themselves, under their default names.

Pure, and refuses nothing: a foreign key to a table that is not served gives no relationship.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from schema import reserved
from schema.catalog import Column, ForeignKey, Table
from schema.clashes import Claim, settle
from schema.model import Relationship, RelationshipKind
from schema.words import plural, singular, valid_name

TableId = tuple[str, str]

OBJECT, ARRAY = RelationshipKind.OBJECT, RelationshipKind.ARRAY


@dataclass(frozen=True, slots=True)
class Named:
    """A table under its default names; `columns` by GraphQL name."""

    name: str
    table: Table
    columns: Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Side:
    """A foreign key as seen from `source`: from its own table (`forward`) or from the table that it references."""

    source: Named
    target: Named
    key: ForeignKey
    forward: bool

    @property
    def owner(self) -> Table:
        return self.source.table if self.forward else self.target.table

    @property
    def unique(self) -> bool:
        """Whether one row of the other end has at most one partner: then even the reverse side is an object."""
        columns = frozenset(self.key.columns)
        return not self.owner.inherited and any(columns == frozenset(key) for key in _keys(self.owner))

    @property
    def kind(self) -> RelationshipKind:
        return OBJECT if self.forward or self.unique else ARRAY

    def wish(self) -> str:
        """The name that it has where nothing else wants it."""
        if not self.forward:
            inflect = singular if self.unique else plural
            return valid_name(inflect(self.owner.name))
        column = self.key.columns[0]
        if len(self.key.columns) == 1 and len(column) > 3 and column.endswith("_id"):
            return valid_name(column.removesuffix("_id"))
        return valid_name(singular(self.target.table.name))

    def relationship(self, name: str, kind: RelationshipKind) -> Relationship:
        key = self.key
        pairs = zip(key.columns, key.target_columns, strict=True)
        columns = tuple((mine, theirs) if self.forward else (theirs, mine) for mine, theirs in pairs)
        return Relationship(
            name=name,
            kind=kind,
            source=self.source.name,
            target=self.target.name,
            columns=columns,
            nullable=kind is OBJECT and not (self.forward and self._always_there()),
            unique_target=is_unique(self.target.table, [there for _, there in columns]),
            constraint=key.name,
            description=key.comment,
        )

    def _always_there(self) -> bool:
        table = self.owner
        return (
            self.key.enforced
            and table.enforces_keys
            and not self.target.table.row_security
            and not any(table.by_name[column].nullable for column in self.key.columns)
        )


@dataclass(frozen=True, slots=True)
class Default:
    """A relationship under its default name; `wish` differs where that name had to give way."""

    side: Side
    wish: str
    relationship: Relationship


def default_relationships(entities: Mapping[TableId, Named]) -> dict[str, list[Default]]:
    """Both ends of every foreign key between `entities`, by entity name. No two fields of an entity share a name."""
    sides: dict[TableId, list[Side]] = {identity: [] for identity in entities}
    for identity, here in entities.items():
        for key in _distinct(here.table.foreign_keys):
            other = (key.target_schema, key.target_table)
            if there := entities.get(other):
                sides[identity].append(Side(here, there, key, forward=True))
                sides[other].append(Side(there, here, key, forward=False))
    return {here.name: _settled(here, sides[identity]) for identity, here in entities.items()}


def is_unique(table: Table, columns: Iterable[str]) -> bool:
    """Whether Postgres itself sees to it that at most one row has given values in `columns`."""
    given = frozenset(columns)
    return table.enforces_keys and any(given.issuperset(key) for key in _keys(table))


def _settled(here: Named, sides: Sequence[Side]) -> list[Default]:
    claims: list[Claim] = []
    for side in sides:
        wish, key = side.wish(), side.key
        by = valid_name(f"{wish}_by_{'_'.join(key.columns)}")
        claims.append(
            Claim(
                subject=(side.owner.schema, side.owner.name, key.name, "forward" if side.forward else "backward"),
                candidates=(wish, by, f"{by}_{side.target.name}"),
                suffixes=("", "_aggregate") if side.kind is ARRAY else ("",),
            )
        )
    names = settle(claims, reserved.COLUMNS | here.columns.keys())
    return [
        Default(side, claim.candidates[0], side.relationship(names[claim.subject], side.kind))
        for side, claim in zip(sides, claims, strict=True)
    ]


def _keys(table: Table) -> list[tuple[str, ...]]:
    primary = [table.primary_key.columns] if table.primary_key else []
    return primary + [key.columns for key in table.unique_keys]


def _distinct(keys: Sequence[ForeignKey]) -> list[ForeignKey]:
    """Of foreign keys that say the same twice only one: an enforced one, then the first by name."""
    best: dict[tuple[str, str, frozenset[tuple[str, str]]], ForeignKey] = {}
    for key in sorted(keys, key=lambda key: (not key.enforced, key.name)):
        pairs = frozenset(zip(key.columns, key.target_columns, strict=True))
        best.setdefault((key.target_schema, key.target_table, pairs), key)
    return list(best.values())
