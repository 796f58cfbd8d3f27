"""Versions as golang.org/x/mod/semver takes them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.project.modules import semver

# The grammar of semver.org in one expression, with what Go leaves out at the end of a version.
NUMBER = r"(?:0|[1-9][0-9]*)"
IDENTIFIER = rf"(?:{NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
GRAMMAR = re.compile(
    rf"v(?P<major>{NUMBER})(?:\.(?P<minor>{NUMBER})(?:\.(?P<patch>{NUMBER})"
    rf"(?P<pre>-{IDENTIFIER}(?:\.{IDENTIFIER})*)?"
    r"(?P<build>\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)?)?"
)


@given(
    st.from_regex(r"v[0-9]{1,2}(\.[0-9]{1,2}){0,2}([-+.][-+.0-9a-zA]{0,5}){0,2}", fullmatch=True)
)
def test_the_grammar_is_that_of_semantic_versions(text: str) -> None:
    found = GRAMMAR.fullmatch(text)
    assert semver.is_valid(text) is (found is not None)
    assert semver.build(text) == ((found["build"] or "") if found else "")
    assert semver.major(text) == (f"v{found['major']}" if found else "")


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("v1", "v1.0.0"),
        ("v1.2", "v1.2.0"),
        ("v1.2.3-pre.01a+meta", "v1.2.3-pre.01a"),
        ("v2.0.0+incompatible", "v2.0.0+incompatible"),
        ("v1.2.3-01", ""),
        ("v1.2.3-", ""),
        ("v1.2.3+a..b", ""),
        ("v1.2-pre", ""),
        ("v01.2.3", ""),
        ("v1.2.3\n", ""),
        ("1.2.3", ""),
        ("", ""),
    ],
)
def test_canonical(text: str, canonical: str) -> None:
    assert semver.canonical(text) == canonical


def test_order() -> None:
    # semver.org, section 11; an invalid version is less than all others.
    ordered = [
        "bad", "v1.0.0-2", "v1.0.0-11", "v1.0.0-alpha", "v1.0.0-alpha.1", "v1.0.0-alpha.beta",
        "v1.0.0-beta", "v1.0.0", "v1.0.1-0", "v1.2", "v1.10.0", "v2",
    ]  # fmt: skip
    assert sorted(set(ordered), key=semver.key) == ordered
