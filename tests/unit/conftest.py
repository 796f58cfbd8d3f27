"""Unit tests start no process and open no socket: that belongs to tests/integration."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

# Python's audit events (docs.python.org/3/library/audit_events.html) for everything that starts a
# process or reaches for the network. They fire however the function was imported.
FORBIDDEN = frozenset(
    {
        "_winapi.CreateProcess",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
        "os.system",
        "pty.spawn",
        "socket.__new__",
        "socket.getaddrinfo",
        "subprocess.Popen",
    }
)

_watching = False


def _refuse(event: str, args: tuple[object, ...]) -> None:
    if _watching and event in FORBIDDEN:
        pytest.fail(f"a unit test reached {event}{args!r}; move it to tests/integration")


# An audit hook cannot be taken back, so there is one, and the fixture switches it.
sys.addaudithook(_refuse)


@pytest.fixture(autouse=True)
def _no_processes_no_sockets() -> Iterator[None]:
    global _watching  # noqa: PLW0603 - the hook outlives every fixture
    _watching = True
    yield
    _watching = False
