"""`narthex policy` on a project with a real database: explain, print, diff, test."""

import json
from pathlib import Path

import pytest
from graphql import build_schema

from tests.gateway.cli.conftest import Narthex

POLICY = """
person @auth(roles: ["support"], on: [SELECT], columns: ["id", "name", "phone"])
person @rows(filter: {boss_id: {_eq: "$claim.employee_id"}}, roles: ["support"])
person.phone @mask(with: LAST4, roles: ["support"], unless: ["pii"])
* @limits(max_rows: 10)
person @limits(max_rows: 20, override: true)
"""
CASES = """
[[case]]
name = "support reads names"
role = "support"
claims = {employee_id = 3}
operation = "{ person { name phone } }"
expect = "allow"

[[case]]
name = "support does not see who the boss is"
role = "support"
operation = "{ person { boss_id } }"
expect = "GRAPHQL_VALIDATION_FAILED"

[[case]]
name = "too much at once"
role = "admin"
operation = "query ($n: Int!) { person(limit: $n) { name } }"
variables = {n = -1}
expect = "allow"
"""


@pytest.fixture
def staff(narthex: Narthex) -> Narthex:
    """People with a boss, under guards."""
    for folder in ("migrations", "policies"):
        (narthex.project / folder).mkdir()
    (narthex.project / "migrations" / "1.sql").write_text(
        "CREATE TABLE person (id int PRIMARY KEY, name text, phone text, boss_id int REFERENCES person (id));"
        "COMMENT ON COLUMN person.name IS 'Full. @narthex limts(max_rows: 1)';"
    )
    write(narthex.project, POLICY)
    narthex.ok("migrate")
    return narthex


def write(project: Path, text: str, name: str = "staff.policy") -> None:
    (project / "policies" / name).write_text(text)


def mend(staff: Narthex) -> None:
    """Take away the comment that closes the table."""
    (staff.project / "migrations" / "2.sql").write_text("COMMENT ON COLUMN person.name IS 'Full';")
    staff.ok("migrate")


def test_check_lists_what_overrides_and_what_a_comment_closes(staff: Narthex) -> None:
    override, note = staff.records("policy", "check")
    assert override["kind"] == "override"
    assert override["said"] == "policies/staff.policy:6: person @limits(max_rows: 20, override: true)"
    assert note["kind"] == "note"
    assert "There is no directive '@limts'. Did you mean '@limits'?" in str(note["said"])
    assert "Until then the table is closed." in str(note["said"])


def test_explain(staff: Narthex) -> None:
    closed = json.loads(staff.ok("policy", "explain", "person", "--role", "support", "--json"))
    assert closed["open"] == {}
    mend(staff)
    table = json.loads(staff.ok("policy", "explain", "person", "--role", "support", "--json"))
    assert table["open"] == {"SELECT": ["id", "name", "phone"]}
    assert [line["source"].rpartition(":")[2] for line in table["lines"]] == ["2", "3", "6"]
    assert "$claim.employee_id" in table["lines"][1]["line"]
    text = staff.ok("policy", "explain", "person", "--role", "support")
    assert "person, a table, for support in sandbox:" in text
    assert "SELECT: id, name, phone" in text
    column = json.loads(staff.ok("policy", "explain", "person.phone", "--role", "support", "--json"))
    assert column["open"]["SELECT"] is True and column["open"]["INSERT"] is False
    assert "@mask" in column["lines"][-1]["line"]
    seen = staff.ok("policy", "explain", "person.phone", "--role", "support", "--scope", "pii")
    assert "@mask" not in seen and "for support with pii" in seen
    assert "closed" in staff.ok("policy", "explain", "Query.schema_version", "--role", "support")


def test_explain_of_nothing(staff: Narthex) -> None:
    done = staff.run("policy", "explain", "persn", "--role", "support")
    assert done.returncode == 2
    assert "Did you mean 'person'?" in done.stderr


def test_print(staff: Narthex) -> None:
    mend(staff)
    mine = staff.ok("policy", "print", "--role", "support")
    assert "boss_id" not in mine and "$claim.employee_id" not in mine
    assert "@limits(max_rows: 20, override: true)" in mine
    everything = staff.ok("policy", "print")
    assert "boss_id" in everything and "$claim.employee_id" in everything
    for text in (mine, everything):
        assert "person" in build_schema(text).type_map


def test_diff(staff: Narthex, tmp_path: Path) -> None:
    mend(staff)
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.policy").write_text('person @auth(roles: ["support"], on: [SELECT])\n* @limits(max_rows: 10)')
    here = str(staff.project)
    assert staff.records("policy", "diff", here, f"{here}/policies") == []
    found = staff.records("policy", "diff", here, str(other))
    told = [
        " ".join(str(one[part]) for part in ("role", "change", "coordinate", "action")).strip()
        for one in found
        if not one["scopes"]
    ]
    assert "support gains person.boss_id SELECT" in told
    assert "support widened person SELECT" in told
    assert "support widened person.phone" in told
    assert "support narrowed person" in told
    assert "support" in staff.ok("policy", "diff", here, str(other))
    assert staff.run("policy", "diff", here, str(tmp_path / "nowhere")).returncode == 2


def test_cases(staff: Narthex) -> None:
    mend(staff)
    assert "There are no cases" in staff.ok("policy", "test")
    (staff.project / "policies" / "tests").mkdir()
    write(staff.project, CASES, "tests/staff.toml")
    done = staff.run("policy", "test", "--json")
    assert done.returncode == 1
    assert [(one["case"], one["passed"]) for one in json.loads(done.stdout)] == [
        ("support reads names", True),
        ("support does not see who the boss is", True),
        ("too much at once", False),
    ]
    said = staff.run("policy", "test").stdout
    assert "too much at once" in said and "BAD_USER_INPUT" in said and "reads names" not in said
    write(
        staff.project,
        CASES.replace('variables = {n = -1}\nexpect = "allow"', "variables = {n = 1}\nexpect = 'allow'"),
        "tests/staff.toml",
    )
    assert "Cases that hold: 3." in staff.ok("policy", "test")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[case]\n", "staff.toml: Expected ']]'"),
        ("case = 1", "the file holds nothing but cases"),
        ('[[case]]\nrole = "a"', "case 1: it lacks 'name'."),
        ('[[case]]\nname = "a"\nrole = "a"\noperation = "{a}"\nexpect = "allowed"', "Did you mean 'allow'?"),
        ('[[case]]\nnmae = "a"', "there is no 'nmae'. Did you mean 'name'?"),
        ("[[case]]\nscopes = [1]", "'scopes' is a list of texts."),
        (
            '[[case]]\nname = "a"\nrole = "a"\noperation = "{a}"\nexpect = "allow"\nclaims = {sub = "b"}',
            "the claim 'sub' always means the token's own.",
        ),
    ],
)
def test_cases_that_cannot_be_read(narthex: Narthex, text: str, said: str) -> None:
    (narthex.project / "policies" / "tests").mkdir(parents=True)
    write(narthex.project, text, "tests/staff.toml")
    done = narthex.run("policy", "test")
    assert done.returncode == 2
    assert said in done.stderr, done.stderr
