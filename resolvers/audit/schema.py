"""The root fields about records. All are closed until a policy opens them."""

from __future__ import annotations

import strawberry

from resolvers.audit import records, verification
from resolvers.audit.records import AuditRecord
from resolvers.audit.verification import AuditVerification
from schema.examples import EXAMPLE


@strawberry.type
class AuditQueries:
    audit_records: list[AuditRecord] = strawberry.field(
        resolver=records.audit_records,
        description="Records of requests and effects, the newest first.",
        metadata={
            EXAMPLE: '{ audit_records(where: {kind: {_eq: "effect"}}, limit: 20) '
            "{ id at subject operation coordinates rows outcome } }"
        },
    )
    audit_record: AuditRecord | None = strawberry.field(
        resolver=records.audit_record,
        description="One record.",
        metadata={
            EXAMPLE: '{ audit_record(id: "00000000-0000-0000-0000-000000000000:1") '
            "{ at subject operation variables outcome } }"
        },
    )
    audit_session: list[AuditRecord] = strawberry.field(
        resolver=records.audit_session,
        description="All that a session did, in the order of time.",
        metadata={EXAMPLE: '{ audit_session(sid: "some-session") { at kind operation outcome } }'},
    )
    audit_verify: AuditVerification = strawberry.field(
        resolver=verification.audit_verify,
        description="Holds records against the chain that seals them: what was changed, is missing, moved or cut off.",
        metadata={
            EXAMPLE: "{ audit_verify { ok position hash unsealed findings { kind severity position message } } }"
        },
    )
