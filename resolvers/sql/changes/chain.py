"""From what is written to the statements that do it, one after the other.

One statement is enough where what it says of its rows reads nothing that it writes. Else a second one reads the rows
again: it sees what the first wrote, and what triggers did after that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
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
    taken_keys,
    unless_ended,
)
from resolvers.sql.changes.diffs import diff
from resolvers.sql.changes.written import Changes, Ending, Written, counted
from resolvers.sql.compile import Statement
from resolvers.sql.params import Params
from resolvers.sql.scope import Scope
from resolvers.sql.values import Budget, Source
from schema.model import Action

Unit = Callable[[Changes], Sequence[Written]]
"""Adds to a statement what is written at once, and gives the parts that are the rows of the root itself."""

_KEYS = "(select k from carried)"
_PARAMETER = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)""")
"""A parameter; or what is quoted, in which there is none."""


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
        affected = counted(changes.written)
        json = "'[]'" if empty else answer(draft.scope, self.asked, source, affected, times)
        checked = checks(draft.scope, changes.written)
        if not self.dry:
            self.scope.steps += [*changes.steps(), *draft.scope.steps]
        if len(changes.stages()) == 1 and not _must_read_again(changes, json, checked, bool(draft.scope.steps)):
            draft.add(changes.written)
            draft.parts += more
            total = unless_ended([*changes.endings, *checked], draft.total("n", affected))
            json = json if empty else self._joined(draft, json, last)
            hands_on = None if last else {"n": "a.n", "j": "a.j"}
            shown = self._diff(draft, changes.written)
            self._statements.append(draft.statement(json, total, hands_on, shown, alone and not self.dry))
            return
        del self.scope.cuts[cuts:]
        self._add_several(unit, last, times)

    def _add_several(self, unit: Unit, last: bool, times: int) -> None:
        """The statements that write, and the one that reads what was written."""
        draft, changes, roots = self._write(unit)
        first = not self._statements
        kept = [part for part in changes.written if part in roots or is_checked(draft.scope, part)]
        endings = [*changes.endings]
        endings += checks(draft.scope, [part for part in changes.written if not check_waits(changes, part)])
        endings += taken_keys(changes)
        stages = changes.stages()
        for place, parts in enumerate(stages):
            later = {name for stage in stages[place + 1 :] for part in stage for name in part.sources}
            wanted = {part.name for part in kept} | later
            here = draft if place == 0 else _Draft(draft.scope, draft.keys, carried=True)
            here.find(
                part
                for part in changes.written
                if any(part.name in each.sources for each in parts) and part not in parts
            )
            here.add(parts)
            own = here.total("own", counted(parts)) if place else counted(parts)
            hands_on = {"n": "a.n", "j": "a.j", "own": own}
            for part in changes.written:
                if part in parts and part.name in wanted:
                    hands_on[part.name] = part.keys()
                elif place and part.name in wanted and part in _before(stages, place):
                    hands_on[part.name] = f"{_KEYS} -> '{part.name}'"
            total = unless_ended([each for each in endings if each.part in parts], here.total("n", counted(parts)))
            json = here.before("j") if here.carried else "null::text"
            self._statements.append(here.statement(json, total, hands_on, self._diff(here, parts), False))
        self._read_again(kept, roots, last, times, first)

    def _read_again(
        self, kept: Sequence[Written], roots: Sequence[Written], last: bool, times: int, first: bool
    ) -> None:
        """The statement that tells what rows have become in the end. `first` says that no unit was before this one."""
        draft = self._draft()
        draft.find(kept)
        source, more = source_of(roots)
        draft.parts += more
        json = answer(draft.scope, self.asked, source, f"{draft.before('own')}::int8", times)
        endings = checks(draft.scope, kept)
        endings += [
            Ending(part, part.missing(_KEYS), Code.FORBIDDEN) for part in kept if is_checked(draft.scope, part)
        ]
        total = unless_ended(endings, f"{draft.before('n')}::int8")
        hands_on = None if last else {"n": "a.n", "j": "a.j"}
        joined = self._joined(draft, json, last, first)
        self._statements.append(draft.statement(joined, total, hands_on, "'[]'" if self.dry else None, False))

    def _draft(self) -> _Draft:
        scope = self.scope
        budget = Budget(scope.limits.values)
        source = Source(scope.source.variables, scope.source.slots, budget)
        own = replace(scope, source=source, params=Params(), steps=[], uses=set(), _aliases=0, _semijoins=0)
        keys = own.params.computed(lambda inputs: None, lambda value: value, "::text")
        return _Draft(own, keys, bool(self._statements))

    def _write(self, unit: Unit) -> tuple[_Draft, Changes, Sequence[Written]]:
        draft = self._draft()
        changes = Changes(draft.scope, self.dry)
        return draft, changes, unit(changes)

    def _joined(self, draft: _Draft, json: str, last: bool, first: bool | None = None) -> str:
        """The JSON of the root so far, where it is an array of answers."""
        if not self.listed:
            return json
        first = not self._statements if first is None else first
        so_far = json if first else f"{draft.before('j')} || ',' || {json}"
        return f"'[' || {so_far} || ']'" if last else so_far

    def _diff(self, draft: _Draft, parts: Sequence[Written]) -> str | None:
        return diff(draft.scope, parts, self.asked.row_type) if self.dry else None


