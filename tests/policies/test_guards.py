"""What narrows open tables: read against the schema, put together for one caller, closed where it cannot hold."""

from __future__ import annotations

from typing import Any

import pytest

from narthex.principal import Grants
from policies.guards import UNGUARDED, Claim, Constant, Masking, TableGuards
from policies.problems import PolicyError
from schema.catalog import Column, PgType, RelationKind, Table
from schema.model import Action, Entity, Model, Requires
from tests.policies.store import contract, grants, model, policy

TEXT, INT, BIGINT = (PgType("pg_catalog", name) for name in ("text", "int4", "int8"))
TAGS = PgType("pg_catalog", "_text", element=TEXT)


def typed() -> Entity:
    """A table whose columns differ in type."""
    columns = [
        Column("id", BIGINT, nullable=False, identity="a"),
        Column("owner", TEXT, nullable=False),
        Column("size", INT, nullable=True),
        Column("done", PgType("pg_catalog", "bool"), nullable=True),
        Column("tags", TAGS, nullable=True),
        Column("data", PgType("pg_catalog", "jsonb"), nullable=True),
        Column("total", PgType("pg_catalog", "numeric"), nullable=True, generated=True),
    ]
    table = Table("public", "task", RelationKind.TABLE, tuple(columns))
    return Entity("task", table, {column.name: column for column in columns}, {}, ("id",))


MODEL = model(task=typed())


def guards(text: str, by: Grants | None = None, on: str = "task") -> TableGuards:
    return contract(text, by, MODEL).guards(on)


def predicate(text: str) -> Any:
    """The filter of the one `@rows` line whose filter is the text."""
    (rule,) = guards(f"task @rows(filter: {text})").filters[Action.SELECT]
    return rule.predicate


def problem(text: str) -> str:
    with pytest.raises(PolicyError) as refused:
        policy(text, MODEL)
    return str(refused.value)


