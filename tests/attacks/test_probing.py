"""Asking around for what is closed: through each argument, alias, operator and way, as three roles."""

import itertools
import re

import pytest

from tests.attacks.conftest import assert_tells_nothing
from tests.caller import Caller
from tests.running import RunningGateway

CLOSED = {
    "agent": {"customer", "employee", "invoice", "invoice_line", "invoice_lines", "customers", "support_rep"},
    "support": {"fax", "birth_date", "hire_date", "reports_to_"},
    "analyst": {"employee", "email", "phone", "last_name", "billing_address", "support_rep"},
}

PROBES = {
    "agent": [
        "{ customer { email } }",
        "{ customer_by_pk(customer_id: 1) { email } }",
        "{ customer_aggregate { aggregate { count } } }",
        "{ a: customer { b: email } }",
        "{ track { invoice_lines { invoice { customer { email } } } } }",
        "{ track { invoice_lines_aggregate { aggregate { count } } } }",
        "{ track(where: {invoice_lines: {invoice: {customer: {email: {_like: \"a%\"}}}}}) { name } }",
        "{ track(where: {_not: {invoice_lines: {}}}) { name } }",
        "{ track(where: {_or: [{_and: [{invoice_lines: {quantity: {_gt: 1}}}]}]}) { name } }",
        "{ track(where: {invoice_lines_aggregate: {count: {predicate: {_gt: 1}}}}) { name } }",
        "{ track(order_by: {invoice_lines_aggregate: {count: desc}}) { name } }",
        "{ track(order_by: [{name: asc}, {invoice_lines_aggregate: {sum: {unit_price: asc}}}]) { name } }",
        "{ album { tracks(where: {invoice_lines: {}}) { name } } }",
        "{ album { tracks_aggregate(where: {invoice_lines: {}}) { aggregate { count } } } }",
        "{ ... on query_root { employee { title } } }",
        "query q($skip: Boolean = true) { customer @skip(if: $skip) { email } artist { name } }",
        "{ artist { name } ...f @include(if: false) } fragment f on query_root { customer { email } }",
        "query used { artist { name } } query unused { customer { email } }",
        "{ artist { name } } fragment unused on customer { email }",
    ],
    "support": [
        "{ customer { fax } }",
        "{ customer { a: fax } }",
        "{ customer(where: {fax: {_is_null: true}}) { city } }",
        "{ customer(where: {_not: {fax: {_eq: \"1\"}}}) { city } }",
        "{ customer(order_by: {fax: asc}) { city } }",
        "{ customer(distinct_on: fax) { city } }",
        "{ customer(distinct_on: [city, fax]) { city } }",
        "{ customer_aggregate { aggregate { count(columns: fax) } } }",
        "{ customer_aggregate { aggregate { count(columns: [city, fax], distinct: true) } } }",
        "{ customer_aggregate { aggregate { max { fax } min { fax } } } }",
        "{ customer_aggregate(where: {fax: {_is_null: false}}) { aggregate { count } } }",
        "{ customer_aggregate { nodes { fax } } }",
        "{ customer { support_rep { birth_date } } }",
        "{ customer(where: {support_rep: {birth_date: {_gt: \"1970-01-01\"}}}) { city } }",
        "{ customer(order_by: {support_rep: {birth_date: asc}}) { city } }",
        "{ employee_aggregate { aggregate { count } } }",
        "{ employee { customers_aggregate { nodes { fax } } } }",
        "{ employee(where: {customers: {fax: {_is_null: true}}}) { title } }",
        "{ employee(where: {customers_aggregate: {count: {arguments: [fax], predicate: {_eq: 0}}}}) { title } }",
        "{ employee(order_by: {customers_aggregate: {max: {fax: asc}}}) { title } }",
        "{ employee_by_pk(employee_id: 1) { address postal_code } }",
    ],
    "analyst": [
        "{ customer { country } }",
        "{ customer_by_pk(customer_id: 1) { country } }",
        "{ customer_aggregate { aggregate { count } } }",
        "{ invoice { customer { email } } }",
        "{ invoice(where: {customer: {email: {_like: \"a%\"}}}) { total } }",
        "{ invoice(order_by: {customer: {last_name: asc}}) { total } }",
        "{ invoice { billing_address } }",
        "{ invoice(where: {billing_city: {_eq: \"Paris\"}}) { total } }",
        "{ invoice(distinct_on: billing_postal_code) { total } }",
        "{ invoice_aggregate { aggregate { count(columns: billing_city, distinct: true) } } }",
        "{ invoice_aggregate { aggregate { max { billing_address } } } }",
        "{ invoice { customer { support_rep { title } } } }",
        "{ invoice(where: {customer: {support_rep: {title: {_eq: \"x\"}}}}) { total } }",
        "{ invoice_line { invoice { customer { first_name } } } }",
        "{ track { invoice_lines { invoice { billing_state } } } }",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("role", "query"), [(role, query) for role in PROBES for query in PROBES[role]])
def test_closed_things_do_not_exist_on_any_way(running_gateway: RunningGateway, role: str, query: str) -> None:
    caller = Caller(running_gateway.url, running_gateway.token(role=role))
    name = {"operationName": "used"} if "query used" in query else {}
    answer = caller.ask(query, **name)
    assert answer.codes == {"GRAPHQL_VALIDATION_FAILED"}
    assert "data" not in answer.json
    assert_tells_nothing(answer)
    asked = set(re.findall(r"\w+", query))
    assert not (CLOSED[role] - asked) & set(re.findall(r"\w+", answer.text))
    # The same is open to who may see it: the question is a good one.
    admin = Caller(running_gateway.url, running_gateway.token(role="admin"))
    assert admin.ask(query, **name).codes <= ({"GRAPHQL_VALIDATION_FAILED"} if "unused on" in query else set())


@pytest.mark.parametrize("role", PROBES)
def test_explain_tells_no_more_than_running(running_gateway: RunningGateway, role: str) -> None:
    caller = Caller(running_gateway.url, running_gateway.token(role=role))
    query = "query q($it: String!) { explain(operation: $it) { allowed sql refusals { code coordinate hint } } }"
    for probe in (query for query in PROBES[role] if "unused" not in query):
        explained = caller.ask(query, {"it": probe}).data["explain"]
        assert explained["allowed"] is False
        assert explained["sql"] is None
        assert {refusal["code"] for refusal in explained["refusals"]} == {"GRAPHQL_VALIDATION_FAILED"}


def test_the_sql_that_explain_shows_holds_no_value(running_gateway: RunningGateway) -> None:
    agent = Caller(running_gateway.url, running_gateway.token(role="agent"))
    query = "query q($it: String!, $v: jsonb) { explain(operation: $it, variables: $v) { allowed sql } }"
    probe = 'query q($a: String!) { artist(where: {name: {_in: ["a-literal", $a]}}, limit: 7) { name } }'
    explained = agent.ask(query, {"it": probe, "v": {"a": "a-variable"}}).data["explain"]
    assert explained["allowed"] is True
    assert "artist" in explained["sql"]
    assert "a-literal" not in explained["sql"]
    assert "a-variable" not in explained["sql"]


def test_system_tables_and_the_gateways_own_are_not_there(running_gateway: RunningGateway) -> None:
    admin = Caller(running_gateway.url, running_gateway.token(role="admin"))
    schemas = ("", "narthex_", "information_schema_", "pg_catalog_")
    tables = ("pg_class", "pg_authid", "signing_key", "principal", "audit_record", "tables")
    for name in (f"{schema}{table}" for schema in schemas for table in tables):
        assert admin.ask(f"{{ {name} {{ __typename }} }}").codes == {"GRAPHQL_VALIDATION_FAILED"}
    names = set(re.findall(r"\w+", admin.get("/schema.graphql").text))
    assert not [name for name in names if name.startswith(("pg_", "narthex_"))]


def test_a_role_in_the_request_does_not_outlive_it(running_gateway: RunningGateway) -> None:
    """Plans, views and verdicts are cached: under the contract, never under the text alone."""
    both = Caller(running_gateway.url, running_gateway.token(role=["agent", "support"]))
    query = "{ track(limit: 1) { invoice_lines(limit: 1) { quantity } } }"
    for _, role in itertools.product(range(3), ("support", "agent")):
        answer = both.ask(query, headers=[("x-narthex-role", role)])
        assert bool(answer.errors) is (role == "agent")


def test_metrics_and_health_name_nobody_and_nothing(running_gateway: RunningGateway) -> None:
    """They are open to whoever reaches the port."""
    caller = Caller(running_gateway.url)
    for path in ("/metrics", "/healthz", "/readyz", "/.well-known/jwks.json", "/graphiql"):
        text = caller.get(path).text
        for word in ("artist", "customer", "dev-admin", "agent", "postgresql://", "eyJ", "private"):
            assert not re.search(rf"\b{word}\b", text), (path, word)
    assert '"d"' not in caller.get("/.well-known/jwks.json").text
