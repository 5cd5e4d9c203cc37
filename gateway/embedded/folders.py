"""Where embedded backends keep their files, and with which rights.

Makes folders of its own; never changes the mode or owner of a folder that was there before. Refuses a place
that the server's account could not enter.
"""

import hashlib
import os
import re
import stat
from pathlib import Path

from gateway.embedded.account import Account
from gateway.embedded.errors import EmbeddedError

SYSTEM_ROOT = Path("/var/lib/narthex")


def default_data_dir(project: Path) -> Path:
    """`<project>/.narthex`; as root one under /var/lib: the project may be closed to other users."""
    project = project.resolve()
    if os.geteuid() != 0:
        return project / ".narthex"
    digest = hashlib.sha256(os.fsencode(project)).hexdigest()[:10]
    name = re.sub(r"[^A-Za-z0-9_.-]", "_", project.name).strip(".") or "project"
    return SYSTEM_ROOT / f"{name[:40]}-{digest}"


def prepare_data_dir(data_dir: Path) -> Path:
    """Make the folder that holds everything of one gateway, and give its real path.

    As root others may pass through it but not list it, because the servers inside run under another account.
    """
    data_dir = data_dir.absolute()
    make_folder(data_dir, 0o711 if os.geteuid() == 0 else 0o700)
    return data_dir.resolve()


def make_folder(folder: Path, mode: int, owner: Account | None = None) -> None:
    """Make `folder` and the parents that are missing. One that exists stays as it is."""
    if not folder.parent.is_dir():
        make_folder(folder.parent, 0o755)
    try:
        folder.mkdir(mode=mode)
    except FileExistsError:
        if not folder.is_dir():
            raise EmbeddedError(f"{folder} is in the way: a folder is needed there.") from None
        return
    except OSError as error:
        raise EmbeddedError(
            f"Cannot make the folder {folder}: {error.strerror}. Choose another with --data-dir."
        ) from error
    if owner is not None and owner.drops:
        os.chown(folder, owner.uid, owner.gid)
    folder.chmod(mode)  # the umask may have taken some away


def require_passable(folder: Path, account: Account) -> None:
    """Refuse a folder that `account` cannot reach, naming the first one on the way that stops it."""
    if not account.drops:
        return
    for step in [*reversed(folder.parents), folder]:
        found = step.stat()
        if found.st_uid == account.uid:
            passable = found.st_mode & stat.S_IXUSR
        elif found.st_gid == account.gid:
            passable = found.st_mode & stat.S_IXGRP
        else:
            passable = found.st_mode & stat.S_IXOTH
        if not passable:
            raise EmbeddedError(
                f"{step} cannot be entered by the user {account.name!r}, which runs the embedded "
                "servers when Narthex is started as root. Choose a data folder elsewhere with --data-dir, "
                f"such as one under {SYSTEM_ROOT}."
            )


def require_owner(folder: Path, uid: int) -> None:
    """Refuse a folder that another user made: its files could neither be read nor be trusted."""
    owner = folder.stat().st_uid
    if owner != uid:
        raise EmbeddedError(
            f"{folder} belongs to uid {owner}, and uid {uid} would need it. "
            "Start Narthex as the user who made it, or choose another folder with --data-dir."
        )


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