class TestPredicates:
    @pytest.mark.parametrize(
        ("text", "read"),
        [
            ('{owner: {_eq: "$claim.sub"}}', {"owner": {"_eq": Claim("sub")}}),
            ('{owner: {_eq: "a $claim.sub"}}', {"owner": {"_eq": Constant("a $claim.sub")}}),
            ('{owner: {_eq: "$claimant"}}', {"owner": {"_eq": Constant("$claimant")}}),
            ('{size: {_eq: "$claim.x-most"}}', {"size": {"_eq": Claim("x-most")}}),
            ("{size: {_gt: 3, _lte: 9}}", {"size": {"_gt": Constant(3), "_lte": Constant(9)}}),
            ("{id: {_eq: 9007199254740993}}", {"id": {"_eq": Constant("9007199254740993")}}),
            ("{done: {_is_null: false}}", {"done": {"_is_null": Constant(False)}}),
            ('{size: {_in: "$claim.sizes"}}', {"size": {"_in": Claim("sizes")}}),
            ("{size: {_in: [1, 2]}}", {"size": {"_in": Constant([1, 2])}}),
            ("{size: {_in: 1}}", {"size": {"_in": Constant([1])}}),
            ('{size: {_in: [1, "$claim.n"]}}', {"size": {"_in": (Constant(1), Claim("n"))}}),
            ('{tags: {_contains: ["a", "$claim.t"]}}', {"tags": {"_contains": (Constant("a"), Claim("t"))}}),
            ('{tags: {_in: [["a"], "$claim.t"]}}', {"tags": {"_in": (Constant(["a"]), Claim("t"))}}),
            ('{data: {_contains: {a: [1, "x"]}}}', {"data": {"_contains": Constant({"a": [1, "x"]})}}),
            ('{data: {_has_key: "$claim.k"}}', {"data": {"_has_key": Claim("k")}}),
            ('{data: {_cast: {String: {_like: "a%"}}}}', {"data": {"_cast": {"String": {"_like": Constant("a%")}}}}),
            (
                '{_or: [{done: {_eq: true}}, {_not: {owner: {_ilike: "b"}}}]}',
                {"_or": ({"done": {"_eq": Constant(True)}}, {"_not": {"owner": {"_ilike": Constant("b")}}})},
            ),
            (
                '{_exists: {_table: "customer", _where: {invoices: {total: {_eq: "$claim.t"}}}}}',
                {"_exists": {"_table": "customer", "_where": {"invoices": {"total": {"_eq": Claim("t")}}}}},
            ),
            (
                '{_exists: {_table: "customer", _where: {invoices_aggregate: {count: {predicate: {_gt: 3}}}}}}',
                {
                    "_exists": {
                        "_table": "customer",
                        "_where": {"invoices_aggregate": {"count": {"predicate": {"_gt": Constant(3)}}}},
                    }
                },
            ),
        ],
    )
    def test_are_read_as_their_table_has_them(self, text: str, read: object) -> None:
        assert predicate(text) == read

    @pytest.mark.parametrize(
        ("text", "place", "says"),
        [
            ("3", "20", "'task' takes an object."),
            ("{ownr: {_eq: 1}}", "21", "'task' has no column or relationship 'ownr'. Did you mean 'owner'?"),
            ("{size: {_like: 1}}", "28", "'task.size' takes no '_like'. Did you mean '_lte'"),
            ("{size: 1}", "27", "'task.size' takes an object. Write {_eq: …}."),
            ("{size: {}}", "27", "The condition on 'task.size' is empty."),
            ('{size: {_eq: "x"}}', "33", "The value does not fit 'task.size': Int cannot represent"),
            ("{size: {_in: [1, true]}}", "37", "The value does not fit 'task.size'"),
            ("{size: {_in: [1, null]}}", "37", "A list for 'task.size' has a null."),
            ("{owner: {_eq: null}}", "34", "'task.owner' is compared with null. Use {_is_null: true}"),
            ("{owner: null}", "28", "'task.owner' is compared with null."),
            ("{id: {_eq: 92233720368547758070}}", "31", "The value does not fit 'task.id': Not a value of 'bigint'"),
            ('{owner: {_eq: "$claim."}}', "34", "'$claim.' is no claim. A claim is all of the string"),
            ('{owner: {_eq: "$claim.a b"}}', "34", "is no claim."),
            ('{owner: {_eq: "$claims.a"}}', "34", "is no claim."),
            ('{owner: {_eq: "$Claim.a"}}', "34", "is no claim."),
            ('{data: {_contains: {a: "$claim.x"}}}', "43", "'$claim.x' stands inside a JSON value."),
            ('{data: {_contains: ["$claim.x"]}}', "40", "'$claim.x' stands inside a JSON value."),
            ('{owner: {_is_null: "$claim.x"}}', "39", "'_is_null' takes no claim."),
            ('{_exists: {_table: "custmer", _where: {}}}', "39", "no table 'custmer'. Did you mean 'customer'?"),
            ('{_exists: {_table: "customer"}}', "21", "'_exists' takes a table and a condition."),
            ('{_exists: {_table: "customer", _where: {a: 1}}}', "60", "'customer' has no column or relationship 'a'"),
            ("{_and: {size: {_gte: []}}}", "41", "The value does not fit 'task.size'"),
        ],
    )
    def test_mistakes_have_their_place(self, text: str, place: str, says: str) -> None:
        found = problem(f"task @rows(filter: {text})")
        assert f"policies/test.policy:1:{place}: " in found, found
        assert says in found, found

    def test_all_mistakes_of_a_line_are_told(self) -> None:
        found = problem("task @rows(filter: {a: {_eq: 1}, size: {_lk: 1}}, check: {_not: {owner: {_eq: 1}}})")
        assert len(found.splitlines()) == 3


