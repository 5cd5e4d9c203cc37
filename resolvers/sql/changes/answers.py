"""What a statement says of the rows that it wrote: the root's JSON, whether they may stay, and their diff."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from graphql import FieldNode, GraphQLObjectType, get_named_type

from narthex.errors import Code
from resolvers.sql.changes.written import UPDATED, Changes, Ending, Written, handed_on
from resolvers.sql.guards import check_condition, check_reads, row_conditions
from resolvers.sql.lists import cut_array
from resolvers.sql.render import Select, Text, literal
from resolvers.sql.rows import row
from resolvers.sql.scope import Path, Scope, Step
from schema.catalog import RelationKind, Table
from schema.model import Action, Model

ROWS = "rows"
"""The name of all rows of the root itself, where several parts wrote them."""

_ORDINAL = '"narthex ordinal"'
_QUALIFIED = re.compile(r'"(?:[^"]|"")+"\."(?:[^"]|"")+"')
_PLAIN = frozenset({RelationKind.TABLE, RelationKind.PARTITIONED_TABLE})


@dataclass(frozen=True, slots=True)
class Asked:
    """The selection on what was written: of one row (`type_` is the row's), or of an object with `affected_rows` and
    `returning`. `inserted` says that there are no more rows than the caller has given.
    """

    entity: str
    type_: GraphQLObjectType
    nodes: list[FieldNode]
    path: Path
    coordinate: str
    one: bool
    inserted: bool

    @property
    def row_type(self) -> GraphQLObjectType | None:
        """The type of a row as the caller may see it, or None."""
        if self.one:
            return self.type_
        returning = self.type_.fields.get("returning")
        return None if returning is None else cast(GraphQLObjectType, get_named_type(returning.type))


def source_of(roots: Sequence[Written]) -> tuple[str | None, list[str]]:
    """Where the rows of the root stand, if there are any, and the parts that this needs."""
    if len(roots) < 2:
        return (roots[0].name if roots else None), []
    union = " union all ".join(f"select * from {part.name}" for part in roots)
    return ROWS, [f"{ROWS} as ({union})"]


def answer(scope: Scope, asked: Asked, source: str | None, affected: str, times: int) -> str:
    """The root's JSON as an SQL text, null where there is no row."""
    if asked.one:
        return _one(scope, asked, source)
    text = Text().constant("{")
    for position, (key, fields) in enumerate(scope.fields(asked.nodes).items()):
        text.constant(f'{"," if position else ""}"{key}":')
        name = fields[0].name.value
        if name == "__typename":
            text.constant(f'"{asked.type_.name}"')
        elif name == "affected_rows":
            text.expression(f"({affected})::text")
        elif source is None:
            text.constant("[]")
        else:
            text.expression(_listed(scope, asked, fields, source, key, times))
    return text.constant("}").render()


def _one(scope: Scope, asked: Asked, source: str | None) -> str:
    if source is None:
        return "null::text"
    entity, alias = scope.model.entities[asked.entity], scope.alias()
    scope.steps.append(Step(asked.path, asked.coordinate, entity.name, Action.SELECT, 1, 1))
    made = row(scope, entity, asked.type_, asked.nodes, alias, asked.path, 1)
    shown = row_conditions(scope, entity, alias, Action.SELECT)
    # Where Postgres enforces no key, a second row must not fail the statement.
    limit = None if entity.table.enforces_keys else "1"
    return f"({Select([made.text.render()], f'{source} {alias}', made.joins, shown, limit=limit).render()})"


def _listed(scope: Scope, asked: Asked, nodes: list[FieldNode], source: str, key: str, times: int) -> str:
    """The array of the rows that the caller may see, in the order in which they were written."""
    entity, alias = scope.model.entities[asked.entity], scope.alias()
    path, type_ = (*asked.path, key), cast(GraphQLObjectType, asked.row_type)
    scope.steps.append(Step(path, f"{asked.type_.name}.returning", entity.name, Action.SELECT, 1, times))
    made = row(scope, entity, type_, nodes, alias, path, times)
    shown = row_conditions(scope, entity, alias, Action.SELECT)
    order, rows = "", f"{source} {alias}"
    if made.joins or shown:  # which may come in any order
        order = f" order by {alias}.{_ORDINAL}"
        rows = f"(select s.*, row_number() over () as {_ORDINAL} from {source} s) {alias}"
    most = scope.guards(entity.name).max_rows
    limit = scope.limits.max_rows if most is None else min(most, scope.limits.max_rows)
    if asked.inserted and times <= limit:
        listed = f"'[' || coalesce(string_agg({made.text.render()}, ','{order}), '') || ']'"
    else:
        listed = cut_array(scope, made.text.render() + order, limit, path)
    return f"({Select([listed], rows, made.joins, shown).render()})"


def is_checked(scope: Scope, part: Written) -> bool:
    """Whether a policy has something to say about the rows as they have become."""
    rules = scope.guards(part.entity.name).checks
    return bool(rules.get(part.action)) or (part.conflict.updates and bool(rules.get(Action.UPDATE)))


def checks(scope: Scope, parts: Sequence[Written]) -> list[Ending]:
    """The endings for rows that a policy does not allow as they have become."""
    found = []
    for part in parts:
        if part.action is Action.DELETE:
            continue
        alias = scope.alias()
        met = check_condition(scope, part.entity, alias, part.action)
        if part.conflict.arms and is_checked(scope, part):
            updated = check_condition(scope, part.entity, alias, Action.UPDATE)
            arm, inserted = f"{alias}.{UPDATED}", met or "true"
            updated = updated or "true"
            met = f"case {arm} when true then {updated} when false then {inserted} else {inserted} and {updated} end"
        if met is not None:
            failed = f"exists (select 1 from {part.name} {alias} where not coalesce({met}, false))"
            found.append(Ending(part, failed, Code.FORBIDDEN))
    return found


def unless_ended(endings: Sequence[Ending], affected: str) -> str:
    """The number of rows, or the end of the statement. What is returned depends on it, so that it is evaluated."""
    if not endings:
        return f"({affected})"
    arms = " ".join(
        f"when {condition} then narthex.refuse({literal(code.value)}, {literal(part.entity.name)})::int::int8"
        for part, condition, code in endings
    )
    return f"case {arms} else {affected} end"


def reads_what_is_written(changes: Changes, text: str) -> bool:
    """Whether SQL reads tables that the same statement may change: it would see them as they were before."""
    named = set(_QUALIFIED.findall(text))
    if not named:
        return False
    return _stale(
        changes, [entity.table for entity in changes.scope.model.entities.values() if entity.table.sql in named]
    )


def check_waits(changes: Changes, part: Written) -> bool:
    """Whether the check of a part's rows reads tables that the same statement may change."""
    model, actions = changes.scope.model, (part.action, *((Action.UPDATE,) if part.conflict.arms else ()))
    names = {name for action in actions for name in check_reads(changes.scope, part.entity, action)}
    return _stale(changes, [model.entities[name].table for name in names])


def taken_keys(changes: Changes) -> list[Ending]:
    """The endings for rows whose check waits, where another part may change their keys: a row that is found again by
    such a key may be another one.
    """
    model, waiting = changes.scope.model, [part for part in changes.written if check_waits(changes, part)]
    tables = {part.entity.table.sql for part in waiting if is_checked(changes.scope, part)}
    return [
        Ending(part, f"exists (select 1 from {part.name} where {UPDATED} is not false)", Code.FORBIDDEN)
        for part in changes.written
        if part.conflict.arms and not tables.isdisjoint(handed_on(model, part.entity, part.changed))
    ]


def _stale(changes: Changes, tables: Sequence[Table]) -> bool:
    if any(table.kind not in _PLAIN or table.inherited for table in tables):
        return True
    names = {table.sql for table in tables}
    return any(changed in names for part in changes.written for changed in _changed_tables(changes.scope.model, part))


def _changed_tables(model: Model, part: Written) -> Iterator[str]:
    yield part.entity.table.sql
    # Children of an inherited table are written through it, and foreign keys hand on the update of a key.
    if part.entity.table.inherited:
        yield from (entity.table.sql for entity in model.entities.values())
    yield from handed_on(model, part.entity, part.changed)
