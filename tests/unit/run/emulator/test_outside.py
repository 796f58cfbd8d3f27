"""What a program that wants outside gets."""

from __future__ import annotations

from typing import Any

import pytest

from crosswind.run.emulator.activity import Activity
from crosswind.run.emulator.calls import outside
from crosswind.run.emulator.policy import Action, Policy
from crosswind.run.emulator.status import Unsupported, WinError


class Process:
    """As much of a process as these calls need."""

    def __init__(self, *denied: Action) -> None:
        self.activity = Activity()
        self.policy = Policy(self.activity, frozenset(denied))


def program(p: Any) -> int:
    nothing = (0, 0, 0, 0, 0)
    return outside.CreateProcessW(p, None, "calc.exe /x", *nothing, None, 0, 0)


def test_a_process_is_unsupported_and_says_how_to_go_on() -> None:
    p: Any = Process()
    with pytest.raises(Unsupported, match=r"starting processes: calc.exe /x; --deny exec lets"):
        program(p)
    assert p.activity.document() == {"process": [{"name": "calc.exe /x"}]}


def test_a_denied_process_fails() -> None:
    p: Any = Process(Action.EXEC)
    with pytest.raises(WinError) as raised:
        program(p)
    assert raised.value.win32 == 5
    assert p.activity.document()["denied"] == [{"name": "exec: calc.exe /x"}]


@pytest.mark.parametrize(
    ("ask", "error", "host"),
    [
        (lambda p: outside.GetAddrInfoW(p, "example.com", "443", 0, 0), 10013, "example.com:443"),
        (lambda p: outside.socket(p, 2, 1, 6), 10013, "a socket of family 2, type 1, protocol 6"),
        (
            lambda p: outside.DnsQuery_W(p, "example.com", 28, 0, 0, 0, 0),
            5,
            "example.com (DNS record type 28)",
        ),
    ],
)
def test_a_denied_network_fails(ask: Any, error: int, host: str) -> None:
    p: Any = Process(Action.NET)
    with pytest.raises(WinError) as raised:
        ask(p)
    assert raised.value.win32 == error
    assert p.activity.document()["host"] == [{"name": host}]
    with pytest.raises(Unsupported, match="the network"):
        ask(Process())