class TestLines:
    @pytest.mark.parametrize(
        ("line", "place", "says"),
        [
            ("tsk @rows(filter: {a: {_eq: 1}})", "1", "There is no table 'tsk'. Did you mean 'task'?"),
            ("task.ownr @mask(with: NULL)", "1", "There is no column or relationship 'task.ownr'. Did you mean"),
            ("task.owner @rows(filter: {a: {_eq: 1}})", "1", "'task.owner' names a part of one. Write it on 'task'."),
            ("Query.task @rows(filter: {a: {_eq: 1}})", "1", "Write it on 'task': it holds on every path"),
            ("bucket:b @limits(max_rows: 1)", "1", "'@limits' guards tables, and 'bucket:b' names none."),
            ("task @mask(with: NULL)", "1", "'@mask' guards columns, and 'task' names a table. Name a column."),
            ("customer.invoices @mask(with: NULL)", "1", "'customer.invoices' is a relationship. Name a column."),
            ("task.size @mask(with: LAST4)", "17", "'task.size' is no text, so it cannot be masked with LAST4."),
            ("task.tags @mask(with: REDACT)", "17", "'task.tags' is no text"),
            ("task.owner @mask(with: LAST5)", "24", "Did you mean the enum value 'LAST4'"),
            ("task @rows(filter: {size: {_eq: 1}}, on: [READ])", "38", "There is no action READ for '@rows'."),
            ("task @preset(set: {size: 1}, on: [SELECT])", "30", "no action SELECT for '@preset'. Use INSERT, UPDATE."),
            (
                "task @rows(filter: {size: {_eq: 1}}, check: {size: {_eq: 2}}, on: [SELECT])",
                "38",
                "'check' is about new rows",
            ),
            (
                "t* @rows(filter: {size: {_eq: 1}}, override: true)",
                "36",
                "Only a line that names its coordinate in full",
            ),
            ("task @preset(set: 1)", "14", "'set' holds columns."),
            ("task @preset(set: {sze: 1})", "20", "'task' has no column 'sze'. Did you mean 'size'?"),
            ("task @preset(set: {id: 1})", "20", "'task.id' is always generated by the database."),
            ("task @preset(set: {total: 1})", "20", "'task.total' is always generated by the database."),
            ("task @preset(set: {owner: null})", "27", "'task.owner' cannot be null."),
            ("task @preset(set: {size: true})", "26", "The value does not fit 'task.size'"),
            ('task @preset(set: {tags: ["a", "$claim.t"]})', "20", "The list for 'task.tags' has claims in it."),
            ("task @limits(max_rows: 0)", "14", "'max_rows' must be 1 at least."),
            ("task @limits", "6", "'@limits' limits nothing."),
            ('task @limits(timeout: "1")', "14", "'1' is no length of time. Write a number and s, m, h or d"),
            ('task @limits(max_rows: 1, timeout: "0s")', "27", "'0s' is no length of time."),
            ("task @limits(max_depth: 0)", "14", "'max_depth' must be 1 at least."),
            ("* @rows(filter: {sze: {_eq: 1}})", "18", "has no column or relationship 'sze'"),
        ],
    )
    def test_mistakes_have_their_place(self, line: str, place: str, says: str) -> None:
        found = problem(line)
        assert f"policies/test.policy:1:{place}: " in found, found
        assert says in found, found

    def test_presets_of_one_column_must_agree(self) -> None:
        lines = 'task @preset(set: {size: 1}, roles: ["a"])\n'
        said = "is preset otherwise in policies/test.policy:1."
        assert said in problem(f"{lines}task @preset(set: {{size: 2}})")
        assert said in problem(f"{lines}tas* @preset(set: {{size: 2}})")
        for agreeing in (
            "task @preset(set: {size: 1})",
            'task @preset(set: {size: 2}, roles: ["b"])',
            "task @preset(set: {done: true})",
        ):
            assert policy(lines + agreeing, MODEL).notes == ()
        assert policy("task @preset(set: {size: 1}, on: [INSERT])\ntask @preset(set: {size: 2}, on: [UPDATE])", MODEL)
        assert policy("t* @preset(set: {size: 1})\ntask @preset(set: {size: 2}, override: true)", MODEL)


