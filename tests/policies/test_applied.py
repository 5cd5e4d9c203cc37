"""The lines that are shown for a coordinate, to an operator and to a caller."""

from __future__ import annotations

from policies.applied import AppliedLine
from policies.decide import DecidedContract
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


GUARDS = """
* @auth(roles: ["a", "b"])
customer.email  @deny(roles: ["a"])
customer        @rows(filter: {name: {_eq: "secret"}}, on: [SELECT], roles: ["a"])
customer        @rows(filter: {name: {_eq: "open"}}, visible: true)
customer        @rows(filter: {email: {_eq: "hidden"}}, visible: true)
customer        @rows(filter: {support_rep: {name: {_eq: "$claim.x"}}}, check: {}, visible: true)
customer        @preset(set: {name: "secret"}, roles: ["a"])
customer        @preset(set: {phone: "open"}, on: [UPDATE], visible: true)
*.phone         @mask(with: LAST4, unless: ["pii"])
*               @limits(max_rows: 5)
customer        @limits(max_rows: 9, roles: ["b"], override: true)
"""


def guards_shown(
    coordinate: str, role: str | None, action: str | None = None, scopes: tuple[str, ...] = ()
) -> list[str]:
    found = policy(GUARDS)
    contract = found.contract(grants(role, scopes)) if role is not None else None
    return [line.directive for line in found.applied(coordinate, action, contract) if "@auth" not in line.directive]


def test_a_caller_sees_conditions_only_where_they_are_made_visible_and_open() -> None:
    assert guards_shown("customer", "a") == [
        '@rows(on: [SELECT], roles: ["a"])',
        '@rows(filter: { name: { _eq: "open" } }, visible: true)',
        "@rows(visible: true)",
        '@rows(filter: { support_rep: { name: { _eq: "$claim.x" } } }, check: {  }, visible: true)',
        '@preset(roles: ["a"])',
        '@preset(set: { phone: "open" }, on: [UPDATE], visible: true)',
        "@limits(max_rows: 5)",
    ]
    assert '@rows(filter: { email: { _eq: "hidden" } }, visible: true)' in guards_shown("customer", "b")


def test_a_caller_sees_the_guards_that_hold_for_it() -> None:
    assert guards_shown("customer", "b")[-1] == '@limits(max_rows: 9, roles: ["b"], override: true)'
    assert guards_shown("customer", "b", "DELETE")[0] == '@rows(filter: { name: { _eq: "open" } }, visible: true)'
    assert guards_shown("customer.phone", "a", "SELECT") == ['@mask(with: LAST4, unless: ["pii"])']
    assert guards_shown("customer.phone", "a", "SELECT", ("pii",)) == []
    assert guards_shown("customer.phone", "a", "UPDATE") == [
        '@preset(set: { phone: "open" }, on: [UPDATE], visible: true)'
    ]
    assert guards_shown("customer.name", "b") == []


def test_an_operator_sees_all_of_every_guard() -> None:
    assert len(guards_shown("customer", None)) == 8
    assert '@rows(filter: { name: { _eq: "secret" } }, on: [SELECT], roles: ["a"])' in guards_shown("customer", None)


def test_what_a_guard_does_is_said_shortly() -> None:
    found = policy(GUARDS)
    lines = [*found.applied("customer"), *found.applied("customer.phone")]
    guards = [line for line in lines if "@auth" not in line.directive]
    assert all(len(line.effect.split()) <= 12 and "secret" not in line.effect for line in guards)
    assert len({line.effect for line in guards}) == 5
    bounded = policy('customer @limits(max_rows: 5, max_depth: 3, timeout: "1m")').applied("customer")
    assert [line.effect for line in bounded] == ["At most 5 rows a list, 3 fields deep, 60 s."]


TERMS = """
* @auth
customer        @quota(limit: 9, unit: ROWS, window: "1d", roles: ["a"]) @risk(level: HIGH, on: [DELETE])
customer        @audit(level: FULL, redact: ["phone"]) @idempotent(on: [INSERT]) @listSize(assumedSize: 5) @simulatable
customer.phone  @cost(weight: "2", roles: ["a"])
Query.customer  @rate_limit(limit: 5, window: "1m")
"""


def test_terms_are_told_to_those_whom_they_hold() -> None:
    found = policy(TERMS)
    mine, others = found.contract(grants("a")), found.contract(grants("b"))

    def shown(coordinate: str, of: DecidedContract | None, action: str | None = None) -> list[str]:
        lines = found.applied(coordinate, action, of)
        assert all(line.effect.endswith(".") and len(line.effect.split()) <= 12 for line in lines)
        return [line.directive for line in lines if "@auth" not in line.directive]

    assert shown("customer", None)[0] == '@audit(level: FULL, redact: ["phone"])'
    assert shown("customer", mine) == [
        "@audit(level: FULL)",
        "@idempotent(on: [INSERT])",
        "@listSize(assumedSize: 5)",
        '@quota(limit: 9, unit: ROWS, window: "1d", roles: ["a"])',
        "@risk(level: HIGH, on: [DELETE])",
        "@simulatable",
    ]
    assert shown("customer", others, "SELECT") == ["@audit(level: FULL)", "@listSize(assumedSize: 5)", "@simulatable"]
    assert shown("customer.phone", mine) == ['@cost(weight: "2", roles: ["a"])']
    assert shown("customer.phone", others) == []
    assert shown("Query.customer", others) == ['@rate_limit(limit: 5, window: "1m")']
