"""Random writes under random policies: what they do to the rows, and what they tell, is what a plain reading says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from narthex.errors import Code
from tests.resolvers.sql.conftest import WriterMaker
from tests.writing import Writer

_TABLE = "CREATE TABLE thing (id int PRIMARY KEY, owner text, n int)"
_OWNERS = ("ann", "bob", None)
_ACTIONS = ("SELECT", "INSERT", "UPDATE", "DELETE")
_PROFILE = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Rule:
    """One line: `check` is None where the filter is the check."""

    filter: Mapping[str, Any]
    check: Mapping[str, Any] | None
    on: tuple[str, ...]

    def line(self) -> str:
        check = "" if self.check is None else f", check: {_written(self.check)}"
        return f"thing @rows(filter: {_written(self.filter)}{check}, on: [{', '.join(self.on)}])"


def _conditions(claims: bool) -> st.SearchStrategy[Mapping[str, Any]]:
    owners = st.sampled_from(("ann", "bob", *(("$claim.owner", "$claim.missing") if claims else ())))
    texts = st.fixed_dictionaries({}, optional={"_eq": owners, "_neq": owners}).filter(bool)
    numbers = st.fixed_dictionaries({}, optional={"_lt": st.integers(0, 4), "_gte": st.integers(0, 4)}).filter(bool)
    nulls = st.fixed_dictionaries({"_is_null": st.booleans()})
    simple = st.one_of(
        st.fixed_dictionaries({"owner": texts | nulls}),
        st.fixed_dictionaries({"n": numbers | nulls}),
        st.fixed_dictionaries({"id": st.fixed_dictionaries({"_in": st.lists(st.integers(1, 6), min_size=1)})}),
    )
    return st.recursive(
        simple,
        lambda inner: st.one_of(
            st.fixed_dictionaries({"_not": inner}),
            st.fixed_dictionaries({"_and": st.lists(inner, min_size=1, max_size=2)}),
            st.fixed_dictionaries({"_or": st.lists(inner, min_size=1, max_size=2)}),
        ),
        max_leaves=3,
    )


def _rules(least: int, actions: Sequence[str]) -> st.SearchStrategy[list[Rule]]:
    rule = st.builds(
        Rule,
        _conditions(claims=True),
        st.none() | _conditions(claims=True),
        st.sets(st.sampled_from(actions), min_size=1, max_size=2).map(lambda on: tuple(sorted(on))),
    )
    return st.lists(
        rule.filter(lambda rule: rule.check is None or {"INSERT", "UPDATE"} & set(rule.on)), min_size=least, max_size=3
    )


_RULES = _rules(0, _ACTIONS)
_VALUES = {"owner": st.sampled_from(_OWNERS), "n": st.none() | st.integers(0, 5)}
_NEW = st.dictionaries(st.integers(1, 6), st.fixed_dictionaries({}, optional=_VALUES), min_size=1, max_size=4)


def _rows(least: int) -> st.SearchStrategy[dict[int, Row]]:
    return st.dictionaries(st.integers(1, 5), st.fixed_dictionaries(_VALUES), min_size=least, max_size=5)


_ROWS = _rows(0)
_SET = st.fixed_dictionaries({}, optional=_VALUES).filter(bool)


class Forbidden(Exception):
    """A new row does not meet its check."""


@dataclass
class Reading:
    """The plain reading: rows by key, rules, and what the caller's token says."""

    rows: dict[int, Row]
    rules: Sequence[Rule]
    claims: Mapping[str, Any]

    def passes(self, row: Row, action: str) -> bool:
        return all(self._meets(row, rule.filter) for rule in self.rules if action in rule.on)

    def check(self, row: Row, action: str) -> None:
        for rule in self.rules:
            if action in rule.on and not self._meets(row, rule.filter if rule.check is None else rule.check):
                raise Forbidden

    def _meets(self, row: Row, condition: Mapping[str, Any]) -> bool:
        if "$claim.missing" in json.dumps(condition):
            return False
        return _holds(row, condition, self.claims) is True

    def changeable(self, row: Row, action: str) -> bool:
        return self.passes(row, action) and self.passes(row, "SELECT")

    def insert(self, objects: Mapping[int, Row], columns: Sequence[str] | None, where: Mapping[str, Any]) -> list[Row]:
        """`columns` are those that a conflict updates, None where a conflict is an error."""
        done = []
        for key, values in objects.items():
            new = {"id": key, "owner": None, "n": None, **values}
            old = self.rows.get(key)
            if old is None:
                self.rows[key] = new
                done.append((new, "INSERT"))
            elif columns is None:
                raise KeyError(key)
            elif columns and self.changeable(old, "UPDATE") and _holds(old, where, {}) is True:
                self.rows[key] = {**old, **{name: new[name] for name in columns}}
                done.append((self.rows[key], "UPDATE"))
        for row, action in done:
            self.check(row, action)
        return [row for row, _ in done]

    def update(self, where: Mapping[str, Any], values: Row) -> list[Row]:
        chosen = [key for key, row in self.rows.items() if self._chosen(row, "UPDATE", where)]
        for key in chosen:
            self.rows[key] = {**self.rows[key], **values}
        for key in chosen:
            self.check(self.rows[key], "UPDATE")
        return [self.rows[key] for key in chosen]

    def delete(self, where: Mapping[str, Any]) -> list[Row]:
        chosen = [key for key, row in self.rows.items() if self._chosen(row, "DELETE", where)]
        return [self.rows.pop(key) for key in chosen]

    def _chosen(self, row: Row, action: str, where: Mapping[str, Any]) -> bool:
        return self.changeable(row, action) and _holds(row, where, {}) is True

    def seen(self, rows: Sequence[Row]) -> list[Row]:
        return sorted((row for row in rows if self.passes(row, "SELECT")), key=lambda row: row["id"])


