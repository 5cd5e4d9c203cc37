import json
import shutil
from collections.abc import Iterator

import asyncpg
import pytest

from gateway.database.urls import DatabaseUrls
from tests.gateway.cli.conftest import SAMPLE, Narthex
from tests.gateway.conftest import PASSWORDS, connected


@pytest.fixture
def store(narthex: Narthex) -> Iterator[Narthex]:
    shutil.copytree(SAMPLE, narthex.project, dirs_exist_ok=True)
    narthex.ok("migrate")
    yield narthex


def examined(narthex: Narthex) -> tuple[int, dict[str, list[tuple[str, str, str | None]]]]:
    done = narthex.run("doctor", "--json")
    found: dict[str, list[tuple[str, str, str | None]]] = {}
    for finding in json.loads(done.stdout):
        found.setdefault(finding["check"], []).append((finding["state"], finding["said"], finding["mend"]))
    return done.returncode, found


def test_a_healthy_project(store: Narthex) -> None:
    code, found = examined(store)
    assert code == 0
    assert {state for findings in found.values() for state, _, _ in findings} <= {"ok", "warning"}
    for check in ("python", "packages", "settings", "policies", "migrations", "database", "schema"):
        assert found[check][0][0] == "ok", found[check]
    for role in ("data role", "control role", "migrator role"):
        assert found[role] == [("ok", "can log in, has no rights over the server", None)]
    assert "11 tables" in found["schema"][0][1]
    text = store.ok("doctor")
    assert "ok       settings: read" in text


def test_mistakes_of_the_project_are_told_with_a_mend(store: Narthex) -> None:
    (store.project / "policies" / "wrong.policy").write_text("absent_table @auth(roles: [])\n")
    (store.project / "migrations" / "001_chinook.sql").write_text("SELECT 1;")
    code, found = examined(store)
    assert code == 1
    assert any(state == "error" and "001_chinook.sql has changed" in said for state, said, _ in found["migrations"])
    assert all(mend for findings in found.values() for state, _, mend in findings if state != "ok")


def test_wrong_settings_end_the_examination(store: Narthex) -> None:
    (store.project / "narthex.toml").write_text("[servr]\n")
    code, found = examined(store)
    assert code == 1
    assert found["settings"][0][0] == "error"
    assert "database" not in found


async def test_missing_and_surplus_rights(store: Narthex) -> None:
    admin_url = store.environment["NARTHEX_DATABASE__URL"]
    urls = DatabaseUrls.with_passwords(admin_url, PASSWORDS)
    store.environment = {
        "NARTHEX_DATABASE__URL": urls.data,
        "NARTHEX_DATABASE__CONTROL_URL": urls.control,
        "NARTHEX_DATABASE__MIGRATOR_URL": urls.migrator,
        "NARTHEX_DATABASE__SCHEMAS": "public, absent",
    }
    async with connected(admin_url) as admin:
        await change(admin)
        code, found = examined(store)
        store.environment = {**store.environment, "NARTHEX_DATABASE__SCHEMAS": "public"}
        _, narrower = examined(store)
    assert code == 1
    said = [said for _, said, _ in found["data role"]]
    assert "there is no schema 'absent'" in said
    assert "may use Narthex's own tables principal" in said
    said = [said for _, said, _ in narrower["data role"]]
    assert "may create tables in public" in said
    assert (
        "may not read genre: these are not served" in said or "may not read public.genre: these are not served" in said
    )


async def change(admin: asyncpg.Connection) -> None:
    await admin.execute("GRANT SELECT ON narthex.principal TO narthex_data")
    await admin.execute("GRANT CREATE ON SCHEMA public TO narthex_data")
    await admin.execute("REVOKE SELECT ON public.genre FROM narthex_data")


def test_an_embedded_server_that_was_never_started_is_no_fault(embedded: Narthex) -> None:
    code, found = examined(embedded)
    assert code == 0
    assert "makes it" in found["database"][0][1]
    assert not embedded.data_dir.exists()


def test_a_password_in_the_file_is_pointed_at_and_not_shown(store: Narthex) -> None:
    url = store.environment["NARTHEX_DATABASE__URL"]
    (store.project / "narthex.toml").write_text(f'[database]\nurl = "{url}"\n')
    store.environment = {}
    done = store.run("doctor")
    assert "warning  secrets: narthex.toml holds a database password" in done.stdout
    password = url.split(":")[2].partition("@")[0]
    assert password not in done.stdout


def test_a_folder_that_is_no_project_is_told(embedded: Narthex) -> None:
    code, found = examined(embedded)
    assert code == 0
    assert found["project"][0][:2] == ("warning", f"nothing of a project is in {embedded.project}")
