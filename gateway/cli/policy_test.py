"""`narthex policy test`: the verdicts that a project expects of its policies, against those that they give."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer

from gateway.cli.options import HERE, AsJson, DataDir, Project, data_dir_of, read_project
from gateway.cli.output import print_records

if TYPE_CHECKING:
    from gateway.cases import Case, Outcome
    from gateway.snapshot import Snapshot


def test_policies(project: Project = HERE, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Decide the cases in policies/tests/*.toml, running nothing. Exits with 1 where a verdict is not the expected one.

    Example: narthex policy test --project examples/music_store
    """
    from gateway.cases import read_cases
    from gateway.cli.served import read_served

    folder, settings = read_project(project)
    cases = read_cases(folder / "policies" / "tests", settings.environment.name)
    served = asyncio.run(read_served(folder, settings, data_dir_of(folder, data_dir)))
    outcomes = asyncio.run(_decide(cases, served.snapshot(settings)))
    records: list[dict[str, object]] = [
        {
            "file": one.case.file,
            "case": one.case.name,
            "expected": one.case.expect,
            "got": list(one.got),
            "passed": one.passed,
            "said": list(one.said),
        }
        for one in outcomes
    ]
    wrong = [record for record in records if not record["passed"]]
    good = f"Cases that hold: {len(records)}." if records else "There are no cases in policies/tests."
    print_records(records if as_json else wrong, as_json=as_json, none=good)
    raise typer.Exit(1 if wrong else 0)


async def _decide(cases: list[Case], snapshot: Snapshot) -> list[Outcome]:
    from gateway.cases import decide_case

    return [await decide_case(case, snapshot) for case in cases]
