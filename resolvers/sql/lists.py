"""The rows that a list field reads: filter, order, limits, and how they become one JSON array."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from resolvers.sql.guards import caller_conditions, row_conditions
from resolvers.sql.ordering import distinct_order, sort_keys
from resolvers.sql.params import row_count
from resolvers.sql.render import Select, Text, literal
from resolvers.sql.scope import Path, Scope
from resolvers.sql.values import Leaf, Tree
from schema.catalog import quote
from schema.model import Action, Entity

CUT_OPEN, CUT_CLOSE = "\x01", "\x02"
"""Around the number of a list that was cut. JSON never holds raw control characters, so they cannot be data."""

_ORDINAL = '"narthex ordinal"'


@dataclass(frozen=True, slots=True)
class Row:
    """The JSON text of one row of an alias, the alias's columns in it, and the joins that it needs.

    `costly` says that it reads other relations, so that it should not be made for rows that are dropped.
    """

    text: Text
    columns: Sequence[str]
    joins: Sequence[str]
    costly: bool


RowMaker = Callable[[str], Row]


@dataclass(frozen=True, slots=True)
class Rows:
    """What a list field's arguments say, compiled on one alias. `limit` is None where the caller gave none.

    `limit_bound` is the most rows that the limit allows, `max_rows` the most that a policy lets a list show.
    """

    entity: Entity
    alias: str
    where: tuple[str, ...]
    distinct_on: tuple[str, ...]
    order_by: tuple[str, ...]
    limit: str | None
    limit_bound: int
    offset: str | None
    max_rows: int | None

    @property
    def cut_at(self) -> int | None:
        """How many rows the list shows before it is cut, or None where the caller's limit alone decides."""
        if self.max_rows is not None and self.max_rows < self.limit_bound:
            return self.max_rows
        return self.limit_bound if self.limit is None else None

    @property
    def all_matching(self) -> bool:
        """Whether every row that matches is meant, so that an aggregate can read the relation itself."""
        return self.limit is None and self.offset is None and not self.distinct_on

    def select(self, columns: Sequence[str], joins: Sequence[str], limit: str | None) -> Select:
        """These rows, with the limit that is given instead of their own."""
        return Select(
            columns,
            f"{self.entity.table.sql} {self.alias}",
            joins,
            self.where,
            self.distinct_on,
            self.order_by,
            limit,
            self.offset,
        )


def read_rows(
    scope: Scope,
    entity: Entity,
    alias: str,
    action: Action,
    arguments: Mapping[str, Tree],
    linked: Sequence[str],
    coordinate: str,
) -> Rows:
    """Compile the arguments of a list, of the rows that are there for an action; `linked` are the conditions that tie
    it to its parent row.
    """
    if "where" in arguments:
        where = [*linked, *caller_conditions(scope, entity, alias, action, arguments["where"])]
    else:
        where = [*linked, *row_conditions(scope, entity, alias, action)]
    keys = sort_keys(scope, entity, alias, arguments.get("order_by", ()))
    columns = [f"{alias}.{quote(entity.columns[cast(str, name)].name)}" for name in _names(arguments, "distinct_on")]
    if columns:
        keys = distinct_order(columns, keys, f"{coordinate}(distinct_on:)")
    offset = arguments.get("offset")
    limit, bound = _limit(scope, arguments, coordinate)
    return Rows(
        entity,
        alias,
        tuple(where),
        tuple(columns),
        tuple(f"{expression} {direction}" for expression, direction in keys),
        limit,
        bound,
        None if offset is None else row_count(scope.params, cast(Leaf, offset), f"{coordinate}(offset:)", None),
        scope.guards(entity.name).max_rows,
    )


def _names(arguments: Mapping[str, Tree], name: str) -> tuple[Tree, ...]:
    return cast(tuple[Tree, ...], arguments.get(name, ()))


def _limit(scope: Scope, arguments: Mapping[str, Tree], coordinate: str) -> tuple[str | None, int]:
    """The caller's limit as a parameter, with a constant that bounds it from above.

    Postgres plans a bare `limit $1` as a tenth of the table, and then plans anew at every execution. The constant, the
    next power of two, is part of the plan's key.
    """
    if "limit" not in arguments:
        return None, scope.limits.unasked
    leaf = cast(Leaf, arguments["limit"])
    coordinate = f"{coordinate}(limit:)"
    parameter = row_count(scope.params, leaf, coordinate, scope.limits.max_rows)
    return parameter, limit_bound(cast(int, leaf.read(scope.inputs)))


