"""An overlay against the schema: mistakes with their place and a suggestion, oddities as notes."""

from __future__ import annotations

import pytest

from policies.problems import PolicyError
from schema.model import Model, Rename
from tests.policies.store import entity, model, policy


@pytest.mark.parametrize(
    ("line", "place", "says"),
    [
        ("custmer @auth", "1", "There is no table 'custmer'. Did you mean 'customer'?"),
        ("customer.phne @auth", "1", "'customer.phne'. Did you mean 'customer.phone'?"),
        ("custmer.phone @auth", "1", "'custmer.phone'. Did you mean 'customer.phone'?"),
        ("custmer.* @auth", "1", "There is no table 'custmer'. Did you mean 'customer'?"),
        ("  zzzzzz @auth", "3", "There is no table 'zzzzzz'. Tables are named as in the GraphQL schema."),
        ("Query.custmer @auth", "1", "no root field 'Query.custmer'. Did you mean 'Query.customer'?"),
        ("Query.note_by_pk @auth", "1", "There is no root field 'Query.note_by_pk'."),
        ("Query.schema_versio @auth", "1", "Did you mean 'Query.schema_version'?"),
        ("Mutation.customer @auth", "1", "There is no root field 'Mutation.customer'."),
        ("Query @auth", "1", "'Query' is a root type, not a table."),
        ("query_root @auth", "1", "'Query' is a root type, not a table."),
        ("customer_bool_exp.phone @auth", "1", "There is no column or relationship"),
        ("Query.customer(limit:) @auth", "1", "'Query.customer(limit:)' cannot be opened or closed."),
        ("@auth @auth", "1", "'@auth' cannot be opened or closed."),
        ("customer @auth(on: [READ])", "16", "There is no action READ on a table. Use SELECT, AGGREGATE"),
        ("customer.phone @auth(on: [DELETE])", "22", "There is no action DELETE on a column."),
        ("*.phone @deny(on: [DELETE])", "15", "There is no action DELETE on a column."),
        ("customer.inv* @deny(on: [AGGREGATE])", "21", "on which there is no action AGGREGATE. Use SELECT, or name"),
        ("*.invoices* @deny(on: [AGGREGATE])", "19", "on which there is no action AGGREGATE. Use SELECT, or name"),
        ("customer.invoices @auth(on: [INSERT])", "25", "There is no action INSERT on a relationship. Use SELECT."),
        ("Query.customer @auth(on: [SELECT])", "22", "There are no actions on a root field."),
        ("Query.* @deny(on: [SELECT])", "15", "There are no actions on a root field."),
        (
            "bucket:b @auth(on: [SELECT])",
            "16",
            "There is no action SELECT on 'bucket:'. Use READ, WRITE, DELETE, LIST.",
        ),
        ("route:r @auth(on: [READ])", "15", "There are no actions on 'route:'."),
        ('route:r @auth(columns: ["a"])', "15", "'route:r' has no columns."),
        ("route:* @auth", "1", "'route:*' would open what somebody makes later."),
        ("bucket:a* @auth", "1", "would open what somebody makes later."),
        ('customer @auth(columns: ["phne"])', "16", "'customer' has no column 'phne'. Did you mean 'phone'?"),
        ('customer @auth(columns: ["invoices"])', "16", "has no column 'invoices'"),
        ('customer @auth(columns: ["name", "name"])', "16", "'name' is named twice."),
        ('customer.name @auth(columns: ["name"])', "21", "is no table, so it has no 'columns'."),
        ('Query.customer @auth(columns: ["name"])', "22", "is no table, so it has no 'columns'."),
        ('customer @auth(columns: ["name"], on: [DELETE])', "16", "DELETE removes rows, not columns."),
        ('customer @auth(columns: ["name"], future: true)', "35", "'future' means more."),
        ("customer.name @auth(future: true)", "21", "names one thing"),
        ("Query.customer @auth(future: true)", "22", "names one thing"),
        ("customer @deny(future: false)", "16", "@deny closes what comes later, too."),
        ('customer @auth(environments: ["prod", "sandbx"])', "16", "no environment 'sandbx'. Did you mean 'sandbox'?"),
        ('customer @auth(environments: ["moon"])', "16", "'moon'. Use sandbox, preprod, production."),
    ],
)
def test_mistakes(line: str, place: str, says: str) -> None:
    with pytest.raises(PolicyError) as refused:
        policy(line)
    found = str(refused.value)
    assert f"policies/test.policy:1:{place}: " in found, found
    assert says in found
    assert all(problem.fix for problem in refused.value.problems)


