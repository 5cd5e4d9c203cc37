"""Random policies: the decision equals a plain reading of the rules, and lines do only what their kind may do."""

from __future__ import annotations

import json
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from narthex.principal import Grants
from policies.decide import DecidedContract
from schema.model import Action, Requires
from tests.policies.store import CONTROL, grants, model, policy

MODEL = model()
TABLE_ACTIONS = [action.value for action in Action]
COLUMN_ACTIONS = [action for action in TABLE_ACTIONS if action != "DELETE"]
TABLES = ["customer", "invoice", "note", "*", "c*", "*o*"]
MEMBERS = ["customer.phone", "customer.*", "*.phone", "*.name", "invoice.*_id", "customer.invoices", "note.text"]
FIELDS = ["Query.customer", "Query.*", "Query.usage", "Query.*_by_pk", "Mutation.insert_*", "Mutation.function_deploy"]


@dataclass(frozen=True)
class Said:
    """A policy line in parts."""

    coordinate: str
    deny: bool
    roles: tuple[str, ...] | None = None
    scopes: tuple[str, ...] | None = None
    environments: tuple[str, ...] | None = None
    on: tuple[str, ...] | None = None
    columns: tuple[str, ...] | None = None

    def text(self) -> str:
        lists = {
            "roles": self.roles,
            "scopes": self.scopes,
            "environments": self.environments,
            "columns": self.columns,
        }
        parts = [f"{name}: {json.dumps(values)}" for name, values in lists.items() if values is not None]
        if self.on is not None:
            parts.append(f"on: [{', '.join(self.on)}]")
        arguments = f"({', '.join(parts)})" if parts else ""
        return f"{self.coordinate} @{'deny' if self.deny else 'auth'}{arguments}"


def some(*values: str) -> st.SearchStrategy[tuple[str, ...] | None]:
    return st.none() | st.sets(st.sampled_from(values), min_size=1).map(lambda found: tuple(sorted(found)))


@st.composite
def lines(draw: st.DrawFn) -> Said:
    coordinate = draw(st.sampled_from(TABLES + MEMBERS + FIELDS))
    on = columns = None
    if coordinate in TABLES:
        on = draw(some(*TABLE_ACTIONS))
        if on != ("DELETE",):
            columns = draw(some({"note": "text", "invoice": "total"}.get(coordinate, "phone")))
    elif coordinate in MEMBERS and coordinate != "customer.invoices":
        on = draw(some(*COLUMN_ACTIONS))
    return Said(
        coordinate,
        draw(st.booleans()),
        draw(some("a", "b", "admin")),
        draw(some("x", "y")),
        draw(some("sandbox", "production")),
        on,
        columns,
    )


callers = st.builds(
    grants,
    role=st.sampled_from(["a", "b", "admin"]),
    scopes=st.sets(st.sampled_from(["x", "y"])),
    environment=st.sampled_from(["sandbox", "production"]),
)


def glob(pattern: str, name: str) -> bool:
    if not pattern:
        return not name
    if pattern[0] == "*":
        return glob(pattern[1:], name) or (bool(name) and glob(pattern, name[1:]))
    return bool(name) and pattern[0] == name[0] and glob(pattern[1:], name[1:])


def names(said: Said, owner: str, member: str | None) -> bool:
    """Whether the line is on this table (no member) or on this field."""
    type_part, dot, member_part = said.coordinate.partition(".")
    if owner in ("Query", "Mutation"):
        return type_part == owner and member is not None and glob(member_part, member)
    if type_part in ("Query", "Mutation") or not glob(type_part, owner):
        return False
    return not dot if member is None else bool(dot) and glob(member_part, member)


def means(said: Said, by: Grants) -> bool:
    return (
        (said.roles is None or by.role in said.roles)
        and (said.scopes is None or set(said.scopes) <= by.scopes)
        and (said.environments is None or by.environment in said.environments)
    )


