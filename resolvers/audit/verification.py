"""`audit_verify`: holds the records against the chain. The verifying is the gateway's, behind the `AuditStore` port."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import Info

from narthex import ports
from narthex.errors import Code, Refusal
from resolvers.audit.records import store_of
from resolvers.context import Context
from resolvers.selfinfo.scalars import Bigint


@strawberry.type(description="Something that is wrong with the records.")
class AuditFinding:
    kind: str = strawberry.field(
        description="CHANGED, MISSING, REORDERED, TRUNCATED, INSERTED, REJECTED, GAP, UNSEALED or UNKNOWN_KEY."
    )
    severity: str = strawberry.field(description="ERROR, or WARNING for what may have happened by itself.")
    message: str = strawberry.field(description="What it is.")
    position: Bigint | None = strawberry.field(description="Its place in the chain, where it has one.")
    writer: str | None = strawberry.field(description="The writer of the record that it is about.")
    seq: Bigint | None = strawberry.field(description="The number of that record.")


@strawberry.type(description="What verifying the records found.")
class AuditVerification:
    ok: bool = strawberry.field(description="Whether there is no finding but warnings.")
    position: Bigint = strawberry.field(description="The last place of the chain.")
    hash: str = strawberry.field(description="The hash there. Kept elsewhere, it proves later what was there.")
    records: Bigint = strawberry.field(description="How many records were looked at.")
    unsealed: Bigint = strawberry.field(description="How many wait for their seal.")
    rejected: Bigint = strawberry.field(description="How many were taken out because no gateway had made them.")
    findings: list[AuditFinding] = strawberry.field(description="What is wrong.")


Since = Annotated[
    int | None,
    strawberry.argument(description="The place of the chain to begin at; what lies before is not looked at."),
]


async def audit_verify(info: Info[Context, None], since: Since = 1) -> AuditVerification:
    first = 1 if since is None else since
    if first < 1:
        raise Refusal(Code.BAD_USER_INPUT, "'since' is 1 or more.", coordinate="Query.audit_verify(since:)")
    found = await store_of(info).verify(first)
    return AuditVerification(
        ok=found.ok,
        position=Bigint(found.position),
        hash=found.hash,
        records=Bigint(found.records),
        unsealed=Bigint(found.unsealed),
        rejected=Bigint(found.rejected),
        findings=[_finding(finding) for finding in found.findings],
    )


def _finding(found: ports.AuditFinding) -> AuditFinding:
    return AuditFinding(
        kind=found.kind,
        severity=found.severity.value,
        message=found.message,
        position=Bigint(found.position) if found.position is not None else None,
        writer=found.writer,
        seq=Bigint(found.seq) if found.seq is not None else None,
    )
