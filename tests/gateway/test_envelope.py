"""The envelope: who, where and how, by header or by extension, and nothing that is not known."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from gateway.envelope import Envelope, Message, Mode, bearer, seal
from narthex.errors import Code, Refusal
from narthex.principal import Principal
from tests.gateway.served import principal_of

_AS = {"authorization": "Bearer admin"}


class Everybody:
    """Takes any token, and notes the role that is asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []

    async def verify(self, token: str, role: str | None = None) -> Principal:
        self.asked.append((token, role))
        return principal_of("admin", role)


def sealed(headers: Mapping[str, str], narthex: object = None, verifier: Everybody | None = None) -> Envelope:
    extensions = None if narthex is None else {"narthex": narthex}
    message = Message("{a}", {}, extensions=extensions)
    return asyncio.run(seal(verifier or Everybody(), {**_AS, **headers}, message, "http"))


def refused(headers: Mapping[str, str], narthex: object = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        sealed(headers, narthex)
    return caught.value


def test_without_options_it_is_live_on_main_with_a_trace_of_its_own() -> None:
    envelope = sealed({})
    assert (envelope.mode, envelope.branch, envelope.purpose, envelope.pin) == (Mode.LIVE, None, None, None)
    assert len(envelope.trace_id) == 32 and int(envelope.trace_id, 16)
    assert envelope.trace_id != sealed({}).trace_id


@pytest.mark.parametrize("by_header", [True, False])
def test_headers_and_extensions_say_the_same(by_header: bool) -> None:
    asked = {
        "role": "admin",
        "mode": "dry_run",
        "branch": "main",
        "purpose": "test",
        "contract": "c",
        "idempotency_key": "k",
    }
    names = {"idempotency_key": "idempotency-key", **{name: f"x-narthex-{name}" for name in list(asked)[:5]}}
    verifier = Everybody()
    if by_header:
        envelope = sealed({names[name]: value for name, value in asked.items()}, verifier=verifier)
    else:
        envelope = sealed({}, asked, verifier)
    assert (envelope.mode, envelope.purpose, envelope.pin, envelope.idempotency_key) == (Mode.DRY_RUN, "test", "c", "k")
    assert verifier.asked == [("admin", "admin")]


def test_both_may_say_it_if_they_agree() -> None:
    assert sealed({"x-narthex-purpose": "one"}, {"purpose": "one"}).purpose == "one"
    assert sealed({"x-narthex-purpose": "one"}, {"contract": "c"}).pin == "c"


@pytest.mark.parametrize(
    ("headers", "narthex"),
    [
        ({"x-narthex-role": "admin"}, {"role": "reader"}),
        ({"x-narthex-mode": "live"}, {"mode": "dry_run"}),
        ({"idempotency-key": "a"}, {"idempotency_key": "b"}),
        ({"x-narthex-purpose": ""}, {"purpose": "x"}),
        ({"x-narthex-mode": "LIVE"}, None),
        ({"x-narthex-mode": ""}, None),
        ({}, {"mode": "fast"}),
        ({}, {"mode": None}),
        ({}, {"mode": 1}),
        ({}, {"mode": ["live"]}),
        ({}, {"unknown": "x"}),
        ({}, {"": "x"}),
        ({}, "live"),
        ({}, ["mode"]),
        ({}, 1),
        ({"x-narthex-branch": "other"}, None),
        ({}, {"branch": ""}),
        ({"x-narthex-purpose": "x" * 1_001}, None),
        ({}, {"contract": "x" * 1_001}),
    ],
)
def test_what_disagrees_or_is_unknown_is_refused(headers: dict[str, str], narthex: object) -> None:
    assert refused(headers, narthex).code is Code.BAD_USER_INPUT


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer    ", "admin", "Basic admin", "bearer\tadmin", "Token admin"],
)
def test_a_token_comes_as_a_bearer_token_or_not_at_all(authorization: str | None) -> None:
    with pytest.raises(Refusal) as caught:
        bearer({} if authorization is None else {"authorization": authorization})
    assert caught.value.code is Code.UNAUTHENTICATED


def test_the_scheme_is_read_in_any_case() -> None:
    assert bearer({"authorization": "bEaReR  abc "}) == "abc"


@pytest.mark.parametrize(
    ("traceparent", "taken"),
    [
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", True),
        ("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", True),
        ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", False),
        ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", False),
        ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", False),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", False),
        ("x" * 100_000, False),
        ("", False),
    ],
)
def test_the_callers_trace_is_taken_where_it_is_one(traceparent: str, taken: bool) -> None:
    envelope = sealed({"traceparent": traceparent})
    assert (envelope.trace_id == "4bf92f3577b34da6a3ce929d0e0e4736") is taken
    assert len(envelope.trace_id) == 32 and envelope.trace_id != "0" * 32


def test_a_role_that_the_token_does_not_have_is_the_verifiers_refusal() -> None:
    class Strict(Everybody):
        async def verify(self, token: str, role: str | None = None) -> Principal:
            raise Refusal(Code.FORBIDDEN, "no")

    with pytest.raises(Refusal) as caught:
        asyncio.run(seal(Strict(), {**_AS, "x-narthex-role": "x"}, Message("{a}", {}), "http"))
    assert caught.value.code is Code.FORBIDDEN