def _holds(row: Row, condition: Mapping[str, Any], claims: Mapping[str, Any]) -> bool | None:
    parts: list[bool | None] = []
    for name, value in condition.items():
        if name == "_not":
            inner = _holds(row, value, claims)
            parts.append(None if inner is None else not inner)
        elif name in ("_and", "_or"):
            items = [_holds(row, item, claims) for item in value]
            parts.append(_all(items) if name == "_and" else _any(items))
        else:
            parts += [_compared(row[name], operator, operand, claims) for operator, operand in value.items()]
    return _all(parts)


def _all(parts: Sequence[bool | None]) -> bool | None:
    return False if False in parts else None if None in parts else True


def _any(parts: Sequence[bool | None]) -> bool | None:
    return True if True in parts else None if None in parts else False


def _compared(value: Any, operator: str, operand: Any, claims: Mapping[str, Any]) -> bool | None:
    if operator == "_is_null":
        return (value is None) is operand
    if isinstance(operand, str) and operand.startswith("$claim."):
        operand = claims[operand.removeprefix("$claim.")]
    if value is None:
        return None
    tests = {
        "_eq": lambda: value == operand,
        "_neq": lambda: value != operand,
        "_lt": lambda: value < operand,
        "_gte": lambda: value >= operand,
        "_in": lambda: value in operand,
    }
    return tests[operator]()


