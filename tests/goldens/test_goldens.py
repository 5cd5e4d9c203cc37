"""Every golden case gives its plan, its statement and its response, byte for byte, with cold and with warm caches."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.goldens.case_files import Bench, Case, Schema, all_cases, stray_files

_CASES = all_cases()


@pytest.mark.parametrize("case", _CASES, ids=str)
async def test_case(case: Case, benches: Mapping[Schema, Bench], updating: bool) -> None:
    bench = benches[case.schema]
    bench.forget()
    fresh = await bench.run(case)
    if updating:
        objection = bench.objection(case, fresh.reply)
        assert objection is None, f"not written, as the interpreter answers otherwise: {objection}"
        case.write(fresh.files)
    assert fresh.files == case.golden()
    assert not fresh.cached
    again = await bench.run(case)
    assert again.files == case.golden()
    assert again.cached or again.reply.refusals


def test_every_file_belongs_to_a_case() -> None:
    assert list(stray_files()) == []
