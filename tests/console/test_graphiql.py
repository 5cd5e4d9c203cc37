"""GraphiQL as a person meets it: a real Chromium against a running gateway, read from the page itself."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import pytest

DRIVER = Path(__file__).with_name("drive.mjs")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Numeric: a JavaScript number would lose the last digit.
EXACT = "query exact { invoice_line_aggregate { aggregate { sum { unit_price } } } }"
FIRST_ARTIST = "query first_artist { artist(order_by: {artist_id: asc}, limit: 1) { artist_id name } }"


class Gateway(Protocol):
    """`narthex dev` on a copy of the music store."""

    @property
    def url(self) -> str:
        """Without a slash at its end."""

    def token(self, *, role: str | Sequence[str]) -> str: ...


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> str:
    # One worker at a time: apt refuses to run twice.
    with (tmp_path_factory.getbasetemp().parent / "narthex-chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _find_browser() is None and os.geteuid() == 0 and shutil.which("apt-get"):
            environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
            for command in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", "chromium"]):
                subprocess.run(["apt-get", *command], env=environment, capture_output=True, timeout=600, check=False)
    found = _find_browser()
    if found is None:
        pytest.skip("no Chromium: install Debian's package `chromium`, or run as root so that this test can")
    return found


def _find_browser() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


class Page:
    """What `drive.mjs` printed."""

    def __init__(self, printed: dict[str, object]) -> None:
        self.address = printed.get("address")
        self.token_kept = printed.get("tokenKept")
        self.tabs = printed.get("tabs")
        self.response = str(printed.get("response"))
        self.status = str(printed.get("status"))
        self.subject = printed.get("subject")
        self.root_fields = _names(printed.get("rootFields"))
        switched = printed.get("switched")
        self.switched_fields = _names(switched["rootFields"]) if isinstance(switched, dict) else set()
        self.refusal = printed.get("refusal")
        self.console_errors = printed["consoleErrors"]
        self.foreign_requests = printed["foreignRequests"]


def _names(fields: object) -> set[str]:
    return {str(field) for field in fields} if isinstance(fields, list) else set()


def drive(chromium: str, gateway: Gateway, **task: object) -> Page:
    node = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert node is not None, "console/build.py found one"
    done = subprocess.run(
        [node, DRIVER],
        input=json.dumps({"url": gateway.url, "chromium": chromium, **task}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Page(json.loads(done.stdout))


@pytest.mark.usefixtures("console_build")
def test_a_link_opens_runs_and_explains(chromium: str, running_gateway: Gateway, tmp_path: Path) -> None:
    screenshot = tmp_path / "graphiql.png"
    token = running_gateway.token(role="admin")
    page = drive(chromium, running_gateway, token=token, query=FIRST_ARTIST, screenshot=str(screenshot))
    assert json.loads(page.response)["data"] == {"artist": [{"artist_id": 1, "name": "AC/DC"}]}
    assert page.status.startswith("200")
    assert {"artist", "artist_by_pk", "artist_aggregate", "me", "catalog"} <= page.root_fields
    assert page.subject
    # The token is out of the address bar, and in this tab's storage.
    assert page.address == f"{running_gateway.url}/graphiql"
    assert page.token_kept is True
    # Nothing was refused by the page's own policy, nothing was asked of anybody else.
    assert page.console_errors == []
    assert page.foreign_requests == []
    assert screenshot.stat().st_size > 20_000


@pytest.mark.usefixtures("console_build")
def test_the_explorer_shows_each_role_its_own_schema(chromium: str, running_gateway: Gateway) -> None:
    both = running_gateway.token(role=["admin", "agent"])
    page = drive(chromium, running_gateway, token=both, query=FIRST_ARTIST, switchRole="agent")
    assert {"artist", "customer", "employee"} <= page.root_fields
    assert "artist" in page.switched_fields
    assert not {"customer", "employee"} & page.switched_fields
    alone = drive(chromium, running_gateway, token=running_gateway.token(role="agent"), query=FIRST_ARTIST)
    linked = drive(chromium, running_gateway, token=both, role="agent", query=FIRST_ARTIST)
    assert alone.root_fields == linked.root_fields == page.switched_fields


@pytest.mark.usefixtures("console_build")
def test_the_examples_run_as_they_are(chromium: str, running_gateway: Gateway) -> None:
    page = drive(chromium, running_gateway, token=running_gateway.token(role="admin"))
    answer = json.loads(page.response)
    assert answer["data"]
    assert "errors" not in answer
    assert isinstance(page.tabs, list)
    assert len(page.tabs) >= 3


@pytest.mark.usefixtures("console_build")
def test_a_pasted_token_enters_and_numbers_keep_their_digits(chromium: str, running_gateway: Gateway) -> None:
    page = drive(chromium, running_gateway, token=running_gateway.token(role="admin"), paste=True, query=EXACT)
    assert "2328.60" in page.response
    assert page.token_kept is True


@pytest.mark.usefixtures("console_build")
@pytest.mark.parametrize("paste", [True, False])
def test_a_refused_token_leads_back_to_the_door(chromium: str, running_gateway: Gateway, *, paste: bool) -> None:
    page = drive(chromium, running_gateway, token="not-a-token", paste=paste, refused=True)
    assert page.refusal
    assert page.address == f"{running_gateway.url}/graphiql"
    assert page.token_kept is False
