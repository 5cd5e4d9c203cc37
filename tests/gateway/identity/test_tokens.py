import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.identity.claims import Identity
from gateway.identity.keys import KeyRing, SigningKey
from gateway.identity.revocation import Revocations, Revoked
from gateway.identity.tokens import TYPE, TokenVerifier, issue
from narthex.errors import Code, Refusal
from narthex.principal import Kind, Level
from narthex.settings import Settings, load_settings

FULL = Identity(
    subject="alice",
    kind=Kind.PERSON,
    roles=("support", "analyst"),
    environment="sandbox",
    level=Level.GATED,
    scopes=("pii:read", "b"),
    actors=("worker", "planner"),
    allow=("customer", "Query.track_by_pk"),
    claims={"employee_id": 3, "regions": ["eu"]},
)
PLAIN = Identity(subject="cli", kind=Kind.SERVICE, roles=("admin",), environment="sandbox")


def make_key(kid: str, **changes: datetime | None) -> SigningKey:
    now = datetime.now(UTC)
    key = SigningKey(kid, Ed25519PrivateKey.generate(), now, now - timedelta(minutes=1), None)
    return replace(key, **changes)  # type: ignore[arg-type]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path)


class Keys:
    """A key ring that a test may exchange, and how often it was asked for."""

    def __init__(self, *keys: SigningKey) -> None:
        self.ring = KeyRing(keys)
        self.loads = 0

    async def load(self) -> KeyRing:
        self.loads += 1
        return self.ring


@pytest.fixture
def keys() -> Keys:
    return Keys(make_key("one"))


@pytest.fixture
def revocations() -> Revocations:
    """A list that can always be read and has nothing on it."""

    async def read(_: int | None) -> Revoked:
        return Revoked(1)

    return Revocations(read)


@pytest.fixture
def verifier(keys: Keys, settings: Settings, revocations: Revocations) -> TokenVerifier:
    return TokenVerifier(keys.ring, settings, keys.load, revocations)


async def refused(verifier: TokenVerifier, token: str) -> Refusal:
    with pytest.raises(Refusal) as raised:
        await verifier.verify(token)
    return raised.value


async def test_everything_in_a_token_reaches_the_principal(
    verifier: TokenVerifier, keys: Keys, settings: Settings
) -> None:
    before = int(time.time())
    principal = await verifier.verify(issue(keys.ring, settings, FULL, 60))
    assert (principal.subject, principal.kind, principal.level) == ("alice", Kind.PERSON, Level.GATED)
    assert principal.roles == ("support", "analyst")
    assert principal.role == "support"
    assert principal.grants.scopes == {"pii:read", "b"}
    assert principal.grants.environment == "sandbox"
    assert principal.grants.allow == {"customer", "Query.track_by_pk"}
    assert principal.actors == ("worker", "planner")
    assert before + 60 <= principal.expires_at <= before + 62
    assert principal.claims == {
        "employee_id": 3,
        "regions": ["eu"],
        "sub": "alice",
        "kind": "person",
        "role": "support",
        "env": "sandbox",
        "sid": principal.session,
        "actor": "worker",
    }


async def test_the_chain_of_actors_is_nested(keys: Keys, settings: Settings) -> None:
    payload = unsigned(issue(keys.ring, settings, FULL, 60))
    assert payload["act"] == {"sub": "worker", "act": {"sub": "planner"}}
    assert payload["scope"] == "pii:read b"
    assert {"iss", "aud", "exp", "nbf", "iat", "jti", "sid"} <= payload.keys()


async def test_tokens_and_sessions_are_distinct(verifier: TokenVerifier, keys: Keys, settings: Settings) -> None:
    one, two = [await verifier.verify(issue(keys.ring, settings, PLAIN, 60)) for _ in range(2)]
    assert one.token_id != two.token_id
    assert one.session != two.session


async def test_a_level_that_is_missing_is_read(verifier: TokenVerifier, keys: Keys, settings: Settings) -> None:
    token = tampered(keys, settings, lambda payload: payload.pop("level"))
    assert (await verifier.verify(token)).level is Level.READ