@pytest.mark.parametrize(
    "line",
    [
        "customer @auth(future: true)",
        '* @auth(columns: ["phone"], future: true)',
        "customer @deny(future: true)",
        "customer.invoices @auth(on: [SELECT])",
        "customer.invoices_aggregate @deny",
        "Subscription.customer_stream @deny",
        "Mutation.insert_customer_one @auth",
        "Mutation.update_note_many @auth",
        "bucket:b/x* @auth(on: [READ, LIST])",
        "bucket:* @deny(on: [DELETE])",
        "function:f @auth(on: [INVOKE, DEPLOY, LOGS])",
        "pool:* @auth(future: true)",
        "webhook:w @auth",
    ],
)
def test_lawful_lines(line: str) -> None:
    assert policy(line).version


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(PolicyError) as refused:
        policy("custmer @auth\ncustomer @auth\ninvoice.totl @deny(on: [READ])\nemploye @auth")
    assert [problem.source.line for problem in refused.value.problems] == [1, 3, 4]


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("x* @auth", "'x*' matches nothing."),
        ("*.fax @deny", "'*.fax' matches nothing."),
        ("customer.f* @deny", "'customer.f*' matches nothing."),
        ("Query.x* @deny", "'Query.x*' matches nothing."),
        ('* @auth(columns: ["fax"])', "'*' has no column 'fax'."),
        (
            "customer.* @deny(on: [AGGREGATE])",
            "'customer.*' matches relationships, on which there is no action AGGREGATE. They stay as they are.",
        ),
        ("Query.me @auth", "'Query.me' is open to everybody; only @deny changes that."),
        ("Query.customer @auth", "'Query.customer' only restricts: nothing opens 'customer'."),
    ],
)
def test_oddities_are_notes(line: str, note: str) -> None:
    assert policy(line).notes == (f"policies/test.policy:1: {note}",)


def test_nothing_odd() -> None:
    lines = ["customer @auth", "Query.customer @auth", "*.phone @deny", "*.invoices_agg* @deny", "Query.me @deny"]
    assert policy("\n".join([*lines, "Query.*_by_pk @deny"])).notes == ()


def test_what_has_another_name_is_told() -> None:
    served = Model(
        {"public_me": entity("public_me", ("id",))}, (Rename("public.me", "public_me", "reserved"),), fingerprint="x"
    )
    with pytest.raises(PolicyError, match=r"'public\.me' is served as 'public_me'"):
        policy("me @auth", served)
    client = model(client=entity("client", ("name", "telephone")))
    with pytest.raises(PolicyError, match="'kunde' is served as 'client'"):
        policy('kunde @rename(to: "client")\nkunde @auth', client)
    with pytest.raises(PolicyError, match=r"'client\.phone' is served as 'telephone'"):
        policy('client.phone @rename(to: "telephone")\nclient.phone @deny', client)


def test_what_has_gone_since_is_a_note_and_what_never_was_a_mistake() -> None:
    lines = (
        "customer.email @deny\nnote @auth\nnote.* @deny\nnote.text @auth\nQuery.note @deny\n"
        'customer @auth(columns: ["email"])\ncustomer.invoices_aggregate @deny'
    )
    before = policy(lines)
    assert before.notes == ()
    less = model(customer=entity("customer", ("customer_id", "name")))
    less = Model({name: one for name, one in less.entities.items() if name != "note"}, fingerprint="less")
    after = policy(lines, less, before.known)
    assert [note.partition(": ")[0].rpartition(":")[2] for note in after.notes] == ["1", "2", "3", "4", "5", "6", "7"]
    with pytest.raises(PolicyError):
        policy(lines, less)
    with pytest.raises(PolicyError, match="There is no table 'elsewhere'"):
        policy("elsewhere @auth", less, before.known)


def test_many_mistakes_in_a_large_schema_are_told_soon() -> None:
    large = Model({f"table_{number}": entity(f"table_{number}", ("id", "name")) for number in range(1_000)})
    with pytest.raises(PolicyError) as refused:
        policy("\n".join(f"tabel_{number}.name @auth" for number in range(20)), large)
    assert len(refused.value.problems) == 20
