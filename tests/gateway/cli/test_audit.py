"""`narthex audit`: looking at records, verifying, exporting and redacting them, with exit codes for scripts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.audit.chain import GENESIS, effect_digest, link
from gateway.audit.records import Keep
from tests.gateway.audit.conftest import Store, facts_of, store
from tests.gateway.cli.conftest import Narthex

__all__ = ["store"]


@pytest.fixture
async def audited(narthex: Narthex, store: Store) -> Narthex:
    """The command line on the database of `store`."""
    narthex.environment = {
        "NARTHEX_DATABASE__URL": store.urls.data,
        "NARTHEX_DATABASE__CONTROL_URL": store.urls.control,
        "NARTHEX_DATABASE__MIGRATOR_URL": store.urls.migrator,
        "NARTHEX_DATABASE__DIRECT_URL": store.urls.direct,
    }
    return narthex


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


async def test_what_happened_last(audited: Narthex, store: Store) -> None:
    for number in range(3):
        await store.effect(rows=number)
    await store.read()
    records = audited.records("audit", "tail", "--limit", "2")
    assert [(record["kind"], record["rows"]) for record in records] == [("effect", 2), ("read", None)]
    assert [record["rows"] for record in audited.records("audit", "tail", "--kind", "effect")] == [0, 1, 2]
    assert audited.records("audit", "tail", "--session", "nobody") == []
    assert "ada" in audited.ok("audit", "tail")
    assert audited.run("audit", "tail", "--kind", "other").returncode == 2


async def test_verifying(audited: Narthex, store: Store) -> None:
    assert "0 looked at" in audited.ok("audit", "verify")
    await store.effect()
    await store.effect()
    await store.seal()
    said = audited.ok("audit", "verify")
    anchor = said.splitlines()[-1].removeprefix("The chain ends at ")
    assert anchor.startswith("2:") and "true to their chain" in said
    await store.effect()
    await store.seal()
    audited.ok("audit", "verify", "--contains", anchor)
    assert audited.run("audit", "verify", "--contains", f"2:{'0' * 64}").returncode == 1
    assert audited.run("audit", "verify", "--contains", "2").returncode == 2
    await store.tamper("UPDATE narthex.audit_effect SET rows = 7 WHERE seq = 2")
    done = audited.run("audit", "verify", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 1 and found["ok"] is False
    assert [(each["kind"], each["position"], each["seq"]) for each in found["findings"]] == [("CHANGED", 2, 2)]
    said = audited.run("audit", "verify").stdout
    assert "CHANGED" in said and "not true" in said
    assert audited.run("audit", "verify", "--since", "3").returncode == 0


async def test_an_export_can_be_verified_without_the_database(audited: Narthex, store: Store) -> None:
    await store.effect()
    await store.read()
    await store.effect()
    await store.seal()
    exported = lines(audited.ok("audit", "export"))
    sealed = [line for line in exported if line["type"] in ("effect", "read")]
    hash_ = GENESIS
    for place, line in enumerate(sealed, 1):
        digest = bytes.fromhex(line["digest"])
        hash_ = link(hash_, place, line["type"], line["writer"], line["seq"], digest)
        assert line["position"] == place and line["hash"] == hash_.hex()
    effects = {row["seq"]: row for row in await store.control.fetch("SELECT * FROM narthex.audit_effect")}
    for line in sealed:
        if line["type"] == "effect":
            assert effect_digest(effects[line["seq"]]).hex() == line["digest"]
            assert line["record"] == effects[line["seq"]]["record"]
    (checkpoint,) = [line for line in exported if line["type"] == "checkpoint"]
    assert (checkpoint["position"], checkpoint["hash"]) == (3, hash_.hex())
    assert sum(line["type"] == "document" for line in exported) == 2
    assert lines(audited.ok("audit", "export", "--since", "3"))[0]["position"] == 3


async def test_redacting(audited: Narthex, store: Store) -> None:
    await store.effect(facts_of(keep=Keep(redact=frozenset({"name"}))))
    await store.seal()
    record = f"{store.effects.writer.id}:1"
    assert "gone" in audited.ok("audit", "redact", record, "name")
    assert audited.run("audit", "redact", record, "name").returncode == 1
    assert audited.run("audit", "redact", "x", "name").returncode == 2
    audited.ok("audit", "verify")
    assert await store.control.fetchval("SELECT value FROM narthex.audit_value WHERE name = 'name'") is None
