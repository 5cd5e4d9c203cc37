"""A token's `allow`: it narrows and never opens."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narthex.errors import ProjectError
from policies.allow import check_allow
from policies.decide import ALWAYS_OPEN
from schema.model import Action, Requires
from tests.policies.store import CONTROL, grants, model, open_columns, policy

OPEN = "* @auth\nQuery.* @auth\nMutation.* @auth"
ALL = {"customer_id", "name", "phone", "email"}


@pytest.mark.parametrize(
    ("allow", "columns", "opened", "closed"),
    [
        (["customer"], ALL, ["Query.customer", "Query.customer_by_pk", "customer.invoices"], ["Query.invoice"]),
        (["*"], ALL, ["Query.customer", "Query.note"], ["Query.usage", "Mutation.function_deploy"]),
        (["cust*"], ALL, ["Query.customer"], ["Query.invoice"]),
        (["customer.name"], {"name"}, ["Query.customer", "Query.customer_by_pk"], ["customer.invoices"]),
        (["customer.*e"], {"name", "phone"}, ["Query.customer"], ["customer.invoices"]),
        (["*.phone"], {"phone"}, ["Query.employee"], ["Query.invoice"]),
        (["customer.*"], ALL, ["Query.customer", "customer.invoices", "customer.invoices_aggregate"], []),
        (["Query.customer"], ALL, ["Query.customer", "customer.invoices"], ["Query.customer_by_pk", "Query.invoice"]),
        (["query_root.customer"], ALL, ["Query.customer"], ["Query.customer_by_pk"]),
        (["Query.customer", "customer.name"], {"name"}, ["Query.customer"], ["Query.customer_by_pk"]),
        (["Query.customer", "customer"], ALL, ["Query.customer", "Query.customer_by_pk"], []),
        (
            ["Query.customer", "customer.invoices"],
            ALL,
            ["customer.invoices"],
            ["Query.invoice", "Query.customer_by_pk"],
        ),
        (["customer.invoices"], set(), ["customer.invoices"], ["Query.customer"]),
        (["Query.usage"], set(), ["Query.usage"], ["Query.schema_version", "Query.customer"]),
        (["Query.*"], ALL, ["Query.usage", "Query.customer"], ["Mutation.insert_customer"]),
        (["invoice"], set(), ["Query.invoice", "invoice.customer"], ["Query.customer"]),
        (["nothing"], set(), [], ["Query.customer", "Query.usage"]),
        (["not a coordinate", "@auth", "Query"], set(), [], ["Query.customer", "Query.usage"]),
    ],
)
def test_what_a_list_leaves_open(allow: list[str], columns: set[str], opened: list[str], closed: list[str]) -> None:
    for role in ("a", "admin"):
        found = policy(OPEN).contract(grants(role, allow=allow))
        assert open_columns(found, "customer") == columns
        assert [field for field in opened if not found.opens(field)] == []
        assert [field for field in closed if found.opens(field)] == []
        assert all(found.opens(field) for field in ALWAYS_OPEN)


@pytest.mark.parametrize(
    ("allow", "expected"),
    [(["customer"], True), (["customer.*"], False), (["Mutation.delete_customer"], True), (["invoice"], False)],
)
def test_deleting(allow: list[str], expected: bool) -> None:
    found = policy(OPEN).contract(grants(allow=allow))
    assert found.allows(Requires("customer", Action.DELETE)) is expected


COORDINATES = ["*", "customer", "cust*", "customer.name", "*.phone", "customer.invoices", "invoice.*"]
ENTRIES = st.sampled_from(COORDINATES) | st.sampled_from(
    ["Query.customer", "Query.*", "Mutation.*_customer", "Query.usage", "x y", "@auth", "route:a"]
)


@settings(deadline=None)
@given(st.sets(ENTRIES, min_size=1), st.sampled_from(["", OPEN, "customer @auth(on: [SELECT])\nQuery.note @deny"]))
def test_a_list_never_opens(allow: set[str], lines: str) -> None:
    found = policy(lines)
    narrow, wide = found.contract(grants(allow=allow)), found.contract(grants())
    for name, table in model().entities.items():
        for action in Action:
            for column in (None, *table.columns):
                requirement = Requires(name, action, column)
                assert wide.allows(requirement) or not narrow.allows(requirement)
        for field in (*table.relationships, "invoices_aggregate"):
            assert wide.opens(f"{name}.{field}") or not narrow.opens(f"{name}.{field}")
    for field in (*CONTROL, *found.targets.data_roots):
        assert wide.opens(field) or not narrow.opens(field)


def test_lists_that_say_nothing_sensible_are_refused_where_a_token_is_made() -> None:
    check_allow(["customer", "*.phone", "Query.customer_by_pk", "query_root.*", "bucket:a/b*", "route:*"])
    for wrong in ["", "x y", "@auth", "Query", "Query.customer(limit:)", "buckt:a", "customer."]:
        with pytest.raises(ProjectError, match="allow "):
            check_allow(["customer", wrong])
