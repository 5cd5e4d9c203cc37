"""What compiling one statement carries along: the model, this request's values, parameters, aliases, cuts and steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from graphql import FieldNode, FragmentDefinitionNode, GraphQLField, SelectionSetNode, Undefined

from narthex.errors import Code, Refusal
from policies.guards import TableGuards
from resolvers.sql.params import Params
from resolvers.sql.selection import Fields, collect
from resolvers.sql.values import Inputs, Source, Tree
from schema.model import Action, Model, Requires

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListLimits:
    """`default_rows` (0 is off) cuts a list without `limit`; `max_rows` is the most that any list may return.

    `values` is how many values the arguments of one operation may have, `depth` through how many relationships a
    condition may lead. `mask_key` is the secret of masks that hash: without it they show null.
    """

    default_rows: int
    max_rows: int
    values: int
    depth: int
    mask_key: bytes = field(default=b"", repr=False)

    @property
    def unasked(self) -> int:
        """The most rows of a list that does not say how many it wants."""
        return self.default_rows or self.max_rows


@dataclass(frozen=True, slots=True)
class Cut:
    """A list without `limit`: where it stands in the response, and how many rows it returns at most."""

    path: Path
    limit: int


@dataclass(frozen=True, slots=True)
class Step:
    """One relation read by the statement: `multiplicity` times, about `estimated_rows` rows in all."""

    path: Path
    coordinate: str
    entity: str
    action: Action
    multiplicity: int
    estimated_rows: int


@dataclass
class Scope:
    """One statement in the making. Mutable on purpose, and thrown away when the statement is rendered.

    `guards` gives what narrows the caller's use of an entity. `diffs` says whether a dry run shows the rows of an
    entity that an action changes: not where they would have to be counted as read.
    """

    model: Model
    source: Source
    inputs: Inputs
    fragments: Mapping[str, FragmentDefinitionNode]
    limits: ListLimits
    guards: Callable[[str], TableGuards]
    diffs: Callable[[str, Action], bool] = lambda _, __: True
    params: Params = field(default_factory=Params)
    cuts: list[Cut] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    uses: set[Requires] = field(default_factory=set)
    _aliases: int = 0
    _semijoins: int = 0
    _descents: int = 0
    _trusted: bool = False

    def alias(self) -> str:
        """A table alias that no other part of the statement uses."""
        self._aliases += 1
        return f"t{self._aliases}"

    def semijoin(self) -> int:
        """Count one more condition on related rows; how many there are now."""
        self._semijoins += 1
        return self._semijoins

    @contextmanager
    def descent(self, coordinate: str) -> Iterator[None]:
        """Within, conditions are on rows related to those outside. Refuses, with LIMIT_EXCEEDED, to go too deep."""
        self._descents += 1
        limit = self.limits.depth
        if self._descents > limit and not self._trusted:
            message = f"The condition leads through more than {limit} relationships."
            raise Refusal(Code.LIMIT_EXCEEDED, message, coordinate=coordinate, limit=limit)
        yield
        self._descents -= 1

    @contextmanager
    def trusted(self) -> Iterator[None]:
        """Within, conditions are a policy's own: they have no bounds of the caller's, and use nothing in its name."""
        before, uses = self._trusted, set(self.uses)
        self._trusted = True
        yield
        self._trusted, self.uses = before, uses

    def fields(self, nodes: list[FieldNode]) -> Fields:
        """The fields below some nodes of one response key."""
        sets: list[SelectionSetNode] = [node.selection_set for node in nodes if node.selection_set is not None]
        return collect(sets, self.fragments, self.source.variables)

    def arguments(self, node: FieldNode, definition: GraphQLField) -> dict[str, Tree]:
        """The arguments given to a field; an argument that is null counts as not given."""
        trees: dict[str, Tree] = {}
        for argument in node.arguments or ():
            name = argument.name.value
            tree = self.source.tree(argument.value, definition.args[name].type)
            if tree is not None and tree is not Undefined:
                trees[name] = tree  # type: ignore[assignment]
        return trees

    def cut(self, path: Path, limit: int) -> int:
        """Register a list that may be cut; its number marks the cut in the statement's output."""
        self.cuts.append(Cut(path, limit))
        return len(self.cuts) - 1
