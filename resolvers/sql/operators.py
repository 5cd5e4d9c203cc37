"""Comparison operators: the dialect's names to Postgres's.

Operators are looked up on the connection's `search_path`, which holds `pg_catalog` and the schemas of the extensions,
because `citext` and `ltree` bring their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from narthex.errors import Code, Refusal
from resolvers.sql.params import TEXT, Params
from resolvers.sql.values import Leaf, Tree
from schema.catalog import PgType

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
    "_like": "like",
    "_nlike": "not like",
    "_ilike": "ilike",
    "_nilike": "not ilike",
    "_similar": "similar to",
    "_nsimilar": "not similar to",
    "_regex": "~",
    "_iregex": "~*",
    "_nregex": "!~",
    "_niregex": "!~*",
}
_SOME_TEXT: Mapping[str, str] = {"_has_key": "?"}
_TEXTS: Mapping[str, str] = {"_has_keys_any": "?|", "_has_keys_all": "?&"}
_LIST: Mapping[str, str] = {"_in": "= any", "_nin": "<> all"}
_LTREE: Mapping[str, tuple[str, str]] = {
    "_matches": ("~", "lquery"),
    "_matches_fulltext": ("@", "ltxtquery"),
}
_LTREE_ANY: Mapping[str, tuple[str, str]] = {
    "_ancestor_any": ("@>", "ltree"),
    "_descendant_any": ("<@", "ltree"),
    "_matches_any": ("?", "lquery"),
}


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
        return f"({expression}) is {'' if leaf.constant else 'not '}null"
    if operator in _LIST:
        return f"({expression}) {_LIST[operator]}({params.listed(leaf, type_)})"
    if operator in _TEXT:
        operand_type = type_ if type_.storage.name == "citext" else TEXT
        return f"({_as_text(expression, type_)}) {_TEXT[operator]} {params.typed(leaf, operand_type)}"
    if operator in _SOME_TEXT:
        return f"({expression}) {_SOME_TEXT[operator]} {params.typed(leaf, TEXT)}"
    if operator in _TEXTS:
        return f"({expression}) {_TEXTS[operator]} {params.listed(leaf, TEXT)}"
    if operator in _LTREE:
        symbol, name = _LTREE[operator]
        return f"({expression}) {symbol} {params.typed(leaf, PgType(type_.storage.schema, name))}"
    if operator in _LTREE_ANY:
        symbol, name = _LTREE_ANY[operator]
        return f"({expression}) {symbol} {params.listed(leaf, PgType(type_.storage.schema, name))}"
    return f"({_comparable(expression, type_)}) {_BINARY[operator]} {_operand(leaf, type_, params)}"


def _comparable(expression: str, type_: PgType) -> str:
    """`json` has no equality of its own."""
    return f"({expression})::jsonb" if type_.storage.name == "json" else expression


def _operand(leaf: Leaf, type_: PgType, params: Params) -> str:
    if type_.storage.name == "json":
        return params.typed(leaf, PgType("pg_catalog", "jsonb"))
    return params.typed(leaf, type_)


def _as_text(expression: str, type_: PgType) -> str:
    return f"{expression}::text" if type_.storage.name == "bpchar" else expression
