"""The table of directives."""

from __future__ import annotations

import pytest

from policies.directives import DIRECTIVES, SUPPORTED, usage
from policies.overlay import load
from policies.problems import PolicyError

EVERY = ["auth", "deny", "rename", "relationship", "rows", "preset", "mask", "rate_limit", "quota", "budget"]
EVERY += ["approval", "idempotent", "cost", "listSize", "limits", "audit", "sensitivity", "clearance", "risk"]
EVERY += ["simulatable", "grants"]


def test_the_table_is_complete() -> None:
    assert sorted(DIRECTIVES) == sorted(EVERY)
    assert set(DIRECTIVES) >= SUPPORTED
    for name in EVERY:
        if name not in ("rename", "relationship"):
            assert str(DIRECTIVES[name].args["roles"].type) == "[String!]"


@pytest.mark.parametrize("name", sorted(set(EVERY) - SUPPORTED))
def test_what_is_not_enforced_is_refused(name: str) -> None:
    with pytest.raises(PolicyError, match=rf"a\.policy:1:10: '@{name}' is not supported yet"):
        load([("a.policy", f"customer @{name}")])


def test_usage_is_how_it_is_written() -> None:
    assert usage("rename") == "It is written '@rename(to: String!)'."