def plainly_column(said: list[Said], by: Grants, table: str, column: str, action: str) -> bool:
    on_column = [line for line in said if names(line, table, column)]
    through_table = [
        line for line in said if names(line, table, None) and (line.columns is None or column in line.columns)
    ]
    acting = [line for line in on_column + through_table if line.on is None or action in line.on]
    if any(line.deny and means(line, by) for line in acting):
        return False
    if by.role == "admin":
        return True
    own = [line for line in on_column if not line.deny]
    return any(line in (own or through_table) and not line.deny and means(line, by) for line in acting)


def plainly_rows(said: list[Said], by: Grants, table: str) -> bool:
    acting = [
        line
        for line in said
        if names(line, table, None) and ("DELETE" in line.on if line.on is not None else line.columns is None)
    ]
    if any(line.deny and means(line, by) for line in acting):
        return False
    return by.role == "admin" or any(not line.deny and means(line, by) for line in acting)


def plainly_field(said: list[Said], by: Grants, owner: str, field: str) -> bool:
    on_it = [line for line in said if names(line, owner, field)]
    if owner not in ("Query", "Mutation"):
        on_it = [line for line in on_it if line.on is None or "SELECT" in line.on]
    if any(line.deny and means(line, by) for line in on_it):
        return False
    if by.role == "admin" or field in ("me", "environment", "catalog", "catalog_entry", "explain"):
        return True
    own = [line for line in on_it if not line.deny]
    if own:
        return any(means(line, by) for line in own)
    return f"{owner}.{field}" not in CONTROL


def decided(said: list[Said], by: Grants) -> DecidedContract:
    return policy("\n".join(line.text() for line in said)).contract(by)


def answers(contract: DecidedContract) -> dict[object, bool]:
    """Every requirement and coordinate there is, with its answer."""
    found: dict[object, bool] = {}
    for name, table in MODEL.entities.items():
        for action in Action:
            for column in (None, *table.columns):
                found[name, action.value, column] = contract.allows(Requires(name, action, column))
        for relationship in table.relationships:
            found[f"{name}.{relationship}"] = contract.opens(f"{name}.{relationship}")
    for root in ("Query.customer", "Query.invoice_by_pk", "Query.note", "Mutation.insert_note", *CONTROL):
        found[root] = contract.opens(root)
    return found


@settings(deadline=None)
@given(st.lists(lines(), max_size=6), callers)
def test_the_decision_is_the_plain_reading(said: list[Said], by: Grants) -> None:
    expected: dict[object, bool] = {}
    found = answers(decided(said, by))
    for key in found:
        if isinstance(key, str):
            expected[key] = plainly_field(said, by, *key.split("."))
            continue
        assert isinstance(key, tuple)
        table, action, column = key
        if action == "DELETE":
            expected[key] = plainly_rows(said, by, table)
        else:
            columns = MODEL.entities[table].columns if column is None else [column]
            expected[key] = any(plainly_column(said, by, table, one, action) for one in columns)
    assert found == expected


@settings(deadline=None)
@given(st.lists(lines(), max_size=5), lines(), callers)
def test_a_closing_line_never_opens(said: list[Said], more: Said, by: Grants) -> None:
    closing = Said(**{**vars(more), "deny": True})
    before, after = answers(decided(said, by)), answers(decided([*said, closing], by))
    assert [key for key in before if after[key] and not before[key]] == []


@settings(deadline=None)
@given(st.lists(lines(), max_size=5), lines(), callers)
def test_an_opening_line_for_others_changes_nothing_but_by_being_its_own(
    said: list[Said], more: Said, by: Grants
) -> None:
    opening = Said(**{**vars(more), "deny": False, "roles": ("somebody",)})
    before, after = answers(decided(said, by)), answers(decided([*said, opening], by))
    changed = [key for key in before if before[key] != after[key]]
    assert all(before[key] for key in changed)
    if opening.coordinate in TABLES or by.role == "admin":
        assert changed == []
    for key in changed:
        if isinstance(key, str):
            assert names(opening, *key.split("."))


@settings(deadline=None)
@given(st.lists(lines(), max_size=6), st.randoms(), callers)
def test_the_order_of_lines_makes_no_difference(said: list[Said], random: object, by: Grants) -> None:
    mixed = list(said)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = decided(said, by), decided(mixed, by)
    assert answers(one) == answers(other)
    assert one.id == other.id
