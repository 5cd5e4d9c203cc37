"""Two policies compared: gains and losses by role, and guards that hold otherwise."""

from __future__ import annotations

import pytest

from policies.difference import differences
from schema.model import Model
from tests.policies.store import model, policy


def told(old: str, new: str, on: Model | None = None, then: Model | None = None) -> list[str]:
    found = differences(policy(old, on), policy(new, then or on), "sandbox")
    return [
        " ".join(filter(None, (one.role, *one.scopes, one.change.value, one.coordinate, one.action))) for one in found
    ]


def test_the_same_policies_do_not_differ() -> None:
    lines = 'customer @auth(roles: ["a"], scopes: ["s"])\ncustomer @rows(filter: {name: {_eq: "x"}})'
    assert told(lines, f"# moved\n\n{lines}") == []


def test_tables_and_columns() -> None:
    old = 'customer @auth(roles: ["a", "b"], on: [SELECT])'
    new = 'customer @auth(roles: ["a"], on: [SELECT, DELETE], columns: ["name"])\nnote @auth(on: [SELECT])'
    assert told(old, new) == [
        "* gains note SELECT",
        "a gains customer DELETE",
        "a gains note SELECT",
        "a loses customer.customer_id SELECT",
        "a loses customer.email SELECT",
        "a loses customer.phone SELECT",
        "b gains note SELECT",
        "b loses customer SELECT",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", 'customer @rows(filter: {name: {_eq: "x"}}, on: [SELECT])', ["narrowed customer SELECT"]),
        ('customer @rows(filter: {name: {_eq: "x"}}, on: [SELECT])', "", ["widened customer SELECT"]),
        (
            'customer @rows(filter: {name: {_eq: "x"}}, on: [INSERT])',
            'customer @rows(filter: {name: {_eq: "y"}}, on: [INSERT])',
            ["guarded otherwise customer INSERT"],
        ),
        ("", "customer.phone @mask(with: NULL)", ["narrowed customer.phone"]),
        ("customer.phone @mask(with: HASH)", "customer.phone @mask(with: NULL)", ["guarded otherwise customer.phone"]),
        ('customer @preset(set: {name: "x"}, on: [INSERT])', "", ["widened customer.name INSERT"]),
        ("customer @limits(max_rows: 3)", "customer @limits(max_rows: 2)", ["narrowed customer"]),
        ("customer @limits(max_rows: 3)", "", ["widened customer"]),
        ("customer @limits(max_depth: 3)", "customer @limits(max_depth: 4)", ["widened customer"]),
        ("", 'customer @limits(max_rows: 3, timeout: "5s")', ["narrowed customer"]),
        ("customer @limits(max_depth: 3)", 'customer @limits(timeout: "5s")', ["guarded otherwise customer"]),
        ("", 'customer @rate_limit(limit: 1, window: "1m")', ["held to other terms customer"]),
        ('* @cost(weight: "2")', '* @cost(weight: "3") @idempotent', ["held to other terms *"]),
        ('Query.customer @cost(weight: "2")', "", ["held to other terms Query.customer"]),
        ("", 'customer.phone @cost(weight: "3", roles: ["b"])', []),
        ('customer @risk(level: LOW, roles: ["a"])', 'customer @risk(level: LOW, roles: ["a", "b"])', []),
        ("", "invoice @risk(level: LOW)", []),
        ("", "Query.customer @deny", ["loses Query.customer"]),
        ("", "customer.invoices @deny", ["loses customer.invoices", "loses customer.invoices_aggregate"]),
    ],
)
def test_guards_and_fields(old: str, new: str, said: list[str]) -> None:
    opened = 'customer @auth(roles: ["a"])\n'
    assert [one.removeprefix("a ") for one in told(opened + old, opened + new) if one.startswith("a ")] == said


def test_control_fields() -> None:
    assert told("", 'Query.usage @auth(roles: ["a"])') == ["a gains Query.usage"]


def test_what_takes_a_scope_is_told_with_it() -> None:
    old, new = "customer.phone @mask(with: NULL)", 'customer.phone @mask(with: NULL, unless: ["pii"])'
    assert told(f"* @auth\n{old}", f"* @auth\n{new}") == [
        "* pii widened customer.phone",
        "admin pii widened customer.phone",
    ]


def test_what_is_renamed_is_lost_under_its_old_name() -> None:
    note = model().entities["note"]
    entities = {name: entity for name, entity in model().entities.items() if name != "note"}
    renamed = Model({**entities, "memo": type(note)("memo", note.table, note.columns, {})}, fingerprint="memo")
    found = told('note @auth(roles: ["a"], on: [SELECT])', 'memo @auth(roles: ["a"], on: [SELECT])', model(), renamed)
    assert "a gains memo SELECT" in found
    assert "a loses note SELECT" in found
