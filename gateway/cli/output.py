"""How commands print records: a table for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime

import typer

_PIPED_WIDTH = 400


def print_records(records: Sequence[Mapping[str, object]], *, as_json: bool, none: str) -> None:
    """`none` is what a person reads where there is no record."""
    if as_json:
        print_json(records)
    elif not records:
        typer.echo(none)
    else:
        _print_table(records)


def print_json(value: object) -> None:
    typer.echo(json.dumps(value, indent=2, default=_plain, ensure_ascii=False))


def _print_table(records: Sequence[Mapping[str, object]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE, pad_edge=False)
    for name in records[0]:
        table.add_column(name, overflow="fold")
    for record in records:
        # Text, not str: what a database or a project says is never markup.
        table.add_row(*(Text(_cell(value)) for value in record.values()))
    # Through a pipe nothing has to fit.
    Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH).print(table)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(str(part) for part in value)
    return str(_plain(value)) if isinstance(value, datetime) else str(value)


def _plain(value: object) -> str:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)
