"""The checks of `narthex doctor` on the installation, the files, the port, and the schema that would be served."""

from __future__ import annotations

import re
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

import asyncpg

from gateway.database.migrate import read_migrations
from gateway.database.statements import statements
from gateway.finding import Finding, error, good, warning
from narthex.errors import ProjectError
from narthex.settings import FILE_NAME, Settings
from policies.check import check
from policies.names import named
from policies.overlay import load_project
from schema.reflect import reflect

_ROOT = Path(__file__).parents[2]
_PACKAGES = ("narthex", "gateway", "resolvers", "policies", "schema")
_PYTHON = (3, 11)
_PARTS = (FILE_NAME, "migrations", "policies", "operations", "seed.sql")


def python_new_enough() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < _PYTHON:
        return error("python", version, "Install Python 3.11 or newer and set Narthex up again.")
    return good("python", version)


def packages_ours() -> Finding:
    """Names as plain as `schema` may be somebody else's: Narthex is an application with an environment of its own."""
    foreign = [name for name in _PACKAGES if _origin(name) != _ROOT / name]
    if foreign:
        found = ", ".join(f"{name} from {_origin(name)}" for name in foreign)
        return error("packages", f"not Narthex's own: {found}", "Install Narthex into an environment of its own.")
    return good("packages", f"Narthex's own, from {_ROOT}")


def _origin(name: str) -> Path | None:
    spec = find_spec(name)
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


def console_built() -> Finding:
    if (_ROOT / "console" / "dist" / "graphiql" / "index.html").is_file():
        return good("console", "built")
    return warning(
        "console", "GraphiQL is not built; everything else works", "Run 'make setup'; it says what is missing."
    )


def project_there(project: Path) -> Finding:
    """Every part of a project is optional, but a folder with none of them is hardly the one that was meant."""
    found = [name for name in _PARTS if (project / name).exists()]
    if not found:
        mend = "Name the project's folder with --project, or make one with 'narthex init DIR'."
        return warning("project", f"nothing of a project is in {project.resolve()}", mend)
    return good("project", f"{project.resolve()} with {', '.join(found)}")


def migrations_read(project: Path) -> Finding:
    try:
        migrations = read_migrations(project)
    except ProjectError as mistake:
        return error("migrations", str(mistake), "Correct the file.")
    count = sum(1 for migration in migrations for _ in statements(migration.text))
    return good("migrations", f"{len(migrations)} files, {count} statements")


def policies_read(project: Path) -> Finding:
    try:
        overlay = load_project(project)
    except ProjectError as mistake:
        return error("policies", str(mistake), "Correct the lines; docs/policies.md has the grammar.")
    if not overlay.lines:
        return warning("policies", "there are none, so only the role admin sees data", "Write policies/*.policy.")
    return good("policies", f"{len(overlay.lines)} lines")


def port_free(settings: Settings) -> Finding:
    host, port = settings.server.host, settings.server.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refusal:
            mend = "Fine if that is your gateway; else choose another with --port or [server] port."
            return warning("port", f"{host}:{port} cannot be used: {refusal.strerror}", mend)
    return good("port", f"{host}:{port} is free")


def own_passwords(project: Path, settings: Settings) -> Finding:
    """A password that stands in the settings file goes wherever the file goes."""
    path = project / FILE_NAME
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if re.search(r"^[^#\n]*postgres(?:ql)?://[^/@\s\"']*:[^/@\s\"']+@", text, re.MULTILINE):
        mend = 'Write url = "env:NAME" or "file:PATH" instead.'
        return warning("secrets", f"{FILE_NAME} holds a database password", mend)
    return good("secrets", f"none in {FILE_NAME}")


async def served_schema(project: Path, settings: Settings, url: str) -> Finding:
    """The policies held against the tables that the data role sees."""
    from gateway.loading import control_fields
    from resolvers.selfinfo.schema import control_schema

    connection = await asyncpg.connect(url, server_settings={"search_path": "pg_catalog, pg_temp"})
    try:
        catalog = await reflect(connection, settings.database.schemas)
    finally:
        await connection.close()
    try:
        overlay = load_project(project)
        model = named(catalog, overlay)
        policy = check(overlay, model, control_fields(control_schema()))
    except ProjectError as mistake:
        return error("schema", str(mistake), "Correct the policies, or migrate the database.")
    return _remarks(len(model.entities), [*catalog.notes, *policy.notes])


def _remarks(tables: int, notes: list[str]) -> Finding:
    if not notes:
        return good("schema", f"{tables} tables and views")
    said = f"{tables} tables and views, {len(notes)} notes"
    return good("schema", f"{said}; 'narthex schema check' and 'narthex policy check' list them")
