"""Asking around what is masked or hidden: guessing by comparing, sorting and counting, and making hidden rows fail."""

import pytest

from tests.attacks.conftest import assert_tells_nothing
from tests.caller import Caller
from tests.running import RunningGateway

EMPLOYEE = "employee_id=3"


@pytest.fixture
def support(running_gateway: RunningGateway) -> Caller:
    """Whose customers are those of employee 3; phones and addresses masked."""
    return Caller(running_gateway.url, running_gateway.token("--claim", EMPLOYEE, role="support"))


MASKED = {
    "equality": '{ customer(where: {phone: {_eq: "+55 (12) 3923-5555"}}) { city } }',
    "a pattern": '{ customer(where: {phone: {_like: "+55%"}}) { city } }',
    "a regular expression": '{ customer(where: {email: {_iregex: "^l"}}) { city } }',
    "a range": '{ customer(where: {email: {_gt: "m"}}) { city } }',
    "a list": '{ customer(where: {email: {_in: ["luisg@embraer.com.br"]}}) { city } }',
    "nothing there": "{ customer(where: {phone: {_is_null: true}}) { city } }",
    "not": '{ customer(where: {_not: {phone: {_eq: "1"}}}) { city } }',
    "or": '{ customer(where: {_or: [{city: {_eq: "x"}}, {email: {_eq: "y"}}]}) { city } }',
    "a relationship": '{ invoice(where: {customer: {email: {_like: "l%"}}}) { total } }',
    "back through a relationship": '{ employee(where: {customers: {phone: {_like: "+%"}}}) { title } }',
    "an aggregate's filter": "{ customer_aggregate(where: {email: {_is_null: false}}) { aggregate { count } } }",
    "an aggregate's argument": "{ employee(where: {customers_aggregate: {count: {arguments: [phone], "
    "predicate: {_gt: 1}}}}) { title } }",
    "order": "{ customer(order_by: {phone: asc}) { city } }",
    "order through a relationship": "{ invoice(order_by: {customer: {email: asc}}) { total } }",
    "order by an aggregate": "{ employee(order_by: {customers_aggregate: {max: {email: asc}}}) { title } }",
    "distinct": "{ customer(distinct_on: email, order_by: {email: asc}) { city } }",
    "distinct of several": "{ customer(distinct_on: [city, phone]) { city } }",
    "greatest and least": "{ customer_aggregate { aggregate { max { email } min { phone } } } }",
    "distinct values": "{ customer_aggregate { aggregate { count(columns: phone, distinct: true) } } }",
    "a nested aggregate": "{ employee { customers_aggregate { aggregate { max { phone } } } } }",
    "a nested filter": '{ employee { customers(where: {phone: {_like: "+%"}}) { city } } }',
    "a variable": "query q($w: customer_bool_exp! = {email: {_eq: \"x\"}}) { customer(where: $w) { city } }",
    "a variable's order": "query q($o: [customer_order_by!] = [{email: asc}]) { customer(order_by: $o) { city } }",
    "a variable's column": "query q($c: [customer_select_column!] = [email]) { customer(distinct_on: $c) { city } }",
}  # fmt: skip


@pytest.mark.parametrize("what", MASKED)
def test_masked_values_cannot_be_guessed(support: Caller, running_gateway: RunningGateway, what: str) -> None:
    answer = support.ask(MASKED[what])
    assert answer.codes == {"GRAPHQL_VALIDATION_FAILED"}, answer.text
    assert "data" not in answer.json
    assert_tells_nothing(answer)
    admin = Caller(running_gateway.url, running_gateway.token(role="admin"))
    assert not admin.ask(MASKED[what]).errors, "the question is a good one"


@pytest.mark.parametrize(
    "variables",
    [{"w": {"email": {"_eq": "x"}}}, {"w": {"_and": [{"_not": {"phone": {"_is_null": True}}}]}}],
)
def test_masked_values_cannot_be_guessed_by_variables(support: Caller, variables: object) -> None:
    answer = support.ask("query q($w: customer_bool_exp!) { customer(where: $w) { city } }", variables)
    assert answer.codes == {"BAD_USER_INPUT"}
    assert_tells_nothing(answer)


SEEN = (
    "{ customer { email phone } }",
    "{ customer_by_pk(customer_id: 1) { email phone } }",
    "{ customer_aggregate { nodes { email phone } } }",
    "{ invoice { customer { a: email b: phone } } }",
    "{ employee { customers { email phone } customers_aggregate { nodes { email phone } } } }",
    "{ customer { ...f } } fragment f on customer { email phone }",
)


@pytest.mark.parametrize("query", SEEN)
async def test_what_is_shown_is_masked_on_every_path(
    support: Caller, running_gateway: RunningGateway, query: str
) -> None:
    async with running_gateway.database("superuser") as database:
        rows = await database.fetch("SELECT email, phone FROM customer")
    answer = support.ask(query)
    assert not answer.errors
    assert not [value for row in rows for value in row if value is not None and value in answer.text]
    assert "*" in answer.text


