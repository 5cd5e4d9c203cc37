"""`narthex serve`: a gateway for production, with nothing embedded, in one process or several."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.dev import Host, Port, listening_on
from gateway.cli.options import HERE, Project, read_project

if TYPE_CHECKING:
    from narthex.settings import Settings


def serve(
    project: Project = HERE,
    host: Host = None,
    port: Port = None,
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Processes. [default: [server] workers]")
    ] = None,
) -> None:
    """Serve the project from the database of [database] url, control_url and migrator_url.

    Applies Narthex's own migrations; those of the project are applied by 'narthex migrate'.

    Example: narthex serve --project /srv/music --host 0.0.0.0 --workers 4
    """
    from gateway.cli.logs import configure_logging
    from gateway.database.urls import urls_of
    from gateway.server import listen_socket

    folder, settings = read_project(project)
    settings = listening_on(settings, host, port)
    urls_of(settings)
    configure_logging()
    count = workers or settings.server.workers
    with listen_socket(settings.server.host, settings.server.port) as bound:
        if count == 1:
            _run(folder, settings, bound, None)
        else:
            from gateway.cli.workers import supervise

            raise typer.Exit(supervise(count, lambda worker: _run(folder, settings, bound, worker)))


def _run(project: Path, settings: Settings, bound: socket.socket, worker: int | None) -> None:
    import uvloop

    from gateway.cli.stopping import run_until_stopped

    uvloop.run(run_until_stopped(lambda serving: _serve(project, settings, bound, worker, serving)))


async def _serve(
    project: Path, settings: Settings, bound: socket.socket, worker: int | None, serving: Callable[[], None]
) -> None:
    from gateway.cli.welcome import base_url
    from gateway.database.urls import urls_of
    from gateway.prepare import prepare_control
    from gateway.runtime import open_runtime
    from gateway.server import serve as serve_runtime

    urls = urls_of(settings)
    await prepare_control(urls)
    async with open_runtime(settings, project, urls, development=False, worker=worker) as runtime:

        def ready() -> None:
            serving()
            typer.echo(f"narthex: ready on {base_url(bound.getsockname())}")

        await serve_runtime(runtime, bound, lambda _: ready())
