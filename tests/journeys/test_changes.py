"""Policies and tables that change while the gateway runs, and callers who notice nothing but the change."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest

from tests.caller import Caller
from tests.journeys.waiting import changed, is_gone, seconds_until, sees
from tests.running import RunningGateway

SOON_S = 6.0
"""How long a change may take to be in force: a second is usual, but other work may share the machine."""


@pytest.fixture
def agent(running_gateway: RunningGateway) -> Caller:
    return Caller(running_gateway.url, running_gateway.token(role="agent"))


@pytest.fixture
def admin(running_gateway: RunningGateway) -> Caller:
    return Caller(running_gateway.url, running_gateway.token(role="admin"))


def metric(caller: Caller, name: str) -> float:
    found = re.search(rf"^{name} (\S+)$", caller.get("/metrics").text, re.MULTILINE)
    assert found is not None
    return float(found[1])


def test_a_role_loses_a_table_and_gets_it_back(running_gateway: RunningGateway, agent: Caller) -> None:
    genres, path = "{ genre { name } }", running_gateway.project / "policies" / "catalogue.policy"
    nested = "{ track(limit: 1) { name genre { name } } }"
    assert sees(agent, genres)
    hash_of = "{ environment { contract_hash } }"
    before = agent.ask(hash_of).data
    with changed(path, lambda text: re.sub(r'(?m)^genre .*"agent", ', "genre @auth(roles: [", text)):
        assert seconds_until(lambda: not sees(agent, genres)) < SOON_S
        assert not sees(agent, nested)
        assert "\ntype genre " not in agent.get("/schema.graphql").text
        assert "\n- genre " not in agent.get("/llms.txt").text
        assert agent.ask('{ catalog_entry(coordinate: "genre") { card } }').data == {"catalog_entry": None}
        assert agent.ask(hash_of).data != before
        analyst = Caller(running_gateway.url, running_gateway.token(role="analyst"))
        assert sees(analyst, genres)
    assert seconds_until(lambda: sees(agent, genres)) < SOON_S
    assert sees(agent, nested)
    assert agent.ask(hash_of).data == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('genr @auth(roles: ["agent"])', r"new\.policy:1:1.*Did you mean 'genre'"),
        ("genre @auth(roles: [", r"new\.policy:2:1: .*begins in line 1.*close it"),
        ('customer @allow(roles: ["agent"])', r"new\.policy:1:10.*@allow"),
    ],
)
def test_a_broken_file_keeps_the_policies_in_force_and_says_so(
    running_gateway: RunningGateway, agent: Caller, content: str, said: str
) -> None:
    already = len(running_gateway.said())
    path = running_gateway.project / "policies" / "new.policy"
    with changed(path, lambda _: f"{content}\n"):
        assert seconds_until(lambda: metric(agent, "narthex_reload_failed") == 1) < SOON_S
        assert sees(agent, "{ genre { name } artist(limit: 1) { name } }")
        assert not sees(agent, "{ customer { email } }")
        complaint = running_gateway.said()[already:]
        assert complaint.count("what was in force stays") == 1
        assert re.search(said, complaint), complaint
    assert seconds_until(lambda: metric(agent, "narthex_reload_failed") == 0) < SOON_S


class Crowd:
    """Callers who ask the same all the time; `answers` has every different answer with its count."""

    def __init__(self, gateway: RunningGateway, token: str, queries: tuple[str, ...]) -> None:
        self._url, self._token, self._queries = f"{gateway.url}/graphql", token, queries
        self._stopped = False
        self.answers: dict[str, int] = {}

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        headers = {"authorization": f"Bearer {self._token}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            tasks = [asyncio.create_task(self._ask(session, query)) for query in self._queries]
            try:
                yield
            finally:
                self._stopped = True
                await asyncio.gather(*tasks)

    async def _ask(self, session: aiohttp.ClientSession, query: str) -> None:
        while not self._stopped:
            async with session.post(self._url, json={"query": query}) as response:
                answer = await response.text()
            self.answers[answer] = self.answers.get(answer, 0) + 1


async def until(holds: Callable[[], bool]) -> float:
    return await asyncio.to_thread(seconds_until, holds)


@pytest.mark.parametrize("user", ["superuser", "migrator"])
async def test_tables_change_under_a_crowd_that_notices_nothing(
    running_gateway: RunningGateway, admin: Caller, agent: Caller, user: str
) -> None:
    crowd = Crowd(
        running_gateway,
        running_gateway.token(role="admin"),
        (
            "{ artist(order_by: {artist_id: asc}, limit: 2) { artist_id name albums { title } } }",
            "query by_key { artist_by_pk(artist_id: 7) { name } }",
            "{ artist_aggregate { aggregate { count max { name } } } }",
        ),
    )
    async with running_gateway.database(user) as database, crowd.asking():
        try:
            await database.execute(
                "CREATE TABLE label (label_id int PRIMARY KEY, name text NOT NULL, notes json);"
                "COMMENT ON TABLE label IS 'Firms that publish records.';"
                "INSERT INTO label VALUES (1, 'Albert', E'{\"a\":\\n1}');"
                "ALTER TABLE artist ADD COLUMN label_id int REFERENCES label"
            )
            labels = "{ artist(limit: 1) { label { name } } label { artists { name } } }"
            assert await until(lambda: sees(admin, labels)) < SOON_S
            assert not sees(agent, "{ label { name } }")
            entry = admin.ask('{ catalog_entry(coordinate: "label") { description } }').data["catalog_entry"]
            assert entry["description"] == "Firms that publish records."
            streamed = admin.ask("{ label { notes } }", headers=[("accept", "text/event-stream")])
            assert streamed.text == (
                'event: next\ndata: {"data":{"label":[{"notes":{"a": 1}}]}}\n\nevent: complete\ndata: \n\n'
            )
            # A table that the agent may read gained a column: the line that opens it was there before the column.
            assert not sees(agent, "{ artist(limit: 1) { label_id } }")

            await database.execute("COMMENT ON COLUMN label.name IS 'As printed on the sleeve.'")
            described = '{ __type(name: "label") { fields { name description } } }'
            assert await until(lambda: "As printed on the sleeve." in admin.ask(described).text) < SOON_S

            await database.execute("ALTER TABLE label RENAME COLUMN name TO title")
            assert await until(lambda: sees(admin, "{ label { title } }")) < SOON_S
            assert not sees(admin, "{ label { name } }")

            await database.execute("ALTER TABLE label ALTER COLUMN title TYPE varchar(99), ALTER label_id TYPE bigint")
            typed = '{ __type(name: "label") { fields { name type { ofType { name } } } } }'
            assert await until(lambda: '"bigint"' in admin.ask(typed).text) < SOON_S
        finally:
            await database.execute("ALTER TABLE artist DROP COLUMN IF EXISTS label_id; DROP TABLE IF EXISTS label")
        assert await until(lambda: is_gone(admin, "label")) < SOON_S
    assert [answer for answer in crowd.answers if "errors" in json.loads(answer)] == []
    assert len(crowd.answers) == 3
    assert min(crowd.answers.values()) > 20


async def test_a_column_that_goes_while_it_is_asked_for_is_a_refusal_that_tells_to_ask_again(
    running_gateway: RunningGateway, admin: Caller
) -> None:
    query = "{ tempo { name } }"
    async with running_gateway.database("migrator") as database:
        await database.execute("CREATE TABLE tempo (tempo_id int PRIMARY KEY, name text)")
        try:
            await until(lambda: sees(admin, query))
            crowd = Crowd(running_gateway, running_gateway.token(role="admin"), (query,) * 4)
            async with crowd.asking():
                await asyncio.sleep(0.2)
                await database.execute("ALTER TABLE tempo RENAME COLUMN name TO title")
                assert await until(lambda: sees(admin, "{ tempo { title } }")) < SOON_S
                await asyncio.sleep(0.1)
        finally:
            await database.execute("DROP TABLE tempo")
    errors = [error for answer in crowd.answers for error in json.loads(answer).get("errors", [])]
    codes = {error["extensions"]["code"]: error["extensions"]["retry"] for error in errors}
    assert codes.pop("GRAPHQL_VALIDATION_FAILED") == "CHANGED"
    assert set(codes) <= {"UNAVAILABLE"}
    assert set(codes.values()) <= {"AFTER", "SAME"}
    await until(lambda: is_gone(admin, "tempo"))
