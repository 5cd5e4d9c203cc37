"""The document stage: literals come out exactly where the lexer sees them, and no document is expensive to refuse."""

from __future__ import annotations

import time

import pytest
from graphql import FloatValueNode, GraphQLSyntaxError, IntValueNode, StringValueNode, Visitor, parse, visit
from graphql.language import Lexer, Source, TokenKind
from hypothesis import assume, example, given
from hypothesis import strategies as st

from gateway.document import Document, numbered, read, syntax
from narthex.errors import Code, Refusal
from narthex.settings import Limits
from resolvers.sql.values import InvalidLiteral, string_of

LIMITS = Limits()
_KINDS = {TokenKind.INT: "i", TokenKind.FLOAT: "f", TokenKind.STRING: "s", TokenKind.BLOCK_STRING: "s"}


def refused(text: str, limits: Limits = LIMITS) -> Refusal:
    with pytest.raises(Refusal) as caught:
        syntax(read(text), limits)
    return caught.value


def tokens(text: str) -> list[tuple[str, str]] | None:
    """Kind and source text of the lexer's tokens; None where it refuses the text."""
    lexer, found = Lexer(Source(text)), []
    try:
        while (token := lexer.advance()).kind is not TokenKind.EOF:
            found.append((_KINDS.get(token.kind, token.kind.value), text[token.start : token.end]))
    except GraphQLSyntaxError:
        return None
    return found


def structure(text: str) -> list[object] | None:
    """What decides a plan: the tokens, with literals by their kind alone."""
    found = tokens(text)
    return None if found is None else [kind if kind in "ifs" else (kind, token) for kind, token in found]


# Literals --------------------------------------------------------------------------------------------------------

