"""The same four questions with Strawberry and dataloaders, parsing and validation cached."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import asyncpg
import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

Info = strawberry.Info[dict[str, Any], None]

TRACK = "SELECT track_id, name, composer, album_id, genre_id, milliseconds, unit_price FROM track"


@strawberry.type
class Genre:
    name: str | None


@strawberry.type
class Track:
    track_id: int
    name: str
    composer: str | None
    album_id: int | None
    milliseconds: int
    unit_price: Decimal
    genre_id: strawberry.Private[int | None]

    @strawberry.field
    async def genre(self, info: Info) -> Genre | None:
        return await info.context["genres"].load(self.genre_id) if self.genre_id is not None else None


@strawberry.type
class Album:
    album_id: int
    title: str

    @strawberry.field
    async def tracks(self, info: Info) -> list[Track]:
        return await info.context["tracks_of_album"].load(self.album_id)


@strawberry.type
class Artist:
    artist_id: int
    name: str | None

    @strawberry.field
    async def albums(self, info: Info) -> list[Album]:
        return await info.context["albums_of_artist"].load(self.artist_id)


@strawberry.type
class Length:
    milliseconds: float | None


@strawberry.type
class Price:
    unit_price: Decimal | None


@strawberry.type
class Aggregate:
    count: int
    sum: Length
    avg: Length
    max: Price


@strawberry.type
class TrackAggregate:
    aggregate: Aggregate


@strawberry.type
class Query:
    @strawberry.field
    async def track_by_pk(self, info: Info, track_id: int) -> Track | None:
        row = await info.context["pool"].fetchrow(f"{TRACK} WHERE track_id = $1", track_id)
        return Track(**row) if row else None

    @strawberry.field
    async def track(self, info: Info, limit: int, offset: int) -> list[Track]:
        rows = await info.context["pool"].fetch(f"{TRACK} ORDER BY track_id LIMIT $1 OFFSET $2", limit, offset)
        return [Track(**row) for row in rows]

    @strawberry.field
    async def artist(self, info: Info, limit: int, offset: int) -> list[Artist]:
        rows = await info.context["pool"].fetch(
            "SELECT artist_id, name FROM artist ORDER BY artist_id LIMIT $1 OFFSET $2", limit, offset
        )
        return [Artist(**row) for row in rows]

    @strawberry.field
    async def track_aggregate(self, info: Info, genre_id: int) -> TrackAggregate:
        row = await info.context["pool"].fetchrow(
            "SELECT count(*), sum(milliseconds), avg(milliseconds), max(unit_price) FROM track WHERE genre_id = $1",
            genre_id,
        )
        return TrackAggregate(
            aggregate=Aggregate(
                count=row["count"],
                sum=Length(milliseconds=row["sum"]),
                avg=Length(milliseconds=row["avg"]),
                max=Price(unit_price=row["max"]),
            )
        )


def grouped(keys: Sequence[int], rows: list[asyncpg.Record], by: str, make: Any) -> list[list[Any]]:
    groups: dict[int, list[Any]] = {key: [] for key in keys}
    for row in rows:
        groups[row[by]].append(make(row))
    return [groups[key] for key in keys]


def loaders(pool: asyncpg.Pool) -> dict[str, Any]:
    async def albums_of_artist(keys: list[int]) -> list[list[Album]]:
        rows = await pool.fetch("SELECT album_id, title, artist_id FROM album WHERE artist_id = ANY($1)", keys)
        return grouped(keys, rows, "artist_id", lambda row: Album(album_id=row["album_id"], title=row["title"]))

    async def tracks_of_album(keys: list[int]) -> list[list[Track]]:
        rows = await pool.fetch(f"{TRACK} WHERE album_id = ANY($1)", keys)
        return grouped(keys, rows, "album_id", lambda row: Track(**row))

    async def genres(keys: list[int]) -> list[Genre | None]:
        rows = await pool.fetch("SELECT genre_id, name FROM genre WHERE genre_id = ANY($1)", keys)
        found = {row["genre_id"]: Genre(name=row["name"]) for row in rows}
        return [found.get(key) for key in keys]

    return {
        "albums_of_artist": DataLoader(load_fn=albums_of_artist),
        "tracks_of_album": DataLoader(load_fn=tracks_of_album),
        "genres": DataLoader(load_fn=genres),
    }


class Endpoint(GraphQL):
    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> dict[str, Any]:
        pool = request.app.state.pool
        return {"pool": pool, **loaders(pool)}


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    size = int(os.environ["POOL"])
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=size, max_size=size) as pool:
        app.state.pool = pool
        yield


schema = strawberry.Schema(
    Query,
    config=StrawberryConfig(auto_camel_case=False),
    extensions=[lambda: ParserCache(maxsize=1000), lambda: ValidationCache(maxsize=1000)],
)
app = Starlette(routes=[Route("/graphql", Endpoint(schema, graphql_ide=None), methods=["POST"])], lifespan=lifespan)
