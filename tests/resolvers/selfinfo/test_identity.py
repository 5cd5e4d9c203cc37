"""`me`, `environment`, `schema_version`: the request as it is."""

import pytest

from narthex.errors import Refused
from tests.resolvers.selfinfo.conftest import AT, Store, principal


async def test_me_is_the_token(music: Store) -> None:
    who = principal("support", scopes=["pii:read", "a:b"])
    data = await music.ask(
        "{ me { subject kind roles role scopes level sid expires_at session { label remaining } } }", who=who
    )
    assert data["me"] == {
        "subject": "bot-7",
        "kind": "agent",
        "roles": ["support", "spare"],
        "role": "support",
        "scopes": ["a:b", "pii:read"],
        "level": "GATED",
        "sid": "session-1",
        "expires_at": "2033-05-18T03:33:20+00:00",
        "session": None,
    }


async def test_the_environment_is_the_request_s(music: Store) -> None:
    who = principal()
    data = await music.ask("{ environment { name mode branch schema_version contract_hash } }", who=who)
    assert data["environment"] == {
        "name": "sandbox",
        "mode": "dry_run",
        "branch": "main",
        "schema_version": music.snapshot.version,
        "contract_hash": music.snapshot.contract(who.grants).id,
    }


async def test_contracts_differ_by_their_hash(music: Store) -> None:
    query = "{ environment { contract_hash schema_version } }"
    one = await music.ask(query, who=principal("agent"))
    other = await music.ask(query, who=principal("support"))
    assert one["environment"]["schema_version"] == other["environment"]["schema_version"]
    assert one["environment"]["contract_hash"] != other["environment"]["contract_hash"]


async def test_the_schema_s_version_has_to_be_opened(music: Store) -> None:
    data = await music.ask("{ schema_version { id at } }", who=principal("analyst"))
    assert data["schema_version"] == {"id": music.snapshot.version, "at": AT.isoformat()}
    with pytest.raises(Refused):
        await music.ask("{ schema_version { id } }", who=principal("stranger"))


async def test_control_fields_keep_their_place_among_data(music: Store) -> None:
    data = await music.ask("{ b: me { role } genre(limit: 1) { name } a: environment { name } me { kind } }")
    assert list(data) == ["b", "genre", "a", "me"]
