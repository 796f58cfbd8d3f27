"""First sentences of comments, as go/doc has them (answers are those of `go list -f '{{.Doc}}'`)."""

from __future__ import annotations

import pytest

from crosswind.gosource import read
from crosswind.gosource.plain import read as read_plain
from crosswind.gosource.reading import parse


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Package p is one. It is more.", "Package p is one."),
        ("Package p is\none. It is more.", "Package p is one."),
        ("Package p by J. Doe is one. And more.", "Package p by J. Doe is one."),
        ("Package p is of NASA. And more.", "Package p is of NASA."),
        ("Package p has 1.5 of it", "Package p has 1.5 of it"),
        ("Copyright 2020 X. All.", ""),
        ("Authors are many.", ""),
        ("# Heading\n\nPackage p.", ""),
        ("#hash is a word.", "#hash is a word."),
        ("Package p\n\nMore of it. End", "Package p"),
        ("Package p:\n\n\tcode()\n", "Package p:"),
        ("  - item\n", "- item"),
        ("Package p is ``one''. Yes", "Package p is “one”."),
        ("Package p is ```one```. Yes", "Package p is ```one```."),
        ("Package p is as [fmt] and [encoding/json.Encoder] and [Here] and x[fmt].", "Package p is as fmt and encoding/json.Encoder and [Here] and x[fmt]."),
        ("Package p is as [the page] has it\n\n[the page]: https://example.com/p", "Package p is as the page has it\n\n[the page]: https://example.com/p"),
        ("Package p。 More", "Package p。"),
        ("Package p   has\tspaces  . End", "Package p has spaces ."),
    ],
)  # fmt: skip
def test_first_sentences(text: str, found: str) -> None:
    comment = "".join(f"// {line}\n" if line else "//\n" for line in text.split("\n"))
    assert read(f"{comment}package p\n".encode()).doc == found


@pytest.mark.parametrize(
    ("head", "doc"),
    [
        ("// Doc.\npackage p\n", "Doc."),
        ("// Doc.\n\npackage p\n", ""),
        ("// Copying.\n\n// Doc.\npackage p\n", "Doc."),
        ("/* Doc. */\npackage p\n", "Doc."),
        ("/* Doc. */ package p\n", ""),
        ("/*\nDoc is\nlong. More\n*/\npackage p\n", "Doc is long."),
        ("// One\n/* two */\npackage p\n", "One"),
        ("// One\n\n/* two */\npackage p\n", "two"),
        ("// Doc.\r\npackage p\r\n", "Doc."),
        ("//go:build linux\n\n//go:debug x=1\n// Doc.\npackage p\n", "Doc."),
        ("//go:debug x=1\npackage p\n", ""),
        ("\n\n// Doc.\n\tpackage p\n", "Doc."),
    ],
)
def test_which_comment_it_is(head: str, doc: str) -> None:
    data = head.encode()
    assert parse(data).doc == doc
    plain = read_plain(data)
    assert plain is None or plain.doc == doc
