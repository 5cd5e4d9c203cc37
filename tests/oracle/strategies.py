"""Random valid queries over the entities of a `Universe`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from hypothesis import strategies as st

from schema.catalog import Column
from schema.model import Entity
from schema.scalars import leaf_of
from tests.oracle.answers import Number
from tests.oracle.inputs import Enum
from tests.oracle.queries import Argument, Field, Fragment, Input, Leaf, Selection
from tests.oracle.universe import Universe

_T = TypeVar("_T")
_DIRECTIONS = ("asc", "desc", "asc_nulls_first", "asc_nulls_last", "desc_nulls_first", "desc_nulls_last")
_PATTERNS = frozenset({"_like", "_nlike", "_ilike", "_nilike"})
_REGULAR = frozenset({"_regex", "_nregex", "_iregex", "_niregex"})
_SIMILAR = frozenset({"_similar", "_nsimilar"})
_FLOATS = frozenset({"float4", "float8"})
_LQUERIES = ("Top.*", "*.Astronomy", "*.Sci*.*", "*{1,2}.Science.*", "Top.Hobbies@")
_LTXTQUERIES = ("Astro*", "Science & !Physics", "Hobbies | Stars", "top@")
_PATHS = ("$.a", "$.pages", "$.keywords[0]", "deep.er.est[1]", "$.d[1]", '$["a b"]', "$.e.f", "$[0]", "$")


@st.composite
def queries(draw: st.DrawFn, universe: Universe, *, ordered: bool = False) -> Sequence[Selection]:
    """The root fields of an operation. `ordered` decides the order of every list, so that few rows can be in it."""
    return _Maker(draw, universe, ordered).roots()


@st.composite
def conditions(draw: st.DrawFn, universe: Universe, entity: Entity) -> Mapping[str, Input]:
    """A `where` of an entity."""
    return _Maker(draw, universe, ordered=False)._where(entity, 2)


class _Maker:
    def __init__(self, draw: st.DrawFn, universe: Universe, ordered: bool) -> None:
        self._draw = draw
        self._universe = universe
        self._ordered = ordered
        self._model = universe.store.model
        self._aliases = 0

    def _one(self, options: Sequence[_T]) -> _T:
        return self._draw(st.sampled_from(options))

    def _some(self, options: Sequence[_T], least: int, most: int) -> list[_T]:
        if not options:
            return []
        return self._draw(st.lists(st.sampled_from(options), min_size=least, max_size=most, unique_by=str))

    def _number(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))

    def _rarely(self, one_in: int) -> bool:
        # What is rare is what shrinking leaves out.
        return self._number(1, one_in) == one_in

    def _alias(self) -> str:
        self._aliases += 1
        return f"x{self._aliases}"

    # Selections

    def roots(self) -> Sequence[Selection]:
        return [self._root() for _ in range(self._one((1, 1, 1, 2)))]

    def _root(self) -> Field:
        entity, form = self._one(self._universe.weighted), self._number(1, 6)
        if form == 6 and entity.key:
            leaves = {name: self._value(entity, name) for name in entity.key}
            root = f"{entity.name}_by_pk"
            arguments = [
                Argument(name, type_, Leaf(leaf.value, leaf.other, type_))
                for name, leaf in leaves.items()
                for type_ in [self._universe.argument_type(root, name)]
            ]
            return Field(root, self._alias(), arguments, self._row(entity, 2))
        if form == 5:
            return self._aggregate(f"{entity.name}_aggregate", entity, 2)
        return self._list(entity.name, entity, 2)

    def _list(self, name: str, entity: Entity, depth: int) -> Field:
        return Field(name, self._alias(), self._arguments(entity, total=self._ordered), self._row(entity, depth))

    def _row(self, entity: Entity, depth: int) -> Sequence[Selection]:
        columns = self._some(list(entity.columns), 1, 4)
        made: list[Selection] = [self._column(name, entity.columns[name]) for name in columns]
        if self._rarely(8):
            made.append(Field("__typename", self._alias() if self._rarely(2) else None))
        if depth:
            for name in self._some(list(entity.relationships), 0, 2):
                made.append(self._relationship(entity, name, depth - 1))
        if self._rarely(6):
            at = self._number(1, len(made))
            made = [*made[: at - 1], Fragment(entity.name, made[at - 1 :], self._rarely(2))]
        return made

    def _column(self, name: str, column: Column) -> Field:
        kept = self._rarely(2) if self._rarely(12) else None
        # Postgres cannot take a value of type json apart if it holds \\u0000, and one here does.
        if column.type.storage.name == "jsonb" and self._rarely(2):
            path, other = self._one(_PATHS), self._one(_PATHS)
            return Field(name, self._alias(), [Argument("path", "String", Leaf(path, other, "String"))], kept=kept)
        return Field(name, self._alias() if self._rarely(6) or kept is not None else None, kept=kept)

    def _relationship(self, entity: Entity, name: str, depth: int) -> Field:
        target = self._model.entities[entity.relationships[name].target]
        if name in self._universe.objects(entity):
            return Field(name, self._alias(), selections=self._row(target, depth))
        if self._rarely(3):
            return self._aggregate(f"{name}_aggregate", target, depth)
        return self._list(name, target, depth)

    def _aggregate(self, name: str, entity: Entity, depth: int) -> Field:
        made: list[Selection] = []
        if self._number(1, 5) < 5:
            made.append(Field("aggregate", None, (), self._functions(entity)))
        if not made or self._rarely(3):
            made.append(Field("nodes", None, (), self._row(entity, depth - 1 if depth else 0)))
        if self._rarely(6):
            made.insert(0, Field("__typename"))
        return Field(name, self._alias(), self._arguments(entity, total=True), made)

    def _functions(self, entity: Entity) -> Sequence[Selection]:
        made: list[Selection] = []
        for function in self._some(self._universe.functions(entity), 0, 3):
            columns = self._some(self._universe.folded(entity, function), 1, 3)
            made.append(Field(function, None, (), [Field(name) for name in columns]))
        if not made or self._rarely(2):
            made.append(self._count(entity))
        return made

    def _count(self, entity: Entity) -> Field:
        columns = self._some(self._universe.compared(entity), 0, 2)
        arguments = []
        if columns:
            type_ = f"[{entity.name}_select_column!]"
            arguments.append(Argument("columns", type_, [Enum(name) for name in columns]))
            if self._rarely(2):
                arguments.append(Argument("distinct", "Boolean", Leaf(True, False, "Boolean")))
        return Field("count", self._alias(), arguments)

    # Arguments

    def _arguments(self, entity: Entity, *, total: bool) -> Sequence[Argument]:
        """Arguments of a list; `total` where all of its rows must be decided."""
        made: list[Argument] = []
        if self._number(1, 3) > 1:
            made.append(Argument("where", f"{entity.name}_bool_exp", self._where(entity, 2)))
        orders = self._orders(entity) if self._rarely(2) else []
        compared = self._universe.compared(entity)
        distinct = self._some(compared, 1, 2) if self._rarely(5) else []
        limited = self._rarely(3)
        if distinct and (orders or total):
            keys: list[Mapping[str, Input]] = [{name: self._direction()} for name in distinct]
            few = not total and self._rarely(2)
            orders = keys[:1] if few else [*keys, *(order for order in orders if next(iter(order)) not in distinct)]
        skipped = self._rarely(6)
        if total and (limited or skipped or distinct or self._ordered):
            orders = [*orders, *({name: self._direction()} for name in entity.key or compared)]
        if distinct:
            type_ = f"[{entity.name}_select_column!]"
            made.append(Argument("distinct_on", type_, [Enum(name) for name in distinct]))
        if orders:
            merged = {name: value for order in orders for name, value in order.items()}
            whole = len(merged) == sum(map(len, orders)) and self._rarely(4)
            made.append(Argument("order_by", f"[{entity.name}_order_by!]", merged if whole else orders))
        if limited:
            made.append(Argument("limit", "Int", self._small(0, 9)))
        if skipped:
            made.append(Argument("offset", "Int", self._small(0, 4)))
        return made

    def _small(self, low: int, high: int) -> Leaf:
        return Leaf(Number(str(self._number(low, high))), Number(str(self._number(low, high))), "Int")

    def _direction(self) -> Enum:
        return Enum(self._one(_DIRECTIONS))

    def _orders(self, entity: Entity) -> list[Mapping[str, Input]]:
        return [self._order(entity, 2) for _ in range(self._number(1, 3))]

    def _order(self, entity: Entity, depth: int) -> Mapping[str, Input]:
        columns, arrays = self._universe.compared(entity), self._universe.arrays(entity)
        objects = [name for name in self._universe.objects(entity) if self._has_columns(entity, name)]
        form = self._number(1, 5)
        if form == 5 and depth and objects:
            name = self._one(objects)
            return {name: self._order(self._model.entities[entity.relationships[name].target], depth - 1)}
        if form == 4 and arrays:
            name = self._one(arrays)
            target = self._model.entities[entity.relationships[name].target]
            return {f"{name}_aggregate": self._aggregate_order(target)}
        return {self._one(columns): self._direction()}

    def _has_columns(self, entity: Entity, relationship: str) -> bool:
        return bool(self._universe.compared(self._model.entities[entity.relationships[relationship].target]))

    def _aggregate_order(self, entity: Entity) -> Mapping[str, Input]:
        functions = [name for name in self._universe.functions(entity) if self._exact(entity, name)]
        if not functions or self._rarely(2):
            return {"count": self._direction()}
        function = self._one(functions)
        return {function: {self._one(self._exact(entity, function)): self._direction()}}

    def _exact(self, entity: Entity, function: str) -> Sequence[str]:
        """Columns for which the result does not depend on the order in which rows are added."""
        columns = self._universe.folded(entity, function)
        if function in ("max", "min"):
            return columns
        return [name for name in columns if entity.columns[name].type.storage.name not in _FLOATS]

    # Conditions

    def _where(self, entity: Entity, depth: int) -> Mapping[str, Input]:
        made: dict[str, Input] = {}
        for _ in range(self._one((1, 1, 2, 3)) if self._number(1, 12) < 12 else 0):
            form = self._number(1, 10)
            if form == 10 and depth:
                name = self._one(("_and", "_or"))
                made[name] = [self._where(entity, depth - 1) for _ in range(self._number(0, 3))]
            elif form == 9 and depth:
                made["_not"] = self._where(entity, depth - 1)
            elif form in (7, 8) and depth and entity.relationships:
                name = self._one(list(entity.relationships))
                target = self._model.entities[entity.relationships[name].target]
                made[name] = self._where(target, depth - 1)
            elif form == 6 and depth and self._universe.arrays(entity):
                name = self._one(self._universe.arrays(entity))
                target = self._model.entities[entity.relationships[name].target]
                made[f"{name}_aggregate"] = {"count": self._count_predicate(target, depth - 1)}
            else:
                name = self._one(self._universe.raw(entity))
                made[name] = self._comparison(entity, name)
        return made

    def _count_predicate(self, entity: Entity, depth: int) -> Mapping[str, Input]:
        made: dict[str, Input] = {}
        columns = self._some(self._universe.compared(entity), 0, 2)
        if columns:
            made["arguments"] = [Enum(name) for name in columns]
            if self._rarely(2):
                made["distinct"] = Leaf(True, True, "Boolean")
        if self._rarely(2):
            made["filter"] = self._where(entity, depth)
        made["predicate"] = {self._one(("_eq", "_gt", "_lte", "_neq")): self._small(0, 3)}
        return made

    def _comparison(self, entity: Entity, column: str) -> Mapping[str, Input]:
        operators = self._universe.operators(entity, column)
        if entity.columns[column].type.storage.name == "jsonb" and self._rarely(5):
            return {"_cast": {"String": {"_like": self._text(self._pattern, entity, column, "String")}}}
        names = self._some(list(operators), 1, 1 if self._rarely(2) else 2)
        return {name: self._operand(entity, column, name, operators[name]) for name in names}

    def _operand(self, entity: Entity, column: str, operator: str, type_: str) -> Leaf:
        if operator == "_is_null":
            return Leaf(self._rarely(2), self._rarely(2), type_)
        if operator in ("_in", "_nin", "_ancestor_any", "_descendant_any"):
            return self._values(entity, column, type_)
        if operator in _PATTERNS:
            return self._text(self._pattern, entity, column, type_)
        if operator in _REGULAR or operator in _SIMILAR:
            return self._text(self._regular if operator in _REGULAR else self._similar, entity, column, type_)
        if operator in ("_has_key", "_has_keys_any", "_has_keys_all"):
            keys = ["a", "b", "pages", "keywords", "langs", "two words", "", "日本"]
            first, second = self._one(keys), self._one(keys)
            if operator == "_has_key":
                return Leaf(first, second, type_)
            return Leaf(self._some(keys, 0, 2), self._some(keys, 1, 2), type_)
        if operator in ("_matches", "_matches_fulltext"):
            options = _LQUERIES if operator == "_matches" else _LTXTQUERIES
            return Leaf(self._one(options), self._one(options), type_)
        if operator == "_matches_any":
            return Leaf(self._some(_LQUERIES, 0, 2), self._some(_LQUERIES, 1, 2), type_)
        leaf = self._value(entity, column)
        return Leaf(leaf.value, leaf.other, type_)

    def _value(self, entity: Entity, column: str) -> Leaf:
        values = self._universe.values(entity, column)
        near = leaf_of(entity.columns[column].type).name in ("int2", "int4") and self._rarely(4)
        made = [self._beside(value) if near else value for value in (self._one(values), self._one(values))]
        return Leaf(made[0], made[1], "")

    def _beside(self, value: object) -> object:
        if isinstance(value, Number) and abs(int(value.text)) < 2**15 - 2:
            return Number(str(int(value.text) + self._number(-1, 1)))
        return value

    def _values(self, entity: Entity, column: str, type_: str) -> Leaf:
        values = self._universe.values(entity, column)
        return Leaf(self._some(values, 0, 3), self._some(values, 1, 3), type_)

    def _text(self, make: Callable[[str], str], entity: Entity, column: str, type_: str) -> Leaf:
        texts = [value for value in self._universe.values(entity, column) if isinstance(value, str)] or ["a"]
        return Leaf(make(self._one(texts)), make(self._one(texts)), type_)

    def _piece(self, text: str, allowed: Callable[[str], bool]) -> str:
        start = self._number(0, max(0, min(len(text), 40) - 1))
        return "".join(filter(allowed, text[start : start + self._number(0, 4)]))

    def _pattern(self, text: str) -> str:
        piece = self._piece(text, lambda sign: sign != "\\")
        return self._one(("{}%", "%{}", "%{}%", "_{}%", "{}", "%\\%{}%")).format(piece)

    def _regular(self, text: str) -> str:
        piece = self._piece(text, str.isalnum)
        return self._one(("^{}", "{}$", "{}", "{}.*[a-z]", "({}|b)+", "^$|{}")).format(piece)

    def _similar(self, text: str) -> str:
        piece = self._piece(text, str.isalnum)
        return self._one(("{}%", "%{}%", "%({}|[aeiou])%", "_*{}", "%{}_")).format(piece)
