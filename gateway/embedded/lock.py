"""One gateway per data folder: an advisory lock, which the kernel frees when its holder dies.

Refuses a second holder, naming the folder and the process that has it.
"""

import fcntl
import os
from pathlib import Path

from gateway.embedded.errors import FolderInUse


class FolderLock:
    """Held from `acquire` until `release`, or until this process ends."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    @classmethod
    def acquire(cls, path: Path, folder: Path) -> "FolderLock":
        """Lock the file `path` on behalf of `folder`, which is what the refusal names."""
        # Python's descriptors are not inherited, so no server can keep the lock of a dead gateway.
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
            os.close(handle)
            raise FolderInUse(
                f"The data folder {folder} is in use by another gateway (pid {holder or 'unknown'}). "
                "Stop that one first, or choose another folder with --data-dir."
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode("ascii"), 0)
        return cls(handle)

    def release(self) -> None:
        if self._handle is not None:
            # The file stays: removing it would let a third process lock a new one while a second waits on
            # this.
            os.close(self._handle)
            self._handle = None
