"""Cards: one line about a table, a column or a field, short enough that an agent can read many of them.

    track ~3.5k | id! name! album_id→album unit_price:numeric! | ←invoice_lines[] | R A I | Music sold in the store.

`!` marks what is never null. `album_id→album` is a column with the relationship that it makes, `:TYPE` follows where
the type is not plain from the name; `←` is a list. Letters say what is open: R read, A aggregate, I insert, U update,
D delete. Everything comes from an outline, so a card names nothing that is closed. Refuses nothing: what does not fit
is counted (`+3`) or cut (`…`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from graphql import GraphQLField

from schema.catalog import Column
from schema.model import Action, Entity, Relationship, RelationshipKind
from schema.outline import Outline
from schema.scalars import is_array, leaf_of
from schema.search import words
from schema.types import ScalarNames

CARD_TOKENS = 60
_SIGNS_PER_TOKEN = 4
_CARD_SIGNS = 200
"""Less than the tokens come to: models count more of them for names and arrows than for prose."""
_SEPARATOR = " | "
_COMMENT_SIGNS = 48
"""What is kept free for the comment while columns are added."""
_LETTERS = {
    Action.SELECT: "R",
    Action.AGGREGATE: "A",
    Action.INSERT: "I",
    Action.UPDATE: "U",
    Action.DELETE: "D",
}


def tokens(text: str) -> int:
    """About how many tokens a model counts for a text."""
    return -(-len(text) // _SIGNS_PER_TOKEN)


def table_card(outline: Outline, names: ScalarNames, entity: Entity) -> str:
    """The card of a table that is shown."""
    head = _head(entity)
    letters = _letters(outline.actions(entity))
    comment = plain(entity.table.comment)
    room = _CARD_SIGNS - len(head) - len(letters) - min(len(comment), _COMMENT_SIGNS) - 4 * len(_SEPARATOR)
    ways = list(outline.ways(entity))
    made = {name: way for name in outline.columns(entity) for way in ways if _made_by(entity, way) == name}
    others = [_way(way) for way in ways if way not in made.values()]
    columns = _columns(outline, names, entity, made)
    beside = fitted(others, max(room // 3, room - _length(columns)))
    return _joined([head, fitted(columns, room - len(beside)), beside, letters], comment)


def column_card(outline: Outline, names: ScalarNames, entity: Entity, name: str) -> str:
    """The card of a column that is shown."""
    column = entity.columns[name]
    head = f"{clip(f'{entity.name}.{name}', _CARD_SIGNS // 2)} {_type_text(names, column)}"
    to = [_target(way) for way in outline.ways(entity) if _made_by(entity, way) == name]
    labels = leaf_of(column.type).labels
    values = f"one of {clip(plain(', '.join(labels)), _CARD_SIGNS // 3)}" if labels else ""
    letters = _letters(outline.actions(entity, name))
    return _joined([head, fitted(to, _CARD_SIGNS // 4), values, letters], plain(column.comment))


def field_card(coordinate: str, field: GraphQLField, action: Action = Action.SELECT) -> str:
    """The card of a field: what it takes and gives."""
    arguments = [f"{name}: {argument.type}" for name, argument in field.args.items()]
    room = _CARD_SIGNS - len(coordinate) - len(str(field.type)) - _COMMENT_SIGNS
    taken = fitted(arguments, room, ", ")
    signature = f"{coordinate}({taken}): {field.type}" if arguments else f"{coordinate}: {field.type}"
    return _joined([clip(signature, _CARD_SIGNS - 2 * _SIGNS_PER_TOKEN), _letters([action])], plain(field.description))


def _type_text(names: ScalarNames, column: Column) -> str:
    """A column's type as GraphQL writes it."""
    scalar = names.of(column.type)
    text = f"[{scalar}!]" if is_array(column.type) else scalar
    return text if column.nullable else f"{text}!"


def rounded(rows: float) -> str:
    """`3.5k`: two digits are enough to tell a small table from a large one."""
    if rows < 1:
        return "0"
    exponent = math.floor(math.log10(rows))
    value = round(rows / 10 ** (exponent - 1)) * 10 ** (exponent - 1)
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:.1f}".removesuffix(".0") + unit
    return f"{value:.0f}"


def plain(text: str | None) -> str:
    """A text on one line."""
    return " ".join((text or "").split())


def clip(text: str, room: int) -> str:
    """A text with its end cut off where it is longer than the room."""
    return text if len(text) <= room else f"{text[: max(room - 1, 0)].rstrip()}…"


def fitted(parts: Sequence[str], room: int, separator: str = " ") -> str:
    """As many of the parts as fit, and how many are left out."""
    text = separator.join(parts)
    kept = len(parts)
    while kept and len(text) > room:
        kept -= 1
        text = separator.join([*parts[:kept], f"+{len(parts) - kept}"])
    return text


def _joined(parts: Iterable[str], comment: str) -> str:
    text = _SEPARATOR.join(part for part in parts if part)
    room = _CARD_SIGNS - len(text) - len(_SEPARATOR)
    return f"{text}{_SEPARATOR}{clip(comment, room)}" if comment and room > _SIGNS_PER_TOKEN else text


def _head(entity: Entity) -> str:
    rows = entity.table.estimated_rows
    return f"{entity.name} ~{rounded(rows)}" if rows >= 1 else entity.name


def _letters(actions: Iterable[Action]) -> str:
    return " ".join(_LETTERS[action] for action in actions)


def _length(parts: Sequence[str]) -> int:
    return sum(map(len, parts)) + len(parts)


def _columns(outline: Outline, names: ScalarNames, entity: Entity, made: Mapping[str, Relationship]) -> list[str]:
    """The open columns, the key first."""
    key = outline.key(entity)
    ordered = [*key, *(name for name in outline.columns(entity) if name not in key)]
    return [_column(outline, names, entity, name, made.get(name)) for name in ordered]


def _column(outline: Outline, names: ScalarNames, entity: Entity, name: str, way: Relationship | None) -> str:
    column = entity.columns[name]
    required = "" if column.nullable else "!"
    if way is not None:
        text = f"{name}{required}{_target(way)}"
    elif name in outline.key(entity) or _type_text(names, column).removesuffix("!") == "String":
        text = f"{name}{required}"
    else:
        text = f"{name}:{_type_text(names, column)}"
    actions = outline.actions(entity, name)
    return text if Action.SELECT in actions or entity.name not in outline.rows else f"{text}({_letters(actions)})"


def _way(way: Relationship) -> str:
    return _target(way) if way.kind is RelationshipKind.OBJECT else f"←{way.name}[]{_type(way)}"


def _target(way: Relationship) -> str:
    return f"→{way.name}{_type(way)}"


def _type(way: Relationship) -> str:
    """The type of a relationship where its name does not say it."""
    return "" if words(way.name) == words(way.target) else f":{way.target}"


def _made_by(entity: Entity, way: Relationship) -> str | None:
    """The column here, by GraphQL name, that alone is the foreign key behind the relationship."""
    if way.kind is not RelationshipKind.OBJECT or len(way.columns) != 1:
        return None
    mine = way.columns[0][0]
    if all(key.columns != (mine,) for key in entity.table.foreign_keys):
        return None
    return next(name for name, column in entity.columns.items() if column.name == mine)
