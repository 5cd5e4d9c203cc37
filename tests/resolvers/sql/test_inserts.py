"""Inserts: values, defaults and nulls, rows nested in others, conflicts."""

from __future__ import annotations

from typing import Any

from narthex.errors import Code
from schema.model import Action
from tests.writing import Result, Writer

NEW = """mutation ($objects: [author_insert_input!]!) {
    insert_author(objects: $objects) { affected_rows returning { name active attrs } } }"""


def statements(result: Result) -> int:
    return sum(1 + len(write.then) for write in result.writes)


async def test_what_is_left_out_has_its_default_and_null_is_null(writer: Writer) -> None:
    result = await writer.run(
        """mutation { insert_author(objects: [{name: "a"}, {name: "b", active: false, mood: happy, tags: ["x"]},
            {name: "c", mood: null}])
        { affected_rows returning { name active mood tags } } }"""
    )
    assert result.data == {
        "insert_author": {
            "affected_rows": 3,
            "returning": [
                {"name": "a", "active": True, "mood": None, "tags": []},
                {"name": "b", "active": False, "mood": "happy", "tags": ["x"]},
                {"name": "c", "active": True, "mood": None, "tags": []},
            ],
        }
    }
    assert statements(result) == 1
    assert result.writes[0].single


async def test_rows_with_nothing_said_have_nothing_but_defaults(writer: Writer) -> None:
    one = await writer.run("mutation { insert_shop_order_one(object: {}) { id } }")
    assert one.code is Code.CONSTRAINT_VIOLATION
    assert one.state == "23502"
    both = await writer.run("mutation { insert_articles(objects: [{}, {}]) { affected_rows } }")
    assert both.state == "23502"
    alike = await writer.run(
        "mutation { insert_scratch(objects: [{id: 901}, {id: 902}]) { affected_rows returning { id body } } }"
    )
    assert alike.data == {
        "insert_scratch": {"affected_rows": 2, "returning": [{"id": 901, "body": None}, {"id": 902, "body": None}]}
    }


async def test_no_objects_write_nothing(writer: Writer) -> None:
    result = await writer.run("mutation { insert_team(objects: []) { affected_rows returning { id } __typename } }")
    assert result.data == {"insert_team": {"affected_rows": 0, "returning": [], "__typename": "team_mutation_response"}}


async def test_many_rows_of_the_same_keys_are_one_parameter_a_column_and_share_a_plan(writer: Writer) -> None:
    objects = [{"name": f"n{number}", "active": number % 2 == 0, "attrs": {"n": number}} for number in range(1000)]
    query = NEW
    result = await writer.run(query, {"objects": objects})
    assert result.data is not None, result.error
    answer = result.data["insert_author"]
    assert answer["affected_rows"] == 1000
    assert answer["returning"] == objects
    assert len(result.writes[0].statement.binds) == 4
    less, _ = writer.compile(query, {"objects": objects[:600]})
    assert less[0].statement.sql == result.writes[0].statement.sql
    assert result.steps[0].estimated_rows == 1024


async def test_values_of_all_kinds_of_types_are_inserted_alone_and_with_others(writer: Writer) -> None:
    values: dict[str, Any] = {
        "c_int2": 1, "c_int8": 2**40, "c_float8": 1.5, "c_numeric_10_2": 12.35, "c_money": "$1.00", "c_bool": True,
        "c_varchar_20": "v", "c_char_5": "abc  ", "c_uuid": "00000000-0000-0000-0000-000000000001",
        "c_date": "2024-02-29", "c_timestamptz": "2024-01-01T00:00:00+00:00", "c_interval": "1 day",
        "c_bytea": "\\x00ff", "c_json": {"a": [1, None]}, "c_jsonb": [1, {"b": "c"}], "c_enum": "two words",
        "c_domain_text": "a@b", "c_domain_small": 5, "c_domain_array": ["a", 'b"c'],
    }  # fmt: skip
    query = (
        "mutation ($o: [scalar_types_insert_input!]!) { insert_scalar_types(objects: $o) { returning { "
        + " ".join(values)
        + " } } }"
    )
    note = {"note": "n"}
    one = await writer.run(query, {"o": [{"id": 900, **values, **note}]})
    two = await writer.run(query, {"o": [{"id": 900, **values, **note}, {"id": 901, **dict.fromkeys(values), **note}]})
    assert one.data is not None, one.error
    assert two.data is not None, two.error
    assert one.data["insert_scalar_types"]["returning"] == [values]
    assert two.data["insert_scalar_types"]["returning"] == [values, dict.fromkeys(values)]


