from tests.gateway.cli.conftest import Narthex


def test_rotation(narthex: Narthex) -> None:
    (first,) = narthex.records("keys", "list")
    assert first["state"] == "signs"
    new, old = narthex.records("keys", "rotate")
    assert (new["state"], old["state"]) == ("signs soon", "signs")
    assert old["kid"] == first["kid"]
    assert old["verifies_until"] is not None
    at_once = narthex.records("keys", "rotate", "--now")
    assert sorted(str(key["state"]) for key in at_once) == ["ended", "ended", "signs"]
    assert {key["kid"] for key in at_once if key["state"] == "signs"}.isdisjoint({first["kid"], new["kid"]})
    assert "private" not in narthex.ok("keys", "list")
