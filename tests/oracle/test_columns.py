"""Every operator, direction and aggregate function on every column, against the interpreter. Nothing is random here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from schema.model import Entity
from tests.oracle.answers import Number
from tests.oracle.inputs import Enum
from tests.oracle.queries import Argument, Field, Input, Leaf, Style, Writer
from tests.oracle.universe import Universe
from tests.oracle.world import World

_AT_ONCE = 60
"""Root fields of one operation: more than one, so that it does not take long."""

_DIRECTIONS = ("asc", "desc", "asc_nulls_first", "asc_nulls_last", "desc_nulls_first", "desc_nulls_last")
_EXACT = ("id", "votes", "views", "price", "grams", "quantity", "position")
"""Columns of which sums do not depend on the order of the rows."""

_KEYS = ["a", "pages", "langs"]
_LTREE: dict[str, object] = {
    "_matches": "*.Science.*",
    "_matches_any": ["Top.Hobbies@", "*{1}"],
    "_matches_fulltext": "Astro* & !Hobbies",
}


async def test_operators(features: World) -> None:
    universe = features.universe
    roots: list[Field] = []
    for entity in universe.entities:
        for column in entity.columns:
            for operator, type_ in universe.operators(entity, column).items():
                for operand in _operands(universe, entity, column, operator):
                    condition: Input = {column: {operator: Leaf(operand, operand, type_)}}
                    roots.append(_root(entity, f"x{len(roots)}", Argument("where", "", condition)))
    assert len(roots) > 2_500
    await _check(features, roots)


async def test_order_and_distinct(features: World) -> None:
    universe = features.universe
    roots: list[Field] = []
    for entity in universe.entities:
        for column in universe.compared(entity):
            for direction in _DIRECTIONS:
                order_by = Argument("order_by", "", {column: Enum(direction)})
                roots.append(_root(entity, f"x{len(roots)}", order_by))
            distinct_on = Argument("distinct_on", "", Enum(column))
            roots.append(_root(entity, f"x{len(roots)}", distinct_on))
            last = Argument("order_by", "", [{column: Enum("desc")}, *({name: Enum("desc")} for name in entity.key)])
            roots.append(_root(entity, f"x{len(roots)}", distinct_on, last))
            pair = Argument("distinct_on", "", [Enum(universe.compared(entity)[0]), Enum(column)])
            ordered = Argument("order_by", "", {column: Enum("desc")})
            roots.append(_root(entity, f"x{len(roots)}", pair))
            roots.append(_root(entity, f"x{len(roots)}", pair, ordered))
    await _check(features, roots)


async def test_aggregates(features: World) -> None:
    universe = features.universe
    roots: list[Field] = []
    for entity in universe.entities:
        functions = [
            Field(function, None, (), [Field(column) for column in universe.folded(entity, function)])
            for function in universe.functions(entity)
        ]
        # A sum of the largest numbers overflows: refused by Postgres, and another test's matter.
        if entity.name in ("number_edge", "scalar_types", "articles"):
            functions = [field for field in functions if field.name in ("max", "min")]
        for column in universe.compared(entity):
            columns = Argument("columns", "", [Enum(column)])
            pair = Argument("columns", "", [Enum(column), Enum(next(iter(entity.columns)))])
            distinct = Argument("distinct", "", Leaf(True, True, "Boolean"))
            for arguments in ([columns], [columns, distinct], [pair], [pair, distinct]):
                functions.append(Field("count", f"n{len(functions)}", arguments))
        root = Field(f"{entity.name}_aggregate", f"x{len(roots)}", (), [Field("aggregate", None, (), functions)])
        roots.append(root)
    await _check(features, roots, at_once=1)


async def test_relationships(features: World) -> None:
    universe = features.universe
    roots: list[Field] = []
    for entity in universe.entities:
        for name, relationship in entity.relationships.items():
            target = universe.store.model.entities[relationship.target]
            below = [Field(column) for column in target.columns]
            conditions: list[Input] = [{name: {}}, {"_not": {name: {}}}]
            orders: list[Input] = [{name: {column: Enum("desc")}} for column in universe.compared(target)]
            fields = [Field(name, None, (), below)]
            if name in universe.arrays(entity):
                conditions += [{f"{name}_aggregate": {"count": count}} for count in _counts(universe, target)]
                orders = [{f"{name}_aggregate": order} for order in _aggregate_orders(universe, target)]
                count = Field("aggregate", None, (), [Field("count")])
                fields.append(Field(f"{name}_aggregate", None, (), [count, Field("nodes", None, (), below)]))
            roots.append(Field(entity.name, f"x{len(roots)}", (), fields))
            roots += [_root(entity, "x", Argument("where", "", condition)) for condition in conditions]
            roots += [_root(entity, "x", Argument("order_by", "", order)) for order in orders]
    await _check(features, [replace(root, alias=f"x{number}") for number, root in enumerate(roots)])


def _counts(universe: Universe, entity: Entity) -> Iterator[Input]:
    one, three = ({"_eq": Leaf(Number(text), Number(text), "Int")} for text in "13")
    yield {"predicate": one}
    for column in universe.compared(entity):
        arguments: Input = [Enum(column)]
        yield {"arguments": arguments, "predicate": one}
        yield {"arguments": arguments, "distinct": Leaf(True, True, "Boolean"), "predicate": one}
        value = universe.values(entity, column)[0]
        if "_eq" in universe.operators(entity, column):
            yield {"filter": {column: {"_eq": Leaf(value, value, "")}}, "predicate": one}
    yield {"arguments": [Enum(name) for name in universe.compared(entity)], "predicate": three}


def _aggregate_orders(universe: Universe, entity: Entity) -> Iterator[Input]:
    yield {"count": Enum("desc")}
    for function in universe.functions(entity):
        exact = [name for name in universe.folded(entity, function) if function in ("max", "min") or name in _EXACT]
        yield from ({function: {column: Enum("asc")}} for column in exact)


def _root(entity: Entity, alias: str, *arguments: Argument) -> Field:
    columns = entity.key or list(entity.columns)[:2]
    return Field(entity.name, alias, arguments, [Field(name) for name in columns])


def _operands(universe: Universe, entity: Entity, column: str, operator: str) -> Iterator[object]:
    values = universe.values(entity, column)
    some = [values[0], values[len(values) // 2]]
    texts = [value for value in values if isinstance(value, str) and value.isalnum()] or ["a"]
    text = texts[len(texts) // 2][:20]
    if operator == "_is_null":
        yield from (True, False)
    elif operator in ("_in", "_nin", "_ancestor_any", "_descendant_any"):
        yield from (some, some[:1], [])
    elif operator in ("_like", "_nlike", "_ilike", "_nilike"):
        yield from (f"%{text[1:2].upper()}%", f"{text[:2]}%", f"_{text[1:]}", r"%\_%")
    elif operator in ("_similar", "_nsimilar"):
        yield from (f"%({text[:1]}|b)%", f"{text}%")
    elif operator in ("_regex", "_nregex", "_iregex", "_niregex"):
        yield from (f"^{text[:1].upper()}", f"{text[-1:]}$", r"\W")
    elif operator == "_has_key":
        yield from _KEYS
    elif operator.startswith("_has_keys"):
        yield from (_KEYS, ["a", "b"], [])
    elif operator.startswith("_matches"):
        yield _LTREE[operator]
    else:
        yield from some


async def _check(world: World, roots: Sequence[Field], at_once: int = _AT_ONCE) -> None:
    for start in range(0, len(roots), at_once):
        text, _ = Writer(Style.LITERALS).write(roots[start : start + at_once])
        answer = await world.lane.run(text)
        wrong = world.wrong(world.expect(text), answer)
        assert wrong is None, f"{wrong}\n{text}"
