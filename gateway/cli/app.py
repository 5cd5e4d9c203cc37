"""All commands, and how their refusals leave the process.

The modules of the commands import what they need only when they run, so that `narthex --help` answers at once.
"""

from __future__ import annotations

import sys
from typing import NoReturn

import typer

from gateway.cli import audit, dev, doctor, init, keys, migrate, policy, revoke, schema, serve, token
from narthex.errors import ProjectError, Refusal

_HELP = """Narthex: one GraphQL schema over a backend, under policies.

Example: narthex dev --project examples/music_store
"""

app = typer.Typer(
    help=_HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Help speaks of [sections] of the settings, which are no markup.
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("dev", short_help="Start a gateway with everything embedded.")(dev.dev)
app.command("serve", short_help="Serve in production, nothing embedded.")(serve.serve)
app.command("init", short_help="Write a new project.")(init.init)
app.command("token", short_help="Print a token.")(token.token)
app.command("revoke", short_help="End a token, a subject or a session.")(revoke.revoke)
app.add_typer(keys.app, name="keys")
app.add_typer(audit.app, name="audit")
app.add_typer(schema.app, name="schema")
app.add_typer(policy.app, name="policy")
app.command("migrate", short_help="Apply migrations, or list them.")(migrate.migrate)
app.command("doctor", short_help="Check what is there, say how to mend it.")(doctor.doctor)


def run() -> NoReturn:
    """Run the command line and end the process."""
    try:
        app(prog_name="narthex")
    except ProjectError as error:
        _leave(str(error), 2)
    except Refusal as refusal:
        _leave(f"{refusal.message} {refusal.hint or ''}".rstrip(), 1)
    except KeyboardInterrupt:
        _leave("stopped", 130)
    except _surroundings() as error:
        _leave(_said(error), 1)
    sys.exit(0)


def _surroundings() -> tuple[type[Exception], ...]:
    """What the machine or the database refuses with. Asked for only where something was refused."""
    import asyncpg

    from gateway.embedded.errors import EmbeddedError

    return (EmbeddedError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)


def _said(error: Exception) -> str:
    import asyncpg

    if isinstance(error, (asyncpg.PostgresError, asyncpg.InterfaceError)):
        return f"The database says: {error}. 'narthex doctor' looks closer."
    if isinstance(error, (ConnectionError, TimeoutError)):
        return f"The database cannot be reached: {error}. 'narthex doctor' looks closer."
    return str(error)


def _leave(message: str, code: int) -> NoReturn:
    typer.secho(f"narthex: {message}", err=True, fg=typer.colors.RED if sys.stderr.isatty() else None)
    sys.exit(code)
