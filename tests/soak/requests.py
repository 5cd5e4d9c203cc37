"""Bodies of requests and tokens of callers, many of each and no two alike. Placeholders are those of mixed.lua."""

import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path

from gateway.identity.claims import Identity
from gateway.identity.keys import load_keys
from gateway.identity.tokens import issue
from narthex.principal import Kind, Level
from narthex.settings import load_settings
from tests.soak.database import connected, urls_of

_OFTEN: tuple[tuple[str, dict[str, object]], ...] = (
    ("{ track_by_pk(track_id: @N) { name unit_price album { title } } }", {}),
    ("{ artist(where: {artist_id: {_eq: @N}}) { name albums(limit: @N) { title } } }", {}),
    ("{ track(limit: @N, order_by: {track_id: asc}) { track_id name } }", {}),
    ('{ artist(where: {name: {_ilike: "%@W%"}}, limit: 5) { name } }', {}),
    ("{ genre { name tracks_aggregate(where: {milliseconds: {_gt: @I}}) { aggregate { count } } } }", {}),
    ("query a($id: Int!) { album_by_pk(album_id: $id) { title artist { name } } }", {"id": "@N"}),
    ("query b($n: Int, $w: String) { track(limit: $n, where: {name: {_like: $w}}) { name } }", {"n": "@N", "w": "@W"}),
    ("{ track(where: {track_id: {_in: [@N, @N, @N]}}) { name genre { name } media_type { name } } }", {}),
    ("{ me { role subject } environment { name } }", {}),
    ('{ catalog(search: "@W", first: 3) { entries { coordinate } } }', {}),
    ('{ catalog_entry(coordinate: "track.@W") { card } }', {}),
    ('{ explain(operation: "{ track(limit: @N) { name } }") { allowed } }', {}),
    ('{ __type(name: "track") { fields { name } } }', {}),
    ("{ invoice(limit: @N, order_by: {total: desc}) { total billing_country } }", {}),
    ("{ customer(where: {customer_id: {_eq: @N}}) { first_name email } }", {}),
    # Invalid, each in its own way.
    ("{ artist { nam@W } }", {}),
    ("{ @W { name } }", {}),
    ('{ track_by_pk(track_id: "@W") { name } }', {}),
    ("{ track(where: {track_id: {_eq: null}}) { name } }", {}),
    ("{ track(limit: @I) { name ", {}),
    ("query c($id: Int!) { album_by_pk(album_id: $id) { title } }", {"id": "@W"}),
    ("{ track(limit: -@N) { name } }", {}),
)
_COLUMNS = {
    "track": ("track_id", "name", "composer", "milliseconds", "bytes", "unit_price", "album_id", "genre_id"),
    "invoice": ("invoice_id", "invoice_date", "billing_country", "total", "customer_id"),
    "album": ("album_id", "title", "artist_id"),
    "artist": ("artist_id", "name"),
}
_NESTED = {
    "track": ("album { title artist { name } }", "genre { name }", "invoice_lines(limit: 2) { quantity }"),
    "invoice": ("customer { country }", "invoice_lines(limit: @N) { unit_price track { name } }"),
    "album": ("artist { name }", "tracks(limit: @N) { name milliseconds }", "tracks_aggregate { aggregate { count } }"),
    "artist": ("albums { title }", "albums_aggregate { aggregate { count max { title } } }"),
}
_TABLES = (*_COLUMNS, "genre", "media_type", "invoice_line", "customer")
_WAYS = {
    "track": ("album", "genre", "media_type", "invoice_lines"),
    "invoice": ("customer", "invoice_lines"),
    "album": ("artist", "tracks"),
    "artist": ("albums",),
}
_ROLES = ("agent", "support", "analyst", "admin")


def often() -> Iterator[str]:
    """What callers ask all the time."""
    for query, variables in _OFTEN:
        # A number in variables stands without quotes; a word keeps them.
        yield json.dumps({"query": query, "variables": variables}).replace('"@N"', "@N")


def rarely(count: int, seed: int) -> Iterator[str]:
    """Documents of as many different shapes."""
    dice = random.Random(seed)
    for number in range(count):
        table = dice.choice(list(_COLUMNS))
        columns = dice.sample(_COLUMNS[table], dice.randint(1, len(_COLUMNS[table])))
        fields = [f"{column}: {column}" if dice.random() < 0.2 else column for column in columns]
        fields += dice.sample(_NESTED[table], dice.randint(0, len(_NESTED[table])))
        dice.shuffle(fields)
        key = _COLUMNS[table][0]
        limit = dice.choice(("limit: @N", "limit: 10, offset: @N", f"limit: 5, where: {{{key}: {{_gt: @I}}}}"))
        query = f"query shape_{number} {{ a{number}: {table}({limit}) {{ {' '.join(fields)} }} }}"
        yield json.dumps({"query": query})


async def tokens(project: Path, data_dir: Path, count: int) -> list[str]:
    """Tokens of all roles, each with a contract of its own: every one is narrowed to other columns."""
    settings = load_settings(project)
    async with connected(urls_of(data_dir).control) as control:
        ring = await load_keys(control)
    made = []
    for number, allow in zip(range(count), _contracts(), strict=False):
        role = _ROLES[number % len(_ROLES)]
        identity = Identity(
            f"soak-{number}", Kind.AGENT, (role,), settings.environment.name, level=Level.READ, allow=allow
        )
        made.append(issue(ring, settings, identity, 6 * 3600))
    return made


def _contracts() -> Iterator[tuple[str, ...]]:
    """Everything of the store but one to three columns."""
    columns = [(table, column) for table in _COLUMNS for column in _COLUMNS[table]]
    for size in (1, 2, 3):
        for closed in itertools.combinations(columns, size):
            narrowed = {table for table, _ in closed}
            open_ = [column for column in columns if column[0] in narrowed and column not in closed]
            left = [f"{table}.{column}" for table, column in open_]
            ways = [f"{table}.{way}" for table in sorted(narrowed) for way in _WAYS[table]]
            yield (*(table for table in _TABLES if table not in narrowed), *left, *ways)
