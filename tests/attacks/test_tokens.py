"""Tokens that somebody made up, changed, kept too long or took elsewhere: 401, always in the same words."""

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.caller import Caller
from tests.running import ROOT, RunningGateway

QUERY = "{ artist(limit: 1) { name } }"
SAYS = "The token is not valid here."


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, payload = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
    return header, payload


def encoded(header: dict[str, Any], payload: dict[str, Any], signature: str) -> str:
    return ".".join((*(base64url(json.dumps(part).encode()) for part in (header, payload)), signature))


def refusal_of(gateway: RunningGateway, token: str) -> None:
    for path in ("/graphql", "/v1/graphql"):
        answer = Caller(gateway.url, token).ask(QUERY, path=path)
        assert answer.status == 401
        assert answer.headers["www-authenticate"] == 'Bearer realm="narthex"'
        (error,) = answer.errors
        assert (error["message"], error["extensions"]["code"]) == (SAYS, "UNAUTHENTICATED")


@pytest.fixture
def good(running_gateway: RunningGateway) -> str:
    return running_gateway.token(role="agent")


@pytest.fixture
async def private(running_gateway: RunningGateway, good: str) -> Ed25519PrivateKey:
    """The gateway's own key, so that only what a token says is wrong."""
    async with running_gateway.database("superuser") as database:
        raw = await database.fetchval(
            "SELECT private_key FROM narthex.signing_key WHERE kid = $1", decoded(good)[0]["kid"]
        )
    return Ed25519PrivateKey.from_private_bytes(raw)


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE"])
@pytest.mark.parametrize("signature", ["", "x"])
def test_no_signature_is_no_token(running_gateway: RunningGateway, good: str, algorithm: str, signature: str) -> None:
    header, payload = decoded(good)
    refusal_of(running_gateway, encoded(header | {"alg": algorithm}, payload | {"roles": ["admin"]}, signature))


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_the_public_key_is_no_secret(running_gateway: RunningGateway, good: str, algorithm: str) -> None:
    """Algorithm confusion: what everybody can read must not sign."""
    header, payload = decoded(good)
    (key,) = Caller(running_gateway.url).get("/.well-known/jwks.json").json["keys"]
    raw = base64.urlsafe_b64decode(key["x"] + "==")
    for secret in (raw, key["x"].encode(), json.dumps(key).encode()):
        # PyJWT refuses some of these as secrets, which an attacker's library does not.
        signer = jwt.get_algorithm_by_name(algorithm)
        parts = encoded(header | {"alg": algorithm}, payload | {"roles": ["admin"]}, "").rstrip(".")
        signature = base64url(signer.sign(parts.encode(), secret))
        refusal_of(running_gateway, f"{parts}.{signature}")


def test_another_key_under_the_same_name_does_not_sign(running_gateway: RunningGateway, good: str) -> None:
    header, payload = decoded(good)
    foreign = Ed25519PrivateKey.generate()
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": base64url(foreign.public_key().public_bytes_raw())}
    for extra in ({}, {"jwk": jwk}, {"jku": "http://127.0.0.1:9/keys"}, {"x5c": ["AAAA"]}, {"kid": "../../dev/null"}):
        refusal_of(running_gateway, jwt.encode(payload, foreign, "EdDSA", header | extra))


def test_what_is_signed_cannot_be_changed(running_gateway: RunningGateway, good: str) -> None:
    header, payload = decoded(good)
    signature = good.rpartition(".")[2]
    for change in ({"roles": ["admin"]}, {"exp": payload["exp"] + 1}, {"level": "WRITE"}, {"sub": "dev-admin"}):
        refusal_of(running_gateway, encoded(header, payload | change, signature))


def test_expired_tokens_do_not_hold(running_gateway: RunningGateway) -> None:
    token = running_gateway.token("--ttl", "6s", role="agent")
    _, payload = decoded(token)
    assert Caller(running_gateway.url, token).ask(QUERY).data
    time.sleep(max(0.0, payload["exp"] + 0.1 - time.time()))
    refusal_of(running_gateway, token)


def test_tokens_of_another_environment_do_not_hold(running_gateway: RunningGateway) -> None:
    command = [sys.executable, "-m", "gateway.cli", "token", "--role", "agent"]
    places = ["--project", str(running_gateway.project), "--data-dir", str(running_gateway.data_dir)]
    environment = os.environ | {"NARTHEX_ENVIRONMENT__NAME": "production", "PYTHONPATH": str(ROOT)}
    made = subprocess.run([*command, *places], env=environment, capture_output=True, text=True, check=True)
    assert decoded(made.stdout.strip())[1]["env"] == "production"
    refusal_of(running_gateway, made.stdout.strip())


