"""What nobody writes is not parsed; what programs write is, however large."""

from __future__ import annotations

import pytest

from crosswind.portability import declarations, syntax, weight

SIZE = 9 << 20
START = b"package p\n\nvar a = 1\n\nfunc f() { "


def _of(unit: bytes) -> bytes:
    return START + unit * (SIZE // len(unit))


@pytest.mark.parametrize(
    "unit", [b"{", b"(", b"[", b"f(", b"{x;", b"*", b"! ", b"[]", b"1,", b"x ", b'"']
)  # fmt: skip
def test_what_would_take_gigabytes_is_refused(unit):
    assert weight.is_too_much(_of(unit))


@pytest.mark.parametrize(
    "unit",
    [b"\t0x1f, 0x8b, 0x08, 0x00,\n", b'\t{0x00e0, "latin small letter a"},\n', b"// ((((((((((((((((((((\n", b'"\\x1f\\x8b" +\n',
     b'\t"(", "[", "{",\n', b"\t'{', '(', '\\'',\n", b"\n", b"\t\tvalue = call(tls, 128)\n"],
)  # fmt: skip
def test_what_programs_write_is_not(unit):
    assert not weight.is_too_much(_of(unit))


@pytest.mark.parametrize(
    ("before", "after"),
    [(b'"', b'"'), (b"`", b"`"), (b"/*", b"*/"), (b"//", b"\n"), (b'"\\"', b'"')],
)
def test_text_is_no_code(before, after):
    inside = b"{(*," * (SIZE // 4)
    assert not weight.is_too_much(START + before + inside + after + b" }\n")
    assert weight.is_too_much(START + before + after + inside)


def test_small_files_are_not_looked_at():
    assert not weight.is_too_much(b"{" * (1 << 20))
    assert weight.is_too_much(b"{" * ((1 << 20) + 1))


def test_nesting_ends_where_go_ends_it():
    def nested(depth: int) -> bytes:
        return START + b"f(" * depth + b")" * depth + b" }\n" + b"//\n" * (1 << 19)

    assert not weight.is_too_much(nested(90_000))
    assert weight.is_too_much(nested(110_000))


def test_what_is_refused_counts_as_not_read():
    pytest.importorskip("tree_sitter")
    root, is_whole = syntax.read(_of(b"{"))
    assert not is_whole
    assert root.end_byte < 1 << 17
    found = declarations.read(_of(b"{"))
    assert found.damaged
    assert found.package == "p"