_plain = st.text(st.characters(codec="utf-8", exclude_characters='"\\\r\n'), max_size=8)
_escape = st.sampled_from(['\\"', "\\\\", "\\n", "\\u00e9", "\\u{1F600}", "\\ud83d\\ude00", "\\/"])
_string = (
    st.lists(_plain | _escape, max_size=4)
    .map(lambda parts: f'"{"".join(parts)}"')
    .filter(lambda text: not text.startswith('"""'))
)
_block_part = st.sampled_from(['"', '""', '\\"""', "\\", "\\\\", "\n", "#", "1", "{", "é", "\ufeff"]) | _plain
_block = st.lists(_block_part, max_size=5).map(lambda parts: f'"""{"".join(parts)}"""')
_int = st.integers(-(10**20), 10**20).map(str) | st.just("-0")
_float = st.from_regex(r"-?(0|[1-9][0-9]{0,3})(\.[0-9]{1,3}([eE][+-]?[0-9]{1,2})?|[eE][+-]?[0-9]{1,2})", fullmatch=True)
_literal = st.one_of(_string, _block, _int, _float)
_name = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,5}", fullmatch=True).filter(
    lambda name: name not in ("true", "false", "null", "on", "fragment", "query")
)
_value = st.recursive(
    st.one_of(_literal, st.sampled_from(["true", "null", "ENUM", "$v"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{' '.join(items)}]"),
        st.dictionaries(_name, inner, max_size=3).map(
            lambda fields: "{" + ", ".join(f"{name}: {value}" for name, value in fields.items()) + "}"
        ),
    ),
    max_leaves=6,
)
_blank = st.sampled_from([" ", "\n", "\t", ",", "\r\n", " # \"not' a string 12 {\n", "\ufeff "])


@st.composite
def _documents(draw: st.DrawFn) -> str:
    def selection(depth: int) -> str:
        arguments = draw(st.dictionaries(_name, _value, max_size=2))
        head = draw(_name) + ":" + draw(_blank) + draw(_name) if draw(st.booleans()) else draw(_name)
        if arguments:
            head += "(" + draw(_blank).join(f"{name}:{value}" for name, value in arguments.items()) + ")"
        if depth and draw(st.booleans()):
            inner = draw(_blank).join(selection(depth - 1) for _ in range(draw(st.integers(1, 3))))
            head += "{" + inner + draw(_blank) + "}"
        return head

    default = f"(${draw(_name)}: T = {draw(_literal)})" if draw(st.booleans()) else ""
    return "query" + draw(_blank) + default + "{" + draw(_blank) + selection(2) + draw(_blank) + selection(1) + "}"


class _Literals(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.starts: list[int] = []

    def enter(self, node: object, *_: object) -> None:
        if isinstance(node, IntValueNode | FloatValueNode | StringValueNode):
            assert node.loc is not None
            self.starts.append(node.loc.start)


@given(_documents())
@example("{a(x:[1-1 -1-1])}")
@example('{a(x:"""a\\\\""" """b""")}')
@example('{a(x:"""""")}')
@example('{a(x:"" y:"\\\\")}')
def test_each_literal_of_a_document_has_its_slot_and_its_text(text: str) -> None:
    document = read(text)
    try:
        tree = parse(text)
    except GraphQLSyntaxError:
        assume(False)
    visitor = _Literals()
    visit(tree, visitor)
    slots = syntax(document, LIMITS).slots
    assert sorted(slots) == sorted(visitor.starts)
    assert len(slots) == len(document.literals)
    assert all(text.startswith(document.literals[slot], start) for start, slot in slots.items())


@given(_documents())
@example('query ($A: T = """\0""") {A}')
def test_the_key_with_its_literals_put_back_is_the_document(text: str) -> None:
    document = read(text)
    found = structure(text)
    assume(found is not None)
    first, *rest = document.key.split("\0")
    whole = first + "".join(literal + part[1:] for literal, part in zip(document.literals, rest, strict=True))
    assert tokens(whole) == tokens(text)


@given(st.data())
def test_a_document_with_other_literals_of_the_same_kinds_has_the_same_key(data: st.DataObject) -> None:
    text = data.draw(_documents())
    document = read(text)
    found = tokens(text)
    assume(found is not None and document.literals)
    assert found is not None
    kinds = {"i": _int, "f": _float, "s": st.one_of(_string, _block)}
    other = " ".join(data.draw(kinds[kind]) if kind in kinds else token for kind, token in found)
    assume(structure(other) == structure(text))
    assert _structure_of_key(read(other).key) == _structure_of_key(document.key)


_PIECES = (
    *(
        '"',
        '""',
        '"""',
        "\\",
        '\\"',
        '\\"""',
        "#",
        "\n",
        "\r",
        " ",
        ",",
        "1",
        "-",
        "-1",
        "1.5",
        ".",
        "e",
        "1e5",
        "a",
        "0",
    ),
    *("01", "{", "}", "[", "]", "(", ")", ":", "$", "...", "\0", "\0s", "\0i", "\ufeff", "\xa0", "\x0b", "é", "\u2028"),
    *("\ud800", "true", "\x1c"),
)
_pieces = st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)


def _structure_of_key(key: str) -> list[object] | None:
    if key.startswith("\0\0"):
        return None
    return structure(key.replace("\0i", "1").replace("\0f", "1.0").replace("\0s", '""'))


@given(_pieces | _documents())
@example('{a(x:"""a\\\\""" b""")}')
@example('{a(x:["""b" , "]}')
@example('{a(x:"\\\n")}')
@example("{a\xa0b}")
@example("{a\0s}")
@example('{a(x:"\ud800")}')
def test_the_key_alone_tells_the_structure(text: str) -> None:
    """So two texts of one key have one structure, and what is no document has the key of none."""
    document = read(text)
    if structure(text) is None:
        assert _structure_of_key(document.key) is None or _only_escapes_are_wrong(document)
    else:
        assert _structure_of_key(document.key) == structure(text)


def _only_escapes_are_wrong(document: Document) -> bool:
    """The scanner leaves it to whoever reads a string to refuse an escape that there is not."""
    for literal in document.literals:
        if literal.startswith('"'):
            try:
                string_of(literal)
            except InvalidLiteral:
                return True
    return False


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"plain"', "plain"),
        ('""', ""),
        ('"a\\"b\\\\"', 'a"b\\'),
        ('"\\u00e9\\u{1F600}"', "é😀"),
        ('"""\n  two\n    lines\n"""', "two\n  lines"),
        ('"""a \\""" b"""', 'a """ b'),
        ('"# {not} $a 12"', "# {not} $a 12"),
    ],
)
def test_a_string_literal_has_the_value_that_the_specification_gives_it(text: str, value: str) -> None:
    assert string_of(text) == value
    assert read(f"{{a(x:{text})}}").literals == (text,)


