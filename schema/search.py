"""Finding things by words: names, comments and the values of enums, ranked for one contract.

The words of everything are indexed once a schema. What a contract does not show takes no part in a search, not even in
its statistics: how many things there are, how long they are and how many have a word is counted over the shown ones
for each search. A ranking from which closed things had merely been removed would still tell, by its scores, how
common a word is among them. Counting costs the postings of the words asked for, which are walked anyway.
Refuses nothing.
"""

from __future__ import annotations

import math
import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from weakref import WeakKeyDictionary

from graphql import GraphQLField

from schema.catalog import Column
from schema.elements import Contract
from schema.model import Entity, Model
from schema.outline import Outline
from schema.scalars import leaf_of
from schema.visibility import View

ROOT = "Query"

# Okapi BM25 with weighted fields (Robertson and Zaragoza, 2009). Lengths count for less than in prose: a long comment
# is a well explained column.
_SATURATION, _LENGTH = 1.2, 0.3
_NAME, _LABEL, _COMMENT, _OWNER = 3.0, 1.5, 1.0, 1.0
_PREFIX = 0.4
"""What a word counts that only begins like the one asked for, or that the one asked for begins with."""
_NAMED = 1.5
"""The favour for what is called exactly like the text."""
_THROUGH_COLUMNS = 0.3
"""What a table gains by its best column."""
_SHORTEST_PREFIX, _SHORTEST_STEM, _LONGEST_ENDING = 4, 4, 3
_MOST_WORDS = 32
_STOP_WORDS = frozenset({
    "a", "all", "am", "an", "and", "any", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "get",
    "give", "has", "have", "how", "i", "in", "into", "is", "it", "its", "list", "may", "me", "my", "of", "on", "or",
    "our", "per", "show", "that", "the", "their", "there", "these", "this", "to", "was", "we", "were", "what", "when",
    "where", "which", "who", "whose", "why", "will", "with", "you", "your",
})  # fmt: skip
_IRREGULAR = {
    "children": "child", "indices": "index", "matrices": "matrix", "men": "man", "people": "person",
    "vertices": "vertex", "women": "woman",
}  # fmt: skip
_CASE_CHANGE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")


class EntryKind(StrEnum):
    """What the catalog lists. The order is that of equally good hits."""

    TABLE = "TABLE"
    COLUMN = "COLUMN"
    FIELD = "FIELD"
    BUCKET = "BUCKET"
    FUNCTION = "FUNCTION"
    ROUTE = "ROUTE"


_ORDER = {kind: place for place, kind in enumerate(EntryKind)}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing by its coordinate. `entity` is its table; `member` a column, or a field of the table or of the root."""

    coordinate: str
    kind: EntryKind
    entity: str | None = None
    member: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry; the score compares the hits of one search and means nothing else."""

    entry: Entry
    score: float


@dataclass(frozen=True, slots=True)
class Sight:
    """The part of the index that a contract shows: an outline, and a flag for each entry."""

    outline: Outline
    shown: bytes
    count: int
    average_length: float


