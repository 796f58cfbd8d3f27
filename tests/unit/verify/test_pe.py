"""Checks of PE files on images made byte by byte."""

import struct

import pytest

from crosswind.binary import pe
from crosswind.binary.view import View
from crosswind.finding import Status
from crosswind.verify import Expectation
from crosswind.verify.pe import layout, overlay
from crosswind.verify.subject import Subject
from images.pe import build


@pytest.mark.parametrize(("section", "file"), [(0, 0), (0, 0x200), (0x1800, 0x200), (0x100, 0x200)])
def test_alignments_that_are_none_fail_and_divide_nothing(section: int, file: int) -> None:
    data = bytearray(build())
    (start,) = struct.unpack_from("<I", data, 0x3C)
    # PE Format, "Optional Header Windows-Specific Fields": SectionAlignment, FileAlignment.
    struct.pack_into("<II", data, start + 4 + 20 + 32, section, file)
    view = View.of(data)
    verdict = layout(Subject("app.exe", view, pe.read(view)), Expectation())
    assert verdict is not None
    assert verdict.status is Status.FAIL
    assert "alignment" in verdict.message


@pytest.mark.parametrize(
    ("extra", "status"),
    [(bytes(394), Status.PASS), (bytes(512), Status.WARN), (b"\0" * 9 + b"x", Status.WARN)],
)
def test_zeros_that_fill_up_the_last_block_are_not_appended(extra: bytes, status: Status) -> None:
    view = View.of(build(overlay=extra))
    verdict = overlay(Subject("app.exe", view, pe.read(view)), Expectation())
    assert verdict is not None
    assert verdict.status is status
