"""Each case gives its plan, its SQL and its answer: planned anew, from the cache, and planned anew again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from gateway.surfaces.http import load_json
from tests.goldens.shown import answer_text, plan_text, sql_text
from tests.lane import Answer, Lane
from tests.oracle.answers import is_fixed
from tests.oracle.world import World

_CASES = Path(__file__).parent / "cases"
_HEADER = re.compile(r"^# (\w+)(?:: (\S+))?$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def variables(self) -> str:
        path = self.path.with_suffix(".variables.json")
        return path.read_text(encoding="utf-8") if path.exists() else "{}"

    @cached_property
    def headers(self) -> Mapping[str, str]:
        return dict(_HEADER.findall(self.text.split("\n\n")[0] if self.text.startswith("#") else ""))

    @property
    def refused(self) -> bool:
        return "refused" in self.headers

    async def run(self, lane: Lane) -> Answer:
        return await lane.run(self.text, load_json(self.variables), self.headers.get("operation"))  # type: ignore[arg-type]

    def found(self, lane: Lane, answer: Answer) -> dict[str, str]:
        """The text of each file that belongs to the case."""
        found = {".json": answer_text(answer)}
        if not self.refused:
            _, planned = lane.plan(self.text, load_json(self.variables), self.headers.get("operation"))  # type: ignore[arg-type]
            found |= {".plan": plan_text(planned.plan), ".sql": sql_text(planned.plan)}
        return found


CASES = {str(path.relative_to(_CASES).with_suffix("")): Case(path) for path in sorted(_CASES.rglob("*.graphql"))}


def test_there_are_enough() -> None:
    assert len(CASES) >= 120


def test_no_file_is_left_over() -> None:
    """A renamed case leaves nothing behind that looks as if it were checked."""
    kept = {
        case.path.with_suffix(suffix)
        for case in CASES.values()
        for suffix in (".graphql", ".variables.json", ".json", *(() if case.refused else (".plan", ".sql")))
    }
    assert {path for path in _CASES.rglob("*") if path.is_file()} <= kept


@pytest.mark.parametrize("name", CASES)
async def test_case(name: str, worlds: Mapping[str, World], request: pytest.FixtureRequest) -> None:
    case = CASES[name]
    world = worlds[case.headers.get("database", "features")]
    lane = world.lane
    lane.forget()
    answer = await case.run(lane)
    found = case.found(lane, answer)
    if request.config.getoption("--update-goldens", default=False):
        _keep(case, world, answer, found)
    for suffix, text in found.items():
        assert text == case.path.with_suffix(suffix).read_text(encoding="utf-8"), f"{name}{suffix}"
    again = await case.run(lane)
    lane.forget()
    anew = await case.run(lane)
    assert again.cached or case.refused
    assert answer_text(again) == answer_text(anew) == found[".json"]
    assert again.data == anew.data == answer.data


def _keep(case: Case, world: World, answer: Answer, found: Mapping[str, str]) -> None:
    """Write the files, but never an answer that the interpreter does not give, or that could be another one."""
    if case.refused:
        assert answer.errors, "it is not refused"
    else:
        expected = world.expect(case.text, case.variables, case.headers.get("operation"))
        assert world.wrong(expected, answer) is None, world.wrong(expected, answer)
        assert is_fixed(expected), "the order of its rows is not decided"
    for suffix, text in found.items():
        case.path.with_suffix(suffix).write_text(text, encoding="utf-8")
