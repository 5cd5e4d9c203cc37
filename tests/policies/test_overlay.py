"""Policy files as text: what a line is, where mistakes are, and that no text does worse than being refused."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narthex.errors import ProjectError
from policies.overlay import load, load_project
from policies.problems import PolicyError


def texts(source: str) -> list[str]:
    return [line.text for line in load([("a.policy", source)]).lines]


def problems(source: str) -> list[str]:
    with pytest.raises(ProjectError) as refused:
        load([("a.policy", source)])
    assert isinstance(refused.value, PolicyError)
    assert all(problem.fix for problem in refused.value.problems)
    return str(refused.value).splitlines()


def test_lines_comments_and_blanks() -> None:
    source = '\ufeff# first\n\n  customer @auth(roles: ["a"])  @deny # why\n\tinvoice\t@auth\r\nnote @auth\rx @auth'
    assert texts(source) == [
        'customer @auth(roles: ["a"])',
        "customer @deny",
        "invoice @auth",
        "note @auth",
        "x @auth",
    ]


def test_a_line_goes_on_inside_brackets_and_block_strings() -> None:
    source = 'a @auth(\n  roles: ["x" # one\n  "y"],\n\n  on: [SELECT\n]) @deny(roles: """\n  z\n""")\nb @auth'
    overlay = load([("a.policy", source)])
    assert [str(line.coordinate) for line in overlay.lines] == ["a", "a", "b"]
    assert overlay.lines[0].directive.arguments == {"roles": ["x", "y"], "on": ["SELECT"]}
    assert overlay.lines[1].directive.arguments == {"roles": ["z"]}
    assert [line.source.line for line in overlay.lines] == [1, 1, 9]
    assert (overlay.lines[1].directive.source.line, overlay.lines[1].directive.source.column) == (6, 4)


def test_a_coordinate_may_hold_what_elsewhere_begins_a_comment() -> None:
    assert texts("bucket:a/b#c @auth") == ["bucket:a/b#c @auth"]


@pytest.mark.parametrize(
    ("source", "place", "says"),
    [
        ("customer", "1:1", "No directive follows"),
        ("# x\n\ncustomer", "3:1", "No directive follows"),
        ("customer # @auth", "1:1", "No directive follows"),
        ("cust-omer @auth", "1:5", "cannot be part of a coordinate"),
        ("\n  a..b @auth", "2:5", "A name is expected"),
        ("customer@auth", "1:9", "cannot be part of a coordinate"),
        ("customer auth", "1:10", "Expected the end of the line, found Name"),
        ("customer @auth\n  @deny", "2:3", "No directive follows"),
        ("customer @authh", "1:10", "Did you mean '@auth'"),
        ("customer @ auth(x", "1:18", "the end of the line"),
        ("customer @auth(rols: [])", "1:16", "Did you mean 'roles'"),
        ("customer @auth(roles: [1])", "1:24", "String cannot represent a non string value: 1"),
        ("customer @auth(on: [SELEC])", "1:21", "Did you mean the enum value 'SELECT'"),
        ('customer @auth(on: "SELECT")', "1:20", "non-enum value"),
        ("customer @auth(roles: $x)", "1:23", "Unexpected variable"),
        ("customer @auth(roles: [])", "1:16", "'roles' of '@auth' is empty"),
        ("customer @auth(roles: null)", "1:16", "'roles' of '@auth' is null"),
        ("customer @auth(scopes: [null])", "1:25", "not to be None"),
        ('customer @auth(roles: ["a"], roles: ["b"])', "1:16", "only one argument named 'roles'"),
        ('customer @rename(to: "a") @rename(to: "b")', "1:10", "only be used once"),
        ("customer @rename", "1:10", "is required"),
        ('customer @rename(to: "x", roles: ["a"])', "1:27", "takes no 'roles'"),
        ('customer @budget(usd: 1.0, window: "1d")', "1:10", "'@budget' is not supported yet"),
        ("customer @rows(filter: {})", "1:16", "'filter' of '@rows' is empty"),
        ("customer @rows(filter: {a: {_eq: 1}, a: {_eq: 2}})", "1:25", "only one input field named 'a'"),
        ("customer @skip(if: true)", "1:10", "There is no directive '@skip'"),
        ('customer @auth(roles: ["a', "1:26", "Unterminated string"),
        ('customer @auth(roles: ["a"]\ninvoice @auth', "2:9", "begins in line 1 has an open bracket"),
        ("customer @auth(roles: " + "[" * 5000, "1:1", "nested too deeply"),
        ("customer @auth(roles: ['a'])", "1:24", "single quote"),
        ("customer @auth\x00", "1:15", "U+0000"),
    ],
)
def test_mistakes_have_their_place(source: str, place: str, says: str) -> None:
    found = problems(source)
    assert any(line.startswith(f"a.policy:{place}: ") and says in line for line in found), found


def test_all_mistakes_of_all_files_are_told_at_once() -> None:
    with pytest.raises(PolicyError) as refused:
        load([("b.policy", "x @auth\ny @aut\nz- @auth"), ("a.policy", "x @den")])
    assert [(one.source.file, one.source.line) for one in refused.value.problems] == [
        ("a.policy", 1),
        ("b.policy", 2),
        ("b.policy", 3),
    ]


def test_the_version_is_that_of_the_meaning() -> None:
    one = load([("a.policy", 'x @auth(roles: ["a"], on: [SELECT])\ny @deny')])
    other = load([("b.policy", '# moved\ny    @deny\nx @auth( roles:["a"] on:[ SELECT ] )\ny @deny')])
    assert one.version == other.version
    assert one.version != load([("a.policy", 'x @auth(roles: ["b"], on: [SELECT])\ny @deny')]).version


def test_a_project_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    assert load_project(tmp_path).lines == ()
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "b.policy").write_text("b @auth")
    (folder / "a.policy").write_text("\ufeffa @auth")
    (folder / "c.txt").write_text("not a policy")
    assert [(str(line.coordinate), str(line.source)) for line in load_project(tmp_path).lines] == [
        ("a", "policies/a.policy:1"),
        ("b", "policies/b.policy:1"),
    ]


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.policy").write_bytes(b"a @auth\n\xff\n")
    with pytest.raises(ProjectError, match=r"policies/a\.policy:2:1: The file is not UTF-8"):
        load_project(tmp_path)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read_or_refused(source: str) -> None:
    refused_or_read(source)


PIECES = ["customer", "roles", "SELECT", "null", "1", "$x", "@auth", "@deny(", "@rename(to:", "bucket:", '"""', "\\u"]
FRAGMENTS = st.sampled_from(PIECES) | st.sampled_from(' \n\r.*#()[]{}:"-/é')


@settings(deadline=None)
@given(st.lists(FRAGMENTS, max_size=30))
def test_anything_made_of_its_own_pieces_is_read_or_refused(pieces: list[str]) -> None:
    refused_or_read("".join(pieces))


def refused_or_read(source: str) -> None:
    lines = re.split(r"\r\n|\r|\n", source)
    try:
        load([("a.policy", source)])
    except ProjectError as error:
        assert isinstance(error, PolicyError)
        assert error.problems
        for problem in error.problems:
            assert 1 <= problem.source.line <= len(lines)
            assert 1 <= problem.source.column <= len(lines[problem.source.line - 1]) + 1


@pytest.mark.parametrize("piece", ["(", "[", '"', '"""', "#", "*", ".", "a @auth\n", "a @auth(\n", " ", "\n", "@"])
def test_long_text_takes_time_by_its_length(piece: str) -> None:
    began = time.process_time()
    refused_or_read("a @auth(roles: " + piece * 2_000)
    refused_or_read(piece * 2_000)
    assert time.process_time() - began < 10
