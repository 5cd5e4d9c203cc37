"""Who asks, and what is in force: `me`, `environment` and `schema_version`. Refuses nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum

import strawberry
from strawberry import Info

from narthex.principal import Kind, Level
from resolvers.context import Context
from resolvers.selfinfo.scalars import Jsonb, Timestamptz

MAIN_BRANCH = "main"


@strawberry.enum(description="What a caller is.")
class PrincipalKind(Enum):
    person = strawberry.enum_value(Kind.PERSON.value, description="A human being.")
    agent = strawberry.enum_value(Kind.AGENT.value, description="An AI agent; each instance has its own identity.")
    service = strawberry.enum_value(Kind.SERVICE.value, description="A program without a will of its own.")


@strawberry.enum(description="How far a token may have effects.")
class AccessLevel(Enum):
    READ = strawberry.enum_value(Level.READ.name, description="Nothing that changes anything.")
    SIMULATE = strawberry.enum_value(Level.SIMULATE.name, description="Effects are tried and rolled back.")
    GATED = strawberry.enum_value(Level.GATED.name, description="Effects need an approval unless their risk is low.")
    WRITE = strawberry.enum_value(Level.WRITE.name, description="Policies alone decide.")


@strawberry.enum(description="How operations of a request run.")
class RequestMode(Enum):
    live = strawberry.enum_value("live", description="For real.")
    dry_run = strawberry.enum_value("dry_run", description="Effects are tried and rolled back.")


@strawberry.type(description="What a session has gathered so far.")
class SessionState:
    label: str = strawberry.field(description="The highest sensitivity of what the session has read.")
    remaining: Jsonb | None = strawberry.field(description="What limits of the session still leave.")


@strawberry.type(description="The caller of this request, as its token says.")
class Me:
    subject: str = strawberry.field(description="On whose behalf the request is made.")
    kind: PrincipalKind = strawberry.field(description="What the subject is.")
    roles: list[str] = strawberry.field(
        description="All roles of the token; the header 'x-narthex-role' chooses one of them for a request."
    )
    role: str = strawberry.field(description="The role that acts in this request.")
    scopes: list[str] = strawberry.field(description="Scopes of the token, sorted.")
    level: AccessLevel = strawberry.field(description="How far the token may have effects.")
    sid: str = strawberry.field(description="The session that the token belongs to.")
    expires_at: Timestamptz = strawberry.field(description="When the token ends.")
    session: SessionState | None = strawberry.field(description="What is kept about the session, if anything.")


@strawberry.type(description="Where the request runs, and under which rules.")
class Environment:
    name: str = strawberry.field(description="The environment, such as 'sandbox' or 'production'.")
    mode: RequestMode = strawberry.field(description="How operations of this request run.")
    branch: str = strawberry.field(description="The branch of the database that the request works on.")
    schema_version: str = strawberry.field(description="Changes with the database's schema.")
    contract_hash: str = strawberry.field(
        description="Changes with what you may use. Send it as 'x-narthex-contract' to be told when a document no "
        "longer fits."
    )


@strawberry.type(description="The version of the served schema.")
class SchemaVersion:
    id: str = strawberry.field(description="Equal for equal schemas.")
    at: Timestamptz = strawberry.field(description="Since when it is served here.")


def me(info: Info[Context, None]) -> Me:
    principal = info.context.principal
    return Me(
        subject=principal.subject,
        kind=PrincipalKind(principal.kind.value),
        roles=list(principal.roles),
        role=principal.role,
        scopes=sorted(principal.grants.scopes),
        level=AccessLevel(principal.level.name),
        sid=principal.session,
        expires_at=Timestamptz(datetime.fromtimestamp(principal.expires_at, UTC)),
        session=None,
    )


def environment(info: Info[Context, None]) -> Environment:
    context = info.context
    return Environment(
        name=context.environment,
        mode=RequestMode(context.mode),
        branch=context.branch or MAIN_BRANCH,
        schema_version=context.model.fingerprint,
        contract_hash=context.contract.id,
    )


def schema_version(info: Info[Context, None]) -> SchemaVersion:
    context = info.context
    return SchemaVersion(id=context.model.fingerprint, at=Timestamptz(context.schema_changed_at))
