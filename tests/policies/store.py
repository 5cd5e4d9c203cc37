"""A small model to hold policies against, and short ways to make policies, grants and contracts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from narthex.principal import Grants
from policies.check import check
from policies.decide import DecidedContract, Policy
from policies.overlay import load
from policies.targets import Known
from schema.catalog import Column, PgType, RelationKind, Table
from schema.model import Action, Entity, Model, Relationship, RelationshipKind, Requires

CONTROL = (
    "Query.me",
    "Query.environment",
    "Query.catalog",
    "Query.catalog_entry",
    "Query.explain",
    "Query.schema_version",
    "Query.usage",
    "Mutation.function_deploy",
)
TEXT = PgType("pg_catalog", "text")


def entity(name: str, columns: Iterable[str], *ways: Relationship, key: tuple[str, ...] = ()) -> Entity:
    made = {column: Column(column, TEXT, nullable=True) for column in columns}
    table = Table("public", name, RelationKind.TABLE, tuple(made.values()))
    return Entity(name, table, made, {way.name: way for way in ways}, key)


def way(name: str, kind: RelationshipKind, source: str, target: str) -> Relationship:
    return Relationship(name, kind, source, target, (("customer_id", "customer_id"),))


def model(**more: Entity) -> Model:
    """`more` adds tables or replaces them."""
    array, single = RelationshipKind.ARRAY, RelationshipKind.OBJECT
    entities = {
        "customer": entity(
            "customer",
            ("customer_id", "name", "phone", "email"),
            way("invoices", array, "customer", "invoice"),
            way("support_rep", single, "customer", "employee"),
            key=("customer_id",),
        ),
        "invoice": entity(
            "invoice",
            ("invoice_id", "customer_id", "total"),
            way("customer", single, "invoice", "customer"),
            key=("invoice_id",),
        ),
        "employee": entity("employee", ("employee_id", "name", "phone"), key=("employee_id",)),
        "note": entity("note", ("text",)),
    }
    return Model({**entities, **more}, fingerprint="f" + "".join(sorted(more)))


def policy(text: str, on: Model | None = None, known: Known | None = None) -> Policy:
    return check(load([("policies/test.policy", text)]), on or model(), CONTROL, known)


def grants(
    role: str = "a", scopes: Iterable[str] = (), environment: str = "sandbox", allow: Iterable[str] = ()
) -> Grants:
    return Grants(role, frozenset(scopes), environment, frozenset(allow))


def contract(text: str, by: Grants | None = None, on: Model | None = None) -> DecidedContract:
    return policy(text, on).contract(by or grants())


def open_columns(of: DecidedContract, table: str, action: Action = Action.SELECT) -> set[str]:
    columns: Mapping[str, object] = of._policy.model.entities[table].columns
    return {column for column in columns if of.allows(Requires(table, action, column))}
