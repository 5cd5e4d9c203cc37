"""One handler per question, as one writes it by hand: Starlette, asyncpg, `json_build_object` in the SQL.

It knows its questions beforehand, parses no GraphQL, knows no callers: what a gateway has to be measured against. Each
change comes twice: with a row that says who did what, written by the same statement, and without.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TRACK = """
SELECT json_build_object('track_id', track_id, 'name', name, 'composer', composer, 'album_id', album_id,
  'milliseconds', milliseconds, 'unit_price', unit_price)
FROM track WHERE track_id = $1
"""

ARTISTS = """
SELECT coalesce(json_agg(json_build_object('artist_id', a.artist_id, 'name', a.name, 'albums', al.rows)), '[]')
FROM (SELECT artist_id, name FROM artist ORDER BY artist_id LIMIT 10 OFFSET $1) a
CROSS JOIN LATERAL (
  SELECT coalesce(json_agg(json_build_object('album_id', al.album_id, 'title', al.title,
    'tracks', t.rows)), '[]') AS rows
  FROM album al
  CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object('track_id', t.track_id, 'name', t.name, 'milliseconds', t.milliseconds,
      'genre', CASE WHEN g.genre_id IS NOT NULL THEN json_build_object('name', g.name) END)), '[]') AS rows
    FROM track t LEFT JOIN genre g ON g.genre_id = t.genre_id
    WHERE t.album_id = al.album_id
  ) t
  WHERE al.artist_id = a.artist_id
) al
"""

TRACKS = """
SELECT coalesce(json_agg(json_build_object('track_id', track_id, 'name', name, 'composer', composer,
  'album_id', album_id, 'milliseconds', milliseconds, 'unit_price', unit_price)), '[]')
FROM (SELECT * FROM track ORDER BY track_id LIMIT 500 OFFSET $1) t
"""

TOTALS = """
SELECT json_build_object('aggregate', json_build_object('count', count(*),
  'sum', json_build_object('milliseconds', sum(milliseconds)),
  'avg', json_build_object('milliseconds', avg(milliseconds)),
  'max', json_build_object('unit_price', max(unit_price))))
FROM track WHERE genre_id = $1
"""

INSERT = """
WITH written AS (
  INSERT INTO invoice_line (invoice_id, track_id, unit_price, quantity) VALUES (1, $1, 0.99, 2) RETURNING *
)
"""
UPDATE = "WITH written AS (UPDATE track SET bytes = $1 WHERE track_id = $1 RETURNING *)"
AUDIT = """,
noted AS (
  INSERT INTO bench_audit (at, who, role, trace, operation, variables, affected)
  SELECT clock_timestamp(), 'cli', 'admin', md5($2), $2, json_build_object('n', $1), count(*) FROM written
)
"""
LINE = """
SELECT json_build_object('track_id', track_id, 'unit_price', unit_price, 'quantity', quantity) FROM written
"""
BYTES = "SELECT json_build_object('track_id', track_id, 'name', name, 'bytes', bytes) FROM written"


def change(path: str, sql: str, *more: str) -> Route:
    async def handler(request: Request) -> Response:
        number = (await request.json())["n"]
        async with request.app.state.pool.acquire() as connection:
            body = await connection.fetchval(sql, number, *more)
        return Response(body, media_type="application/json")

    return Route(path, handler, methods=["POST"])


def answer(sql: str) -> Route:
    async def handler(request: Request) -> Response:
        number = int(request.path_params["number"])
        async with request.app.state.pool.acquire() as connection:
            body = await connection.fetchval(sql, number)
        if body is None:
            return Response(status_code=404)
        return Response(body, media_type="application/json")

    name = {TRACK: "track", ARTISTS: "artists", TRACKS: "tracks", TOTALS: "totals"}[sql]
    return Route(f"/{name}/{{number:int}}", handler)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    size = int(os.environ["POOL"])
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=size, max_size=size) as pool:
        app.state.pool = pool
        yield


app = Starlette(
    routes=[
        *(answer(sql) for sql in (TRACK, ARTISTS, TRACKS, TOTALS)),
        change("/insert", INSERT + LINE),
        change("/update", UPDATE + BYTES),
        change("/insert_audited", INSERT + AUDIT + LINE, "insert of a line"),
        change("/update_audited", UPDATE + AUDIT + BYTES, "update of a track"),
    ],
    lifespan=lifespan,
)