@pytest.mark.parametrize("text", ['"\\q"', '"\\u12"', '"\\ud800"', '"\\u{110000}"'])
def test_an_escape_that_there_is_not_is_no_value(text: str) -> None:
    with pytest.raises(InvalidLiteral):
        string_of(text)
    assert refused(f"{{a(x:{text})}}").code is Code.GRAPHQL_PARSE_FAILED


def test_white_space_commas_and_comments_do_not_count() -> None:
    plain = read('{a(x:1,y:"b"){c}}')
    assert read('\ufeff{ a ( x : 2 y : "" ) # {\n { c\t} }').key == read('{ a ( x : 1, y : "b" ) { c } }').key
    assert plain.literals == ("1", '"b"')


def test_names_with_digits_are_no_literals() -> None:
    document = read("{a1 b2c(x3:4 y:-5 z:[6-7]) e9 _1}")
    assert document.literals == ("4", "-5", "6", "-7")
    assert document.key == "{a1 b2c(x3: \0i y: \0i z:[ \0i \0i ]) e9 _1}"


def test_numbers_of_two_kinds_make_two_keys() -> None:
    assert read("{a(x:1)}").key != read("{a(x:1.0)}").key != read('{a(x:"1")}').key
    assert read("{a(x:1e3)}").key == read("{a(x:1.0)}").key


@pytest.mark.parametrize(
    "text", ["{a\0}", "{a(x:1a)}", "{a(x:01)}", "{a(x:.5)}", "{a(x:1.)}", "{a\xa0}", "{a #\ud800\n}"]
)
def test_what_the_lexer_refuses_is_refused(text: str) -> None:
    assert refused(text).code is Code.GRAPHQL_PARSE_FAILED


def test_a_record_names_literals_by_number_and_keeps_what_is_no_graphql_as_it_is() -> None:
    assert numbered(read('{a(x:1, y:"s")}')) == "{a(x: $0 y: $1 )}"
    assert numbered(read("{a\0b\xa0}")) == "{a\0b\xa0}"


# Bounds ----------------------------------------------------------------------------------------------------------


_ALL = " ".join(f"...F{n}" for n in range(40))


def _nested(levels: int, before: str = "a{", inside: str = "c", after: str = "}") -> str:
    return "{" + before * levels + inside + after * levels + "}"


def _fragments(count: int, body: str) -> str:
    """Fragments F0, F1 …, in whose bodies `NEXT` is the following one; the last has one field."""
    made = [f"fragment F{n} on T{{{body.replace('NEXT', f'F{n + 1}')}}}" for n in range(count)]
    return "{...F0}" + " ".join(made) + f" fragment F{count} on T{{c}}"


