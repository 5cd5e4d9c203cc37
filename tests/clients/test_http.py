"""GraphQL over HTTP as graphql-http's audits have it, and over server-sent events as graphql-sse speaks it."""

from tests.clients.conftest import Client
from tests.running import RunningGateway

ARTIST = "query artist_of($id: Int!) { artist_by_pk(artist_id: $id) { name } }"


def test_every_audit_passes(client: Client, running_gateway: RunningGateway) -> None:
    audits = client("audit.mjs", token=running_gateway.token(role="agent"))
    assert isinstance(audits, list)
    binding = [audit for audit in audits if audit["name"].startswith(("MUST", "SHOULD"))]
    assert len(binding) > 30
    assert [audit for audit in binding if audit["status"] != "ok"] == []


def test_event_streams_answer(client: Client, running_gateway: RunningGateway) -> None:
    token = running_gateway.token(role="agent")
    outcome = client("events.mjs", token=token, query=ARTIST, variables={"id": 1})
    assert outcome == {"values": [{"data": {"artist_by_pk": {"name": "AC/DC"}}}]}


def test_event_streams_tell_what_is_wrong_with_an_operation(client: Client, running_gateway: RunningGateway) -> None:
    """An error before execution is an event: a status would tell the client nothing."""
    token = running_gateway.token(role="agent")
    outcome = client("events.mjs", token=token, query="{ artist { nam } }")
    assert isinstance(outcome, dict)
    (value,) = outcome["values"]
    assert value["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert set(outcome) == {"values"}


def test_event_streams_are_refused_without_a_token(client: Client) -> None:
    for token in ("not-a-token", None):
        outcome = client("events.mjs", token=token, query=ARTIST, variables={"id": 1})
        assert isinstance(outcome, dict)
        assert outcome["status"] == 401
        assert outcome["values"] == []
