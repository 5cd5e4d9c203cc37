"""Writes under policies: rules for old rows and new ones, presets, masks, triggers."""

from __future__ import annotations

import pytest

from narthex.errors import Code
from tests.resolvers.sql.conftest import WriterMaker
from tests.writing import Writer

OPEN = '* @auth(roles: ["agent"], on: [SELECT, AGGREGATE, INSERT, UPDATE, DELETE])\n'


async def run(writer: Writer, policy: str, query: str, claims: dict[str, object] | None = None, **more: bool):
    return await writer.under(OPEN + policy, **(claims or {})).run(query, role="agent", **more)


async def test_new_rows_meet_the_check(writer: Writer) -> None:
    policy = 'team @rows(filter: {name: {_eq: "mine"}}, on: [INSERT])'
    good = await run(writer, policy, 'mutation { insert_team_one(object: {id: 900, name: "mine"}) { id } }')
    assert good.data == {"insert_team_one": {"id": 900}}, good.error
    query = 'mutation { insert_team(objects: [{id: 900, name: "mine"}, {id: 901, name: "other"}]) { affected_rows } }'
    bad = await run(writer, policy, query)
    assert bad.code is Code.FORBIDDEN
    assert bad.error is not None
    assert bad.error.coordinate == "team"
    assert not await writer.connection.fetchval("select count(*) from public.team where id >= 900")


async def test_a_check_that_is_null_is_not_met(writer: Writer) -> None:
    policy = 'scratch @rows(filter: {body: {_eq: "mine"}}, on: [INSERT])'
    result = await run(writer, policy, "mutation { insert_scratch_one(object: {id: 900}) { id } }")
    assert result.code is Code.FORBIDDEN


async def test_a_claim_that_is_missing_forbids(writer: Writer) -> None:
    policy = 'team @rows(filter: {_not: {name: {_eq: "$claim.team"}}}, on: [INSERT, UPDATE, DELETE])'
    insert = 'mutation { insert_team_one(object: {id: 900, name: "a"}) { id } }'
    assert (await run(writer, policy, insert)).code is Code.FORBIDDEN
    assert (await run(writer, policy, insert, {"team": "b"})).affected == 1
    update = 'mutation { update_team(where: {}, _set: {name: "a"}) { affected_rows } }'
    assert (await run(writer, policy, update)).affected == 0
    delete = "mutation { delete_match(where: {id: {_lt: 0}}) { affected_rows } }"
    assert (await run(writer, policy, delete)).affected == 0


async def test_nested_rows_meet_their_checks(writer: Writer) -> None:
    policy = "match @rows(filter: {home_goals: {_gt: 0}}, on: [INSERT])"
    query = """mutation { insert_team_one(object: {id: 900, name: "a", matches_by_home_team_id: {data: [
        {id: 900, away_team_id: 1, home_goals: 1}, {id: 901, away_team_id: 2, home_goals: %s}]}}) { id } }"""
    assert (await run(writer, policy, query % "2")).affected == 3
    assert (await run(writer, policy, query % "0")).code is Code.FORBIDDEN


async def test_a_check_reads_rows_that_the_same_mutation_writes(writer: Writer) -> None:
    policy = 'match @rows(filter: {home_team: {name: {_eq: "mine"}}}, on: [INSERT])'
    query = """mutation { insert_team_one(object: {id: 900, name: "%s",
        matches_by_home_team_id: {data: [{id: 900, away_team_id: 1}]}}) { id } }"""
    assert (await run(writer, policy, query % "mine")).affected == 2
    other = await run(writer, policy, query % "other")
    assert other.code is Code.FORBIDDEN
    assert not other.writes[0].single


async def test_a_check_reads_other_tables_in_one_statement(writer: Writer) -> None:
    policy = "match @rows(filter: {home_team: {id: {_eq: 1}}}, on: [INSERT])"
    query = "mutation { insert_match_one(object: {id: 900, home_team_id: %s, away_team_id: 900}) { id } }"
    async with writer.after("insert into public.team values (900, 'x')"):
        good = await run(writer, policy, query % 1)
        assert good.affected == 1, good.error
        assert good.writes[0].single
        assert (await run(writer, policy, query % 2)).code is Code.FORBIDDEN


