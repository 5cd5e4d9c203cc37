"""`narthex keys`: the keys that sign tokens."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.options import HERE, AsJson, DataDir, Project, data_dir_of, read_project
from gateway.cli.output import print_records

if TYPE_CHECKING:
    from gateway.identity.keys import KeyRing
    from narthex.settings import Settings

_HELP = """Keys that sign tokens.

Example: narthex keys list --project examples/music_store
"""

app = typer.Typer(help=_HELP, no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_keys(project: Project = HERE, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the keys, newest first. The private halves are never printed.

    Example: narthex keys list --project examples/music_store
    """
    folder, settings = read_project(project)
    _print(asyncio.run(_read(settings, data_dir_of(folder, data_dir))), as_json)


@app.command("rotate")
def rotate(
    project: Project = HERE,
    data_dir: DataDir = None,
    now: Annotated[bool, typer.Option("--now", help="End all other keys, and with them every token.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a new key. It signs in a few seconds; the others go on verifying for [auth] key_overlap_s.

    Example: narthex keys rotate --project examples/music_store
    """
    folder, settings = read_project(project)
    _print(asyncio.run(_rotate(settings, data_dir_of(folder, data_dir), now)), as_json)


async def _read(settings: Settings, data_dir: Path) -> KeyRing:
    from gateway.database.setup import setup_connection
    from gateway.development import reached_database
    from gateway.identity.keys import load_keys
    from gateway.prepare import prepare_control

    async with reached_database(settings, data_dir) as urls:
        await prepare_control(urls)
        async with setup_connection(urls.direct) as control:
            return await load_keys(control)


async def _rotate(settings: Settings, data_dir: Path, at_once: bool) -> KeyRing:
    from gateway.database.setup import setup_connection
    from gateway.development import reached_database
    from gateway.identity.keys import load_keys, rotate_keys
    from gateway.prepare import prepare_control

    async with reached_database(settings, data_dir) as urls:
        await prepare_control(urls)
        async with setup_connection(urls.direct) as control:
            await rotate_keys(control, settings.auth.key_overlap_s, at_once=at_once)
            return await load_keys(control)


def _print(ring: KeyRing, as_json: bool) -> None:
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    signer = ring.signer(now)
    records: list[dict[str, object]] = []
    for key in ring.keys:
        if not key.verifies(now):
            state = "ended"
        elif key.signs_from > now:
            state = "signs soon"
        else:
            state = "signs" if key is signer else "verifies"
        records.append(
            {
                "kid": key.kid,
                "state": state,
                "created_at": key.created_at,
                "signs_from": key.signs_from,
                "verifies_until": key.verifies_until,
            }
        )
    print_records(records, as_json=as_json, none="There is no key.")
