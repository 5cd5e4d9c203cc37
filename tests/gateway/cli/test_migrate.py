from gateway.database.roles import ROLES_SQL
from tests.gateway.cli.conftest import Narthex


def test_apply_and_list(narthex: Narthex) -> None:
    migrations = narthex.project / "migrations"
    migrations.mkdir()
    (migrations / "1_a.sql").write_text("CREATE TABLE a ();")
    assert [(row["name"], row["state"]) for row in narthex.records("migrate", "--status")] == [("1_a.sql", "pending")]
    assert [row["applied"] for row in narthex.records("migrate")] == ["1_a.sql"]
    assert "Everything was applied already." in narthex.ok("migrate")
    (row,) = narthex.records("migrate", "--status")
    assert (row["state"], row["applied_at"] is not None) == ("applied", True)


def test_a_failing_file_exits_with_two(narthex: Narthex) -> None:
    migrations = narthex.project / "migrations"
    migrations.mkdir()
    (migrations / "1_a.sql").write_text("SELECT 1;\nSELECT nothing;")
    done = narthex.run("migrate")
    assert done.returncode == 2
    assert 'migrations/1_a.sql:2: column "nothing" does not exist' in done.stderr


def test_the_roles_file_is_printed_as_it_is(narthex: Narthex) -> None:
    assert narthex.ok("migrate", "--roles-sql") == ROLES_SQL.read_text()
