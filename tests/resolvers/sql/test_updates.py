"""Updates and deletes: operators, which rows, and their order."""

from __future__ import annotations

import asyncio
import json

import asyncpg
import pytest

from narthex.errors import Code
from schema.model import Action
from tests.resolvers.sql.conftest import WriterMaker
from tests.writing import Writer


async def test_each_operator(writer: Writer) -> None:
    query = "mutation { update_document_by_pk(pk_columns: {id: 900}, %s) { body } }"
    for operators, old, new in (
        ("_set: {body: [1]}", {}, [1]),
        ("_set: {body: null}", {}, None),
        ("_append: {body: {b: 2}}", {"a": 1}, {"a": 1, "b": 2}),
        ("_append: {body: [3]}", [1, 2], [1, 2, 3]),
        ("_prepend: {body: [0]}", [1, 2], [0, 1, 2]),
        ('_delete_key: {body: "a"}', {"a": 1, "b": 2}, {"b": 2}),
        ("_delete_elem: {body: 1}", [1, 2, 3], [1, 3]),
        ("_delete_elem: {body: -1}", [1, 2, 3], [1, 2]),
        ('_delete_at_path: {body: ["a", "1"]}', {"a": [1, 2]}, {"a": [1]}),
    ):
        async with writer.after(f"insert into public.document values (900, '{json.dumps(old)}')"):
            result = await writer.run(query % operators)
        assert result.data == {"update_document_by_pk": {"body": new}}, operators


async def test_numbers_are_increased(writer: Writer) -> None:
    query = """mutation { update_articles(where: {id: {_eq: 1}}, _inc: {views: 5, price: 0.25, score: -1.5},
            _set: {editor_id: null})
        { affected_rows returning { views price score editor_id } } }"""
    before = await writer.connection.fetchrow("select views, price, score from public.articles where id = 1")
    result = await writer.run(query)
    assert result.data is not None, result.error
    (row,) = result.data["update_articles"]["returning"]
    assert row["views"] == before["views"] + 5
    assert row["editor_id"] is None
    assert result.steps[0].action is Action.UPDATE


@pytest.mark.parametrize(
    "arguments",
    [
        "where: {}",
        "where: {}, _set: null",
        'where: {}, _set: {title: "a"}, _inc: {title: 1}',
        "where: {}, _set: {views: 1}, _inc: {views: 1}",
        "where: {}, _inc: {views: null}",
        "where: {id: {_eq: null}}, _set: {views: 1}",
        "where: {id: {}}, _set: {views: 1}",
        "where: {_and: []}, _set: {views: 1}",
        "where: {_and: [{}, {}]}, _set: {views: 1}",
        "where: {_not: {_or: []}}, _set: {views: 1}",
        "where: {_or: [{id: {_eq: 1}}, {}]}, _set: {views: 1}",
        "where: {id: {_eq: $absent}}, _set: {views: 1}",
        "where: {_and: [{id: {_eq: 1}}, {views: {_eq: $absent}}]}, _set: {views: 1}",
        "where: {id: {_eq: 1}, views: $comparison}, _set: {views: 1}",
    ],
)
async def test_updates_that_do_not_say_what_they_mean(writer: Writer, arguments: str) -> None:
    variables = ("$absent: bigint", "$comparison: bigint_comparison_exp")
    used = [each for each in variables if each.split(":")[0] in arguments]
    declared = f"({', '.join(used)})" if used else ""
    result = await writer.run(f"mutation {declared} {{ update_articles({arguments}) {{ affected_rows }} }}")
    assert result.code in (Code.BAD_USER_INPUT, Code.GRAPHQL_VALIDATION_FAILED)


async def test_all_rows_are_meant_by_an_empty_condition_alone(writer: Writer) -> None:
    literal = await writer.run('mutation { update_team(where: {}, _set: {name: "a"}) { affected_rows } }')
    assert literal.affected > 1
    query = "mutation ($where: team_bool_exp!) { delete_team(where: $where) { affected_rows } }"
    assert (await writer.run(query, {"where": {"_and": [{}]}})).code is Code.BAD_USER_INPUT
    assert (await writer.run(query, {"where": {"id": {}}})).code is Code.BAD_USER_INPUT
    assert (await writer.run(query, {"where": {"id": {"_eq": -1}}})).affected == 0


async def test_nothing_to_set_changes_nothing(writer: Writer) -> None:
    result = await writer.run("mutation { update_team(where: {}, _set: {}) { affected_rows returning { id } } }")
    assert result.data == {"update_team": {"affected_rows": 0, "returning": []}}
    one = await writer.run("mutation { update_team_by_pk(pk_columns: {id: 1}, _set: {}) { id } }")
    assert one.data == {"update_team_by_pk": None}


