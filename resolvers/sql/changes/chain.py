"""From what is written to the statements that do it, one after the other.

One statement is enough where what it says of its rows reads nothing that it writes. Else a second one reads the rows
again: it sees what the first wrote, and what triggers did after that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from narthex.errors import Code
from resolvers.sql.changes.answers import (
    Asked,
    answer,
    check_waits,
    checks,
    is_checked,
    reads_what_is_written,
    source_of,
    unless_refused,
)
from resolvers.sql.changes.diffs import diff
from resolvers.sql.changes.written import Changes, Written
from resolvers.sql.compile import Statement
from resolvers.sql.params import Params
from resolvers.sql.scope import Scope
from resolvers.sql.values import Budget, Source
from schema.model import Action

Unit = Callable[[Changes], Sequence[Written]]
"""Adds to a statement what is written at once, and gives the parts that are the rows of the root itself."""

_KEYS = "(select k from carried)"


@dataclass
class Chain:
    """The statements of one root. `listed` says that its JSON is an array with one answer a unit. The steps are added
    to those of `scope`, except in a dry run, which takes the same ones.
    """

    scope: Scope
    asked: Asked
    listed: bool
    dry: bool
    _statements: list[Statement] = field(default_factory=list)

    def compile(self, units: Sequence[Unit]) -> list[Statement]:
        cuts = len(self.scope.cuts)
        for place, unit in enumerate(units):
            self._add(unit, last=place == len(units) - 1, alone=len(units) == 1)
        if not units:
            self._add(lambda changes: (), last=True, alone=True, empty=True)
        del self.scope.cuts[cuts:]
        return self._statements

    def _add(self, unit: Unit, *, last: bool, alone: bool, empty: bool = False) -> None:
        cuts = len(self.scope.cuts)
        draft, changes, roots = self._write(unit)
        source, more = source_of(roots)
        times = changes.expected(self.asked.path)
        json = "'[]'" if empty else answer(draft.scope, self.asked, source, changes.affected, times)
        refused = checks(draft.scope, changes.written)
        if not self.dry:
            self.scope.steps += [*changes.steps(), *draft.scope.steps]
        if not _must_read_again(changes, json, refused, reads_rows=bool(draft.scope.steps)):
            draft.parts += more
            affected = unless_refused([*changes.refusals, *refused], draft.total(changes.affected))
            json = json if empty else self._joined(draft, json, last)
            hands_on = None if last else {"n": "a.n", "j": "a.j"}
            settles = alone and not self.dry
            self._statements.append(draft.statement(json, affected, hands_on, self._diff(draft, changes), settles))
            return
        del self.scope.cuts[cuts:]
        self._add_two(unit, last, times)

    def _add_two(self, unit: Unit, last: bool, times: int) -> None:
        """The statement that writes, and the one that reads what was written."""
        draft, changes, roots = self._write(unit)
        refused = checks(draft.scope, [part for part in changes.written if not check_waits(changes, part)])
        kept = {
            part.name: part for part in (*roots, *changes.written) if part in roots or is_checked(draft.scope, part)
        }
        hands_on = {"n": "a.n", "j": "a.j", "own": changes.affected}
        hands_on |= {name: part.keys() for name, part in kept.items()}
        affected = unless_refused([*changes.refusals, *refused], draft.total(changes.affected))
        before = draft.before("j") if draft.carried else "null::text"
        self._statements.append(draft.statement(before, affected, hands_on, self._diff(draft, changes), False))

        after = self._draft()
        after.parts += [f"{name} as ({part.found_again(_KEYS, after.scope.alias())})" for name, part in kept.items()]
        source, more = source_of(roots)
        after.parts += more
        json = answer(after.scope, self.asked, source, f"{after.before('own')}::int8", times)
        refused = checks(after.scope, list(kept.values()))
        refused += [
            (missing, Code.FORBIDDEN.value, part.entity.name)
            for part in kept.values()
            if is_checked(after.scope, part) and (missing := part.missing(_KEYS)) is not None
        ]
        affected = unless_refused(refused, f"{after.before('n')}::int8")
        more_keys = None if last else {"n": "a.n", "j": "a.j"}
        joined = self._joined(after, json, last, handed_on=True)
        self._statements.append(after.statement(joined, affected, more_keys, "'[]'" if self.dry else None, False))

    def _draft(self) -> _Draft:
        scope = self.scope
        budget = Budget(scope.limits.values)
        source = Source(scope.source.variables, scope.source.slots, budget)
        own = replace(scope, source=source, params=Params(), steps=[], uses=set(), _aliases=0, _semijoins=0)
        return _Draft(own, bool(self._statements))

    def _write(self, unit: Unit) -> tuple[_Draft, Changes, Sequence[Written]]:
        draft = self._draft()
        changes = Changes(draft.scope)
        roots = unit(changes)
        draft.parts += [f"{part.name} as ({part.sql})" for part in changes.written]
        return draft, changes, roots

    def _joined(self, draft: _Draft, json: str, last: bool, *, handed_on: bool = False) -> str:
        """The JSON of the root so far, where it is an array of answers."""
        if not self.listed:
            return json
        first = len(self._statements) == (1 if handed_on else 0)
        so_far = json if first else f"{draft.before('j')} || ',' || {json}"
        return f"'[' || {so_far} || ']'" if last else so_far

    def _diff(self, draft: _Draft, changes: Changes) -> str | None:
        return diff(draft.scope, changes.written, self.asked.row_type) if self.dry else None


@dataclass
class _Draft:
    """A statement in the making: what it carries on from the one before, and its parts."""

    scope: Scope
    carried: bool
    parts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.carried:
            keys = self.scope.params.computed(lambda inputs: None, lambda value: value, "::text")
            self.parts.append(f"carried as materialized (select {keys}::json as k)")

    def before(self, name: str) -> str:
        """A value that the statement before handed on."""
        return f"(select k ->> '{name}' from carried)"

    def total(self, affected: str) -> str:
        """The rows that were written so far."""
        return f"{self.before('n')}::int8 + {affected}" if self.carried else affected

    def statement(
        self, json: str, affected: str, hands_on: Mapping[str, str] | None, diff: str | None, settles: bool
    ) -> Statement:
        """The whole. `hands_on` are the keys for the statement after it, if there is one."""
        scope = self.scope
        with_ = ", ".join([*self.parts, f"answer as materialized (select {json} as j, {affected} as n)"])
        columns = ["convert_to(a.j, 'UTF8')", "a.n", "null::text", "null::int"]
        if hands_on is not None:
            pairs = ", ".join(f"'{name}', {value}" for name, value in hands_on.items())
            columns[0], columns[2] = "null::bytea", f"json_build_object({pairs})::text"
        record = None
        if settles:
            parameter = scope.params.computed(lambda inputs: inputs.record, lambda value: value, "::text")
            record = len(scope.params.binds) - 1
            columns[3] = f"narthex.settle({parameter}, a.n, a.j)"
        if diff is not None:
            columns.append(f"({diff})")
        sql = f"with {with_} select {', '.join(columns)} from answer a"
        fingerprint = hashlib.sha256(sql.encode()).hexdigest()[:16]
        binds, steps = tuple(scope.params.binds), tuple(scope.steps)
        return Statement(sql, binds, tuple(scope.cuts), steps, frozenset(scope.uses), fingerprint, record)


def _must_read_again(changes: Changes, json: str, refused: Sequence[tuple[str, str, str]], *, reads_rows: bool) -> bool:
    """Whether one statement cannot say what the rows are when it has ended."""
    if all(part.action is Action.DELETE for part in changes.written):
        return False
    if any(part.entity.table.after_triggers for part in changes.written) and (refused or reads_rows):
        return True
    return reads_what_is_written(changes, " ".join([json, *(condition for condition, _, _ in refused)]))
