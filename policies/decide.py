"""What is open to whom: a policy in force, and the contracts that it gives.

Everything is closed but the fields in `ALWAYS_OPEN`. `@auth` lines add up; a column, relationship or root field with
`@auth` lines of its own (a pattern that matches it counts) is open only to those. The role `admin` passes every
`@auth`. `@deny` wins over all of it, for `admin` too unless it names other roles, and over `ALWAYS_OPEN`. Lines on
data root fields and relationships only restrict: what they lead to must be open as well. A token's `allow` narrows
what is left.
Nothing here raises: what is not known, or cannot be told, is closed.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from narthex.coordinates import Scheme
from narthex.principal import Grants
from policies.admission import Admission
from policies.admission import Rules as AdmissionRules
from policies.allow import Allowance
from policies.applied import AppliedLine, applied
from policies.guards import TableGuards
from policies.match import ADMIN, Access, Lines, access_lines
from policies.narrowing import READS, UNNARROWED, Guard, Narrowed, narrowed
from policies.overlay import Line, Overlay
from policies.rules import ACTIONS, DELETE, POSITION, Masks, Rules, covers, rules_of
from policies.targets import Kind, Known, Target, Targets, canonical
from schema.model import Action, Model, Requires

ALWAYS_OPEN = frozenset({"Query.me", "Query.environment", "Query.catalog", "Query.catalog_entry", "Query.explain"})
_CONTRACTS = 256
_CLOSED: Masks = (0,) * len(ACTIONS)


class Policy:
    """A checked overlay over one model. Immutable; a reload of either makes another one."""

    def __init__(
        self,
        overlay: Overlay,
        targets: Targets,
        known: Known,
        notes: Iterable[str] = (),
        narrowing: Mapping[str, Sequence[Guard]] | None = None,
        declared: Sequence[Line] = (),
        contracts: int = _CONTRACTS,
    ) -> None:
        """`declared` are the lines in comments of the database."""
        self.overlay = overlay
        self.declared = tuple(declared)
        self.version = overlay.version
        self.known = known
        self.notes = tuple(notes)
        self.model = targets.model
        self.targets = targets
        self.lines = Lines(access_lines((*overlay.lines, *declared)))
        self.narrowing: Mapping[str, Sequence[Guard]] = narrowing or {}
        """The guards of each table that has any."""
        self._narrowed: dict[tuple[str, str, frozenset[str]], Narrowed] = {}
        guards = [guard for found in self.narrowing.values() for guard in found]
        self._guarded_roles = frozenset(role for guard in guards for role in guard.roles or ())
        self._guarded_scopes = frozenset(scope for guard in guards for scope in guard.lifted_by)
        self.admission = Admission((*overlay.lines, *declared))
        self._basis = _basis(overlay, targets, known, declared)
        self._rules: dict[str, Rules] = {}
        self._guards: dict[str, tuple[Access, ...]] = {}
        self._masks: dict[Masks, Masks] = {}
        self._contracts: OrderedDict[Grants, DecidedContract] = OrderedDict()
        self._bound = contracts

    def contract(self, grants: Grants) -> DecidedContract:
        """The contract for the grants: one object for equal grants, as long as it is among the last ones used."""
        contract = self._contracts.get(grants)
        if contract is None:
            contract = DecidedContract(self, grants, _identity(self._basis, grants))
            self._contracts[grants] = contract
            if len(self._contracts) > self._bound:
                self._contracts.popitem(last=False)
        else:
            self._contracts.move_to_end(grants)
        return contract

    def rules(self, entity: str) -> Rules | None:
        """The rules of a table; None where there is no such table."""
        rules = self._rules.get(entity)
        if rules is None and entity in self.model.entities:
            rules = self._rules[entity] = rules_of(self.model.entities[entity], self.lines, self.known)
        return rules

    def guards(self, target: Target) -> tuple[Access, ...]:
        """The lines on a relationship or root field itself. A relationship is read: `on` reaches it by SELECT."""
        name = str(target)
        guards = self._guards.get(name)
        if guards is None:
            found = self.lines.on_member(target.type, target.member or "")
            if target.kind is Kind.RELATIONSHIP:
                found = [line for line in found if line.acts(Action.SELECT)]
            guards = self._guards[name] = tuple(found)
        return guards

    def narrowed(self, entity: str, grants: Grants) -> Narrowed:
        """What the guards of a table leave to a caller; shared by all callers whom no guard tells apart."""
        guards = self.narrowing.get(entity)
        if not guards:
            return UNNARROWED
        role = grants.role if grants.role in self._guarded_roles else ""
        key = entity, role, grants.scopes & self._guarded_scopes
        found = self._narrowed.get(key)
        if found is None:
            found = self._narrowed[key] = narrowed(guards, grants)
        return found

    def intern(self, masks: Masks) -> Masks:
        """Most tables of most contracts are decided alike: equal masks are kept once."""
        return self._masks.setdefault(masks, masks)

    def applied(
        self,
        coordinate: str,
        action: str | None = None,
        contract: DecidedContract | None = None,
        in_full: bool = False,
    ) -> list[AppliedLine]:
        """The lines at a coordinate as `policies.applied` shows them."""
        return applied(self, coordinate, action, contract, in_full)

    @property
    def overrides(self) -> tuple[Line, ...]:
        """The lines that replace others."""
        return tuple(line for line in self.overlay.lines if line.directive.arguments.get("override") is True)

    def told_by_member(self, entity: str) -> bool:
        """Whether some line of the table is not on all of it alike."""
        guards = self.narrowing.get(entity, ())
        if self.lines.on_entity(entity)[1] or self.admission.every.on_members(entity):
            return True
        return any(guard.is_on_columns for guard in guards)


@dataclass(frozen=True, slots=True)
class _Table:
    """What of one table is open, and open as it is: a bit a column, by `bits`."""

    masks: Masks
    raw: Masks
    bits: Mapping[str, int]


_NO_TABLE = _Table(_CLOSED, _CLOSED, {})


class DecidedContract:
    """What one set of grants may use (`schema.elements.Contract`), decided table by table when first asked."""

    __slots__ = ("_allowance", "_fields", "_policy", "_tables", "grants", "id")

    def __init__(self, policy: Policy, grants: Grants, identity: str) -> None:
        self.id = identity
        self.grants = grants
        self._policy = policy
        self._allowance = Allowance(grants.allow, policy.model) if grants.allow else None
        self._tables: dict[str, _Table] = {}
        self._fields: dict[str, bool] = {}

    def allows(self, requirement: Requires) -> bool:
        """Whether the action on the table, or on its column, is open; if `raw`, whether as it is."""
        table = self._tables.get(requirement.entity)
        if table is None:
            table = self._decide(requirement.entity)
        position = POSITION[requirement.action]
        mask = table.raw[position] if requirement.raw else table.masks[position]
        if requirement.column is None:
            return mask != 0
        if requirement.action is Action.DELETE:
            return mask != 0 and requirement.column in table.bits
        return mask & table.bits.get(requirement.column, 0) != 0

    def opens(self, coordinate: str) -> bool:
        """Whether a root field or relationship is open by itself; of a table or column, whether it can be selected."""
        answer = self._fields.get(coordinate)
        if answer is None:
            target = self._policy.targets.find(canonical(coordinate))
            if target is None:
                return False
            answer = self._open(target)
            if coordinate == str(target):
                self._fields[coordinate] = answer
        return answer

    def reaches(self, scheme: Scheme, name: str, action: str | None = None, path: str | None = None) -> bool:
        """Whether an action on a resource is open; routes, pools and webhooks have no actions."""
        lines = self._policy.lines.on_resource(scheme, name, path)
        mine = [line for line in lines if line.acts(action) and line.audience.includes(self.grants)]
        if any(line.deny for line in mine) or not (mine or self._admin):
            return False
        return self._allowance is None or self._allowance.reaches(scheme, name, path)

    def sources(self, coordinate: str) -> tuple[str, ...]:
        """The policy lines, as `file:line`, that hold at a coordinate for its caller."""
        lines = self._policy.applied(coordinate, contract=self)
        return tuple(dict.fromkeys(line.source for line in lines))

    @property
    def admission(self) -> AdmissionRules:
        """What its operations are held to: amounts, weights, keys, risk."""
        return self._policy.admission.rules(self.grants.role)

    def guards(self, entity: str) -> TableGuards:
        """What narrows the use of a table that is open."""
        return self._policy.narrowed(entity, self.grants).guards

    def may_null(self, guarded: Requires) -> bool:
        """Whether a guard can turn what is open into null: a mask, or a predicate that hides the row."""
        guards = self.guards(guarded.entity)
        if guarded.column is not None:
            return guarded.column in guards.masks
        return any(action in guards.filters for action in READS)

    def remark(self, guarded: Requires) -> str | None:
        """What the guards of a column, or of a table, do to this caller, in at most 12 words."""
        guards = self.guards(guarded.entity)
        if guarded.column is not None:
            masking = guards.masks.get(guarded.column)
            return f"(Policy: masked, {masking.value}.)" if masking is not None else None
        said = ["only some rows"] if any(action in guards.filters for action in READS) else []
        said += [f"lists of {guards.max_rows} at most"] if guards.max_rows is not None else []
        return f"(Policy: {', '.join(said)}.)" if said else None

    @property
    def model(self) -> Model:
        return self._policy.model

    @property
    def control_fields(self) -> frozenset[str]:
        """The coordinates of the control plane's root fields, open or not."""
        return self._policy.targets.control

    @property
    def _admin(self) -> bool:
        return self.grants.role == ADMIN

    def _decide(self, entity: str) -> _Table:
        rules = self._policy.rules(entity)
        if rules is None:
            return _NO_TABLE
        masks = list(rules.everything) if self._admin else list(_CLOSED)
        for clause in rules.clauses:
            if not clause.audience.includes(self.grants):
                continue
            for position, covered in enumerate(clause.masks):
                masks[position] = masks[position] & ~covered if clause.deny else masks[position] | covered
        if self._allowance is not None:
            table = self._policy.model.entities[entity]
            narrow = rules.mask(self._allowance.columns(table))
            deletes = int(self._allowance.deletes(table))
            masks = [mask & (deletes if place == DELETE else narrow) for place, mask in enumerate(masks)]
        narrowing = self._policy.narrowed(entity, self.grants)
        for action, column in narrowing.closed:
            masks[POSITION[action]] &= 0 if column is None else ~rules.bits[column]
        raw = list(masks)
        for action in READS:
            raw[POSITION[action]] &= ~rules.mask(narrowing.guards.masks)
        for action, values in narrowing.guards.presets.items():
            raw[POSITION[action]] &= ~rules.mask(values)
        intern = self._policy.intern
        decided = self._tables[entity] = _Table(intern(tuple(masks)), intern(tuple(raw)), rules.bits)
        return decided

    def _open(self, target: Target) -> bool:
        if target.kind in (Kind.TABLE, Kind.COLUMN):
            return self.allows(Requires(target.type, Action.SELECT, target.member))
        base = Target(target.kind, target.type, target.derived_from, target.entity) if target.derived_from else None
        for guarded in (target, base):
            if guarded is not None and not self._passes(guarded):
                return False
        always = str(target) in ALWAYS_OPEN
        return always or self._allowance is None or self._allowance.opens(target)

    def _passes(self, target: Target) -> bool:
        """The lines on the field itself: no `@deny` that names the caller, and an `@auth` where there are any."""
        guards = self._policy.guards(target)
        mine = [line for line in guards if line.audience.includes(self.grants)]
        if any(line.deny for line in mine):
            return False
        if self._admin or str(target) in ALWAYS_OPEN:
            return True
        if any(not line.deny for line in guards):
            known = self._policy.known
            return any(covers(line, known, target.type, target.member, named=line.coordinate.exact) for line in mine)
        return target.kind is not Kind.CONTROL_FIELD


def _basis(overlay: Overlay, targets: Targets, known: Known, declared: Sequence[Line]) -> str:
    """A hash of all that contracts depend on beside grants. What came after the policies were loaded is decided
    otherwise than what was there, so it counts too.
    """
    now = targets.known().members
    later = [f"{owner}.{name}" for owner, fields in now.items() for name in fields if not known.has(owner, name)]
    comments = [line.text for line in declared]
    return _digest([overlay.version, comments, targets.model.fingerprint, sorted(later), sorted(targets.control)])


def _identity(basis: str, grants: Grants) -> str:
    return _digest([basis, grants.role, sorted(grants.scopes), grants.environment, sorted(grants.allow)])


def _digest(value: list[object]) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()
