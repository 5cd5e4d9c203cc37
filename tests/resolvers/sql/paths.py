"""Every path on which rows of a table are read, as queries made from the schema, so that none is forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from graphql import GraphQLInputObjectType

from schema.aggregates import FUNCTIONS, aggregated_columns
from schema.build import UnifiedSchema
from schema.model import Entity, Model, RelationshipKind
from tests.oracle.queries import literal

# Operands that are valid for the schema, and that make Postgres fail on a row where they can.
_HOSTILE: Mapping[str, object] = {
    "_like": "%\\",
    "_nlike": "%\\",
    "_ilike": "%\\",
    "_nilike": "%\\",
    "_regex": "(",
    "_nregex": "(",
    "_iregex": "(",
    "_niregex": "(",
    "_similar": "(",
    "_nsimilar": "(",
    "_is_null": False,
    "_has_key": "HIDDEN",
    "_has_keys_any": ["HIDDEN"],
    "_has_keys_all": ["HIDDEN"],
}
_TAME: Mapping[str, object] = {
    "_like": "%o%",
    "_nlike": "%o%",
    "_ilike": "%O%",
    "_nilike": "%O%",
    "_regex": "[a-n]+",
    "_nregex": "[a-n]+",
    "_iregex": "^.*N",
    "_niregex": "^.*N",
    "_similar": "%(n|o)%",
    "_nsimilar": "%(n|o)%",
}


def reading_paths(schema: UnifiedSchema, model: Model) -> Iterator[tuple[str, str]]:
    """Pairs of a label and an operation, for every entity and every path to its rows."""
    for entity in model.entities.values():
        for label, field in _root_paths(entity):
            yield f"{entity.name}: {label}", f"{{ {field} }}"
        for name, relationship in entity.relationships.items():
            for label, field in _related_paths(model, entity, name, relationship.kind):
                yield f"{entity.name}.{name}: {label}", f"{{ {field} }}"
        for label, condition in filters(schema, entity, hostile=False):
            yield f"{entity.name}: {label}", f"{{ {entity.name}(where: {condition}, order_by: {{id: asc}}) {{ id }} }}"


def _columns(entity: Entity) -> str:
    return " ".join(entity.columns)


def _root_paths(entity: Entity) -> Iterator[tuple[str, str]]:
    name, columns, ordered = entity.name, _columns(entity), "order_by: {id: asc}"
    yield "list", f"{name}({ordered}) {{ {columns} }}"
    yield "page", f"{name}({ordered}, limit: 9, offset: 1) {{ {columns} }}"
    for key in (1, 2, 3, 7, 8, 9, 10):
        yield f"key {key}", f"{name}_by_pk(id: {key}) {{ {columns} }}"
    yield "count", f"{name}_aggregate {{ aggregate {{ count }} }}"
    for function in FUNCTIONS:
        folded = " ".join(aggregated_columns(entity, function))
        if folded:
            yield function, f"{name}_aggregate {{ aggregate {{ {function} {{ {folded} }} }} }}"
    yield "nodes", f"{name}_aggregate({ordered}) {{ nodes {{ {columns} }} }}"
    both = f"aggregate {{ count }} nodes {{ {columns} }}"
    yield "limited aggregate", f"{name}_aggregate({ordered}, limit: 9) {{ {both} }}"
    for column in entity.columns:
        if column not in ("facts", "labels"):
            keys = f"order_by: [{{{column}: asc}}, {{id: asc}}]"
            counted = f"count(columns: [{column}], distinct: true)"
            yield f"distinct {column}", f"{name}(distinct_on: [{column}], {keys}) {{ id }}"
            yield f"order {column}", f"{name}({keys}) {{ id {column} }}"
            yield f"counted {column}", f"{name}_aggregate {{ aggregate {{ {counted} }} }}"


def _related_paths(model: Model, entity: Entity, name: str, kind: RelationshipKind) -> Iterator[tuple[str, str]]:
    target = model.entities[entity.relationships[name].target]
    columns, ordered, root = _columns(target), "order_by: {id: asc}", entity.name
    for label, condition in (
        ("some", f"{{{name}: {{}}}}"),
        ("none", f"{{_not: {{{name}: {{}}}}}}"),
        ("one of them", f"{{{name}: {{id: {{_gt: 2}}}}}}"),
        ("either", f"{{_or: [{{{name}: {{id: {{_in: [1, 8, 9]}}}}}}, {{id: {{_eq: 2}}}}]}}"),
        ("by a pattern", f"{{{name}: {{_not: {{{_text_column(target)}: {{_like: \"%i%\"}}}}}}}}"),
    ):
        yield f"filter, {label}", f"{root}({ordered}, where: {condition}) {{ id }}"
        yield f"count, {label}", f"{root}_aggregate(where: {condition}) {{ aggregate {{ count }} }}"
    if kind is RelationshipKind.OBJECT:
        yield "object", f"{root}({ordered}) {{ id {name} {{ {columns} }} }}"
        for column in target.columns:
            if column not in ("facts", "labels"):
                order = f"order_by: [{{{name}: {{{column}: asc}}}}, {{id: asc}}]"
                yield f"order by {column}", f"{root}({order}) {{ id }}"
        return
    yield "list", f"{root}({ordered}) {{ id {name}({ordered}) {{ {columns} }} }}"
    yield "page", f"{root}({ordered}) {{ id {name}({ordered}, limit: 1) {{ {columns} }} }}"
    folded = " ".join(aggregated_columns(target, "max"))
    shown = f"aggregate {{ count max {{ {folded} }} }} nodes {{ {columns} }}"
    yield "aggregate", f"{root}({ordered}) {{ id {name}_aggregate({ordered}) {{ {shown} }} }}"
    yield "limited aggregate", f"{root}({ordered}) {{ id {name}_aggregate({ordered}, limit: 5) {{ {shown} }} }}"
    yield "order by count", f"{root}(order_by: [{{{name}_aggregate: {{count: desc}}}}, {{id: asc}}]) {{ id }}"
    for column in aggregated_columns(target, "max"):
        order = f"order_by: [{{{name}_aggregate: {{max: {{{column}: desc}}}}}}, {{id: asc}}]"
        yield f"order by most {column}", f"{root}({order}) {{ id }}"
    for number in (0, 1, 2, 3):
        counted = f"{{count: {{predicate: {{_eq: {number}}}}}}}"
        yield f"{number} of them", f"{root}({ordered}, where: {{{name}_aggregate: {counted}}}) {{ id }}"
        kept = f"{{count: {{filter: {{_not: {{id: {{_eq: 1}}}}}}, predicate: {{_gte: {number}}}}}}}"
        yield f"at least {number}", f"{root}({ordered}, where: {{{name}_aggregate: {kept}}}) {{ id }}"


def _text_column(entity: Entity) -> str:
    return next(name for name in entity.columns if name in ("name", "body"))


def filters(schema: UnifiedSchema, entity: Entity, *, hostile: bool) -> Iterator[tuple[str, str]]:
    """Pairs of a label and a `where` by each operator of each column. Hostile ones fail on whatever row they see."""
    type_ = cast(GraphQLInputObjectType, schema.make_type(f"{entity.name}_bool_exp"))
    for column in entity.columns:
        comparison = cast(GraphQLInputObjectType, type_.fields[column].type)
        for operator, field in comparison.fields.items():
            operand = _operand(operator, column, str(field.type), hostile)
            condition = f"{{{column}: {{{operator}: {literal(operand)}}}}}"
            yield f"{column} {operator}", condition
            yield f"not {column} {operator}", f"{{_not: {condition}}}"
            yield f"{column} {operator} or", f"{{_or: [{condition}, {{id: {{_lt: 0}}}}]}}"
            yield f"id and {column} {operator}", f"{{_and: [{{id: {{_gt: 0}}}}, {condition}]}}"


def _operand(operator: str, column: str, type_: str, hostile: bool) -> object:
    if operator == "_cast":
        return {"String": {"_regex": "(" if hostile else "[0-9]"}}
    known = _HOSTILE if hostile or operator not in _TAME else _TAME
    if operator in known:
        return known[operator]
    value: object = {"a": 1} if column == "facts" else 1
    if "String" in type_:
        value = "Bob"
    return [value] if type_.startswith("[") else value
