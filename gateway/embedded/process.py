"""Children that end with the gateway, and the certainty of who a recorded process id belongs to.

A process is known by its id, the moment it started and the folder it works in; one that differs in any of
these is somebody else's and is never signalled.
"""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gateway.embedded.account import Account
from gateway.embedded.errors import EmbeddedError

_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.01


@dataclass(frozen=True)
class ProcessIdentity:
    """What tells a process from a later one with the same id. `started` names the boot and the clock tick."""

    pid: int
    started: str


def require_linux() -> None:
    if not sys.platform.startswith("linux"):
        raise EmbeddedError(
            "Embedded servers need Linux: elsewhere nothing ends them with the gateway. "
            "Set [database] url in narthex.toml to a Postgres of your own."
        )


def identify(pid: int) -> ProcessIdentity | None:
    """Who has this process id now; None for nobody, and for one that is only waiting to be collected."""
    try:
        line = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    # The command's name may hold spaces and parentheses: the fields are counted from the last one that
    # closes.
    fields = line[line.rindex(b")") + 2 :].split()
    if fields[0] in (b"Z", b"X"):
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return ProcessIdentity(pid=pid, started=f"{boot}:{fields[19].decode('ascii')}")


def works_in(pid: int, folder: Path, program: str) -> bool:
    """Whether the process is that program with that folder as its working directory."""
    try:
        cwd = Path(f"/proc/{pid}/cwd").readlink()
        command = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return False
    return command == program and cwd == folder


def processes_in(folder: Path, program: str) -> list[int]:
    """Every process of that program that works in the folder, as far as this user may look."""
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and works_in(int(entry.name), folder, program) and identify(int(entry.name))
    ]


def send(identity: ProcessIdentity, number: signal.Signals) -> bool:
    """Signal exactly this process; False when it is gone. The handle keeps its id from changing hands."""
    try:
        handle = os.pidfd_open(identity.pid)
    except ProcessLookupError:
        return False
    try:
        if identify(identity.pid) != identity:
            return False
        signal.pidfd_send_signal(handle, number)
    except ProcessLookupError:
        return False
    finally:
        os.close(handle)
    return True


async def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for the condition, looking often, at most so long; says whether it came."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        if asyncio.get_running_loop().time() >= deadline:
            return False
        await asyncio.sleep(_POLL_SECONDS)
    return True


def spawn(
    command: Sequence[str | Path],
    account: Account,
    *,
    at_parent_death: signal.Signals,
    cwd: Path,
    env: Mapping[str, str],
    output: IO[bytes],
) -> subprocess.Popen[bytes]:
    """Start a child under `account`, in a session of its own, that is signalled when this process dies.

    The kernel ties the signal to the thread that starts the child: call this from the main thread.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def tie_to_parent() -> None:
        # Runs in the child after it changed user: changing user clears the setting.
        if libc.prctl(_PR_SET_PDEATHSIG, int(at_parent_death)) != 0 or os.getppid() != parent:
            os._exit(127)

    return subprocess.Popen(  # noqa: S603
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        env=dict(env),
        start_new_session=True,
        user=account.uid if account.drops else None,
        group=account.gid if account.drops else None,
        extra_groups=[] if account.drops else None,
        umask=0o077,
        preexec_fn=tie_to_parent,
    )
