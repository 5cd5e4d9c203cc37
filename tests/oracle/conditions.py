"""`where` in plain Python: three-valued logic over one row and the rows related to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from schema.catalog import PgType
from schema.model import Action, Entity, Relationship
from tests.oracle.inputs import Value, array_literal, listed, literal
from tests.oracle.judge import Judge
from tests.oracle.rows import INTEGERS, Row, Store

Truth = bool | None

_TEXT = PgType("pg_catalog", "text")
_JSONB = PgType("pg_catalog", "jsonb")
_NEGATED = {
    "_neq": "_eq",
    "_nlike": "_like",
    "_nilike": "_ilike",
    "_nsimilar": "_similar",
    "_nregex": "_regex",
    "_niregex": "_iregex",
}
_ANY = {"_in": "_eq", "_has_keys_any": "_has_key", "_ancestor_any": "_ancestor", "_descendant_any": "_descendant",
        "_matches_any": "_matches"}  # fmt: skip
_TEXT_OPERATORS = frozenset(
    {"_like", "_ilike", "_similar", "_regex", "_iregex", "_has_key", "_matches", "_matches_fulltext"}
)
_ORDER: Mapping[str, Callable[[int, int], bool]] = {
    "_eq": int.__eq__,
    "_gt": int.__gt__,
    "_lt": int.__lt__,
    "_gte": int.__ge__,
    "_lte": int.__le__,
}


class NullCompared(Exception):
    """An explicit null where a condition or an operand is expected."""


def both(truths: Iterable[Truth]) -> Truth:
    """SQL's AND."""
    seen = set(truths)
    return False if False in seen else None if None in seen else True


def either(truths: Iterable[Truth]) -> Truth:
    """SQL's OR."""
    seen = set(truths)
    return True if True in seen else None if None in seen else False


def negated(truth: Truth) -> Truth:
    return None if truth is None else not truth


class Sight(Protocol):
    """The rows that there are for whoever asks."""

    def related(self, relationship: Relationship, row: Row, action: Action) -> Sequence[Row]:
        """The rows of the target that belong to a row of the source, as far as they are there for an action."""
        ...