_TOO_LARGE = {
    "tokens": "{" + "a " * 10_001 + "}",
    "tokens in a list": "{a(x:[" + "1 " * 10_001 + "])}",
    "depth": _nested(20),
    "depth through fragments": _fragments(21, "a{...NEXT}"),
    "brackets": "{a(x:" + "[" * 300 + "]" * 300 + ")}",
    "many brackets": "{a(x:" + "[" * 400_000 + ")}",
    "nested objects": "{a(x:" + "{a:" * 300 + "1" + "}" * 300 + ")}",
    "nested inline fragments": _nested(300, "...{"),
    "aliases": "{" + " ".join(f"a{n}: a" for n in range(201)) + "}",
    "aliases through fragments": "{x{...F} y{...F} z{...F}} fragment F on T{" + "b:a " * 70 + "}",
    "root fields": "{" + " ".join(f"a{n}" for n in range(201)) + "}",
    "root fields through a fragment": "{...F} fragment F on T{" + " ".join(f"a{n}" for n in range(201)) + "}",
    "fragments that double": _fragments(40, "a{...NEXT} b{...NEXT}"),
    "fragments that double flatly": _fragments(40, "...NEXT ... on T{...NEXT}"),
    "fragments": _fragments(101, "...NEXT"),
    "a key repeated": "{x{" + "c " * 101 + "}}",
    "spreads repeated": "{x{" + "...F " * 101 + "}} fragment F on T{c}",
}


@pytest.mark.parametrize("name", _TOO_LARGE)
def test_what_is_too_large_is_refused_at_once(name: str) -> None:
    started = time.process_time()
    assert refused(_TOO_LARGE[name]).code is Code.LIMIT_EXCEEDED
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    "text",
    [
        _nested(19),
        "{" + " ".join(f"a{n}: a" for n in range(200)) + "}",
        "{" + " ".join(f"a{n}" for n in range(200)) + "}",
        _fragments(99, "...NEXT"),
        "{x{" + "c " * 100 + "}}",
        "{a(x:[" + "1 " * 9_990 + "])}",
        "{a(x:" + "[" * 190 + "]" * 190 + ")}",
        _nested(190, "...{"),
    ],
)
def test_what_is_just_within_bounds_passes(text: str) -> None:
    started = time.process_time()
    syntax(read(text), LIMITS)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "{...A} fragment A on T{...A}",
        "{...A} fragment A on T{b{...B}} fragment B on T{a{...A}}",
        "{...F0} " + " ".join(f"fragment F{n} on T{{...F{(n + 1) % 50} ...F{(n + 7) % 50} c}}" for n in range(50)),
        "{...F0} " + " ".join(f"fragment F{n} on T{{{_ALL} c}}" for n in range(40)),
        "{...Missing}",
    ],
)
def test_cycles_and_missing_fragments_end(text: str) -> None:
    started = time.process_time()
    try:
        syntax(read(text), LIMITS)
    except Refusal as refusal:
        assert refusal.code is Code.LIMIT_EXCEEDED
    assert time.process_time() - started < 0.5


def test_bounds_are_settings() -> None:
    limits = Limits(depth=2, aliases=1, root_fields=1, tokens=100)
    syntax(read("{a{x:b}}"), limits)
    for text in ("{a{b{c}}}", "{a{x:b y:b}}", "{a b}", "{a(x:[" + "1 " * 100 + "])}"):
        assert refused(text, limits).code is Code.LIMIT_EXCEEDED


_HUGE = {
    "escapes": '"' + "\\" * 1_000_000,
    "escaped quotes": '"' + '\\"' * 500_000,
    "escaped ends of blocks": '"""' + '\\"""' * 250_000,
    "quotes": '"' * 1_000_001,
    "digits": "1" * 1_000_000 + "a",
    "comments": "#" * 1_000_000,
    "signs": "-" * 1_000_000,
    "exponents": "1e" * 500_000,
    "strings": '"a' * 500_001,
    "blanks": " " * 1_000_000,
    "zeros": "\0" * 1_000_000,
    "letters": "é" * 1_000_000,
}


@pytest.mark.parametrize("kind", _HUGE)
def test_a_megabyte_of_anything_is_refused_in_little_time(kind: str) -> None:
    started = time.process_time()
    assert refused(_HUGE[kind]).code in (Code.GRAPHQL_PARSE_FAILED, Code.LIMIT_EXCEEDED)
    assert time.process_time() - started < 2.0
