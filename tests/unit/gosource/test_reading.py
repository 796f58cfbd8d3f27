"""Heads of Go files, as go/build reads them."""

from __future__ import annotations

import json

import pytest

from crosswind.gosource import Directive, Embed, GoFile, Import, SourceError, read

GOOD = b"""// Copyright.

//go:build linux
//go:debug madvdontneed=1

// Package main is one.
package main // a comment

import "fmt"
import (
	. "math"
	_ "embed"

	// "not/this"
	str "strings" // nor "this"
)

//go:embed a.txt "b c.txt"
var files string
"""


def test_a_head_tells_package_imports_embeds_and_directives():
    assert read(GOOD) == GoFile(
        "main",
        (
            Import("fmt", "", 9, 8),
            Import("math", ".", 11, 2),
            Import("embed", "_", 12, 2),
            Import("strings", "str", 15, 2),
        ),
        (Embed("a.txt", 18, 12), Embed("b c.txt", 18, 18)),
        directives=(
            Directive("//go:build linux", 3, 1),
            Directive("//go:debug madvdontneed=1", 4, 1),
        ),
        doc="Package main is one.",
    )


def test_what_was_read_survives_json():
    found = read(GOOD)
    assert GoFile.from_tuple(json.loads(json.dumps(found.to_tuple()))) == found


@pytest.mark.parametrize("begin", ["import ", "import (\n\t"])
def test_the_comment_above_c_is_its_preamble(begin):
    comment = "// #cgo LDFLAGS: -lm\n//go:nothing\n/*\n\n\n#include <x.h>  \n*/\n"
    above = comment + begin if begin == "import " else begin + comment
    found = read(f'package p\n\n{above}"C"\n{")" if "(" in begin else ""}\n'.encode())
    assert found.uses_c
    assert found.cgo == "#cgo LDFLAGS: -lm\n\n#include <x.h>\n"


def test_a_comment_that_is_set_off_is_no_preamble():
    assert read(b'package p\n\n// #include <x.h>\n\nimport "C"\n').cgo == ""


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", SourceError("expected 'package', found 'EOF'", 1, 1)),
        ("package", SourceError("expected 'IDENT', found 'EOF'", 1, 8)),
        ("package type\n", SourceError("expected 'IDENT', found 'type'", 1, 9)),
        ("package p\nimport fmt\n", SourceError("missing import path", 2, 11)),
        ('package p\nimport "a b"\n', SourceError("invalid import path: a b", 2, 8)),
        ('package p\nimport "fmt\n', SourceError("string literal not terminated", 2, 8)),
        ("package p\n/* open", SourceError("comment not terminated", 2, 1)),
        ("package p\n//line x.go:7\nimport 'x'\n",
         SourceError("import path must be a string", 7, 0, "x.go")),
        ("package p\n// \udcff\n", SourceError("illegal UTF-8 encoding", 2, 4)),
        ("package p\n// \ufeff\n", SourceError("illegal byte order mark", 2, 4)),
        ("\udcff\udcfep\0", SourceError("illegal UTF-8 encoding (got UTF-16)", 1, 1)),
        ("package p\nimport # x\0\n", SourceError("illegal character U+0023 '#'", 2, 8)),
    ],
)  # fmt: skip
def test_mistakes_are_in_gos_words(text, error):
    found = read(text.encode("utf-8", "surrogateescape"))
    assert found.error == error
    assert not found.imports


def test_nul_is_refused_where_go_reads():
    assert read(b"package p\n\0").unread == "unexpected NUL in input"
    assert read(b"package p\nvar x = `\0`\n") == GoFile("p")


def test_a_byte_order_mark_counts_for_no_column():
    assert read(b'\xef\xbb\xbfpackage p; import "fmt"') == read(b'package p; import "fmt"')
    assert read(b"\xef\xbb\xbf\xef\xbb\xbfpackage p") == GoFile("p")


def test_crlf_is_no_part_of_comments():
    found = read(GOOD.replace(b"\n", b"\r\n"))
    assert found == read(GOOD)


def test_a_package_of_documentation():
    assert read(b"package documentation\n").is_documentation
