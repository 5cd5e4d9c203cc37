"""What one data root of a mutation becomes: the statement that writes, and what a second one has to do after it."""

from __future__ import annotations

from dataclasses import dataclass

from resolvers.sql.compile import Statement
from resolvers.sql.scope import Step


@dataclass(frozen=True, slots=True)
class Write:
    """`statement` writes. Its row is the root's JSON (bytes, or None), the rows that it wrote (`affected_rows` with
    nested ones, int8), the keys of the rows for `then` (JSON text, or None), and the result of `narthex.settle` where
    the statement settles.

    `then` is None where one statement does all. Otherwise it runs next, in the same transaction, with those keys as its
    first parameter: it checks rows against policies that read what was written, and gives the root's JSON.
    `diff` is the form for a dry run: as `statement`, with one more column, the JSON of `[{before, after}]`.
    """

    key: str
    coordinate: str
    statement: Statement
    then: Statement | None = None
    diff: Statement | None = None
    steps: tuple[Step, ...] = ()

    @property
    def single(self) -> bool:
        """Whether one statement does everything, its record included."""
        return self.then is None
