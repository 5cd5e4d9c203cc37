"""A process that holds an embedded Postgres, for tests that kill it: `holder.py DATA_DIR`.

Prints one line of JSON when the server runs, or the refusal; ends well on SIGINT and SIGTERM.
"""

import asyncio
import json
import signal
import sys
from pathlib import Path

from gateway.embedded.errors import EmbeddedError
from gateway.embedded.postgres import EmbeddedPostgres


async def hold(data_dir: Path) -> int:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    try:
        server = await EmbeddedPostgres.start(data_dir)
    except EmbeddedError as refusal:
        print(json.dumps({"refused": str(refusal)}), flush=True)
        return 1
    print(
        json.dumps({"pid": server.pid, "url": server.dsn(), "socket_dir": str(server.socket_dir)}), flush=True
    )
    await ended.wait()
    await server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(hold(Path(sys.argv[1]))))
