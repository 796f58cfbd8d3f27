"""Names of the host that Windows cannot write."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.run.emulator.filesystem import hostnames


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("plain.txt", "plain.txt"),
        ("a:b", "a\uf03ab"),
        ("back\\slash", "back\uf05cslash"),
        ("dot.", "dot\uf02e"),
        ("space. ", "space\uf02e\uf020"),
        ("what?*", "what\uf03f\uf02a"),
        ("\x1f", "\uf01f"),
        ("é\U0001f600", "é\U0001f600"),
        ("...x", "...x"),
    ],
)
def test_escapes(host, shown):
    assert hostnames.to_windows(host) == shown
    assert hostnames.to_host(shown) == host


@given(st.binary(min_size=1, max_size=30).filter(lambda b: b"/" not in b and b"\0" not in b))
def test_every_name_of_the_host_is_a_name_of_windows(raw):
    shown = hostnames.to_windows(os.fsdecode(raw))
    assert not set(shown) & set('"*:<>?\\|/')
    assert not shown.endswith((".", " "))


@given(
    st.text(st.characters(exclude_characters='"*:<>?\\|/\0', min_codepoint=32), min_size=1).filter(
        lambda name: (
            not name.endswith((".", " ")) and not any("\uf000" <= c < "\uf100" for c in name)
        )
    )
)
def test_every_name_of_windows_comes_back(name):
    assert hostnames.to_windows(hostnames.to_host(name)) == name


@given(st.sampled_from(["\ud800", "\udc80", "a\udfff", "\udcff\udcff"]))
def test_lone_surrogates_come_back(name):
    assert hostnames.to_windows(hostnames.to_host(name)) == name
