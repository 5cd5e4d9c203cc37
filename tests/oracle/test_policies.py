"""Random queries under random policies: the compiled lane shows what the interpreter shows, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import asyncpg
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from gateway.surfaces.http import load_json
from narthex.errors import Code
from tests.oracle.interpreter import Undecided
from tests.oracle.policies import policies
from tests.oracle.queries import Style, Writer
from tests.oracle.strategies import queries
from tests.oracle.world import World

_PROFILE = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)


async def _check(world: World, data: st.DataObject, *, ordered: bool = False) -> None:
    root = data.draw(st.sampled_from(world.universe.weighted)).name
    policy = data.draw(policies(world.universe, root))
    universe = replace(world.universe, masked=frozenset(policy.meant.masks), root=root)
    selections = data.draw(queries(universe, ordered=ordered))
    lane = world.lane.under(policy.tables, **policy.claims)
    text, variables = Writer(data.draw(st.sampled_from(Style))).write(selections)
    answer = await lane.run(text, load_json(variables))  # type: ignore[arg-type]
    try:
        expected = world.expect(text, variables, guards=policy.meant)
    except Undecided:
        assume(False)
    except asyncpg.DataError:
        assert answer.codes == [Code.BAD_USER_INPUT], text
        return
    wrong = world.wrong(expected, answer)
    assert wrong is None, f"{wrong}\n{text}\n{variables}\n{policy}"


@given(data=st.data())
@settings(_PROFILE, max_examples=500)
async def test_the_lane_shows_what_the_interpreter_shows(features: World, data: st.DataObject) -> None:
    await _check(features, data)


@given(data=st.data())
@settings(_PROFILE, max_examples=60)
async def test_it_does_over_thousands_of_rows(music: World, data: st.DataObject) -> None:
    await _check(music, data, ordered=True)
