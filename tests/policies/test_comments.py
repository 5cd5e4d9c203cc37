"""Policy lines in comments of the database: they tighten, and what nobody understands closes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import asyncpg
import pytest

from policies.check import check
from policies.decide import Policy
from policies.guards import Constant, Masking
from policies.names import named
from policies.overlay import load
from schema.model import Action, Entity, Model, Requires
from schema.reflect import reflect
from tests.policies.store import CONTROL, grants, model, policy

OPEN = "* @auth\n"


def commented(comments: Mapping[str, str], fingerprint: str = "f") -> Model:
    """The store with directives on tables and columns."""
    entities = dict(model().entities)
    for coordinate, text in comments.items():
        name, _, member = coordinate.partition(".")
        entity = entities[name]
        if member:
            columns = {**entity.columns, member: replace(entity.columns[member], directives=(text,))}
            entities[name] = replace(entity, columns=columns)
        else:
            entities[name] = replace(entity, table=replace(entity.table, directives=(text,)))
    return Model(entities, fingerprint=fingerprint)


def made(comments: Mapping[str, str], text: str = OPEN) -> Policy:
    return policy(text, commented(comments))


def is_closed(entity: str, by: Policy, role: str = "a") -> bool:
    return not any(by.contract(grants(role)).allows(Requires(entity, action)) for action in Action)


def test_comments_narrow_and_close() -> None:
    found = made(
        {
            "customer": 'rows(filter: {name: {_eq: "x"}}, roles: ["a"])',
            "customer.phone": "mask(with: LAST4)",
            "customer.email": 'deny(roles: ["a"])',
            "invoice": "limits(max_rows: 3)",
            "employee": 'preset(set: {name: "y"})',
        }
    )
    assert found.notes == ()
    mine = found.contract(grants("a"))
    guards = mine.guards("customer")
    assert [rule.source for rule in guards.filters[Action.SELECT]] == ["comment on customer:1"]
    assert guards.masks == {"phone": Masking.LAST4}
    assert not mine.allows(Requires("customer", Action.SELECT, "email"))
    assert mine.guards("invoice").max_rows == 3
    assert mine.guards("employee").presets[Action.INSERT] == {"name": Constant("y")}
    others = found.contract(grants("b"))
    assert not others.guards("customer").filters
    assert others.allows(Requires("customer", Action.SELECT, "email"))


def test_they_add_to_the_files_and_nothing_overrides_them() -> None:
    lines = f"{OPEN}* @limits(max_rows: 2)\ncustomer @limits(max_rows: 90, override: true)"
    found = made({"customer": "limits(max_rows: 30)", "customer.phone": "mask(with: NULL)"}, lines)
    assert found.contract(grants()).guards("customer").max_rows == 30
    assert found.contract(grants()).guards("note").max_rows == 2


@pytest.mark.parametrize(
    ("coordinate", "text", "says"),
    [
        ("customer", "auth", "'@auth' has no effect in a comment."),
        ("customer.phone", 'auth(roles: ["a"])', "'@auth' has no effect in a comment."),
        ("customer", 'rename(to: "client")', "'@rename' has no effect in a comment."),
    ],
)
def test_they_open_nothing(coordinate: str, text: str, says: str) -> None:
    found = made({coordinate: text}, 'invoice @auth(roles: ["a"])')
    assert says in found.notes[0]
    assert is_closed("customer", found)
    assert not is_closed("customer", made({coordinate: text}))


@pytest.mark.parametrize(
    ("coordinate", "text", "says"),
    [
        ("customer", "", "Expected Name"),
        ("customer", "is", "There is no directive '@is'."),
        ("customer", "denny", "Did you mean '@deny'"),
        ("customer", "rows(filter: {nme: {_eq: 1}})", "Did you mean 'name'?"),
        ("customer", "rows(filter: {name: {_eq: 1}", "Expected Name"),
        ("customer", "mask(with: NULL)", "'@mask' guards columns"),
        ("customer.phone", "rows(filter: {name: {_eq: 1}})", "Write it on 'customer'."),
        ("customer.phone", "mask(with: LAST5)", "LAST5"),
        ("customer.phone", "mask(with: LAST4, override: true)", "A comment replaces no other line"),
        ("customer", "deny(on: [READ])", "There is no action READ on a table."),
        ("customer", 'deny(roles: ["a"] # )', "Expected Name"),
        ("customer", 'budget(usd: 1.0, window: "1d")', "'@budget' is not supported yet."),
    ],
)
def test_what_is_not_understood_closes_the_table(coordinate: str, text: str, says: str) -> None:
    found = made({coordinate: text})
    assert len(found.notes) == 1
    assert found.notes[0].startswith(f"comment on {coordinate}:1: ")
    assert says in found.notes[0] and "Until then the table is closed." in found.notes[0], found.notes[0]
    assert is_closed("customer", found) and is_closed("customer", found, "admin")
    assert not is_closed("invoice", found)


def test_presets_that_disagree_close_writing() -> None:
    found = made({"customer": 'preset(set: {name: "y"})'}, f'{OPEN}customer @preset(set: {{name: "x"}}, on: [INSERT])')
    contract = found.contract(grants())
    assert "comment on customer:1: 'customer.name' is preset otherwise in policies/test.policy:2." in found.notes[0]
    assert not contract.allows(Requires("customer", Action.INSERT))
    assert contract.allows(Requires("customer", Action.UPDATE))
    assert contract.allows(Requires("customer", Action.SELECT))


def test_they_are_part_of_the_contract() -> None:
    ids = {made({"customer": text}).contract(grants()).id for text in ("limits(max_rows: 3)", "limits(max_rows: 4)")}
    assert len(ids) == 2


async def test_from_a_database(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(
            """
            CREATE TABLE person (id int PRIMARY KEY, phone text, tenant text);
            COMMENT ON TABLE person IS 'People. @narthex rows(filter: {tenant: {_eq: "$claim.tenant"}})';
            COMMENT ON COLUMN person.phone IS '@narthex mask(with: LAST4, unless: ["pii"])';
            CREATE VIEW tall AS SELECT id FROM person;
            COMMENT ON VIEW tall IS 'Tall ones. @narthex key(id) @narthex deny(roles: ["a"])';
            """
        )
        before = await reflect(connection, ["public"])
        await connection.execute("COMMENT ON COLUMN person.phone IS '@narthex mask(with: NULL)'")
        after = await reflect(connection, ["public"])
    finally:
        await connection.close()
    entities: Mapping[str, Entity] = named(before, load([])).entities
    assert entities["person"].table.comment == "People."
    assert entities["person"].columns["phone"].comment is None
    assert (entities["tall"].table.comment, entities["tall"].key) == ("Tall ones.", ("id",))
    found = check(load([("a.policy", OPEN)]), named(before, load([])), CONTROL)
    assert found.notes == ()
    contract = found.contract(grants("a"))
    assert contract.guards("person").masks == {"phone": Masking.LAST4}
    assert contract.guards("person").filters
    assert not contract.allows(Requires("tall", Action.SELECT))
    assert before.fingerprint != after.fingerprint