async def test_another_role_of_the_token(verifier: TokenVerifier, keys: Keys, settings: Settings) -> None:
    token = issue(keys.ring, settings, FULL, 60)
    for _ in range(2):
        acting = await verifier.verify(token, "analyst")
        assert (acting.role, acting.roles, acting.claims["role"]) == ("analyst", ("support", "analyst"), "analyst")
        assert (await verifier.verify(token)).role == "support"
    with pytest.raises(Refusal) as raised:
        await verifier.verify(token, "admin")
    assert raised.value.code is Code.FORBIDDEN


def unsigned(token: str) -> dict[str, object]:
    return jwt.decode(token, options={"verify_signature": False})


def tampered(
    keys: Keys,
    settings: Settings,
    change: Callable[[dict[str, object]], object],
    header: Mapping[str, object] | None = None,
    identity: Identity = FULL,
) -> str:
    """A token signed with the gateway's own key whose payload or header is not as the gateway makes them."""
    payload = unsigned(issue(keys.ring, settings, identity, 60))
    change(payload)
    key = keys.ring.keys[0]
    return jwt.encode(payload, key.private, algorithm="EdDSA", headers={"kid": key.kid, "typ": TYPE, **(header or {})})


@pytest.mark.parametrize(
    "change",
    [
        lambda payload: payload.update(exp=int(time.time()) - 1),
        lambda payload: payload.update(exp=int(time.time())),
        lambda payload: payload.update(nbf=int(time.time()) + 60),
        lambda payload: payload.update(iat=int(time.time()) + 60),
        lambda payload: payload.update(iss="another"),
        lambda payload: payload.update(aud="another"),
        lambda payload: payload.update(aud=["narthex"]),
        lambda payload: payload.update(env="production"),
        lambda payload: payload.update(kind="robot"),
        lambda payload: payload.update(level="ROOT"),
        lambda payload: payload.update(roles=[]),
        lambda payload: payload.update(roles="admin"),
        lambda payload: payload.update(roles=[1]),
        lambda payload: payload.update(sub=""),
        lambda payload: payload.update(scope=["a"]),
        lambda payload: payload.update(allow="customer"),
        lambda payload: payload.update(act="worker"),
        lambda payload: payload.update(act={"act": {"sub": "a"}}),
        lambda payload: payload.update(claims={"sub": "mallory"}),
        lambda payload: payload.update(claims=[1]),
        *[
            lambda payload, name=name: payload.pop(name)
            for name in ("iss", "aud", "iat", "nbf", "exp", "jti", "sub", "sid", "kind", "roles", "env")
        ],
    ],
)
async def test_a_signed_token_with_a_wrong_claim(
    verifier: TokenVerifier, keys: Keys, settings: Settings, change: Callable[[dict[str, object]], object]
) -> None:
    await verifier.verify(tampered(keys, settings, lambda payload: None))
    assert_uniform(await refused(verifier, tampered(keys, settings, change)))


def assert_uniform(refusal: Refusal) -> None:
    error = Refusal(Code.UNAUTHENTICATED, "The token is not valid here.").formatted()
    assert refusal.formatted() == error


async def test_forged_tokens_are_refused_alike(verifier: TokenVerifier, keys: Keys, settings: Settings) -> None:
    good = issue(keys.ring, settings, PLAIN, 60)
    payload, key = unsigned(good), keys.ring.keys[0]
    head, body, signature = good.split(".")
    public = key.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    richer = base64.urlsafe_b64encode(json.dumps({**payload, "roles": ["root"]}).encode()).rstrip(b"=").decode()
    named = {"kid": key.kid, "typ": TYPE}
    none_head = base64.urlsafe_b64encode(json.dumps({**named, "alg": "none"}).encode()).rstrip(b"=").decode()
    forged = [
        "",
        "a",
        "a.b.c",
        "ünï.cö.de",
        "x" * 100_000,
        good + "A",
        good[:-4],
        f"{head}.{richer}.{signature}",
        f"{head}.{body}.",
        f"{none_head}.{body}.",
        f"{none_head}.{body}.{signature}",
        hmac_signed(payload, public, named),
        hmac_signed(payload, key.public.public_bytes_raw(), named),
        jwt.encode(payload, make_key("one").private, algorithm="EdDSA", headers=named),
        jwt.encode(payload, key.private, algorithm="EdDSA", headers={**named, "kid": "two"}),
        jwt.encode(payload, key.private, algorithm="EdDSA", headers={"typ": TYPE}),
        jwt.encode(payload, key.private, algorithm="EdDSA", headers={"kid": key.kid}),
    ]
    for token in forged:
        assert_uniform(await refused(verifier, token))
    assert (await verifier.verify(good)).subject == "cli"


