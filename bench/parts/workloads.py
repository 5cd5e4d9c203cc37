"""What is asked: four questions and two changes, each with a number that varies, in the dialect of each server."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True)
class Workload:
    name: str
    title: str
    low: int
    high: int

    def numbers(self, count: int) -> list[int]:
        """The same for every server and every run."""
        source = random.Random(f"{self.name}:7")
        return [source.randint(self.low, self.high) for _ in range(count)]


WORKLOADS = [
    Workload("point", "point read", 1, 3503),
    Workload("nested", "10 artists → albums → tracks → genre", 0, 120),
    Workload("list", "500 rows × 6", 0, 200),
    Workload("aggregate", "count, sum, avg, max of one genre", 1, 25),
    Workload("insert", "insert of one row", 1, 3503),
    Workload("update", "update of one row by key", 1, 3503),
]
CHANGES = frozenset({"insert", "update"})

ROOTS = {
    "point": "track_by_pk",
    "nested": "artist",
    "list": "track",
    "aggregate": "track_aggregate",
    "insert": "insert_invoice_line_one",
    "update": "update_track_by_pk",
}

_COLUMNS = "track_id name composer album_id milliseconds unit_price"
_TREE = "artist_id name albums { album_id title tracks { track_id name milliseconds genre { name } } }"
_TOTALS = "aggregate { count sum { milliseconds } avg { milliseconds } max { unit_price } }"

HASURA = {
    "point": f"{{ track_by_pk(track_id: $n) {{ {_COLUMNS} }} }}",
    "nested": f"{{ artist(order_by: {{artist_id: asc}}, limit: 10, offset: $n) {{ {_TREE} }} }}",
    "list": f"{{ track(order_by: {{track_id: asc}}, limit: 500, offset: $n) {{ {_COLUMNS} }} }}",
    "aggregate": f"{{ track_aggregate(where: {{genre_id: {{_eq: $n}}}}) {{ {_TOTALS} }} }}",
    "insert": """{ insert_invoice_line_one(object: {invoice_id: 1, track_id: $n, unit_price: 0.99, quantity: 2})
      { track_id unit_price quantity } }""",
    "update": "{ update_track_by_pk(pk_columns: {track_id: $n}, _set: {bytes: $n}) { track_id name bytes } }",
}

STRAWBERRY = {
    "point": HASURA["point"],
    "nested": f"{{ artist(limit: 10, offset: $n) {{ {_TREE} }} }}",
    "list": f"{{ track(limit: 500, offset: $n) {{ {_COLUMNS} }} }}",
    "aggregate": f"{{ track_aggregate(genre_id: $n) {{ {_TOTALS} }} }}",
}

# The names differ; aliases bring them to the others', so that the answers can be compared.
_PG_COLUMNS = "track_id: trackId name composer album_id: albumId milliseconds unit_price: unitPrice"
POSTGRAPHILE = {
    "point": f"{{ track_by_pk: trackByTrackId(trackId: $n) {{ {_PG_COLUMNS} }} }}",
    "nested": """{ artist: allArtists(orderBy: ARTIST_ID_ASC, first: 10, offset: $n) { nodes { artist_id: artistId name
      albums: albumsByArtistId { nodes { album_id: albumId title
        tracks: tracksByAlbumId { nodes { track_id: trackId name milliseconds
          genre: genreByGenreId { name } } } } } } } }""",
    "list": f"{{ track: allTracks(orderBy: TRACK_ID_ASC, first: 500, offset: $n) {{ nodes {{ {_PG_COLUMNS} }} }} }}",
    "aggregate": """{ track_aggregate: allTracks(condition: {genreId: $n}) { count: totalCount aggregates {
      sum { milliseconds } avg: average { milliseconds } max { unit_price: unitPrice } } } }""",
    "insert": """{ insert_invoice_line_one: createInvoiceLine(input: {invoiceLine:
      {invoiceId: 1, trackId: $n, unitPrice: "0.99", quantity: 2}})
      { invoiceLine { track_id: trackId unit_price: unitPrice quantity } } }""",
    "update": """{ update_track_by_pk: updateTrackByTrackId(input: {trackId: $n, trackPatch: {bytes: $n}})
      { track { track_id: trackId name bytes } } }""",
}


def graphql_body(documents: dict[str, str], workload: str, mode: str, number: int) -> bytes:
    """`variables`: one document, the number beside it. `inlined`: the number in the document, as agents write it."""
    text = " ".join(documents[workload].split())
    kind = "mutation" if workload in CHANGES else "query"
    if mode == "inlined":
        return orjson.dumps({"query": f"{kind} {text.replace('$n', str(number))}"})
    return orjson.dumps({"query": f"{kind} ($n: Int!) {text}", "variables": {"n": number}})


def canonical(value: Any) -> Any:
    """Answers without what the dialects may differ in: connections, numbers as strings, order where none was asked."""
    if isinstance(value, dict):
        if set(value) == {"nodes"}:
            return canonical(value["nodes"])
        if set(value) in ({"invoiceLine"}, {"track"}):
            return canonical(next(iter(value.values())))
        if set(value) == {"count", "aggregates"}:
            return {"aggregate": canonical({"count": value["count"], **value["aggregates"]})}
        return {key: canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted((canonical(item) for item in value), key=repr)
    if isinstance(value, str) and value.replace(".", "", 1).isdigit():
        return round(float(value), 6)
    return round(float(value), 6) if isinstance(value, int | float) else value
