"""What each element of the schema stands for, kept in graphql-core's `extensions` under `narthex`.

Type builder writes it, contracts read it: an element exists for a caller when its contract allows every requirement
and does not close its coordinate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from narthex.principal import Grants
from schema.model import Requires

KEY = "narthex"


@dataclass(frozen=True, slots=True)
class Element:
    """`requires` must all be allowed, and one of `either` where there is any. `coordinate` is asked of the contract's
    `opens` where it is set.

    Columns and tables need no `coordinate`: their requirement says it. Data root fields and relationships have one that
    policies can restrict; control-plane root fields have one that policies must open. `guarded` is what a policy may
    turn into null although it is open: a column that is masked, a related row that is hidden.
    """

    requires: tuple[Requires, ...] = ()
    coordinate: str | None = None
    guarded: Requires | None = None
    either: tuple[Requires, ...] = ()


class Contract(Protocol):
    """What one set of grants may ever use: a visibility set over the coordinates of the one schema."""

    @property
    def id(self) -> str:
        """A hash that is equal for equal grants under equal schema and policies."""
        ...

    @property
    def grants(self) -> Grants: ...

    def allows(self, requirement: Requires) -> bool:
        """Whether the action on the entity or column is open."""
        ...

    def may_null(self, guarded: Requires) -> bool:
        """Whether the column is masked, or, without a column, whether rows of the entity can be hidden."""
        ...

    def remark(self, guarded: Requires) -> str | None:
        """What is added to the description of a column, or of a table, for what narrows it: a few words, or None."""
        ...

    def opens(self, coordinate: str) -> bool:
        """Whether a root field (`Query.track`) or relationship (`album.tracks`) is open by its own coordinate.

        What closes a relationship closes its aggregate field (`album.tracks_aggregate`) too. Data root fields and
        relationships are open unless a policy line restricts them; control-plane root fields are closed unless a line
        opens them or they are always open.
        """
        ...


def element_of(extensions: Mapping[str, object]) -> Element | None:
    """The element that the builder attached, if any."""
    element = extensions.get(KEY)
    return element if isinstance(element, Element) else None
