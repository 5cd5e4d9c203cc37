"""The guards of the sample project, as its roles meet them: rows, masks, bounds, and the cases that it states."""

import json
import secrets

from tests.caller import Caller
from tests.journeys.waiting import sees
from tests.running import RunningGateway

PHONES = "{ customer(order_by: {customer_id: asc}) { customer_id phone email support_rep { employee_id } } }"


def support(gateway: RunningGateway, *options: str, employee: str | None = "3") -> Caller:
    claim = ("--claim", f"employee_id={employee}") if employee is not None else ()
    return Caller(gateway.url, gateway.token(*claim, *options, role="support"))


def customers(caller: Caller) -> list[dict[str, object]]:
    found: list[dict[str, object]] = caller.ask(PHONES).data["customer"]
    return found


def test_support_sees_its_own_customers_on_every_path(running_gateway: RunningGateway) -> None:
    jane = support(running_gateway)
    mine = customers(jane)
    assert len(mine) == 21
    assert {row["support_rep"]["employee_id"] for row in mine} == {3}  # type: ignore[index]
    count = "{ customer_aggregate { aggregate { count } } }"
    assert jane.ask(count).data == {"customer_aggregate": {"aggregate": {"count": 21}}}
    ids = {row["customer_id"] for row in mine}
    stranger = next(number for number in range(1, 60) if number not in ids)
    assert jane.ask(f"{{ customer_by_pk(customer_id: {stranger}) {{ city }} }}").data == {"customer_by_pk": None}
    invoices = jane.ask("{ invoice(limit: 500) { customer_id customer { customer_id } } }").data["invoice"]
    assert {row["customer_id"] for row in invoices} == ids
    lines = jane.ask("{ invoice_line(limit: 5000) { invoice { customer_id } } }").data["invoice_line"]
    assert {row["invoice"]["customer_id"] for row in lines} == ids
    both = jane.ask("{ invoice_aggregate { aggregate { count } } invoice(limit: 500) { total } }").data
    assert both["invoice_aggregate"]["aggregate"]["count"] == len(both["invoice"]) == len(invoices)


def test_without_the_claim_there_are_none(running_gateway: RunningGateway) -> None:
    for caller in (support(running_gateway, employee=None), support(running_gateway, employee="Jane")):
        assert customers(caller) == []
        assert caller.ask("{ invoice_line(limit: 1) { quantity } }").data == {"invoice_line": []}


def test_phones_and_addresses_are_masked(running_gateway: RunningGateway) -> None:
    jane, trusted = support(running_gateway), support(running_gateway, "--scope", "pii:read")
    masked, whole = customers(jane), customers(trusted)
    assert [row["customer_id"] for row in masked] == [row["customer_id"] for row in whole]
    for shown, row in zip(masked, whole, strict=True):
        phone, email = str(row["phone"]), str(row["email"])
        if row["phone"] is not None:
            assert str(shown["phone"]) == "*" * (len(phone) - 4) + phone[-4:]
        assert str(shown["email"]) == f"{email[0]}***@{email.partition('@')[2]}"
    for argument in ('where: {phone: {_like: "+1%"}}', "order_by: {email: asc}", "distinct_on: phone"):
        query = f"{{ customer({argument}) {{ city }} }}"
        assert jane.ask(query).codes == {"GRAPHQL_VALIDATION_FAILED"}, query
    assert sees(trusted, "{ customer(order_by: {email: asc}) { city } }")


def test_an_agent_is_told_where_it_got_less(running_gateway: RunningGateway) -> None:
    agent = Caller(running_gateway.url, running_gateway.token(role="agent"))
    answer = agent.ask("{ track(limit: 3000) { track_id } }")
    assert len(answer.data["track"]) == 2000
    assert answer.json["extensions"]["narthex"]["truncated"] == [{"path": ["track"], "limit": 2000}]


def test_whoever_takes_a_customer_in_is_in_charge_of_it(running_gateway: RunningGateway) -> None:
    jane = support(running_gateway, "--level", "WRITE")
    values = 'first_name: "Ada", last_name: "Byron", email: "ada@music.example"'
    taking = f"mutation {{ insert_customer_one(object: {{{values}}}) {{ customer_id support_rep_id email }} }}"
    assert jane.ask(taking).codes == {"IDEMPOTENCY_KEY_REQUIRED"}
    key = [("idempotency-key", secrets.token_hex(8))]
    made = jane.ask(taking, headers=key)
    assert jane.ask(taking, headers=key).data == made.data
    row = made.data["insert_customer_one"]
    assert (row["support_rep_id"], row["email"]) == (3, "a***@music.example")
    try:
        change = 'update_customer(where: {customer_id: {_eq: NUMBER}}, _set: {city: "London"}) { affected_rows }'
        own = jane.ask(f"mutation {{ {change.replace('NUMBER', str(row['customer_id']))} }}")
        assert own.data == {"update_customer": {"affected_rows": 1}}
        margaret = support(running_gateway, "--level", "WRITE", employee="4")
        other = margaret.ask(f"mutation {{ {change.replace('NUMBER', str(row['customer_id']))} }}")
        assert other.data == {"update_customer": {"affected_rows": 0}}
        handed = jane.ask(f"mutation {{ insert_customer_one(object: {{{values}, support_rep_id: 4}}) {{ city }} }}")
        assert handed.codes == {"GRAPHQL_VALIDATION_FAILED"}
    finally:
        admin = Caller(running_gateway.url, running_gateway.token("--level", "WRITE", role="admin"))
        admin.ask(f"mutation {{ delete_customer_by_pk(customer_id: {row['customer_id']}) {{ city }} }}")


def test_guards_are_shown_to_those_whom_they_narrow(running_gateway: RunningGateway) -> None:
    query = '{ catalog_entry(coordinate: "customer") { policies { directive effect } } }'
    lines = support(running_gateway).ask(query).data["catalog_entry"]["policies"]
    assert any("$claim.employee_id" in line["directive"] for line in lines)
    invoices = support(running_gateway).ask(query.replace("customer", "invoice")).data["catalog_entry"]["policies"]
    assert any(line["directive"] == '@rows(roles: ["support"])' for line in invoices)
    admin = Caller(running_gateway.url, running_gateway.token(role="admin"))
    assert admin.ask(query).data["catalog_entry"]["policies"] == []


def test_the_sample_does_what_it_says(running_gateway: RunningGateway) -> None:
    done = running_gateway.run("policy", "test", "--json")
    records = json.loads(done.stdout)
    assert [record for record in records if not record["passed"]] == []
    assert len(records) >= 23