class TestTogether:
    def test_rows_speak_of_old_and_new_rows(self) -> None:
        found = guards("task @rows(filter: {size: {_gt: 1}}, check: {size: {_gt: 2}})")
        assert set(found.filters) == set(Action) - {Action.INSERT}
        assert set(found.checks) == {Action.INSERT, Action.UPDATE}
        assert found.filters[Action.UPDATE][0].predicate == {"size": {"_gt": Constant(1)}}
        assert found.checks[Action.UPDATE][0].predicate == {"size": {"_gt": Constant(2)}}

    def test_check_is_filter_unless_it_says_otherwise(self) -> None:
        found = guards("task @rows(filter: {size: {_gt: 1}}, on: [INSERT])")
        assert not found.filters
        assert [rule.predicate for rule in found.checks[Action.INSERT]] == [{"size": {"_gt": Constant(1)}}]
        accepting = guards("task @rows(filter: {size: {_gt: 1}}, check: {})")
        assert [rule.predicate for rule in accepting.checks[Action.UPDATE]] == [{}]

    def test_all_rows_lines_must_hold(self) -> None:
        found = guards("task @rows(filter: {size: {_gt: 1}})\nt* @rows(filter: {done: {_eq: true}}, on: [SELECT])")
        assert [rule.source for rule in found.filters[Action.SELECT]] == [
            "policies/test.policy:1",
            "policies/test.policy:2",
        ]
        assert len(found.filters[Action.DELETE]) == 1

    def test_roles_choose_and_admin_is_not_exempt(self) -> None:
        lines = 'task @rows(filter: {size: {_gt: 1}}, roles: ["a", "b"])\ntask @limits(max_rows: 3)'
        assert guards(lines, grants("a")).filters
        assert not guards(lines, grants("c")).filters
        assert not guards(lines, grants("admin")).filters
        assert guards(lines, grants("admin")).max_rows == 3
        assert guards("task @rows(filter: {size: {_gt: 1}})", grants("admin")).filters

    def test_no_line_no_guard(self) -> None:
        assert guards("task @auth") is UNGUARDED
        assert guards("task @auth", on="nothing") is UNGUARDED

    def test_the_smallest_limit_counts(self) -> None:
        assert guards("task @limits(max_rows: 9)\n* @limits(max_rows: 5)\nt* @limits(max_rows: 7)").max_rows == 5
        found = guards('task @limits(max_depth: 4, timeout: "1m")\n* @limits(max_rows: 5, max_depth: 6, timeout: "5s")')
        assert (found.max_rows, found.max_depth, found.timeout_s) == (5, 4, 5)
        lines = 'task @limits(timeout: "9s", roles: ["a"], override: true)\n* @limits(max_depth: 2, timeout: "5s")'
        found, others = guards(lines, grants("a")), guards(lines, grants("b"))
        assert (found.max_depth, found.timeout_s) == (None, 9)
        assert (others.max_depth, others.timeout_s) == (2, 5)

    @pytest.mark.parametrize(
        ("one", "other", "left"),
        [
            ("LAST4", "LAST4", "LAST4"),
            ("LAST4", "NULL", "NULL"),
            ("REDACT", "NULL", "NULL"),
            ("REDACT", "HASH", "REDACT"),
            ("HASH", "LAST4", "REDACT"),
            ("EMAIL", "LAST4", "REDACT"),
        ],
    )
    def test_two_masks_show_no_more_than_either(self, one: str, other: str, left: str) -> None:
        for first, second in ((one, other), (other, one)):
            found = guards(f"task.owner @mask(with: {first})\n*.owner @mask(with: {second})")
            assert found.masks == {"owner": Masking(left)}

    def test_a_scope_unmasks(self) -> None:
        lines = 'task.owner @mask(with: LAST4, unless: ["pii:read", "audit"])'
        assert guards(lines).masks == {"owner": Masking.LAST4}
        assert guards(lines, grants(scopes=["audit"])).masks == {}
        assert guards(f"{lines}\n*.owner @mask(with: NULL)", grants(scopes=["audit"])).masks == {"owner": Masking.NULL}

    def test_a_pattern_masks_what_is_no_text_with_null(self) -> None:
        made = policy("task.* @mask(with: HASH)", MODEL)
        assert made.contract(grants()).guards("task").masks["size"] is Masking.NULL
        assert made.contract(grants()).guards("task").masks["owner"] is Masking.HASH
        assert "policies/test.policy:1: 'task.size' is no text, so it cannot be masked with HASH." in made.notes[1]

    def test_presets_are_by_action(self) -> None:
        found = guards(
            'task @preset(set: {owner: "$claim.sub", size: 3})\ntask @preset(set: {done: null}, on: [UPDATE])'
        )
        assert found.presets == {
            Action.INSERT: {"owner": Claim("sub"), "size": Constant(3)},
            Action.UPDATE: {"owner": Claim("sub"), "size": Constant(3), "done": Constant(None)},
        }


