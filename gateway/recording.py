"""Records of a mutation's effects: one for each group of data roots, made before it runs and ended however it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from gateway.audit.effects import EffectWriter
from gateway.audit.records import Facts
from gateway.lanes import DataGroup
from gateway.respond import remarked
from narthex.errors import Refusal
from narthex.observe import Observation
from resolvers.sql.transact import GroupFailed, Record, Written


class Keyed(Protocol):
    """An idempotency key under which the answer is to be kept."""

    def entry(self, root: str | None) -> Mapping[str, object]:
        """What `narthex.settle` keeps. `root` is the JSON key with colon that goes before the answer it is given."""
        ...


@dataclass(frozen=True)
class EffectRecords:
    """The records of one request (`execute.Records`). `facts` says what is known of a group.

    `keyed` is the idempotency key under which the answer is kept; then the group is the only one.
    """

    writer: EffectWriter
    observation: Observation
    facts: Callable[[DataGroup], Facts]
    keyed: Keyed | None

    @contextmanager
    def of(self, group: DataGroup) -> Iterator[Record]:
        """Raises `GroupFailed` where no record can be kept: then nothing may happen."""
        alone = group.writes[0] if len(group.writes) == 1 and group.writes[0].single else None
        prefix = f'"{alone.key}":' if alone is not None else None
        entry = self.keyed.entry(prefix) if self.keyed is not None else None
        root = group.writes[0].key if len(group.writes) == 1 else None
        try:
            effect = self.writer.envelope(self.facts(group), self.observation, root, entry)
        except Refusal as refusal:
            raise GroupFailed(refusal, None, refusal) from refusal
        try:
            yield Record(effect.text, lambda written: _answer(group, written) if entry is not None else None)
        except GroupFailed as failed:
            (self.writer.doubtful if failed.in_doubt else self.writer.failed)(effect)
            raise
        except BaseException:  # cancelled on its way
            self.writer.doubtful(effect)
            raise
        self.writer.done(effect)


def _answer(group: DataGroup, written: Sequence[Written]) -> str:
    """The `data` entry of the answer, as it is kept."""
    parts, cuts = [], 0
    for write, one in zip(group.writes, written, strict=True):
        json = remarked(one.json, cuts).decode() if one.json is not None else "null"
        parts.append(f'"{write.key}":{json}')
        cuts += len(write.chain(dry_run=False)[-1].cuts)
    return "{" + ",".join(parts) + "}"
