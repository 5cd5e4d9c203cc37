"""The admit stage: one decision for the whole operation, before anything runs.

The order is fixed: verdict, static cost, idempotency, approval, rate limits and quotas, budget. `decide` is pure and
makes the object that `explain` prints; `admit` acts on the same object and takes what the operation uses up, all of it
or nothing. Refuses with all refusals together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from gateway.document import Document
from gateway.envelope import Envelope, NeedsPost
from gateway.lanes import ControlGroup, DataGroup, Plan
from gateway.ledgers.counters import Standing, unused, wanted_of
from gateway.ledgers.idempotency import Keyed, keyed
from gateway.ledgers.ledgers import Ledgers
from gateway.ledgers.quotas import Taken
from gateway.plan import Planned
from narthex.errors import Code, Refusal, Refused, Retry
from narthex.principal import Level
from policies.admission import DEFAULT_KEPT_S, Limit, Risk, Rules, Unit
from resolvers.sql.scope import Step
from schema.model import WRITES, Action

_OVER_GET = frozenset(
    {"__typename", "__schema", "__type", "me", "environment", "catalog", "catalog_entry", "schema_version"}
)
"""Control-plane fields that GET runs: what a page could make a browser fetch must cost and change nothing."""
_APPROVERS = ("role:admin",)
_NO_USES: Mapping[Limit, int] = MappingProxyType({})


class Writing(NamedTuple):
    """How much of a limit a root field takes by writing. It can be no more where `bounded`: the request says so, while
    how many rows a condition finds is an estimate.
    """

    amount: int
    bounded: bool


_NO_WRITING: Mapping[tuple[str, Limit], Writing] = MappingProxyType({})


class Admission(NamedTuple):
    """The decision on one operation.

    `cost` is static and `cost_limit` the most that it may be. `uses` says how much of each limit will be taken, and
    `writing` how much of that by the tables that each root field, named by its response key, writes.
    `effects` are the coordinates of what changes something; with `dry_run` they are only tried, and `would_need` says
    what a live run needs beside. `kept_s` is for how long the answer to its idempotency key is kept.
    `standings` say how full the limits were. Of an operation that was admitted, `taken` is what has to be settled,
    `keyed` its key, whose turn ends with the request, and `stored` the answer that the key has already.
    """

    refusals: tuple[Refusal, ...] = ()
    cost: float = 0
    cost_limit: float = 0
    uses: Mapping[Limit, int] = _NO_USES
    writing: Mapping[tuple[str, Limit], Writing] = _NO_WRITING
    effects: tuple[str, ...] = ()
    dry_run: bool = False
    would_need: tuple[Mapping[str, object], ...] = ()
    approvers: tuple[str, ...] = ()
    kept_s: int | None = None
    standings: tuple[Standing, ...] = ()
    taken: tuple[Taken, ...] = ()
    keyed: Keyed | None = None
    stored: bytes | None = None

    @property
    def allowed(self) -> bool:
        return not self.refusals


def decide(envelope: Envelope, planned: Planned, rules: Rules, cost_limit: float) -> Admission:
    """The decision, without looking at any ledger and without taking anything."""
    plan, cost = planned.plan, planned.tally.cost
    if plan.changes:
        return _decide_effects(envelope, planned, rules, cost_limit)
    refusals: list[Refusal] = []
    if envelope.message.reads_only:
        refusals += _over_get(plan)
    if plan.pricing.unsliced or cost > cost_limit:
        refusals += _too_much(planned, cost_limit)
    return Admission(tuple(refusals), cost, cost_limit, planned.tally.uses)


def _decide_effects(envelope: Envelope, planned: Planned, rules: Rules, cost_limit: float) -> Admission:
    """The decision on a mutation."""
    plan = planned.plan
    writes = [step for step in plan.steps if step.action in WRITES]
    effects, acts = plan.effects, [*writes, *_control_effects(plan)]
    writing = _writing(rules, writes)
    dry_run = envelope.dry_run and bool(effects)
    kept_s = _kept_s(rules, acts)
    ladder = _ladder(envelope.principal.level, rules, acts, [*acts, *_idle(plan)])
    keys = _missing_keys(rules, acts) if kept_s is not None and envelope.idempotency_key is None else []
    if dry_run:
        refusals = [*_outward(plan, rules), *_too_much(planned, cost_limit)]
    else:
        refusals = [*ladder, *_too_much(planned, cost_limit), *keys]
    if effects and not dry_run and envelope.idempotency_key is not None and _one_group(plan) is None:
        refusals.append(_not_at_once())
    return Admission(
        refusals=tuple(refusals),
        cost=planned.tally.cost,
        cost_limit=cost_limit,
        uses=_uses(planned, writing),
        writing=writing,
        effects=effects,
        dry_run=dry_run,
        would_need=tuple(_need(refusal) for refusal in (*ladder, *keys)) if dry_run else (),
        approvers=_APPROVERS if any(refusal.code is Code.APPROVAL_REQUIRED for refusal in ladder) else (),
        kept_s=kept_s,
    )


async def look(envelope: Envelope, admission: Admission, ledgers: Ledgers | None) -> Admission:
    """The decision with the limits as they stand now, without ledgers as if unused; nothing is taken."""
    if not admission.uses:
        return admission
    wanted = wanted_of(envelope, admission.uses)
    standings = await ledgers.look(wanted) if ledgers is not None else [unused(one) for one in wanted]
    refusals = (*admission.refusals, *_over(standings))
    return admission._replace(refusals=refusals, standings=tuple(standings))


async def admit(
    envelope: Envelope, document: Document, planned: Planned, rules: Rules, cost_limit: float, ledgers: Ledgers
) -> Admission:
    """Decide and take what the operation uses up; raises `Refused` with all refusals together.

    Whoever gets an admission closes it in the end (`close`).
    """
    admission = decide(envelope, planned, rules, cost_limit)
    if not admission.allowed:
        raise Refused((await look(envelope, admission, ledgers)).refusals)
    if admission.effects and not admission.dry_run and envelope.idempotency_key is not None:
        return await _admit_once(envelope, document, planned.plan, admission, ledgers)
    return await _taken(envelope, admission, ledgers) if admission.uses else admission


async def _admit_once(
    envelope: Envelope, document: Document, plan: Plan, admission: Admission, ledgers: Ledgers
) -> Admission:
    """What has been answered already is answered again, and uses nothing up.

    One statement that is under no limit is not looked up before: where it has happened already, it undoes itself.
    """
    key = keyed(envelope, document, admission.kept_s or DEFAULT_KEPT_S)
    assert key is not None
    await ledgers.answers.begin(key)
    try:
        admission = admission._replace(keyed=key)
        if not admission.uses and _is_one_statement(plan):
            return admission
        stored = await ledgers.answers.find(key)
        return admission._replace(stored=stored) if stored is not None else await _taken(envelope, admission, ledgers)
    except BaseException:
        ledgers.answers.end(key)
        raise


async def _taken(envelope: Envelope, admission: Admission, ledgers: Ledgers) -> Admission:
    standings, taken = await ledgers.take(wanted_of(envelope, admission.uses))
    refusals = _over(standings)
    if refusals:
        raise Refused(refusals)
    return admission._replace(standings=tuple(standings), taken=tuple(taken))


def _over(standings: Sequence[Standing]) -> list[Refusal]:
    return [_exceeded(standing) for standing in standings if not standing.fits]


def _exceeded(standing: Standing) -> Refusal:
    limit, wait = standing.wanted.limit, standing.retry_after_s
    what = limit.unit.value.lower()
    return Refusal(
        Code.QUOTA_EXCEEDED if limit.durable else Code.RATE_LIMITED,
        f"At most {limit.limit} {what} in {limit.window} are allowed here, and this operation needs up to "
        f"{standing.wanted.amount}.",
        coordinate=limit.coordinate,
        hint=_hint(standing),
        retry=Retry.CHANGED if wait is None else None,
        limit=limit.limit,
        remaining=standing.remaining,
        retry_after_s=wait,
    )


def _hint(standing: Standing) -> str | None:
    if standing.retry_after_s is None:
        return "No wait helps: ask for less in one operation."
    return "Ask for less in one operation, or wait and send it again." if standing.remaining else None


_KEY = Code.IDEMPOTENCY_KEY_REQUIRED


def _one_group(plan: Plan) -> DataGroup | None:
    """The one transaction that the operation is, if it is one and nothing else."""
    group = plan.changes[0] if len(plan.changes) == 1 else None
    return group if isinstance(group, DataGroup) else None


def _is_one_statement(plan: Plan) -> bool:
    group = _one_group(plan)
    return group is not None and len(group.writes) == 1 and group.writes[0].single


def _not_at_once() -> Refusal:
    return Refusal(
        Code.BAD_USER_INPUT,
        "Under an idempotency key a mutation has to be one transaction.",
        hint="Leave 'query' and the gateway's own fields to requests of their own, or leave out the key.",
    )


def _control_effects(plan: Plan) -> Iterator[Step]:
    """The control-plane root fields of a mutation, as steps: each may change something, of no table."""
    for group in plan.changes:
        if isinstance(group, ControlGroup):
            yield Step((group.key,), group.coordinate, "", Action.UPDATE, 1, 1)


def _outward(plan: Plan, rules: Rules) -> Iterator[Refusal]:
    """What a dry run does not run: what a rollback may not undo, unless a policy says that it can be tried."""
    steps = [step for step in plan.outward if not rules.simulatable(step.entity)]
    for coordinate, path in _roots(steps).items():
        if not rules.simulatable(*coordinate.split(".", 1)):
            yield Refusal(
                Code.FORBIDDEN,
                "Functions of the database run with this, and may do what a dry run cannot undo.",
                coordinate=coordinate,
                hint="A policy can mark it '@simulatable'.",
                path=path,
            )


def _over_get(plan: Plan) -> list[Refusal]:
    return [NeedsPost(f"Query.{name}") for name in plan.control_fields if name not in _OVER_GET]


def _idle(plan: Plan) -> Iterator[Step]:
    """Data roots that write nothing, as an insert of no objects: they have a record and keep an answer all the same."""
    for group in plan.changes:
        if isinstance(group, DataGroup):
            for write in group.writes:
                if not any(step.action in WRITES for step in write.steps):
                    yield Step((write.key,), write.coordinate, "", Action.UPDATE, 1, 1)


def _ladder(level: Level, rules: Rules, writes: list[Step], changing: list[Step]) -> list[Refusal]:
    """What stands between a live run of the effects and the level of the token; `changing` is all that a token which
    changes nothing must not do.
    """
    if level in (Level.READ, Level.SIMULATE):
        hint = "Use a token of a higher level, or send it with 'x-narthex-mode: dry_run' to see what it would do."
        return [
            Refusal(
                Code.READ_ONLY,
                f"A token of level {level.name} changes nothing.",
                coordinate=coordinate,
                hint=hint,
                path=path,
                level=level.name,
            )
            for coordinate, path in _roots(changing).items()
        ]
    if level is Level.GATED:
        risky = [step for step in writes if _risk(rules, step) is not Risk.LOW]
        return [
            Refusal(
                Code.APPROVAL_REQUIRED,
                "At level GATED this effect needs an approval.",
                coordinate=coordinate,
                hint="Approvals cannot be given yet: use a token of level WRITE, or try it with dry_run.",
                path=path,
                approval={"state": "unavailable", "quorum": 1, "approvers": list(_APPROVERS)},
            )
            for coordinate, path in _roots(risky).items()
        ]
    return []


def _roots(steps: list[Step]) -> dict[str, tuple[str, ...]]:
    """The coordinate of each effect with the path of the root field under which it comes first."""
    roots: dict[str, tuple[str, ...]] = {}
    for step in steps:
        roots.setdefault(step.coordinate, step.path[:1])
    return roots


def _risk(rules: Rules, step: Step) -> Risk:
    """The highest level that any line says of the effect; MEDIUM where none does."""
    owner, _, name = step.coordinate.partition(".")
    table = rules.risk(step.entity, None, step.action) if step.entity else None
    said = (table, rules.risk(owner, name))
    return max((risk for risk in said if risk is not None), default=Risk.MEDIUM)


def _keyed(rules: Rules, step: Step) -> int | None:
    owner, _, name = step.coordinate.partition(".")
    table = rules.kept_s(step.entity, None, step.action) if step.entity else None
    kept = (table, rules.kept_s(owner, name))
    return max((seconds for seconds in kept if seconds is not None), default=None)


def _kept_s(rules: Rules, writes: list[Step]) -> int | None:
    return max((kept for step in writes if (kept := _keyed(rules, step)) is not None), default=None)


def _missing_keys(rules: Rules, writes: list[Step]) -> list[Refusal]:
    keyed = [step for step in writes if _keyed(rules, step) is not None]
    message = "This effect needs an idempotency key."
    return [Refusal(_KEY, message, coordinate=name, path=path) for name, path in _roots(keyed).items()]


def _too_much(planned: Planned, cost_limit: float) -> list[Refusal]:
    """Lists that do not say how long they are although they must, and a cost beyond the limit."""
    refusals = []
    for coordinate, arguments in planned.plan.pricing.unsliced:
        names = " or ".join(f"'{name}'" for name in arguments)
        message = f"The list has to say how long it may be: give one of {names}."
        refusals.append(Refusal(Code.BAD_USER_INPUT, message, coordinate=coordinate))
    if planned.tally.cost > cost_limit:
        refusals.append(_too_costly(planned.tally.cost, cost_limit))
    return refusals


def _too_costly(cost: float, limit: float) -> Refusal:
    return Refusal(
        Code.COST_EXCEEDED,
        f"The operation costs {cost:g}, and may cost {limit:g}.",
        hint="Give nested lists a smaller 'limit', or ask for fewer of them; 'explain' tells the cost.",
        cost=cost,
        limit=limit,
    )


def _uses(planned: Planned, writing: Mapping[tuple[str, Limit], Writing]) -> Mapping[Limit, int]:
    """What reading uses, and what writing does."""
    uses = dict(planned.tally.uses)
    for (_, limit), written in writing.items():
        uses[limit] = uses.get(limit, 0) + written.amount
    return uses


def _writing(rules: Rules, writes: list[Step]) -> Mapping[tuple[str, Limit], Writing]:
    """What the tables that are written use, as often as their statements write them."""
    if not rules.limited:
        return _NO_WRITING
    writing: dict[tuple[str, Limit], Writing] = {}
    for step in writes:
        for limit in rules.limits(step.entity, None, step.action):
            amount = step.estimated_rows if limit.unit is Unit.ROWS else step.multiplicity
            before = writing.get((step.path[0], limit), Writing(0, bounded=True))
            bounded = before.bounded and step.action is Action.INSERT
            writing[step.path[0], limit] = Writing(before.amount + max(1, amount), bounded)
    return writing


def _need(refusal: Refusal) -> Mapping[str, object]:
    needed = {"code": refusal.code.value, "coordinate": refusal.coordinate, "hint": refusal.hint}
    return {name: value for name, value in {**needed, **refusal.extensions}.items() if value is not None}
