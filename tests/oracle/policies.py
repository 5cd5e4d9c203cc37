"""Random policies, as the compiler is given them and as the interpreter is: some values become claims, of which some
are missing or do not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from graphql import GraphQLInputObjectType, coerce_input_value
from hypothesis import strategies as st

from gateway.surfaces.http import load_json
from policies.guards import Claim, Constant, Masking, RowRule, TableGuards
from resolvers.sql.claims import fitting
from schema.catalog import PgType
from schema.model import Action, Entity
from schema.scalars import is_text
from tests.lane import MASK_KEY
from tests.oracle.guards import Guards
from tests.oracle.inputs import Value
from tests.oracle.queries import Input, Leaf, plain_json
from tests.oracle.strategies import conditions
from tests.oracle.universe import Universe

READS = (Action.SELECT, Action.AGGREGATE)
_MISFITS: Sequence[object] = (None, {}, "not\0one", [[1]], {"a": "b"}, [None])


@dataclass
class Policies:
    """The same policies twice, and the claims of the caller."""

    tables: Mapping[str, TableGuards]
    meant: Guards
    claims: Mapping[str, object]


@st.composite
def policies(draw: st.DrawFn, universe: Universe, root: str, actions: Sequence[Action] = READS) -> Policies:
    """Rules on an entity and most of those around it, masks on some of their columns, bounds on some lists.

    Where rows are updated, what they become has rules too.
    """
    maker, model = _Maker(draw, universe, actions), universe.store.model
    around = {each.target for each in model.entities[root].relationships.values()} | {root}
    far = {each.target for name in around for each in model.entities[name].relationships.values()}
    names = [*sorted(around), *sorted(far - around)][:6]
    tables = {name: maker.table(model.entities[name]) for name in names if draw(st.integers(1, 4)) < 4}
    meant = Guards(maker.filters, maker.masks, maker.max_rows, MASK_KEY, maker.checks)
    return Policies(tables, meant, maker.claims)


@dataclass
class _Maker:
    draw: st.DrawFn
    universe: Universe
    actions: Sequence[Action]
    claims: dict[str, object] = field(default_factory=dict)
    filters: dict[tuple[str, Action], Sequence[Value | None]] = field(default_factory=dict)
    checks: dict[tuple[str, Action], Sequence[Value | None]] = field(default_factory=dict)
    masks: dict[tuple[str, str], Masking] = field(default_factory=dict)
    max_rows: dict[str, int] = field(default_factory=dict)
    _fits: bool = True

    def table(self, entity: Entity) -> TableGuards:
        both = [self._rule(entity) for _ in range(self._number(0, 2))]
        filters = {}
        for action in self.actions:
            rules = [*both, *(self._rule(entity) for _ in range(max(0, self._number(-3, 1))))]
            filters[action] = tuple(rule for rule, _ in rules)
            self.filters[entity.name, action] = [meant for _, meant in rules]
        checks = {}
        if Action.UPDATE in self.actions and self._number(1, 3) < 3:
            rule, means = self._rule(entity)
            checks[Action.UPDATE], self.checks[entity.name, Action.UPDATE] = (rule,), [means]
        masks = {}
        plain = [name for name in self.universe.raw(entity) if name not in entity.key]
        if len(plain) > 3:
            for name in self.draw(st.lists(st.sampled_from(plain), max_size=2, unique=True)):
                kinds = tuple(Masking) if is_text(entity.columns[name].type) else (Masking.NULL,)
                masks[name] = self.masks[entity.name, name] = self.draw(st.sampled_from(kinds))
        bound = None
        if self._number(1, 4) == 4:
            bound = self.max_rows[entity.name] = self._number(1, 6)
        return TableGuards(filters, checks, masks=masks, max_rows=bound)

    def _number(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def _rule(self, entity: Entity) -> tuple[RowRule, Value | None]:
        """A rule, and what it means: None where a claim of it is missing or does not fit."""
        self._fits = True
        tree = self.draw(conditions(self.universe, entity))
        if self._number(1, 4) == 4:
            tree = {"_not": tree}
        if self._number(1, 5) == 5:
            other = self.draw(st.sampled_from(self.universe.entities))
            inner = self.draw(conditions(self.universe, other))
            predicate, meant = self._predicate(entity, tree), meant_value(tree)
            exists = {"_table": other.name, "_where": self._predicate(other, inner)}
            group = self.draw(st.sampled_from(("_and", "_or")))
            predicate = {group: (predicate, {"_exists": exists})}
            meant = {group: [meant, {"_exists": {"_table": other.name, "_where": meant_value(inner)}}]}
        else:
            predicate, meant = self._predicate(entity, tree), meant_value(tree)
        return RowRule(predicate, "test:1"), meant if self._fits else None

    def _predicate(self, entity: Entity, tree: Mapping[str, Input]) -> Mapping[str, object]:
        type_ = cast(GraphQLInputObjectType, self.universe.schema.make_type(f"{entity.name}_bool_exp"))
        coerced = coerce_input_value(load_json(plain_json(meant_value(tree))), type_)
        return cast(Mapping[str, object], self._wrapped(entity, coerced, tree, None))

    def _wrapped(self, entity: Entity, value: object, tree: object, type_: PgType | None, operator: str = "") -> object:
        """A coerced condition with its values as constants and claims. `type_` is what the innermost column holds."""
        if isinstance(tree, Mapping) and isinstance(value, Mapping):
            made = {}
            for name, inner in tree.items():
                there, held = entity, type_
                if type_ is None and name in entity.columns:
                    held = entity.columns[name].type
                elif type_ is None and name.removesuffix("_aggregate") in entity.relationships:
                    target = entity.relationships[name.removesuffix("_aggregate")].target
                    there = self.universe.store.model.entities[target]
                elif name == "predicate":
                    held = PgType("pg_catalog", "int8")
                elif name == "String":
                    held = PgType("pg_catalog", "text")
                made[name] = self._wrapped(there, value[name], inner, held, name)
            return made
        if isinstance(tree, Leaf):
            return self._leaf(value, tree, type_, operator)
        if isinstance(tree, list | tuple):
            items = [self._wrapped(entity, a, b, type_) for a, b in zip(cast(list[object], value), tree, strict=True)]
            return tuple(items)
        return str(tree)

    def _leaf(self, value: object, leaf: Leaf, type_: PgType | None, operator: str) -> Constant | Claim:
        plain = operator in ("_eq", "_neq", "_gt", "_lt", "_gte", "_lte", "_in", "_nin")
        if type_ is None or not plain or self._number(1, 3) < 3:
            return Constant(value)
        given = load_json(plain_json(leaf.value))
        if operator in ("_in", "_nin"):
            fits = type_.storage.element is None and all(fitting(type_, item) is not None for item in _items(given))
        else:
            fits = fitting(type_, given) is not None
        if fits and self._number(1, 4) == 4:
            given, fits = self.draw(st.sampled_from(_MISFITS)), False
        name = f"c{len(self.claims)}"
        self.claims[name] = given
        self._fits = self._fits and fits
        return Claim(name)


def _items(value: object) -> Sequence[object]:
    return cast(Sequence[object], value)


def meant_value(tree: object) -> Value:
    """A tree as the interpreter takes it."""
    if isinstance(tree, Leaf):
        return tree.value
    if isinstance(tree, Mapping):
        return {name: meant_value(inner) for name, inner in tree.items()}
    return [meant_value(item) for item in tree] if isinstance(tree, list | tuple) else tree
