"""A gateway that is killed under mutations, ten times."""

import json
import random
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.kills import SHAPES, Lives, kill_rounds
from tests.places import Place

ROUNDS = 10
_LONGEST_LIFE_S = 1.0


@pytest.fixture
def place() -> Iterator[Place]:
    # Where the unprivileged account of the embedded server can go.
    folder = Path(tempfile.gettempdir()) / f"narthex-kills-{secrets.token_hex(6)}"
    yield Place(folder)
    shutil.rmtree(folder, ignore_errors=True)


async def test_every_row_has_its_record_and_every_record_its_rows(place: Place) -> None:
    lives = Lives(place, random.Random(11))
    gateway = await kill_rounds(lives, ROUNDS, _LONGEST_LIFE_S)
    try:
        assert all(lives.done[name] for name in SHAPES)
        assert lives.answered > ROUNDS
        verified = gateway.run("audit", "verify", "--json")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        assert json.loads(verified.stdout)["ok"]
        await lives.live(gateway, 0.3, gateway.stop)
    finally:
        gateway.stop()
    gateway = await lives.start()
    try:
        await lives.check(gateway)
    finally:
        gateway.stop()
