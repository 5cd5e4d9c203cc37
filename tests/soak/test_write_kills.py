"""A gateway that is killed under mutations over and over: no effect without a record, no record without its effect."""

import random
import time
from statistics import median

import pytest

from tests.journeys.kills import Lives, kill_rounds
from tests.places import Place
from tests.soak.figures import Figures, scaled

pytestmark = pytest.mark.soak

ROUNDS = 200
_LONGEST_LIFE_S = 2.0


async def test_kills_under_mutations(place: Place, figures: Figures) -> None:
    began, lives, rounds = time.monotonic(), Lives(place, random.Random(12)), scaled(ROUNDS)
    gateway = await kill_rounds(lives, rounds, _LONGEST_LIFE_S)
    try:
        verified = gateway.run("audit", "verify", "--json")
        assert verified.returncode == 0, verified.stdout + verified.stderr
    finally:
        gateway.stop()
    figures.add(
        "kills under mutations",
        f"{rounds} kills in {time.monotonic() - began:.0f} s; {lives.answered:,} mutations were answered, and "
        f"{lives.unheard:,} more were done whose answer nobody heard; every row had its record, every record its "
        f"rows, and the chain of {lives.position:,} places is sound; {lives.gaps:,} numbers were given out to what "
        f"died with a gateway; ready again after {median(lives.starts):.1f} s",
    )