async def test_arrays_of_all_kinds_are_inserted_alone_and_with_others(writer: Writer) -> None:
    values: dict[str, Any] = {
        "c_int": [1, 2], "c_numeric": [1.5], "c_text": ["a", 'b"', "c\\", "NULL", ""], "c_bool": [True, False],
        "c_uuid": [], "c_enum": ["happy"], "c_jsonb": [{"a": 1}], "c_domain": ["a@b"],
    }  # fmt: skip
    query = (
        "mutation ($o: [array_types_insert_input!]!) { insert_array_types(objects: $o) { returning { "
        + " ".join(values)
        + " } } }"
    )
    one = await writer.run(query, {"o": [{"id": 900, **values}]})
    two = await writer.run(query, {"o": [{"id": 900, **values}, {"id": 901, **dict.fromkeys(values)}]})
    assert one.data is not None, one.error
    assert two.data is not None, two.error
    assert one.data["insert_array_types"]["returning"] == [values]
    assert two.data["insert_array_types"]["returning"] == [values, dict.fromkeys(values)]


async def test_rows_are_inserted_through_relationships_at_any_depth(writer: Writer) -> None:
    result = await writer.run(
        """mutation { insert_articles_one(object: {
            title: "T", slug: "new", author: {data: {name: "Writer", mentor: {data: {name: "Mentor"}}}},
            comments: {data: [
                {body: "one", at: "2024-01-01T00:00:00Z"},
                {body: "two", at: "2024-01-01T00:00:00Z", author: {data: {name: "Commenter"}}}]},
            article_tags: {data: [{tag_by_tag: {data: {name: "new tag"}}, position: 3}]}
        }) { title author { name mentor { name } }
            comments(order_by: {body: asc}) { body author { name } } article_tags { position tag } } }"""
    )
    assert result.data == {
        "insert_articles_one": {
            "title": "T",
            "author": {"name": "Writer", "mentor": {"name": "Mentor"}},
            "comments": [{"body": "one", "author": None}, {"body": "two", "author": {"name": "Commenter"}}],
            "article_tags": [{"position": 3, "tag": "new tag"}],
        }
    }
    assert result.affected == 8
    assert statements(result) == 2
    places = {(step.coordinate, step.estimated_rows) for step in result.steps if step.action is Action.INSERT}
    assert ("articles.comments", 2) in places
    assert ("comment.author", 1) in places


async def test_affected_rows_counts_nested_ones(writer: Writer) -> None:
    result = await writer.run(
        """mutation { insert_team(objects: [
            {id: 900, name: "a", matches_by_home_team_id: {data: [{id: 900, away_team: {data: {id: 901, name: "b"}}}]}},
            {id: 902, name: "c"}]) { affected_rows returning { name } } }"""
    )
    assert result.data == {"insert_team": {"affected_rows": 4, "returning": [{"name": "a"}, {"name": "c"}]}}


async def test_an_object_on_the_other_side_of_a_unique_key_is_inserted_after(writer: Writer) -> None:
    result = await writer.run(
        """mutation { insert_author_one(object: {name: "a", profile: {data: {bio: "b"}}})
            { name profile { bio author { name } } } }"""
    )
    assert result.data == {"insert_author_one": {"name": "a", "profile": {"bio": "b", "author": {"name": "a"}}}}


async def test_null_and_empty_nest_nothing(writer: Writer) -> None:
    result = await writer.run(
        """mutation { insert_author(objects: [{name: "a", articles_by_author_id: null},
            {name: "b", articles_by_author_id: {data: []}}])
        { affected_rows } }"""
    )
    assert result.data == {"insert_author": {"affected_rows": 2}}


