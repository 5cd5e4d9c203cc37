"""The property tests of the data lane with many more examples, and others in each run."""

import os
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.oracle import test_properties as properties
from tests.oracle.world import World
from tests.soak.figures import Figures, scaled

pytestmark = pytest.mark.soak

SEED = int(os.environ.get("SOAK_SEED") or secrets.randbelow(2**32))
"""Of all examples: with `SOAK_SEED` a run is repeated."""


Property = Callable[..., Awaitable[None]]


def _longer(examples: int) -> Callable[[Property], Property]:
    """A property with so many examples in the whole run."""
    profile = settings(
        max_examples=scaled(examples),
        derandomize=False,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    return lambda test: seed(SEED)(profile(given(data=st.data())(test)))


async def _hold(test: Any, *given_: object) -> None:
    """Run what is below the `given` of a property."""
    await test.hypothesis.inner_test(*given_)


@pytest.fixture(autouse=True)
def told(request: pytest.FixtureRequest, figures: Figures) -> Iterator[None]:
    examples = request.function._hypothesis_internal_use_settings.max_examples
    began = time.monotonic()
    yield
    name = request.node.name.removeprefix("test_").replace("_", " ")
    figures.add(f"properties, {name}", f"{examples:,} examples in {time.monotonic() - began:.0f} s, seed {SEED}")


@_longer(5_000)
async def test_lane_and_interpreter(features: World, data: st.DataObject) -> None:
    await _hold(properties.test_the_lane_answers_what_the_interpreter_answers, features, data)


@_longer(500)
async def test_thousands_of_rows(music: World, data: st.DataObject) -> None:
    await _hold(properties.test_it_does_over_thousands_of_rows, music, data)


@_longer(1_500)
async def test_ways_to_write(features: World, data: st.DataObject) -> None:
    await _hold(properties.test_every_way_to_write_a_query_gives_the_same_bytes, features, data)


@_longer(1_000)
async def test_cached_plans(features: World, data: st.DataObject) -> None:
    await _hold(properties.test_a_cached_plan_answers_other_values_as_a_fresh_one, features, data)
