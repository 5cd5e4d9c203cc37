"""Policies in SQL: which rows there are for an action, what new rows must meet, preset values and masked columns.

A policy's predicates read tables as they are. A caller's conditions never run on rows that a policy hides, but for
those that tell nothing of them. Claims and constants are parameters: a plan holds nobody's values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from graphql import Undefined

from narthex.errors import Code, Refusal
from policies.guards import Claim, Constant, Masking, Predicate, RowRule
from resolvers.sql.claims import Fitted, claim_leaf, fitting, list_leaf
from resolvers.sql.filters import EXISTS, condition, link, raw_rows
from resolvers.sql.leakproof import is_leakproof, is_stored, links_stored
from resolvers.sql.render import conjunction, literal
from resolvers.sql.scope import Scope
from resolvers.sql.values import Inputs, Leaf, Read, Tree
from schema.model import Action, Entity, Model, Relationship
from schema.scalars import is_text
from schema.tables import AGGREGATE

_NEVER = "false"
_CHANGING = frozenset({Action.UPDATE, Action.DELETE})
_MASKS: Mapping[Masking, str] = {
    Masking.REDACT: "case when {text} is not null then '***' end",
    Masking.LAST4: "repeat('*', case when length({text}) > 4 then length({text}) - 4 else length({text}) end)"
    " || case when length({text}) > 4 then right({text}, 4) else '' end",
    Masking.EMAIL: "case when {text} ~ '^[^@[:space:]]+@[^@[:space:]]+$'"
    " then left({text}, 1) || '***@' || split_part({text}, '@', 2) when {text} is not null then '***' end",
}
"""How a text is shown."""
_GROUPS = ("_and", "_or")


class _Unreadable(Exception):
    """A predicate has what no statement can be made of; a policy that is loaded has none, and none lets anything
    pass."""


def row_conditions(scope: Scope, entity: Entity, alias: str, action: Action) -> list[str]:
    """The conditions under which rows as they are may be acted on; none where no policy says anything.

    What is changed or deleted must be visible too, as under row security: how many rows matched would tell of others.
    """
    filters = scope.guards(entity.name).filters
    rules = filters.get(action, ())
    if action in _CHANGING:
        rules = (*rules, *(rule for rule in filters.get(Action.SELECT, ()) if rule not in rules))
    return _all_of(scope, entity, alias, rules)


def shown_conditions(scope: Scope, entity: Entity, alias: str) -> list[str]:
    """The conditions under which rows that are there to be aggregated may be shown as well."""
    return _all_of(scope, entity, alias, _showing(scope, entity))


def shows_fewer(scope: Scope, entity: Entity) -> bool:
    """Whether rows may be there to be aggregated, and not to be shown."""
    return bool(_showing(scope, entity))


def _showing(scope: Scope, entity: Entity) -> list[RowRule]:
    filters = scope.guards(entity.name).filters
    met = filters.get(Action.AGGREGATE, ())
    return [rule for rule in filters.get(Action.SELECT, ()) if rule not in met]


def check_condition(scope: Scope, entity: Entity, alias: str, action: Action) -> str | None:
    """The condition that rows must meet as they become, or None. It may be null, which is not met."""
    conditions = _all_of(scope, entity, alias, scope.guards(entity.name).checks.get(action, ()))
    return conjunction(conditions) if conditions else None


def check_reads(scope: Scope, entity: Entity, action: Action) -> frozenset[str]:
    """The entities whose rows `check_condition` reads beside the row itself."""
    rules = scope.guards(entity.name).checks.get(action, ())
    return frozenset(name for rule in rules for name in _entities_of(scope.model, entity, rule.predicate))


def caller_conditions(scope: Scope, entity: Entity, alias: str, action: Action, tree: Tree) -> list[str]:
    """The policy's conditions and those of the caller, which see only what the policy lets pass."""
    policy = row_conditions(scope, entity, alias, action)
    if not policy:
        return [condition(scope, entity, alias, tree, visible_rows)]
    beside: list[str] = []
    behind: list[str] = []
    for part in _parts(tree):
        made = condition(scope, entity, alias, part, visible_rows)
        (beside if is_leakproof(scope, entity, part) else behind).append(made)
    return [*policy, *beside, *_behind(policy, behind)]


def matching_conditions(
    scope: Scope, entity: Entity, alias: str, action: Action, matches: Mapping[str, str]
) -> list[str]:
    """The policy's conditions, and one equality for each of some columns (their GraphQL names)."""
    policy = row_conditions(scope, entity, alias, action)
    if not policy or all(is_stored(entity, entity.columns[name]) for name in matches):
        return [*matches.values(), *policy]
    return [*policy, *_behind(policy, list(matches.values()))]


def linked_conditions(scope: Scope, relationship: Relationship, here: str, there: str, action: Action) -> list[str]:
    """The conditions under which a row there is related to a row here; not yet that the policy lets it pass."""
    linked = link(scope, relationship, here, there)
    if links_stored(scope, relationship):
        return linked
    policy = row_conditions(scope, scope.model.entities[relationship.target], there, action)
    return _behind(policy, linked) if policy else linked


def visible_rows(scope: Scope, relationship: Relationship, here: str, there: str, action: Action, tree: Tree) -> str:
    """A `filters.Reading` of the rows that the caller's policies show."""
    target = scope.model.entities[relationship.target]
    linked = linked_conditions(scope, relationship, here, there, action)
    return conjunction([*linked, *caller_conditions(scope, target, there, action, tree)])


