"""What the compiler says while it parses, told from what it says later."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosswind.outcome import Usage
from crosswind.portability import parsing
from crosswind.portability.parsing import Verdict, read
from crosswind.system.process import Completed, Stop
from crosswind.target import Target
from crosswind.toolchain import Source, Toolchain


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("a.go:3:7: syntax error: unexpected }, expected expression",
         Verdict("syntax error: unexpected }, expected expression", 3, 7)),
        ("./a.go:3:7: newline in string", Verdict("newline in string", 3, 7)),
        ("a.go:3:7: string not terminated", Verdict("string not terminated", 3, 7)),
        ("a.go:3: invalid NUL character", Verdict("invalid NUL character", 3, 1)),
        ("a.go:3:7: hexadecimal literal has no digits",
         Verdict("hexadecimal literal has no digits", 3, 7)),
        ("a.go:3:7: '_' must separate successive digits",
         Verdict("'_' must separate successive digits", 3, 7)),
        ("made.y:30:7: syntax error: unexpected }", Verdict("syntax error: unexpected }", 1, 1)),
        ("a.go:3:7: could not import fmt (file not found)\na.go:4:1: invalid operation: x", Verdict()),
        ("a.go:3:7: undefined: x", Verdict()),
        ("", Verdict()),
    ],
)  # fmt: skip
def test_first_mistake_of_syntax(said: str, verdict: Verdict) -> None:
    assert read(said, "a.go") == verdict


@pytest.mark.parametrize("stopped", [None, *Stop])
def test_a_compiler_that_was_ended_has_said_nothing(stopped, monkeypatch) -> None:
    said = b"a.go:3:7: syntax error: unexpected }"
    asked = []

    def supervise(words, *, limits, **_):
        asked.append(limits)
        return Completed(tuple(map(str, words)), 2, said, b"", Usage(1.0), stopped)

    monkeypatch.setattr(parsing.process, "supervise", supervise)
    chosen = Toolchain("1.27.3", Path("/nowhere/go"), Source.SYSTEM, Target("linux", "amd64"))
    verdict = parsing.by_compiler(chosen, {})(Path("/m/a.go"))
    assert verdict == (None if stopped else Verdict("syntax error: unexpected }", 3, 7))
    assert asked[0].memory
    assert asked[0].seconds
