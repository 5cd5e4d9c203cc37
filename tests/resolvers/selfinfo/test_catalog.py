"""The catalog through a real contract: pages, budgets, entries, examples that run, and nothing that is closed."""

import json

import pytest

from narthex.errors import Code
from schema.cards import CARD_TOKENS, tokens
from tests.resolvers.selfinfo.conftest import Store, principal

EVERYTHING = """query ($search: String, $kind: CatalogKind, $first: Int, $after: String, $budget_tokens: Int) {
  catalog(search: $search, kind: $kind, first: $first, after: $after, budget_tokens: $budget_tokens) {
    entries { coordinate kind card score description example policies { directive source effect } }
    joins
    page_info { end_cursor has_next_page }
  }
}"""
ENTRY = """query ($coordinate: String!) {
  catalog_entry(coordinate: $coordinate) {
    coordinate kind card score description example policies { directive source effect }
  }
}"""
ROLES = ["agent", "support", "analyst", "admin"]
KINDS = ["TABLE", "COLUMN", "FIELD"]


async def page(store: Store, role: str = "agent", **variables: object) -> dict[str, object]:
    data = await store.ask(EVERYTHING, variables, principal(role))
    assert isinstance(data["catalog"], dict)
    return data["catalog"]


async def everything(store: Store, role: str, kind: str) -> list[dict[str, str]]:
    """All entries of a kind, page by page."""
    entries: list[dict[str, str]] = []
    after = None
    while True:
        got = await store.ask(EVERYTHING, {"kind": kind, "first": 100, "after": after}, principal(role))
        entries += got["catalog"]["entries"]
        info = got["catalog"]["page_info"]
        after = info["end_cursor"]
        if not info["has_next_page"]:
            return entries


async def entry(store: Store, coordinate: str, role: str = "agent") -> dict[str, object] | None:
    found: dict[str, object] | None = (await store.ask(ENTRY, {"coordinate": coordinate}, principal(role)))[
        "catalog_entry"
    ]
    return found


def coordinates(of: dict[str, object]) -> list[str]:
    entries = of["entries"]
    assert isinstance(entries, list)
    return [one["coordinate"] for one in entries]


async def test_without_words_all_tables_come_by_name(music: Store) -> None:
    got = await page(music)
    assert coordinates(got) == [
        "album", "artist", "genre", "media_type", "playlist", "playlist_track", "track",
    ]  # fmt: skip
    assert {one["score"] for one in got["entries"]} == {None}  # type: ignore[attr-defined]
    assert got["joins"] == [
        "album.artist → artist",
        "playlist_track.playlist → playlist",
        "playlist_track.track → track",
        "track.album → album",
        "track.genre → genre",
        "track.media_type → media_type",
    ]


@pytest.mark.parametrize(
    ("words", "best"),
    [
        ("length of a song", "track.milliseconds"),
        ("price", "track.unit_price"),
        ("album", "album"),
        ("who wrote it", "track.composer"),
        ("sales by country", None),
        ("decides an operation without running it", "Query.explain"),
    ],
)
async def test_words_find_what_is_meant(music: Store, words: str, best: str | None) -> None:
    got = await page(music, search=words)
    assert coordinates(got)[:1] == ([best] if best is not None else [])


async def test_pages_follow_each_other(music: Store) -> None:
    whole = await page(music, "support", search="name", first=100)
    read: list[str] = []
    after = None
    for _ in range(100):
        part = await page(music, "support", search="name", first=3, after=after)
        read += coordinates(part)
        info = part["page_info"]
        assert isinstance(info, dict)
        after = info["end_cursor"]
        if not info["has_next_page"]:
            break
    assert read == coordinates(whole) and len(read) > 6


async def test_a_budget_cuts_whole_cards(music: Store) -> None:
    whole = await page(music, first=100)
    cards = [one["card"] for one in whole["entries"]]  # type: ignore[attr-defined]
    for budget in (0, 10, 60, 100, 10_000):
        part = await page(music, first=100, budget_tokens=budget)
        shown = [one["card"] for one in part["entries"]]  # type: ignore[attr-defined]
        assert shown == cards[: len(shown)]
        assert sum(map(tokens, shown)) <= budget
        assert part["page_info"]["has_next_page"] == (len(shown) < len(cards))  # type: ignore[index]
        if len(shown) < len(cards):
            assert sum(map(tokens, cards[: len(shown) + 1])) > budget


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"first": -1}, Code.BAD_USER_INPUT),
        ({"first": 101}, Code.LIMIT_EXCEEDED),
        ({"budget_tokens": -1}, Code.BAD_USER_INPUT),
        ({"after": "nonsense"}, Code.BAD_USER_INPUT),
        ({"after": "Ä"}, Code.BAD_USER_INPUT),
        ({"search": "a" * 1001}, Code.LIMIT_EXCEEDED),
    ],
)
async def test_what_makes_no_page_is_refused(music: Store, variables: dict[str, object], code: Code) -> None:
    reply = await music.reply(EVERYTHING, variables)
    assert [(refusal.code, refusal.coordinate) for refusal in reply.refusals] == [(code, "Query.catalog")]


async def test_a_cursor_fits_its_own_search_only(music: Store) -> None:
    first = await page(music, search="name", first=1)
    cursor = first["page_info"]["end_cursor"]  # type: ignore[index]
    for role, search in (("agent", "title"), ("support", "name")):
        reply = await music.reply(EVERYTHING, {"search": search, "after": cursor}, principal(role))
        assert [refusal.code for refusal in reply.refusals] == [Code.BAD_USER_INPUT]


