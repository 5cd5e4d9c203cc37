import subprocess
import sys

import pytest

from tests.gateway.cli.conftest import ROOT, Narthex, run_narthex

COMMANDS = [
    ["dev"],
    ["serve"],
    ["init"],
    ["token"],
    ["migrate"],
    ["doctor"],
    ["keys"],
    ["keys", "list"],
    ["keys", "rotate"],
    ["schema"],
    ["schema", "check"],
    ["policy"],
    ["policy", "check"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_with_an_example(words: list[str]) -> None:
    done = run_narthex(*words, "--help")
    assert done.returncode == 0
    assert "Example: narthex " in done.stdout


def test_help_loads_nothing_heavy() -> None:
    """What makes it slow is what it imports, and that is the same on a busy machine."""
    heavy = {"asyncpg", "cryptography", "graphql", "inflect", "pydantic", "starlette", "strawberry", "uvicorn"}
    program = "import gateway.cli.app, sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "typer" in loaded
    assert loaded & heavy == set()


def test_misuse_exits_with_two() -> None:
    assert run_narthex("tokens").returncode == 2
    assert run_narthex("token").returncode == 2
    assert run_narthex("token", "--role", "a", "--project", "/nowhere").returncode == 2


def test_a_mistake_in_the_settings_is_one_line(narthex: Narthex) -> None:
    (narthex.project / "narthex.toml").write_text("[server]\nprot = 1\n")
    done = narthex.run("token", "--role", "a")
    assert done.returncode == 2
    assert done.stderr.startswith("narthex: ")
    assert "narthex.toml:2: [server] has no 'prot'; did you mean 'port'?" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_away_is_one_line(narthex: Narthex) -> None:
    narthex.environment = {"NARTHEX_DATABASE__URL": "postgresql://u:hunter2@127.0.0.1:1/x"}
    done = narthex.run("token", "--role", "a")
    assert done.returncode == 2
    assert "cannot be reached" in done.stderr
    assert "hunter2" not in done.stderr
    assert "Traceback" not in done.stderr
