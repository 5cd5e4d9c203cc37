from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.database.connections import open_control
from gateway.identity.keys import KeyRing, ensure_key, load_keys, load_keys_from, rotate_keys, same_keys
from narthex.errors import Code, Refusal
from narthex.settings import load_settings
from tests.gateway.conftest import PrepareDatabase, connected


async def test_the_first_key_is_made_once(prepared_database: PrepareDatabase) -> None:
    urls = await prepared_database()
    async with connected(urls.control) as control:
        await ensure_key(control)
        first = await load_keys(control)
        await ensure_key(control)
        assert same_keys(first, await load_keys(control))
    (key,) = first.keys
    assert first.signer(datetime.now(UTC)) is key
    assert str(key.private.private_bytes_raw()) not in repr(key)
    assert first.jwks(datetime.now(UTC)) == {
        "keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key.kid, "x": key.as_jwk()["x"]}]
    }


def test_no_key_signs_nothing() -> None:
    with pytest.raises(LookupError):
        KeyRing(()).signer(datetime.now(UTC))


async def test_rotation_overlaps(prepared_database: PrepareDatabase) -> None:
    urls = await prepared_database()
    async with connected(urls.control) as control:
        await ensure_key(control)
        old = (await load_keys(control)).keys[0]
        new = await rotate_keys(control, overlap_s=100)
        ring = await load_keys(control)
    now = datetime.now(UTC)
    assert ring.signer(now).kid == old.kid, "published before it signs"
    assert {key["kid"] for key in ring.jwks(now)["keys"]} == {old.kid, new.kid}
    later = now + timedelta(seconds=30)
    assert ring.signer(later).kid == new.kid
    assert set(ring.verifying(later)) == {old.kid, new.kid}
    assert set(ring.verifying(now + timedelta(seconds=110))) == {new.kid}


async def test_rotation_at_once_ends_the_others(prepared_database: PrepareDatabase) -> None:
    urls = await prepared_database()
    async with connected(urls.control) as control:
        await ensure_key(control)
        await rotate_keys(control, overlap_s=100)
        new = await rotate_keys(control, overlap_s=100, at_once=True)
        ring = await load_keys(control)
    now = datetime.now(UTC)
    assert list(ring.verifying(now)) == [new.kid]
    assert ring.signer(now).kid == new.kid


async def test_old_keys_are_forgotten(prepared_database: PrepareDatabase) -> None:
    urls = await prepared_database()
    async with connected(urls.control) as control:
        await ensure_key(control)
        await control.execute("UPDATE narthex.signing_key SET verifies_until = now() - interval '31 days'")
        new = await rotate_keys(control, overlap_s=1)
        assert [key.kid for key in (await load_keys(control)).keys] == [new.kid]


async def test_a_database_that_is_gone_is_unavailable(prepared_database: PrepareDatabase, tmp_path: Path) -> None:
    urls = await prepared_database()
    pool = await open_control(urls.control, load_settings(tmp_path))
    await pool.close()
    with pytest.raises(Refusal) as raised:
        await load_keys_from(pool)
    assert raised.value.code is Code.UNAVAILABLE
