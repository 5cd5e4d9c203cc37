"""The fixtures that other tests stand on: databases that are separate, and skips that cannot hide."""

import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from tests.conftest import DatabaseMaker, TemplateMaker

_TABLE = "CREATE TABLE item (id int PRIMARY KEY); INSERT INTO item VALUES (1)"


async def _count(url: str, table: str = "item") -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval(f"SELECT count(*) FROM {table}"))
    finally:
        await connection.close()


async def test_copies_of_one_template_are_separate(database_from: DatabaseMaker, tmp_path: Path) -> None:
    file = tmp_path / "table.sql"
    file.write_text(_TABLE)
    first, second = await database_from(file, "INSERT INTO item VALUES (2)"), await database_from(_TABLE)
    third = await database_from(file, "INSERT INTO item VALUES (2)")
    connection = await asyncpg.connect(first)
    await connection.execute("DELETE FROM item")
    await connection.close()
    assert [await _count(url) for url in (first, second, third)] == [0, 1, 2]


async def test_a_template_is_made_once(
    template_database: TemplateMaker, postgres_admin: asyncpg.Connection
) -> None:
    first = await template_database(_TABLE)
    oid = await postgres_admin.fetchval("SELECT oid FROM pg_database WHERE datname = $1", first)
    assert await template_database(_TABLE) == first
    assert await postgres_admin.fetchval("SELECT oid FROM pg_database WHERE datname = $1", first) == oid


async def test_an_empty_database_is_empty(database: str) -> None:
    assert await _count(database, "pg_tables WHERE schemaname = 'public'") == 0


_SKIPPING = """
import pytest
def test_runs(): pass
@pytest.mark.skip(reason="no need")
def test_marked(): pass
def test_inside(): pytest.skip("not now")
@pytest.mark.xfail(strict=True)
def test_known(): assert False
"""


@pytest.mark.parametrize(
    ("ci", "code", "summary"), [("true", 1, "1 failed, 1 passed, 1 xfailed, 1 error"), ("", 0, "2 skipped")]
)
def test_a_skip_fails_the_run_in_ci(tmp_path: Path, ci: str, code: int, summary: str) -> None:
    (tmp_path / "test_some.py").write_text(_SKIPPING)
    done = _run_pytest(tmp_path, ci)
    assert done.returncode == code, done.stdout
    assert summary in done.stdout
    assert ("test_some.py::test_inside was skipped" in done.stdout) == (ci == "true")


def test_a_module_that_skips_itself_fails_the_run_in_ci(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text("import pytest\npytest.importorskip('no_such_module')\n")
    done = _run_pytest(tmp_path, "true")
    assert done.returncode != 0
    assert "test_some.py was skipped" in done.stdout


def _run_pytest(folder: Path, ci: str) -> subprocess.CompletedProcess[str]:
    plugin = Path(__file__).with_name("no_skips.py").read_text()
    (folder / "conftest.py").write_text(plugin)
    environment = {**os.environ, "CI": ci}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        str(folder),
    ]
    return subprocess.run(
        [*command, str(folder)], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
