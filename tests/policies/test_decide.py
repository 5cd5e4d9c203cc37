"""What is open to whom, by tables of small cases: lines, grants, a requirement, the answer."""

from __future__ import annotations

import pytest

from narthex.coordinates import Scheme
from narthex.principal import Grants
from policies.decide import ALWAYS_OPEN
from schema.elements import Contract
from schema.model import Action, Model, RelationshipKind, Requires
from tests.policies.store import contract, entity, grants, model, open_columns, policy, way

SELECT, AGGREGATE, INSERT, UPDATE, DELETE = (
    Action.SELECT,
    Action.AGGREGATE,
    Action.INSERT,
    Action.UPDATE,
    Action.DELETE,
)
ALL = {"customer_id", "name", "phone", "email"}
A = grants("a")
B = grants("b")
ADMIN = grants("admin")


def test_it_is_what_the_schema_asks_for() -> None:
    answers: Contract = contract("")
    assert answers.grants == A


def test_everything_is_closed_but_the_fields_about_oneself() -> None:
    empty = contract("")
    for table in model().entities:
        for action in Action:
            assert not empty.allows(Requires(table, action))
    assert all(empty.opens(field) for field in ALWAYS_OPEN)
    assert not empty.opens("Query.schema_version")
    assert not empty.opens("Mutation.function_deploy")


@pytest.mark.parametrize(
    ("lines", "by", "action", "expected"),
    [
        ("customer @auth", A, SELECT, ALL),
        ("customer @auth", A, UPDATE, ALL),
        ('customer @auth(roles: ["a"])', A, SELECT, ALL),
        ('customer @auth(roles: ["a"])', B, SELECT, set()),
        ('customer @auth(roles: "a")', A, SELECT, ALL),
        ('customer @auth(roles: ["b", "a"])', A, SELECT, ALL),
        ('customer @auth(roles: ["A"])', A, SELECT, set()),
        ("customer @auth(on: [SELECT])", A, SELECT, ALL),
        ("customer @auth(on: [SELECT])", A, AGGREGATE, set()),
        ("customer @auth(on: [SELECT])", A, INSERT, set()),
        ("customer @auth(on: [DELETE])", A, SELECT, set()),
        ('customer @auth(columns: ["name"])', A, SELECT, {"name"}),
        ('customer @auth(columns: ["name"])\ncustomer @auth(columns: ["phone"])', A, SELECT, {"name", "phone"}),
        ('customer @auth(columns: ["name"])\ncustomer @auth(roles: ["a"])', A, SELECT, ALL),
        ("customer.name @auth", A, SELECT, {"name"}),
        ("* @auth", A, SELECT, ALL),
        ("cust* @auth", A, SELECT, ALL),
        ("*x @auth", A, SELECT, set()),
        ("customer.*e @auth", A, SELECT, {"name", "phone"}),
        ("*.phone @auth", A, SELECT, {"phone"}),
        ('* @auth(columns: ["name"])', A, SELECT, {"name"}),
        # a column with lines of its own is open only to those, for every action
        ('customer @auth\ncustomer.phone @auth(roles: ["b"])', A, SELECT, ALL - {"phone"}),
        ('customer @auth\ncustomer.phone @auth(roles: ["b"])', B, SELECT, ALL),
        ('customer @auth\n*.phone @auth(roles: ["b"])', A, SELECT, ALL - {"phone"}),
        ('customer @auth\ncustomer.phone @auth(roles: ["a"], on: [UPDATE])', A, SELECT, ALL - {"phone"}),
        ('customer @auth\ncustomer.phone @auth(roles: ["a"], on: [UPDATE])', A, UPDATE, ALL),
        ('customer @auth(columns: ["phone"])\ncustomer.phone @auth(roles: ["b"])', A, SELECT, set()),
        ('customer.phone @auth(roles: ["b"])\ncustomer.phone @auth(roles: ["a"])', A, SELECT, {"phone"}),
        # @deny wins, whatever the order and the specificity
        ("customer @auth\ncustomer.phone @deny", A, SELECT, ALL - {"phone"}),
        ("customer.phone @deny\ncustomer @auth", A, SELECT, ALL - {"phone"}),
        ("* @deny\ncustomer @auth\ncustomer.phone @auth", A, SELECT, set()),
        ("customer @auth @deny", A, SELECT, set()),
        ('customer @auth\ncustomer @deny(roles: ["b"])', A, SELECT, ALL),
        ('customer @auth\ncustomer @deny(roles: ["b"])', B, SELECT, set()),
        ("customer @auth\ncustomer @deny(on: [UPDATE])", A, SELECT, ALL),
        ("customer @auth\ncustomer @deny(on: [UPDATE])", A, UPDATE, set()),
        ('customer @auth\ncustomer @deny(columns: ["phone", "email"])', A, SELECT, {"customer_id", "name"}),
        ("customer @auth\n*.*e @deny(on: [SELECT])", A, SELECT, {"customer_id", "email"}),
        ("customer @auth\n*.*e @deny(on: [SELECT])", A, AGGREGATE, ALL),
        # admin passes every @auth and no @deny that does not name others
        ("", ADMIN, SELECT, ALL),
        ('customer.phone @auth(roles: ["b"])', ADMIN, SELECT, ALL),
        ("customer.phone @deny", ADMIN, SELECT, ALL - {"phone"}),
        ('customer.phone @deny(roles: ["a"])', ADMIN, SELECT, ALL),
        ('customer @auth(scopes: ["x"], environments: ["production"])', ADMIN, SELECT, ALL),
        # scopes: all of them; environments: one of them
        ('customer @auth(scopes: ["x", "y"])', grants(scopes=["x", "y", "z"]), SELECT, ALL),
        ('customer @auth(scopes: ["x", "y"])', grants(scopes=["x"]), SELECT, set()),
        ('customer @auth(environments: ["sandbox", "preprod"])', A, SELECT, ALL),
        ('customer @auth(environments: ["production"])', A, SELECT, set()),
        ('customer @auth(roles: ["a"], scopes: ["x"])', grants("b", ["x"]), SELECT, set()),
        ('customer @auth\ncustomer @deny(environments: ["production"])', A, SELECT, ALL),
        ('customer @auth\ncustomer @deny(environments: ["sandbox"])', A, SELECT, set()),
        ('customer @auth\ncustomer @deny(scopes: ["x"])', A, SELECT, ALL),
        ('customer @auth\ncustomer @deny(scopes: ["x"])', grants(scopes=["x"]), SELECT, set()),
        # a wildcard type never means a root type, and a root field opens no table
        ("*.customer @auth\nQuery.customer @auth", A, SELECT, set()),
        ("Query.* @auth", A, SELECT, set()),
    ],
)
def test_columns_of_customer(lines: str, by: Grants, action: Action, expected: set[str]) -> None:
    found = contract(lines, by)
    assert open_columns(found, "customer", action) == expected
    assert found.allows(Requires("customer", action)) == bool(expected)