async def test_a_column_has_its_value_from_one_place(writer: Writer) -> None:
    twice = """mutation { insert_articles_one(object: {title: "T", slug: "s", author_id: 1,
        author: {data: {name: "a"}}}) { id } }"""
    assert (await writer.run(twice)).code is Code.BAD_USER_INPUT
    below = """mutation { insert_team_one(object: {id: 900, name: "a",
        matches_by_home_team_id: {data: [{id: 1, home_team_id: 2}]}}) { id } }"""
    assert (await writer.run(below)).code is Code.BAD_USER_INPUT
    in_a_list = """mutation { insert_team_one(object: {id: 900, name: "a", matches_by_home_team_id: {data: [
        {id: 1, home_team_id: 2, away_team_id: 3}, {id: 2, home_team_id: 2, away_team_id: 4}]}}) { id } }"""
    assert (await writer.run(in_a_list)).code is Code.BAD_USER_INPUT


async def test_nesting_has_a_bound(writer: Writer) -> None:
    depth = writer.snapshot.limits.depth + 1
    data: dict[str, Any] = {"id": 2000, "name": "x"}
    for number in range(depth):
        data = {"id": 1000 + number, "name": "x", "parent": {"data": data}}
    result = await writer.run(
        "mutation ($o: folder_insert_input!) { insert_folder_one(object: $o) { id } }", {"o": data}
    )
    assert result.code is Code.LIMIT_EXCEEDED
    flat = await writer.run(
        "mutation ($o: folder_insert_input!) { insert_folder_one(object: $o) { id } }", {"o": data["parent"]["data"]}
    )
    assert flat.affected == depth, flat.error


async def test_a_conflict_updates_the_columns_that_are_named(writer: Writer) -> None:
    result = await writer.run(
        """mutation { insert_team(objects: [{id: 1, name: "new name"}, {id: 900, name: "new team"}],
            on_conflict: {constraint: team_pkey, update_columns: [name]}) { affected_rows returning { id name } } }"""
    )
    assert result.data == {
        "insert_team": {
            "affected_rows": 2,
            "returning": [{"id": 1, "name": "new name"}, {"id": 900, "name": "new team"}],
        }
    }


async def test_a_conflict_without_columns_leaves_the_row_out(writer: Writer) -> None:
    conflict = "on_conflict: {constraint: team_pkey, update_columns: []}"
    result = await writer.run(
        f"""mutation {{ insert_team(objects: [{{id: 1, name: "a"}}, {{id: 900, name: "b"}}], {conflict})
            {{ affected_rows returning {{ id }} }} }}"""
    )
    assert result.data == {"insert_team": {"affected_rows": 1, "returning": [{"id": 900}]}}
    one = await writer.run(f'mutation {{ insert_team_one(object: {{id: 1, name: "a"}}, {conflict}) {{ id }} }}')
    assert one.data == {"insert_team_one": None}
    default = await writer.run(
        'mutation { insert_team_one(object: {id: 1, name: "a"}, on_conflict: {constraint: team_pkey}) { id } }'
    )
    assert default.data == {"insert_team_one": None}


async def test_a_conflict_updates_only_rows_that_match(writer: Writer) -> None:
    query = """mutation ($where: team_bool_exp) { insert_team(objects: [{id: 1, name: "new"}],
        on_conflict: {constraint: team_pkey, update_columns: [name], where: $where}) { affected_rows } }"""
    assert (await writer.run(query, {"where": {"id": {"_gt": 1}}})).data == {"insert_team": {"affected_rows": 0}}
    assert (await writer.run(query, {"where": {"id": {"_eq": 1}}})).data == {"insert_team": {"affected_rows": 1}}
    assert (await writer.run(query, {"where": {}})).data == {"insert_team": {"affected_rows": 1}}


async def test_a_nested_row_has_a_conflict_of_its_own(writer: Writer) -> None:
    query = """mutation ($columns: [tag_update_column!]!) { insert_article_tag_one(object: {article_id: 3, position: 9,
        tag_by_tag: {data: {name: "sql", color: "#123456"},
            on_conflict: {constraint: tag_pkey, update_columns: $columns}}})
        { tag tag_by_tag { color } } }"""
    async with writer.after("insert into public.tag values ('sql', '#000000')"):
        updated = await writer.run(query, {"columns": ["color"]})
        assert updated.data == {"insert_article_tag_one": {"tag": "sql", "tag_by_tag": {"color": "#123456"}}}
        left_out = await writer.run(query, {"columns": []})
        assert left_out.code is Code.BAD_USER_INPUT