def hmac_signed(payload: Mapping[str, object], secret: bytes, header: Mapping[str, str]) -> str:
    """HS256 with the public key as the secret: what a verifier that trusts the header's algorithm would accept."""
    def encoded(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    signing = f"{encoded({**header, 'alg': 'HS256'})}.{encoded(payload)}"
    mac = hmac.new(secret, signing.encode(), hashlib.sha256).digest()
    return f"{signing}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


async def test_what_is_remembered_ends_with_the_token(
    verifier: TokenVerifier, keys: Keys, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = issue(keys.ring, settings, PLAIN, 60)
    assert await verifier.verify(token) is await verifier.verify(token)
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr("gateway.identity.tokens.datetime", LaterDatetime)
    assert_uniform(await refused(verifier, token))


class LaterDatetime(datetime):
    @classmethod
    def now(cls, tz: object = None) -> "datetime":
        return datetime.now(UTC) + timedelta(seconds=61)


async def test_memory_is_bounded(
    keys: Keys, tmp_path: Path, revocations: Revocations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NARTHEX_AUTH__VERIFIED_TOKENS", "3")
    settings = load_settings(tmp_path)
    verifier = TokenVerifier(keys.ring, settings, keys.load, revocations)
    tokens = [issue(keys.ring, settings, PLAIN, 60) for _ in range(5)]
    principals = [await verifier.verify(token) for token in tokens]
    assert [await verifier.verify(token) for token in tokens[2:]] == principals[2:]
    assert await verifier.verify(tokens[4]) is principals[4]
    assert await verifier.verify(tokens[0]) is not principals[0]


async def test_an_unknown_key_is_looked_up_once_a_second(
    verifier: TokenVerifier, keys: Keys, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verifier.verify(issue(keys.ring, settings, PLAIN, 60))
    assert keys.loads == 0
    keys.ring = KeyRing((make_key("two"), *keys.ring.keys))
    assert (await verifier.verify(issue(keys.ring, settings, PLAIN, 60))).subject == "cli"
    assert keys.loads == 1
    stranger = KeyRing((make_key("three"),))
    for _ in range(3):
        await refused(verifier, issue(stranger, settings, PLAIN, 60))
    assert keys.loads == 1
    later = time.monotonic() + 1.1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    await refused(verifier, issue(stranger, settings, PLAIN, 60))
    assert keys.loads == 2


async def test_a_key_that_ended_takes_its_tokens_along(verifier: TokenVerifier, keys: Keys, settings: Settings) -> None:
    token = issue(keys.ring, settings, PLAIN, 60)
    await verifier.verify(token)
    keys.ring = KeyRing((make_key("two"), replace(keys.ring.keys[0], verifies_until=datetime.now(UTC))))
    await verifier.reload_keys()
    assert_uniform(await refused(verifier, token))
    assert [key["kid"] for key in verifier.jwks()["keys"]] == ["two"]


async def test_a_known_token_costs_a_look_up(verifier: TokenVerifier, keys: Keys, settings: Settings) -> None:
    token = issue(keys.ring, settings, FULL, 60)
    await verifier.verify(token)
    best = min([await timed(verifier, token) for _ in range(5)])
    assert best < 5e-6, "a verification takes fifty times as long"


async def timed(verifier: TokenVerifier, token: str) -> float:
    started = time.perf_counter()
    for _ in range(1000):
        await verifier.verify(token)
    return (time.perf_counter() - started) / 1000
