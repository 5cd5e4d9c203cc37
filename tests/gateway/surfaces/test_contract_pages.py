"""The contract as files, over HTTP: `/schema.graphql`, `/llms.txt`, `/tools.json`, and what strangers get."""

import json
from dataclasses import dataclass

import aiohttp
import pytest
from graphql import (
    build_client_schema,
    build_schema,
    get_introspection_query,
    lexicographic_sort_schema,
    print_schema,
    validate_schema,
)
from graphql.language import DirectiveNode, FieldDefinitionNode, ObjectTypeDefinitionNode, parse

from gateway.surfaces.contract_texts import GUIDE_TOKENS
from schema.cards import tokens
from tests.caller import Caller
from tests.running import RunningGateway

PATHS = ["/schema.graphql", "/llms.txt", "/tools.json"]
ROLES = ["agent", "support", "analyst", "admin"]


@dataclass(frozen=True)
class Page:
    status: int
    headers: dict[str, str]
    text: str


async def get(gateway: RunningGateway, path: str, **headers: str) -> Page:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{gateway.url}{path}", headers=sent) as response,
    ):
        known = {name.lower(): value for name, value in response.headers.items()}
        return Page(response.status, known, await response.text())


async def page(gateway: RunningGateway, path: str, role: str = "agent") -> str:
    got = await get(gateway, path, authorization=f"Bearer {gateway.token(role=role)}")
    assert got.status == 200, got.text
    return got.text


@pytest.mark.parametrize("path", PATHS)
async def test_strangers_only_learn_how_to_authenticate(running_gateway: RunningGateway, path: str) -> None:
    answers = [
        await get(running_gateway, path),
        await get(running_gateway, path, authorization="Bearer nonsense"),
        await get(running_gateway, path, authorization="Basic YTpi"),
        await get(running_gateway, f"{path}?token={running_gateway.token(role='admin')}"),
    ]
    assert {answer.status for answer in answers} == {401}
    assert {answer.headers["www-authenticate"] for answer in answers} == {'Bearer realm="narthex"'}
    assert len({answer.text for answer in answers}) == 1
    assert "Authorization: Bearer" in answers[0].text
    for word in ("track", "artist", "agent", "sandbox", "role"):
        assert word not in answers[0].text


@pytest.mark.parametrize("path", PATHS)
async def test_the_role_is_one_of_the_token_s(running_gateway: RunningGateway, path: str) -> None:
    token = running_gateway.token(role=["agent", "support"])
    as_agent = await get(running_gateway, path, authorization=f"Bearer {token}")
    as_support = await get(running_gateway, path, authorization=f"Bearer {token}", x_narthex_role="support")
    as_admin = await get(running_gateway, path, authorization=f"Bearer {token}", x_narthex_role="admin")
    assert (as_agent.status, as_support.status, as_admin.status) == (200, 200, 403)
    assert as_agent.headers["cache-control"] == "no-store" and as_agent.headers["x-content-type-options"] == "nosniff"
    if path != "/tools.json":
        assert "employee" not in as_agent.text and "employee" in as_support.text


async def test_only_reading(running_gateway: RunningGateway) -> None:
    headers = {"authorization": f"Bearer {running_gateway.token(role='agent')}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for path in PATHS:
            async with session.post(f"{running_gateway.url}{path}", json={}) as response:
                assert response.status == 405


@pytest.mark.parametrize("role", ROLES)
async def test_the_sdl_is_what_introspection_shows(running_gateway: RunningGateway, role: str) -> None:
    built = build_schema(await page(running_gateway, "/schema.graphql", role))
    assert validate_schema(built) == []
    headers = {"authorization": f"Bearer {running_gateway.token(role=role)}"}
    body = {"query": get_introspection_query(input_value_deprecation=True)}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{running_gateway.url}/graphql", json=body) as response,
    ):
        introspected = build_client_schema(json.loads(await response.text())["data"])
    shown = print_schema(lexicographic_sort_schema(introspected))
    own = build_schema(_without_policies(await page(running_gateway, "/schema.graphql", role)))
    assert print_schema(lexicographic_sort_schema(own)) == shown


def _without_policies(sdl: str) -> str:
    """The document from its `schema` definition on, which the policies' own definitions precede."""
    kept = sdl[sdl.index("schema {") :]
    for directive in _directives(sdl):
        assert directive.loc is not None
        kept = kept.replace(f" {sdl[directive.loc.start : directive.loc.end]}", "")
    return kept


def _directives(sdl: str) -> list[DirectiveNode]:
    found: list[DirectiveNode] = []
    for definition in parse(sdl).definitions:
        if isinstance(definition, ObjectTypeDefinitionNode):
            found += definition.directives or ()
            for field in definition.fields or ():
                found += field.directives or ()
    return found


async def test_the_sdl_carries_the_policies_that_name_the_caller(running_gateway: RunningGateway) -> None:
    sdl = await page(running_gateway, "/schema.graphql", "analyst")
    types = {
        definition.name.value: definition
        for definition in parse(sdl).definitions
        if isinstance(definition, ObjectTypeDefinitionNode)
    }
    assert _texts(sdl, types["track"]) == ['@auth(roles: ["agent", "support", "analyst"], on: [SELECT, AGGREGATE])']
    (customer,) = _texts(sdl, types["customer"])
    assert '"country"' in customer and "support" not in customer
    version = next(field for field in types["query_root"].fields or () if field.name.value == "schema_version")
    assert _texts(sdl, version) == ['@auth(roles: ["agent", "support", "analyst"])']
    assert not any(_texts(sdl, field) for field in types["track"].fields or ())


def _texts(sdl: str, node: ObjectTypeDefinitionNode | FieldDefinitionNode) -> list[str]:
    return [sdl[one.loc.start : one.loc.end] for one in node.directives or () if one.loc is not None]


@pytest.mark.parametrize("role", [*ROLES, "nobody"])
async def test_the_guide_is_short_and_says_where_to_begin(running_gateway: RunningGateway, role: str) -> None:
    text = await page(running_gateway, "/llms.txt", role)
    assert tokens(text) <= GUIDE_TOKENS and len(text.split()) < GUIDE_TOKENS
    for word in ("catalog(search:", "explain", "/schema.graphql", "extensions.hint", f"role {role}", "100 rows"):
        assert word in text
    assert ("- track ~3.5k" in text) == (role != "nobody")
    assert ("customer" in text) == (role in ("support", "analyst", "admin"))


async def test_tools_are_in_the_form_of_openai(running_gateway: RunningGateway) -> None:
    made = json.loads(await page(running_gateway, "/tools.json"))
    assert [tool["function"]["name"] for tool in made] == ["query", "catalog"]
    for tool in made:
        assert tool["type"] == "function" and tool["function"]["description"]
        parameters = tool["function"]["parameters"]
        assert parameters["type"] == "object" and set(parameters["required"]) <= set(parameters["properties"])


def test_whoever_may_change_something_is_told_how(running_gateway: RunningGateway) -> None:
    for level, told in (("READ", False), ("SIMULATE", True), ("WRITE", True)):
        caller = Caller(running_gateway.url, running_gateway.token("--level", level, role="admin"))
        names = [tool["function"]["name"] for tool in caller.get("/tools.json").json]
        assert ("mutate" in names) is told, level
        assert ("x-narthex-mode" in caller.get("/llms.txt").text) is told, level
    reader = Caller(running_gateway.url, running_gateway.token("--level", "WRITE", role="analyst"))
    assert "mutate" not in reader.get("/tools.json").text
