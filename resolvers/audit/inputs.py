"""What records can be asked for by: conditions and orders in the dialect of the data, and their trees."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

import strawberry
from strawberry import UNSET

from resolvers.audit.entity import COLUMNS, TEXTS
from resolvers.selfinfo.scalars import Bigint, Timestamptz
from resolvers.sql.values import Leaf, Tree


def _operator(name: str, description: str) -> Any:
    return strawberry.field(name=name, description=description, default=UNSET)


@strawberry.input(description="Conditions on a text; all of them must hold.")
class AuditTextComparison:
    eq: str | None = _operator("_eq", "Equal.")
    neq: str | None = _operator("_neq", "Not equal.")
    in_: list[str] | None = _operator("_in", "One of these.")
    nin: list[str] | None = _operator("_nin", "None of these.")
    gt: str | None = _operator("_gt", "Greater.")
    gte: str | None = _operator("_gte", "Greater or equal.")
    lt: str | None = _operator("_lt", "Less.")
    lte: str | None = _operator("_lte", "Less or equal.")
    like: str | None = _operator("_like", "Like a pattern, in which % stands for any text and _ for any character.")
    ilike: str | None = _operator("_ilike", "Like a pattern, upper and lower case alike.")
    is_null: bool | None = _operator("_is_null", "Whether there is none.")


@strawberry.input(description="Conditions on an id; all of them must hold.")
class AuditIdComparison:
    eq: str | None = _operator("_eq", "Equal.")
    neq: str | None = _operator("_neq", "Not equal.")
    in_: list[str] | None = _operator("_in", "One of these.")
    nin: list[str] | None = _operator("_nin", "None of these.")


@strawberry.input(description="Conditions on a moment; all of them must hold.")
class AuditTimeComparison:
    eq: Timestamptz | None = _operator("_eq", "Equal.")
    neq: Timestamptz | None = _operator("_neq", "Not equal.")
    gt: Timestamptz | None = _operator("_gt", "Later.")
    gte: Timestamptz | None = _operator("_gte", "Later, or the same.")
    lt: Timestamptz | None = _operator("_lt", "Earlier.")
    lte: Timestamptz | None = _operator("_lte", "Earlier, or the same.")


@strawberry.input(description="Conditions on a number; all of them must hold.")
class AuditNumberComparison:
    eq: Bigint | None = _operator("_eq", "Equal.")
    neq: Bigint | None = _operator("_neq", "Not equal.")
    in_: list[Bigint] | None = _operator("_in", "One of these.")
    nin: list[Bigint] | None = _operator("_nin", "None of these.")
    gt: Bigint | None = _operator("_gt", "Greater.")
    gte: Bigint | None = _operator("_gte", "Greater or equal.")
    lt: Bigint | None = _operator("_lt", "Less.")
    lte: Bigint | None = _operator("_lte", "Less or equal.")
    is_null: bool | None = _operator("_is_null", "Whether there is none.")


@strawberry.input(description="Conditions on a list of texts; all of them must hold.")
class AuditTextsComparison:
    contains: list[str] | None = _operator("_contains", "Has all of these.")
    contained_in: list[str] | None = _operator("_contained_in", "Has none but these.")
    eq: list[str] | None = _operator("_eq", "Has exactly these, in this order.")


@strawberry.enum(description="In which direction records are put.")
class AuditOrder(Enum):
    asc = strawberry.enum_value("asc", description="Ascending; what is missing comes last.")
    desc = strawberry.enum_value("desc", description="Descending; what is missing comes first.")


BOOL_EXP = "AuditRecordBoolExp"
_COMPARISONS: dict[str, Any] = {
    "text": AuditTextComparison,
    "int8": AuditNumberComparison,
    "timestamptz": AuditTimeComparison,
    "uuid": AuditIdComparison,
    "_text": AuditTextsComparison,
}


def _input(name: str, description: str, annotations: dict[str, Any], fields: dict[str, Any]) -> Any:
    made = type(name, (), {"__annotations__": annotations, "__module__": __name__, **fields})
    return strawberry.input(made, description=description)


def _conditions() -> Any:
    """One field a column, so that the entity alone says what there is."""
    annotations: dict[str, Any] = {
        "and_": "list[AuditRecordBoolExp] | None",
        "or_": "list[AuditRecordBoolExp] | None",
        "not_": "AuditRecordBoolExp | None",
    }
    fields = {
        "and_": _operator("_and", "All of these hold."),
        "or_": _operator("_or", "One of these holds."),
        "not_": _operator("_not", "This does not hold."),
    }
    for name, type_ in COLUMNS.items():
        annotations[name] = _COMPARISONS[type_.name] | None
        fields[name] = strawberry.field(description=f"What '{name}' of the record has to be.", default=UNSET)
    return _input(BOOL_EXP, "Conditions on a record; all of them must hold.", annotations, fields)


def _orders() -> Any:
    names = [name for name, type_ in COLUMNS.items() if type_ is not TEXTS]
    return _input(
        "AuditRecordOrderBy",
        "What records are ordered by.",
        dict.fromkeys(names, AuditOrder | None),
        {name: strawberry.field(description=f"By '{name}' of the record.", default=UNSET) for name in names},
    )


AuditRecordBoolExp: Any = _conditions()
AuditRecordOrderBy: Any = _orders()


def tree_of(value: object) -> Tree:
    """The tree of an input, as the compiler of conditions takes it; values are known, for it runs once."""
    if value is None:
        return None
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, list) and any(hasattr(item, "__strawberry_definition__") for item in value):
        return tuple(tree_of(item) for item in value)
    if hasattr(value, "__strawberry_definition__"):
        return dict(_members(value))
    return Leaf(lambda _: value, object(), value if isinstance(value, bool) else None)


def _members(value: Any) -> Iterator[tuple[str, Tree]]:
    for field in value.__strawberry_definition__.fields:
        member = getattr(value, field.python_name)
        if member is not UNSET:
            name = field.graphql_name or field.python_name
            yield name, () if member == [] and name in ("_and", "_or") else tree_of(member)
