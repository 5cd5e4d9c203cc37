"""The document stage: GraphQL text to a literal-free key, its literals, and (once a shape) a bounded syntax tree.

Agents write literals into their documents, so the key under which plans are cached is the text with every string and
number replaced by a marker. Refuses with GRAPHQL_PARSE_FAILED, and with LIMIT_EXCEEDED where a cheap bound (tokens,
nesting, depth, aliases, root fields) is passed, before anything looks at the schema.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from narthex.errors import Code, Location, Refusal
from narthex.settings import Limits

# GraphQL specification (September 2025), section 2.1: block strings, strings, comments and numbers are all that can
# differ between two documents with the same plan; white space and commas are folded. Exactly the lexer's tokens: a
# text that is read otherwise here than there could take the place of another one. A string without an end is matched
# as well, with a group, so that nothing is scanned twice. Only single characters are repeated possessively: before
# 3.11.5 Python errs where a group is; and as every string matches somehow, none is ever gone back into. All begin with
# one class of characters, to which the engine skips: what follows then looks back at which of them it was.
_FRACTION_AND_EXPONENT = r"(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?(?![\w.])"
_LITERAL = re.compile(
    r'["#0-9-](?:'
    r'(?<=")""[^"\\]*+(?:(?:\\++(?:""")?|"(?!""))[^"\\]*+)*(?:"""|())'
    r'|(?<=")[^"\\\n\r]*+(?:\\[^\n\r][^"\\\n\r]*+)*(?:"|())'
    r"|(?<=#)[^\n\r]*+"
    rf"|(?<=-)(?:0|[1-9][0-9]*+){_FRACTION_AND_EXPONENT}"
    rf"|(?<=[0-9])(?<![\w.][0-9])(?:(?<=0)|(?<!0)[0-9]*+){_FRACTION_AND_EXPONENT}"
    r")",
    re.ASCII,
)
# Beside literals and comments nothing else can stand in a valid document, and folding must not take it for white space.
_STRAY = re.compile(r'[^\0\t\n\r -~]|"')
_UNREADABLE = "\0\0"
"""Begins the key of a text that is no GraphQL whatever it says: the text itself, so that it meets no other key."""
_OPEN, _CLOSE = frozenset("{[("), frozenset("}])")
_BRACKETS = re.compile(r"[{}\[\]()]")
_MAX_NESTING = 200
_MAX_REPEATS = 100
_MAX_FRAGMENTS = 100
_CACHED_TEXT = 8_192
"""Characters of the longest text that the exact-text cache keeps."""


class Document(NamedTuple):
    """A text, its literal-free key, and the source text of each literal in order."""

    text: str
    key: str
    literals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Syntax:
    """A parsed document within bounds. `slots` maps the source offset of a literal to its place in `literals`."""

    tree: DocumentNode
    fragments: dict[str, FragmentDefinitionNode]
    slots: dict[int, int]
    hash: str
    size: int
    """Characters of the text; the tree holds on to it."""


def read(text: str) -> Document:
    """Scan a text; costs microseconds and never refuses."""
    if len(text) <= _CACHED_TEXT:
        return _scan_cached(text)
    return _scan(text)


def _scan(text: str) -> Document:
    literals: list[str] = []

    def lift(match: re.Match[str]) -> str:
        literal = match[0]
        if literal[0] == "#":
            return " "
        if match.lastindex:
            return '"'
        literals.append(literal)
        if literal[0] == '"':
            return " \0s "
        return " \0i " if literal.lstrip("-").isdecimal() else " \0f "

    rest = _LITERAL.sub(lift, text).replace("\ufeff", " ")
    if _STRAY.search(rest) or rest.count("\0") != len(literals) or not _is_unicode(text):
        return Document(text, _UNREADABLE + text, ())
    key = " ".join(rest.replace(",", " ").split())
    return Document(text, key, tuple(literals))


def _is_unicode(text: str) -> bool:
    """Whether a text has no half of a surrogate pair, which JSON can smuggle in."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


_scan_cached = lru_cache(maxsize=1024)(_scan)


def syntax(document: Document, limits: Limits) -> Syntax:
    """Parse a document and hold it against the cheap bounds."""
    _check_nesting(document.key)
    try:
        tree = parse(document.text, max_tokens=limits.tokens, allow_empty_selection_sets=False)
    except GraphQLSyntaxError as error:
        raise _syntax_refusal(error) from None
    if document.key.startswith(_UNREADABLE):
        raise Refusal(Code.GRAPHQL_PARSE_FAILED, "The document has characters that GraphQL does not know.")
    fragments = {node.name.value: node for node in tree.definitions if isinstance(node, FragmentDefinitionNode)}
    _Bounds(fragments, limits).check(tree)
    slots = {offset: slot for slot, offset in enumerate(_literal_offsets(document.text))}
    hashed = hashlib.sha256(document.key.encode()).hexdigest()[:32]
    return Syntax(tree, fragments, slots, hashed, len(document.text))


def _literal_offsets(text: str) -> list[int]:
    return [match.start() for match in _LITERAL.finditer(text) if match[0][0] != "#"]


def _syntax_refusal(error: GraphQLSyntaxError) -> Refusal:
    at = [Location(place.line, place.column) for place in error.locations or ()]
    if "Document contains more than" in error.message:
        return Refusal(Code.LIMIT_EXCEEDED, error.message.removeprefix("Syntax Error: "), locations=at)
    return Refusal(Code.GRAPHQL_PARSE_FAILED, error.message, locations=at)


def _check_nesting(key: str) -> None:
    """Bound the nesting of brackets, because the parser and every visitor after it recurse."""
    depth = 0
    for match in _BRACKETS.finditer(key):
        if match[0] in _OPEN:
            depth += 1
            if depth > _MAX_NESTING:
                raise _limit("brackets nest deeper", _MAX_NESTING)
        else:
            depth -= 1


def _limit(what: str, limit: int) -> Refusal:
    return Refusal(Code.LIMIT_EXCEEDED, f"The document's {what} than {limit}.", limit=limit)


@dataclass(frozen=True, slots=True)
class _Size:
    """`width` counts the fields of the outermost selection set; the other figures are of everything below it."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0
    width: int = 0


_NOTHING = _Size()


class _Bounds:
    """Depth, aliases and fields as they are after all fragments are spread, each fragment measured once.

    So a document whose fragments double at every step is refused by its expanded size, in time linear in its text.
    """

    def __init__(self, fragments: dict[str, FragmentDefinitionNode], limits: Limits) -> None:
        self._fragments = fragments
        self._limits = limits
        self._sizes: dict[str, _Size] = {}

    def check(self, tree: DocumentNode) -> None:
        if len(self._fragments) > _MAX_FRAGMENTS:
            raise _limit("fragments are more", _MAX_FRAGMENTS)
        for node in tree.definitions:
            if isinstance(node, OperationDefinitionNode):
                size = self._measure(node.selection_set, frozenset())
                if size.width > self._limits.root_fields:
                    raise _limit("root fields are more", self._limits.root_fields)

    def _measure(self, selection_set: SelectionSetNode, spread: frozenset[str]) -> _Size:
        sizes = [self._measure_node(node, spread) for node in selection_set.selections]
        size = _Size(
            max((size.depth for size in sizes), default=0),
            sum(size.aliases for size in sizes),
            sum(size.fields for size in sizes),
            sum(size.width for size in sizes),
        )
        limits = self._limits
        if size.depth > limits.depth:
            raise _limit("selections nest deeper", limits.depth)
        if size.aliases > limits.aliases:
            raise _limit("aliases are more", limits.aliases)
        if size.fields > limits.tokens:
            raise _limit("fields are more", limits.tokens)
        self._check_repeats(selection_set)
        return size

    def _check_repeats(self, selection_set: SelectionSetNode) -> None:
        """Merging fields of one response key is quadratic in their number."""
        repeats: dict[str, int] = {}
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
            elif isinstance(node, FragmentSpreadNode):
                key = f"...{node.name.value}"
            else:
                key = "..."
            repeats[key] = repeats.get(key, 0) + 1
        if max(repeats.values(), default=0) > _MAX_REPEATS:
            raise _limit("fields under one response key are more", _MAX_REPEATS)

    def _measure_node(self, node: object, spread: frozenset[str]) -> _Size:
        if isinstance(node, FieldNode):
            inner = self._measure(node.selection_set, spread) if node.selection_set else _NOTHING
            return _Size(inner.depth + 1, inner.aliases + (node.alias is not None), inner.fields + 1, 1)
        if isinstance(node, InlineFragmentNode):
            return self._measure(node.selection_set, spread)
        if isinstance(node, FragmentSpreadNode):
            return self._measure_fragment(node.name.value, spread)
        return _NOTHING

    def _measure_fragment(self, name: str, spread: frozenset[str]) -> _Size:
        fragment = self._fragments.get(name)
        if fragment is None or name in spread:  # unknown or cyclic: validation says so
            return _NOTHING
        if name not in self._sizes:
            self._sizes[name] = self._measure(fragment.selection_set, spread | {name})
        return self._sizes[name]


def numbered(document: Document) -> str:
    """The literal-free text of a document with its literals as `$0`, `$1` …"""
    if document.key.startswith(_UNREADABLE):
        return document.text
    first, *rest = document.key.split("\0")
    return first + "".join(f"${number}{part[1:]}" for number, part in enumerate(rest))