WRONG: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "for somebody else": lambda payload: payload | {"aud": "other"},
    "for several": lambda payload: payload | {"aud": ["narthex", "other"]},
    "by somebody else": lambda payload: payload | {"iss": "other"},
    "not yet": lambda payload: payload | {"nbf": payload["nbf"] + 3600},
    "issued in the future": lambda payload: payload | {"iat": payload["iat"] + 3600},
    "without an end": lambda payload: {name: value for name, value in payload.items() if name != "exp"},
    "with a text as its end": lambda payload: payload | {"exp": "never"},
    "with an endless end": lambda payload: payload | {"exp": 1e400},
    "without roles": lambda payload: payload | {"roles": []},
    "with one text as roles": lambda payload: payload | {"roles": "admin"},
    "with roles that are no texts": lambda payload: payload | {"roles": [{"admin": True}]},
    "of an unknown kind": lambda payload: payload | {"kind": "root"},
    "of an unknown level": lambda payload: payload | {"level": "ROOT"},
    "with a chain of no end": lambda payload: payload | {"act": nested(100)},
    "with claims that are taken": lambda payload: payload | {"claims": {"role": "admin"}},
    "with scopes as a list": lambda payload: payload | {"scope": ["pii:read"]},
    "with allow as a text": lambda payload: payload | {"allow": "*"},
    "without an environment": lambda payload: payload | {"env": None},
}


def nested(depth: int) -> dict[str, Any]:
    return {"sub": "x", **({"act": nested(depth - 1)} if depth else {})}


@pytest.mark.parametrize("how", WRONG)
def test_what_a_token_says_has_to_make_sense(
    running_gateway: RunningGateway, good: str, private: Ed25519PrivateKey, how: str
) -> None:
    header, payload = decoded(good)
    content = ".".join(base64url(json.dumps(part).encode()) for part in (header, WRONG[how](payload)))
    refusal_of(running_gateway, f"{content}.{base64url(private.sign(content.encode()))}")


@pytest.mark.parametrize(
    "change", [{"typ": "JWT"}, {"typ": None}, {"crit": ["exp"]}, {"b64": False, "crit": ["b64"]}, {"kid": 7}]
)
def test_other_kinds_of_signed_texts_are_no_tokens(
    running_gateway: RunningGateway, good: str, private: Ed25519PrivateKey, change: dict[str, Any]
) -> None:
    header, payload = decoded(good)
    content = ".".join(base64url(json.dumps(part).encode()) for part in (header | change, payload))
    refusal_of(running_gateway, f"{content}.{base64url(private.sign(content.encode()))}")


@pytest.mark.parametrize(
    "token",
    ["x", "..", "a.b.c", "a.b.c.d", "e30.e30.", "null", "{}", "%00", "'; --", "x" * 20_000, f"eyJ{'A' * 15_000}.e30.x"],
)
def test_texts_that_are_no_tokens(running_gateway: RunningGateway, token: str) -> None:
    refusal_of(running_gateway, token)


def test_tokens_are_taken_from_the_authorization_field_alone(running_gateway: RunningGateway, good: str) -> None:
    caller = Caller(running_gateway.url)
    elsewhere = (
        caller.ask(QUERY, headers=[("cookie", f"token={good}; authorization=Bearer {good}")]),
        caller.ask(QUERY, headers=[("authorization", good)]),
        caller.ask(QUERY, headers=[("authorization", f"Basic {good}")]),
        caller.ask(QUERY, headers=[("proxy-authorization", f"Bearer {good}")]),
        caller.ask(QUERY, headers=[("x-forwarded-authorization", f"Bearer {good}")]),
        caller.ask(QUERY, path=f"/graphql?token={good}&access_token={good}"),
        caller.get(f"/graphql?query=%7Bartist%7Bname%7D%7D&access_token={good}"),
        caller.ask(QUERY, extensions={"narthex": {"authorization": f"Bearer {good}"}}),
        caller.ask(QUERY, {"authorization": f"Bearer {good}"}),
    )
    assert {answer.status for answer in elsewhere} == {401}
    assert not [answer for answer in elsewhere if "set-cookie" in answer.headers]
