"""What a token carries decides what its holder sees: role, scopes, environment, what it is narrowed to, and a pin."""

import asyncio

import aiohttp
import pytest

from tests.caller import Caller
from tests.journeys.sights import Sight
from tests.journeys.waiting import changed, seconds_until, sees
from tests.running import RunningGateway

TRACK = "{ track(limit: 1) { name genre { name } } }"
CUSTOMER = "{ customer(limit: 1) { last_name } }"
ALWAYS_OPEN = {"me", "environment", "catalog", "catalog_entry", "explain"}


def caller_with(gateway: RunningGateway, *options: str, role: str | list[str]) -> Caller:
    return Caller(gateway.url, gateway.token(*options, role=role))


def root_fields(caller: Caller, **asked: list[tuple[str, str]]) -> set[str]:
    schema = caller.ask("{ __schema { queryType { fields { name } } } }", **asked).data["__schema"]
    return {field["name"] for field in schema["queryType"]["fields"]}


def test_allow_narrows_to_tables(running_gateway: RunningGateway) -> None:
    caller = caller_with(running_gateway, "--allow", "artist", "--allow", "album", role="agent")
    data = {name for name in root_fields(caller) if name not in ALWAYS_OPEN}
    assert data == {f"{table}{ending}" for table in ("artist", "album") for ending in ("", "_by_pk", "_aggregate")}
    assert sees(caller, "{ artist(limit: 1) { albums(order_by: {title: asc}) { title artist { name } } } }")
    assert not sees(caller, "{ album(limit: 1) { tracks { name } } }")
    assert "track" not in Sight(caller).names
    assert "type track " not in caller.get("/schema.graphql").text


def test_allow_narrows_to_columns_and_never_widens(running_gateway: RunningGateway) -> None:
    caller = caller_with(running_gateway, "--allow", "artist.name", "--allow", "customer", role="agent")
    assert sees(caller, '{ artist(where: {name: {_ilike: "a%"}}, order_by: {name: asc}, limit: 1) { name } }')
    for query in (
        "{ artist { artist_id } }",
        "{ artist(where: {artist_id: {_eq: 1}}) { name } }",
        "{ artist(order_by: {artist_id: asc}) { name } }",
        "{ artist(distinct_on: artist_id) { name } }",
        "{ artist_by_pk(artist_id: 1) { name } }",
        "{ artist { albums { title } } }",
        CUSTOMER,
    ):
        assert caller.ask(query).codes == {"GRAPHQL_VALIDATION_FAILED"}, query


def test_scopes_open_what_asks_for_them(running_gateway: RunningGateway) -> None:
    plain = caller_with(running_gateway, role="support")
    one = caller_with(running_gateway, "--scope", "pii:read", role="support")
    both = caller_with(running_gateway, "--scope", "pii:read", "--scope", "pii:phone", role="support")
    phones = "{ customer(limit: 1) { phone } }"
    line = 'customer.phone @auth(roles: ["support"], scopes: ["pii:read", "pii:phone"])\n'
    assert sees(plain, phones)
    with changed(running_gateway.project / "policies" / "scopes.policy", lambda _: line):
        seconds_until(lambda: not sees(plain, phones))
        assert not sees(one, phones)
        assert sees(both, phones)
        for argument in ("where: {phone: {_is_null: false}}", "order_by: {phone: asc}", "distinct_on: phone"):
            assert not sees(one, f"{{ customer({argument}) {{ city }} }}")
            assert sees(both, f"{{ customer({argument}) {{ city }} }}")
        assert "pii:phone" not in plain.get("/schema.graphql").text
    seconds_until(lambda: sees(plain, phones))


@pytest.mark.parametrize(("environment", "is_open"), [("sandbox", True), ("production", False)])
def test_lines_hold_in_their_environments(running_gateway: RunningGateway, environment: str, is_open: bool) -> None:
    agent, other = caller_with(running_gateway, role="agent"), caller_with(running_gateway, role="probe")
    lines = f'employee.title @auth(roles: ["agent"], environments: ["{environment}"])\nartist @auth(roles: ["probe"])\n'
    with changed(running_gateway.project / "policies" / "environments.policy", lambda _: lines):
        seconds_until(lambda: sees(other, "{ artist(limit: 1) { name } }"))
        assert sees(agent, "{ employee(limit: 1) { title } }") is is_open
        assert not sees(agent, "{ employee(limit: 1) { last_name } }")
    seconds_until(lambda: not sees(other, "{ artist(limit: 1) { name } }"))


