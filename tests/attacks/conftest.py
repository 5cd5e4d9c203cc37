"""After each attack the gateway lives, answers others as before, and has no fault in its log."""

import re
from collections.abc import Iterator

import pytest

from tests.caller import Answer, Caller
from tests.running import RunningGateway

NORMAL = "{ artist_by_pk(artist_id: 1) { name albums(order_by: {title: asc}, limit: 1) { title } } }"


@pytest.fixture
def agent(running_gateway: RunningGateway) -> Caller:
    return Caller(running_gateway.url, running_gateway.token(role="agent"))


@pytest.fixture
def admin(running_gateway: RunningGateway) -> Caller:
    return Caller(running_gateway.url, running_gateway.token(role="admin"))


@pytest.fixture(autouse=True)
def _stays_well(running_gateway: RunningGateway, agent: Caller) -> Iterator[None]:
    before = len(running_gateway.said())
    yield
    answer = agent.ask(NORMAL)
    assert answer.data == {
        "artist_by_pk": {"name": "AC/DC", "albums": [{"title": "For Those About To Rock We Salute You"}]}
    }
    said = running_gateway.said()[before:]
    assert not [line[:500] for line in said.splitlines() if "request failed" in line or "Traceback" in line]


_LEAKS = re.compile(
    r"\bselect\b.+\bfrom\b|\bwhere\b.+=|pg_|asyncpg|postgres|traceback|file \"|relation |syntax error at|::",
    re.IGNORECASE,
)


def assert_tells_nothing(answer: Answer, sent: str = "") -> None:
    """An error has a code and says nothing about SQL, Postgres or Python, beside what was sent."""
    for error in answer.errors:
        message = error["message"].replace(sent, "…").replace(repr(sent), "…") if sent else error["message"]
        assert not _LEAKS.search(f"{message} {error['extensions']['hint']}"), message
        assert error["extensions"]["code"] != "INTERNAL"
        assert error["extensions"]["retry"] in ("SAME", "AFTER", "CHANGED", "NEVER")
