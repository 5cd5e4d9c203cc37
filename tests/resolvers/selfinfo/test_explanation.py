"""`explain`: the verdict of a run without a run."""

import json
from contextlib import AsyncExitStack

import pytest

from narthex.errors import Code, Refusal, Refused
from tests.resolvers.selfinfo.conftest import Store, principal

EXPLAIN = """query ($operation: String!, $variables: jsonb) {
  explain(operation: $operation, variables: $variables) {
    allowed
    refusals { code message coordinate hint }
    cost { static limit } reserves { usd tokens rows calls } remaining approval { needed quorum approvers } effects
    steps { path lane coordinate multiplicity estimated_rows policies { directive source effect } }
    sql
  }
}"""


async def explained(store: Store, operation: str, variables: object = None, role: str = "agent") -> dict[str, object]:
    data = await store.ask(EXPLAIN, {"operation": operation, "variables": variables}, principal(role))
    found: dict[str, object] = data["explain"]
    return found


def codes(found: dict[str, object]) -> list[str]:
    refusals = found["refusals"]
    assert isinstance(refusals, list)
    assert found["allowed"] == (not refusals)
    return [refusal["code"] for refusal in refusals]


async def test_an_operation_that_would_run(music: Store) -> None:
    operation = "{ who: me { subject } artist(limit: 10) { name albums { title } } }"
    found = await explained(music, operation)
    assert codes(found) == []
    steps = found["steps"]
    assert isinstance(steps, list)
    assert [(step["path"], step["lane"], step["coordinate"]) for step in steps] == [
        (["who"], "CONTROL", "Query.me"),
        (["artist"], "DATA", "Query.artist"),
        (["artist", "albums"], "DATA", "artist.albums"),
    ]
    assert [step["estimated_rows"] is None for step in steps] == [True, False, False]
    assert [line["source"] for line in steps[1]["policies"]] == ["policies/catalogue.policy:6"]
    assert str(found["sql"]).startswith("select ") and '"artist"' in str(found["sql"])
    assert found["cost"] == {"static": 12.0, "limit": 10_000.0}  # `me`, the artists, and the albums of ten of them
    assert found["approval"] == {"needed": False, "quorum": None, "approvers": None}
    for absent in ("reserves", "remaining", "effects"):
        assert found[absent] is None


async def test_steps_come_in_the_order_of_the_response(music: Store) -> None:
    found = await explained(music, "{ genre { name } me { subject } a: track { name } b: me { role } }")
    steps = found["steps"]
    assert isinstance(steps, list)
    assert [step["path"] for step in steps] == [["genre"], ["me"], ["a"], ["b"]]


async def test_estimates_tell_magnitudes_only(music: Store) -> None:
    found = await explained(
        music, "{ track(limit: 9000) { name playlist_tracks { playlist_id } } album_aggregate { aggregate { count } } }"
    )
    steps = found["steps"]
    assert isinstance(steps, list)
    for step in steps:
        for number in (step["estimated_rows"], step["multiplicity"]):
            assert number > 0 and set(str(number)[1:]) <= {"0"}


@pytest.mark.parametrize(
    ("operation", "variables", "expected"),
    [
        ("{", None, [Code.GRAPHQL_PARSE_FAILED]),
        ("", None, [Code.GRAPHQL_PARSE_FAILED]),
        ("{ tracc { name } }", None, [Code.GRAPHQL_VALIDATION_FAILED]),
        ("{ customer { phone } employee { name } }", None, [Code.GRAPHQL_VALIDATION_FAILED] * 2),
        ("query a { me { role } } query b { me { role } }", None, [Code.BAD_USER_INPUT]),
        ("subscription { track { name } }", None, None),
        ("{ track(limit: -1) { name } }", None, [Code.BAD_USER_INPUT]),
        ("{ track(limit: 10001) { name } }", None, [Code.LIMIT_EXCEEDED]),
        ("{ track(where: {track_id: {_eq: 99999999999}}) { name } }", None, [Code.GRAPHQL_VALIDATION_FAILED]),
        ("query ($id: Int!) { track_by_pk(track_id: $id) { name } }", None, [Code.BAD_USER_INPUT]),
        ("query ($id: Int!) { track_by_pk(track_id: $id) { name } }", {"id": "x"}, [Code.BAD_USER_INPUT]),
        ("query ($id: Int!) { track_by_pk(track_id: $id) { name } }", {"id": 1}, []),
        ("{" * 300 + "}" * 300, None, [Code.LIMIT_EXCEEDED]),
    ],
)
async def test_the_verdict_is_that_of_a_run(
    music: Store, operation: str, variables: dict[str, object] | None, expected: list[Code] | None
) -> None:
    found = await explained(music, operation, variables)
    try:
        reply = await music.reply(operation, variables)
        ran = list(reply.refusals)
    except Refused as refused:
        ran = list(refused.refusals)
    except Refusal as refusal:
        ran = [refusal]
    assert codes(found) == [refusal.code.value for refusal in ran]
    assert [refusal["message"] for refusal in found["refusals"]] == [refusal.message for refusal in ran]  # type: ignore[attr-defined]
    if expected is not None:
        assert codes(found) == [code.value for code in expected]


async def test_a_cached_plan_does_not_vouch_for_other_literals(music: Store) -> None:
    fits = "{ track(where: {track_id: {_eq: 7}}) { bytes } }"
    misfit = fits.replace("7", "7000000000")
    assert codes(await explained(music, fits)) == []
    await music.ask(fits)
    assert codes(await explained(music, misfit)) == ["GRAPHQL_VALIDATION_FAILED"]
    assert codes(await explained(music, fits)) == []


async def test_explaining_itself_does_not_go_on(music: Store) -> None:
    operation = '{ explain(operation: "{ explain(operation: \\"{ me { role } }\\") { allowed } }") { allowed } }'
    found = await explained(music, operation)
    assert codes(found) == [] and found["sql"] is None
    assert [step["coordinate"] for step in found["steps"]] == ["Query.explain"]  # type: ignore[attr-defined]


async def test_closed_and_absent_are_explained_alike(music: Store) -> None:
    closed = json.dumps(await explained(music, "{ customer { phone } }"))
    absent = json.dumps(await explained(music, "{ kustomer { phone } }"))
    assert closed.replace("customer", "kustomer") == absent


async def test_nothing_runs(music: Store) -> None:
    """With every connection taken a run would wait for ever."""
    async with AsyncExitStack() as taken:
        for _ in range(music.snapshot.settings.database.pool):
            await taken.enter_async_context(music.pool.acquire())
        assert codes(await explained(music, "{ track_aggregate { aggregate { count } } }")) == []


@pytest.mark.parametrize("variables", [[1], "text", 3, True])
async def test_variables_are_an_object(music: Store, variables: object) -> None:
    reply = await music.reply(EXPLAIN, {"operation": "{ me { role } }", "variables": variables})
    assert [(refusal.code, refusal.coordinate) for refusal in reply.refusals] == [
        (Code.BAD_USER_INPUT, "Query.explain")
    ]


async def test_sql_holds_nobody_s_values(music: Store) -> None:
    found = await explained(music, '{ track(where: {name: {_eq: "secret words"}}) { name } }')
    assert "secret words" not in str(found["sql"])
