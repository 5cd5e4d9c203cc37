"""How the tables of a search hang together: paths of relationships that a contract shows.

    track.album.artist → artist
    artist.albums[].tracks[] → track

Refuses nothing; tables that are further apart than the longest path have none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from schema.model import Relationship, RelationshipKind
from schema.outline import Outline

_LONGEST = 3
_MOST = 12


@dataclass(frozen=True, slots=True)
class _Path:
    start: str
    ways: tuple[Relationship, ...]

    @property
    def end(self) -> str:
        return self.ways[-1].target

    @property
    def lists(self) -> int:
        return sum(way.kind is RelationshipKind.ARRAY for way in self.ways)

    def __str__(self) -> str:
        fields = (f"{way.name}[]" if way.kind is RelationshipKind.ARRAY else way.name for way in self.ways)
        return f"{self.start}.{'.'.join(fields)} → {self.end}"


def joins(outline: Outline, entities: Iterable[str]) -> list[str]:
    """The shortest path between each two of the tables, from the side that needs fewer lists.

    A path through another of the tables is left out: it is made of theirs.
    """
    wanted = sorted(entity for entity in set(entities) if entity in outline.rows)
    found = {start: dict(_paths(outline, start, frozenset(wanted))) for start in wanted}
    best = []
    for one, other in combinations(wanted, 2):
        both = [path for path in (found[one].get(other), found[other].get(one)) if path is not None]
        if both:
            best.append(min(both, key=_cost))
    return [str(path) for path in sorted(best, key=_cost)[:_MOST]]


def _cost(path: _Path) -> tuple[int, int, str]:
    return len(path.ways), path.lists, str(path)


def _paths(outline: Outline, start: str, wanted: frozenset[str]) -> Iterator[tuple[str, _Path]]:
    """The best path to each of the wanted tables that is reached without passing another one."""
    seen = {start}
    edge = [_Path(start, ())]
    for _ in range(_LONGEST):
        longer: dict[str, _Path] = {}
        for path in edge:
            here = path.end if path.ways else start
            for way in outline.ways(outline.model.entities[here]):
                further = _Path(start, (*path.ways, way))
                known = longer.get(way.target)
                if way.target not in seen and (known is None or _cost(further) < _cost(known)):
                    longer[way.target] = further
        seen.update(longer)
        yield from ((target, path) for target, path in longer.items() if target in wanted)
        edge = [path for target, path in longer.items() if target not in wanted]
