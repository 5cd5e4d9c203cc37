"""Reading records: by condition, by id, and all of a session.

Refuses numbers that make no page, ids that are none, and where the store of records cannot be reached.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, cast

import strawberry
from graphql.execution.values import VariableValues
from strawberry import UNSET, Info

from narthex.errors import Code, Refusal
from narthex.ports import AuditStore
from policies.guards import UNGUARDED
from resolvers.audit.entity import MODEL, RECORD, TIME
from resolvers.audit.inputs import BOOL_EXP, AuditRecordBoolExp, AuditRecordOrderBy, tree_of
from resolvers.context import Context
from resolvers.selfinfo.scalars import Bigint, Jsonb, Timestamptz
from resolvers.sql.filters import condition, raw_rows
from resolvers.sql.ordering import sort_keys
from resolvers.sql.scope import ListLimits, Scope
from resolvers.sql.values import Budget, Inputs, Leaf, Source, Tree

PAGE, MOST = 100, 1_000
_ID = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([1-9][0-9]{0,18})")
_VALUES = 10_000
_BIGGEST = 2**63 - 1
_SKEW = timedelta(minutes=5)
"""How far the clocks of a gateway and of its database may be apart."""
_WINDOWS = (timedelta(hours=1), timedelta(days=1), timedelta(days=30))
"""The newest records are looked for in these first: the store keeps them apart by time."""
_COLUMNS = """
t1.id, t1.kind, t1.at, t1.written_at, t1.writer::text AS writer, t1.seq, t1.environment, t1.surface, t1.subject,
t1.principal_kind, t1.actors, t1.session, t1.token_id, t1.role, t1.level, t1.trace_id, t1.purpose, t1.operation_name,
(SELECT d.text FROM narthex.document d WHERE d.hash = t1.document_hash) AS operation,
encode(t1.document_hash, 'hex') AS operation_hash, t1.variables::text AS variables, t1.coordinates,
t1.decisions::text AS decisions, t1.contract_hash, t1.schema_version, t1.policy_version, t1.sql_fingerprint, t1.outcome,
t1.errors::text AS errors, t1.root, t1.rows, t1.duration_us,
(SELECT s.position FROM narthex.audit_seal s WHERE s.writer = t1.writer AND s.seq = t1.seal_seq) AS position,
(SELECT json_agg(json_build_array(v.name, v.value::json, v.redacted_at) ORDER BY v.name) FROM narthex.audit_value v
 WHERE v.writer = t1.writer AND v.seq = t1.seq)::text AS values
