"""What one data root of a mutation becomes: the statement that writes, and what others have to do after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from graphql import FieldNode, GraphQLObjectType, ListValueNode, ObjectValueNode, ValueNode, get_named_type

from resolvers.sql.changes.answers import Asked
from resolvers.sql.changes.chain import Chain, Unit
from resolvers.sql.changes.deletes import delete
from resolvers.sql.changes.inserts import Insertion, insert
from resolvers.sql.changes.targets import check_variables, row_by_key, rows_where
from resolvers.sql.changes.updates import assignments, update
from resolvers.sql.changes.written import Changes, Written
from resolvers.sql.compile import Statement
from resolvers.sql.scope import Cut, Scope, Step
from resolvers.sql.values import Tree, Uniform
from schema.model import Action, Entity, Model

_FORMS = ("insert", "insert_one", "update", "update_by_pk", "update_many", "delete", "delete_by_pk")


@dataclass(frozen=True, slots=True)
class Write:
    """`statement` writes, and `then` run after it in the same transaction, each with the keys that the one before gave
    as its first parameter (`binds[0]` gives None in their place).

    Each gives a row of the root's JSON (bytes, or None; the last one's counts), the rows written so far
    (`affected_rows` with nested ones, int8), the keys for the next (JSON text, or None), and the result of
    `narthex.settle` where the statement settles. `diff` are the forms of all of them for a dry run: as they are, with
    one more column, the JSON array of `{entity, before, after}` for the rows that this statement changed.
    """

    key: str
    coordinate: str
    statement: Statement
    then: tuple[Statement, ...] = ()
    diff: tuple[Statement, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def single(self) -> bool:
        """Whether one statement does everything, its record included."""
        return not self.then

    def chain(self, *, dry_run: bool) -> tuple[Statement, ...]:
        """The statements in their order."""
        return self.diff if dry_run else (self.statement, *self.then)

    @property
    def cuts(self) -> tuple[Cut, ...]:
        """The lists that the root's JSON may have cut."""
        return (self.then[-1] if self.then else self.statement).cuts


def write_of(model: Model, root: str) -> tuple[Entity, str] | None:
    """The entity and the form (`insert`, `insert_one`, `update`, `update_by_pk`, `update_many`, `delete`,
    `delete_by_pk`) of a data root field of the mutation root, or None for other root fields.
    """
    verb, _, name = root.partition("_")
    if verb not in ("insert", "update", "delete"):
        return None
    if (entity := model.entities.get(name)) is not None:
        return entity, verb
    for form in _FORMS:
        prefix, _, suffix = form.partition("_")
        if prefix == verb and suffix and name.endswith(f"_{suffix}"):
            entity = model.entities.get(name.removesuffix(f"_{suffix}"))
            if entity is not None:
                return entity, form
    return None


def compile_write(scope: Scope, mutation: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Write:
    """Compile a data root of the mutation root; `scope` is its own.

    Refuses with BAD_USER_INPUT and LIMIT_EXCEEDED where the structure of the arguments already says so.
    """
    name = nodes[0].name.value
    found = write_of(scope.model, name)
    assert found is not None
    root = _Root(*found, mutation, key, nodes, f"Mutation.{name}")
    units = _units(scope, root)
    live, dry = (Chain(scope, root.asked, root.form == "update_many", dry).compile(units) for dry in (False, True))
    return Write(key, root.coordinate, live[0], tuple(live[1:]), tuple(dry), tuple(scope.steps))


@dataclass(frozen=True, slots=True)
class _Root:
    entity: Entity
    form: str
    mutation: GraphQLObjectType
    key: str
    nodes: list[FieldNode]
    coordinate: str

    @property
    def asked(self) -> Asked:
        type_ = cast(GraphQLObjectType, get_named_type(self.mutation.fields[self.nodes[0].name.value].type))
        one = self.form.endswith(("_one", "_by_pk"))
        inserted = self.form.startswith("insert")
        return Asked(self.entity.name, type_, self.nodes, (self.key,), self.coordinate, one, inserted)


def _units(scope: Scope, root: _Root) -> list[Unit]:
    """What the root writes, one after the other."""
    node = root.nodes[0]
    arguments = scope.arguments(node, root.mutation.fields[node.name.value])
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    entity, path, coordinate = root.entity, (root.key,), root.coordinate
    match root.form:
        case "insert" | "insert_one":
            objects = arguments["objects"] if root.form == "insert" else (arguments["object"],)
            insertion = Insertion(
                entity, cast(Uniform | Sequence[Tree], objects), arguments.get("on_conflict"), coordinate, path
            )
            return [lambda changes: insert(changes, insertion)]
        case "update_many":
            for where in _wheres(given["updates"]):
                check_variables(scope, where, coordinate)
            updates = cast(tuple[Mapping[str, Tree], ...], arguments["updates"])
            return [_updating(root, each, each["where"]) for each in updates]
        case "update" | "delete":
            check_variables(scope, given["where"], coordinate)
            if root.form == "delete":
                return [_deleting(root, arguments["where"], None)]
            return [_updating(root, arguments, arguments["where"])]
        case "update_by_pk":
            return [_updating(root, arguments, None, cast(Mapping[str, Tree], arguments["pk_columns"]))]
        case _:
            return [_deleting(root, None, arguments)]


def _wheres(updates: ValueNode) -> list[ValueNode]:
    items = updates.values if isinstance(updates, ListValueNode) else (updates,)
    return [
        field.value
        for item in items
        if isinstance(item, ObjectValueNode)
        for field in item.fields
        if field.name.value == "where"
    ]


def _updating(root: _Root, operators: Mapping[str, Tree], where: Tree, key: Mapping[str, Tree] | None = None) -> Unit:
    def unit(changes: Changes) -> Sequence[Written]:
        alias = changes.scope.alias()
        assigned = assignments(changes.scope, root.entity, alias, operators, root.coordinate)
        if not assigned:  # no row changes, not even by a preset
            return []
        conditions = _target(changes, root, Action.UPDATE, alias, where, key)
        return [update(changes, (root.key,), root.entity, alias, assigned, conditions)]

    return unit


def _deleting(root: _Root, where: Tree, key: Mapping[str, Tree] | None) -> Unit:
    def unit(changes: Changes) -> Sequence[Written]:
        alias = changes.scope.alias()
        conditions = _target(changes, root, Action.DELETE, alias, where, key)
        return [delete(changes, (root.key,), root.entity, alias, conditions)]

    return unit


def _target(
    changes: Changes, root: _Root, action: Action, alias: str, where: Tree, key: Mapping[str, Tree] | None
) -> list[str]:
    entity = root.entity
    expected = 1 if key is not None else max(1, round(entity.table.estimated_rows))
    changes.count((root.key,), root.coordinate, entity, action, 1, expected)
    if key is not None:
        return row_by_key(changes.scope, entity, alias, action, key)
    return rows_where(changes.scope, entity, alias, action, where, root.coordinate)
