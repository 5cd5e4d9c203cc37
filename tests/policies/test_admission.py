"""Lines of admission: what is refused when policies are loaded, and how lines combine for a role."""

from __future__ import annotations

import pytest

from policies.admission import Per, Risk, Rules, Unit, seconds
from policies.problems import PolicyError
from tests.policies.store import contract, grants, policy


def rules(text: str, role: str = "a") -> Rules:
    return policy(text).contract(grants(role)).admission


def names(found: Rules, *place: str | None) -> list[str]:
    return [limit.coordinate for limit in found.limits(*place)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('custmer @rate_limit(limit: 1, window: "1m")', "There is no table 'custmer'. Did you mean 'customer'?"),
        ('customer.phne @rate_limit(limit: 1, window: "1m")', "Did you mean 'customer.phone'?"),
        ('Query @rate_limit(limit: 1, window: "1m")', "cannot stand on 'Query' yet"),
        ('bucket:b @rate_limit(limit: 1, window: "1m")', "cannot stand on 'bucket:b' yet"),
        ('Query.customer(limit:) @rate_limit(limit: 1, window: "1m")', "cannot stand on the argument"),
        ('customer @rate_limit(limit: 0, window: "1m")', "'limit' is 0. Write a whole number from 1 on."),
        ('customer @rate_limit(limit: -5, window: "1m")', "'limit' is -5."),
        ('customer @rate_limit(limit: 1, window: "1")', "'1' is no window."),
        ('customer @rate_limit(limit: 1, window: "0m")', "'0m' is no window."),
        ('customer @rate_limit(limit: 1, window: "400d")', "'400d' is no window."),
        ('customer @rate_limit(limit: 1, window: "1 m")', "no window"),
        ('customer @rate_limit(limit: 1, window: "1m", on: [READ])', "There is no action READ"),
        ('customer.phone @rate_limit(limit: 1, window: "1m", on: [DELETE])', "There is no action DELETE"),
        ('Query.customer @rate_limit(limit: 1, window: "1m", on: [SELECT])', "There are no actions on a data root"),
        ('customer* @rate_limit(limit: 1, window: "1m", override: true)', "'override' replaces what patterns say"),
        ('customer @quota(limit: 1, unit: TOKENS, window: "1d")', "Nothing here uses tokens of models yet."),
        ('Query.usage @quota(limit: 1, unit: ROWS, window: "1d")', "A field of the gateway has no rows"),
        ('customer @cost(weight: "much")', "'much' is no weight."),
        ('customer @cost(weight: "-1")', "'-1' is no weight."),
        ('customer @cost(weight: "nan")', "'nan' is no weight."),
        ('customer @cost(weight: "inf")', "'inf' is no weight."),
        ("customer @listSize(assumedSize: -1)", "'assumedSize' is -1."),
        ("customer @listSize(requireOneSlicingArgument: true)", "There is no slicing argument to require."),
        ("customer.phone @listSize(assumedSize: 1)", "'@listSize' says nothing about the column 'customer.phone'."),
        ("customer.support_rep @listSize(assumedSize: 1)", "says nothing about the relationship"),
        ("Query.customer_by_pk @listSize(assumedSize: 1)", "It is about lists"),
        ("Query.customer @idempotent", "'@idempotent' says nothing about the data root field 'Query.customer'."),
        ("customer @idempotent(on: [SELECT])", "There is no action SELECT for '@idempotent' on a table."),
        ("customer.phone @risk(level: LOW)", "It is about effects"),
        ("Query.usage @simulatable", "It is about effects"),
        ('customer @audit(level: FULL, redact: ["phne"])', "'customer' has no column 'phne'. Did you mean 'phone'?"),
        ('customer @cost(weight: "1")\ncustomer @cost(weight: "2")', "as specific in policies/test.policy:1"),
        ('cust* @cost(weight: "1")\n*omer @cost(weight: "2")', "'customer' has an '@cost' that is as specific"),
        ('customer @cost(weight: "1")\ncustomer @cost(weight: "2", roles: ["a"])', "as specific"),
    ],
)
def test_mistakes(line: str, says: str) -> None:
    with pytest.raises(PolicyError) as refused:
        policy(line)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        'customer @cost(weight: "1", roles: ["a"])\ncustomer @cost(weight: "2", roles: ["b"])',
        'cust* @cost(weight: "1")\ncustomer @cost(weight: "2")',
        'cust* @cost(weight: "1")\nempl* @cost(weight: "2")',
        'Query.customer(where:) @cost(weight: "2.5")',
        'customer @listSize(slicingArguments: ["limit"])',
        'Mutation.insert_customer @idempotent(window: "1h")',
        "Mutation.function_deploy @risk(level: HIGH) @simulatable @idempotent",
        'Query.usage @quota(limit: 5, unit: BYTES, window: "30d", per: GLOBAL)',
        'customer @audit(level: META, redact: ["phone"]) @risk(level: LOW, on: [UPDATE])',
    ],
)
def test_what_is_lawful(text: str) -> None:
    policy(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("30s", 30), ("1m", 60), ("12h", 43_200), ("7d", 604_800), ("366d", 366 * 86_400), ("367d", None), ("m", None)],
)
def test_windows(text: str, expected: int | None) -> None:
    assert seconds(text) == expected


