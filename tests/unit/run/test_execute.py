"""How a process's end becomes a result; no process starts here."""

from __future__ import annotations

import pytest

from crosswind.run.execute import _read
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
