"""`#cgo` lines, for all contexts at once."""

from __future__ import annotations

import pytest

from crosswind.constraints import Context, Universe
from crosswind.gosource.cgo import CgoError, Flag, read_flags, split_quoted
from crosswind.target import Target

LINUX, WINDOWS, BOTH = 1, 2, 3
UNIVERSE = Universe(
    (Context(Target("linux", "amd64"), True), Context(Target("windows", "386"), True))
)


def flags(*lines):
    return read_flags(["\n".join(lines)], BOTH, UNIVERSE, "/src/p")


def test_flags_are_for_where_one_condition_holds():
    found = flags(
        "#cgo CFLAGS: -DA",
        "  #cgo\tlinux,amd64 darwin LDFLAGS: -lm '-L a' -Wl,x",
        "#cgo !linux CFLAGS: -DB",
        "#cgo (linux&&amd64)||plan9 pkg-config: x y",
        "#cgo a&&& CFLAGS: -DNEVER",
        "#cgo noescape f",
        "#cgos",
    )
    assert not found.errors
    assert found.flags == {
        "CgoCFLAGS": [Flag("-DA", BOTH), Flag("-DB", WINDOWS)],
        "CgoLDFLAGS": [Flag("-lm", LINUX), Flag("-L/src/p/ a", LINUX), Flag("-Wl,x", LINUX)],
        "CgoPkgConfig": [Flag("x", LINUX), Flag("y", LINUX)],
    }


def test_paths_become_absolute():
    found = flags(
        "#cgo CFLAGS: -Iinclude -I /usr/x -I ../y -I${SRCDIR}/z -I/a/../b -L. -DX=${SRCDIR}"
    )
    assert [flag.text for flag in found.flags["CgoCFLAGS"]] == [
        "-I/src/p/include", "-I", "/usr/x", "-I", "/src/y", "-I/src/p/z", "-I/a/../b", "-L/src/p", "-DX=/src/p",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("#cgo CFLAGS -DX", "invalid #cgo line: #cgo CFLAGS -DX"),
        ("#cgo : x", "invalid #cgo line: #cgo : x"),
        ("#cgo CFLAGS: 'x", "invalid #cgo line: #cgo CFLAGS: 'x"),
        ("#cgo CFLAGS: x\\", "invalid #cgo line: #cgo CFLAGS: x\\"),
        ("#cgo CFLAGS: -D`x`", "malformed #cgo argument: -D`x`"),
        ("#cgo CFLAGS: ''", "malformed #cgo argument: "),
        ("#cgo OTHER: x", "invalid #cgo verb: #cgo OTHER: x"),
    ],
)
def test_refused_lines_end_the_reading(line, message):
    found = flags("#cgo LDFLAGS: -la", line, "#cgo LDFLAGS: -lb")
    assert found.errors == [CgoError(message, BOTH)]
    assert found.flags == {"CgoLDFLAGS": [Flag("-la", BOTH)]}


def test_a_line_is_refused_only_where_it_is_looked_at():
    found = flags("#cgo windows CFLAGS: 'x", "#cgo LDFLAGS: -lb")
    assert [error.where for error in found.errors] == [WINDOWS]
    assert found.flags == {"CgoLDFLAGS": [Flag("-lb", LINUX)]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a b:\"c d\" 'e''f'  \"g\\\"\"", ["a", "b:c d", "ef", 'g"']),
        ("'' x", ["", "x"]),
        ("\"a'b\" '\\'' \\ x", ["a'b", "'", " x"]),
        (" \u00a0a\u3000b\n", ["a", "b"]),
        ("", []),
        ("'a", None), ('"a\\"', None), ("a\\", None), ("a'b\"c'\"", None),
    ],
)  # fmt: skip
def test_words_in_quotes(text, words):
    if words is None:
        with pytest.raises(ValueError, match="unclosed"):
            split_quoted(text)
    else:
        assert split_quoted(text) == words