async def test_old_rows_meet_the_filters_of_the_action_and_of_reading(writer: Writer) -> None:
    policy = (
        "team @rows(filter: {id: {_lt: 3}}, on: [UPDATE, DELETE])\nteam @rows(filter: {id: {_gt: 1}}, on: [SELECT])"
    )
    query = 'mutation { update_team(where: {}, _set: {name: "x"}) { affected_rows returning { id } } }'
    assert (await run(writer, policy, query)).data == {"update_team": {"affected_rows": 1, "returning": [{"id": 2}]}}
    by_key = 'mutation { update_team_by_pk(pk_columns: {id: %s}, _set: {name: "x"}) { id } }'
    assert (await run(writer, policy, by_key % 1)).data == {"update_team_by_pk": None}
    assert (await run(writer, policy, by_key % 2)).data == {"update_team_by_pk": {"id": 2}}
    delete = "mutation { delete_team(where: {}) { affected_rows } }"
    async with writer.after("delete from public.match"):
        assert (await run(writer, policy, delete)).affected == 1


async def test_new_rows_of_an_update_meet_its_check(writer: Writer) -> None:
    policy = 'team @rows(filter: {id: {_gt: 0}}, check: {name: {_neq: "taken"}}, on: [UPDATE])'
    query = 'mutation { update_team(where: {id: {_eq: 1}}, _set: {name: "%s"}) { affected_rows } }'
    assert (await run(writer, policy, query % "free")).affected == 1
    assert (await run(writer, policy, query % "taken")).code is Code.FORBIDDEN


async def test_returned_rows_are_those_that_may_be_read(writer: Writer) -> None:
    policy = 'team @rows(filter: {name: {_eq: "seen"}}, on: [SELECT])'
    query = """mutation { insert_team(objects: [{id: 900, name: "unseen"}, {id: 901, name: "seen"}])
        { affected_rows returning { id } } }"""
    result = await run(writer, policy, query)
    assert result.data == {"insert_team": {"affected_rows": 2, "returning": [{"id": 901}]}}
    one = await run(writer, policy, 'mutation { insert_team_one(object: {id: 900, name: "unseen"}) { id } }')
    assert one.data == {"insert_team_one": None}
    assert one.affected == 1


async def test_presets_are_written_and_cannot_be_given(writer: Writer) -> None:
    policy = 'team @preset(set: {name: "$claim.team"}, on: [INSERT, UPDATE])'
    claims: dict[str, object] = {"team": "forced"}
    result = await run(
        writer, policy, "mutation { insert_team(objects: [{id: 900}, {id: 901}]) { returning { name } } }", claims
    )
    assert result.data == {"insert_team": {"returning": [{"name": "forced"}, {"name": "forced"}]}}, result.error
    given = await run(writer, policy, 'mutation { insert_team_one(object: {id: 900, name: "mine"}) { id } }', claims)
    assert given.code is Code.GRAPHQL_VALIDATION_FAILED
    missing = await run(writer, policy, "mutation { insert_team_one(object: {id: 900}) { id } }")
    assert missing.code is Code.FORBIDDEN
    updated = await run(
        writer,
        policy,
        "mutation { update_team_by_pk(pk_columns: {id: 1}, _set: {id: 950}) { name } }",
        claims,
    )
    assert updated.error is not None or updated.data == {"update_team_by_pk": {"name": "forced"}}
    conflict = await run(
        writer,
        policy,
        """mutation { insert_team_one(object: {id: 1}, on_conflict: {constraint: team_pkey, update_columns: [id]})
            { id name } }""",
        claims,
    )
    assert conflict.data == {"insert_team_one": {"id": 1, "name": "forced"}}, conflict.error


async def test_a_preset_can_be_null(writer: Writer) -> None:
    policy = "match @preset(set: {away_goals: null}, on: [INSERT, UPDATE])"
    for mutation in (
        "insert_match_one(object: {id: 900, home_team_id: 1, away_team_id: 1}) { away_goals }",
        "update_match_by_pk(pk_columns: {id: 1}, _set: {home_goals: 1}) { away_goals }",
    ):
        result = await run(writer, policy, f"mutation {{ it: {mutation} }}")
        assert result.data == {"it": {"away_goals": None}}, result.error


async def test_a_preset_column_cannot_be_determined_by_nesting(writer: Writer) -> None:
    policy = "match @preset(set: {home_team_id: 1}, on: [INSERT])"
    query = """mutation { insert_team_one(object: {id: 900, name: "a",
        matches_by_home_team_id: {data: [{id: 900, away_team_id: 1}]}}) { id } }"""
    assert (await run(writer, policy, query)).code in (Code.BAD_USER_INPUT, Code.GRAPHQL_VALIDATION_FAILED)


ARMS = """
team @rows(filter: {name: {_eq: "inserted"}}, on: [INSERT])
team @rows(filter: {id: {_neq: 2}}, check: {name: {_eq: "updated"}}, on: [UPDATE])
"""


