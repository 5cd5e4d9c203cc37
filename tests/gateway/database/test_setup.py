import asyncio
from pathlib import Path

import asyncpg
import pytest

from gateway.database import setup
from gateway.database.roles import prepare_roles
from gateway.database.setup import (
    apply_control_migrations,
    checksum_of,
    missing_control_migrations,
    setup_connection,
)
from gateway.database.urls import DatabaseUrls
from narthex.errors import ProjectError
from tests.gateway.conftest import PASSWORDS, PrepareDatabase, connected

NAMES = [path.stem for path in sorted((Path(setup.__file__).parent / "control").glob("*.sql"))]


async def test_migrations_are_applied_once(database: str) -> None:
    await prepare_roles(database, PASSWORDS, ["public"])
    urls = DatabaseUrls.with_passwords(database, PASSWORDS)
    async with setup_connection(urls.direct) as control:
        assert await missing_control_migrations(control) == NAMES
        assert await apply_control_migrations(control) == NAMES
        assert await missing_control_migrations(control) == []
        assert await apply_control_migrations(control) == []
        owners = await control.fetch(
            "SELECT DISTINCT relowner::regrole::text AS owner FROM pg_class "
            "WHERE relnamespace = 'narthex'::regnamespace"
        )
    assert [row["owner"] for row in owners] == ["narthex_control"]


async def test_starters_wait_for_each_other(database: str) -> None:
    await prepare_roles(database, PASSWORDS, ["public"])
    urls = DatabaseUrls.with_passwords(database, PASSWORDS)

    async def start() -> list[str]:
        async with setup_connection(urls.direct) as control:
            return await apply_control_migrations(control)

    assert sorted(await asyncio.gather(*(start() for _ in range(4)))) == [[], [], [], NAMES]


async def test_another_build_is_refused(prepared_database: PrepareDatabase) -> None:
    urls = await prepared_database()
    async with setup_connection(urls.direct) as control:
        await control.execute("UPDATE narthex.migration SET checksum = '\\x00' WHERE name = $1", NAMES[0])
        with pytest.raises(ProjectError, match=f"its migration {NAMES[0]} differs"):
            await apply_control_migrations(control)


async def test_tables_of_a_later_version_are_no_error(prepared_database: PrepareDatabase) -> None:
    urls = await prepared_database()
    async with setup_connection(urls.direct) as control:
        await control.execute("INSERT INTO narthex.migration (name, checksum) VALUES ('9999_later', '\\x00')")
        assert await apply_control_migrations(control) == []


@pytest.mark.parametrize("table", ["audit_group", "document"])
async def test_the_audit_is_append_only(prepared_database: PrepareDatabase, table: str) -> None:
    urls = await prepared_database()
    async with connected(urls.control) as control:
        await control.execute("INSERT INTO narthex.document (hash, text) VALUES ('\\x01', '{ me }')")
        await control.execute(
            "INSERT INTO narthex.audit_group "
            "(writer, first_seq, last_seq, environment, from_at, to_at, sessions, records) "
            "VALUES (gen_random_uuid(), 1, 1, 'sandbox', now(), now(), '{s}', '[[]]')"
        )
        for change in (f"DELETE FROM narthex.{table}", f"TRUNCATE narthex.{table}"):
            with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
                await control.execute(change)
        with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
            column = "environment" if table == "audit_group" else "text"
            await control.execute(f"UPDATE narthex.{table} SET {column} = 'x'")


def test_line_endings_do_not_change_a_checksum() -> None:
    assert checksum_of("a;\r\nb;\r\n") == checksum_of("a;\nb;\n")
    assert checksum_of("a;\nb;\n") != checksum_of("a; b;\n")