class TestOverride:
    LINES = (
        "* @limits(max_rows: 5)\n"
        'task @limits(max_rows: 50, roles: ["a"], override: true)\n'
        "t* @rows(filter: {size: {_gt: 1}})\n"
        "task @rows(filter: {size: {_gt: 2}})\n"
        'task @rows(filter: {size: {_gt: 3}}, roles: ["a"], on: [SELECT, INSERT], override: true)\n'
        "*.owner @mask(with: NULL)\n"
        'task.owner @mask(with: LAST4, roles: ["a"], unless: ["pii"], override: true)'
    )

    def test_an_exact_line_replaces_patterns_for_those_whom_it_names(self) -> None:
        mine, others = guards(self.LINES), guards(self.LINES, grants("b"))
        assert (mine.max_rows, others.max_rows) == (50, 5)
        assert mine.masks == {"owner": Masking.LAST4}
        assert guards(self.LINES, grants(scopes=["pii"])).masks == {}
        assert others.masks == {"owner": Masking.NULL}

    def test_it_leaves_exact_lines_and_other_actions(self) -> None:
        found = guards(self.LINES)
        sources = {action: [rule.source[-1] for rule in rules] for action, rules in found.filters.items()}
        assert sources[Action.SELECT] == ["4", "5"]
        assert sources[Action.DELETE] == ["3", "4"]
        assert [rule.source[-1] for rule in found.checks[Action.INSERT]] == ["4", "5"]
        assert [rule.source[-1] for rule in found.checks[Action.UPDATE]] == ["3", "4"]


