"""Whose rights an embedded server runs with: the caller's own, or an unprivileged account as root.

Refuses to run a server as root, and to go on where the account cannot be made.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gateway.embedded.errors import EmbeddedError

SYSTEM_ACCOUNT = "narthex"


@dataclass(frozen=True)
class Account:
    """A user and its primary group. `drops`: a child must change to it, because the caller is root."""

    name: str
    uid: int
    gid: int
    drops: bool


def server_account() -> Account:
    """The account that servers of this process run as; made on first use when the process is root."""
    uid = os.geteuid()
    if uid != 0:
        return Account(name=f"uid {uid}", uid=uid, gid=os.getegid(), drops=False)
    found = _lookup() or _create()
    if found.pw_uid == 0:
        raise EmbeddedError(f"The system user {SYSTEM_ACCOUNT!r} has uid 0; servers never run as root.")
    return Account(name=SYSTEM_ACCOUNT, uid=found.pw_uid, gid=found.pw_gid, drops=True)


def _lookup() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(SYSTEM_ACCOUNT)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise EmbeddedError(
            f"As root, embedded servers run as the system user {SYSTEM_ACCOUNT!r}, and `useradd` is not here "
            "to make it. Create that user, or start Narthex as a normal user."
        )
    command = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    command += ["--shell", "/usr/sbin/nologin", SYSTEM_ACCOUNT]
    complaint = ""
    with _turn():
        # Whoever else makes accounts may hold useradd's own lock for a while.
        for _ in range(50):
            found = _lookup()
            if found is not None:
                return found
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
            complaint = done.stderr.strip()
            if done.returncode:
                time.sleep(0.1)
    raise EmbeddedError(f"Could not create the system user {SYSTEM_ACCOUNT!r}: {complaint}")


@contextmanager
def _turn() -> Iterator[None]:
    """Gateways that start at once on a new machine take turns.

    useradd looks whether the name is free before it waits for its lock: the second of two succeeds as well, and gives
    the account another id, under which nothing of the first can run any more.
    """
    handle = os.open("/etc", os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
