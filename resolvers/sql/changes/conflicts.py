"""`on_conflict`: what an insert does where a row with the same key is there already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from resolvers.sql.changes.written import NO_CONFLICT, Conflict, handed_on, taking_arm
from resolvers.sql.guards import caller_conditions, preset_values
from resolvers.sql.render import conjunction
from resolvers.sql.scope import Scope
from resolvers.sql.values import Tree
from schema.catalog import quote
from schema.inserts import constraints
from schema.model import Action, Entity, Requires


def conflict_clause(scope: Scope, entity: Entity, alias: str, tree: Tree) -> Conflict:
    """Compile `<entity>_on_conflict`. `where`, and the policies for updates, hold for the row that is there."""
    if tree is None:
        return NO_CONFLICT
    given = cast(Mapping[str, Tree], tree)
    key = constraints(entity)[cast(str, given["constraint"])]
    target = f" on conflict on constraint {quote(key.name)}"
    names = cast(tuple[str, ...], given.get("update_columns") or ())
    if not names:
        return Conflict(f"{target} do nothing", key.columns)
    scope.uses.update(Requires(entity.name, Action.UPDATE, name) for name in names)
    presets = preset_values(scope, entity, Action.UPDATE)
    values = {name: f"excluded.{quote(entity.columns[name].name)}" for name in names} | presets
    assigned = ", ".join(f"{quote(entity.columns[name].name)} = {value}" for name, value in values.items())
    where = given.get("where")
    met = conjunction(caller_conditions(scope, entity, alias, Action.UPDATE, {} if where is None else where))
    # What is found by its key has the key that is given.
    changed = frozenset(entity.columns[name].name for name in values)
    changed -= set(key.columns).difference(entity.columns[name].name for name in presets)
    arms = _check(scope, entity, Action.INSERT) != _check(scope, entity, Action.UPDATE)
    arms = arms or any(handed_on(scope.model, entity, changed))
    condition = taking_arm(met, key.columns) if arms else met
    only = "" if condition == "true" else f" where {condition}"
    return Conflict(f"{target} do update set {assigned}{only}", key.columns, updates=True, arms=arms, changed=changed)


def _check(scope: Scope, entity: Entity, action: Action) -> object:
    """What decides a check: equal where the checks of two actions are."""
    guards = scope.guards(entity.name)
    return guards.checks.get(action, ())