class Conditions:
    def __init__(self, store: Store, sight: Sight) -> None:
        self._store = store
        self._sight = sight
        self._judge: Judge = store.judge

    def holds(self, entity: Entity, row: Row, condition: Value) -> Truth:
        """Whether a row meets a `<entity>_bool_exp`."""
        if condition is None:
            raise NullCompared
        assert isinstance(condition, dict)
        return both([self._part(entity, row, name, value) for name, value in condition.items()])

    def _part(self, entity: Entity, row: Row, name: str, value: Value) -> Truth:
        if value is None:
            raise NullCompared
        if name == "_and":
            return both([self.holds(entity, row, item) for item in listed(value)])
        if name == "_or":
            return either([self.holds(entity, row, item) for item in listed(value)])
        if name == "_not":
            return negated(self.holds(entity, row, value))
        if name in entity.columns:
            return self._compare(entity, row, name, value)
        if name in entity.relationships:
            return self._some(entity.relationships[name], row, value)
        if name == "_exists":
            return self._exists(value)
        return self._aggregate(entity.relationships[name.removesuffix("_aggregate")], row, value)

    def _some(self, relationship: Relationship, row: Row, condition: Value) -> Truth:
        target = self._store.model.entities[relationship.target]
        related = self._sight.related(relationship, row, Action.SELECT)
        return any(self.holds(target, other, condition) is True for other in related)

    def _exists(self, value: Value) -> Truth:
        """Whether any row of any table meets a condition: only policies ask so."""
        assert isinstance(value, dict)
        entity = self._store.model.entities[str(value["_table"])]
        return any(self.holds(entity, row, value["_where"]) is True for row in self._store.rows[entity.name])

    def _compare(self, entity: Entity, row: Row, column: str, operators: Value) -> Truth:
        type_, text = entity.columns[column].type, row.cells[column].text
        among = self._store.texts(entity, column)
        assert isinstance(operators, dict)
        return both([self.compare(type_, text, name, operand, among) for name, operand in operators.items()])

    def compare(
        self, type_: PgType, text: str | None, operator: str, operand: Value, among: Iterable[str] = ()
    ) -> Truth:
        """One operator on one value."""
        if operand is None:
            raise NullCompared
        if operator == "_is_null":
            return (text is None) == operand
        if operator == "_cast":
            assert isinstance(operand, dict)
            return both([self._cast(text, inner, among) for inner in operand.values()])
        if operator == "_nin":
            return both([self.compare(type_, text, "_neq", item, among) for item in listed(operand)])
        if operator in _NEGATED:
            return negated(self.compare(type_, text, _NEGATED[operator], operand, among))
        if text is None and operator != "_in":
            return None
        if operator in _ANY:
            return either([self.compare(type_, text, _ANY[operator], item, among) for item in listed(operand)])
        if operator == "_has_keys_all":
            return both([self.compare(type_, text, "_has_key", item, among) for item in listed(operand)])
        return None if text is None else self._test(type_, text, operator, operand, among)

    def _cast(self, text: str | None, operators: Value, among: Iterable[str]) -> Truth:
        if operators is None:
            raise NullCompared
        assert isinstance(operators, dict)
        return both([self.compare(_TEXT, text, name, operand, among) for name, operand in operators.items()])

    def _test(self, type_: PgType, text: str, operator: str, operand: Value, among: Iterable[str]) -> Truth:
        storage = type_.storage
        if operator in _TEXT_OPERATORS:
            if storage.name == "bpchar":
                # Patterns see the text without the blanks that fill it up.
                return self._judge.test(operator, _TEXT.sql, text.rstrip(" "), literal(operand, _TEXT))
            return self._judge.test(operator, storage.sql, text, literal(operand, _TEXT), among)
        if storage.element is not None:
            return self._judge.test(operator, storage.sql, text, array_literal(listed(operand)), among)
        value = literal(operand, type_)
        if storage.name in INTEGERS and operator in _ORDER:
            return _ORDER[operator](int(text), int(value))
        if storage.name == "json":
            storage = _JSONB
        return self._judge.test(operator, storage.sql, text, value, among)

    def _aggregate(self, relationship: Relationship, row: Row, functions: Value) -> Truth:
        """Conditions on aggregates over the related rows."""
        target = self._store.model.entities[relationship.target]
        related = self._sight.related(relationship, row, Action.AGGREGATE)
        assert isinstance(functions, dict)
        return both([self._function(target, related, name, value) for name, value in functions.items()])

    def _function(self, entity: Entity, rows: Sequence[Row], function: str, value: Value) -> Truth:
        if value is None:
            raise NullCompared
        assert isinstance(value, dict)
        kept = [row for row in rows if "filter" not in value or self.holds(entity, row, value["filter"]) is True]
        distinct = value.get("distinct") is True
        arguments, predicate = value.get("arguments"), value["predicate"]
        if function == "count":
            names = [] if arguments is None else [str(name) for name in listed(arguments)]
            type_ = PgType("pg_catalog", "int8")
            text: str | None = str(count(self._store, entity, kept, names, distinct))
        else:
            names = list(map(str, arguments.values())) if isinstance(arguments, dict) else [str(arguments)]
            type_ = entity.columns[names[0]].type.storage
            columns = [[row.cells[name].text for row in kept] for name in names]
            _, text, _ = self._judge.fold(function, type_.sql, columns, distinct)
        assert isinstance(predicate, dict)
        return both([self.compare(type_, text, name, operand) for name, operand in predicate.items()])


def count(store: Store, entity: Entity, rows: Sequence[Row], columns: Sequence[str], distinct: bool) -> int:
    """`count`: rows; with one column those where it is not null; several columns are one value that is never null."""
    if not columns:
        return len(rows)
    tuples = [tuple(row.cells[name].text for name in columns) for row in rows]
    if len(columns) == 1:
        tuples = [values for values in tuples if values[0] is not None]
    if not distinct:
        return len(tuples)
    ranks = [
        store.judge.ranks(entity.columns[name].type.storage.sql, {text for text in found if text is not None})
        for name, found in zip(columns, zip(*tuples, strict=True), strict=False)
    ]
    return len({tuple(_rank(rank, text) for rank, text in zip(ranks, values, strict=True)) for values in tuples})


def _rank(ranks: Mapping[str, int], text: str | None) -> int | None:
    return None if text is None else ranks[text]