@pytest.mark.parametrize(
    ("objects", "affected"),
    [
        ('{id: 900, name: "inserted"}', 1),
        ('{id: 900, name: "updated"}', None),
        ('{id: 1, name: "updated"}', 1),
        ('{id: 1, name: "inserted"}', None),
        ('{id: 900, name: "inserted"}, {id: 1, name: "updated"}, {id: 901, name: "inserted"}', 3),
        ('{id: 1, name: "updated"}, {id: 900, name: "updated"}', None),
        ('{id: 900, name: "inserted"}, {id: 1, name: "inserted"}', None),
        ('{id: 2, name: "updated"}, {id: 900, name: "inserted"}', 1),
        ('{id: 2, name: "updated"}, {id: 900, name: "updated"}', None),
    ],
)
async def test_both_arms_of_a_conflict_meet_their_own_check(writer: Writer, objects: str, affected: int | None) -> None:
    query = f"""mutation {{ insert_team(objects: [{objects}],
        on_conflict: {{constraint: team_pkey, update_columns: [name]}}) {{ affected_rows }} }}"""
    result = await run(writer, ARMS, query)
    if affected is None:
        assert result.code is Code.FORBIDDEN
    else:
        assert result.affected == affected, result.error
        assert result.writes[0].single


async def test_masks_hold_for_what_is_returned_and_for_diffs(writer: Writer) -> None:
    policy = "team.name @mask(with: REDACT)"
    query = 'mutation { update_team_by_pk(pk_columns: {id: 1}, _set: {name: "secret"}) { id name } }'
    result = await run(writer, policy, query, dry=True)
    assert result.data == {"update_team_by_pk": {"id": 1, "name": "***"}}
    shown = {"id": 1, "name": "***"}
    assert result.diff == [{"entity": "team", "before": shown, "after": shown}]


async def test_a_diff_shows_what_may_be_read(writer: Writer) -> None:
    policy = 'team @rows(filter: {name: {_neq: "hidden"}}, on: [SELECT])'
    query = 'mutation { update_team(where: {id: {_eq: 1}}, _set: {name: "hidden"}) { affected_rows } }'
    before = await writer.connection.fetchval("select name from public.team where id = 1")
    result = await run(writer, policy, query, dry=True)
    assert result.diff == [{"entity": "team", "before": {"id": 1, "name": before}, "after": None}]
    nested = """mutation { insert_team_one(object: {id: 900, name: "a",
        matches_by_home_team_id: {data: [{id: 900, away_team_id: 1}]}}) { id } }"""
    inserted = await run(writer, policy, nested, dry=True)
    assert [(each["entity"], each["before"]) for each in inserted.diff] == [("team", None), ("match", None)]
    upsert = """mutation { insert_team(objects: [{id: 1, name: "b"}, {id: 900, name: "c"}],
        on_conflict: {constraint: team_pkey, update_columns: [name]}) { affected_rows } }"""
    upserted = await run(writer, policy, upsert, dry=True)
    assert [each["before"] for each in upserted.diff] == [{"id": 1, "name": before}, None]


async def test_returned_rows_are_as_many_as_a_policy_allows(writer: Writer) -> None:
    policy = "team @limits(max_rows: 2)"
    result = await run(
        writer, policy, 'mutation { update_team(where: {}, _set: {name: "x"}) { affected_rows returning { id } } }'
    )
    assert result.data is not None, result.error
    assert len(result.data["update_team"]["returning"]) == 2
    assert [(cut.path, cut.limit) for cut in result.cuts] == [(("update_team", "returning"), 2)]
    inserted = await run(
        writer,
        policy,
        """mutation { insert_team(objects: [{id: 900, name: "a"}, {id: 901, name: "b"}, {id: 902, name: "c"}])
            { affected_rows returning { id } } }""",
    )
    assert inserted.data == {"insert_team": {"affected_rows": 3, "returning": [{"id": 900}, {"id": 901}]}}


async def test_a_diff_shows_as_many_rows_as_a_policy_allows(writer: Writer) -> None:
    query = 'mutation { update_team(where: {}, _set: {name: "x"}) { affected_rows } }'
    result = await run(writer, "team @limits(max_rows: 2)", query, dry=True)
    assert len(result.diff) == 2, result.error
    nested = """mutation { insert_team(objects: [{id: 900, name: "a", matches_by_home_team_id: {data: [
        {id: 900, away_team_id: 1}, {id: 901, away_team_id: 2}]}}]) { affected_rows } }"""
    result = await run(writer, "match @limits(max_rows: 1)", nested, dry=True)
    assert [each["entity"] for each in result.diff] == ["team", "match"], result.error