class TestContract:
    def test_masked_and_preset_columns_are_not_there_as_they_are(self) -> None:
        made = contract(
            "task @auth\ntask.owner @mask(with: LAST4)\ntask @preset(set: {size: 1}, on: [INSERT])", None, MODEL
        )
        for action in (Action.SELECT, Action.AGGREGATE, Action.SUBSCRIBE):
            assert made.allows(Requires("task", action, "owner"))
            assert not made.allows(Requires("task", action, "owner", raw=True))
            assert made.allows(Requires("task", action, "size", raw=True))
        assert made.allows(Requires("task", Action.INSERT, "owner", raw=True))
        assert not made.allows(Requires("task", Action.INSERT, "size", raw=True))
        assert made.allows(Requires("task", Action.UPDATE, "size", raw=True))

    def test_what_a_guard_can_make_null(self) -> None:
        made = contract(
            "task.owner @mask(with: LAST4)\ntask @rows(filter: {size: {_eq: 1}}, on: [SELECT])", None, MODEL
        )
        assert made.may_null(Requires("task", Action.SELECT, "owner"))
        assert not made.may_null(Requires("task", Action.SELECT, "size"))
        assert made.may_null(Requires("task", Action.SELECT))
        writes = contract("task @rows(filter: {size: {_eq: 1}}, on: [UPDATE, DELETE, INSERT])", None, MODEL)
        assert not writes.may_null(Requires("task", Action.SELECT))

    def test_what_is_remarked_is_short_and_tells_no_condition(self) -> None:
        lines = 'task.owner @mask(with: LAST4)\ntask @rows(filter: {size: {_eq: 1}})\n* @limits(max_rows: 7)'
        made = contract(lines, None, MODEL)
        remarks = [made.remark(Requires("task", Action.SELECT, column)) for column in (None, "owner", "size")]
        assert remarks == ["(Policy: only some rows, lists of 7 at most.)", "(Policy: masked, LAST4.)", None]
        assert made.remark(Requires("note", Action.SELECT)) == "(Policy: lists of 7 at most.)"
        assert contract("task @auth", None, MODEL).remark(Requires("task", Action.SELECT)) is None

    def test_its_id_changes_with_the_guards(self) -> None:
        lines = ("task @auth", "task @auth\ntask @limits(max_rows: 2)", "task @auth\ntask @limits(max_rows: 3)")
        assert len({contract(line, None, MODEL).id for line in lines}) == 3
        assert len({policy(line, MODEL).version for line in lines}) == 3

    def test_a_guard_that_cannot_hold_closes_what_it_guards(self) -> None:
        lines = '* @auth\n* @rows(filter: {owner: {_eq: "$claim.sub"}}, roles: ["a"], on: [SELECT])'
        made = policy(lines, MODEL)
        assert (
            "policies/test.policy:2: On 'customer': 'customer' has no column or relationship 'owner'." in made.notes[0]
        )
        mine, others = made.contract(grants("a")), made.contract(grants("b"))
        assert not mine.allows(Requires("customer", Action.SELECT))
        assert mine.allows(Requires("customer", Action.UPDATE, "name"))
        assert mine.allows(Requires("task", Action.SELECT))
        assert others.allows(Requires("customer", Action.SELECT))

    def test_admin_finds_it_closed_as_well(self) -> None:
        made = policy('* @rows(filter: {owner: {_eq: "$claim.sub"}})', MODEL).contract(grants("admin"))
        assert not made.allows(Requires("customer", Action.SELECT))
        assert not made.allows(Requires("customer", Action.DELETE))
        assert made.allows(Requires("task", Action.SELECT))

    def test_what_the_database_takes_away_closes(self) -> None:
        lines = (
            'task @auth\ntask @rows(filter: {owner: {_eq: "$claim.sub"}})\n'
            "customer @auth\ncustomer.email @mask(with: EMAIL)\n"
            'customer @preset(set: {phone: "1"}, on: [INSERT])'
        )
        before = policy(lines, MODEL)
        table = typed()
        columns = {name: column for name, column in table.columns.items() if name != "owner"}
        numbers = {
            name: Column(name, INT, nullable=True) if name == "email" else column
            for name, column in MODEL.entities["customer"].columns.items()
            if name != "phone"
        }
        customer = MODEL.entities["customer"]
        changed = Model(
            {
                **MODEL.entities,
                "task": Entity("task", table.table, columns, {}, ("id",)),
                "customer": Entity("customer", customer.table, numbers, customer.relationships, customer.key),
            },
            fingerprint="changed",
        )
        after = policy(lines, changed, before.known)
        made = after.contract(grants())
        assert not any(made.allows(Requires("task", action)) for action in Action)
        assert made.guards("customer").masks == {"email": Masking.NULL}
        assert not made.allows(Requires("customer", Action.INSERT))
        assert made.allows(Requires("customer", Action.UPDATE))
        assert len(after.notes) == 3

    def test_a_pattern_meets_a_new_table_that_it_cannot_guard(self) -> None:
        lines = '* @auth(future: true)\nt* @rows(filter: {owner: {_eq: "$claim.sub"}})'
        before = policy(lines, MODEL)
        note = MODEL.entities["note"]
        later = Model({**MODEL.entities, "token": Entity("token", note.table, note.columns, {})}, fingerprint="later")
        made = policy(lines, later, before.known).contract(grants())
        assert not made.allows(Requires("token", Action.SELECT))
        assert made.allows(Requires("task", Action.SELECT))
