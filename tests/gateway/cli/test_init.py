import re
import tomllib
from pathlib import Path

from gateway.cli.init import TEMPLATE
from gateway.database.migrate import read_migrations
from narthex.settings import known_settings, load_settings
from policies.overlay import load_project
from tests.gateway.cli.conftest import run_narthex


def test_a_new_project_reads(tmp_path: Path) -> None:
    folder = tmp_path / "new project"
    done = run_narthex("init", str(folder))
    assert done.returncode == 0, done.stderr
    assert f"narthex dev --project '{folder}'" in done.stdout
    assert load_settings(folder).database.url is None
    assert len(read_migrations(folder)) == 1
    assert len(load_project(folder).lines) == 3
    assert (folder / ".gitignore").read_text() == ".narthex/\n"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "seed.sql").write_text("mine")
    done = run_narthex("init", str(tmp_path))
    assert done.returncode == 2
    assert "has seed.sql already; nothing was written" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["seed.sql"]


def test_the_settings_file_shows_every_setting_with_its_default(tmp_path: Path) -> None:
    text = (TEMPLATE / "narthex.toml").read_text()
    shown = re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE)
    (tmp_path / "narthex.toml").write_text(shown)
    (tmp_path / "empty").mkdir()
    assert load_settings(tmp_path) == load_settings(tmp_path / "empty")
    written = {(section, key) for section, content in tomllib.loads(shown).items() for key in content}
    assert written == {(section, key) for section, key, _ in known_settings()}
