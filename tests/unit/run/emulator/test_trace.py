"""What a trace makes of calls: texts, flags, handles, results, errors."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from crosswind.binary.golines import Frame
from crosswind.run.emulator import abi, calls, status
from crosswind.run.emulator.callers import Callers
from crosswind.run.emulator.objects import Event
from crosswind.run.emulator.process import Process, Settings
from crosswind.run.emulator.status import CallError, NtError, WinError
from crosswind.run.emulator.threads import Thread
from crosswind.run.emulator.trace import Tracer, open_tracer, quote

NOWHERE = 0x10


class NoProcessor:
    """A processor that maps no memory."""

    def map(self, address: int, size: int, rights: int, host: int) -> None: ...
    def unmap(self, address: int, size: int) -> None: ...
    def protect(self, address: int, size: int, rights: int) -> None: ...
    def forget(self, address: int, size: int) -> None: ...


class Lines:
    def frames(self, _pc: int) -> list[Frame]:
        return [Frame("main.main", "C:/src/main.go", 7)]

    def frame_size(self, _pc: int) -> int:
        return 16


class Traced:
    """A process whose calls are made by hand."""

    def __init__(self, words: str = "") -> None:
        calls.load()
        self.stream = io.StringIO()
        self.process = Process(
            Settings(Path("app.exe"), "Z:\\app.exe", deterministic=True), NoProcessor()
        )
        self.process.run_as(Thread(5, self.process.memory.new(0x2000), 0))
        made: object = Lines()
        callers = Callers(made, 0, self.process.memory.readable)  # type: ignore[arg-type]
        self.tracer: Tracer = open_tracer(self.process, self.stream, "-", callers, words)
        self.stack = self.process.heap.data(bytes(16))

    def call(
        self, name: str, words: Sequence[int], result: int | None, error: CallError | None = None
    ) -> str:
        found = abi.TABLE.find("kernel32", name) or abi.TABLE.find("ntdll", name)
        assert found
        pending = self.tracer.called(found, words, self.stack, 0)
        if pending:
            self.tracer.returned(pending, result, error)
        return self.stream.getvalue().splitlines()[-1]

    def wide(self, text: str) -> int:
        return self.process.heap.text(text)


def shown(line: str) -> str:
    """Without time, thread and caller."""
    return line[18:].partition("  <- ")[0].strip()


def test_a_file_is_opened() -> None:
    t = Traced()
    handle = t.process.handles.add(Event(manual=True, is_set=False))
    line = t.call("CreateFileW", [t.wide("C:\\ä.txt"), 0x80000000, 3, 0, 3, 0x80, 0], handle)
    assert line == (
        '    0.000000 T5   CreateFileW("C:\\\\ä.txt", GENERIC_READ, FILE_SHARE_READ|FILE_SHARE_WRITE, NULL,'
        f" OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL) = {handle:#x}:Event  <- main.main main.go:7"
    )


def test_a_file_is_not_there() -> None:
    t = Traced()
    missing = WinError(status.ERROR_FILE_NOT_FOUND)
    line = t.call("CreateFileW", [t.wide("x"), 0, 0, 0, 2, 0, 0], (1 << 64) - 1, missing)
    assert shown(line) == (
        'CreateFileW("x", 0, 0, NULL, CREATE_ALWAYS, 0, NULL) = INVALID_HANDLE_VALUE ERROR_FILE_NOT_FOUND'
    )


def test_what_is_written_is_shown_and_cut() -> None:
    t = Traced()
    written = t.process.heap.data(bytes([9, 0, 0, 0]))
    data = t.process.heap.data(b"hello\n\x1b[1m" + b"x" * 100)
    line = t.call("WriteFile", [4, data, 6, written, 0], 1)
    assert shown(line).startswith('WriteFile(0x4, "hello\\n", 6, ')
    assert shown(line).endswith(" NULL) = TRUE done=9")
    assert '"hello\\n\\u001b[1m' + "x" * 50 + '"…' in t.call("WriteFile", [4, data, 110, 0, 0], 1)


def test_a_status_has_a_name() -> None:
    t = Traced()
    line = (
        t.call("NtClose", [0x44], 0xC0000008, NtError(status.STATUS_INVALID_HANDLE))
        if abi.TABLE.find("ntdll", "NtClose")
        else t.call(
            "NtOpenFile", [0, 0, 0, 0, 0, 0], 0xC0000008, NtError(status.STATUS_INVALID_HANDLE)
        )
    )
    assert "= STATUS_INVALID_HANDLE ERROR_INVALID_HANDLE" in line


@pytest.mark.parametrize("address", [1, 0x7FFF_0000, (1 << 64) - 2])
def test_wild_pointers_are_numbers(address: int) -> None:
    t = Traced()
    assert f"DeleteFileW({address:#x}) = FALSE" in t.call("DeleteFileW", [address], 0)


def test_a_filter_hides() -> None:
    t = Traced("!files")
    assert t.tracer.called(_delete(), [0], t.stack, 0) is None
    t = Traced("by:other")
    assert t.tracer.called(_delete(), [0], t.stack, 0) is None


def test_the_end_tells_what_never_returned() -> None:
    t = Traced()
    t.tracer.thread_started(5, 0x400)
    t.tracer.called(_delete(), [0], t.stack, 0)
    t.tracer.raised(0xC0000005, 0x401000, "read of 0x0", 0, 0)
    t.tracer.unsupported("user32!MessageBoxW", t.stack, 0)
    t.tracer.finish("exited", 3)
    assert [line[12:] for line in t.stream.getvalue().splitlines()[1:]] == [
        " T5   -- thread begins at main.main main.go:7",
        " T5   !! EXCEPTION_ACCESS_VIOLATION at 0x401000 read of 0x0  <- main.main main.go:7",
        " T5   MessageBoxW() (unsupported)  <- main.main main.go:7",
        " T5   DeleteFileW(NULL) never returned  <- main.main main.go:7",
        "      -- exited, status 0x3",
    ]


def _delete() -> abi.Call:
    found = abi.TABLE.find("kernel32", "DeleteFileW")
    assert found
    return found


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('a"b\\', '"a\\"b\\\\"'),
        ("\x9b2J", '"\\u009b2J"'),
        ("\ud800", '"\\ud800"'),
        ("ä€😀", '"ä€😀"'),
    ],
)
def test_quoted_texts_are_printable(text: str, quoted: str) -> None:
    assert quote(text) == quoted
    assert quote("x" * 1000).endswith('x"…')
