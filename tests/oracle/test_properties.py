"""Random valid queries: the compiled lane answers what the interpreter answers, however a query is written down."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from gateway.document import read
from gateway.surfaces.http import load_json
from narthex.errors import Code
from tests.lane import Answer, Lane
from tests.oracle.interpreter import Undecided
from tests.oracle.queries import Selection, Style, Writer
from tests.oracle.strategies import queries
from tests.oracle.world import World

_PROFILE = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)


async def _ask(lane: Lane, text: str, variables: str) -> Answer:
    return await lane.run(text, load_json(variables))  # type: ignore[arg-type]


async def _check(world: World, selections: Sequence[Selection]) -> None:
    text, variables = Writer().write(selections)
    answer = await _ask(world.lane, text, variables)
    try:
        expected = world.expect(text, variables)
    except Undecided:
        assume(False)
    except asyncpg.DataError:
        # Postgres itself refuses, such as a sum beyond the largest number.
        assert answer.codes == [Code.BAD_USER_INPUT], text
        return
    assert world.wrong(expected, answer) is None, f"{world.wrong(expected, answer)}\n{text}"


@given(data=st.data())
@settings(_PROFILE, max_examples=500)
async def test_the_lane_answers_what_the_interpreter_answers(features: World, data: st.DataObject) -> None:
    await _check(features, data.draw(queries(features.universe)))


@given(data=st.data())
@settings(_PROFILE, max_examples=80)
async def test_it_does_over_thousands_of_rows(music: World, data: st.DataObject) -> None:
    await _check(music, data.draw(queries(music.universe, ordered=True)))


@given(data=st.data())
@settings(_PROFILE, max_examples=150)
async def test_every_way_to_write_a_query_gives_the_same_bytes(features: World, data: st.DataObject) -> None:
    lane, selections = features.lane, data.draw(queries(features.universe, ordered=True))
    text, variables = Writer().write(selections)
    first, again = await _ask(lane, text, variables), await _ask(lane, text, variables)
    assert again.cached
    for style in (Style.VARIABLES, Style.STRUCTURES):
        written = Writer(style).write(selections)
        assert _said(await _ask(lane, *written)) == _said(first), f"{style}\n{text}\n{written}"
    assert _said(again) == _said(first)


@given(data=st.data())
@settings(_PROFILE, max_examples=150)
async def test_a_cached_plan_answers_other_values_as_a_fresh_one(features: World, data: st.DataObject) -> None:
    lane, selections = features.lane, data.draw(queries(features.universe, ordered=True))
    for style in Style:
        lane.forget()
        text, variables = Writer(style).write(selections)
        other, its_variables = Writer(style, other=True).write(selections)
        first = await _ask(lane, text, variables)
        cached = await _ask(lane, other, its_variables)
        lane.forget()
        fresh = await _ask(lane, other, its_variables)
        back = await _ask(lane, text, variables)
        assert not fresh.cached
        assert _said(cached) == _said(fresh), f"{style}\n{text}\n{other}\n{its_variables}"
        assert _said(back) == _said(first), f"{style}\n{other}\n{text}\n{variables}"
        if style is Style.LITERALS and read(text).key != read(other).key:
            assert not cached.cached


def _said(answer: Answer) -> tuple[object, ...]:
    return answer.data, {cut.path for cut in answer.cuts}, answer.codes
