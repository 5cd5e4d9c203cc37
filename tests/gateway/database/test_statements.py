import pytest

from gateway.database.statements import line_of, statements


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (";; ; -- only blanks\n/* and /* nested */ comments */", []),
        ("select 1", [(1, "select 1")]),
        ("select 1;\n\nselect 2 ;", [(1, "select 1"), (3, "select 2")]),
        ("-- a; b\nselect 1; /* c; */ select 2", [(2, "select 1"), (2, "select 2")]),
        ("select 'a;''b;'; select 2", [(1, "select 'a;''b;'"), (1, "select 2")]),
        (r"select E'a\';b'; select 2", [(1, r"select E'a\';b'"), (1, "select 2")]),
        (r"select 'a\'; select 2", [(1, r"select 'a\'"), (1, "select 2")]),
        ('select ";""x" ; select 2', [(1, 'select ";""x"'), (1, "select 2")]),
        ("do $$ begin; end $$; select 2", [(1, "do $$ begin; end $$"), (1, "select 2")]),
        ("do $a$ $b$; $$; $a$; select 2", [(1, "do $a$ $b$; $$; $a$"), (1, "select 2")]),
        ("select $1; select a$b$ from c$b$", [(1, "select $1"), (1, "select a$b$ from c$b$")]),
        ("select 'open; \n text", [(1, "select 'open; \n text")]),
        ("\\c other\nselect 1;", [(1, "\\c other\nselect 1")]),
    ],
)
def test_statements_end_at_their_own_semicolons(text: str, found: list[tuple[int, str]]) -> None:
    assert [(statement.line, statement.text) for statement in statements(text)] == found


def test_a_body_of_standard_sql_is_one_statement() -> None:
    text = """create or replace function f(a int) returns int
begin atomic
    select case when a > 1 then 2 else 3 end;
    select 2;
end;
select 3;"""
    assert [statement.line for statement in statements(text)] == [1, 6]


def test_case_outside_a_body_does_not_nest() -> None:
    assert len(list(statements("select case when true then 1 end; select 2; create table begin_atomic (a int);"))) == 3


def test_a_statement_knows_where_it_is() -> None:
    text = "select 1;\n  Update\tt set a = 1"
    second = list(statements(text))[1]
    assert (second.offset, second.line, second.words) == (12, 2, ("update", "t", "set", "a"))
    assert line_of(text, second.offset) == 2
