"""Every refusal that Narthex can give: codes grouped by the stage that raises them, and the one exception type.

A foreign exception (asyncpg, graphql-core, PyJWT) becomes a `Refusal` at the edge where it arises and nowhere deeper.
The shape of `extensions` is the same everywhere: code, coordinate, hint, retry, and what else applies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Retry(StrEnum):
    """What the caller may do next: the SAME request, the same AFTER a while, a CHANGED one, or NEVER."""

    SAME = "SAME"
    AFTER = "AFTER"
    CHANGED = "CHANGED"
    NEVER = "NEVER"


class Code(StrEnum):
    """Stable error codes. A retired code is never given another meaning."""

    # surface and envelope
    UNAUTHENTICATED = "UNAUTHENTICATED"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    # document and contract
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    CONTRACT_CHANGED = "CONTRACT_CHANGED"
    # admit
    FORBIDDEN = "FORBIDDEN"
    READ_ONLY = "READ_ONLY"
    COST_EXCEEDED = "COST_EXCEEDED"
    RATE_LIMITED = "RATE_LIMITED"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    BUDGET_EXCEEDED = "BUDGET_EXCEEDED"
    SENSITIVITY_VIOLATION = "SENSITIVITY_VIOLATION"
    APPROVAL_REQUIRED = "APPROVAL_REQUIRED"
    APPROVAL_DENIED = "APPROVAL_DENIED"
    APPROVAL_EXPIRED = "APPROVAL_EXPIRED"
    IDEMPOTENCY_KEY_REQUIRED = "IDEMPOTENCY_KEY_REQUIRED"
    IDEMPOTENCY_CONFLICT = "IDEMPOTENCY_CONFLICT"
    IN_PROGRESS = "IN_PROGRESS"
    # execute
    CONSTRAINT_VIOLATION = "CONSTRAINT_VIOLATION"
    VERSION_CONFLICT = "VERSION_CONFLICT"
    CONFLICT = "CONFLICT"
    NOT_FOUND = "NOT_FOUND"
    ROLLED_BACK = "ROLLED_BACK"
    NOT_RUN = "NOT_RUN"
    IN_DOUBT = "IN_DOUBT"
    TIMEOUT = "TIMEOUT"
    CANCELLED = "CANCELLED"
    UPSTREAM_ERROR = "UPSTREAM_ERROR"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True, slots=True)
class CodeInfo:
    """What a code means by default. `status` is for `application/graphql-response+json` where there is no data."""

    status: int
    retry: Retry
    hint: str


CODES: Mapping[Code, CodeInfo] = {
    Code.UNAUTHENTICATED: CodeInfo(401, Retry.CHANGED, "Send a valid token as 'Authorization: Bearer <token>'."),
    Code.PAYLOAD_TOO_LARGE: CodeInfo(413, Retry.CHANGED, "Send a smaller body."),
    Code.BAD_USER_INPUT: CodeInfo(400, Retry.CHANGED, "Correct the input and send it again."),
    Code.GRAPHQL_PARSE_FAILED: CodeInfo(400, Retry.CHANGED, "Correct the syntax of the document."),
    Code.GRAPHQL_VALIDATION_FAILED: CodeInfo(
        400, Retry.CHANGED, "Ask introspection, 'catalog' or '/schema.graphql' for what you may use."
    ),
    Code.LIMIT_EXCEEDED: CodeInfo(400, Retry.CHANGED, "Ask for less in one operation."),
    Code.CONTRACT_CHANGED: CodeInfo(409, Retry.CHANGED, "Read the contract again and pin its new hash."),
    Code.FORBIDDEN: CodeInfo(403, Retry.NEVER, "This value or row is not open to you."),
    Code.READ_ONLY: CodeInfo(403, Retry.CHANGED, "Use a token of a higher level."),
    Code.COST_EXCEEDED: CodeInfo(400, Retry.CHANGED, "Ask for fewer fields or smaller lists."),
    Code.RATE_LIMITED: CodeInfo(429, Retry.AFTER, "Wait and send the same request again."),
    Code.QUOTA_EXCEEDED: CodeInfo(429, Retry.AFTER, "Wait until the quota's window ends."),
    Code.BUDGET_EXCEEDED: CodeInfo(429, Retry.AFTER, "Wait until the budget's window ends or ask for more."),
    Code.SENSITIVITY_VIOLATION: CodeInfo(403, Retry.NEVER, "This session has read data that may not go there."),
    Code.APPROVAL_REQUIRED: CodeInfo(403, Retry.AFTER, "Wait for the approval and send the same request again."),
    Code.APPROVAL_DENIED: CodeInfo(403, Retry.NEVER, "A person has denied this operation."),
    Code.APPROVAL_EXPIRED: CodeInfo(403, Retry.SAME, "Send the request again to ask for a new approval."),
    Code.IDEMPOTENCY_KEY_REQUIRED: CodeInfo(400, Retry.CHANGED, "Send an 'Idempotency-Key' header."),
    Code.IDEMPOTENCY_CONFLICT: CodeInfo(409, Retry.CHANGED, "Use a new key for another operation."),
    Code.IN_PROGRESS: CodeInfo(409, Retry.AFTER, "The first request with this key still runs."),
    Code.CONSTRAINT_VIOLATION: CodeInfo(400, Retry.CHANGED, "Send values that the constraint accepts."),
    Code.VERSION_CONFLICT: CodeInfo(409, Retry.CHANGED, "Read the row again and repeat the change on it."),
    Code.CONFLICT: CodeInfo(409, Retry.SAME, "Send the same request again."),
    Code.NOT_FOUND: CodeInfo(404, Retry.CHANGED, "Check the name or key."),
    Code.ROLLED_BACK: CodeInfo(400, Retry.CHANGED, "Correct the field that failed; this one was undone with it."),
    Code.NOT_RUN: CodeInfo(400, Retry.CHANGED, "Correct the field that failed; this one never started."),
    Code.IN_DOUBT: CodeInfo(500, Retry.NEVER, "A person must look at what happened."),
    Code.TIMEOUT: CodeInfo(503, Retry.CHANGED, "Ask for less, or add a filter or a limit."),
    Code.CANCELLED: CodeInfo(503, Retry.SAME, "Send the same request again."),
    Code.UPSTREAM_ERROR: CodeInfo(503, Retry.AFTER, "The service behind this field failed; try again later."),
    Code.UNAVAILABLE: CodeInfo(503, Retry.AFTER, "A backend is not ready; try again shortly."),
    Code.INTERNAL: CodeInfo(500, Retry.SAME, "This is a fault of the gateway; its log has the details."),
}


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the document, both counted from 1."""

    line: int
    column: int