def limit_bound(limit: int) -> int:
    """The power of two above a limit; the same for all that share a plan."""
    return 1 << max(limit, 1).bit_length()


def json_array(scope: Scope, rows: Rows, make_row: RowMaker, path: Path) -> str:
    """A select of one text: the JSON array of the rows, in order.

    Where it may be cut it reads one row more than it shows, drops it, and marks the array as cut.
    """
    row = make_row(rows.alias)
    limit = rows.cut_at
    bound = str(rows.limit_bound if limit is None else limit + 1)
    numbered = bool(row.joins and rows.order_by)
    inner = _texts_of_limited(rows, row, bound, numbered) if row.costly or rows.offset else _texts(rows, row, bound)
    order = f" order by r.{_ORDINAL}" if numbered else ""
    if limit is None:
        return f"select '[' || coalesce(string_agg(r.j, ','{order}), '') || ']' from ({inner}) r"
    return f"select {cut_array(scope, f'r.j{order}', limit, path)} from ({inner}) r"


def cut_array(scope: Scope, texts: str, limit: int, path: Path) -> str:
    """The JSON array of the first texts, marked where there are more."""
    mark = literal(f"]{CUT_OPEN}{scope.cut(path, limit)}{CUT_CLOSE}")
    return (
        f"'[' || coalesce(array_to_string((array_agg({texts}))[:{limit}], ','), '')"
        f" || case when count(*) > {limit} then {mark} else ']' end"
    )


def _texts(rows: Rows, row: Row, bound: str) -> str:
    """The select of each row's text as `j`, where making it costs no more than reading it."""
    texts = rows.select([f"{row.text.render()} as j"], (), bound).render()
    return texts if rows.limit is None else f"select q.j from ({texts}) q limit {rows.limit}"


def _texts_of_limited(rows: Rows, row: Row, bound: str, numbered: bool) -> str:
    """The select of each row's text as `j`, made only for the rows that are left after order, offset and limit.

    A join after ordering may shuffle rows (a hash join does), so ordered rows that need joins carry their number.
    """
    alias = rows.alias
    columns = [f"{alias}.{quote(name)}" for name in row.columns] or ["1 as one"]
    limited = rows.select(columns, (), bound).render()
    if rows.limit is not None or numbered:
        outer = ["q.*", *([f"row_number() over () as {_ORDINAL}"] if numbered else [])]
        limited = Select(outer, f"({limited}) q", limit=rows.limit).render()
    texts = [f"{row.text.render()} as j", *([f"{alias}.{_ORDINAL}"] if numbered else [])]
    return Select(texts, f"({limited}) {alias}", row.joins).render()


def aggregate_source(rows: Rows) -> str:
    """What an aggregate reads from: the relation, or the limited rows of it, numbered in their order."""
    if rows.all_matching:
        return f"{rows.entity.table.sql} {rows.alias}"
    bound = None if rows.limit is None else str(rows.limit_bound)
    limited = rows.select([f"{rows.alias}.*"], (), bound).render()
    if rows.limit is not None:
        limited = f"select q.* from ({limited}) q limit {rows.limit}"
    return f"(select o.*, row_number() over () as {_ORDINAL} from ({limited}) o) {rows.alias}"


def aggregate_filter(rows: Rows) -> tuple[str, ...]:
    """The conditions that `aggregate_source` leaves to the aggregate itself."""
    return rows.where if rows.all_matching else ()


def nodes_of(scope: Scope, rows: Rows, row: Row, path: Path) -> Text:
    """The rows of a limited aggregate as a JSON array, in their order."""
    text, order = row.text.render(), f" order by {rows.alias}.{_ORDINAL}"
    if rows.cut_at is not None:
        return Text().expression(cut_array(scope, text + order, rows.cut_at, path))
    return Text().constant("[").expression(f"coalesce(string_agg({text}, ','{order}), '')").constant("]")
