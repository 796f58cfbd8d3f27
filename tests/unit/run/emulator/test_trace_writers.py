"""A trace as text, JSON lines and for viewers."""

from __future__ import annotations

import io
import json

import pytest

from crosswind.binary.golines import Frame
from crosswind.run.emulator.callers import Origin
from crosswind.run.emulator.trace_events import Argument, Call, Ended, Raised, ThreadStarted
from crosswind.run.emulator.trace_writers import writer_for

LOAD = Frame("main.load", "C:/src/main.go", 12)
OPEN = Frame("os.Open", "C:/go/os/file.go", 400)
EVENTS = [
    ThreadStarted(0, 1, "_rt0_amd64_windows"),
    Call(
        1, 104_000, 0, 1, "kernel32", "CreateFileW", "files",
        (Argument("name", '"a.txt"', 0x1000), Argument("access", "GENERIC_READ", 0x80000000)),
        result=Argument("", "INVALID_HANDLE_VALUE", -1),
        error="ERROR_FILE_NOT_FOUND",
        origin=Origin(OPEN, LOAD),
    ),
    Call(
        2, 200_000, 1_000_000, 2, "kernel32", "WaitForSingleObject", "sync",
        (Argument("handle", "0x20", 0x20), Argument("milliseconds", "1", 1)),
        outputs=(Argument("read", "5", 5),),
        result=Argument("", "WAIT_TIMEOUT", 258),
        origin=Origin(LOAD, LOAD),
    ),
    Raised(2_000_000, 1, 0xC0000005, "EXCEPTION_ACCESS_VIOLATION", 0x401000, "read of 0x0"),
    Call(3, 2_000_000, None, 1, "kernel32", "Sleep", "time", (Argument("ms", "INFINITE", 0),)),
    Ended(3_000_000, "exited", 2),
]  # fmt: skip


def written(name: str) -> str:
    stream = io.StringIO()
    writer = writer_for(name)(stream, "app.exe")
    for event in EVENTS:
        writer.write(event)
    writer.close()
    return stream.getvalue()


def test_text() -> None:
    assert written("-").splitlines() == [
        "# app.exe: seconds of its clock, thread, call <- caller",
        "    0.000000 T1   -- thread begins at _rt0_amd64_windows",
        (
            '    0.000104 T1   CreateFileW("a.txt", GENERIC_READ) = INVALID_HANDLE_VALUE'
            " ERROR_FILE_NOT_FOUND  <- main.load main.go:12 via os.Open"
        ),
        (
            "    0.000200 T2   WaitForSingleObject(0x20, 1) = WAIT_TIMEOUT read=5 after 0.001000 s"
            "  <- main.load main.go:12"
        ),
        "    0.002000 T1   !! EXCEPTION_ACCESS_VIOLATION at 0x401000 read of 0x0",
        "    0.002000 T1   Sleep(INFINITE) never returned",
        "    0.003000      -- exited, status 0x2",
    ]


@pytest.mark.parametrize("name", ["a.jsonl", "A.NDJSON"])
def test_lines(name: str) -> None:
    head, *events = map(json.loads, written(name).splitlines())
    assert head == {"schema": "crosswind/trace/1", "program": "app.exe"}
    assert [event["event"] for event in events] == [
        "thread", "call", "call", "exception", "call", "end",
    ]  # fmt: skip
    assert events[1]["arguments"] == {"name": '"a.txt"', "access": "GENERIC_READ"}
    assert events[1]["user"] == {"function": "main.load", "file": "C:/src/main.go", "line": 12}
    assert events[2]["outputs"] == {"read": "5"}
    assert (events[2]["duration"], events[4]["duration"]) == (0.001, None)


@pytest.mark.parametrize("name", ["a.json", "a.perfetto"])
def test_viewers(name: str) -> None:
    events = json.loads(written(name))
    # The document "Trace Event Format" asks these of every event, and `dur` of slices.
    for event in events:
        assert isinstance(event["name"], str)
        assert event["ph"] in "XiM"
        assert isinstance(event["ts"], int | float)
        assert (type(event["pid"]), type(event["tid"])) == (int, int)
        assert event["ph"] != "X" or event["dur"] >= 0
        assert event["ph"] != "i" or event["s"] in "gpt"
    slices = [event for event in events if event["ph"] == "X"]
    assert [(one["name"], one["ts"], one["dur"], one["tid"]) for one in slices] == [
        ("CreateFileW", 104.0, 0.0, 1), ("WaitForSingleObject", 200.0, 1000.0, 2), ("Sleep", 2000.0, 0.0, 1),
    ]  # fmt: skip
    assert {event["name"] for event in events if event["ph"] == "M"} == {
        "process_name",
        "thread_name",
    }


def test_a_trace_that_was_cut_off_is_still_read_by_viewers() -> None:
    # They take an array without its closing bracket.
    text = written("a.json").removesuffix("\n]\n")
    assert json.loads(text + "]")
