"""A claim fits a type only if Postgres takes its text: no claim ever makes a statement fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.guards import Claim
from resolvers.sql.claims import claim_leaf, fitting
from resolvers.sql.params import Params
from resolvers.sql.values import Inputs
from schema.catalog import PgType, TypeKind
from tests.lane import Lane

_NAMES = (
    "int2 int4 int8 oid numeric float4 float8 bool uuid text varchar bpchar name date timestamp timestamptz time timetz"
)
_MOOD = PgType("public", "mood", TypeKind.ENUM, labels=("sad", "ok"))
_FITTING: Mapping[str, Sequence[object]] = {
    "int2": [1, "-32768", "+7", 32767],
    "int4": [0, "2147483647", "007"],
    "int8": [2**63 - 1, str(-(2**63))],
    "numeric": ["1.50", 3, 2.5, "1e10", "NaN", ".5", "-Infinity", 10**300],
    "float4": [1.5, "3e38", "infinity"],
    "float8": [1, "1e308", "-0", "nan", "1e-308"],
    "bool": [True, False, "true", "F", "yes", "off", "1", 0],
    "uuid": ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "A0EEBC999C0B4EF8BB6D6BB9BD380A11"],
    "text": ["", "x", "日本", 5, True, 1.5],
    "varchar": ["x"],
    "name": ["x" * 100],
    "date": ["2024-02-29", "infinity", "0001-01-01"],
    "timestamp": ["2024-02-29", "2024-02-29 10:00", "2024-02-29T10:00:00.123456"],
    "timestamptz": ["2024-02-29T10:00:00Z", "2024-02-29T10:00:00+05:30", "2024-02-29 10:00:00-08", "-infinity"],
    "time": ["10:00", "23:59:59.5"],
    "timetz": ["10:00+01"],
}
_MISFITS: Mapping[str, Sequence[object]] = {
    "int2": [32768, "1.0", "", " 1", "1_0", True, None, [1], {}, "٣"],
    "int4": [2**31, "0x10", "1e3", 1.0],
    "int8": [2**63, 10**5000],
    "oid": [-1],
    "numeric": ["", "1e999999", "1,5", "0x1", "1" * 2000, "٣", 10**5000],
    "float4": ["1e39"],
    "float8": ["1e400", "1e-400", "1_0"],
    "bool": ["maybe", 2, "", None],
    "uuid": ["a0eebc99", "", 5, "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}"],
    "text": ["a\0b", "\ud800", None, ["x"], {"a": 1}],
    "date": ["2023-02-29", "today", "2024-1-1", "0000-01-01", "20240101", "2024-W01-1"],
    "timestamp": ["2024-01-01T25:00", "now", "2024-01-01T10:00+17:00", "2024-01-01T10"],
    "time": ["24:01", "10"],
    "jsonb": ["{}", {"a": 1}, 1],
    "interval": ["1 day"],
    "bytea": ["\\x00"],
}


@pytest.mark.parametrize("name", _FITTING)
def test_what_fits(name: str) -> None:
    for value in _FITTING[name]:
        assert fitting(PgType("pg_catalog", name), value) is not None, value


@pytest.mark.parametrize("name", _MISFITS)
def test_what_does_not_fit(name: str) -> None:
    for value in _MISFITS[name]:
        assert fitting(PgType("pg_catalog", name), value) is None, value


def test_labels_of_enums() -> None:
    assert fitting(_MOOD, "sad") == "sad"
    assert fitting(_MOOD, "SAD") is None and fitting(_MOOD, "") is None


def test_lists() -> None:
    ints = PgType("pg_catalog", "_int4", element=PgType("pg_catalog", "int4"))
    assert fitting(ints, [1, "2"]) == [1, 2]
    assert fitting(ints, [1, None]) is None and fitting(ints, 1) is None and fitting(ints, [[1]]) is None


def test_domains_are_what_is_below_them() -> None:
    domain = PgType("public", "age", TypeKind.DOMAIN, base=PgType("pg_catalog", "int2"))
    assert fitting(domain, "7") == 7 and fitting(domain, "70000") is None


_TEXTS = st.one_of(
    st.text(max_size=12),
    st.text("0123456789+-.eE:TZ /_xinfaN", max_size=24),
    st.integers().map(str),
    st.floats().map(repr),
    st.dates().map(str),
    st.datetimes(timezones=st.just(None) | st.timezones()).map(str),
    st.datetimes().map(lambda moment: moment.isoformat() + "+15:59"),
    st.times().map(str),
    st.uuids().map(str),
)
_VALUES = st.one_of(_TEXTS, st.integers(), st.floats(), st.booleans(), st.integers(-(2**70), 2**70))


@given(name=st.sampled_from(_NAMES.split()), values=st.lists(_VALUES, min_size=20, max_size=40))
@settings(derandomize=True, deadline=None, database=None, max_examples=80, suppress_health_check=list(HealthCheck))
async def test_postgres_takes_whatever_fits(guarded: Lane, name: str, values: list[object]) -> None:
    type_, params = PgType("pg_catalog", name), Params()
    parameter = params.typed(claim_leaf(Claim("it"), {}), type_)
    async with guarded._pools.reads.acquire() as session:
        for value in values:
            bound = params.binds[0](Inputs(None, (), _Caller(value)))  # type: ignore[arg-type]
            try:
                row = await session.fetchrow(f"select ({parameter}) is null", bound)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
                raise AssertionError(f"{name}: {value!r}: {error}") from error
            assert row is not None and row[0] is (bound is None)


@dataclass
class _Caller:
    value: object

    def claim(self, name: str) -> object:
        return self.value