"""
_FROM = f"SELECT {_COLUMNS} FROM narthex.audit_record t1 WHERE "
_BY_ID = f"""{_FROM} t1.writer = $1::text::uuid AND t1.seq = $2 AND t1.seal_seq = coalesce((
    SELECT max(g.first_seq) FROM narthex.audit_group g WHERE g.writer = $1::text::uuid AND g.first_seq <= $2), $2)"""
# Reads by the index of their groups, effects by that of their seals, and those few that have none yet.
_OF_SESSION = f"""
SELECT * FROM (
    {_FROM} t1.kind = 'read' AND t1.sessions @> ARRAY[$1::text] AND t1.session = $1
    UNION ALL
    {_FROM} t1.kind = 'effect' AND (t1.writer, t1.seq) IN (
        SELECT s.writer, s.seq FROM narthex.audit_seal s WHERE s.session = $1)
    UNION ALL
    {_FROM} t1.kind = 'effect' AND t1.session = $1 AND t1.seq > (
        SELECT w.sealed FROM narthex.writer w WHERE w.writer = t1.writer AND NOT w.closed)
) r ORDER BY at, writer, seq LIMIT $2 OFFSET $3
"""


@strawberry.type(description="A value that its record holds by its hash alone.")
class AuditValue:
    name: str = strawberry.field(description="Where it stands among the variables.")
    value: Jsonb | None = strawberry.field(description="The value; null once it was redacted.")
    redacted_at: Timestamptz | None = strawberry.field(description="When it was taken away.")


@strawberry.type(description="What happened: one request that read, or one effect.")
class AuditRecord:
    id: str = strawberry.field(description="The writer and the number that it gave.")
    kind: str = strawberry.field(description="'read' for a request, 'effect' for a change.")
    at: Timestamptz = strawberry.field(description="When, by the clock of the gateway.")
    written_at: Timestamptz = strawberry.field(description="When it became durable, by the clock of the database.")
    writer: str = strawberry.field(description="The gateway process that wrote it.")
    seq: Bigint = strawberry.field(description="Its number among those of its writer.")
    position: Bigint | None = strawberry.field(description="Its place in the chain; null until it is sealed.")
    environment: str = strawberry.field(description="Where it happened.")
    surface: str | None = strawberry.field(description="How the request came.")
    subject: str | None = strawberry.field(description="On whose behalf.")
    principal_kind: str | None = strawberry.field(description="What the subject is.")
    actors: list[str] = strawberry.field(description="Who acted for the subject, the caller first.")
    session: str | None = strawberry.field(description="The session.")
    token_id: str | None = strawberry.field(description="The token.")
    role: str | None = strawberry.field(description="The role that acted.")
    level: str | None = strawberry.field(description="How far the token may have effects.")
    trace_id: str | None = strawberry.field(description="The trace that the request belongs to.")
    purpose: str | None = strawberry.field(description="What the caller said it was for.")
    operation_name: str | None = strawberry.field(description="The name of the operation.")
    operation: str | None = strawberry.field(description="The document, its literals as $0, $1 ….")
    operation_hash: str | None = strawberry.field(description="The hash of the document.")
    variables: Jsonb | None = strawberry.field(description="Variables, and literals by their numbers.")
    coordinates: list[str] = strawberry.field(description="What of the schema it used.")
    decisions: Jsonb | None = strawberry.field(description="The policy lines that decided, by coordinate.")
    contract_hash: str | None = strawberry.field(description="The contract of the caller.")
    schema_version: str | None = strawberry.field(description="The schema in force.")
    policy_version: str | None = strawberry.field(description="The policies in force.")
    sql_fingerprint: str | None = strawberry.field(description="The statement that ran.")
    outcome: str | None = strawberry.field(description="OK, or the code of the first error.")
    errors: Jsonb | None = strawberry.field(description="The errors that were answered.")
    root: str | None = strawberry.field(description="The response key of the field that had the effect.")
    rows: Bigint | None = strawberry.field(description="How many rows the effect wrote.")
    duration_us: Bigint | None = strawberry.field(description="How long the request took, in microseconds.")
    values: list[AuditValue] = strawberry.field(description="Values that can be, or were, redacted.")


Where = Annotated[AuditRecordBoolExp | None, strawberry.argument(description="Which records.")]
OrderBy = Annotated[
    list[AuditRecordOrderBy] | None, strawberry.argument(description="In which order; the newest first by default.")
]
Limit = Annotated[int | None, strawberry.argument(description=f"How many at most, up to {MOST}.")]
Offset = Annotated[int | None, strawberry.argument(description="How many to leave out first.")]
RecordId = Annotated[strawberry.ID, strawberry.argument(description="The id of a record.")]
Sid = Annotated[str, strawberry.argument(description="The id of a session.")]


async def audit_records(
    info: Info[Context, None], where: Where = UNSET, order_by: OrderBy = UNSET, limit: Limit = PAGE, offset: Offset = 0
) -> list[AuditRecord]:
    store = store_of(info)
    size, skipped = _page("Query.audit_records", limit, offset)
    tree = cast("Mapping[str, Tree]", tree_of(where or None) or {})
    scope = _scope()
    try:
        conditions = [condition(scope, RECORD, "t1", tree, raw_rows), *_written_since(scope, tree)]
    except Refusal as refusal:
        # Types of the control plane are not called as those of tables are.
        refusal.coordinate = (refusal.coordinate or "").replace(f"{RECORD.name}_bool_exp", BOOL_EXP)
        raise
    keys = sort_keys(scope, RECORD, "t1", cast("tuple[Tree, ...]", tuple(tree_of(item) for item in order_by or ())))
    order = ", ".join([*(f"{expression} {direction}" for expression, direction in keys), "t1.at DESC", "t1.id"])
    values = [bind(scope.inputs) for bind in scope.params.binds]
    for window in _WINDOWS if not keys else ():
        since = datetime.now(UTC) - window
        recent = [*conditions, f"t1.written_at >= ${len(values) + 1}"]
        rows = await store.fetch(_statement(recent, order, size, skipped), (*values, since))
        if len(rows) == size and (not rows or cast(datetime, rows[-1]["at"]) >= since + _SKEW):
            return [_record(row) for row in rows]
    return [_record(row) for row in await store.fetch(_statement(conditions, order, size, skipped), values)]


async def audit_record(info: Info[Context, None], id: RecordId) -> AuditRecord | None:
    found = _ID.fullmatch(id)
    if found is None or int(found[2]) > _BIGGEST:
        raise Refusal(Code.BAD_USER_INPUT, "That is no id of a record.", coordinate="Query.audit_record(id:)")
    rows = await store_of(info).fetch(_BY_ID, (found[1], int(found[2])))
    return _record(rows[0]) if rows else None


async def audit_session(
    info: Info[Context, None], sid: Sid, limit: Limit = MOST, offset: Offset = 0
) -> list[AuditRecord]:
    size, skipped = _page("Query.audit_session", limit, offset)
    return [_record(row) for row in await store_of(info).fetch(_OF_SESSION, (sid, size, skipped))]


def store_of(info: Info[Context, None]) -> AuditStore:
    store = info.context.audit
    if store is None:
        raise Refusal(Code.UNAVAILABLE, "There is no store of records here.")
    return store


def _page(coordinate: str, limit: int | None, offset: int | None) -> tuple[int, int]:
    size, skipped = PAGE if limit is None else limit, offset or 0
    if size < 0 or skipped < 0:
        raise Refusal(Code.BAD_USER_INPUT, "'limit' and 'offset' must not be negative.", coordinate=coordinate)
    if size > MOST:
        raise Refusal(Code.LIMIT_EXCEEDED, f"'limit' is at most {MOST}.", coordinate=coordinate, limit=MOST)
    return size, skipped


def _scope() -> Scope:
    none = VariableValues({}, {})
    return Scope(
        MODEL,
        Source(none, {}, Budget(_VALUES)),
        Inputs(none, ()),
        {},
        ListLimits(PAGE, MOST, _VALUES, 1),
        lambda _: UNGUARDED,
    )


def _written_since(scope: Scope, tree: Mapping[str, Tree]) -> Iterator[str]:
    """A bound of `at` from below also bounds when the record was written, by which the store finds it quickly."""
    compared = tree.get("at")
    if isinstance(compared, Mapping):
        for operator in ("_eq", "_gt", "_gte"):
            if isinstance(bound := compared.get(operator), Leaf):
                yield f"t1.written_at >= {scope.params.typed(bound, TIME)} - interval '{_SKEW.seconds} seconds'"


def _statement(conditions: Sequence[str], order: str, limit: int, offset: int) -> str:
    matched = " AND ".join(f"({each})" for each in conditions)
    return f"{_FROM} {matched} ORDER BY {order} LIMIT {limit} OFFSET {offset}"


def _record(row: Mapping[str, Any]) -> AuditRecord:
    parsed = {name: _json(row[name]) for name in ("variables", "decisions", "errors")}
    values = [
        AuditValue(
            name=name, value=value, redacted_at=Timestamptz(datetime.fromisoformat(at)) if at is not None else None
        )
        for name, value, at in _json(row["values"]) or ()
    ]
    return AuditRecord(**{**dict(row), **parsed, "values": values})


def _json(text: object) -> Any:
    return json.loads(cast(str, text)) if text is not None else None
