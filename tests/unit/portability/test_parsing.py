"""What the compiler says while it parses, told from what it says later."""

from __future__ import annotations

import pytest

from crosswind.portability.parsing import Verdict, read


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
