"""The rows that a statement writes: each insert, update or delete is a named part of its `with`.

Parts run against one snapshot and do not see each other's rows, only what RETURNING hands on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from narthex.errors import Code
from resolvers.sql.operators import symbol_of
from resolvers.sql.render import literal
from resolvers.sql.scope import Path, Scope, Step
from schema.catalog import quote
from schema.inserts import nested_columns
from schema.model import Action, Entity, Model

UPDATED = '"narthex updated"'
"""A column of an insert that may have updated a row instead: whether it did, null where that is not certain."""

_TABLE, _PLACE = '"narthex table"', '"narthex place"'


_ARM = "'narthex.arm'"


@dataclass(frozen=True, slots=True)
class Conflict:
    """What `on_conflict` adds to an insert. `updates` says that it may update a row instead, `arms` that such a row
    tells by `UPDATED` that it is one: it has another check to meet, or a key that others refer to.
    """

    sql: str = ""
    key: tuple[str, ...] = ()
    """The SQL columns of the constraint."""
    updates: bool = False
    arms: bool = False
    changed: frozenset[str] = frozenset()
    """The SQL columns that it may change."""


NO_CONFLICT = Conflict()


def taking_arm(condition: str, key: Sequence[str]) -> str:
    """The condition of `do update`, which notes the key for which it was met: nothing else tells an updated row from
    an inserted one for certain (`xmax` is not there in partitions, and says what lockers left).
    """
    values = ", ".join(f"excluded.{quote(name)}::text" for name in key)
    noted = f"set_config({_ARM}, json_build_array({values})::text, true) <> ''"
    return f"case when {condition} then {noted} else false end"


def _arm_taken(entity: Entity, alias: str, key: Sequence[str]) -> str:
    """Whether a row that is returned was updated, null where that is not certain: rows are written and returned one by
    one, so the key is the last, but presets and triggers may have changed the row's key after it was noted, and
    triggers may have kept the row from being updated.
    """
    noted = f"nullif(current_setting({_ARM}, true), '')::json"
    types = [entity.table.by_name[name].type for name in key]
    same = [
        f"{alias}.{quote(name)} {symbol_of('=', type_)} ({noted} ->> {place})::{type_.storage.sql}"
        for place, (name, type_) in enumerate(zip(key, types, strict=True))
    ]
    forgotten = f"set_config({_ARM}, '', true) = ''"
    return (
        f"case when {noted} is null then false when {' and '.join(same)} then {forgotten}"
        f" else nullif({forgotten}, true) end"
    )


@dataclass(frozen=True, slots=True)
class Written:
    """One part: the rows that it wrote as they became, under a name. `path` is where in the operation it stands.

    `sources` are the names of the parts that it reads. `changed` are the SQL columns of rows that were there before
    which it may have changed.
    """

    name: str
    path: Path
    entity: Entity
    action: Action
    sql: str
    conflict: Conflict
    sources: tuple[str, ...] = ()
    changed: frozenset[str] = frozenset()
    was: bool = False
    """Whether the rows have, under the names that `was_column` gives, their values before."""

    @property
    def count(self) -> str:
        return f"(select count(*) from {self.name})"

    @property
    def key(self) -> tuple[str, ...]:
        """The SQL columns of the primary key, if Postgres keeps every row that is read to it."""
        if not self.entity.table.enforces_keys:
            return ()
        return tuple(self.entity.columns[name].name for name in self.entity.key)

    def keys(self) -> str:
        """A JSON array with what finds each of the rows again, in their order."""
        parts = [f"{self.name}.{column}::text" for column, _, _ in self._identity()]
        if self.conflict.arms:
            parts.append(f"{self.name}.{UPDATED}")
        return f"(select coalesce(json_agg(json_build_array({', '.join(parts)})), '[]') from {self.name})"

    def found_again(self, keys: str, alias: str) -> str:
        """The part that reads the rows as they are now, in their order. `keys` is what `keys` gave."""
        table = self.entity.table
        columns = [f"{alias}.{quote(column.name)}" for column in table.columns]
        matched = []
        for place, (column, type_, equals) in enumerate(self._identity()):
            source = {_TABLE: "tableoid", _PLACE: "ctid"}.get(column, column)
            columns += [f"{alias}.{source} as {column}"] if source != column else []
            matched.append(f"{alias}.{source} {equals} (k.v ->> {place})::{type_}")
        if self.conflict.arms:
            columns.append(f"(k.v ->> {len(matched)})::bool as {UPDATED}")
        return (
            f"select {', '.join(columns)} from json_array_elements({keys} -> {literal(self.name)})"
            f" with ordinality k(v, o) join {table.sql} {alias} on {' and '.join(matched)} order by k.o"
        )

    def missing(self, keys: str) -> str:
        """The condition under which a row cannot be found again. It may be there: what has no key has moved, and keys
        are changed by triggers and handed on by foreign keys.
        """
        return f"(select count(*) from {self.name}) < json_array_length({keys} -> {literal(self.name)})"

    def _identity(self) -> list[tuple[str, str, str]]:
        """Columns that name a row for the length of a transaction: as they are called in the part, their type, and what
        compares them.
        """
        if not self.key:
            return [(_TABLE, "oid", "="), (_PLACE, "tid", "=")]
        columns = self.entity.table.by_name
        return [(quote(name), columns[name].type.storage.sql, symbol_of("=", columns[name].type)) for name in self.key]


class Ending(NamedTuple):
    """A condition on the rows of a part under which everything ends, and what is said then."""

    part: Written
    condition: str
    code: Code


def was_column(entity: Entity, name: str) -> str:
    """What the value of an SQL column before an update is called."""
    return f'"narthex was {[column.name for column in entity.table.columns].index(name)}"'


@dataclass
class Changes:
    """What is written at once, in the making. In a dry run updates return what was there before, too."""

    scope: Scope
    dry: bool = False
    written: list[Written] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    _steps: dict[tuple[Path, str, str, Action], list[int]] = field(default_factory=dict)

    def add(
        self,
        path: Path,
        entity: Entity,
        action: Action,
        sql: str,
        alias: str,
        conflict: Conflict = NO_CONFLICT,
        sources: tuple[str, ...] = (),
        changed: frozenset[str] = frozenset(),
        was: str | None = None,
    ) -> Written:
        """A part that ends with the columns of its rows; `was` is an alias of the rows as they were before."""
        columns = [f"{alias}.{quote(column.name)}" for column in entity.table.columns]
        if conflict.arms:
            columns.append(f"{_arm_taken(entity, alias, conflict.key)} as {UPDATED}")
        part = Written(
            f"w{len(self.written) + 1}", path, entity, action, "", conflict, sources, changed, was is not None
        )
        if not part.key:
            columns += [f"{alias}.tableoid as {_TABLE}", f"{alias}.ctid as {_PLACE}"]
        if was is not None:
            names = [column.name for column in entity.table.columns]
            columns += [f"{was}.{quote(name)} as {was_column(entity, name)}" for name in names]
        part = replace(part, sql=f"{sql} returning {', '.join(columns)}")
        self.written.append(part)
        return part

    def count(self, path: Path, coordinate: str, entity: Entity, action: Action, times: int, rows: int) -> None:
        """Note work at a place of the operation; what is done there again adds up."""
        noted = self._steps.setdefault((path, coordinate, entity.name, action), [0, 0])
        noted[0] += times
        noted[1] += rows

    def steps(self) -> Sequence[Step]:
        return [Step(*place, times, rows) for place, (times, rows) in self._steps.items()]

    def expected(self, path: Path) -> int:
        """How many rows are expected to be written at a place."""
        return max([1, *(rows for (at, *_), (_, rows) in self._steps.items() if at == path)])

    def stages(self) -> list[list[Written]]:
        """The parts in the statements that they need: none can update a row that its own statement has written."""
        place: dict[str, int] = {}
        stages: list[list[Written]] = []
        for part in self.written:
            earliest = max((place[name] for name in part.sources), default=0)
            if part.conflict.updates:
                before = (place[each.name] for each in self.written if each.name in place and same_table(each, part))
                earliest = max(earliest, max(before, default=-1) + 1)
            place[part.name] = earliest
            stages += [[] for _ in range(earliest + 1 - len(stages))]
            stages[earliest].append(part)
        return stages or [[]]


def handed_on(model: Model, entity: Entity, changed: Collection[str]) -> Iterator[str]:
    """The tables whose foreign keys may change with columns of an entity's rows."""
    for relationship in entity.relationships.values():
        holder, _ = nested_columns(model, entity, relationship)
        if holder.name == relationship.target and any(local in changed for local, _ in relationship.columns):
            yield holder.table.sql


def same_table(one: Written, other: Written) -> bool:
    return one.entity.table.sql == other.entity.table.sql


def counted(parts: Sequence[Written]) -> str:
    """How many rows the parts wrote."""
    return " + ".join(part.count for part in parts) or "0::int8"
