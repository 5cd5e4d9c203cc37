"""What a contract shows of the model: the tables that something open leads to, their open columns and relationships.

The catalog, its cards and its examples are written from an outline and from nothing else, so none of them can name what
is closed. It says the same as the contract's view of the schema, without making a single type. Refuses nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from schema.elements import Contract
from schema.model import Action, Entity, Model, Relationship, RelationshipKind, Requires
from schema.roots import key_needs, mutation_fields, writable_columns


class Form(StrEnum):
    """How a field leads to a table."""

    LIST = "LIST"
    """The root field that is called like the table."""
    NODES = "NODES"
    """The rows below the aggregate root field."""
    BY_KEY = "BY_KEY"
    """The root field for one row by its primary key."""
    AGGREGATE = "AGGREGATE"
    """An aggregate field: of the root, or beside an array relationship."""
    WAY = "WAY"
    """A relationship of another table."""
    RETURNED = "RETURNED"
    """A mutation's answer, where nothing of the query root leads to the rows."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The first field that leads to a table: of a root type, or of the rows of `source`."""

    form: Form
    field: str
    source: str | None = None


class Outline:
    """One contract over one model. `rows` and `aggregates` say for each table that is shown how it is reached."""

    def __init__(self, model: Model, contract: Contract) -> None:
        self.model = model
        self.contract = contract
        self.rows: dict[str, Reach] = {}
        self.aggregates: dict[str, Reach] = {}
        self._writes: dict[str, tuple[Action, ...]] = {}
        self._begin()
        self._follow(self.rows)
        self._follow(self._returned())

    def shows(self, entity: str) -> bool:
        """Whether the table exists for the contract."""
        return entity in self.rows or entity in self.aggregates or bool(self._written(self.model.entities[entity]))

    def actions(self, entity: Entity, column: str | None = None) -> tuple[Action, ...]:
        """What can be done to the table, or to a column of it."""
        name = entity.name
        actions = []
        if name in self.rows and self._allows(name, Action.SELECT, column):
            actions.append(Action.SELECT)
        if name in self.aggregates and self._allows(name, Action.AGGREGATE, column):
            actions.append(Action.AGGREGATE)
        written = self._written(entity)
        return (*actions, *(action for action in written if column is None or self._sets(entity, action, column)))

    def columns(self, entity: Entity) -> Iterator[str]:
        """The open columns by GraphQL name, in the table's order."""
        return (column for column in entity.columns if self.actions(entity, column))

    def readable(self, entity: Entity) -> list[str]:
        """The columns that rows of the table have."""
        return [column for column in entity.columns if Action.SELECT in self.actions(entity, column)]

    def key(self, entity: Entity) -> tuple[str, ...]:
        """The columns of the primary key; none where one of them is hidden, as if there were no key."""
        rows_have = set(self.readable(entity))
        return entity.key if rows_have.issuperset(entity.key) else ()

    def ways(self, entity: Entity) -> Iterator[Relationship]:
        """The relationships that rows of the table have."""
        if entity.name in self.rows:
            for way in entity.relationships.values():
                if self._opens(entity, way) and self._allows(way.target, Action.SELECT):
                    yield way

    def path(self, entity: str) -> list[Reach]:
        """The fields from a root to the rows of the table, the root's first."""
        path = [self.rows[entity]]
        while (source := path[0].source) is not None:
            path.insert(0, self.rows[source])
        return path

    def _begin(self) -> None:
        """What root fields lead to; a list is the best of them, a row by its key the last resort."""
        opens, by_key = self.contract.opens, []
        for name, entity in self.model.entities.items():
            if self._allows(name, Action.AGGREGATE) and opens(f"Query.{name}_aggregate"):
                self.aggregates[name] = Reach(Form.AGGREGATE, f"{name}_aggregate")
            if not self._allows(name, Action.SELECT):
                continue
            if opens(f"Query.{name}"):
                self.rows[name] = Reach(Form.LIST, name)
            elif name in self.aggregates:
                self.rows[name] = Reach(Form.NODES, f"{name}_aggregate")
            elif entity.key and opens(f"Query.{name}_by_pk"):
                by_key.append(entity)
        for entity in by_key:
            if self._names_rows(entity):
                self.rows[entity.name] = Reach(Form.BY_KEY, f"{entity.name}_by_pk")

    def _returned(self) -> list[str]:
        """The tables whose rows only mutations return."""
        for name, entity in self.model.entities.items():
            if name not in self.rows and self._allows(name, Action.SELECT):
                for field, _ in self._mutations(entity):
                    self.rows.setdefault(name, Reach(Form.RETURNED, field))
        return [name for name, reach in self.rows.items() if reach.form is Form.RETURNED]

    def _written(self, entity: Entity) -> tuple[Action, ...]:
        """What mutations can do to the table."""
        actions = self._writes.get(entity.name)
        if actions is None:
            actions = tuple(dict.fromkeys(action for _, action in self._mutations(entity)))
            self._writes[entity.name] = actions
        return actions

    def _mutations(self, entity: Entity) -> Iterator[tuple[str, Action]]:
        """The open fields of the mutation root that the table gives."""
        name = entity.name
        several = (f"insert_{name}", f"update_{name}", f"update_{name}_many", f"delete_{name}")
        for field, action in mutation_fields(entity).items():
            if not self._allows(name, action) or not self.contract.opens(f"Mutation.{field}"):
                continue
            if action is not Action.DELETE and not any(self._sets(entity, action, column) for column in entity.columns):
                continue
            if field not in several and not self._allows(name, Action.SELECT):
                continue
            if field in (f"update_{name}_by_pk", f"delete_{name}_by_pk") and not self._names_rows(entity):
                continue
            yield field, action

    def _sets(self, entity: Entity, action: Action, column: str) -> bool:
        """Whether a mutation can give the column a value."""
        return (
            action is not Action.DELETE
            and column in writable_columns(entity)
            and self.contract.allows(Requires(entity.name, action, column, raw=True))
        )

    def _names_rows(self, entity: Entity) -> bool:
        """Whether a row can be named by its key."""
        return all(self.contract.allows(requirement) for requirement in key_needs(entity))

    def _follow(self, start: Iterable[str]) -> None:
        waiting = deque(start)
        while waiting:
            entity = self.model.entities[waiting.popleft()]
            for way in entity.relationships.values():
                target = way.target
                if target not in self.rows and self._opens(entity, way) and self._allows(target, Action.SELECT):
                    self.rows[target] = Reach(Form.WAY, way.name, entity.name)
                    waiting.append(target)
                if (
                    target not in self.aggregates
                    and way.kind is RelationshipKind.ARRAY
                    and self._opens(entity, way, "_aggregate")
                    and self._allows(target, Action.AGGREGATE)
                ):
                    self.aggregates[target] = Reach(Form.AGGREGATE, f"{way.name}_aggregate", entity.name)

    def _opens(self, entity: Entity, way: Relationship, suffix: str = "") -> bool:
        return self.contract.opens(f"{entity.name}.{way.name}{suffix}")

    def _allows(self, entity: str, action: Action, column: str | None = None) -> bool:
        return self.contract.allows(Requires(entity, action, column))
