"""Where data lives, and that folders which were there before keep their owner and mode."""

import os
import stat
from pathlib import Path

import pytest

from gateway.embedded.account import Account
from gateway.embedded.errors import EmbeddedError, FolderInUse
from gateway.embedded.folders import (
    default_data_dir,
    make_folder,
    prepare_data_dir,
    require_owner,
    require_passable,
    write_private,
)
from gateway.embedded.lock import FolderLock


def test_a_normal_user_keeps_data_in_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert default_data_dir(tmp_path / "shop") == tmp_path.resolve() / "shop" / ".narthex"


def test_root_keeps_data_in_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    first, second = default_data_dir(tmp_path / "a" / "my shop"), default_data_dir(tmp_path / "b" / "my shop")
    assert first.parent == second.parent == Path("/var/lib/narthex")
    assert first.name.startswith("my_shop-")
    assert first != second
    assert first == default_data_dir(tmp_path / "a" / "." / "my shop")


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir(mode=0o750)
    assert prepare_data_dir(there) == there.resolve()
    make_folder(there, 0o777)
    assert stat.S_IMODE(there.stat().st_mode) == 0o750


def test_a_new_folder_is_closed(tmp_path: Path) -> None:
    made = prepare_data_dir(tmp_path / "a" / "b")
    assert stat.S_IMODE(made.stat().st_mode) == (0o711 if os.geteuid() == 0 else 0o700)


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedError, match="file is in the way"):
        prepare_data_dir(tmp_path / "file")


def test_a_folder_the_account_cannot_enter_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "data").mkdir(parents=True, mode=0o755)
    for step in (tmp_path, *tmp_path.parents):
        if step.owner() == closed.owner() and not step.stat().st_mode & stat.S_IXOTH:
            closed = step
    closed.chmod(0o700)
    stranger = Account(name="stranger", uid=os.geteuid() + 4321, gid=os.getegid() + 4321, drops=True)
    with pytest.raises(EmbeddedError, match=r"cannot be entered by the user 'stranger'.*--data-dir"):
        require_passable(tmp_path / "closed" / "data", stranger)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    require_owner(tmp_path, os.geteuid())
    with pytest.raises(EmbeddedError, match=f"belongs to uid {os.geteuid()}"):
        require_owner(tmp_path, os.geteuid() + 1)


def test_a_private_file_is_whole_and_closed(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.symlink_to(tmp_path / "elsewhere")
    write_private(file, "one")
    write_private(file, "two")
    assert file.read_text() == "two"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret"]


def test_a_lock_has_one_holder_at_a_time(tmp_path: Path) -> None:
    first = FolderLock.acquire(tmp_path / "lock", tmp_path)
    with pytest.raises(FolderInUse, match=f"{tmp_path} is in use by another gateway .pid {os.getpid()}"):
        FolderLock.acquire(tmp_path / "lock", tmp_path)
    first.release()
    first.release()
    FolderLock.acquire(tmp_path / "lock", tmp_path).release()
