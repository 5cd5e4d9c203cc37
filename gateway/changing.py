"""The execute stage of a mutation: its groups in order, and what became of each root.

A failure nulls its group with its error, the innocent ones of the group are told `ROLLED_BACK`, later roots `NOT_RUN`.
Groups that ended before stay: `extensions.narthex.effects` says of each root what happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol

from gateway.encode import json_bytes
from gateway.lanes import ControlGroup, DataGroup, Group, QueryGroup
from gateway.plan import Planned
from gateway.respond import Reply, unmarked
from narthex.errors import Code, Refusal
from resolvers.sql.scope import Cut
from resolvers.sql.transact import Bound, GroupFailed, Written


class State(StrEnum):
    """What became of a root field."""

    DONE = "done"
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"
    NOT_RUN = "not_run"
    IN_DOUBT = "in_doubt"
    SIMULATED = "simulated"


_HAPPENED = frozenset({State.DONE, State.IN_DOUBT, State.SIMULATED})


class Part(NamedTuple):
    """What running one control-plane field or nested query gave: its JSON by response key, or None."""

    json: bytes | None
    refusals: tuple[Refusal, ...] = ()
    cuts: tuple[Cut, ...] = ()
    fault: BaseException | None = None


class Lanes(Protocol):
    """What groups run on."""

    async def write(self, group: DataGroup, bound: Sequence[Bound]) -> list[Written]:
        """Raises `GroupFailed`."""
        ...

    async def query(self, group: QueryGroup, values: Sequence[object]) -> Part: ...

    async def control(self, group: ControlGroup) -> Part: ...


@dataclass
class Changed:
    """How far a mutation has come; it becomes the reply."""

    values: dict[str, bytes] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    effects: list[dict[str, object]] = field(default_factory=list)
    diffs: list[bytes] = field(default_factory=list)
    affected: int = 0
    stopped: bool = False
    others: bool = False
    """Whether anything beside data roots was among the groups."""
    fault: BaseException | None = None

    @property
    def happened(self) -> bool:
        """Whether anything may have been done."""
        return any(effect["state"] in _HAPPENED for effect in self.effects)

    @property
    def recorded(self) -> bool:
        """Whether every root was a data root and is done, so that the records of effects tell it all."""
        return not self.others and all(effect["state"] == State.DONE for effect in self.effects)

    def effect(self, key: str, coordinate: str, state: State, affected: int | None = None) -> None:
        entry: dict[str, object] = {"path": [key], "coordinate": coordinate, "state": state.value}
        if affected is not None:
            entry["affected_rows"] = affected
        self.effects.append(entry)

    def refuse(self, refusal: Refusal, key: str | None) -> None:
        if key is not None:
            refusal.path = (key,)
        self.refusals.append(refusal)


async def run_changes(planned: Planned, lanes: Lanes, *, dry_run: bool) -> Changed:
    """Run the groups of a mutation; nothing is raised for what fails, everything is told."""
    changed = Changed()
    for group, bound in zip(planned.plan.changes, planned.bound, strict=True):
        if changed.stopped:
            _not_run(changed, group)
        elif isinstance(group, DataGroup):
            await _data(changed, group, bound, lanes, State.SIMULATED if dry_run else State.DONE)
        else:
            await _other(changed, group, bound, lanes, dry_run=dry_run)
    return changed


def reply_of(planned: Planned, changed: Changed) -> Reply:
    """The response of a mutation, roots in order."""
    parts = [root.prefix + changed.values.get(root.key, root.constant or b"null") for root in planned.plan.roots]
    entries = [("effects", json_bytes(changed.effects))]
    if changed.diffs:
        entries.append(("diff", b"[" + b",".join(changed.diffs) + b"]"))
    data = b"{" + b",".join(parts) + b"}"
    return Reply(data, tuple(changed.refusals), tuple(changed.cuts), tuple(entries))


async def _data(changed: Changed, group: DataGroup, bound: Sequence[Bound], lanes: Lanes, done: State) -> None:
    try:
        written = await lanes.write(group, bound)
    except GroupFailed as failed:
        _failed(changed, group, failed)
        return
    for write, one in zip(group.writes, written, strict=True):
        changed.affected += one.affected
        changed.effect(write.key, write.coordinate, done, one.affected)
        if one.json is not None:
            json, cuts = unmarked(one.json, write.chain(dry_run=done is State.SIMULATED)[-1])
            changed.values[write.key] = json
            changed.cuts += cuts
        if one.diff is not None:
            changed.diffs.append(b'{"path":["' + write.key.encode() + b'"],"changes":' + one.diff.encode() + b"}")


def _failed(changed: Changed, group: DataGroup, failed: GroupFailed) -> None:
    changed.stopped = True
    changed.fault = failed.error if failed.refusal.code is Code.INTERNAL else None
    alone = len(group.writes) == 1
    place = 0 if alone else failed.place
    changed.refuse(failed.refusal, group.writes[place].key if place is not None else None)
    for number, write in enumerate(group.writes):
        if failed.in_doubt:
            changed.effect(write.key, write.coordinate, State.IN_DOUBT)
        elif number == place:
            changed.effect(write.key, write.coordinate, State.FAILED)
        else:
            changed.effect(write.key, write.coordinate, State.ROLLED_BACK)
            text = "Another root field of the same transaction failed."
            changed.refuse(Refusal(Code.ROLLED_BACK, text, coordinate=write.coordinate), write.key)


def _not_run(changed: Changed, group: Group) -> None:
    for key, coordinate in _roots(group):
        changed.effect(key, coordinate, State.NOT_RUN)
        text = "A root field before this one failed."
        changed.refuse(Refusal(Code.NOT_RUN, text, coordinate=coordinate), key)


def _roots(group: Group) -> list[tuple[str, str]]:
    if isinstance(group, DataGroup):
        return [(write.key, write.coordinate) for write in group.writes]
    return [(group.key, group.coordinate)]


async def _other(
    changed: Changed, group: ControlGroup | QueryGroup, bound: Sequence[object], lanes: Lanes, *, dry_run: bool
) -> None:
    changed.others = True
    if isinstance(group, ControlGroup) and dry_run:
        changed.effect(group.key, group.coordinate, State.SIMULATED)
        return
    part = await (lanes.query(group, bound) if isinstance(group, QueryGroup) else lanes.control(group))
    changed.refusals += part.refusals
    changed.cuts += part.cuts
    changed.fault = changed.fault or part.fault
    failed = part.json is None or bool(part.refusals)
    changed.stopped = failed
    changed.effect(group.key, group.coordinate, State.FAILED if failed else State.DONE)
    if part.json is not None:
        changed.values[group.key] = part.json
