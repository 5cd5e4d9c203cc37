"""The lines that are shown for a coordinate, to an operator and to a caller."""

from __future__ import annotations

from policies.decide import AppliedLine
from tests.policies.store import grants, policy

LINES = """
customer        @auth(roles: ["a"], on: [SELECT], columns: ["name", "phone", "email"])
customer        @auth(roles: ["b"])
customer        @deny(roles: ["a"], columns: ["phone"])
customer.email  @auth(roles: ["a", "b"])
customer.email  @deny(on: [UPDATE])
*.invoices      @auth(roles: ["b"])
Query.customer  @deny(roles: ["c"])
Query.usage     @auth(roles: ["a"])
"""


def shown(coordinate: str, action: str | None = None, role: str | None = None) -> list[tuple[str, str]]:
    found = policy(LINES)
    contract = found.contract(grants(role)) if role is not None else None
    return [
        (f"{line.coordinate} {line.directive}", line.source.rpartition(":")[2])
        for line in found.applied(coordinate, action, contract)
    ]


def test_an_operator_sees_all_lines() -> None:
    assert shown("customer") == [
        ('customer @auth(roles: ["a"], on: [SELECT], columns: ["name", "phone", "email"])', "2"),
        ('customer @auth(roles: ["b"])', "3"),
        ('customer @deny(roles: ["a"], columns: ["phone"])', "4"),
    ]
    assert [place for _, place in shown("customer", "UPDATE")] == ["3", "4"]
    assert [place for _, place in shown("customer.name")] == ["2", "3"]
    assert [place for _, place in shown("customer.email")] == ["5", "6"]
    assert [place for _, place in shown("customer.email", "SELECT")] == ["5"]
    assert [place for _, place in shown("customer.invoices")] == ["7"]
    assert [place for _, place in shown("query_root.customer")] == ["8"]
    assert [place for _, place in shown("Query.usage")] == ["9"]
    assert shown("Query.me") == shown("invoice") == shown("nothing") == shown("not a coordinate") == []


def test_a_caller_sees_what_is_about_it_and_no_hidden_column() -> None:
    assert shown("customer", role="a") == [
        ('customer @auth(roles: ["a"], on: [SELECT], columns: ["name", "email"])', "2"),
    ]
    assert shown("customer", role="b") == [('customer @auth(roles: ["b"])', "3")]
    assert shown("customer", role="c") == []
    assert shown("customer.invoices", role="a") == []
    assert [place for _, place in shown("customer.email", role="c")] == ["6"]


def test_each_line_says_what_it_does() -> None:
    found = policy(LINES)
    assert found.applied("Query.usage") == [
        AppliedLine(
            "Query.usage",
            '@auth(roles: ["a"])',
            "policies/test.policy:9",
            "Opens the field to those whom it names.",
        )
    ]
    effects = {
        name: found.applied(name)[0].effect
        for name in ("customer", "customer.name", "customer.email", "Query.customer")
    }
    assert len(set(effects.values())) == 4
    assert all(effect.endswith(".") for effect in effects.values())
