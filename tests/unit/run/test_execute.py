"""How a process's end becomes a result; no process starts here."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosswind.run.execute import _read, _whole
from crosswind.run.runner import Ended, Result


@pytest.mark.parametrize(
    ("ended", "status", "expected"),
    [
        (Ended.EXIT, 0, 0),
        (Ended.EXIT, 7, 7),
        (Ended.EXIT, 0xC000_0005, 5),
        # STATUS_... values whose low eight bits are zero must not look like success.
        (Ended.EXIT, 0xC000_0100, 1),
        (Ended.SIGNAL, 11, 139),
        (Ended.TIMEOUT, 9, 124),
        (Ended.DEADLOCK, 124, 124),
        (Ended.MEMORY, 9, 125),
        (Ended.OUTPUT, 9, 125),
        (Ended.BROKEN, 1, 125),
        (Ended.UNSUPPORTED, 0, 126),
    ],
)
def test_exit_status_keeps_its_meaning(ended: Ended, status: int, expected: int) -> None:
    assert Result(ended, status, "native", "1").exit_status == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"ended": "flown"}',
        '{"ended": []}',
        '{"ended": "exit", "status": "0"}',
        '{"ended": "exit", "notes": null}',
        '{"ended": "exit", "activity": [1]}',
        "[" * 100_000,
    ],
)
def test_no_report_that_cannot_be_believed(tmp_path: object, text: str) -> None:
    from pathlib import Path

    report = Path(str(tmp_path)) / "report.json"
    report.write_text(text)
    assert _read(report) is None


@pytest.mark.parametrize(
    ("text", "status", "whole"),
    [
        ("c0000005", 5, 0xC0000005),
        ("00000100", 1, 0x100),
        ("00000003", 3, 3),
        # Somebody else ended it, or wrote there.
        ("00000003", 4, None),
        ("00000000", 1, None),
        ("", 1, None),
        ("nonsense", 1, None),
        ("c0000005" * 1000, 5, 0xC0000005),
    ],
)
def test_a_whole_status_is_that_of_the_cut_one(
    tmp_path: Path, text: str, status: int, whole: int | None
) -> None:
    assert _whole(None, status) is None
    assert _whole(tmp_path / "status", status) is None
    (tmp_path / "status").write_text(text)
    assert _whole(tmp_path / "status", status) == whole