async def test_the_row_of_a_key(writer: Writer) -> None:
    query = 'mutation ($id: Int!) { update_team_by_pk(pk_columns: {id: $id}, _set: {name: "new"}) { id name } }'
    assert (await writer.run(query, {"id": 1})).data == {"update_team_by_pk": {"id": 1, "name": "new"}}
    assert (await writer.run(query, {"id": -1})).data == {"update_team_by_pk": None}
    both = await writer.run(
        "mutation { update_link_by_pk(pk_columns: {source: 1, target: 2}, _inc: {weight: 1}) { source weight } }"
    )
    assert both.error is None


async def test_relationships_are_returned_in_their_new_state(writer: Writer) -> None:
    result = await writer.run(
        'mutation { update_author(where: {id: {_in: [1, 3]}}, _set: {mentor_id: 2, name: "X"})'
        " { returning { mentor { name } authors(order_by: {id: asc}) { id name } } } }"
    )
    assert result.data is not None
    assert not result.writes[0].single
    mentor = await writer.run(
        'mutation { update_author(where: {}, _set: {name: "Same", mentor_id: 1}) { returning { mentor { name } } } }'
    )
    assert mentor.data is not None
    assert {row["mentor"]["name"] for row in mentor.data["update_author"]["returning"]} == {"Same"}


async def test_a_key_that_foreign_keys_hand_on_is_returned_with_what_they_did(writer: Writer) -> None:
    tagged = "insert into public.tag (name) values ('old'); insert into public.article_tag values (1, 'old')"
    query = """mutation { update_tag(where: {name: {_eq: "old"}}, _set: {name: "renamed"})
        { returning { name article_tags_by_tag { tag } } } }"""
    async with writer.after(tagged):
        result = await writer.run(query)
    assert result.data == {
        "update_tag": {"returning": [{"name": "renamed", "article_tags_by_tag": [{"tag": "renamed"}]}]}
    }


async def test_several_updates_run_one_after_the_other(writer: Writer) -> None:
    result = await writer.run(
        """mutation { update_team_many(updates: [
            {where: {id: {_eq: 1}}, _set: {name: "first"}},
            {where: {name: {_eq: "first"}}, _set: {name: "second"}},
            {where: {id: {_eq: -1}}, _set: {name: "third"}}]) { affected_rows returning { name } } }"""
    )
    assert result.data == {
        "update_team_many": [
            {"affected_rows": 1, "returning": [{"name": "first"}]},
            {"affected_rows": 1, "returning": [{"name": "second"}]},
            {"affected_rows": 0, "returning": []},
        ]
    }
    assert result.affected == 2
    alone = await writer.run(
        'mutation { update_team_many(updates: [{where: {id: {_eq: 1}}, _set: {name: "a"}}]) { affected_rows } }'
    )
    assert alone.data == {"update_team_many": [{"affected_rows": 1}]}
    assert alone.writes[0].single
    none = await writer.run("mutation { update_team_many(updates: []) { affected_rows } }")
    assert none.data == {"update_team_many": []}
    absent = """mutation ($id: Int) { update_team_many(updates: [{where: {id: {_eq: $id}}, _set: {name: "a"}}])
        { affected_rows } }"""
    assert (await writer.run(absent)).code is Code.BAD_USER_INPUT


async def test_deletes(writer: Writer) -> None:
    one = await writer.run("mutation { delete_document_by_pk(id: 1) { id } }")
    assert one.data == {"delete_document_by_pk": {"id": 1}}
    assert (await writer.run("mutation { delete_document_by_pk(id: -1) { id } }")).data == {
        "delete_document_by_pk": None
    }
    assert (
        await writer.run("mutation ($i: Int) { delete_document(where: {id: {_eq: $i}}) { affected_rows } }")
    ).code is Code.BAD_USER_INPUT


async def test_updates_of_one_row_at_once_all_count(writer_of: WriterMaker) -> None:
    table = "CREATE TABLE counter (id int PRIMARY KEY, n int NOT NULL, open bool NOT NULL)"
    writer = (await writer_of(f"{table}; INSERT INTO counter VALUES (1, 0, true)")).under(
        '* @auth(roles: ["agent"], on: [SELECT, UPDATE])\ncounter @rows(filter: {open: {_eq: true}}, on: [UPDATE])'
    )
    query = "mutation { update_counter(where: {id: {_eq: 1}, n: {_gte: 0}}, _inc: {n: 1}) { affected_rows } }"
    (write,), inputs = writer.compile(query, role="agent")
    values = [bind(inputs) for bind in write.statement.binds]
    connections = [await asyncpg.connect(writer.url) for _ in range(20)]

    async def increase(connection: asyncpg.Connection) -> int:
        return sum([(await connection.fetchrow(write.statement.sql, *values))[1] for _ in range(10)])

    try:
        assert sum(await asyncio.gather(*map(increase, connections))) == 200
        assert await writer.connection.fetchval("SELECT n FROM public.counter") == 200
        # Who waits for a row sees it as it has become, and that it is not his any more.
        async with writer.connection.transaction():
            await writer.connection.execute("UPDATE public.counter SET open = false")
            late = asyncio.ensure_future(increase(connections[0]))
            await asyncio.sleep(0.2)
        assert await late == 0
    finally:
        for connection in connections:
            await connection.close()