def _written(value: Any) -> str:
    """GraphQL's notation."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_written(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    return json.dumps(value)


@pytest.fixture
async def things(writer_of: WriterMaker) -> Writer:
    return await writer_of(_TABLE)


async def _compare(
    things: Writer, rows: Mapping[int, Row], rules: Sequence[Rule], mutation: str, variables: Row, expected: Any
) -> None:
    """Run a mutation on the rows, and hold answer and rows against `expected`, which does it to a `Reading`."""
    opened = f'thing @auth(roles: ["agent"], on: [{", ".join(_ACTIONS)}])'
    policy = "\n".join([opened, *(rule.line() for rule in rules)])
    reading = Reading({key: {"id": key, **row} for key, row in rows.items()}, rules, {"owner": "ann"})
    filled = "".join(
        f"insert into public.thing values ({key}, {_sql(row['owner'])}, {_sql(row['n'])});" for key, row in rows.items()
    )
    wanted: list[Row] | Code
    try:
        wanted = expected(reading)
    except Forbidden:
        wanted = Code.FORBIDDEN
    except KeyError:
        wanted = Code.CONSTRAINT_VIOLATION
    async with things.after(filled or "select 1"):
        result = await things.under(policy, owner="ann").run(mutation, variables, role="agent", commit=True)
        left = [dict(row) for row in await things.connection.fetch("select id, owner, n from public.thing order by id")]
    text = f"{mutation}\n{variables}\n{policy}\n{rows}"
    if isinstance(wanted, Code):
        assert result.code is wanted, text
        return
    assert result.data is not None, f"{result.error}\n{text}"
    (answer,) = result.data.values()
    assert answer["affected_rows"] == len(wanted), text
    assert sorted(answer["returning"], key=lambda row: row["id"]) == reading.seen(wanted), text
    assert left == sorted(reading.rows.values(), key=lambda row: row["id"]), text


def _sql(value: object) -> str:
    return "null" if value is None else repr(value)


_RETURNED = "{ affected_rows returning { id owner n } }"


_INSERT = f"""mutation ($o: [thing_insert_input!]!, $c: thing_on_conflict)
    {{ insert_thing(objects: $o, on_conflict: $c) {_RETURNED} }}"""


@given(rows=_ROWS, rules=_RULES, objects=_NEW, leaves_out=st.booleans())
@settings(_PROFILE, max_examples=100)
async def test_inserts(
    things: Writer, rows: Mapping[int, Row], rules: Sequence[Rule], objects: Mapping[int, Row], leaves_out: bool
) -> None:
    conflict = {"constraint": "thing_pkey", "update_columns": []} if leaves_out else None
    variables = {"o": [{"id": key, **values} for key, values in objects.items()], "c": conflict}
    columns = [] if leaves_out else None
    await _compare(things, rows, rules, _INSERT, variables, lambda reading: reading.insert(objects, columns, {}))


@given(
    rows=_rows(least=3),
    rules=_rules(1, ("INSERT", "UPDATE", "UPDATE", "SELECT")),
    objects=_NEW,
    columns=st.lists(st.sampled_from(("owner", "n")), unique=True, min_size=1),
    where=st.just({}) | _conditions(claims=False),
)
@settings(_PROFILE, max_examples=100)
async def test_conflicts(
    things: Writer,
    rows: Mapping[int, Row],
    rules: Sequence[Rule],
    objects: Mapping[int, Row],
    columns: list[str],
    where: Mapping[str, Any],
) -> None:
    conflict = {"constraint": "thing_pkey", "update_columns": columns, "where": where}
    variables = {"o": [{"id": key, **values} for key, values in objects.items()], "c": conflict}
    await _compare(things, rows, rules, _INSERT, variables, lambda reading: reading.insert(objects, columns, where))


@given(rows=_ROWS, rules=_RULES, where=_conditions(claims=False), values=_SET)
@settings(_PROFILE, max_examples=60)
async def test_updates(
    things: Writer, rows: Mapping[int, Row], rules: Sequence[Rule], where: Mapping[str, Any], values: Row
) -> None:
    mutation = (
        f"mutation ($w: thing_bool_exp!, $s: thing_set_input!) {{ update_thing(where: $w, _set: $s) {_RETURNED} }}"
    )
    variables = {"w": where, "s": values}
    await _compare(things, rows, rules, mutation, variables, lambda reading: reading.update(where, values))


@given(rows=_ROWS, rules=_RULES, where=_conditions(claims=False))
@settings(_PROFILE, max_examples=30)
async def test_deletes(
    things: Writer, rows: Mapping[int, Row], rules: Sequence[Rule], where: Mapping[str, Any]
) -> None:
    mutation = f"mutation ($w: thing_bool_exp!) {{ delete_thing(where: $w) {_RETURNED} }}"
    await _compare(things, rows, rules, mutation, {"w": where}, lambda reading: reading.delete(where))
