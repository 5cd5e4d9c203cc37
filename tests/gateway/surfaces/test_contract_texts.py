"""The SDL of a contract under guards: it builds, and says no more than the caller may know."""

from __future__ import annotations

from graphql import build_schema as build_from_text

from gateway.surfaces.contract_texts import sdl
from resolvers.selfinfo.schema import control_schema
from schema.build import build_schema
from schema.visibility import view
from tests.policies.store import grants, model, policy

LINES = """
* @auth(roles: ["a"])
customer @rows(filter: {name: {_eq: "hidden value"}}) @limits(max_rows: 5)
customer @rows(filter: {name: {_eq: "shown value"}}, visible: true)
customer @preset(set: {name: "hidden value"})
customer.phone @mask(with: LAST4, unless: ["pii"])
"""


def text(lines: str, role: str) -> str:
    made = policy(lines)
    contract = made.contract(grants(role))
    return "".join(sdl(view(build_schema(control_schema(), model()), contract), made, contract))


def test_guards_are_applied_and_the_sdl_builds() -> None:
    found = text(LINES, "a")
    assert build_from_text(found).type_map["customer"]
    assert "hidden value" not in found
    table = next(line for line in found.splitlines() if line.startswith("type customer "))
    for applied in (
        "@rows ",
        '@rows(filter: { name: { _eq: "shown value" } }, visible: true)',
        "@limits(max_rows: 5)",
        "@preset",
    ):
        assert applied in table, table
    assert '"""(Policy: only some rows, lists of 5 at most.)"""\ntype customer ' in found
    assert '  """(Policy: masked, LAST4.)"""\n  phone: String @mask(with: LAST4, unless: ["pii"])' in found


def test_directives_that_no_line_uses_are_not_defined() -> None:
    assert "directive @mask" not in text("* @auth", "a")


def test_terms_are_applied_and_defined() -> None:
    lines = """
    * @auth
    Query.customer @rate_limit(limit: 5, window: "1m", roles: ["a"])
    customer @quota(limit: 9, unit: ROWS, window: "1d") @risk(level: LOW) @idempotent
    customer @audit(level: FULL, redact: ["phone"])
    customer.phone @cost(weight: "2", roles: ["a"])
    """
    found = text(lines, "a")
    assert build_from_text(found).type_map["customer"]
    assert '  phone: String @cost(weight: "2", roles: ["a"])' in found
    table = next(line for line in found.splitlines() if line.startswith("type customer "))
    assert '@quota(limit: 9, unit: ROWS, window: "1d")' in table and "@audit(level: FULL) " in table, table
    assert '@rate_limit(limit: 5, window: "1m", roles: ["a"])' in found
    other = text(lines, "b")
    assert build_from_text(other).type_map["customer"]
    assert '@cost(weight: "2"' not in other and "@rate_limit(limit: 5" not in other
