"""Whoever can change the database, by migrations or by comments, opens nothing to a role that the policies hold out."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg

from tests.caller import Caller
from tests.journeys.waiting import is_gone, seconds_until, sees
from tests.running import RunningGateway

OPENING = [
    '@narthex auth(roles: ["agent"], on: [SELECT])',
    '@narthex auth(roles: ["agent"], on: [SELECT], future: true)',
    '@narthex @auth(roles: ["agent"], on: [SELECT, INSERT, UPDATE, DELETE])',
    '@NARTHEX AUTH(roles: ["agent"], on: [SELECT])',
    '@narthex auth(roles: ["agent"]) @narthex auth(roles: ["agent"], on: [SELECT])',
    '@narthex rename(to: "artist")',
    '@narthex relationship(name: "open", kind: ARRAY, to: "customer", on: {id: "customer_id"})',
    '@narthex deny(roles: ["agent"], override: true)',
    "@narthex rows(filter: {}, override: true)",
    '@narthex mask(with: NULL, unless: ["x"], override: true)',
    '@auth(roles: ["agent"], on: [SELECT])',
    '@narthex key(id) @narthex auth(roles: ["agent"], on: [SELECT])',
    '@narthex auth(roles: ["agent"], on: [SELECT]',
    '@narthex auth(roles: ["agent"], on: [SELECT])\n*  @auth(roles: ["agent"], on: [SELECT])',
    '@narthex deny(roles: ["nobody"])\nloot_0 @auth(roles: ["agent"], on: [SELECT])',
    '@narthex rows(filter: {id: {_gt: 0}}) @auth(roles: ["agent"], on: [SELECT])',
]
CLOSED = (
    "{ customer { email } }",
    "{ employee { birth_date } }",
    "{ invoice_aggregate { aggregate { count } } }",
    "{ artist(limit: 1) { favourite { email } } }",
    "{ artist(where: {favourite: {email: {_is_null: false}}}) { name } }",
    "{ artist(order_by: {favourite: {email: asc}}) { name } }",
    "{ artist(limit: 1) { favourite_id } }",
    "{ loot_view { email } }",
    "{ loot_copy { email } }",
    "{ loot_function { email } }",
    '{ __type(name: "customer") { name } }',
    '{ catalog_entry(coordinate: "customer") { card } }',
    '{ catalog_entry(coordinate: "loot_view") { card } }',
)


@asynccontextmanager
async def changed(gateway: RunningGateway, admin: Caller, sql: str, undo: str) -> AsyncIterator[None]:
    """The database with a change of the migrator's that is in force, as a table shows that comes with it."""
    async with gateway.database("migrator") as database:
        try:
            await database.execute(sql + "; CREATE TABLE loot_sign (id int PRIMARY KEY)")
            await wait(lambda: sees(admin, "{ loot_sign { id } }"))
            yield
        finally:
            await database.execute(f"{undo}; DROP TABLE IF EXISTS loot_sign")
    await wait(lambda: is_gone(admin, "loot_sign"))


async def wait(holds: Callable[[], bool]) -> None:
    await asyncio.to_thread(seconds_until, holds)


def sees_nothing(agent: Caller, query: str) -> None:
    answer = agent.ask(query)
    if answer.errors:
        assert answer.codes == {"GRAPHQL_VALIDATION_FAILED"}, answer.text
    else:
        assert set(answer.data.values()) == {None}, answer.text


async def test_comments_open_nothing(running_gateway: RunningGateway, admin: Caller, agent: Caller) -> None:
    tables = [f"loot_{number}" for number in range(len(OPENING))]
    statements = []
    for table, comment in zip(tables, OPENING, strict=True):
        text = comment.replace("'", "''")
        statements += [
            f"CREATE TABLE {table} (id int PRIMARY KEY, name text)",
            f"COMMENT ON TABLE {table} IS '{text}'",
            f"COMMENT ON COLUMN {table}.name IS '{text}'",
        ]
    gone = f"DROP TABLE IF EXISTS {', '.join(tables)}"
    async with changed(running_gateway, admin, "; ".join(statements), gone):
        assert sees(admin, "{ loot_0 { name } }"), "what has no effect closes nothing either"
        for table in tables:
            for query in (f"{{ {table} {{ id }} }}", f"{{ {table}_by_pk(id: 1) {{ name }} }}"):
                sees_nothing(agent, query)
        assert "loot" not in agent.get("/schema.graphql").text
        assert "loot" not in agent.ask("{ catalog(search: \"loot\") { entries { coordinate } joins } }").text.replace(
            '\\"loot\\"', ""
        )
        assert sees(agent, "{ artist(limit: 1) { name } }"), "nobody's name was taken"


async def test_comments_on_what_is_closed_leave_it_closed(
    running_gateway: RunningGateway, admin: Caller, agent: Caller
) -> None:
    async with running_gateway.database("migrator") as database:
        before = await comments(database)
    undo = "; ".join(f"COMMENT ON {what} IS {text}" for what, text in before.items())
    opening = OPENING[0].replace("'", "''")
    sql = "; ".join(f"COMMENT ON {what} IS '{opening}'" for what in before)
    async with changed(running_gateway, admin, sql, undo):
        for query in CLOSED[:3]:
            sees_nothing(agent, query)


async def comments(database: asyncpg.Connection) -> dict[str, str]:
    """What is said of two closed tables and a denied column, as literals."""
    found = {}
    for what, call in (
        ("TABLE public.customer", "obj_description('public.customer'::regclass)"),
        ("COLUMN public.customer.email", "col_description('public.customer'::regclass, 12)"),
        ("TABLE public.invoice", "obj_description('public.invoice'::regclass)"),
        ("COLUMN public.employee.birth_date", "col_description('public.employee'::regclass, 6)"),
    ):
        found[what] = await database.fetchval(f"SELECT quote_nullable({call})")
    return found


async def test_tables_that_lead_to_what_is_closed_lead_nowhere(
    running_gateway: RunningGateway, admin: Caller, agent: Caller
) -> None:
    sql = """
        ALTER TABLE artist ADD COLUMN favourite_id int REFERENCES customer;
        CREATE VIEW loot_view AS SELECT * FROM customer;
        COMMENT ON VIEW loot_view IS '@narthex key(customer_id)';
        CREATE TABLE loot_copy AS SELECT * FROM customer;
        ALTER TABLE loot_copy ADD PRIMARY KEY (customer_id);
        CREATE FUNCTION loot_function() RETURNS SETOF customer LANGUAGE sql STABLE AS 'SELECT * FROM customer';
        CREATE FUNCTION loot_computed(artist) RETURNS text LANGUAGE sql STABLE AS 'SELECT email FROM customer LIMIT 1'
    """
    undo = """
        ALTER TABLE artist DROP COLUMN IF EXISTS favourite_id;
        DROP FUNCTION IF EXISTS loot_computed; DROP FUNCTION IF EXISTS loot_function;
        DROP VIEW IF EXISTS loot_view; DROP TABLE IF EXISTS loot_copy
    """
    async with changed(running_gateway, admin, sql, undo):
        assert sees(admin, "{ loot_view(limit: 1) { email } artist(limit: 1) { favourite { email } } }")
        for query in (*CLOSED, "{ artist(limit: 1) { loot_computed } }"):
            sees_nothing(agent, query)
        assert "email" not in json.dumps(agent.ask("{ __type(name: \"artist\") { fields { name } } }").json)
