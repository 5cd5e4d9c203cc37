"""Random updates and deletes under random policies: they reach the rows that the interpreter reaches, and no others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import asyncpg
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from narthex.errors import Code
from schema.catalog import Column
from schema.model import Action, Entity
from tests.oracle.conditions import Conditions
from tests.oracle.guards import Guarded
from tests.oracle.policies import meant_value, policies
from tests.oracle.queries import Argument, Field
from tests.oracle.queries import Writer as Notation
from tests.oracle.rows import Row
from tests.oracle.strategies import conditions
from tests.oracle.universe import Universe
from tests.oracle.world import World
from tests.writing import Writer

_PROFILE = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
_ADDED = frozenset({"int2", "int4", "int8", "numeric", "float8"})


@given(data=st.data())
@settings(_PROFILE, max_examples=300)
async def test_writes_reach_what_the_interpreter_reaches(features: World, writer: Writer, data: st.DataObject) -> None:
    universe = features.universe
    entity = data.draw(st.sampled_from(_written(universe)))
    action = data.draw(st.sampled_from((Action.UPDATE, Action.UPDATE, Action.DELETE)))
    policy = data.draw(policies(universe, entity.name, (Action.SELECT, Action.AGGREGATE, action)))
    assume((entity.name, _number(entity)) not in policy.meant.masks)
    raw = replace(universe, masked=frozenset(policy.meant.masks))
    where = data.draw(st.one_of(st.just({}), conditions(raw, entity)))
    guarded = Guarded(features.store, policy.meant)
    seen = Conditions(features.store, guarded)
    try:
        rows = guarded.meeting(entity.name, action, guarded.rows(entity.name, Action.SELECT))
        rows = [row for row in rows if seen.holds(entity, row, meant_value(where)) is True]
    except asyncpg.DataError:
        assume(False)
    result = await writer.guarded(policy.tables, policy.claims).run(_mutation(entity, action, where))
    assume(result.code is not Code.BAD_USER_INPUT or "every row" not in str(result.error))  # like {_and: []}
    if result.code is Code.CONSTRAINT_VIOLATION:
        assert rows and action is Action.DELETE
        return
    if not all(guarded.may_become(entity.name, action, row) for row in rows):
        assert result.code is Code.FORBIDDEN, (result, policy)
        return
    assert result.error is None, (result, policy)
    assert result.affected == len(rows), (policy, where)
    assert result.data is not None
    (answer,) = result.data.values()
    bound = policy.meant.max_rows.get(entity.name, 10_000)
    returned = {json.dumps(row, sort_keys=True) for row in answer["returning"]}
    expected = {_key(entity, row) for row in rows}
    assert returned <= expected and len(answer["returning"]) == min(len(rows), bound)


def _written(universe: Universe) -> Sequence[Entity]:
    """Tables with a key and a number to which nothing can be added."""
    return [entity for entity in universe.entities if entity.key and entity.table.enforces_keys and _number(entity)]


def _number(entity: Entity) -> str | None:
    return next((name for name, column in entity.columns.items() if name not in entity.key and _adds(column)), None)


def _adds(column: Column) -> bool:
    return column.type.storage.name in _ADDED and not column.generated and not column.identity


def _mutation(entity: Entity, action: Action, where: object) -> str:
    arguments = [Argument("where", f"{entity.name}_bool_exp!", where)]  # type: ignore[arg-type]
    name = f"{action.lower()}_{entity.name}"
    keys = [Field(key) for key in entity.key]
    selections = [Field("affected_rows"), Field("returning", None, (), keys)]
    text, _ = Notation().write([Field(name, None, arguments, selections)])
    if action is Action.UPDATE:
        text = text.replace(f"{name}(", f"{name}(_inc: {{{_number(entity)}: 0}}, ", 1)
    return f"mutation {text}"


def _key(entity: Entity, row: Row) -> str:
    return json.dumps({name: json.loads(row.cells[name].json) for name in entity.key}, sort_keys=True)
