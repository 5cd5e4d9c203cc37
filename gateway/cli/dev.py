"""`narthex dev`: a gateway with everything embedded, in the foreground, and what one needs to try it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.options import HERE, DataDir, Project, data_dir_of, read_project

if TYPE_CHECKING:
    from narthex.settings import Settings

Host = Annotated[str | None, typer.Option(metavar="H", help="Address to listen on. [default: [server] host]")]
Port = Annotated[int | None, typer.Option(metavar="N", help="Port to listen on. [default: [server] port]")]


def dev(project: Project = HERE, host: Host = None, port: Port = None, data_dir: DataDir = None) -> None:
    """Start the gateway with an embedded Postgres, migrations and sample rows, until Ctrl-C.

    Data stays in the project's .narthex folder. With [database] url set, that server is used instead.

    Example: narthex dev --project examples/music_store --port 7131
    """
    import uvloop

    from gateway.cli.logs import configure_logging
    from gateway.cli.stopping import run_until_stopped

    started = time.perf_counter()
    folder, settings = read_project(project)
    settings = listening_on(settings, host, port)
    configure_logging()
    place = data_dir_of(folder, data_dir)
    uvloop.run(run_until_stopped(lambda serving: _serve(folder, settings, place, started, serving)))


def listening_on(settings: Settings, host: str | None, port: int | None) -> Settings:
    """The settings with what the command line says about the address."""
    from narthex.settings import Server

    changes = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    server = Server.model_validate({**settings.server.model_dump(), **changes})
    return settings.model_copy(update={"server": server})


async def _serve(
    project: Path, settings: Settings, data_dir: Path, started: float, serving: Callable[[], None]
) -> None:
    from gateway.cli.welcome import base_url, dev_tokens, welcome
    from gateway.development import development_database, is_embedded
    from gateway.prepare import prepare_database
    from gateway.runtime import open_runtime
    from gateway.server import listen_socket, serve

    with listen_socket(settings.server.host, settings.server.port) as bound:
        _say("Starting Postgres …" if is_embedded(settings) else "Preparing the database of [database] url …")
        async with development_database(settings, data_dir) as urls:
            done = await prepare_database(project, settings, urls, seed=True)
            if done.project:
                _say(f"Applied {', '.join(done.project)}.")
            tokens = await dev_tokens(settings, urls)
            async with open_runtime(settings, project, urls, development=True) as runtime:

                def ready() -> None:
                    serving()
                    passfile = data_dir if is_embedded(settings) else None
                    text = welcome(runtime, bound.getsockname(), tokens, passfile)
                    seconds = time.perf_counter() - started
                    base = base_url(bound.getsockname())
                    _print(f"{text}\nnarthex: ready on {base} after {seconds:.1f} s; Ctrl-C stops it\n")

                await serve(runtime, bound, lambda _: ready())
    _say("Stopped.")


def _say(text: str) -> None:
    typer.echo(f"narthex: {text}", err=True)


def _print(text: str) -> None:
    # Whoever reads this through a pipe waits for it.
    sys.stdout.write(text)
    sys.stdout.flush()
