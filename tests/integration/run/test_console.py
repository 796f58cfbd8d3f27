"""The emulator's console before a real terminal."""

from __future__ import annotations

import os
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="no pseudo terminals here")


def _until(terminal: int, text: str, seconds: float = 60) -> str:
    """Read what the terminal shows until a text comes."""
    shown = b""
    end = time.monotonic() + seconds
    while text.encode() not in shown and time.monotonic() < end:
        shown += os.read(terminal, 4096)
    assert text.encode() in shown, shown
    return shown.decode()


def test_lines_are_typed_seen_and_unseen(built: Callable[[str, str], Path]) -> None:
    program = built("typed", "windows/amd64")
    terminal, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    argv = [sys.executable, "-m", "crosswind", "run", "--with", "emulator", program]
    with subprocess.Popen(argv, stdin=theirs, stdout=theirs, stderr=theirs) as child:
        assert "mode 0x1f7, ü€😀" in _until(terminal, "😀")
        os.write(terminal, "grün\n".encode())
        assert 'seen "grün"' in _until(terminal, "unseen:")
        os.write(terminal, b"password\n")
        shown = _until(terminal, "secret")
        assert "password" not in shown
        os.write(terminal, b"\x04")
        assert "more: false" in _until(terminal, "more: false")
        assert child.wait(60) == 0
    assert termios.tcgetattr(theirs)[3] == before[3]
    os.close(terminal)
    os.close(theirs)


def test_a_pipe_is_no_console(built: Callable[[str, str], Path]) -> None:
    program = built("typed", "windows/amd64")
    argv = [sys.executable, "-m", "crosswind", "run", "--with", "emulator", program]
    done = subprocess.run(argv, input=b"x\n", capture_output=True, check=True)
    assert done.stdout.startswith(b"no console: The handle is invalid.")