@pytest.mark.parametrize(
    ("lines", "by", "expected"),
    [
        ("customer @auth", A, True),
        ("customer @auth(on: [DELETE])", A, True),
        ("customer @auth(on: [SELECT])", A, False),
        ("customer.* @auth", A, False),
        ('customer @auth(columns: ["name"])', A, False),
        ('customer @auth(columns: ["name"], on: [SELECT, DELETE])', A, True),
        ("customer @auth\ncustomer @deny(on: [DELETE])", A, False),
        ('customer @auth\ncustomer @deny(columns: ["name"])', A, True),
        ('customer @auth\ncustomer @deny(columns: ["name"], on: [UPDATE, DELETE])', A, False),
        ("customer @auth\ncustomer.name @deny", A, True),
        ("* @auth\n* @deny(on: [DELETE])", A, False),
        ("", ADMIN, True),
        ("* @deny(on: [DELETE])", ADMIN, False),
    ],
)
def test_rows_of_customer_can_be_deleted(lines: str, by: Grants, expected: bool) -> None:
    assert contract(lines, by).allows(Requires("customer", DELETE)) is expected


@pytest.mark.parametrize(
    ("lines", "by", "field", "expected"),
    [
        # data root fields and relationships are open by themselves, and only ever restricted
        ("", A, "Query.customer", True),
        ("", A, "Query.customer_by_pk", True),
        ("", A, "Query.note_by_pk", False),
        ("", A, "Subscription.customer_stream", True),
        ("", A, "Mutation.insert_customer_one", True),
        ("", A, "query_root.customer", True),
        ("", A, "customer.invoices", True),
        ("", A, "customer.invoices_aggregate", True),
        ("", A, "customer.support_rep_aggregate", False),
        ('Query.customer @auth(roles: ["b"])', A, "Query.customer", False),
        ('Query.customer @auth(roles: ["b"])', B, "Query.customer", True),
        ('Query.customer @auth(roles: ["b"])', ADMIN, "Query.customer", True),
        ('Query.customer @auth(roles: ["b"])', A, "Query.customer_by_pk", True),
        ('query_root.*_by_pk @auth(roles: ["b"])', A, "Query.customer_by_pk", False),
        ('Query.customer @auth(roles: ["b"])\nQuery.* @auth(roles: ["a"])', A, "Query.customer", True),
        ("Query.customer_by_pk @deny", A, "Query.customer_by_pk", False),
        ("Query.customer_by_pk @deny", ADMIN, "Query.customer_by_pk", False),
        ("Query.customer_by_pk @deny", A, "Subscription.customer_by_pk", True),
        ('customer.invoices @auth(roles: ["b"])', A, "customer.invoices", False),
        ('customer.invoices @auth(roles: ["b"])', A, "customer.invoices_aggregate", False),
        ('customer.invoices_aggregate @auth(roles: ["b"])', A, "customer.invoices", True),
        ('customer.invoices_aggregate @auth(roles: ["b"])', A, "customer.invoices_aggregate", False),
        ("customer.invoices_aggregate @auth\ncustomer.invoices @deny", A, "customer.invoices_aggregate", False),
        ("customer.* @deny", A, "customer.invoices", False),
        ("customer.* @deny(on: [UPDATE])", A, "customer.invoices", True),
        ("customer.* @deny(on: [SELECT])", A, "customer.invoices", False),
        ('*.support_rep @auth(roles: ["b"])', A, "customer.support_rep", False),
        # control-plane fields have to be opened
        ("Query.schema_version @auth", A, "Query.schema_version", True),
        ('Query.schema_version @auth(roles: ["b"])', A, "Query.schema_version", False),
        ("Query.* @auth", A, "Query.usage", True),
        ("Query.* @auth", A, "Mutation.function_deploy", False),
        ("Query.* @auth\nQuery.usage @deny", A, "Query.usage", False),
        ("", ADMIN, "Query.usage", True),
        ('Query.usage @deny(roles: ["admin"])', ADMIN, "Query.usage", False),
        ('Query.me @auth(roles: ["b"])', A, "Query.me", True),
        ("Query.catalog @deny", A, "Query.catalog", False),
        # a table or column: whether it can be selected
        ("customer @auth(on: [SELECT])", A, "customer", True),
        ("customer @auth(on: [UPDATE])", A, "customer.name", False),
        ("customer @auth(on: [SELECT])", A, "customer.name", True),
        # what is unknown is closed, for admin too
        ("* @auth", A, "Query.customers", False),
        ("", ADMIN, "Query.nothing", False),
        ("", ADMIN, "nothing", False),
        ("", ADMIN, "Query", False),
        ("", ADMIN, "customer.", False),
        ("", ADMIN, "Query.customer(limit:)", False),
        ("", ADMIN, "not a coordinate", False),
    ],
)
def test_fields(lines: str, by: Grants, field: str, expected: bool) -> None:
    found = contract(lines, by)
    assert found.opens(field) is expected
    assert found.opens(field) is expected


