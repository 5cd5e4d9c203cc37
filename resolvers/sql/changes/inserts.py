"""Inserts, with the rows that are nested in them: what a row refers to before it, what refers to it after it.

A nested row takes the columns of its relationship from the row that it belongs to. Each row that others belong to is a
part of its own, so that it is known which row got which key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from narthex.errors import Code, Refusal
from resolvers.sql.changes.cells import Given, Object, insert_texts, row_estimate
from resolvers.sql.changes.conflicts import conflict_clause
from resolvers.sql.changes.written import Changes, Ending, Written
from resolvers.sql.guards import preset_values
from resolvers.sql.scope import Path
from resolvers.sql.values import Tree, Uniform
from schema.catalog import quote
from schema.inserts import nested_columns
from schema.model import Action, Entity, Relationship, RelationshipKind, Requires


@dataclass(frozen=True, slots=True)
class Insertion:
    """Objects for one entity, and where in the operation they stand. `linked` gives columns that are determined
    already (SQL expressions by GraphQL name), read from the parts `sources`.
    """

    entity: Entity
    objects: Uniform | Sequence[Tree]
    conflict: Tree
    coordinate: str
    path: Path
    linked: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Nested:
    relationship: Relationship
    given: Mapping[str, Tree]
    forward: bool


def insert(changes: Changes, insertion: Insertion) -> list[Written]:
    """Add the parts that insert the objects; those of the objects themselves are returned, in order.

    Refuses with BAD_USER_INPUT a column that is given twice, with LIMIT_EXCEEDED what is nested too deep.
    """
    objects = insertion.objects
    if isinstance(objects, Uniform):
        _check_columns(changes, insertion, objects.columns)
        return _insert_flat(changes, insertion, objects)
    parsed = [_parse(changes, insertion.entity, cast(Object, item)) for item in objects]
    for columns, nested in parsed:
        _check_columns(changes, insertion, columns, nested)
    if not any(nested for _, nested in parsed):
        return _insert_flat(changes, insertion, [columns for columns, _ in parsed]) if parsed else []
    return [part for columns, nested in parsed for part in _insert_nested(changes, insertion, columns, nested)]


def _parse(changes: Changes, entity: Entity, item: Object) -> tuple[Object, list[_Nested]]:
    """The columns of an object, and what is nested in it; null nests nothing."""
    columns: dict[str, Tree] = {}
    nested: list[_Nested] = []
    for name, value in item.items():
        if name in entity.columns:
            columns[name] = value
            continue
        relationship = entity.relationships[name]
        if value is not None and (given := cast(Mapping[str, Tree], value)).get("data") != ():
            holder, _ = nested_columns(changes.scope.model, entity, relationship)
            forward = holder is entity and relationship.kind is RelationshipKind.OBJECT
            nested.append(_Nested(relationship, given, forward))
    return columns, nested


def _check_columns(
    changes: Changes, insertion: Insertion, columns: Mapping[str, object], nested: Sequence[_Nested] = ()
) -> None:
    """Every column has its value from one place."""
    entity, scope = insertion.entity, changes.scope
    determined = dict(insertion.linked)
    for each in nested:
        if each.forward:
            coordinate = f"{entity.name}_insert_input.{each.relationship.name}"
            for name in _served(entity, [local for local, _ in each.relationship.columns]):
                if name in determined or name in columns:
                    raise _twice(coordinate, name)
                determined[name] = ""
    presets = scope.guards(entity.name).presets.get(Action.INSERT, {})
    for name in determined:
        if name in columns or name in presets:
            raise _twice(f"{entity.name}_insert_input.{name}", name)
    scope.uses.update(Requires(entity.name, Action.INSERT, name) for name in (*columns, *determined))


def _twice(coordinate: str, name: str) -> Refusal:
    return Refusal(
        Code.BAD_USER_INPUT,
        f"The column '{name}' has its value from more than one place.",
        coordinate=coordinate,
        hint="Leave out the column where a nested insert determines it.",
    )


def _insert_flat(changes: Changes, insertion: Insertion, objects: Uniform | Sequence[Object]) -> list[Written]:
    scope, entity = changes.scope, insertion.entity
    alias = scope.alias()
    presets = preset_values(scope, entity, Action.INSERT)
    given = Given({**insertion.linked, **presets}, insertion.sources)
    texts = insert_texts(scope, entity, alias, objects, given)
    conflict = conflict_clause(scope, entity, alias, insertion.conflict)
    rows = row_estimate(objects)
    changes.count(insertion.path, insertion.coordinate, entity, Action.INSERT, 1, rows)
    if conflict.updates:
        changes.count(insertion.path, insertion.coordinate, entity, Action.UPDATE, 1, rows)
    sources = insertion.sources
    return [
        changes.add(
            insertion.path, entity, Action.INSERT, text + conflict.sql, alias, conflict, sources, conflict.changed
        )
        for text in texts
    ]


def _insert_nested(changes: Changes, insertion: Insertion, columns: Object, nested: Sequence[_Nested]) -> list[Written]:
    """One object: first what it refers to, then itself, then what refers to it."""
    linked, sources = dict(insertion.linked), list(insertion.sources)
    for each in nested:
        if each.forward:
            part = _insert_related(changes, insertion, each, {}, ())[0]
            linked |= _links(insertion.entity, each.relationship.columns, part)
            sources.append(part.name)
    itself = Insertion(
        insertion.entity,
        (),
        insertion.conflict,
        insertion.coordinate,
        insertion.path,
        linked,
        tuple(dict.fromkeys(sources)),
    )
    parts = _insert_flat(changes, itself, [columns])
    (part,) = parts
    for each in nested:
        if not each.forward:
            target = changes.scope.model.entities[each.relationship.target]
            turned = [(theirs, mine) for mine, theirs in each.relationship.columns]
            _insert_related(changes, insertion, each, _links(target, turned, part), (part.name,))
    return parts


def _insert_related(
    changes: Changes, insertion: Insertion, nested: _Nested, linked: Mapping[str, str], sources: tuple[str, ...]
) -> list[Written]:
    """What is nested; a row that nothing became of cannot have others that belong to it."""
    relationship, scope = nested.relationship, changes.scope
    data = nested.given["data"]
    objects = data if isinstance(data, Uniform | tuple) else (data,)
    coordinate = f"{insertion.entity.name}.{relationship.name}"
    target = scope.model.entities[relationship.target]
    path = (*insertion.path, relationship.name)
    with scope.descent(f"{insertion.entity.name}_insert_input.{relationship.name}"):
        conflict = nested.given.get("on_conflict")
        inner = Insertion(target, objects, conflict, coordinate, path, linked, sources)
        parts = insert(changes, inner)
    owners = [part for part in changes.written if part.name in sources] or parts
    changes.endings += [Ending(part, f"not exists (select 1 from {part.name})", Code.BAD_USER_INPUT) for part in owners]
    return parts


def _links(entity: Entity, columns: Sequence[tuple[str, str]], part: Written) -> dict[str, str]:
    """The values of an entity's columns that refer to the row of a part."""
    names = _served(entity, [here for here, _ in columns])
    return {name: f"{part.name}.{quote(there)}" for name, (_, there) in zip(names, columns, strict=True)}


def _served(entity: Entity, columns: Sequence[str]) -> list[str]:
    names = {column.name: name for name, column in entity.columns.items()}
    return [names[column] for column in columns]
