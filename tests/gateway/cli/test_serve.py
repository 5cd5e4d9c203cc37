import shutil
import signal

import pytest

from gateway.database.urls import DatabaseUrls
from tests.gateway.cli.conftest import SAMPLE, Narthex
from tests.gateway.cli.gateways import nobody_within, processes_of, running
from tests.gateway.conftest import PASSWORDS


@pytest.fixture
def store(narthex: Narthex) -> Narthex:
    """The sample on a database whose three roles are made, migrated, with a URL each."""
    shutil.copytree(SAMPLE, narthex.project, dirs_exist_ok=True)
    narthex.ok("migrate")
    urls = DatabaseUrls.with_passwords(narthex.environment["NARTHEX_DATABASE__URL"], PASSWORDS)
    narthex.environment = {
        "NARTHEX_SERVER__PORT": "0",
        "NARTHEX_DATABASE__URL": urls.data,
        "NARTHEX_DATABASE__CONTROL_URL": urls.control,
        "NARTHEX_DATABASE__MIGRATOR_URL": urls.migrator,
    }
    return narthex


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