def masked(scope: Scope, entity: Entity, name: str, expression: str) -> str | None:
    """The JSON text of a column as its mask shows it, never null, or None where it has no mask.

    What is no text has one mask only: null; so has what should be hashed without a key. Nulls stay nulls.
    """
    masking = scope.guards(entity.name).masks.get(name)
    if masking is None:
        return None
    keyless = masking is Masking.HASH and not scope.limits.mask_key
    if masking is Masking.NULL or keyless or not is_text(entity.columns[name].type):
        return literal("null")
    text = f"({expression})::text"
    if masking is Masking.HASH:
        inner, outer = (_pad(scope, byte) for byte in (0x36, 0x5C))
        shown = f"encode(sha256({outer} || sha256({inner} || convert_to({text}, 'UTF8'))), 'hex')"
    else:
        shown = _MASKS[masking].replace("{text}", text)
    return f"coalesce(to_json({shown})::text, 'null')"


def _pad(scope: Scope, byte: int) -> str:
    """The key of hashes as HMAC pads it (RFC 2104, section 2), for SHA-256."""
    key = scope.limits.mask_key.ljust(64, b"\0")
    pad = bytes(each ^ byte for each in key)
    return scope.params.known(lambda inputs: pad, "::bytea", (masked, byte))


def preset_values(scope: Scope, entity: Entity, action: Action) -> dict[str, str]:
    """The values that an action forces on columns, by GraphQL name.

    Where a claim is missing or does not fit, binding refuses with FORBIDDEN: it must not write a null instead.
    """
    presets = scope.guards(entity.name).presets.get(action, {})
    return {name: _preset(scope, entity, name, value) for name, value in presets.items()}


def _preset(scope: Scope, entity: Entity, name: str, value: Constant | Claim) -> str:
    type_ = entity.columns[name].type
    if isinstance(value, Constant):
        return scope.params.typed(_constant(value), type_)
    claim = value.name

    def read(inputs: Inputs) -> object:
        given = inputs.principal.claim(claim) if inputs.principal is not None else None
        fitted = fitting(type_, given)
        if fitted is None:
            raise Refusal(
                Code.FORBIDDEN,
                "A policy sets a column from a claim of the token, which has none that fits.",
                coordinate=entity.name,
                hint="Use a token with the claims that the policies of this table need.",
            )
        return fitted

    return scope.params.typed(Leaf(read, (preset_values, entity.name, name, value)), type_)


# The predicates of rules


def _all_of(scope: Scope, entity: Entity, alias: str, rules: Sequence[RowRule]) -> list[str]:
    """All rules, and one parameter for all of their claims: without it a claim that is missing could let rows pass by
    a `_not` or an `_or`."""
    fitted: Fitted = {}
    conditions: list[str] = []
    with scope.trusted():
        for rule in rules:
            try:
                tree = _tree(rule.predicate, fitted)
            except _Unreadable:
                return [_NEVER]
            made = condition(scope, entity, alias, tree, raw_rows)
            if made != "true":
                conditions.append(made)
    if not fitted:
        return conditions
    claims = tuple(fitted.values())
    fits: Read = lambda inputs: all(read(inputs) is not None for read in claims)  # noqa: E731
    key = _all_of, entity.name, tuple((rule.source, repr(rule.predicate)) for rule in rules)
    return [scope.params.known(fits, "::bool", key), *conditions]


def _tree(predicate: Predicate, fitted: Fitted, operator: str = "") -> Tree:
    """A predicate as a tree of input, its claims read by types that are added to `fitted`."""
    if isinstance(predicate, Claim):
        if operator == "_is_null":  # decides the statement's text
            raise _Unreadable
        return claim_leaf(predicate, fitted)
    if isinstance(predicate, Constant):
        return _constant(predicate)
    if isinstance(predicate, Mapping):
        return {name: _tree(value, fitted, name) for name, value in predicate.items()}
    if isinstance(predicate, tuple | list):
        items = tuple(_tree(item, fitted, operator) for item in predicate)
        leaves = tuple(item for item in items if isinstance(item, Leaf))
        return list_leaf(leaves) if leaves and len(leaves) == len(items) else items
    if isinstance(predicate, str):
        return predicate
    raise _Unreadable


def _constant(constant: Constant) -> Leaf:
    value = constant.value
    shown = value if isinstance(value, bool) else Undefined
    return Leaf(lambda inputs: value, (Constant, type(value), repr(value)), shown)


def _entities_of(model: Model, entity: Entity, predicate: Any) -> Iterator[str]:
    for name, value in cast(Mapping[str, Any], predicate).items():
        if name == "_not":
            yield from _entities_of(model, entity, value)
        elif name in _GROUPS:
            for item in value:
                yield from _entities_of(model, entity, item)
        elif name in entity.columns:
            continue
        elif name == EXISTS:
            yield value["_table"]
            yield from _entities_of(model, model.entities[value["_table"]], value["_where"])
        elif (relationship := entity.relationships.get(name)) is not None:
            yield relationship.target
            yield from _entities_of(model, model.entities[relationship.target], value)
        else:
            target = model.entities[entity.relationships[name.removesuffix(AGGREGATE)].target]
            yield target.name
            for function in value.values():
                yield from _entities_of(model, target, function.get("filter", {}))


# What stands beside a policy, and what behind it


def _parts(tree: Tree) -> Iterator[Tree]:
    """Conditions that must all hold, one by one."""
    for name, value in cast(Mapping[str, Tree], tree).items():
        if name == "_and" and value is not None:
            for item in cast(tuple[Tree, ...], value):
                yield from _parts(item)
        else:
            yield {name: value}


def _behind(policy: Sequence[str], conditions: Sequence[str]) -> list[str]:
    """Conditions that are tried on no row before the policy has let it pass: only CASE keeps an order."""
    kept = [each for each in conditions if each != "true"]
    if not kept:
        return []
    return [f"case when {conjunction(policy)} then {conjunction(kept)} else false end"]