async def test_where_no_row_was_inserted_none_can_belong_to_it(writer: Writer) -> None:
    result = await writer.run(
        """mutation { insert_team_one(object: {id: 1, name: "a",
            matches_by_home_team_id: {data: [{id: 900, away_team_id: 1}]}},
            on_conflict: {constraint: team_pkey, update_columns: []}) { id } }"""
    )
    assert result.code is Code.BAD_USER_INPUT
    assert result.state == "NX001"


async def test_generated_columns_and_partitions(writer: Writer) -> None:
    ticket = await writer.run("mutation { insert_ticket_one(object: {width: 2, height: 3}) { area label } }")
    assert ticket.data == {"insert_ticket_one": {"area": 6.0, "label": "tall"}}
    query = """mutation { insert_measurement(objects: [
        {sensor_id: 1, at: "2024-06-01T00:00:00Z", value: 1}, {sensor_id: 2, at: "2025-06-01T00:00:00Z", value: 2}],
        on_conflict: {constraint: measurement_pkey, update_columns: [value]})
            { affected_rows returning { value sensor { id } } } }"""
    measured = await writer.run(query)
    assert measured.data == {
        "insert_measurement": {
            "affected_rows": 2,
            "returning": [{"value": 1, "sensor": {"id": 1}}, {"value": 2, "sensor": {"id": 2}}],
        }
    }


async def test_tables_without_a_key(writer: Writer) -> None:
    result = await writer.run(
        """mutation { insert_log_entry(objects: [{at: "2024-01-01T00:00:00Z", level: "a"},
            {at: "2024-01-01T00:00:00Z", level: "b"}]) { affected_rows returning { level } } }"""
    )
    assert result.data == {"insert_log_entry": {"affected_rows": 2, "returning": [{"level": "a"}, {"level": "b"}]}}


async def test_one_mutation_may_update_a_row_several_times(writer: Writer) -> None:
    tag = """tag_by_tag: {data: {name: "same", color: "%s"},
        on_conflict: {constraint: tag_pkey, update_columns: [color]}}"""
    query = f"""mutation {{ insert_articles(objects: [
        {{title: "one", slug: "one", author_id: 1, article_tags: {{data: [{{{tag % "#000001"}}}]}}}},
        {{title: "two", slug: "two", author_id: 1, article_tags: {{data: [{{{tag % "#000002"}}}]}}}}])
        {{ affected_rows returning {{ title article_tags {{ tag_by_tag {{ name color }} }} }} }} }}"""
    result = await writer.run(query)
    tags = [{"tag_by_tag": {"name": "same", "color": "#000002"}}]
    assert result.data == {
        "insert_articles": {
            "affected_rows": 6,
            "returning": [{"title": "one", "article_tags": tags}, {"title": "two", "article_tags": tags}],
        }
    }, result.error
    dry = await writer.run(query, dry=True)
    assert dry.data == result.data
    assert len(dry.diff) == 6
    assert dry.diff[-1]["entity"] == "article_tag"


async def test_many_objects_with_others_nested_in_them(writer: Writer) -> None:
    objects = [
        {
            "name": f"a{number}",
            "articles_by_author_id": {"data": [{"title": n, "slug": f"s{number}-{n}"} for n in "ab"]},
        }
        for number in range(100)
    ]
    query = """mutation ($objects: [author_insert_input!]!) { insert_author(objects: $objects)
        { affected_rows returning { name articles_by_author_id(order_by: {slug: asc}) { slug } } } }"""
    result = await writer.run(query, {"objects": objects})
    assert result.data is not None, result.error
    assert result.data["insert_author"] == {
        "affected_rows": 300,
        "returning": [
            {"name": f"a{number}", "articles_by_author_id": [{"slug": f"s{number}-a"}, {"slug": f"s{number}-b"}]}
            for number in range(100)
        ],
    }
    assert statements(result) == 2
