"""Comparison operators, the dialect's names to Postgres's, and calls of aggregate functions.

The connection's `search_path` holds `pg_catalog` alone, so the operators and functions that an extension brings for
its own types (`citext`, `ltree`) are named with its schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from narthex.errors import Code, Refusal
from resolvers.sql.params import TEXT, Params, bare
from resolvers.sql.values import Leaf, Tree
from schema.catalog import PgType, TypeKind, quote

_BINARY: Mapping[str, str] = {
    "_eq": "=",
    "_neq": "<>",
    "_gt": ">",
    "_lt": "<",
    "_gte": ">=",
    "_lte": "<=",
    "_contains": "@>",
    "_contained_in": "<@",
    "_ancestor": "@>",
    "_descendant": "<@",
}
_TEXT: Mapping[str, str] = {
    "_like": "~~",
    "_nlike": "!~~",
    "_ilike": "~~*",
    "_nilike": "!~~*",
    "_regex": "~",
    "_iregex": "~*",
    "_nregex": "!~",
    "_niregex": "!~*",
}
_SIMILAR: Mapping[str, str] = {"_similar": "~", "_nsimilar": "!~"}
_SOME_TEXT: Mapping[str, str] = {"_has_key": "?"}
_TEXTS: Mapping[str, str] = {"_has_keys_any": "?|", "_has_keys_all": "?&"}
_LIST: Mapping[str, tuple[str, str]] = {"_in": ("=", "any"), "_nin": ("<>", "all")}
_LTREE: Mapping[str, tuple[str, str]] = {
    "_matches": ("~", "lquery"),
    "_matches_fulltext": ("@", "ltxtquery"),
}
_LTREE_ANY: Mapping[str, tuple[str, str]] = {
    "_ancestor_any": ("@>", "ltree"),
    "_descendant_any": ("<@", "ltree"),
    "_matches_any": ("?", "lquery"),
}
_JSONB = PgType("pg_catalog", "jsonb")


def comparison(expression: str, type_: PgType, tree: Tree, params: Params, coordinate: str) -> list[str]:
    """The conditions of one `<scalar>_comparison_exp`; all must hold. `coordinate` names the field in a refusal."""
    conditions = []
    for operator, operand in cast(Mapping[str, Tree], tree).items():
        if operand is None:
            raise null_refusal(coordinate)
        if operator == "_cast":
            for inner in cast(Mapping[str, Tree], operand).values():
                if inner is None:
                    raise null_refusal(coordinate)
                conditions += comparison(f"({expression})::text", TEXT, inner, params, coordinate)
        else:
            conditions.append(_condition(operator, expression, type_, cast(Leaf, operand), params))
    return conditions


def null_refusal(coordinate: str) -> Refusal:
    """An explicit null where a comparison is expected would silently mean "everything"."""
    return Refusal(
        Code.BAD_USER_INPUT,
        "A comparison with null is not allowed.",
        coordinate=coordinate,
        hint="Use {_is_null: true} to find nulls, or leave the field out.",
    )


def _condition(operator: str, expression: str, type_: PgType, leaf: Leaf, params: Params) -> str:
    if operator == "_is_null":
        # A composite value of nothing but nulls "is null" to Postgres, and still is a value.
        distinct = "is not distinct from" if leaf.constant else "is distinct from"
        plain = "is null" if leaf.constant else "is not null"
        return f"({expression}) {distinct + ' null' if type_.storage.kind is TypeKind.COMPOSITE else plain}"
    if type_.storage.name == "json":  # has no operators of its own
        expression, type_ = f"({expression})::jsonb", _JSONB
    expression = _below_domains(expression, type_)
    if operator in _LIST:
        symbol, quantifier = _LIST[operator]
        return f"({expression}) {symbol_of(symbol, type_)} {quantifier}({params.listed(leaf, type_)})"
    if operator in _TEXT or operator in _SIMILAR:
        return _text_condition(operator, expression, type_, leaf, params)
    if operator in _SOME_TEXT:
        return f"({expression}) {_SOME_TEXT[operator]} {params.typed(leaf, TEXT)}"
    if operator in _TEXTS:
        return f"({expression}) {_TEXTS[operator]} {params.listed(leaf, TEXT)}"
    if operator in _LTREE:
        symbol, name = _LTREE[operator]
        operand = params.typed(leaf, PgType(type_.storage.schema, name))
    elif operator in _LTREE_ANY:
        symbol, name = _LTREE_ANY[operator]
        operand = f"array({_elements(params.listed(leaf, TEXT), PgType(type_.storage.schema, name))})"
    else:
        symbol, operand = _BINARY[operator], params.typed(leaf, type_)
    return f"({expression}) {symbol_of(symbol, type_)} {operand}"


def _text_condition(operator: str, expression: str, type_: PgType, leaf: Leaf, params: Params) -> str:
    if type_.storage.name in ("bpchar", "name"):
        expression = f"({expression})::text"
    if operator in _SIMILAR:
        pattern = f"similar_to_escape({params.typed(leaf, TEXT)})"
        return f"({expression}) {symbol_of(_SIMILAR[operator], type_)} {pattern}"
    operand_type = type_ if _extension(type_) else TEXT
    return f"({expression}) {symbol_of(_TEXT[operator], type_)} {params.typed(leaf, operand_type)}"


def _elements(texts: str, type_: PgType) -> str:
    return f"select item::{type_.sql} from unnest({texts}) item"


def symbol_of(symbol: str, type_: PgType) -> str:
    """The operator, with the schema of the extension that brings it for its own type."""
    schema = _extension(type_)
    return f"operator({quote(schema)}.{symbol})" if schema else symbol


def aggregate_call(function: str, expression: str, type_: PgType) -> str:
    """The call of an aggregate function, with the schema of the extension that brings it for its own type."""
    schema = _extension(type_)
    name = f"{quote(schema)}.{function}" if schema else function
    return f"{name}({_below_domains(expression, type_)})"


def _below_domains(expression: str, type_: PgType) -> str:
    """The expression as what operators and functions for any array, enum or range take: they take no domains."""
    below = bare(type_)
    if below.sql == type_.sql or (below.element is None and below.kind is TypeKind.BASE):
        return expression
    return f"({expression})::{below.sql}"


def _extension(type_: PgType) -> str | None:
    """The schema of a base type that is not Postgres's own. Enums, arrays and ranges use Postgres's operators."""
    storage = type_.storage
    if storage.element is not None or storage.kind is not TypeKind.BASE or storage.schema == "pg_catalog":
        return None
    return storage.schema
