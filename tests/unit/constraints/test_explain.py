"""Whole files: what they are for, and what is warned of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.constraints import Context, Universe
from crosswind.constraints.explain import explain
from crosswind.constraints.universe import release_tags
from crosswind.target import Target
from crosswind.toolchain.bundled import PORTS

UNIVERSE = Universe(
    tuple(
        Context(Target(port.goos, port.goarch), cgo, release_tags(22))
        for port in PORTS
        for cgo in (False, True)
    )
)


def systems(name: str, text: str = "package x\n") -> set[str]:
    found = explain(name, text.encode(), UNIVERSE)
    return {one.target.goos for one in UNIVERSE.members(found.selected)}


def codes(name: str, text: str) -> list[str]:
    return [finding.code for finding in explain(name, text.encode(), UNIVERSE).findings]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a_windows.go", {"windows"}),
        ("a_linux_test.go", {"linux", "android"}),
        ("a_darwin_arm64.s", {"darwin", "ios"}),
        ("a_solaris.go", {"solaris", "illumos"}),
        ("a_wasm.go", {"js", "wasip1"}),
        ("_a.go", set()),
        (".a.go", set()),
        ("a.txt", set()),
    ],
)
def test_names(name: str, found: set[str]) -> None:
    assert systems(name) == found


@pytest.mark.parametrize("name", ["a.go", "linux.go", "a_unix.go", "a_test.go", "linux_test.go"])
def test_names_that_say_nothing(name: str) -> None:
    assert explain(name, b"package x\n", UNIVERSE).selected == UNIVERSE.everything


def test_heads() -> None:
    assert systems("a.go", "\ufeff// words\r\n\r\n//go:build windows\r\npackage x\r\n") == {
        "windows"
    }
    assert systems("a.go", "// +build windows\n// +build !arm64\n\npackage x\n") == {"windows"}
    assert systems("a.go", "/* //go:build windows */\npackage x\n") != {"windows"}
    assert systems("a.go", "//go:build go1.23\n\npackage x\n") == set()


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.go", "//go:build linux &\n\npackage x\n", ["CW5001"]),
        ("a.go", "//go:build linux\n//go:build cgo\n\npackage x\n", ["CW5001"]),
        ("a.go", "\0package x\n", ["CW5001"]),
        ("a.s", "/* never closed", ["CW5001"]),
        ("a_linux.go", "//go:build windows\n\npackage x\n", ["CW5002"]),
        ("a.go", "//go:build linux && windows\n\npackage x\n", ["CW5003"]),
        ("a.go", "//go:build ignore\n\npackage x\n", []),
        ("a.go", "//go:build linux\n// +build windows\n\npackage x\n", ["CW5004"]),
        ("a.go", "//go:build linux\n// +build linux\n\npackage x\n", []),
        ("a.go", "//go:build windwos\n\npackage x\n", ["CW5005"]),
        ("a.go", "//go:build x86_64\n\npackage x\n", ["CW5005"]),
        ("a.go", "// +build linux\npackage x\n", ["CW5006"]),
        ("a.go", "package x\n\n//go:build linux\n", ["CW5006"]),
        ("a.go", "package x\n\nvar x = `\n//go:build linux\n`\n", []),
        ("a.go", "//go:build mine && integration\n\npackage x\n", []),
    ],
)
def test_warnings(name: str, text: str, found: list[str]) -> None:
    assert codes(name, text) == found


def test_a_mistake_is_named_with_its_column() -> None:
    [finding] = explain("a.go", b"\n//go:build  linux && (cgo\n", UNIVERSE, "x/a.go").findings
    assert (finding.subject, finding.message) == ("x/a.go:2:22", "missing close paren")


@given(st.binary(max_size=200))
def test_any_content_is_judged(data: bytes) -> None:
    for name in ("a.go", "a_linux.s", "a.c"):
        assert 0 <= explain(name, b"//go:build " + data, UNIVERSE).selected <= UNIVERSE.everything
        assert 0 <= explain(name, data, UNIVERSE).selected <= UNIVERSE.everything


def test_a_huge_head_ends_in_time() -> None:
    lines = b"// +build linux\n" * 200_000 + b"\npackage x\n"
    assert explain("a.go", lines, UNIVERSE).selected
