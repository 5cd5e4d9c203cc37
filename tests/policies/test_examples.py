"""The policies of the sample project hold against its real database."""

from __future__ import annotations

from pathlib import Path

import asyncpg

from policies.admission import Recording
from policies.check import check
from policies.decide import Policy
from policies.guards import UNGUARDED
from policies.names import named
from policies.overlay import load_project
from schema.model import Action, Requires
from schema.reflect import reflect
from tests.conftest import DatabaseMaker
from tests.policies.store import CONTROL, grants, open_columns

PROJECT = Path("examples/music_store")


async def loaded(database_from: DatabaseMaker) -> Policy:
    connection = await asyncpg.connect(await database_from(*sorted((PROJECT / "migrations").glob("*.sql"))))
    try:
        catalog = await reflect(connection, ["public"])
    finally:
        await connection.close()
    overlay = load_project(PROJECT)
    return check(overlay, named(catalog, overlay), CONTROL)


async def test_the_music_store(database_from: DatabaseMaker) -> None:
    policy = await loaded(database_from)
    assert policy.notes == ()
    agent, support, analyst, admin = (
        policy.contract(grants(role)) for role in ("agent", "support", "analyst", "admin")
    )
    assert agent.allows(Requires("track", Action.SELECT, "name"))
    assert not agent.allows(Requires("customer", Action.SELECT))
    assert "phone" in open_columns(support, "customer")
    assert "fax" not in open_columns(support, "customer")
    assert "birth_date" not in open_columns(support, "employee")
    assert open_columns(analyst, "customer") == {"customer_id", "country"}
    assert not analyst.opens("Query.customer_by_pk")
    assert support.opens("Query.customer_by_pk")
    assert "birth_date" in open_columns(admin, "employee")
    assert agent.guards("track").max_rows == 2000
    assert {name: mask.value for name, mask in support.guards("customer").masks.items()} == {
        "phone": "LAST4",
        "email": "EMAIL",
    }
    assert not support.allows(Requires("customer", Action.SELECT, "phone", raw=True))
    for table in policy.model.entities:
        assert (Action.SELECT in support.guards(table).filters) == (table in ("customer", "invoice", "invoice_line"))
        assert admin.guards(table) is UNGUARDED
        assert admin.admission.at(table) == []
    assert support.admission.kept_s("customer", None, "INSERT") == 86_400
    assert support.admission.recording("customer") == Recording(True, ("phone", "email"))
    assert not any(agent.allows(Requires(table, Action.INSERT)) for table in policy.model.entities)
