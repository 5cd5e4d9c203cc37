"""Every golden case gives its plan, its statement and its response, byte for byte, with cold and with warm caches."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType

from tests.goldens.case_files import Bench, Case, Schema, all_cases, stray_files

_CASES = all_cases()


@pytest.mark.parametrize("case", _CASES, ids=str)
async def test_case(case: Case, benches: Mapping[Schema, Bench], updating: bool) -> None:
    bench = benches[case.schema]
    bench.forget()
    fresh = await bench.run(case)
    if updating:
        objection = bench.objection(case, fresh.reply)
        assert objection is None, f"not written: {objection}"
        case.write(fresh.files)
    assert fresh.files == case.golden()
    assert not fresh.cached
    again = await bench.run(case)
    assert again.files == case.golden()
    assert again.cached or again.reply.refusals


def test_every_file_belongs_to_a_case() -> None:
    assert list(stray_files()) == []


async def test_everything_that_the_dialect_has_is_in_a_case_that_is_answered(benches: Mapping[Schema, Bench]) -> None:
    schema = benches[Schema.FEATURES].snapshot.schema
    words: set[str] = {"_and", "_or", "_not"}
    for name, type_ in schema.type_map.items():
        if isinstance(type_, GraphQLInputObjectType) and name.endswith("_comparison_exp"):
            words.update(type_.fields)
        if isinstance(type_, GraphQLObjectType) and name.endswith("_aggregate_fields"):
            words.update(type_.fields)
    words.update(schema.type_map["order_by"].values)  # type: ignore[attr-defined]
    answered = [case.text + case.variables for case in _CASES if '"errors"' not in case.golden().get(".json", "")]
    assert words - set(re.findall(r"\w+", "\n".join(answered))) == set()
    assert len(words) > 50
