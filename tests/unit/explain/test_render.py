"""A page on a terminal."""

from __future__ import annotations

import re

import pytest

from crosswind import explain
from crosswind.explain.page import Page
from crosswind.finding import Severity

BODY = """## What happened

A long paragraph with `some code` that has to be broken somewhere because it is too long for it.

## Mend

- first point
- second point that is so long that it needs another line, which is indented below the first

    go build ./...
    go vet
"""
PAGE = Page("CW3999", "a title", Severity.WARNING, (), (), BODY)


def test_plain() -> None:
    assert explain.render(PAGE, width=50).splitlines() == [
        "CW3999 a title",
        "",
        "What happened",
        "  A long paragraph with `some code` that has to be",
        "  broken somewhere because it is too long for it.",
        "",
        "Mend",
        "  - first point",
        "  - second point that is so long that it needs",
        "    another line, which is indented below the",
        "    first",
        "",
        "      go build ./...",
        "      go vet",
    ]


def test_color_changes_no_text() -> None:
    shown = explain.render(PAGE, width=50, color=True)
    assert "\x1b[36msome code\x1b[0m" in shown
    assert "\x1b[33ma title\x1b[0m" in shown
    bare = re.sub(r"\x1b\[\d+m", "", shown)
    assert bare == explain.render(PAGE, width=50).replace("`", "")


@pytest.mark.parametrize("code", explain.codes())
def test_every_page_fits(code: str) -> None:
    text = explain.render(explain.by_code(code), width=80)
    for line in text.splitlines():
        # A single word, such as a long path, may stand out.
        assert len(line) <= 80 or len(line.split()) <= 3, line


def test_code_over_two_lines_is_colored_without_its_indentation() -> None:
    body = "## Mend\n\n" + "word " * 8 + f"`{'one two three four five six ' * 3}`\n"
    page = Page("CW3999", "t", Severity.NOTE, (), (), body)
    shown = explain.render(page, width=50, color=True)
    assert "\n  \x1b[36m" in shown
    assert "`" not in shown


def test_a_command_stays_on_one_line() -> None:
    body = "## Mend\n\n" + "word " * 8 + "`go list -f x ./... | sort`\n"
    page = Page("CW3999", "t", Severity.NOTE, (), (), body)
    assert "`go list -f x ./... | sort`" in explain.render(page, width=60).splitlines()[-1]