def test_all_matching_limits_apply() -> None:
    text = """
    * @rate_limit(limit: 100, window: "1m")
    cust* @rate_limit(limit: 50, window: "1m", roles: ["a", "b"])
    customer @quota(limit: 10, unit: ROWS, window: "1d", per: TENANT, on: [SELECT])
    customer.phone @rate_limit(limit: 5, window: "1m")
    Query.customer @rate_limit(limit: 1, window: "1s", roles: ["b"])
    """
    mine = rules(text)
    assert names(mine, "customer", None, "SELECT") == ["*", "cust*", "customer"]
    assert names(mine, "customer", None, "DELETE") == ["*", "cust*"]
    assert names(mine, "invoice", None, "SELECT") == ["*"]
    assert names(mine, "customer", "phone", "SELECT") == ["customer.phone"]
    assert names(mine, "Query", "customer") == []
    assert names(rules(text, "b"), "Query", "customer") == ["Query.customer"]
    assert names(rules(text, "c"), "customer", None, "INSERT") == ["*"]
    quota = mine.limits("customer", None, "SELECT")[2]
    assert (quota.limit, quota.window_s, quota.unit, quota.per, quota.durable) == (
        10,
        86_400,
        Unit.ROWS,
        Per.TENANT,
        True,
    )


def test_a_pattern_never_means_root_fields() -> None:
    found = rules('* @rate_limit(limit: 1, window: "1m")\n*.* @rate_limit(limit: 2, window: "1m")')
    assert names(found, "Query", "customer") == []


def test_override_replaces_patterns_only() -> None:
    text = """
    * @rate_limit(limit: 1, window: "1m")
    customer @rate_limit(limit: 2, window: "1m")
    customer @rate_limit(limit: 3, window: "1h", override: true, roles: ["a"])
    """
    assert [limit.limit for limit in rules(text).limits("customer", None, "SELECT")] == [2, 3]
    assert [limit.limit for limit in rules(text, "b").limits("customer", None, "SELECT")] == [1, 2]


def test_what_is_descriptive_follows_specificity() -> None:
    text = """
    * @cost(weight: "1")
    cust* @cost(weight: "2")
    customer @cost(weight: "3")
    customer.* @cost(weight: "4")
    customer.inv* @cost(weight: "5")
    customer.invoices @cost(weight: "6")
    """
    found = rules(text)
    assert found.weight("invoice") == 1
    assert found.weight("customer") == 3
    assert found.weight("customer", "phone") == 4
    assert found.weight("customer", "invoices_aggregate") == 5
    assert found.weight("customer", "invoices") == 6
    assert found.weight("Query", "customer") is None


def test_risk_is_the_highest_that_is_said() -> None:
    text = """
    * @risk(level: LOW)
    customer @risk(level: HIGH, on: [DELETE])
    customer @risk(level: MEDIUM, on: [DELETE])
    """
    found = rules(text)
    assert found.risk("customer", None, "DELETE") is Risk.HIGH
    assert found.risk("customer", None, "UPDATE") is Risk.LOW
    assert found.risk("Mutation", "delete_customer") is None


def test_the_longest_window_keeps_an_answer() -> None:
    found = rules('customer @idempotent(window: "1h", on: [INSERT])\n* @idempotent(window: "2h")')
    assert found.kept_s("customer", None, "INSERT") == 7_200
    assert rules("customer @idempotent").kept_s("customer", None, "DELETE") == 86_400
    assert rules("customer @idempotent").kept_s("invoice", None, "DELETE") is None


def test_lines_are_shown_with_what_they_do() -> None:
    text = 'customer @auth @rate_limit(limit: 5, window: "1m") @audit(level: FULL, redact: ["phone"])'
    mine = contract(text)
    shown = {line.directive: line.effect for line in mine._policy.applied("customer", None, mine)}
    assert shown['@rate_limit(limit: 5, window: "1m")'] == "So often in a window; beyond it RATE_LIMITED."
    assert "@audit(level: FULL)" in shown
    for effect in shown.values():
        assert len(effect.split()) <= 13
