from pathlib import Path

import pytest

from tests.gateway.cli.conftest import Narthex


@pytest.fixture
def shop(narthex: Narthex) -> Narthex:
    """A table whose name is taken by the gateway's own schema, and a policy."""
    for folder in ("migrations", "policies"):
        (narthex.project / folder).mkdir()
    (narthex.project / "migrations" / "1.sql").write_text(
        "CREATE TABLE me (id int PRIMARY KEY); CREATE TABLE item (id int PRIMARY KEY, secret text);"
    )
    write_policy(narthex.project, 'item @auth(roles: ["agent"])\n')
    narthex.ok("migrate")
    return narthex


def write_policy(project: Path, text: str) -> None:
    (project / "policies" / "shop.policy").write_text(text)


def test_forced_names_are_listed(shop: Narthex) -> None:
    (row,) = [row for row in shop.records("schema", "check") if row["kind"] == "rename"]
    assert row["subject"] == "public.me"
    assert str(row["said"]).startswith("public_me: ")
    assert "public_me" in shop.ok("schema", "check")


def test_good_policies(shop: Narthex) -> None:
    assert shop.records("policy", "check") == []
    assert "Lines that hold: 1." in shop.ok("policy", "check")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('itm @auth(roles: ["agent"])', "shop.policy:1:1:"),
        ("item @auht", "shop.policy:1:6:"),
        ("# fine\nitem.secrt @deny", "shop.policy:2:1:"),
    ],
)
def test_wrong_policies_exit_with_one(shop: Narthex, text: str, said: str) -> None:
    write_policy(shop.project, text)
    done = shop.run("policy", "check", "--json")
    assert done.returncode == 1
    assert said in done.stdout
    assert "Did you mean" in done.stdout
    assert said in shop.run("policy", "check").stdout
