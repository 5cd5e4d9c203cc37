import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from narthex.errors import ProjectError
from narthex.settings import Settings, known_settings, load_settings

DOCUMENT = Path(__file__).parents[2] / "docs" / "operations.md"

Load = Callable[[str], Settings]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    def write_and_load(text: str) -> Settings:
        (tmp_path / "narthex.toml").write_text(text)
        return load_settings(tmp_path)

    return write_and_load


def refusal(load: Load, text: str) -> str:
    with pytest.raises(ProjectError) as raised:
        load(text)
    return str(raised.value)


def test_a_project_without_a_file_has_the_defaults(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 7130)
    assert settings.server.body_limit == 1024 * 1024
    assert settings.database.url is None
    assert settings.database.schemas == ("public",)
    assert settings.limits.model_dump() == {
        "tokens": 10_000,
        "depth": 20,
        "aliases": 200,
        "root_fields": 200,
        "max_rows": 10_000,
        "default_rows": 100,
        "statement_timeout_s": 30.0,
        "cost": 10_000,
        "store": None,
    }
    assert settings.audit.reads == "grouped"
    assert settings.compat.hasura is False


def test_a_missing_project_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="narthex init"):
        load_settings(tmp_path / "absent")


def test_environment_variables_override_the_file(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARTHEX_SERVER__PORT", "7131")
    monkeypatch.setenv("NARTHEX_DATABASE__SCHEMAS", "public, sales")
    monkeypatch.setenv("NARTHEX_SERVER__ALLOWED_HOSTS", '["a.example"]')
    settings = load("[server]\nport = 7000\nhost = '0.0.0.0'\n")
    assert (settings.server.port, settings.server.host) == (7131, "0.0.0.0")
    assert settings.database.schemas == ("public", "sales")
    assert settings.server.allowed_hosts == ("a.example",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[server]\n\nprot = 1\n", "narthex.toml:3: [server] has no 'prot'; did you mean 'port'?"),
        ("server.prot = 1\n", "narthex.toml:1: [server] has no 'prot'; did you mean 'port'?"),
        ("# one\n[srever]\nport = 1\n", "narthex.toml:2: there is no section [srever]; did you mean 'server'?"),
        ("[server]\ndefault_rows = 1\n", "[server] has no 'default_rows'; did you mean [limits] default_rows?"),
        ("server = 1\n", "narthex.toml:1: server is a section"),
        ("[server]\nhost = 'h'\nport = 'many'\n", "narthex.toml:3: [server] port: input should be a valid integer"),
        ("[server]\nport = 70000\n", "narthex.toml:2: [server] port: input should be less than or equal to 65535"),
        ("[audit]\nreads = 'never'\n", "narthex.toml:2: [audit] reads: input should be 'grouped' or 'strict'"),
        ("[database]\nschemas = []\n", "narthex.toml:2: [database] schemas:"),
        ("[database]\nschemas = ['narthex']\n", "narthex.toml:2: [database] schemas: the schema 'narthex' cannot be"),
        ("[database]\nschemas = ['pg_catalog']\n", "the schema 'pg_catalog' cannot be served"),
        ("[database]\nurl = 'mysql://h/d'\n", "has to be a URL such as 'postgresql://"),
        ("[server\n", "narthex.toml:"),
    ],
)
def test_a_mistake_is_told_with_its_place(load: Load, text: str, said: str) -> None:
    assert said in refusal(load, text)


def test_all_mistakes_are_told_together(load: Load) -> None:
    assert len(refusal(load, "[server]\nprot = 1\nhots = ''\n[x]\n").splitlines()) == 3


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("NARTHEX_SERVER__PROT", "1", "NARTHEX_SERVER__PROT: [server] has no 'prot'; did you mean 'port'?"),
        ("NARTHEX_SERVRE__PORT", "1", "NARTHEX_SERVRE__PORT: there is no section [servre]; did you mean 'server'?"),
        ("NARTHEX_SERVER__PORT", "x", "Environment variable NARTHEX_SERVER__PORT: [server] port:"),
        ("NARTHEX_SERVER", "x", "NARTHEX_SERVER__PORT"),
    ],
)
def test_a_mistake_in_the_environment_names_the_variable(
    load: Load, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    assert said in refusal(load, "")


def test_variables_of_the_command_line_are_no_settings(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARTHEX_URL", "http://127.0.0.1:7130")
    monkeypatch.setenv("NARTHEX_TOKEN", "t")
    load("")


def test_secrets_are_resolved_and_never_shown(load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSIC_DATABASE", "postgresql://u:hunter2@h/d")
    (tmp_path / "control.url").write_text("postgresql://c:hunter3@h/d\n")
    settings = load(
        "[database]\nurl = 'env:MUSIC_DATABASE'\ncontrol_url = 'file:control.url'\n"
        "migrator_url = 'postgresql://m:hunter4@h/d'\n"
    )
    assert isinstance(settings.database.url, SecretStr)
    assert settings.database.url.get_secret_value() == "postgresql://u:hunter2@h/d"
    assert settings.database.control_url is not None
    assert settings.database.control_url.get_secret_value() == "postgresql://c:hunter3@h/d"
    shown = f"{settings!r} {settings} {settings.model_dump_json()} {settings.model_dump()}"
    assert "hunter" not in shown


def test_a_wrong_secret_is_not_part_of_the_message(load: Load) -> None:
    assert "hunter2" not in refusal(load, "[database]\nurl = 'mysql://u:hunter2@h/d'\n")


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("env:NARTHEX_TEST_ABSENT", "the environment variable 'NARTHEX_TEST_ABSENT' is not set"),
        ("file:absent.txt", "cannot be read: No such file"),
        ("vault:secret/db#url", "'vault:' references are not supported yet"),
    ],
)
def test_a_reference_that_leads_nowhere(load: Load, reference: str, said: str) -> None:
    answer = refusal(load, f"[database]\nurl = '{reference}'\n")
    assert said in answer
    assert "narthex.toml:2" in answer


def test_hasura_knows_no_default_row_limit(load: Load) -> None:
    assert load("[limits]\ndefault_rows = 7\n").default_rows == 7
    assert load("[limits]\ndefault_rows = 7\n[compat]\nhasura = true\n").default_rows == 0


def test_an_empty_url_means_none(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARTHEX_DATABASE__URL", "")
    assert load("[database]\nurl = 'postgresql://h/d'\n").database.url is None


def test_every_setting_is_documented_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `\[(\w+\] \w+)` \| `([^`]*)` \|", DOCUMENT.read_text(), re.M))
    expected = {f"{section}] {key}": shown(default) for section, key, default in known_settings()}
    assert rows == expected


def shown(default: object) -> str:
    match default:
        case None:
            return '""'
        case bool():
            return str(default).lower()
        case str():
            return f'"{default}"'
        case tuple():
            return "[" + ", ".join(f'"{part}"' for part in default) + "]"
        case _:
            return str(default)