class Refusal(Exception):
    """One error as the caller sees it.

    `message` is text for the caller and never holds SQL, a secret, a name outside the contract or a row's value.
    Other `extensions` (`retry_after_s`, `limit`, `remaining`, `did_you_mean`, `fix`, …) come as keywords.
    """

    def __init__(
        self,
        code: Code,
        message: str,
        *,
        coordinate: str | None = None,
        hint: str | None = None,
        retry: Retry | None = None,
        path: Sequence[str | int] | None = None,
        locations: Iterable[Location] = (),
        **extensions: object,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.coordinate = coordinate
        self.hint = hint
        self.retry = retry
        self.path = tuple(path) if path is not None else None
        self.locations = tuple(locations)
        self.extensions = extensions

    def formatted(self) -> dict[str, object]:
        """The error of the GraphQL response (GraphQL specification, section 7.1.2), ready for JSON."""
        info = CODES[self.code]
        extensions: dict[str, object] = {"code": self.code.value}
        if self.coordinate is not None:
            extensions["coordinate"] = self.coordinate
        extensions["hint"] = self.hint if self.hint is not None else info.hint
        extensions["retry"] = (self.retry or info.retry).value
        extensions.update({key: value for key, value in self.extensions.items() if value is not None})
        error: dict[str, object] = {"message": self.message}
        if self.locations:
            error["locations"] = [{"line": at.line, "column": at.column} for at in self.locations]
        if self.path is not None:
            error["path"] = list(self.path)
        error["extensions"] = extensions
        return error


class Refused(Exception):
    """All refusals of one operation, reported together."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__("; ".join(refusal.message for refusal in refusals))
        self.refusals = tuple(refusals)


class ProjectError(Exception):
    """A mistake in what the user wrote (settings, policies, migrations), told with its place and the way to mend it.

    Command line and start-up print it and exit with 2; a live reload keeps what was in force.
    """