def test_what_is_unknown_is_closed() -> None:
    admin = contract("", ADMIN)
    assert not admin.allows(Requires("nothing", SELECT))
    assert not admin.allows(Requires("customer", SELECT, "nothing"))
    assert not admin.allows(Requires("customer", DELETE, "nothing"))


@pytest.mark.parametrize(
    ("lines", "by", "asked", "expected"),
    [
        ("", A, (Scheme.ROUTE, "default"), False),
        ("", ADMIN, (Scheme.ROUTE, "default"), True),
        ("route:default @auth", A, (Scheme.ROUTE, "default"), True),
        ("route:default @auth", A, (Scheme.POOL, "default"), False),
        ("route:* @auth(future: true)", A, (Scheme.ROUTE, "x"), True),
        ("route:* @auth(future: true)\nroute:x @deny", A, (Scheme.ROUTE, "x"), False),
        ("function:hi @auth(on: [INVOKE])", A, (Scheme.FUNCTION, "hi", "INVOKE"), True),
        ("function:hi @auth(on: [INVOKE])", A, (Scheme.FUNCTION, "hi", "DEPLOY"), False),
        ("bucket:b/2026* @auth(on: [READ])", A, (Scheme.BUCKET, "b", "READ", "2026/x"), True),
        ("bucket:b/2026* @auth(on: [READ])", A, (Scheme.BUCKET, "b", "READ", "2025/x"), False),
        ("bucket:b/2026* @auth(on: [READ])", A, (Scheme.BUCKET, "b", "WRITE", "2026/x"), False),
        ("bucket:b @auth\nbucket:b/secret* @deny", A, (Scheme.BUCKET, "b", "READ", "secret/x"), False),
        ("bucket:b @auth\nbucket:b/secret* @deny", A, (Scheme.BUCKET, "b", "READ", "x"), True),
        ("route:x @auth", grants(allow=["route:x"]), (Scheme.ROUTE, "x"), True),
        ("route:x @auth", grants(allow=["route:y"]), (Scheme.ROUTE, "x"), False),
    ],
)
def test_resources(lines: str, by: Grants, asked: tuple[Scheme, str], expected: bool) -> None:
    assert contract(lines, by).reaches(*asked) is expected


