"""Sliding windows: in this process, in Postgres, and in Redis where it can be had; all limits or none."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import pytest

from gateway.database.connections import open_control
from gateway.ledgers.counters import Standing, Wanted
from gateway.ledgers.ledgers import Ledgers
from gateway.ledgers.limits import Rates
from narthex.settings import Settings
from policies.admission import Limit, Per, Unit
from tests.gateway.conftest import PrepareDatabase


def limit(most: int, window_s: int = 3600, *, durable: bool = False, name: str = "line") -> Limit:
    return Limit(name, "book", most, "1h", window_s, Per.GLOBAL, Unit.CALLS, durable, "a.policy:1")


def wanted(of: Limit, amount: int = 1, whose: str = "x") -> Wanted:
    return Wanted(of, f"{of.name} {whose}".encode(), amount)


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of the test's own; as root it is installed from the distribution."""
    binary = shutil.which("redis-server") or shutil.which("valkey-server")
    if binary is None and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        command = ["apt-get", "install", "-y", "--no-install-recommends", "redis-server"]
        lock = ["-o", "DPkg::Lock::Timeout=120"]
        subprocess.run([*command[:1], *lock, *command[1:]], env=environment, capture_output=True, check=False)
        binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("there is no redis-server")
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    with subprocess.Popen([binary, *options], stdout=subprocess.DEVNULL) as server:
        try:
            for _ in range(100):
                with closing(socket.socket()) as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                server.poll()
                assert server.returncode is None
                time.sleep(0.05)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)


@pytest.fixture(params=["memory", "postgres", "redis", "valkey"])
async def ledgers(
    request: pytest.FixtureRequest, prepared_database: PrepareDatabase, tmp_path: object
) -> AsyncIterator[Ledgers]:
    urls = await prepared_database()
    control = await open_control(urls.control, Settings())
    rates: Rates | None = None
    if request.param == "memory":
        rates = Rates()
    elif request.param != "postgres":
        url = request.getfixturevalue("redis_url").replace("redis", request.param)
        rates = Rates(url.replace("/0", "/1") if request.param == "valkey" else url)
        await rates._storage.reset()
    made = Ledgers(control, rates, 5)
    try:
        yield made
    finally:
        await made.close()
        control.terminate()


def fits(standings: list[Standing]) -> list[bool]:
    return [standing.fits for standing in standings]


async def test_what_is_used_up_is_refused_and_says_when(ledgers: Ledgers) -> None:
    one = limit(3)
    for left in (3, 2, 1):
        (before,) = await ledgers.look([wanted(one)])
        (standing,), _ = await ledgers.take([wanted(one)])
        assert (standing.fits, before.remaining) == (True, left)
    (standing,), _ = await ledgers.take([wanted(one)])
    assert (standing.fits, standing.remaining) == (False, 0)
    assert standing.retry_after_s is not None and 0 < standing.retry_after_s <= 7200
    (other,), _ = await ledgers.take([wanted(one, whose="y")])
    assert other.fits


async def test_looking_takes_nothing(ledgers: Ledgers) -> None:
    one = limit(1)
    for _ in range(3):
        assert fits(await ledgers.look([wanted(one), wanted(limit(5, durable=True, name="q"))])) == [True, True]
    assert fits((await ledgers.take([wanted(one)]))[0]) == [True]


async def test_all_or_nothing(ledgers: Ledgers) -> None:
    wide, narrow = limit(10, name="wide"), limit(1, name="narrow")
    quota = limit(2, durable=True, name="quota")
    assert fits((await ledgers.take([wanted(wide), wanted(narrow, 2), wanted(quota)]))[0]) == [True, False, True]
    assert fits((await ledgers.take([wanted(wide), wanted(quota, 3)]))[0]) == [True, False]
    standings = await ledgers.look([wanted(wide, 10), wanted(narrow), wanted(quota, 2)])
    assert fits(standings) == [True, True, True]
    assert [standing.remaining for standing in standings] == [10, 1, 2]


async def test_an_amount_beyond_the_limit_never_fits(ledgers: Ledgers) -> None:
    (standing,), _ = await ledgers.take([wanted(limit(5), 6)])
    assert (standing.fits, standing.retry_after_s, standing.remaining) == (False, None, 5)


async def test_never_one_too_many(ledgers: Ledgers) -> None:
    first, second = limit(17, name="first"), limit(30, 7200, name="second")
    taken = await asyncio.gather(*(ledgers.take([wanted(first), wanted(second)]) for _ in range(80)))
    assert sum(all(fits(standings)) for standings, _ in taken) == 17
    (standing,) = await ledgers.look([wanted(second)])
    assert standing.remaining == 13


async def test_a_window_slides(ledgers: Ledgers) -> None:
    short = limit(4, 1)
    for _ in range(4):
        await ledgers.take([wanted(short)])
    (standing,), _ = await ledgers.take([wanted(short, 4)])
    if not standing.fits:  # a second may just have begun
        assert standing.retry_after_s in (1, 2)
    await asyncio.sleep(2.1)
    assert fits((await ledgers.take([wanted(short, 4)]))[0]) == [True]


@pytest.mark.parametrize(
    ("used", "previous", "elapsed", "amount", "expected"),
    [
        (10, 0, 20, 1, 40 + 1),  # the window has to end, and a tenth of the next one has to pass
        (5, 10, 30, 1, 6),  # 10 x (1 - 36/60) = 4: 5 + 4 + 1 fits
        (0, 10, 0, 10, 60),
        (0, 10, 0, 1, 1),
        (2, 0, 0, 11, None),
    ],
)
def test_how_long_to_wait(used: int, previous: int, elapsed: float, amount: int, expected: int | None) -> None:
    standing = Standing(wanted(limit(10, 60), amount), False, used, previous, elapsed)
    wait = standing.retry_after_s
    if expected is None:
        assert wait is None
        return
    assert wait is not None and abs(wait - expected) <= 6
    later = Standing(standing.wanted, False, used, previous, min(elapsed + wait, 60))
    ended = elapsed + wait > 60
    after = Standing(standing.wanted, False, 0, used, elapsed + wait - 60) if ended else later
    assert after.remaining >= amount