async def test_nulls_are_as_good_as_nothing(music: Store) -> None:
    nulls = {"search": None, "kind": None, "first": None, "after": None, "budget_tokens": None}
    assert await page(music, **nulls) == await page(music)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", KINDS)
async def test_every_example_runs_and_every_card_is_short(music: Store, role: str, kind: str) -> None:
    entries = await everything(music, role, kind)
    assert entries
    for one in entries:
        assert one["example"], one["coordinate"]
        await music.ask(one["example"], who=principal(role))
        assert tokens(one["card"]) <= CARD_TOKENS and one["coordinate"] in one["card"]


@pytest.mark.parametrize("role", ["admin", "counter"])
@pytest.mark.parametrize("kind", ["TABLE", "COLUMN"])
async def test_examples_run_on_every_feature_of_postgres(features: Store, role: str, kind: str) -> None:
    entries = await everything(features, role, kind)
    assert len(entries) > 10
    for one in entries:
        assert one["example"], one["coordinate"]
        await features.ask(one["example"], who=principal(role))
        assert tokens(one["card"]) <= CARD_TOKENS


async def test_an_example_shows_what_it_is_about(music: Store) -> None:
    for one in await everything(music, "support", "COLUMN"):
        assert one["coordinate"].partition(".")[2] in one["example"]
    assert (await entry(music, "track")) is not None
    customer = await entry(music, "customer", "analyst")
    assert customer is not None and customer["example"] == "{ invoice(limit: 3) { customer { customer_id country } } }"


async def test_an_entry_says_everything(music: Store) -> None:
    found = await entry(music, "track.unit_price")
    assert found is not None and found["kind"] == "COLUMN" and found["score"] is None
    assert str(found["description"]).startswith("Current list price in US dollars")
    assert found["policies"] == [
        {
            "directive": '@auth(roles: ["agent", "support", "analyst"], on: [SELECT, AGGREGATE])',
            "source": "policies/catalogue.policy:8",
            "effect": "Opens the column, with its table, to those whom it names.",
        }
    ]


@pytest.mark.parametrize(
    ("coordinate", "canonical", "kind"),
    [
        ("track", "track", "TABLE"),
        ("query_root.me", "Query.me", "FIELD"),
        ("Query.track", "Query.track", "FIELD"),
        ("query_root.track_by_pk", "Query.track_by_pk", "FIELD"),
        ("Query.track_aggregate", "Query.track_aggregate", "FIELD"),
        ("track.album", "track.album", "FIELD"),
        ("album.tracks", "album.tracks", "FIELD"),
        ("album.tracks_aggregate", "album.tracks_aggregate", "FIELD"),
    ],
)
async def test_everything_that_is_open_has_an_entry(music: Store, coordinate: str, canonical: str, kind: str) -> None:
    found = await entry(music, coordinate)
    assert found is not None and (found["coordinate"], found["kind"]) == (canonical, kind)
    example = found["example"]
    assert isinstance(example, str)
    await music.ask(example)
    assert ("| A" in str(found["card"])) == coordinate.endswith("_aggregate")


@pytest.mark.parametrize(
    "coordinate",
    [
        "customer", "customer.phone", "employee.birth_date", "Query.customer", "Query.customer_by_pk",
        "track.invoice_lines", "track.invoice_lines_aggregate", "invoice_line.track",
        "nothing", "track.nothing", "Query.nothing", "Mutation.insert_track", "Query", "Query.me.subject",
        "track*", "*.name", "@auth", "bucket:a", "route:default", "", "a b", "track.album(x:)", "Me", "Me.subject",
    ],
)  # fmt: skip
async def test_closed_and_absent_are_answered_alike(music: Store, coordinate: str) -> None:
    assert await entry(music, coordinate) is None


@pytest.mark.parametrize("role", ["agent", "support", "analyst"])
async def test_no_answer_names_what_is_closed(music: Store, role: str) -> None:
    closed = {
        "agent": ["customer", "invoice", "employee", "support_rep", "billing", "birth_date"],
        "support": ["birth_date", "hire_date", "fax"],
        "analyst": ["employee", "support_rep", "first_name", "email", "fax", "billing_city"],
    }[role]
    texts = [json.dumps(await page(music, role, search=word, first=100)) for word in [*closed, "name", "sold"]]
    texts += [json.dumps(await everything(music, role, kind)) for kind in KINDS]
    own_words = "".join(texts)
    for comment in _comments(music):  # what an operator writes about open things is the operator's
        own_words = own_words.replace(json.dumps(comment)[1:-1], "")
    for word in closed:
        assert f'"{word}' not in own_words and f" {word}" not in own_words and f"→{word}" not in own_words


def _comments(store: Store) -> list[str]:
    tables = [entity.table for entity in store.snapshot.model.entities.values()]
    columns = [column.comment for table in tables for column in table.columns]
    return [text for text in [*(table.comment for table in tables), *columns] if text]


async def test_a_narrowed_token_sees_less(music: Store) -> None:
    who = principal("support", allow=["track", "Query.track"])
    data = await music.ask("{ catalog { entries { coordinate } joins } }", who=who)
    assert data["catalog"] == {"entries": [{"coordinate": "track"}], "joins": []}


async def test_fields_have_descriptions_and_examples(music: Store) -> None:
    fields = await everything(music, "admin", "FIELD")
    of_records = {f"Query.audit_{name}" for name in ("records", "record", "session", "verify")}
    assert {one["coordinate"] for one in fields} == of_records | {
        f"Query.{name}" for name in ("me", "environment", "catalog", "catalog_entry", "explain", "schema_version")
    }
    for one in fields:
        assert one["description"] and one["example"]