def test_one_role_acts_at_a_time(running_gateway: RunningGateway) -> None:
    caller = caller_with(running_gateway, role=["agent", "support"])
    as_support = [("x-narthex-role", "support")]
    in_body = {"extensions": {"narthex": {"role": "support"}}}
    me = "{ me { role roles } }"
    assert caller.ask(me).data["me"] == {"role": "agent", "roles": ["agent", "support"]}
    assert caller.ask(me, headers=as_support).data["me"]["role"] == "support"
    assert caller.ask(me, **in_body).data["me"]["role"] == "support"
    assert caller.ask(me, headers=as_support, **in_body).data["me"]["role"] == "support"
    assert not sees(caller, CUSTOMER)
    assert caller.ask(CUSTOMER, headers=as_support).data
    assert caller.ask(CUSTOMER, **in_body).data
    assert not sees(caller, CUSTOMER)
    alone = caller_with(running_gateway, role="support")
    for page in ("/schema.graphql", "/tools.json"):
        assert caller.get(page, as_support).text == alone.get(page).text
    assert root_fields(caller, headers=as_support) == root_fields(alone)


def test_a_role_that_the_token_lacks_is_refused(running_gateway: RunningGateway) -> None:
    caller = caller_with(running_gateway, role=["agent", "support"])
    for role in ("admin", "analyst", "nobody", "Support", " support", "support,agent", ""):
        answers = (
            caller.ask("{ me { role } }", headers=[("x-narthex-role", role)]),
            caller.ask("{ me { role } }", extensions={"narthex": {"role": role}}),
        )
        for answer in answers if role.strip() == role else answers[1:]:
            assert answer.codes == {"FORBIDDEN"}, role
            assert answer.status == 200
        strict = [("x-narthex-role", role), ("accept", "application/graphql-response+json")]
        if role.strip() == role:
            assert caller.ask("{ me { role } }", headers=strict).status == 403
            assert caller.get("/schema.graphql", [("x-narthex-role", role)]).status == 403


def test_a_role_that_no_policy_knows_sees_the_gateway_alone(running_gateway: RunningGateway) -> None:
    caller = caller_with(running_gateway, role="newcomer")
    assert root_fields(caller) == ALWAYS_OPEN
    assert caller.ask("{ me { role } catalog { entries { coordinate } } }").data["me"] == {"role": "newcomer"}
    admin = Sight(caller_with(running_gateway, role="admin"))
    tables = {name for name in admin.schema.type_map if f"{name}_bool_exp" in admin.schema.type_map}
    text = caller.get("/schema.graphql").text + caller.get("/llms.txt").text
    assert not [table for table in tables if f"type {table} " in text or f"\n- {table} " in text]


async def test_the_role_of_a_websocket_is_that_of_its_first_message(running_gateway: RunningGateway) -> None:
    token = running_gateway.token(role=["agent", "support"])
    async with aiohttp.ClientSession() as session:
        for role, opens in (("support", True), ("agent", False)):
            async with session.ws_connect(
                f"{running_gateway.url}/graphql", protocols=["graphql-transport-ws"]
            ) as socket:
                payload = {"authorization": f"Bearer {token}", "x-narthex-role": role}
                await socket.send_json({"type": "connection_init", "payload": payload})
                assert await socket.receive_json(timeout=5) == {"type": "connection_ack"}
                await socket.send_json({"type": "subscribe", "id": "1", "payload": {"query": CUSTOMER}})
                answer = await socket.receive_json(timeout=5)
                assert answer["type"] == ("next" if opens else "error")
            await asyncio.sleep(0)


def test_a_pinned_contract_refuses_only_what_changed_for_the_document(running_gateway: RunningGateway) -> None:
    caller = caller_with(running_gateway, role="agent")
    pin = caller.ask("{ environment { contract_hash } }").data["environment"]["contract_hash"]
    pinned = [("x-narthex-contract", pin)]
    assert caller.ask(TRACK, headers=pinned).data
    with changed(
        running_gateway.project / "policies" / "pinned.policy", lambda _: 'genre @deny(roles: ["agent"])\n'
    ):
        seconds_until(lambda: not sees(caller, TRACK))
        refused = caller.ask(TRACK, headers=pinned)
        assert refused.codes == {"CONTRACT_CHANGED"}
        assert refused.errors[0]["extensions"]["changes"] == [
            "Cannot query field 'genre' on type 'track'. Did you mean 'genre_id'?"
        ]
        assert caller.ask(TRACK, extensions={"narthex": {"contract": pin}}).codes == {"CONTRACT_CHANGED"}
        assert caller.ask("{ track(limit: 1) { name } }", headers=pinned).data
        now = caller.ask("{ environment { contract_hash } }").data["environment"]["contract_hash"]
        assert now != pin
        # Under the contract that it pinned a document that never was valid is simply wrong.
        assert caller.ask(TRACK, headers=[("x-narthex-contract", now)]).codes == {"GRAPHQL_VALIDATION_FAILED"}
    seconds_until(lambda: sees(caller, TRACK))
