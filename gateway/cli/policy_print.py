"""`narthex policy print`: the schema as text, with the policy lines that hold at each table, column and field."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from gateway.cli.options import HERE, DataDir, Project, data_dir_of, read_project
from gateway.cli.policy_explain import Scopes

Whose = Annotated[
    str | None, typer.Option("--role", metavar="NAME", help="What this role sees. [default: all, with every line]")
]


def print_policies(role: Whose = None, scope: Scopes = None, project: Project = HERE, data_dir: DataDir = None) -> None:
    """Print the schema in SDL with the policies that are applied: all of it, or what a role sees of it.

    Example: narthex policy print --role support --project examples/music_store
    """
    from gateway.cli.served import read_served
    from gateway.surfaces.contract_texts import sdl
    from narthex.principal import Grants

    folder, settings = read_project(project)
    served = asyncio.run(read_served(folder, settings, data_dir_of(folder, data_dir)))
    snapshot = served.snapshot(settings)
    if role is None:
        pieces = sdl(snapshot.schema, snapshot.policy)
    else:
        contract = snapshot.contract(Grants(role, frozenset(scope or ()), settings.environment.name, frozenset()))
        pieces = sdl(snapshot.view(contract), snapshot.policy, contract)
    for piece in pieces:
        typer.echo(piece, nl=False)
