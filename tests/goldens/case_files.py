"""Golden cases: one operation each, with the plan, the statement and the response that it gives.

A case is a set of files with one stem in `cases/<capability>/`: `.graphql` and perhaps `.variables.json` are written by
hand; `.plan`, `.sql` (only where a statement is made) and `.json` are generated.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from gateway.audit.records import Facts
from gateway.document import read
from gateway.envelope import Envelope, Message
from gateway.lanes import Plan
from gateway.ledgers.ledgers import Ledgers
from gateway.ledgers.limits import Rates
from gateway.loading import control_fields
from gateway.pipeline import Pipeline
from gateway.plan import make_plan
from gateway.respond import Reply
from gateway.snapshot import Snapshot
from gateway.surfaces.http import load_json
from narthex.errors import Code, Refusal, Refused
from narthex.observe import Observation
from narthex.principal import Grants, Kind, Level, Principal
from policies.check import check
from policies.overlay import load
from resolvers.sql.values import InvalidLiteral
from tests.goldens.texts import json_text, plan_text, sql_text
from tests.lane import CONTROL, MASK_KEY, Answer
from tests.oracle.answers import Array, Choice, Node, Object, is_fixed
from tests.oracle.guards import meant
from tests.oracle.world import World

FOLDER = Path(__file__).parent
CASES = FOLDER / "cases"
MUTATIONS = FOLDER / "mutations"
GENERATED = (".plan", ".sql", ".json")
WRITTEN = (".graphql", ".variables.json")


class Schema(StrEnum):
    FEATURES = "features"
    MUSIC_STORE = "music_store"


@dataclass(frozen=True)
class Case:
    """One case. `stem` is its path without suffix; the fields after `text` come from its first comment lines."""

    stem: Path
    text: str
    variables: str = "{}"
    schema: Schema = Schema.FEATURES
    operation: str | None = None
    role: str = "admin"
    claims: str = "{}"
    oracle: str | None = None
    """Why the interpreter cannot be asked, if so."""

    def __str__(self) -> str:
        _, *rest = self.stem.relative_to(FOLDER).parts
        return "/".join(rest)

    def file(self, suffix: str) -> Path:
        return self.stem.with_name(self.stem.name + suffix)

    def golden(self) -> dict[str, str]:
        """The generated files as they are."""
        files = {suffix: self.file(suffix) for suffix in GENERATED}
        return {suffix: file.read_text(encoding="utf-8") for suffix, file in files.items() if file.exists()}

    def write(self, generated: Mapping[str, str]) -> None:
        for suffix in GENERATED:
            if suffix in generated:
                self.file(suffix).write_text(generated[suffix], encoding="utf-8")
            else:
                self.file(suffix).unlink(missing_ok=True)


def read_case(file: Path) -> Case:
    """The case of a `.graphql` file."""
    text = file.read_text(encoding="utf-8")
    case = Case(file.with_suffix(""), text)
    variables = case.file(".variables.json")
    if variables.exists():
        case = replace(case, variables=variables.read_text(encoding="utf-8"))
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        name, colon, value = line.removeprefix("#").partition(":")
        name, value = name.strip(), value.strip()
        if colon and name == "schema":
            case = replace(case, schema=Schema(value))
        elif colon and name == "operation":
            case = replace(case, operation=value)
        elif colon and name == "role":
            case = replace(case, role=value)
        elif colon and name == "claims":
            case = replace(case, claims=value)
        elif colon and name == "oracle":
            case = replace(case, oracle=value)
    return case


def all_cases(folder: Path = CASES) -> list[Case]:
    return [read_case(file) for file in sorted(folder.rglob("*.graphql"))]


def stray_files(folder: Path = CASES) -> Iterator[Path]:
    """Files that belong to no case."""
    known = {case.file(suffix) for case in all_cases(folder) for suffix in (*WRITTEN, *GENERATED)}
    return (file for file in folder.rglob("*") if file.is_file() and file not in known)


class _NoRecords:
    """In place of the auditor, which writes to a database of its own."""

    def append(self, facts: Facts, reply: Reply, observation: Observation) -> int | None:
        return None


@dataclass(frozen=True)
class Run:
    """What a case gave: the reply, its generated files, and whether the plan came from the cache."""

    reply: Reply
    files: Mapping[str, str]
    cached: bool


@dataclass
class Bench:
    """One schema: a pipeline before its database, and the interpreter with its rows."""

    schema: Schema
    world: World
    snapshot: Snapshot = field(init=False)

    def __post_init__(self) -> None:
        plain = self.world.lane.snapshot
        file = FOLDER / "policies" / f"{self.schema}.policy"
        overlay = load([(file.name, file.read_text(encoding="utf-8"))])
        policy = check(overlay, plain.model, control_fields(CONTROL))
        at = datetime(2026, 1, 1, tzinfo=UTC)
        self.snapshot = Snapshot(plain.settings, plain.catalog, plain.model, plain.schema, policy, at, MASK_KEY)

    def forget(self) -> None:
        """Drop validated documents and their plans."""
        self.snapshot._operations.clear()

    async def run(self, case: Case) -> Run:
        message, grants = _message(case), Grants(case.role, frozenset(), "sandbox", frozenset())
        roles, claims = (case.role,), json.loads(case.claims)
        principal = Principal("golden", Kind.AGENT, roles, grants, Level.READ, "session", "token", 2**40, (), claims)
        observation = Observation("golden")
        pipeline = Pipeline(
            self.world.lane._pools,
            _NoRecords(),  # type: ignore[arg-type]
            _NoRecords(),  # type: ignore[arg-type]
            False,
            lambda *_: None,
            Ledgers(None, Rates(), 1),  # type: ignore[arg-type]
        )
        reply = await pipeline.run(self.snapshot, Envelope(principal, message, "golden"), observation)
        assert observation.fault is None or reply.refusals, observation.fault
        plan = self._plan(message, grants)
        files = {".plan": plan_text(plan, reply), ".json": json_text(reply.body().decode())}
        if plan is not None and plan.statement is not None:
            files[".sql"] = sql_text(plan.statement.sql)
        return Run(reply, files, observation.plan_cached)

    def _plan(self, message: Message, grants: Grants) -> Plan | None:
        """The plan that the run has used, or None where it was refused before there was one."""
        try:
            document = read(message.query)
            operation = self.snapshot.operation(self.snapshot.contract(grants), document, message, None)
            limits = self.snapshot.limits
            return make_plan(operation, document, message.variables, self.snapshot.model, limits).plan
        except (Refusal, Refused, InvalidLiteral):
            return None

    def objection(self, case: Case, reply: Reply) -> str | None:
        """Why an answer is not to be kept, or None: a fault, no order, or another answer by the interpreter."""
        if any(refusal.code is Code.INTERNAL for refusal in reply.refusals):
            return "a fault of the gateway"
        if reply.refusals or case.oracle is not None:
            return None
        contract = self.snapshot.contract(Grants(case.role, frozenset(), "sandbox", frozenset()))
        tables = {name: contract.guards(name) for name in self.snapshot.model.entities}
        guards = meant(tables, json.loads(case.claims), MASK_KEY)
        expected = self.world.expect(case.text, case.variables, case.operation, guards)
        if not _ordered(expected):
            return "nothing decides the order of its rows: say order_by"
        return self.world.wrong(expected, Answer(reply.data, reply.truncated))


def _ordered(node: Node) -> bool:
    """Whether the answer can come in one order only."""
    if isinstance(node, Object):
        return all(_ordered(inner) for _, inner in node.fields)
    if isinstance(node, Array):
        groups = [group for group, _ in node.window]
        alone = all(len(group) == 1 or is_fixed(Array([group])) for group in groups)
        return alone and all(_ordered(inner) for group in groups for inner in group)
    return not isinstance(node, Choice) or is_fixed(node)


def _message(case: Case) -> Message:
    variables = load_json(case.variables)
    assert isinstance(variables, dict)
    return Message(case.text, variables, case.operation, size=len(case.text))
