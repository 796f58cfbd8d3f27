"""Whole files: damaged, hostile, universal, absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crosswind.errors import ExitCode, UsageError
from crosswind.finding import Status
from crosswind.split import split_file
from crosswind.target import Target
from crosswind.verify import Expectation, verify_file
from crosswind.verify.examine import examine
from crosswind.verify.registry import OF_DEBUG_DATA
from images import debugged, elf, macho, pe, unusual, wasm

FILES = {
    "elf": elf.build(),
    "static": elf.static(),
    "pe": pe.build(overlay=b"extra"),
    "macho": macho.build(),
    "fat": macho.fat(macho.build(), macho.build(goarch="amd64")),
    "plan9": unusual.plan9(),
    "xcoff": unusual.xcoff(),
    "wasm": wasm.build(),
}
ASKED = Expectation(
    target=Target("linux", "amd64"),
    cgo=False,
    buildmode="exe",
    strip_symbols=True,
    strip_dwarf=True,
    variables=(("main.version", "1"),),
    glibc="2.17",
    traces=(("text", "trace"),),
)


def write(directory: Path, data: bytes, name: str = "program") -> Path:
    path = directory / name
    path.write_bytes(data)
    return path


def codes(report, *statuses: Status) -> list[str]:
    return [check.code for check in report.checks if check.status in statuses]


@pytest.mark.parametrize("kind", FILES)
def test_every_format_is_read(kind, tmp_path):
    found = examine(write(tmp_path, FILES[kind]))
    assert found.format
    assert found.machine
    assert found.size == len(FILES[kind])
    # Made by hand, so the Go linker's mark is absent, but nothing is damaged.
    assert "CW1004" not in codes(found.report, Status.FAIL)


@pytest.mark.parametrize("name", ["absent", ".", "file/below", "a\0b", "pipe"])
def test_what_cannot_be_read_is_wrong_usage(name, tmp_path):
    write(tmp_path, b"", "file")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError) as caught:
        verify_file(tmp_path / name)
    assert (caught.value.code, caught.value.exit_code) == ("CW1000", ExitCode.USAGE)


def test_an_empty_file(tmp_path):
    report = verify_file(write(tmp_path, b""))
    assert codes(report, Status.FAIL) == ["CW1001"]
    assert "the file is empty" in report.checks[0].message
    assert [check.code for check in report.checks] == ["CW1001", "CW1004", "CW1502"]


def test_damaged_headers_leave_little_to_say(tmp_path):
    report = verify_file(write(tmp_path, FILES["elf"][:40]))
    assert codes(report, Status.FAIL) == ["CW1004"]
    assert codes(report, Status.PASS) == ["CW1001", "CW1502"]
    reasons = {check.message for check in report.unchecked}
    assert reasons == {"not checked because its headers are damaged"}


@pytest.mark.parametrize("data", [b"#!/bin/sh\n", b"PK\x03\x04zip", b"!<arch>\nmember"])
def test_what_is_no_executable_fails_once(data, tmp_path):
    assert codes(verify_file(write(tmp_path, data)), Status.FAIL) == ["CW1001"]


def test_a_static_library_is_what_c_archive_makes(tmp_path):
    path = write(tmp_path, b"!<arch>\ngo.o/           ")
    assert verify_file(path, Expectation(buildmode="c-archive")).ok


def test_a_universal_file_is_checked_slice_by_slice(tmp_path):
    found = examine(write(tmp_path, FILES["fat"]), Expectation(target=Target("darwin", "arm64")))
    assert found.format == "universal Mach-O"
    machines = {check.message.partition(":")[0] for check in found.report.checks}
    assert machines == {"arm64", "amd64"}
    # The slice for Intel is no mistake where Apple Silicon was asked for.
    assert "CW1003" not in codes(found.report, Status.FAIL)


def test_a_damaged_table_is_reported_as_damage(tmp_path):
    data = bytearray(FILES["macho"])
    # Let the symbols' count of LC_SYMTAB (command 2, 24 bytes) reach beyond the file.
    at = data.index(b"\x02\0\0\0\x18\0\0\0")
    data[at + 12 : at + 16] = b"\xff\xff\xff\x0f"
    report = verify_file(write(tmp_path, data), Expectation(strip_symbols=True))
    assert "CW1004" in codes(report, Status.FAIL)
    skipped = next(check for check in report.checks if check.code == "CW1601")
    assert skipped.message.startswith("not checked because the file is damaged")


def test_no_file_stays_mapped(tmp_path):
    """Windows renames no mapped file; damaged ones are no exception."""
    for data in (FILES["elf"], FILES["elf"][:100], FILES["fat"]):
        path = write(tmp_path, data)
        verify_file(path, ASKED)
        maps = Path("/proc/self/maps")
        if maps.exists():
            assert str(path) not in maps.read_text()


@settings(
    max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    kind=st.sampled_from(sorted(FILES)),
    changes=st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=12),
    length=st.integers(0, 1 << 16),
)
def test_no_input_raises(kind, changes, length, tmp_path):
    data = bytearray(FILES[kind])
    for position, value in changes:
        data[position % len(data)] = value
    report = verify_file(write(tmp_path, data[: length or len(data)]), ASKED)
    assert report.checks


def test_names_of_symbols_behind_all_sections_count_for_completeness(tmp_path):
    whole = pe.build()
    path = tmp_path / "app.exe"
    path.write_bytes(whole[: whole.rindex(b"main.longer_than_eight") + 5])
    assert "CW1004" in codes(verify_file(path), Status.FAIL)


@pytest.mark.parametrize("program", [elf.static(), debugged.pe(), debugged.macho()])
def test_of_debug_data_alone_only_that_is_checked(program, tmp_path):
    *_, data = split_file(program, "program").debug.values()
    path = write(tmp_path, data)
    report = verify_file(path)
    assert not {check.code for check in report.checks} - OF_DEBUG_DATA
    assert not codes(report, Status.FAIL, Status.WARN)
    # Whoever asks for a program gets all checks.
    assert codes(verify_file(path, Expectation(buildmode="exe")), Status.FAIL)