KEYED = """
CREATE TABLE doc (id int PRIMARY KEY, tenant int NOT NULL, slug text NOT NULL, body text, UNIQUE (tenant, slug));
INSERT INTO doc VALUES (1, 2, 'a', 'old');
"""
MOVING = """
doc @preset(set: {tenant: 1}, on: [UPDATE])
doc @rows(filter: {id: {_gt: 0}}, check: {body: {_eq: "inserted"}}, on: [INSERT])
doc @rows(filter: {id: {_gt: 0}}, check: {body: {_eq: "updated"}}, on: [UPDATE])
"""


@pytest.mark.parametrize("bodies", [("inserted",), ("updated", "updated"), ("inserted", "updated")])
async def test_a_conflict_whose_key_is_preset_meets_both_checks(
    writer_of: WriterMaker, bodies: tuple[str, ...]
) -> None:
    keyed = await writer_of(KEYED)
    objects = ", ".join(f'{{id: {900 + n}, tenant: 2, slug: "a", body: "{body}"}}' for n, body in enumerate(bodies))
    query = f"""mutation {{ insert_doc(objects: [{objects}],
        on_conflict: {{constraint: doc_tenant_slug_key, update_columns: [body]}}) {{ affected_rows }} }}"""
    assert (await run(keyed, MOVING, query)).code is Code.FORBIDDEN


async def test_a_key_that_waits_is_no_target_of_conflicts(writer_of: WriterMaker) -> None:
    waiting = await writer_of("CREATE TABLE doc (id int PRIMARY KEY, place int UNIQUE DEFERRABLE);")
    query = "mutation { insert_doc_one(object: {id: 1}, on_conflict: {constraint: %s}) { id } }"
    assert (await run(waiting, "", query % "doc_pkey")).affected == 1
    assert (await run(waiting, "", query % "doc_place_key")).code is Code.GRAPHQL_VALIDATION_FAILED


HANDED_ON = """
CREATE TABLE owner (id int PRIMARY KEY, name text UNIQUE, kind text);
CREATE TABLE part (owner_id int REFERENCES owner ON UPDATE CASCADE, n int, PRIMARY KEY (owner_id, n));
"""


async def test_a_row_whose_key_is_changed_after_it_does_not_escape_its_check(writer_of: WriterMaker) -> None:
    handed_on = await writer_of(HANDED_ON)
    policy = 'part @rows(filter: {owner: {kind: {_eq: "mine"}}}, on: [INSERT])'
    query = """mutation { insert_owner(objects: [{id: 1, name: "a", kind: "%s", parts: {data: [{n: 1}]}}, %s],
        on_conflict: {constraint: owner_name_key, update_columns: [id]}) { affected_rows } }"""
    assert (await run(handed_on, policy, query % ("mine", '{id: 2, name: "b"}'))).affected == 3
    assert (await run(handed_on, policy, query % ("other", '{id: 2, name: "b"}'))).code is Code.FORBIDDEN
    assert (await run(handed_on, policy, query % ("other", '{id: 2, name: "a"}'))).code is Code.FORBIDDEN
    await handed_on.connection.execute(
        "INSERT INTO public.owner VALUES (7, 'c', 'mine');"
        " INSERT INTO public.part VALUES (7, 1)"
    )
    moved = '{id: 2, name: "a"}, {id: 1, name: "c"}'
    assert (await run(handed_on, policy, query % ("other", moved))).code is Code.FORBIDDEN
    taken = """{id: 2, name: "a"}, {id: 1, name: "b", kind: "mine", parts: {data: [{n: 1}]}}"""
    assert (await run(handed_on, policy, query % ("other", taken))).code is Code.FORBIDDEN


async def test_a_check_sees_rows_whose_keys_an_upsert_hands_on(writer_of: WriterMaker) -> None:
    handed_on = await writer_of(HANDED_ON + "INSERT INTO owner VALUES (1, 'a', 'x'); INSERT INTO part VALUES (1, 6);")
    policy = "owner @rows(filter: {id: {_gt: 0}}, check: {_not: {parts: {n: {_gt: 5}}}}, on: [INSERT, UPDATE])"
    query = """mutation { insert_owner(objects: [{id: 2, name: "%s"}],
        on_conflict: {constraint: owner_name_key, update_columns: [id]}) { returning { parts { n } } } }"""
    assert (await run(handed_on, policy, query % "b")).affected == 1
    assert (await run(handed_on, policy, query % "a")).code is Code.FORBIDDEN
    assert (await run(handed_on, "", query % "a")).data == {"insert_owner": {"returning": [{"parts": [{"n": 6}]}]}}
