"""What a dry run shows of the rows that a statement changes: before and after, as far as the caller may see them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from graphql import GraphQLObjectType, get_named_type

from resolvers.sql.changes.written import Written, was_column
from resolvers.sql.guards import masked, row_conditions
from resolvers.sql.operators import symbol_of
from resolvers.sql.render import Select, Text, conjunction, json_text
from resolvers.sql.scope import Scope
from schema.catalog import quote
from schema.model import Action

_NULL = "'null'"


def diff(scope: Scope, parts: Sequence[Written], row_type: GraphQLObjectType | None) -> str:
    """The JSON array of `{entity, before, after}`, as an SQL text. `row_type` is that of the root's rows.

    What was there before an insert with the same key is read in the same statement, which sees rows as they were.
    """
    texts = [text for part in parts if (text := _of_part(scope, part, _type_at(part, row_type))) is not None]
    if not texts:
        return "'[]'"
    rows = " union all ".join(texts)
    most = scope.limits.max_rows
    return f"select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (select * from ({rows}) a limit {most}) d"


def _type_at(part: Written, row_type: GraphQLObjectType | None) -> GraphQLObjectType | None:
    """The type of a part's rows as the caller may see it, by the relationships that lead to it."""
    for name in part.path[1:]:
        if row_type is None or name not in row_type.fields:
            return None
        row_type = cast(GraphQLObjectType, get_named_type(row_type.fields[name].type))
    return row_type


def _of_part(scope: Scope, part: Written, type_: GraphQLObjectType | None) -> str | None:
    """A select of the texts of a part's changes; None where the caller may not see its rows, or not in a diff."""
    if type_ is None or not scope.diffs(part.entity.name, part.action):
        return None
    alias = scope.alias()
    shown = row_conditions(scope, part.entity, alias, Action.SELECT)
    now = _object(scope, part, type_, lambda name: f"{alias}.{quote(name)}")
    if shown:
        now = f"case when {conjunction(shown)} then {now} else {_NULL} end"
    before, after = _NULL, now
    if part.action is Action.DELETE:
        before, after = now, _NULL
    elif part.was:
        before = _object(scope, part, type_, lambda name: f"{alias}.{was_column(part.entity, name)}")
    elif part.conflict.updates:
        before = f"coalesce(({_in_its_place(scope, part, type_, alias)}), {_NULL})"
    text = Text().constant(f'{{"entity":"{part.entity.name}","before":').expression(before)
    text.constant(',"after":').expression(after).constant("}")
    most = scope.guards(part.entity.name).max_rows
    changes = f"select {text.render()} as j from {part.name} {alias}"
    return changes if most is None else f"({changes} limit {most})"


def _in_its_place(scope: Scope, part: Written, type_: GraphQLObjectType, now: str) -> str:
    """A select of the row that had the key of an inserted one."""
    table, before = part.entity.table, scope.alias()
    same = [
        f"{before}.{quote(name)} {symbol_of('=', table.by_name[name].type)} {now}.{quote(name)}"
        for name in part.conflict.key
    ]
    shown = row_conditions(scope, part.entity, before, Action.SELECT)
    was = _object(scope, part, type_, lambda name: f"{before}.{quote(name)}")
    return Select([was], f"{table.sql} {before}", (), [*same, *shown], limit="1").render()


def _object(scope: Scope, part: Written, type_: GraphQLObjectType, expression_of: Callable[[str], str]) -> str:
    text, entity, separator = Text().constant("{"), part.entity, ""
    for name, column in entity.columns.items():
        if name in type_.fields:
            expression = expression_of(column.name)
            shown = masked(scope, entity, name, expression) or json_text(expression, column.type, column.nullable)
            text.constant(f'{separator}"{name}":').expression(shown)
            separator = ","
    return text.constant("}").render()
