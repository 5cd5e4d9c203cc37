"""What a machine without the means is told, and that the last word of a submission's check is pytest's."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

Machine = Callable[..., subprocess.CompletedProcess[str]]


def script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Runs `scripts/setup` where PATH has a few tools and the programs that a test names, each a line of shell."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "setup", tmp_path / "scripts" / "setup")
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("bash", "sh", "dirname"):
        found = shutil.which(name)
        assert found is not None
        (tools / name).symlink_to(found)

    def run(*words: str, **programs: str) -> subprocess.CompletedProcess[str]:
        for name, text in programs.items():
            script(tools / name, text)
        return subprocess.run(
            [tmp_path / "scripts" / "setup", *words],
            env={"PATH": str(tools)},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    return run


def test_a_machine_without_python_is_told_what_is_needed(machine: Machine) -> None:
    done = machine("run")
    assert done.returncode == 2
    assert done.stderr == "Narthex needs Python 3.11 or newer; set PYTHON=/path/to/python if it is not on the PATH.\n"


def test_an_old_python_is_none(machine: Machine) -> None:
    done = machine("run", python3="exit 1")
    assert done.returncode == 2
    assert "3.11 or newer" in done.stderr


def test_a_user_without_venv_is_told_the_line_to_run(machine: Machine) -> None:
    """New enough, but `ensurepip` and `venv` are missing, as on Debian; and no uv."""
    done = machine("run", python3='case "$2" in *ensurepip*|*pip*) exit 1;; *) exit 0;; esac', id="echo 1000")
    assert done.returncode == 2
    assert done.stderr == "This Python cannot make environments: sudo apt-get install python3-venv\n"


def test_root_installs_what_is_missing(machine: Machine, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    done = machine(
        "run",
        python3='case "$2" in *ensurepip*|*pip*) exit 1;; *) exit 0;; esac',
        id="echo 0",
        **{"apt-get": f'echo "$@" >> {asked}'},
    )
    assert asked.read_text() == "install -y --no-install-recommends python3-venv\n"
    assert done.returncode == 2, "it is still missing"


def test_another_word_is_misuse(machine: Machine) -> None:
    assert machine("jump").returncode == 2


@pytest.mark.parametrize(("ending", "code"), [("true", 0), ("false", 2)])
def test_pytest_has_the_last_word(tmp_path: Path, ending: str, code: int) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "Makefile").write_text(f"test:\n\t@echo warning >&2; echo '== 1 passed =='; {ending}\n")
    done = subprocess.run(
        ["bash", tmp_path / ".ci" / "run"],
        env={name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == code
    assert "***" not in done.stdout
    assert "warning\n" in done.stdout
    assert "== 1 passed ==\n" in done.stdout
