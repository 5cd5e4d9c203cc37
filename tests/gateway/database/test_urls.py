from pathlib import Path

import pytest

from gateway.database.urls import as_role, urls_of, without_password
from narthex.errors import ProjectError
from narthex.settings import load_settings


def test_all_three_roles_need_a_url(tmp_path: Path) -> None:
    (tmp_path / "narthex.toml").write_text("[database]\nurl = 'postgresql://d:p@h/x'\n")
    with pytest.raises(ProjectError, match=r"control_url and \[database\] migrator_url missing"):
        urls_of(load_settings(tmp_path))


def test_the_direct_url_is_controls_unless_given(tmp_path: Path) -> None:
    text = (
        "[database]\nurl = 'postgresql://d:p@h/x'\ncontrol_url = 'postgresql://c:p@h/x'\n"
        "migrator_url = 'postgresql://m:p@h/x'\n"
    )
    (tmp_path / "narthex.toml").write_text(text)
    urls = urls_of(load_settings(tmp_path))
    assert urls.direct == urls.control == "postgresql://c:p@h/x"
    assert ":p@" not in repr(urls)
    (tmp_path / "narthex.toml").write_text(text + "direct_url = 'postgresql://c:p@h:6432/x'\n")
    assert urls_of(load_settings(tmp_path)).direct == "postgresql://c:p@h:6432/x"


def test_credentials_are_replaced_and_hidden() -> None:
    url = as_role("postgresql://postgres:old@127.0.0.1:5432/my%20db?sslmode=disable", "narthex_data", "a/b@c:d")
    assert url == "postgresql://narthex_data:a%2Fb%40c%3Ad@127.0.0.1:5432/my%20db?sslmode=disable"
    assert without_password(url) == "postgresql://narthex_data@127.0.0.1:5432/my%20db?sslmode=disable"
    assert as_role("postgresql:///x?host=/run", "u", "p") == "postgresql://u:p@/x?host=/run"
    assert without_password("postgresql://h/x?password=secret") == "postgresql://h/x"
