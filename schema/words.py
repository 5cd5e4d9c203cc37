"""English and GraphQL for single names: singular, plural, and the nearest valid name.

Everything here is a pure function of its text, so that a name never depends on what else exists. Refuses nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import inflect

_Function = TypeVar("_Function", bound=Callable[..., object])

VALID = re.compile(r"(?:_[0-9A-Za-z]|[A-Za-z])[0-9A-Za-z_]*")
"""A GraphQL name that is not reserved for introspection, nor becomes so with a suffix (as `_` with `_aggregate`)."""

_LAST_WORD = re.compile(r"(?:[A-Z]?[a-z]+|[A-Z]+)\Z")
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
)

# Where the rules below or the library's are wrong about a word that tables are named after.
_SINGULAR = {
    "apis": "api", "appendices": "appendix", "cosmos": "cosmos", "cpus": "cpu", "gpus": "gpu", "gurus": "guru",
    "indices": "index", "matrices": "matrix", "menus": "menu", "selfies": "selfie", "skus": "sku", "taxis": "taxi",
    "tutus": "tutu", "uses": "use", "vertices": "vertex",
    # singular already
    "agenda": "agenda", "aws": "aws", "christmas": "christmas", "dice": "dice", "dns": "dns", "gps": "gps",
    "kubernetes": "kubernetes", "opera": "opera", "os": "os", "pos": "pos", "postgres": "postgres", "redis": "redis",
    "sms": "sms", "specimen": "specimen", "summons": "summons", "tennis": "tennis", "this": "this",
    # the same in both numbers, as tables use them
    "data": "data", "media": "media", "metadata": "metadata",
}  # fmt: skip
_UNCOUNTABLE = frozenset({"data", "media", "metadata"})


def singular(name: str) -> str:
    """`name` with its last word in the singular: `invoice_lines` gives `invoice_line`, `status` stays."""
    return _inflected(name, _singular_word)


def plural(name: str) -> str:
    """`name` with its last word in the plural: `media_type` gives `media_types`, `articles` stays."""
    return _inflected(name, _plural_word)


@cache
def valid_name(name: str) -> str:
    """The GraphQL name nearest to `name`: itself where it is valid.

    Accents go, other letters beyond ASCII become `u` and their code point, any other sign becomes `_`.
    """
    if VALID.fullmatch(name):
        return name
    spelled = "".join(_sign(sign) for sign in unicodedata.normalize("NFKD", name.translate(_LETTERS)))
    if spelled[:1].isdigit():
        spelled = f"_{spelled}"
    spelled = re.sub(r"\A__+", "_", spelled)
    return spelled if VALID.fullmatch(spelled) else "u005f"


def _sign(sign: str) -> str:
    if sign.isascii():
        return sign if sign.isalnum() else "_"
    if unicodedata.combining(sign):
        return ""
    return "_" if sign.isspace() else f"u{ord(sign):04x}"


def _inflected(name: str, inflect_word: Callable[[str], str]) -> str:
    found = _LAST_WORD.search(name)
    if found is None:
        # Ends in a digit, a sign or a foreign letter: English has no say, and the plural still must differ.
        return f"{name}s" if inflect_word is _plural_word else name
    word = found.group()
    changed = inflect_word(word.lower())
    if len(word) > 1 and word.isupper():
        changed = changed.upper()
    elif word[0].isupper():
        changed = changed.capitalize()
    return name[: found.start()] + changed


@cache
def _singular_word(word: str) -> str:
    if word in _SINGULAR:
        return _SINGULAR[word]
    if word.endswith(("ss", "us", "is")) or (word.endswith("s") and not _is_plain_plural(word)):
        return word
    found = _engine().singular_noun(word)
    if not isinstance(found, str) or not _is_word(found) or not re.search("[aeiouy]", found):
        return word
    # What does not lead back is a guess (`opera` to `opus`).
    return found if _engine().plural_noun(found) == word else word


@cache
def _plural_word(word: str) -> str:
    if word == "s" or word in _UNCOUNTABLE or _singular_word(word) != word:
        return word
    found = _engine().plural_noun(word)
    if not _is_word(found) or len(word) < 3:
        return f"{word}s"
    # A word in s that only gets another s (`sms`) has no plural that anyone would guess.
    return word if word.endswith("s") and found == f"{word}s" else found


def _is_plain_plural(word: str) -> bool:
    """The library adds a bare s to what it takes for no singular: `tracks` to `trackss`, but `lens` to `lenses`."""
    return _engine().plural_noun(word) in (f"{word}s", word)


def _is_word(text: str) -> bool:
    return text.isascii() and text.isalpha()


@cache
def _engine() -> inflect.engine:
    """The library, imported late and without typeguard's part.

    Its methods are decorated with `typechecked`, which compiles each of them anew: 1.2 s of every start for checks of
    argument types that mypy makes here. Python's -O skips the decorator in the same way; the import then takes 0.15 s.
    """
    import typeguard

    def unchanged(function: _Function) -> _Function:
        return function

    decorator = typeguard.typechecked
    typeguard.typechecked = unchanged  # type: ignore[assignment]
    try:
        import inflect
    finally:
        typeguard.typechecked = decorator
    return inflect.engine()
