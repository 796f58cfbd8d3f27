"""What a smoke run must have been like."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosswind import smoke
from crosswind.config.settings import Settings
from crosswind.finding import Status
from crosswind.run.runner import Ended, Result

FINAL = Path("dist/greet_windows_amd64/greet.exe")


def result(
    ended: Ended = Ended.EXIT, status: int = 0, out: str = "greet 1.2\r\ndone\r\n"
) -> Result:
    return Result(ended, status, "wine", "8.0", stdout=out.encode(), message="it says why")


@pytest.mark.parametrize(
    ("ran", "settings", "status", "message"),
    [
        (result(), Settings(), Status.PASS, "by wine 8.0: greet 1.2"),
        (result(out=""), Settings(), Status.PASS, "by wine 8.0: no output"),
        (result(status=3), Settings(smoke_exit=3), Status.PASS, "greet 1.2"),
        (result(status=3), Settings(), Status.FAIL, "ended with status 3"),
        (result(), Settings(smoke_exit=3), Status.FAIL, "ended with status 0, not 3"),
        # Wine hands on eight of the 32 bits.
        (result(status=5), Settings(smoke_exit=0xC000_0005), Status.PASS, ""),
        (result(status=1), Settings(smoke_exit=0xC000_0100), Status.PASS, ""),
        (result(status=6), Settings(smoke_exit=0xC000_0005), Status.FAIL, ""),
        (result(), Settings(smoke_output="greet 1."), Status.PASS, ""),
        (result(), Settings(smoke_output="/^greet [0-9.]+$/"), Status.PASS, ""),
        (result(), Settings(smoke_output="/^done$/"), Status.PASS, ""),
        (result(), Settings(smoke_output="greet 2"), Status.FAIL, "printed no greet 2"),
        (result(Ended.SIGNAL, 11), Settings(smoke_exit=11), Status.FAIL, "it says why"),
        (result(Ended.TIMEOUT), Settings(), Status.FAIL, "it says why"),
        (result(Ended.UNSUPPORTED), Settings(), Status.SKIP, "not checked because"),
        (result(Ended.BROKEN), Settings(), Status.SKIP, "not checked because"),
    ],
)
def test_verdicts(ran: Result, settings: Settings, status: Status, message: str) -> None:
    check = smoke._judge(ran, settings, FINAL)
    assert (check.code, check.status) == ("CW1801", status)
    assert message in check.message
    if status is Status.FAIL:
        assert f"crosswind run {FINAL} --" in check.hint