class CatalogIndex:
    """All entries of one schema with their words."""

    def __init__(self, model: Model, control: Mapping[str, GraphQLField]) -> None:
        self._model = model
        self.entries: list[Entry] = []
        self._names: list[str] = []
        self._lengths = array("f")
        self._postings: dict[str, tuple[array[int], array[float]]] = {}
        self._tables: dict[str, int] = {}
        for entity in model.entities.values():
            self._add_table(entity)
        for name, field in control.items():
            texts = ((name, _NAME), (field.description or "", _COMMENT))
            self._add(Entry(f"{ROOT}.{name}", EntryKind.FIELD, None, name), texts)
        self._vocabulary = sorted(self._postings)

    def sight(self, contract: Contract) -> Sight:
        """What the contract shows."""
        outline = Outline(self._model, contract)
        shown = bytes(_is_shown(outline, entry) for entry in self.entries)
        lengths = [length for length, flag in zip(self._lengths, shown, strict=True) if flag]
        return Sight(outline, shown, len(lengths), sum(lengths) / len(lengths) if lengths else 1.0)

    def listed(self, sight: Sight, kind: EntryKind) -> list[Entry]:
        """All that is shown of a kind, by coordinate."""
        shown = (entry for entry, flag in zip(self.entries, sight.shown, strict=True) if flag)
        return sorted((entry for entry in shown if entry.kind is kind), key=lambda entry: entry.coordinate)

    def search(self, sight: Sight, text: str, kind: EntryKind | None = None) -> list[Hit]:
        """What is shown and has words of the text, best first."""
        asked = query_words(text)
        scores: dict[int, float] = {}
        matches: dict[int, int] = {}
        for word in asked:
            for number, score in self._scores(sight, word).items():
                scores[number] = scores.get(number, 0.0) + score
                matches[number] = matches.get(number, 0) + 1
        for number, matched in matches.items():
            scores[number] *= 0.5 + 0.5 * matched / len(asked)
        self._favour_names(scores, asked)
        self._lift_tables(sight, scores)
        hits = (Hit(self.entries[number], round(score, 3)) for number, score in scores.items())
        wanted = (hit for hit in hits if kind is None or hit.entry.kind is kind)
        return sorted(wanted, key=lambda hit: (-hit.score, _ORDER[hit.entry.kind], hit.entry.coordinate))

    def _scores(self, sight: Sight, word: str) -> dict[int, float]:
        """The score of each shown entry for one word."""
        weights: dict[int, float] = {}
        for term, share in self._variants(word):
            numbers, values = self._postings[term]
            for number, weight in zip(numbers, values, strict=True):
                if sight.shown[number] and weight * share > weights.get(number, 0.0):
                    weights[number] = weight * share
        rarity = math.log(1 + (sight.count - len(weights) + 0.5) / (len(weights) + 0.5))
        scores = {}
        for number, weight in weights.items():
            length = 1 - _LENGTH + _LENGTH * self._lengths[number] / sight.average_length
            scores[number] = rarity * weight * (_SATURATION + 1) / (weight + _SATURATION * length)
        return scores

    def _variants(self, word: str) -> Iterator[tuple[str, float]]:
        """The words of the index that stand for a word: itself, longer ones and stems of it."""
        if word in self._postings:
            yield word, 1.0
        if len(word) >= _SHORTEST_PREFIX:
            place = bisect_left(self._vocabulary, word)
            while place < len(self._vocabulary) and (term := self._vocabulary[place]).startswith(word):
                if term != word:
                    yield term, _PREFIX
                place += 1
        for end in range(max(_SHORTEST_STEM, len(word) - _LONGEST_ENDING), len(word)):
            if word[:end] in self._postings:
                yield word[:end], _PREFIX

    def _favour_names(self, scores: dict[int, float], asked: Sequence[str]) -> None:
        text = " ".join(asked)
        for number in scores:
            if self._names[number] == text:
                scores[number] *= _NAMED

    def _lift_tables(self, sight: Sight, scores: dict[int, float]) -> None:
        best: dict[int, float] = {}
        for number, score in scores.items():
            entry = self.entries[number]
            if entry.kind is EntryKind.COLUMN and entry.entity is not None:
                table = self._tables[entry.entity]
                best[table] = max(score, best.get(table, 0.0))
        for table, score in best.items():
            if sight.shown[table]:
                scores[table] = scores.get(table, 0.0) + _THROUGH_COLUMNS * score

    def _add_table(self, entity: Entity) -> None:
        self._tables[entity.name] = len(self.entries)
        name = (entity.name, _NAME)
        comment = (entity.table.comment or "", _COMMENT)
        self._add(Entry(entity.name, EntryKind.TABLE, entity.name), (name, comment))
        for column_name, column in entity.columns.items():
            texts = (
                (column_name, _NAME),
                (" ".join(_labels(column)), _LABEL),
                (column.comment or "", _COMMENT),
                (entity.name, _OWNER),
            )
            self._add(Entry(f"{entity.name}.{column_name}", EntryKind.COLUMN, entity.name, column_name), texts)

    def _add(self, entry: Entry, texts: Iterable[tuple[str, float]]) -> None:
        number, length = len(self.entries), 0
        weights: dict[str, float] = {}
        for text, weight in texts:
            for word in words(text):
                length += 1
                weights[word] = weights.get(word, 0.0) + weight
        self.entries.append(entry)
        self._names.append(" ".join(words(entry.member or entry.entity or "")))
        self._lengths.append(length)
        for word, weight in weights.items():
            numbers, values = self._postings.setdefault(word, (array("I"), array("f")))
            numbers.append(number)
            values.append(weight)


# An index lives as long as its schema and a sight as long as its view; neither refers back to what it is kept by.
_INDEXES: WeakKeyDictionary[object, CatalogIndex] = WeakKeyDictionary()
_SIGHTS: WeakKeyDictionary[View, Sight] = WeakKeyDictionary()


def index_of(view: View) -> CatalogIndex:
    """The index of the schema that a view looks at, made when it is first asked for."""
    schema = view.schema
    index = _INDEXES.get(schema)
    if index is None:
        index = _INDEXES[schema] = CatalogIndex(schema.model, schema.control_roots)
    return index


def sight_of(view: View) -> Sight:
    """What a view's contract shows, found out when it is first asked for."""
    sight = _SIGHTS.get(view)
    if sight is None:
        sight = _SIGHTS[view] = index_of(view).sight(view.contract)
    return sight


def query_words(text: str) -> list[str]:
    """The words of a search, each once, without those that say nothing unless there are no others."""
    found = list(dict.fromkeys(_words(text)))
    telling = [word for word in found if word not in _STOP_WORDS]
    return list(dict.fromkeys(map(fold, telling or found)))[:_MOST_WORDS]


def words(text: str) -> list[str]:
    """The words of a text, folded."""
    return [fold(word) for word in _words(text)]


def _words(text: str) -> list[str]:
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    if not text.islower():
        text = _CASE_CHANGE.sub(" ", text).casefold()
    return _WORD.findall(text)


@lru_cache(maxsize=10_000)
def fold(word: str) -> str:
    """One spelling for singular and plural. It need not be a word, only the same for both."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    return f"{word[:-1]}i" if len(word) > 2 and word.endswith("y") else word


def _labels(column: Column) -> tuple[str, ...]:
    return leaf_of(column.type).labels


def _is_shown(outline: Outline, entry: Entry) -> bool:
    if entry.entity is None:
        return outline.contract.opens(entry.coordinate)
    if entry.member is None or not outline.shows(entry.entity):
        return outline.shows(entry.entity)
    return bool(outline.actions(outline.model.entities[entry.entity], entry.member))