def _before(stages: Sequence[Sequence[Written]], place: int) -> list[Written]:
    return [part for stage in stages[:place] for part in stage]


@dataclass
class _Draft:
    """A statement in the making: what it carries on from the one before, and its parts. `keys` is the parameter that
    the one before gives; several may be made in one scope, each then has the parameters that it names.
    """

    scope: Scope
    keys: str
    carried: bool
    parts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.carried:
            self.parts.append(f"carried as materialized (select {self.keys}::json as k)")

    def add(self, parts: Iterable[Written]) -> None:
        """Parts that this statement writes."""
        self.parts += [f"{part.name} as ({part.sql})" for part in parts]

    def find(self, parts: Iterable[Written]) -> None:
        """Parts that an earlier statement wrote."""
        self.parts += [f"{part.name} as ({part.found_again(_KEYS, self.scope.alias())})" for part in parts]

    def before(self, name: str) -> str:
        """A value that the statement before handed on."""
        return f"(select k ->> '{name}' from carried)"

    def total(self, name: str, affected: str) -> str:
        """A number of rows that adds up."""
        return f"{self.before(name)}::int8 + {affected}" if self.carried else affected

    def statement(
        self, json: str, affected: str, hands_on: Mapping[str, str] | None, diff: str | None, settles: bool
    ) -> Statement:
        """The whole. `hands_on` are the keys for the statement after it, if there is one."""
        scope = self.scope
        with_ = ", ".join([*self.parts, f"answer as materialized (select {json} as j, {affected} as n)"])
        columns = ["convert_to(a.j, 'UTF8')", "a.n", "null::text", "null::int"]
        if hands_on is not None:
            # Not by json_build_object: a function takes a hundred arguments.
            pairs = " || ',' || ".join(
                f"""'"{name}":' || coalesce(to_json({value})::text, 'null')""" for name, value in hands_on.items()
            )
            columns[0], columns[2] = "null::bytea", f"'{{' || {pairs} || '}}'"
        settled = None
        if settles:
            settled = scope.params.computed(lambda inputs: inputs.record, lambda value: value, "::text")
            columns[3] = f"narthex.settle({settled}, a.n, a.j)"
        if diff is not None:
            columns.append(f"({diff})")
        sql, numbers = _renumbered(f"with {with_} select {', '.join(columns)} from answer a")
        binds, steps = tuple(scope.params.binds[number - 1] for number in numbers), tuple(scope.steps)
        record = len(numbers) - 1 if settles else None
        fingerprint = hashlib.sha256(sql.encode()).hexdigest()[:16]
        return Statement(sql, binds, tuple(scope.cuts), steps, frozenset(scope.uses), fingerprint, record)


def _renumbered(sql: str) -> tuple[str, list[int]]:
    """SQL with the parameters that it names, and which they were."""
    numbers = sorted({int(found) for found in _PARAMETER.findall(sql) if found})
    new = {number: place for place, number in enumerate(numbers, 1)}
    return _PARAMETER.sub(lambda found: f"${new[int(found[1])]}" if found[1] else found[0], sql), numbers


def _must_read_again(changes: Changes, json: str, checked: Sequence[Ending], reads_rows: bool) -> bool:
    """Whether one statement cannot say what the rows are when it has ended."""
    if all(part.action is Action.DELETE for part in changes.written):
        return False
    if any(part.entity.table.after_triggers for part in changes.written) and (checked or reads_rows):
        return True
    return reads_what_is_written(changes, " ".join([json, *(each.condition for each in checked)]))
