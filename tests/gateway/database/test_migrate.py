from pathlib import Path

import pytest

from gateway.database.migrate import (
    apply_migrations,
    pending_migrations,
    pending_seed,
    read_migrations,
)
from gateway.database.setup import setup_connection
from narthex.errors import ProjectError
from tests.gateway.conftest import PrepareDatabase, PreparedUrls, connected


class Project:
    """A project folder on a prepared database."""

    def __init__(self, folder: Path, urls: PreparedUrls, schemas: tuple[str, ...]) -> None:
        self.folder, self.urls, self.schemas = folder, urls, schemas
        (folder / "migrations").mkdir()

    def write(self, name: str, text: str) -> None:
        (self.folder / "migrations" / name).write_text(text)

    async def migrate(self, *, seed: bool = False) -> list[str]:
        async with setup_connection(self.urls.direct) as control:
            pending = await pending_migrations(control, self.folder)
            await apply_migrations(control, self.urls.migrator, self.schemas, pending)
            first = await pending_seed(control, self.folder) if seed else None
            if first is not None:
                pending.append(first)
                await apply_migrations(control, self.urls.migrator, self.schemas, [first])
        return [migration.name for migration in pending]

    async def refusal(self) -> str:
        with pytest.raises(ProjectError) as raised:
            await self.migrate()
        return str(raised.value).removeprefix(f"{self.folder}/")

    async def value(self, sql: str) -> object:
        async with connected(self.urls.admin) as admin:
            return await admin.fetchval(sql)


@pytest.fixture
async def project(prepared_database: PrepareDatabase, tmp_path: Path) -> Project:
    return Project(tmp_path, await prepared_database(schemas=("public", "sales")), ("public", "sales"))


async def test_files_are_applied_in_order_and_once(project: Project) -> None:
    project.write("10_third.sql", "INSERT INTO item VALUES (3)")
    project.write("2_second.sql", "INSERT INTO item VALUES (2)")
    project.write("001_first.sql", "CREATE TABLE item (id int); CREATE TABLE sales.offer (id int)")
    project.write("notes.txt", "not SQL")
    assert await project.migrate() == ["001_first.sql", "2_second.sql", "10_third.sql"]
    assert await project.migrate() == []
    project.write("11_more.sql", "INSERT INTO item VALUES (4)")
    assert await project.migrate() == ["11_more.sql"]
    assert await project.value("SELECT array_agg(id) FROM item") == [2, 3, 4]
    assert await project.value("SELECT tableowner FROM pg_tables WHERE tablename = 'item'") == "narthex_migrator"
    assert await project.value("SELECT has_table_privilege('narthex_data', 'item', 'INSERT')")
    assert await project.value("SELECT has_table_privilege('narthex_data', 'sales.offer', 'SELECT')")


async def test_an_applied_file_must_not_change(project: Project) -> None:
    project.write("1_a.sql", "CREATE TABLE item (id int);\n")
    await project.migrate()
    project.write("1_a.sql", "CREATE TABLE item (id int);\r\n")
    assert await project.migrate() == []
    project.write("1_a.sql", "CREATE TABLE item (id bigint);\n")
    assert "migrations/1_a.sql has changed since it was applied" in await project.refusal()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "CREATE TABLE item (id int);\n\nCREATE TABL other ();\n",
            'migrations/2.sql:3: syntax error at or near "TABL"',
        ),
        ("CREATE TABLE item (id int);\nSELECT absent\n  FROM item;\n", 'migrations/2.sql:2: column "absent" does not'),
        (
            "CREATE TABLE item (id int UNIQUE);\nINSERT INTO item VALUES (1);\n\n-- b\nINSERT INTO item\nVALUES (1);",
            'migrations/2.sql:5: duplicate key value violates unique constraint "item_id_key"\n  detail: Key (id)=(1)',
        ),
        ("SELECT 1;\nBEGIN;\nSELECT 2;\nCOMMIT;", "migrations/2.sql:2: BEGIN is not allowed"),
        ("SELECT 1;\n\\c other\n", "migrations/2.sql:2: \\c is a command of psql"),
        ("SELECT 1;\nCOPY item FROM stdin;\n1\n\\.\n", "migrations/2.sql:2: COPY FROM STDIN needs psql"),
        ("SELECT 1;\nCREATE TABLE narthex.x ();", "migrations/2.sql:2: permission denied for schema narthex"),
    ],
)
async def test_a_failing_file_is_named_with_its_line(project: Project, text: str, said: str) -> None:
    project.write("1.sql", "CREATE TABLE before ()")
    project.write("2.sql", text)
    assert said in await project.refusal()
    assert await project.value("SELECT to_regclass('before') IS NOT NULL")
    assert await project.value("SELECT to_regclass('item') IS NULL")
    assert await project.value("SELECT array_agg(name) FROM narthex.project_migration") == ["1.sql"]


async def test_a_deferred_constraint_fails_its_own_file(project: Project) -> None:
    project.write(
        "1.sql",
        "CREATE TABLE item (id int PRIMARY KEY, parent int REFERENCES item DEFERRABLE INITIALLY DEFERRED);\n"
        "INSERT INTO item VALUES (1, 2);",
    )
    assert "violates foreign key constraint" in await project.refusal()
    assert await project.value("SELECT to_regclass('item') IS NULL")


async def test_session_settings_of_one_file_do_not_reach_the_next(project: Project) -> None:
    project.write("1.sql", "SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE public.a ();")
    project.write("2.sql", "CREATE TABLE b ();")
    await project.migrate()
    assert await project.value("SELECT to_regclass('public.b') IS NOT NULL")


async def test_the_seed_runs_once_and_is_analyzed(project: Project) -> None:
    project.write("1.sql", "CREATE TABLE item (id int)")
    (project.folder / "seed.sql").write_text("INSERT INTO item SELECT generate_series(1, 7)")
    assert await project.migrate() == ["1.sql"]
    assert await project.migrate(seed=True) == ["seed.sql"]
    assert await project.value("SELECT reltuples FROM pg_class WHERE relname = 'item'") == 7.0
    (project.folder / "seed.sql").write_text("INSERT INTO item VALUES (8)")
    assert await project.migrate(seed=True) == []
    assert await project.value("SELECT count(*) FROM item") == 7


async def test_a_file_in_another_encoding_is_refused(project: Project) -> None:
    (project.folder / "migrations" / "1.sql").write_bytes("SELECT 'é'".encode("latin-1"))
    assert "migrations/1.sql cannot be read" in await project.refusal()


def test_the_sample_project_is_read_in_order() -> None:
    sample = Path(__file__).parents[3] / "examples" / "music_store"
    names = [migration.name for migration in read_migrations(sample)]
    assert names == sorted(names)
    assert names[0] == "001_chinook.sql"
