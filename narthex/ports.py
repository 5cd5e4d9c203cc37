"""What lower layers need of upper ones, as protocols: the arrows of the import rule stay one-way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

from narthex.errors import Refusal


@dataclass(frozen=True, slots=True)
class StepPolicy:
    """A policy line that applies to a step: the directive as it is shown, `file:line`, and what it does."""

    directive: str
    source: str
    effect: str


@dataclass(frozen=True, slots=True)
class ExplainedStep:
    """One thing that an operation would do. Estimates are rounded; None where there are no rows to count."""

    path: tuple[str, ...]
    lane: str
    coordinate: str
    multiplicity: int
    estimated_rows: int | None
    policies: tuple[StepPolicy, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """The decision on an operation, and what it would do as far as that can be told.

    `cost` is None where the operation was refused before it could be told. `approvers` are empty where no approval is
    needed. `remaining` is what limits would leave, and `reserves` what would be set aside.
    """

    refusals: tuple[Refusal, ...]
    steps: tuple[ExplainedStep, ...] = ()
    sql: str | None = None
    cost: float | None = None
    cost_limit: float | None = None
    effects: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    remaining: tuple[Mapping[str, object], ...] = ()
    reserves: Mapping[str, int] | None = None

    @property
    def allowed(self) -> bool:
        return not self.refusals


class Explainer(Protocol):
    """Decides operations of one request's principal as the pipeline would, and runs nothing."""

    async def explain(self, operation: str, variables: Mapping[str, object]) -> Explained:
        """Raises nothing: what is wrong with the operation is among its refusals."""
        ...


class Severity(StrEnum):
    ERROR = "ERROR"
    WARNING = "WARNING"


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """What is wrong with the records. `position` is the place in the chain, `seq` the number that `writer` gave."""

    kind: str
    severity: Severity
    message: str
    position: int | None = None
    writer: str | None = None
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class AuditVerification:
    """What verifying found. `position` and `hash` are the end of the chain: kept elsewhere, they prove it later."""

    position: int
    hash: str
    records: int
    unsealed: int
    rejected: int
    findings: tuple[AuditFinding, ...]

    @property
    def ok(self) -> bool:
        return all(finding.severity is not Severity.ERROR for finding in self.findings)


class AuditStore(Protocol):
    """Where records are kept, for reading."""

    async def fetch(self, sql: str, values: Sequence[object]) -> Sequence[Mapping[str, object]]:
        """Rows of a statement on the schema `narthex`. Raises `Refusal`."""
        ...

    async def verify(self, since: int) -> AuditVerification:
        """Hold the records from a position of the chain on against it. Raises `Refusal`."""
        ...


Revocable = Literal["token", "subject", "session"]


class Revoker(Protocol):
    """Ends tokens before their time, on all gateways."""

    async def revoke(self, kind: Revocable, value: str, *, by: str, reason: str | None) -> datetime:
        """Since when it is revoked; what was so already stays so. Refuses with UNAVAILABLE."""
        ...
