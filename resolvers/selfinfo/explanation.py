"""`explain`: what would be decided about an operation and what it would do, without doing it.

The deciding is the gateway's, behind the `Explainer` port. Refuses variables that are no object, with BAD_USER_INPUT.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import strawberry
from strawberry import UNSET, Info

from narthex import ports
from narthex.errors import CODES, Code, Refusal
from resolvers.context import Context
from resolvers.selfinfo.entries import PolicyLine
from resolvers.selfinfo.scalars import Jsonb


@strawberry.type(description="Why an operation would be refused.")
class ExplainedRefusal:
    code: str = strawberry.field(description="The error's code.")
    message: str = strawberry.field(description="What is wrong.")
    coordinate: str | None = strawberry.field(description="What of the schema it is about.")
    hint: str = strawberry.field(description="What to do about it.")


@strawberry.type(description="The static cost of an operation.")
class ExplainedCost:
    static: float = strawberry.field(description="What the operation costs by its shape.")
    limit: float = strawberry.field(description="What one operation may cost.")


@strawberry.type(description="What an operation would set aside before it starts.")
class ExplainedReserves:
    usd: float | None = strawberry.field(description="Money.")
    tokens: int | None = strawberry.field(description="Tokens of models.")
    rows: int | None = strawberry.field(description="Rows.")
    calls: int | None = strawberry.field(description="Calls.")


@strawberry.type(description="One thing that an operation would do.")
class ExplainedStep:
    path: list[str] = strawberry.field(description="Where its result stands in the response.")
    lane: str = strawberry.field(description="What would do it: DATA is the database, CONTROL the gateway itself.")
    coordinate: str = strawberry.field(description="What of the schema it uses.")
    multiplicity: int = strawberry.field(description="About how many times it would be done.")
    estimated_rows: int | None = strawberry.field(description="About how many rows it would read in all.")
    policies: list[PolicyLine] = strawberry.field(description="The policy lines that apply to it.")


@strawberry.type(description="The approval that an operation would need.")
class ExplainedApproval:
    needed: bool = strawberry.field(description="Whether it would wait for an approval.")
    quorum: int | None = strawberry.field(description="How many people would have to approve.")
    approvers: list[str] | None = strawberry.field(description="Who could.")


@strawberry.type(description="What would be decided about an operation, and what it would do.")
class Explanation:
    allowed: bool = strawberry.field(description="Whether it would run.")
    refusals: list[ExplainedRefusal] = strawberry.field(description="Why it would not, all reasons together.")
    cost: ExplainedCost | None = strawberry.field(description="Its static cost, where costs are counted.")
    reserves: ExplainedReserves | None = strawberry.field(description="What it would set aside, where limits apply.")
    remaining: Jsonb | None = strawberry.field(description="What limits would leave after it.")
    steps: list[ExplainedStep] = strawberry.field(description="What it would do, in the order of the response.")
    approval: ExplainedApproval | None = strawberry.field(description="The approval that it would need.")
    effects: list[str] | None = strawberry.field(description="What it would change.")
    sql: str | None = strawberry.field(description="The one statement that would read the database.")


OperationText = Annotated[str, strawberry.argument(description="A GraphQL document with one operation.")]
Variables = Annotated[Jsonb | None, strawberry.argument(description="Its variables, as an object.")]


async def explain(info: Info[Context, None], operation: OperationText, variables: Variables = UNSET) -> Explanation:
    given: object = {} if variables is None or variables is UNSET else variables
    if not isinstance(given, Mapping):
        raise Refusal(Code.BAD_USER_INPUT, "'variables' must be an object.", coordinate="Query.explain")
    return _explanation(await info.context.explainer.explain(operation, given))


def _explanation(explained: ports.Explained) -> Explanation:
    return Explanation(
        allowed=explained.allowed,
        refusals=[_refusal(refusal) for refusal in explained.refusals],
        cost=_cost(explained),
        reserves=_reserves(explained),
        remaining=Jsonb([dict(entry) for entry in explained.remaining]) if explained.remaining else None,
        steps=[_step(step) for step in explained.steps],
        approval=_approval(explained),
        effects=list(explained.effects) or None,
        sql=explained.sql,
    )


def _cost(explained: ports.Explained) -> ExplainedCost | None:
    if explained.cost is None or explained.cost_limit is None:
        return None
    return ExplainedCost(static=explained.cost, limit=explained.cost_limit)


def _reserves(explained: ports.Explained) -> ExplainedReserves | None:
    reserves = explained.reserves
    if reserves is None:
        return None
    return ExplainedReserves(usd=None, tokens=None, rows=reserves.get("rows"), calls=reserves.get("calls"))


def _approval(explained: ports.Explained) -> ExplainedApproval | None:
    if explained.cost is None:
        return None
    if not explained.approvers:
        return ExplainedApproval(needed=False, quorum=None, approvers=None)
    return ExplainedApproval(needed=True, quorum=1, approvers=list(explained.approvers))


def _refusal(refusal: Refusal) -> ExplainedRefusal:
    return ExplainedRefusal(
        code=refusal.code.value,
        message=refusal.message,
        coordinate=refusal.coordinate,
        hint=refusal.hint if refusal.hint is not None else CODES[refusal.code].hint,
    )


def _step(step: ports.ExplainedStep) -> ExplainedStep:
    return ExplainedStep(
        path=list(step.path),
        lane=step.lane,
        coordinate=step.coordinate,
        multiplicity=step.multiplicity,
        estimated_rows=step.estimated_rows,
        policies=[
            PolicyLine(directive=line.directive, source=line.source, effect=line.effect) for line in step.policies
        ],
    )