def grown() -> Model:
    """The model after somebody has added a table, a column and a relationship."""
    columns = ("customer_id", "name", "phone", "email", "ssn")
    ways = (
        way("invoices", RelationshipKind.ARRAY, "customer", "invoice"),
        way("support_rep", RelationshipKind.OBJECT, "customer", "employee"),
        way("secrets", RelationshipKind.ARRAY, "customer", "secret"),
    )
    return model(
        customer=entity("customer", columns, *ways, key=("customer_id",)),
        secret=entity("secret", ("secret_id", "phone"), key=("secret_id",)),
    )


@pytest.mark.parametrize(
    ("lines", "table", "expected"),
    [
        ("* @auth", "customer", ALL),
        ("* @auth", "secret", set()),
        ("* @auth(future: true)", "customer", ALL | {"ssn"}),
        ("* @auth(future: true)", "secret", {"secret_id", "phone"}),
        ("customer @auth", "customer", ALL),
        ("customer @auth(future: true)", "customer", ALL | {"ssn"}),
        ("*.* @auth", "secret", set()),
        ("*.phone @auth", "secret", set()),
        ("*.phone @auth(future: true)", "secret", {"phone"}),
        ('* @auth(future: true)\n*.phone @auth(roles: ["b"])', "secret", {"secret_id"}),
        ("* @auth(future: true)\n*.phone @deny", "secret", {"secret_id"}),
        ("* @auth(future: true)\n*.s* @deny", "customer", ALL),
    ],
)
def test_a_wildcard_opens_what_was_there_when_policies_were_loaded(lines: str, table: str, expected: set[str]) -> None:
    before = policy(lines)
    after = policy(lines, grown(), before.known)
    assert open_columns(after.contract(A), table) == expected
    everything = set(grown().entities[table].columns)
    reloaded = open_columns(policy(lines, grown()).contract(A), table)
    assert expected <= reloaded <= everything
    if "future" not in lines:
        assert expected < reloaded


def test_later_rows_fields_and_relationships() -> None:
    lines = 'secret* @auth\nQuery.secret* @auth(roles: ["a"])\ncustomer.sec* @auth(roles: ["a"])'
    after = policy(lines, grown(), policy(lines).known).contract(A)
    assert not after.allows(Requires("secret", DELETE))
    assert not after.opens("Query.secret")
    assert not after.opens("customer.secrets")
    now = policy(lines, grown()).contract(A)
    assert now.allows(Requires("secret", DELETE))
    assert now.opens("Query.secret")
    assert now.opens("customer.secrets")


def test_one_contract_for_equal_grants_in_a_bounded_cache() -> None:
    found = policy("customer @auth")
    assert found.contract(grants("a", ["x", "y"])) is found.contract(grants("a", ["y", "x"]))
    first = found.contract(A)
    for number in range(1_000):
        found.contract(grants(f"r{number}"))
        assert found.contract(A) is first
    assert len(found._contracts) <= 256


def test_the_identity_tells_what_a_contract_depends_on() -> None:
    lines = "customer @auth"
    same = [contract(lines).id, contract("# x\ncustomer   @auth").id, policy(lines).contract(grants("a")).id]
    assert len(set(same)) == 1
    others = [
        contract("invoice @auth").id,
        contract(lines, B).id,
        contract(lines, grants(scopes=["x"])).id,
        contract(lines, grants(environment="production")).id,
        contract(lines, grants(allow=["customer"])).id,
        contract(lines, on=grown()).id,
        policy(lines, grown(), policy(lines).known).contract(A).id,
    ]
    assert len({*same, *others}) == 1 + len(others)


def test_many_tables_and_contracts_stay_small() -> None:
    names = [f"t{number}" for number in range(1_000)]
    columns = [f"c{number}" for number in range(10)]
    big = Model({name: entity(name, columns) for name in names}, fingerprint="big")
    found = policy('* @auth(on: [SELECT])\n*.c3 @auth(roles: ["r3"])\nt1* @deny(on: [UPDATE])', big)
    for number in range(50):
        one = found.contract(grants(f"r{number}"))
        for name in names:
            assert one.allows(Requires(name, SELECT, "c1"))
            assert one.allows(Requires(name, SELECT, "c3")) is (number == 3)
    assert len(found._masks) <= 4
