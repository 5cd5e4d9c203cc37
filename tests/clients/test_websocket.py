"""GraphQL over WebSocket as graphql-ws speaks it."""

from tests.clients.conftest import Client
from tests.running import RunningGateway

ARTIST = "query artist_of($id: Int!) { artist_by_pk(artist_id: $id) { name } }"


def test_a_query_is_answered_and_completed(client: Client, running_gateway: RunningGateway) -> None:
    token = running_gateway.token(role="agent")
    outcome = client("socket.mjs", token=token, query=ARTIST, variables={"id": 1})
    assert outcome == {"values": [{"data": {"artist_by_pk": {"name": "AC/DC"}}}]}


def test_a_wrong_operation_is_an_error_of_that_operation(client: Client, running_gateway: RunningGateway) -> None:
    outcome = client("socket.mjs", token=running_gateway.token(role="agent"), query="{ artist { nam } }")
    assert isinstance(outcome, dict)
    assert outcome["values"] == []
    assert outcome["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert outcome["errors"][0]["extensions"]["did_you_mean"] == ["name"]


def test_without_a_valid_token_the_connection_is_closed(client: Client) -> None:
    for token in ("not-a-token", None):
        outcome = client("socket.mjs", token=token, query=ARTIST, variables={"id": 1})
        assert outcome == {"values": [], "closed": {"code": 4401, "reason": "Unauthorized"}}
