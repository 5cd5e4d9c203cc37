"""Rows that a policy hides are as if they were not there: on every path, whichever way the policy says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from narthex.errors import Code
from policies.guards import Claim, Constant, RowRule, TableGuards
from schema.model import Action
from tests.lane import Answer, Lane
from tests.resolvers.sql.paths import filters, reading_paths

_TABLES = ("tenant", "person", "note", "ratio")
_MINE: Mapping[str, object] = {"tenant_id": {"_eq": Claim("tenant")}}
_THERE = {"_exists": {"_table": "tenant", "_where": {"name": {"_eq": Constant("Open")}}}}
_RULES: Mapping[str, Mapping[str, object]] = {
    "a claim": _MINE,
    "claims in a list": {"tenant_id": {"_in": Claim("tenants")}},
    "a constant": {"tenant_id": {"_eq": Constant(1)}},
    "a group": {"_or": ({"_and": (_MINE, {"id": {"_gt": Constant(0)}})}, {"tenant_id": {"_eq": Claim("tenant")}})},
    "a negation": {"_not": {"tenant_id": {"_nin": (Claim("tenant"), Constant(77))}}},
    "another table": {"_and": (_MINE, _THERE)},
    "another table by a claim": {
        "_and": (
            _MINE,
            {"_not": {"_exists": {"_table": "note", "_where": {"tenant_id": {"_eq": Claim("none")}}}}},
        )
    },
}
_CLAIMS: Mapping[str, object] = {"tenant": 1, "tenants": [1, "5"], "none": "4711"}


def guards(rule: Mapping[str, object], *actions: Action) -> dict[str, TableGuards]:
    """The rule on every table; on `tenant` its own key stands for the tenant."""
    made = {}
    for table in _TABLES:
        filters = {action: (_rule(rule, table),) for action in actions or (Action.SELECT, Action.AGGREGATE)}
        made[table] = TableGuards(filters)
    return made


def _rule(rule: Mapping[str, object], table: str) -> RowRule:
    return RowRule(_on_tenant(rule) if table == "tenant" else rule, "test:1")  # type: ignore[arg-type]


def _on_tenant(part: object) -> object:
    if isinstance(part, Mapping):
        exists = "_table" in part
        return {
            "id" if name == "tenant_id" and not exists else name: inner if name == "_exists" else _on_tenant(inner)
            for name, inner in part.items()
        }
    return tuple(_on_tenant(item) for item in part) if isinstance(part, tuple) else part


async def test_what_is_hidden_is_as_if_it_were_not_there_on_every_path(guarded: Lane, truth: Lane) -> None:
    paths = list(reading_paths(guarded.snapshot.schema, guarded.model))
    assert len(paths) > 400
    await _same(guarded.under(guards(_MINE), tenant=1), truth, paths)


@pytest.mark.parametrize("rule", _RULES)
async def test_it_is_whichever_way_a_rule_says_so(guarded: Lane, truth: Lane, rule: str) -> None:
    paths = list(reading_paths(guarded.snapshot.schema, guarded.model))
    start = list(_RULES).index(rule)
    await _same(guarded.under(guards(_RULES[rule]), **_CLAIMS), truth, paths[start :: len(_RULES)])


async def test_relationships_lead_rules_to_other_tables(guarded: Lane, truth: Lane) -> None:
    rule = RowRule({"tenant": {"id": {"_eq": Claim("tenant")}}}, "test:1")
    both = dict.fromkeys((Action.SELECT, Action.AGGREGATE), (rule,))
    made = {**guards(_MINE), "person": TableGuards(both), "note": TableGuards(both)}
    paths = list(reading_paths(guarded.snapshot.schema, guarded.model))
    await _same(guarded.under(made, tenant=1), truth, paths[::4])


async def _same(lane: Lane, truth: Lane, paths: Sequence[tuple[str, str]]) -> None:
    for label, query in paths:
        shown, expected = await lane.run(query), await truth.run(query)
        assert not expected.errors, (label, query, expected.errors)
        assert _said(shown) == _said(expected), (label, query)
        assert b"HIDDEN" not in (shown.data or b"")


@pytest.mark.parametrize("claims", [{}, {"tenant": None}, {"tenant": "1; drop"}, {"tenant": [1]}, {"tenant": 2**40}])
@pytest.mark.parametrize(
    "rule",
    [
        _MINE,
        {"_not": {"tenant_id": {"_eq": Claim("tenant")}}},
        {"_or": ({"id": {"_gt": Constant(0)}}, _MINE)},
        {"_not": {"_exists": {"_table": "note", "_where": _MINE}}},
        {"_or": ({"id": {"_gt": Constant(0)}}, {"_exists": {"_table": "note", "_where": _MINE}})},
    ],
)
async def test_a_claim_that_is_missing_or_does_not_fit_makes_the_whole_rule_false(
    guarded: Lane, claims: Mapping[str, object], rule: Mapping[str, object]
) -> None:
    lane = guarded.under(guards(rule), **claims)
    answer = await lane.run("{ person { id } note_aggregate { aggregate { count } } person_by_pk(id: 1) { id } }")
    assert answer.data == b'{"person":[],"note_aggregate":{"aggregate":{"count":0}},"person_by_pk":null}'


async def test_no_condition_of_a_caller_runs_on_a_row_that_is_hidden(guarded: Lane) -> None:
    # Nobody belongs to the tenant: whatever fails has looked at a hidden row. A claim keeps Postgres from knowing.
    lane = guarded.under(guards(_MINE), tenant=3)
    schema = guarded.snapshot.schema
    for name in ("person", "note", "ratio"):
        entity = guarded.model.entities[name]
        for label, where in filters(schema, entity, hostile=True):
            nodes = f"{name}_aggregate(where: {where}) {{ nodes {{ id }} }}"
            answer = await lane.run(f"{{ {name}(where: {where}) {{ id }} {nodes} }}")
            assert not answer.errors, (name, label, answer.errors)
            assert answer.data == f'{{"{name}":[],"{name}_aggregate":{{"nodes":[]}}}}'.encode(), (name, label)


@pytest.mark.parametrize(
    "field",
    [
        'tenant(where: {people: {name: {_regex: "("}}}) { id }',
        'note(where: {person: {name: {_regex: "("}}}) { id }',
        "tenant(where: {people: {quotient: {_gt: 0}}}) { id }",
        "note(where: {person: {quotient: {_gt: 0}}}) { id }",
        "note(where: {_not: {person: {boss: {quotient: {_gt: 0}}}}}) { id }",
        'tenant(where: {people_aggregate: {count: {filter: {name: {_regex: "("}}, predicate: {_gt: 0}}}}) { id }',
        "tenant(where: {people_aggregate: {count: {filter: {quotient: {_gt: 0}}, predicate: {_gt: 0}}}}) { id }",
        "note(order_by: {person: {quotient: asc}}) { id person { quotient } }",
        "tenant(order_by: {people_aggregate: {max: {quotient: asc}}}) { id people { quotient } }",
        "tenant { people_aggregate { aggregate { sum { quotient } } nodes { quotient } } }",
    ],
)
async def test_nor_does_one_that_leads_there_from_rows_that_are_shown(guarded: Lane, field: str) -> None:
    lane = guarded.under({"person": guards(_MINE)["person"]}, tenant=3)
    answer = await lane.run(f"{{ {field} }}")
    assert not answer.errors and answer.data is not None and b"HIDDEN" not in answer.data


@pytest.mark.parametrize(
    "rule", [_MINE, {"tenant": {"name": {"_eq": Claim("name")}}}, {"_not": {"body": {"_similar": Constant("%")}}}]
)
@pytest.mark.parametrize("lead", ["{%s}", "{_or: [{%s}, {id: {_lt: 0}}]}", "{_not: {_not: {%s}}}"])
async def test_a_condition_does_not_tell_which_hidden_rows_lead_to_what_is_shown(
    guarded: Lane, rule: Mapping[str, object], lead: str
) -> None:
    # The people are shown, and to divide by theirs fails; the notes that lead to them are hidden.
    both = dict.fromkeys((Action.SELECT, Action.AGGREGATE), (RowRule(rule, "test:1"),))
    lane = guarded.under({"note": TableGuards(both)}, tenant=3, name="Nobody")
    query = f"{{ note(where: {lead % 'person: {quotient: {_gt: 0}}'}) {{ id }} }}"
    assert (await lane.run(query)).data == b'{"note":[]}'
    assert (await guarded.run(query)).errors


async def test_the_same_conditions_fail_on_a_row_that_is_shown(guarded: Lane) -> None:
    lane = guarded.under(guards(_MINE), tenant=2)
    for where in ('{name: {_regex: "("}}', "{quotient: {_gt: 0}}", '{facts: {_cast: {String: {_regex: "("}}}}'):
        answer = await lane.run(f"{{ person(where: {where}) {{ id }} }}")
        assert answer.codes == [Code.BAD_USER_INPUT], where
    assert (await lane.run("{ ratio(where: {level: {_gt: 0}}) { id } }")).errors


async def test_one_plan_serves_callers_of_different_claims(guarded: Lane) -> None:
    made, query = guards(_MINE), "{ person(order_by: {id: asc}) { id } }"
    first = await guarded.under(made, tenant=1).run(query)
    second = await guarded.under(made, tenant=2).run(query)
    assert second.cached
    assert first.data == b'{"person":[{"id":1},{"id":2},{"id":3}]}'
    assert second.data == b'{"person":[{"id":8},{"id":9}]}'


async def test_a_claim_is_never_in_the_statement(guarded: Lane) -> None:
    _, planned = guarded.under(guards(_MINE), tenant=777123).plan("{ person(where: {id: {_eq: 555}}) { id } }")
    statement = planned.plan.statement
    assert statement is not None and "777123" not in statement.sql and "555" not in statement.sql
    assert 777123 in planned.values


async def test_variables_named_like_claims_are_other_values(guarded: Lane) -> None:
    lane = guarded.under(guards(_MINE), tenant=1)
    query = "query ($tenant: Int) { person(where: {tenant_id: {_eq: $tenant}}) { id } }"
    assert (await lane.run(query, {"tenant": 2})).data == b'{"person":[]}'


async def test_aggregates_have_rules_of_their_own(guarded: Lane) -> None:
    selected = guarded.under(guards(_MINE, Action.SELECT), tenant=1)
    fields = "aggregate { count } nodes { id }"
    counted = await selected.run(f"{{ person_aggregate(order_by: {{id: asc}}, limit: 4) {{ {fields} }} }}")
    assert counted.data == b'{"person_aggregate":{"aggregate":{"count":4},"nodes":[{"id":1},{"id":2},{"id":3}]}}'
    aggregated = guarded.under(guards(_MINE, Action.AGGREGATE), tenant=1)
    answer = await aggregated.run("{ person_aggregate { aggregate { count } nodes { id } } tenant { id } }")
    assert answer.data is not None and b'"count":3' in answer.data and b'{"id":2}' in answer.data.split(b"tenant")[1]
    assert b'{"id":8}' not in answer.data


def _said(answer: Answer) -> tuple[object, ...]:
    return answer.data, answer.codes, answer.cuts
