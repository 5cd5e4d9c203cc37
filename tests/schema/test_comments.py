"""Descriptions apart from what comments ask for."""

from __future__ import annotations

import pytest

from schema.comments import split_comment


@pytest.mark.parametrize(
    ("comment", "description", "directives"),
    [
        (None, None, ()),
        ("A table.", "A table.", ()),
        ("Phone. @narthex mask(with: NULL) Of the customer.", "Phone.  Of the customer.", ("mask(with: NULL)",)),
        ("@narthex @deny", None, ("deny",)),
        ("@narthex deny\nAll.", "All.", ("deny",)),
        ("@narthex  mask ( with:\n NULL )x", "x", ("mask( with:\n NULL )",)),
        ("@narthex deny @narthex mask(with: NULL)", None, ("deny", "mask(with: NULL)")),
        (
            '@narthex rows(filter: {a: {_eq: "x) \\" (y"}}) b',
            "b",
            ('rows(filter: {a: {_eq: "x) \\" (y"}})',),
        ),
        ('@narthex rows(filter: {a: {_eq: """(" \\""" """}}) b', "b", ('rows(filter: {a: {_eq: """(" \\""" """}})',)),
        ("a @narthex mask(with: NULL b", "a", ("mask(with: NULL b",)),
        ("a @narthex", "a", ("",)),
        ("a @narthex: (b)", "a : (b)", ("",)),
        ("a @Narthex deny", "a", ("deny",)),
        ("write to me@narthex.example or @narthexer", "write to me@narthex.example or @narthexer", ()),
        ('x @narthex key(a, "b)") y @narthex deny', 'x @narthex key(a, "b)") y', ("deny",)),
    ],
)
def test_split(comment: str | None, description: str | None, directives: tuple[str, ...]) -> None:
    assert split_comment(comment) == (description, directives)
