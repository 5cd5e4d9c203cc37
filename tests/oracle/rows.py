"""All rows of a database in memory: each value as the text and as the JSON that Postgres makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import asyncpg

from schema.catalog import Column, PgType, quote
from schema.model import Entity, Model, Relationship
from tests.oracle.judge import Judge

INTEGERS = frozenset({"int2", "int4", "int8"})
_SAME_TEXT = frozenset({"text", "varchar", "uuid"})


@dataclass(frozen=True, slots=True)
class Cell:
    """One value; `text` is None for null."""

    text: str | None
    json: str


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One row; `cells` by GraphQL name of the column. Rows are equal only if they are the same row."""

    cells: Mapping[str, Cell]


class Store:
    """The rows of all entities, and which rows belong together."""

    def __init__(self, model: Model, judge: Judge, rows: Mapping[str, Sequence[Row]]) -> None:
        self.model = model
        self.judge = judge
        self.rows = rows
        self._texts: dict[tuple[str, str], frozenset[str]] = {}
        self._indexes: dict[tuple[str, str], tuple[list[_Join], dict[tuple[object, ...], list[Row]]]] = {}

    @classmethod
    async def load(cls, url: str, model: Model, judge: Judge) -> Store:
        connection = await asyncpg.connect(url, server_settings={"timezone": "UTC", "extra_float_digits": "1"})
        try:
            rows = {entity.name: await _read(connection, entity) for entity in model.entities.values()}
        finally:
            await connection.close()
        return cls(model, judge, rows)

    def texts(self, entity: Entity, column: str) -> frozenset[str]:
        """The different values of a column."""
        key = (entity.name, column)
        if key not in self._texts:
            texts = (row.cells[column].text for row in self.rows[entity.name])
            self._texts[key] = frozenset(text for text in texts if text is not None)
        return self._texts[key]

    def related(self, relationship: Relationship, row: Row) -> Sequence[Row]:
        """The rows of the target that belong to a row of the source."""
        key = (relationship.source, relationship.name)
        if key not in self._indexes:
            self._indexes[key] = self._index(relationship)
        joins, index = self._indexes[key]
        wanted = tuple(join.key(row.cells[join.here].text) for join in joins)
        return () if None in wanted else index.get(wanted, ())

    def _index(self, relationship: Relationship) -> tuple[list[_Join], dict[tuple[object, ...], list[Row]]]:
        source, target = self.model.entities[relationship.source], self.model.entities[relationship.target]
        joins = []
        for here, there in relationship.columns:
            here_name, there_name = _graphql_name(source, here), _graphql_name(target, there)
            texts = self.texts(source, here_name) | self.texts(target, there_name)
            types = (source.columns[here_name].type, target.columns[there_name].type)
            joins.append(_Join(here_name, there_name, *types, texts, self.judge))
        index: dict[tuple[object, ...], list[Row]] = {}
        for row in self.rows[target.name]:
            key = tuple(join.key(row.cells[join.there].text) for join in joins)
            index.setdefault(key, []).append(row)
        return joins, index


@dataclass(frozen=True)
class _Join:
    """One pair of columns of a relationship."""

    here: str
    there: str
    type_here: PgType
    type_there: PgType
    texts: frozenset[str]
    judge: Judge

    def key(self, text: str | None) -> object:
        """The same for values that are equal."""
        if text is None:
            return None
        names = {self.type_here.storage.name, self.type_there.storage.name}
        if names <= INTEGERS:
            return int(text)
        return text if names <= _SAME_TEXT else self._ranks[text]

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        return self.judge.ranks(self.type_there.storage.sql, self.texts)


def _graphql_name(entity: Entity, sql_name: str) -> str:
    return next(name for name, column in entity.columns.items() if column.name == sql_name)


async def _read(connection: asyncpg.Connection[asyncpg.Record], entity: Entity) -> Sequence[Row]:
    columns: Mapping[str, Column] = entity.columns
    selected = ", ".join(
        f"{_text(column)}, coalesce(to_json({quote(column.name)})::text, 'null')" for column in columns.values()
    )
    records = await connection.fetch(f"select {selected} from {entity.table.sql}")
    return [
        Row({name: Cell(record[2 * at], record[2 * at + 1]) for at, name in enumerate(columns)}) for record in records
    ]


def _text(column: Column) -> str:
    """The text of a value from which the same value can be made; a cast of `char(n)` drops its blanks."""
    name = quote(column.name)
    return f"to_json({name}) #>> '{{}}'" if column.type.storage.name == "bpchar" else f"{name}::text"
