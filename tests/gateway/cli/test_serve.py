import asyncio
import json
import os
import signal
import time
from collections.abc import Callable

import jwt

from gateway.identity.revocation import Target, revoke
from tests.gateway.cli.conftest import Narthex
from tests.gateway.cli.gateways import lines_to, nobody_within, processes_of, running
from tests.gateway.conftest import connected


def test_it_serves_what_is_there(store: Narthex) -> None:
    with running(store, "serve") as gateway:
        token = store.ok("token", "--role", "admin").strip()
        assert gateway.ask(token, "{ artist_aggregate { aggregate { count } } }") == {
            "data": {"artist_aggregate": {"aggregate": {"count": 0}}}
        }, "seed.sql is for development"
        assert "eyJ" not in gateway.said
        assert gateway.stop(signal.SIGTERM) == 0
    assert nobody_within(store.project)


def test_workers_share_the_socket_and_end_together(store: Narthex) -> None:
    with running(store, "serve", "--workers", "2") as gateway:
        token = store.ok("token", "--role", "admin").strip()
        for _ in range(10):
            assert "errors" not in gateway.ask(token, "{ me { subject } }")
        assert len(processes_of(store.project)) == 3
        assert gateway.stop(signal.SIGTERM) == 0
    assert nobody_within(store.project)


ME = "{ me { subject } }"


def within(seconds: float, holds: Callable[[], bool]) -> float:
    """How long it took until it held."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() < started + seconds, "it did not come in time"
        time.sleep(0.02)
    return time.monotonic() - started


def test_a_revocation_reaches_every_worker_within_a_second(store: Narthex) -> None:
    with running(store, "serve", "--workers", "2") as gateway, lines_to(gateway, 2) as lines:
        token, child, other = (
            store.ok("token", "--role", "admin", "--kind", "agent", "--sub", sub, *actors).strip()
            for sub, *actors in (("ann",), ("bob", "--actor", "worker", "--actor", "ann"), ("bob",))
        )
        for line in lines:
            assert [line.ask(each, ME)[0] for each in (token, child, other)] == [200, 200, 200]
        revoked = Revoker(store)
        revoked("subject", "ann")
        within(1, lambda: all(line.ask(token, ME)[0] == 401 for line in lines))
        assert [line.ask(child, ME)[0] for line in lines] == [401, 401], "whoever acts for it ends with it"
        assert [line.ask(other, ME)[0] for line in lines] == [200, 200]
        session = jwt.decode(other, options={"verify_signature": False})["sid"]
        revoked("session", session)
        within(1, lambda: all(line.ask(other, ME)[0] == 401 for line in lines))
        store.ok("revoke", "--sub", "ann", "--lift")
        within(1, lambda: all(line.ask(token, ME)[0] == 200 for line in lines))
        revoked("token", jwt.decode(token, options={"verify_signature": False})["jti"])
        within(1, lambda: all(line.ask(token, ME)[0] == 401 for line in lines))


LIMITS = """
Query.artist  @rate_limit(limit: 7, window: "12h")
Query.album   @quota(limit: 5, unit: CALLS, window: "7d")
"""


def test_workers_count_limits_together(store: Narthex) -> None:
    (store.project / "policies" / "limits.policy").write_text(LIMITS)
    with running(store, "serve", "--workers", "2") as gateway, lines_to(gateway, 2) as lines:
        token = store.ok("token", "--role", "admin").strip()
        for field, most, code in (("artist", 7, "RATE_LIMITED"), ("album", 5, "QUOTA_EXCEEDED")):
            answers = [line.ask(token, f"{{ {field} {{ __typename }} }}") for _ in range(6) for line in lines]
            assert [status for status, _ in answers] == [200] * most + [429] * (12 - most)
            assert code in str(answers[-1][1])


class Revoker:
    """Enters a revocation without the time that a command takes to start."""

    def __init__(self, store: Narthex) -> None:
        self._url = store.environment["NARTHEX_DATABASE__CONTROL_URL"]

    def __call__(self, kind: str, value: str) -> None:
        asyncio.run(self._enter(kind, value))

    async def _enter(self, kind: str, value: str) -> None:
        async with connected(self._url) as control:
            await revoke(control, Target(kind), value, by="test")


def test_policies_and_tables_reach_every_worker(store: Narthex) -> None:
    query = "{ __type(name: \"query_root\") { fields { name } } }"
    with running(store, "serve", "--workers", "2") as gateway, lines_to(gateway, 2) as lines:
        token = store.ok("token", "--role", "newcomer").strip()

        def sees(*names: str) -> bool:
            return all(name in json.dumps(line.ask(token, query)[1]) for line in lines for name in names)

        assert not sees("artist")
        (store.project / "policies" / "newcomer.policy").write_text('artist @auth(roles: ["newcomer"], on: [SELECT])\n')
        # A poll a second apart, and the time to load what it finds.
        assert within(5, lambda: sees("artist_by_pk")) < 3
        (store.project / "migrations" / "900_fresh.sql").write_text("CREATE TABLE fresh (id int PRIMARY KEY);")
        store.ok("migrate")
        (store.project / "policies" / "newcomer.policy").write_text('fresh @auth(roles: ["newcomer"], on: [SELECT])\n')
        assert within(5, lambda: sees("fresh_by_pk") and not sees("artist_by_pk")) < 3


def test_a_worker_that_is_killed_is_replaced(store: Narthex) -> None:
    with running(store, "serve", "--workers", "2") as gateway:
        token = store.ok("token", "--role", "admin").strip()
        with lines_to(gateway, 2) as lines:
            assert [line.worker() for line in lines] == ["1", "2"]
        # One that ends sooner could not start, and ends them all.
        time.sleep(max(0.0, 5.1 - gateway.ready_for()))
        killed = min(process.pid for process in processes_of(store.project) if process.pid != gateway.process.pid)
        os.kill(killed, signal.SIGKILL)
        within(5, lambda: killed not in {process.pid for process in processes_of(store.project)})
        with lines_to(gateway, 2) as lines:
            assert [line.worker() for line in lines] == ["1", "2"]
            assert [line.ask(token, ME)[0] for line in lines] == [200, 200]
        assert gateway.stop(signal.SIGTERM) == 0


def test_workers_do_not_outlive_their_parent(store: Narthex) -> None:
    with running(store, "serve", "--workers", "2") as gateway:
        gateway.stop(signal.SIGKILL)
        assert nobody_within(store.project)


def test_all_three_urls_are_needed(store: Narthex) -> None:
    del store.environment["NARTHEX_DATABASE__MIGRATOR_URL"]  # type: ignore[attr-defined]
    done = store.run("serve")
    assert done.returncode == 2
    assert "[database] migrator_url missing" in done.stderr


def test_a_database_that_is_not_prepared_is_told(store: Narthex) -> None:
    store.environment = {**store.environment, "NARTHEX_DATABASE__CONTROL_URL": "postgresql://c:hunter2@127.0.0.1:1/x"}
    done = store.run("serve")
    assert done.returncode == 1
    assert "hunter2" not in done.stderr
    assert "narthex doctor" in done.stderr
