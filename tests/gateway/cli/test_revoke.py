import jwt
import pytest

from tests.gateway.cli.conftest import Narthex

TOKEN = ("token", "--role", "support", "--sub", "ann", "--kind", "agent")


def test_a_subject_is_revoked_and_let_in_again(narthex: Narthex) -> None:
    narthex.ok(*TOKEN)
    assert narthex.ok("revoke") == "Nothing was ever revoked.\n"
    (entry,) = narthex.records("revoke", "--sub", "ann", "--reason", "left")
    assert (entry["kind"], entry["value"], entry["by"], entry["reason"]) == ("subject", "ann", "cli", "left")
    refused = narthex.run(*TOKEN)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "'ann' is revoked. 'narthex revoke --sub ann --lift' lets it in again." in refused.stderr
    (entry,) = narthex.records("revoke", "--sub", "ann", "--lift")
    assert entry["lifted_at"] and entry["lifted_by"] == "cli"
    assert narthex.ok(*TOKEN)
    again = narthex.run("revoke", "--sub", "ann", "--lift")
    assert again.returncode == 1
    assert "'ann' is not revoked" in again.stderr
    assert len(narthex.records("revoke")) == 1


def test_a_token_is_named_by_its_id_or_by_itself(narthex: Narthex) -> None:
    token = narthex.ok(*TOKEN).strip()
    identifier = jwt.decode(token, options={"verify_signature": False})["jti"]
    narthex.ok("revoke", "--token", token)
    narthex.ok("revoke", "--token", identifier)
    (entry,) = narthex.records("revoke")
    assert (entry["kind"], entry["value"]) == ("token", identifier)
    assert token not in narthex.ok("revoke")


@pytest.mark.parametrize(
    "words",
    [
        ("--token", "a", "--sub", "b"),
        ("--token", "a.b.c"),
        ("--sub", ""),
        ("--sid", "x" * 201),
        ("--lift",),
        ("--reason", "none"),
        ("--sub", "a", "--lift", "--reason", "b"),
    ],
)
def test_misuse_is_told(narthex: Narthex, words: tuple[str, ...]) -> None:
    done = narthex.run("revoke", *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
