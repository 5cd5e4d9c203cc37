"""What a killed gateway may have left in a data folder: its server, and the files that name it.

Run under the folder's lock. A server is ended only when process id, start time and data folder are all as
recorded; anything else that works in the folder is waited for, then refused by name.
"""

import json
import signal
from dataclasses import asdict, dataclass
from pathlib import Path

from gateway.embedded.errors import EmbeddedError
from gateway.embedded.folders import write_private
from gateway.embedded.process import ProcessIdentity, identify, processes_in, send, until, works_in

PROGRAM = "postgres"
# Fast shutdown, immediate shutdown, and the kernel's own; the seconds each is given.
_ENDINGS = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 6.0), (signal.SIGKILL, 5.0))
LEAVING_SECONDS = 10.0


@dataclass(frozen=True)
class ServerRecord:
    """The server that a gateway started, as its successor needs to know it."""

    pid: int
    started: str
    data: str
    port: int
    socket_dir: str

    @property
    def identity(self) -> ProcessIdentity:
        return ProcessIdentity(pid=self.pid, started=self.started)

    def write(self, path: Path) -> None:
        write_private(path, json.dumps(asdict(self)))

    @classmethod
    def read(cls, path: Path) -> "ServerRecord | None":
        """None where there is no record, or none that can be understood: it then vouches for no process."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                pid=int(found["pid"]),
                started=str(found["started"]),
                data=str(found["data"]),
                port=int(found["port"]),
                socket_dir=str(found["socket_dir"]),
            )
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            return None


async def end_leftover_server(record_path: Path, data: Path) -> ServerRecord | None:
    """End the recorded server if it still runs, clear what would stop the next one, and give the record."""
    record = ServerRecord.read(record_path)
    if record is not None and record.data == str(data):
        for number, seconds in _ENDINGS:
            if not works_in(record.pid, data, PROGRAM) or not send(record.identity, number):
                break
            if await until(lambda: identify(record.pid) != record.identity, seconds):
                break
    # Backends outlive a postmaster that was killed, for as long as they take to notice.
    if not await until(lambda: not processes_in(data, PROGRAM), LEAVING_SECONDS):
        others = ", ".join(str(pid) for pid in processes_in(data, PROGRAM))
        raise EmbeddedError(
            f"Another Postgres (pid {others}) works in {data}, and Narthex did not start it. Stop it, then try again."
        )
    _forget(data)
    return record


def _forget(data: Path) -> None:
    """Nobody works in the folder, so its pid file names a dead process or, by now, a stranger with that id.

    Postgres would take a stranger of the same user for a server and refuse to start.
    """
    (data / "postmaster.pid").unlink(missing_ok=True)
