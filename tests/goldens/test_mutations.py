"""Every golden case of a mutation gives its plan, its statements and its answer, byte for byte."""

from __future__ import annotations

import re

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType

from narthex.errors import Code
from tests.goldens.case_files import MUTATIONS, Case, all_cases, stray_files
from tests.goldens.mutations import MutationBench

_CASES = all_cases(MUTATIONS)


@pytest.mark.parametrize("case", _CASES, ids=str)
async def test_case(case: Case, mutations: MutationBench, updating: bool) -> None:
    files = await mutations.run(case)
    if updating:
        assert Code.INTERNAL.value not in files[".plan"], "not written: a fault of the gateway"
        case.write(files)
    assert files == case.golden()


def test_every_file_belongs_to_a_case() -> None:
    assert list(stray_files(MUTATIONS)) == []


def test_everything_that_mutations_have_is_in_a_case_that_is_answered(mutations: MutationBench) -> None:
    types = mutations.writer.snapshot.schema.type_map
    words: set[str] = set()
    for name, type_ in types.items():
        if isinstance(type_, GraphQLInputObjectType) and name.endswith(("_updates", "_on_conflict")):
            words.update(type_.fields)
        if isinstance(type_, GraphQLObjectType) and name.endswith("_mutation_response"):
            words.update(type_.fields)
    answered = [case.text + case.variables for case in _CASES if '"refused"' not in case.golden().get(".json", "")]
    assert words - set(re.findall(r"\w+", "\n".join(answered))) == set()
    assert len(words) > 10
    assert len(_CASES) >= 100