HIDDEN_FAILS = {
    "a regular expression": '{ customer(where: {city: {_regex: "("}}) { city } }',
    "behind a condition that holds": '{ customer(where: {_or: [{city: {_is_null: false}}, {city: {_regex: "("}}], '
    '_not: {city: {_regex: "("}}}) { city } }',
    "through a relationship": '{ customer(where: {invoices: {billing_city: {_regex: "("}}}) { city } }',
    "similar to": '{ customer(where: {city: {_similar: "("}}) { city } }',
}


@pytest.mark.parametrize("what", HIDDEN_FAILS)
def test_hidden_rows_do_not_even_fail(running_gateway: RunningGateway, what: str) -> None:
    """A predicate that fails wherever it is evaluated: for whom no row is visible, it is never evaluated."""
    nobody = Caller(running_gateway.url, running_gateway.token("--claim", "employee_id=0", role="support"))
    assert nobody.ask(HIDDEN_FAILS[what]).data == {"customer": []}
    where = HIDDEN_FAILS[what].removeprefix("{ customer").removesuffix("{ city } }")
    counted = nobody.ask(f"{{ customer_aggregate{where} {{ aggregate {{ count }} }} }}")
    assert counted.data == {"customer_aggregate": {"aggregate": {"count": 0}}}


HIDDEN = {
    "by key": "{ customer_by_pk(customer_id: 2) { city } }",
    "by a filter": "{ customer(where: {customer_id: {_eq: 2}}) { city } }",
    "by not": "{ customer(where: {_not: {customer_id: {_neq: 2}}}) { city } }",
    "by or": "{ customer(where: {_or: [{customer_id: {_eq: 2}}, {customer_id: {_eq: 2}}]}) { city } }",
    "through a relationship": "{ invoice(where: {customer: {customer_id: {_eq: 2}}}) { total } }",
    "through two": "{ invoice_line(where: {invoice: {customer_id: {_eq: 2}}}) { quantity } }",
    "through everything": "{ track(where: {invoice_lines: {invoice: {customer_id: {_eq: 2}}}}) { name } }",
    "through another's": "{ employee(where: {customers: {customer_id: {_eq: 2}}}) { title } }",
    "nested": "{ employee { customers(where: {customer_id: {_eq: 2}}) { city } } }",
    "counted": "{ customer_aggregate(where: {customer_id: {_eq: 2}}) { aggregate { count } } }",
    "counted beside": "{ employee(where: {customers_aggregate: {count: {filter: {customer_id: {_eq: 2}}, "
    "predicate: {_gt: 0}}}}) { title } }",
    "skipped to": "{ customer(order_by: {customer_id: asc}, offset: 1, limit: 1, where: {customer_id: {_lte: 2}}) "
    "{ city } }",
}


@pytest.mark.parametrize("what", HIDDEN)
def test_hidden_rows_are_not_there(support: Caller, running_gateway: RunningGateway, what: str) -> None:
    """Customer 2 is in another employee's charge."""
    found = str(support.ask(HIDDEN[what]).data)
    assert found.count("city") + found.count("total") + found.count("quantity") + found.count("name") == 0, found
    assert "title" not in found or "nested" in what, found
    assert "'count': 1" not in found
    admin = Caller(running_gateway.url, running_gateway.token(role="admin"))
    assert str(admin.ask(HIDDEN[what]).data) != found, "there is something to be hidden"


CLAIMS = ["employee_id=null", "employee_id={}", "employee_id=[3]", "employee_id=true", 'employee_id="3 or 1=1"',
          "employee_id=99999999999999999999", "employee_id=3.5", 'employee_id=""', "other=3"]  # fmt: skip


@pytest.mark.parametrize("claim", CLAIMS)
def test_claims_that_are_none_see_nothing(running_gateway: RunningGateway, claim: str) -> None:
    caller = Caller(running_gateway.url, running_gateway.token("--claim", claim, role="support"))
    for query in (
        "{ customer { city } }",
        "{ customer(where: {_not: {customer_id: {_is_null: true}}}) { city } }",
        "{ customer(where: {_not: {support_rep_id: {_eq: 3}}}) { city } }",
    ):
        assert caller.ask(query).data == {"customer": []}


def test_plans_of_one_are_not_the_rows_of_another(running_gateway: RunningGateway) -> None:
    """One contract, one cached plan, several claims."""
    query = "{ customer(order_by: {customer_id: asc}) { customer_id support_rep_id } }"
    for _ in range(2):
        for employee in (3, 4, 5, 0):
            token = running_gateway.token("--claim", f"employee_id={employee}", role="support")
            rows = Caller(running_gateway.url, token).ask(query).data["customer"]
            assert {row["support_rep_id"] for row in rows} == ({employee} if employee else set())
