"""The catalog: searching what there is, page by page, and looking one thing up.

Refuses, with BAD_USER_INPUT and LIMIT_EXCEEDED, numbers that make no page and cursors of another search.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Annotated

import strawberry
from strawberry import UNSET, Info

from narthex.errors import Code, Refusal
from resolvers.context import Context
from resolvers.selfinfo.entries import CatalogEntry, find_entry, make_entry
from schema.cards import tokens
from schema.joins import joins
from schema.search import EntryKind, Hit, index_of, sight_of
from schema.visibility import View

PAGE, MOST = 10, 100
_COORDINATE = "Query.catalog"
_LONGEST_TEXT = 1_000


@strawberry.type(description="Where a page ends.")
class PageInfo:
    end_cursor: str | None = strawberry.field(description="Give it as 'after' to get the next page.")
    has_next_page: bool = strawberry.field(description="Whether there is more after this page.")


@strawberry.type(description="A page of what you may use, best fit first.")
class Catalog:
    entries: list[CatalogEntry] = strawberry.field(description="What was found.")
    joins: list[str] = strawberry.field(
        description="How the tables on this page hang together: 'track.album.artist → artist' is read as fields of "
        "'track'; '[]' marks lists."
    )
    page_info: PageInfo = strawberry.field(description="Where the page ends.")


Search = Annotated[
    str | None, strawberry.argument(description="Words about what you need. Without them tables come by name.")
]
KindFilter = Annotated[EntryKind | None, strawberry.argument(description="Only things of this kind.")]
First = Annotated[int | None, strawberry.argument(description=f"How many entries at most, up to {MOST}.")]
After = Annotated[str | None, strawberry.argument(description="The 'end_cursor' of the page before.")]
BudgetTokens = Annotated[
    int | None, strawberry.argument(description="Stop before the cards are longer than this many tokens together.")
]
CoordinateText = Annotated[str, strawberry.argument(description="Such as 'track', 'track.name' or 'Query.me'.")]


def catalog(
    info: Info[Context, None],
    search: Search = UNSET,
    kind: KindFilter = UNSET,
    first: First = PAGE,
    after: After = UNSET,
    budget_tokens: BudgetTokens = UNSET,
) -> Catalog:
    size = PAGE if first is None else _checked("first", first)
    budget = _checked("budget_tokens", budget_tokens) if isinstance(budget_tokens, int) else None
    if size > MOST:
        raise Refusal(Code.LIMIT_EXCEEDED, f"'first' is at most {MOST}.", coordinate=_COORDINATE, limit=MOST)
    text = (search or "").strip()
    if len(text) > _LONGEST_TEXT:
        message = f"'search' is at most {_LONGEST_TEXT} characters long."
        raise Refusal(Code.LIMIT_EXCEEDED, message, coordinate=_COORDINATE, limit=_LONGEST_TEXT)
    view = info.context.view
    pages = _Pages(view, text, kind or None)
    return pages.page(pages.start(after or None), size, budget)


def catalog_entry(info: Info[Context, None], coordinate: CoordinateText) -> CatalogEntry | None:
    view = info.context.view
    entry = find_entry(view, coordinate)
    return make_entry(view, entry) if entry is not None else None


def _checked(name: str, number: int) -> int:
    if number < 0:
        raise Refusal(Code.BAD_USER_INPUT, f"'{name}' must not be negative.", coordinate=_COORDINATE)
    return number


class _Pages:
    """One search of one contract, page by page. A cursor is a place in it and fits no other search."""

    def __init__(self, view: View, text: str, kind: EntryKind | None) -> None:
        self._view = view
        asked = json.dumps([view.contract.id, text, kind])
        self._stamp = hashlib.sha256(asked.encode(errors="surrogatepass")).hexdigest()[:12]
        index, sight = index_of(view), sight_of(view)
        if text:
            self._hits = index.search(sight, text, kind)
        else:
            self._hits = [Hit(entry, 0.0) for entry in index.listed(sight, kind or EntryKind.TABLE)]
        self._ranked = bool(text)

    def start(self, after: str | None) -> int:
        """The place after a cursor."""
        if after is None:
            return 0
        try:
            stamp, _, place = base64.urlsafe_b64decode(after.encode()).decode().partition(":")
            start = int(place)
        except (binascii.Error, ValueError):
            stamp, start = "", 0
        if stamp != self._stamp or start < 0:
            raise Refusal(
                Code.BAD_USER_INPUT,
                "'after' is no cursor of this search.",
                coordinate=_COORDINATE,
                hint="Repeat the search without 'after'; what you may use has changed, or the search is another one.",
            )
        return start

    def page(self, start: int, first: int, budget: int | None) -> Catalog:
        """As many entries as are asked for and as the budget has room for."""
        entries: list[CatalogEntry] = []
        spent = 0
        for hit in self._hits[start : start + first]:
            entry = make_entry(self._view, hit.entry, hit.score if self._ranked else None)
            spent += tokens(entry.card)
            if budget is not None and spent > budget:
                break
            entries.append(entry)
        end = start + len(entries)
        tables = {entry.entry.entity for entry in entries if entry.entry.entity is not None}
        return Catalog(
            entries=entries,
            joins=joins(sight_of(self._view).outline, tables),
            page_info=PageInfo(end_cursor=self._cursor(end) if entries else None, has_next_page=end < len(self._hits)),
        )

    def _cursor(self, place: int) -> str:
        return base64.urlsafe_b64encode(f"{self._stamp}:{place}".encode()).decode()
