"""Random guards: what they leave equals a plain reading, and another guard never gives anything back."""

from __future__ import annotations

import json
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from narthex.principal import Grants
from policies.guards import Masking, TableGuards
from schema.model import Action, Requires
from tests.policies.store import grants, policy
from tests.policies.test_properties import MODEL, glob

TABLES = ["customer", "invoice", "*", "c*", "*o*"]
COLUMNS = ["customer.phone", "*.phone", "customer.*", "*.name", "c*.p*"]
CHANGES = (Action.INSERT, Action.UPDATE)
STRICTER = {Masking.NULL: 0, Masking.REDACT: 1, Masking.HASH: 2, Masking.LAST4: 2, Masking.EMAIL: 2}


@dataclass(frozen=True)
class Said:
    """A guard line in parts; `number` tells its condition or amount."""

    coordinate: str
    directive: str
    number: int
    roles: tuple[str, ...] | None
    on: tuple[str, ...] | None
    override: bool
    masking: str = "NULL"
    unless: tuple[str, ...] | None = None

    @property
    def exact(self) -> bool:
        return "*" not in self.coordinate

    def text(self) -> str:
        parts = {
            # Every table of the store that these lines reach either has the column or is closed.
            "rows": [f'filter: {{_not: {{_exists: {{_table: "note", _where: {{text: {{_eq: "{self.number}"}}}}}}}}}}'],
            "limits": [f"max_rows: {self.number}"],
            "mask": [f"with: {self.masking}"],
        }[self.directive]
        for name, values in (("roles", self.roles), ("unless", self.unless)):
            parts += [f"{name}: {json.dumps(values)}"] if values is not None else []
        parts += [f"on: [{', '.join(self.on)}]"] if self.on is not None else []
        parts += ["override: true"] if self.override else []
        return f"{self.coordinate} @{self.directive}({', '.join(parts)})"


def some(*values: str) -> st.SearchStrategy[tuple[str, ...] | None]:
    return st.none() | st.sets(st.sampled_from(values), min_size=1).map(lambda found: tuple(sorted(found)))


@st.composite
def lines(draw: st.DrawFn, overriding: bool = True) -> Said:
    directive = draw(st.sampled_from(["rows", "limits", "mask"]))
    coordinate = draw(st.sampled_from(COLUMNS if directive == "mask" else TABLES))
    return Said(
        coordinate,
        directive,
        draw(st.integers(1, 9)),
        draw(some("a", "b", "admin")),
        draw(some(*(action.value for action in Action))) if directive == "rows" else None,
        overriding and "*" not in coordinate and draw(st.booleans()),
        draw(st.sampled_from([masking.value for masking in Masking])) if directive == "mask" else "NULL",
        draw(some("x", "y")) if directive == "mask" else None,
    )


callers = st.builds(grants, role=st.sampled_from(["a", "b", "admin"]), scopes=st.sets(st.sampled_from(["x", "y"])))


def reaches(said: Said, table: str, column: str | None) -> bool:
    owner, dot, member = said.coordinate.partition(".")
    return glob(owner, table) and (glob(member, column or "") if dot else column is None)


def holding(said: list[Said], by: Grants, directive: str, table: str, column: str | None, action: str) -> list[Said]:
    """The lines of a directive that hold for the caller there, read plainly."""
    mine = [
        line
        for line in said
        if line.directive == directive
        and reaches(line, table, column)
        and (line.roles is None or by.role in line.roles)
        and (line.on is None or action in line.on)
    ]
    if any(line.override for line in mine):
        mine = [line for line in mine if line.exact]
    return [line for line in mine if not set(line.unless or ()) & by.scopes]


def decided(said: list[Said], by: Grants, table: str) -> TableGuards:
    return policy("\n".join(line.text() for line in said)).contract(by).guards(table)


@given(st.lists(lines(), max_size=6), callers)
def test_what_is_left_is_the_plain_reading(said: list[Said], by: Grants) -> None:
    for table in ("customer", "invoice"):
        found = decided(said, by, table)
        for action in Action:
            held = holding(said, by, "rows", table, None, action.value)
            wanted = [str(line.number) for line in said if line in held]
            for rules, actions in (
                (found.filters, set(Action) - {Action.INSERT}),
                (found.checks, set(CHANGES)),
            ):
                got = [json.dumps(rule.predicate, default=str) for rule in rules.get(action, ())]
                if action in actions:
                    assert len(got) == len([line for line in said if line in held])
                    assert all(f"'{number}'" in text for number, text in zip(wanted, got, strict=True))
                else:
                    assert got == []
        limits = [line.number for line in holding(said, by, "limits", table, None, "SELECT")]
        assert found.max_rows == min(limits, default=None)
        for column in MODEL.entities[table].columns:
            masks = {Masking(line.masking) for line in holding(said, by, "mask", table, column, "SELECT")}
            strictest = min(masks, key=STRICTER.__getitem__, default=None)
            if len(masks) > 1 and strictest is not Masking.NULL:
                strictest = Masking.REDACT
            assert found.masks.get(column) is strictest


@given(st.lists(lines(), max_size=5), lines(overriding=False), callers)
def test_another_guard_gives_nothing_back(said: list[Said], more: Said, by: Grants) -> None:
    one, other = (policy("\n".join(line.text() for line in each)).contract(by) for each in (said, [*said, more]))
    for table, entity in MODEL.entities.items():
        before, after = one.guards(table), other.guards(table)
        for action in Action:
            for rules in ("filters", "checks"):
                had = [repr(rule.predicate) for rule in getattr(before, rules).get(action, ())]
                has = [repr(rule.predicate) for rule in getattr(after, rules).get(action, ())]
                assert set(had) <= set(has)
            for column in (None, *entity.columns):
                for raw in (False, True):
                    wanted = Requires(table, action, column, raw)
                    assert one.allows(wanted) or not other.allows(wanted)
        if before.max_rows is not None:
            assert after.max_rows is not None and after.max_rows <= before.max_rows
        for column, masking in before.masks.items():
            assert STRICTER[after.masks[column]] <= STRICTER[masking]


@given(st.lists(lines(), max_size=6), st.randoms(), callers)
def test_the_order_of_lines_makes_no_difference(said: list[Said], random: object, by: Grants) -> None:
    mixed = list(said)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    for table in ("customer", "invoice"):
        one, other = decided(said, by, table), decided(mixed, by, table)
        assert (one.masks, one.max_rows) == (other.masks, other.max_rows)
        for rules, others in ((one.filters, other.filters), (one.checks, other.checks)):
            assert {action: sorted(repr(rule.predicate) for rule in found) for action, found in rules.items()} == {
                action: sorted(repr(rule.predicate) for rule in found) for action, found in others.items()
            }
