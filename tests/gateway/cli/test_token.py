import time
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest

from gateway.database.setup import setup_connection
from gateway.database.urls import DatabaseUrls
from gateway.identity.keys import load_keys
from gateway.identity.revocation import Revocations, Revoked
from gateway.identity.tokens import TokenVerifier
from narthex.principal import Kind, Level
from narthex.settings import load_settings
from tests.gateway.cli.conftest import Narthex
from tests.gateway.conftest import PASSWORDS


def claims(token: str) -> dict[str, object]:
    return jwt.decode(token, options={"verify_signature": False})


async def test_all_options_reach_the_principal(narthex: Narthex) -> None:
    words = "--kind agent --role support --role analyst --scope pii:read --scope b --level gated --sub worker"
    more = "--actor helper --actor planner --owner alice --allow customer --allow Query.track_by_pk --ttl 2h"
    values = ["--claim", "employee_id=3", "--claim", "name=Jane Peacock", "--claim", 'regions=["eu"]']
    printed = narthex.ok("token", *words.split(), *more.split(), *values)
    assert printed.count("\n") == 1
    token = printed.strip()
    urls = DatabaseUrls.with_passwords(narthex.environment["NARTHEX_DATABASE__URL"], PASSWORDS)
    async with setup_connection(urls.direct) as control:
        ring = await load_keys(control)
        rows = await control.fetch("SELECT subject, owner FROM narthex.principal ORDER BY subject")

    async def load() -> object:
        raise AssertionError("the key is known")

    async def nobody(_: int | None) -> Revoked:
        return Revoked(1)

    revocations = Revocations(nobody)
    await revocations.refresh()
    settings = load_settings(narthex.project)
    principal = await TokenVerifier(ring, settings, load, revocations).verify(token)  # type: ignore[arg-type]
    assert (principal.subject, principal.kind, principal.level) == ("worker", Kind.AGENT, Level.GATED)
    assert principal.roles == ("support", "analyst")
    assert principal.grants.scopes == {"pii:read", "b"}
    assert principal.grants.allow == {"customer", "Query.track_by_pk"}
    assert principal.actors == ("helper", "planner")
    assert abs(principal.expires_at - time.time() - 7200) < 30
    assert {name: principal.claims[name] for name in ("employee_id", "name", "regions")} == {
        "employee_id": 3,
        "name": "Jane Peacock",
        "regions": ["eu"],
    }
    assert [tuple(row) for row in rows] == [
        ("cli", None),
        ("helper", "alice"),
        ("planner", "alice"),
        ("worker", "alice"),
    ]


def test_defaults(narthex: Narthex) -> None:
    payload = claims(narthex.ok("token", "--role", "admin").strip())
    assert (payload["sub"], payload["kind"], payload["level"], payload["env"]) == ("cli", "service", "READ", "sandbox")
    assert abs(float(str(payload["exp"])) - time.time() - 900) < 30
    # `cli` is whoever may run commands here, in any role.
    assert claims(narthex.ok("token", "--role", "support", "--kind", "agent").strip())["roles"] == ["support"]


def test_a_known_subject_is_not_widened(narthex: Narthex) -> None:
    narthex.ok("token", "--sub", "bot", "--kind", "agent", "--role", "reader")
    done = narthex.run("token", "--sub", "bot", "--kind", "agent", "--role", "writer")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "'bot' is registered for the roles reader, not for writer." in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--claim", "novalue"], "write NAME=VALUE"),
        (["--claim", "sub=mallory"], "this name is taken"),
        (["--ttl", "0"], "such as 15m"),
        (["--ttl", "soon"], "such as 15m"),
        (["--sub", ""], "a name has no blanks"),
        (["--role", "*"], "a name has no blanks"),
        (["--level", "ROOT"], "ROOT"),
        (["--allow", "not a coordinate"], "not a coordinate"),
    ],
)
def test_misuse_is_told(narthex: Narthex, words: list[str], said: str) -> None:
    done = narthex.run("token", "--role", "a", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_a_claim_is_json_where_it_parses(narthex: Narthex) -> None:
    values = {"a": "1", "b": "007", "c": "NaN", "d": "x=y", "e": "null", "f": '{"g": [1.5]}', "h": ""}
    words = [word for name, value in values.items() for word in ("--claim", f"{name}={value}")]
    found = claims(narthex.ok("token", "--role", "r", *words).strip())["claims"]
    assert found == {"a": 1, "b": "007", "c": "NaN", "d": "x=y", "e": None, "f": {"g": [1.5]}, "h": ""}


def test_without_a_gateway_the_embedded_server_is_started_for_it(embedded: Narthex) -> None:
    """Also by several commands at once, and it is gone afterwards."""
    import psutil

    with ThreadPoolExecutor(3) as pool:
        tokens = list(pool.map(lambda _: embedded.ok("token", "--role", "admin").strip(), range(3)))
    assert len({claims(token)["jti"] for token in tokens}) == 3
    assert len({jwt.get_unverified_header(token)["kid"] for token in tokens}) == 1
    places = [process.info["cwd"] for process in psutil.process_iter(["cwd"])]
    assert not [place for place in places if place and place.startswith(str(embedded.data_dir))]
