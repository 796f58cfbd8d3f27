"""kernel32's and ntdll's calls for files, as a program makes them."""

from __future__ import annotations

import struct

import pytest

from crosswind.run.emulator import status
from crosswind.run.emulator.calls import (
    completion_ports,
    devices,
    directories,
    file_information,
    files,
    mappings,
    nt_files,
    pipes,
    standard_handles,
)
from crosswind.run.emulator.file_objects import FileObject
from crosswind.run.emulator.handles import INVALID_HANDLE_VALUE
from crosswind.run.emulator.memory import AccessViolation
from crosswind.run.emulator.objects import Event
from crosswind.run.emulator.standard import OUTPUT
from crosswind.run.emulator.status import Unsupported

from .conftest import Machine, error, waits

READ, WRITE, BOTH = 0x80000000, 0x40000000, 0xC0000000
CREATE_NEW, CREATE_ALWAYS, OPEN_EXISTING, OPEN_ALWAYS, TRUNCATE_EXISTING = range(1, 6)
BACKUP, OVERLAPPED = 0x02000000, 0x40000000


def opened(machine: Machine, name: str, access: int = BOTH, disposition: int = OPEN_ALWAYS,
           flags: int = 0) -> int:  # fmt: skip
    return files.CreateFileW(machine.p, name, access, 7, 0, disposition, flags, 0)


def written(machine: Machine, handle: int, data: bytes, overlapped: int = 0) -> int:
    done = machine.room()
    files.WriteFile(machine.p, handle, machine.room(data=data), len(data), done, overlapped)
    return machine.number(done)


def read(machine: Machine, handle: int, size: int, overlapped: int = 0) -> bytes:
    done, buffer = machine.room(), machine.room(size)
    files.ReadFile(machine.p, handle, buffer, size, done, overlapped)
    return machine.memory.read(buffer, machine.number(done))


def test_a_file_is_written_and_read(machine):
    handle = opened(machine, "f")
    assert written(machine, handle, b"hello world") == 11
    position = machine.room()
    files.SetFilePointerEx(machine.p, handle, -5, position, 2)
    assert machine.memory.read_u64(position) == 6
    assert read(machine, handle, 99) == b"world"
    assert read(machine, handle, 99) == b""
    assert error(files.SetFilePointerEx, machine.p, handle, -1, 0, 0) == status.ERROR_NEGATIVE_SEEK
    assert error(files.ReadFile, machine.p, 0x1234, 0, 0, 0, 0) == status.ERROR_INVALID_HANDLE


def test_last_error_tells_what_was_there(machine):
    opened(machine, "f", disposition=CREATE_ALWAYS)
    assert machine.p.last_error == 0
    opened(machine, "f", disposition=CREATE_ALWAYS)
    assert machine.p.last_error == status.ERROR_ALREADY_EXISTS
    assert error(opened, machine, "f", BOTH, CREATE_NEW) == status.ERROR_FILE_EXISTS
    assert error(opened, machine, "f", BOTH, 9) == status.ERROR_INVALID_PARAMETER


def test_offsets_of_overlapped_reads(machine):
    handle = opened(machine, "f", flags=OVERLAPPED)
    event = Event(manual=True, is_set=False)
    number = machine.p.handles.add(event)
    place = machine.overlapped(3, number)
    assert written(machine, handle, b"abc", place) == 3
    assert event.is_set
    assert struct.unpack("<QQ", machine.memory.read(place, 16)) == (0, 3)
    assert read(machine, handle, 9, machine.overlapped(1)) == b"\0\0abc"
    assert error(read, machine, handle, 9, machine.overlapped(99)) == status.ERROR_HANDLE_EOF


def test_a_file_is_freed_of_its_completion_port(machine):
    handle, block = opened(machine, "f", flags=OVERLAPPED), machine.room(16)
    port = completion_ports.CreateIoCompletionPort(machine.p, handle, 0, 7, 0)
    files.SetFileCompletionNotificationModes(machine.p, handle, 3)
    modes = machine.room()
    nt_files.NtQueryInformationFile(machine.p, handle, block, modes, 4, 41)
    assert machine.number(modes) == 3
    none, other = machine.room(16), machine.room(data=struct.pack("<QQ", port, 9))
    assert error(
        nt_files.NtSetInformationFile, machine.p, handle, block, other, 16, 30
    ) == status.ERROR_INVALID_PARAMETER  # fmt: skip
    nt_files.NtSetInformationFile(machine.p, handle, block, none, 16, 61)
    file = machine.p.handles.get(handle, FileObject)
    assert file.port is None
    nt_files.NtSetInformationFile(machine.p, handle, block, other, 16, 30)
    assert (file.port, file.key) == (machine.p.handles.get(port), 9)


def test_closing_a_completion_port_ends_the_waits_for_it(machine):
    port = completion_ports.CreateIoCompletionPort(machine.p, INVALID_HANDLE_VALUE, 0, 0, 0)
    forever, taken = 0xFFFFFFFF, machine.room()
    one = waits(
        completion_ports.GetQueuedCompletionStatus,
        machine.p, port, machine.room(), machine.room(), machine.room(), forever,
    )  # fmt: skip
    several = waits(
        completion_ports.GetQueuedCompletionStatusEx,
        machine.p, port, machine.room(64), 2, taken, forever, 0,
    )  # fmt: skip
    machine.p.handles.close(port)
    assert error(one) == error(several) == status.ERROR_ABANDONED_WAIT_0


def test_a_volume_is_for_administrators(machine):
    assert error(opened, machine, r"\\.\C:") == status.ERROR_ACCESS_DENIED
    with pytest.raises(Unsupported):
        opened(machine, r"\\.\C:", access=0)


def test_completion_ports_are_told(machine):
    told = []

    class Port:
        def post(self, *what: int) -> None:
            told.append(what)

    handle = opened(machine, "f", flags=OVERLAPPED)
    file = machine.p.handles.get(handle)
    file.port, file.key = Port(), 7
    place = machine.overlapped()
    written(machine, handle, b"abc", place)
    assert told == [(7, place, 0, 3)]
    files.SetFileCompletionNotificationModes(machine.p, handle, 1)
    written(machine, handle, b"abc", place)
    written(machine, handle, b"abc", machine.overlapped(0, 1))
    assert len(told) == 1


def test_a_huge_read_takes_no_huge_memory(machine):
    handle = opened(machine, "f")
    written(machine, handle, b"abc")
    files.SetFilePointerEx(machine.p, handle, 0, 0, 0)
    done, buffer = machine.room(), machine.room()
    files.ReadFile(machine.p, handle, buffer, 0xFFFFFFF0, done, 0)
    assert machine.number(done) == 3


def test_reading_an_empty_pipe_waits(machine):
    ends = machine.room(16)
    pipes.CreatePipe(machine.p, ends, ends + 8, 0, 0)
    reader, writer = struct.unpack("<QQ", machine.memory.read(ends, 16))
    done, buffer = machine.room(), machine.room(16)
    poll = waits(files.ReadFile, machine.p, reader, buffer, 16, done, 0)
    assert poll() is None
    assert written(machine, writer, b"x") == 1
    assert poll() == 1
    assert machine.memory.read(buffer, machine.number(done)) == b"x"
    poll = waits(files.ReadFile, machine.p, reader, buffer, 16, done, 0)
    assert files.CancelIoEx(machine.p, reader, 0) == 1
    assert error(poll) == status.ERROR_OPERATION_ABORTED
    assert error(files.CancelIoEx, machine.p, reader, 0) == status.ERROR_NOT_FOUND
    machine.p.handles.close(writer)
    assert error(read, machine, reader, 1) == status.ERROR_BROKEN_PIPE


def test_a_full_pipe_waits(machine):
    ends = machine.room(16)
    pipes.CreatePipe(machine.p, ends, ends + 8, 0, 4)
    reader, writer = struct.unpack("<QQ", machine.memory.read(ends, 16))
    done = machine.room()
    poll = waits(files.WriteFile, machine.p, writer, machine.room(data=b"123456"), 6, done, 0)
    assert read(machine, reader, 9) == b"1234"
    assert poll() == 1
    assert machine.number(done) == 6
    machine.p.handles.close(reader)
    assert error(written, machine, writer, b"x") == status.ERROR_NO_DATA


def server(machine: Machine, mode: int = 0, access: int = 3 | OVERLAPPED) -> int:
    return pipes.CreateNamedPipeW(machine.p, r"\\.\pipe\x", access, mode, 2, 0, 0, 0, 0)


def test_named_pipes_with_overlapped_transfers(machine):
    end = server(machine)
    place = machine.overlapped()
    assert error(pipes.ConnectNamedPipe, machine.p, end, place) == status.ERROR_IO_PENDING
    client = opened(machine, r"\\.\pipe\X", flags=OVERLAPPED)
    assert machine.memory.read_u64(place) == 0
    buffer, reading = machine.room(16), machine.overlapped()
    assert error(files.ReadFile, machine.p, end, buffer, 16, 0, reading) == status.ERROR_IO_PENDING
    done = machine.room()
    assert error(files.GetOverlappedResult, machine.p, end, reading, done, 0) == (
        status.ERROR_IO_INCOMPLETE
    )
    written(machine, client, b"hi", machine.overlapped())
    assert files.GetOverlappedResult(machine.p, end, reading, done, 0) == 1
    assert machine.memory.read(buffer, machine.number(done)) == b"hi"
    assert error(files.ReadFile, machine.p, end, buffer, 16, 0, reading) == status.ERROR_IO_PENDING
    assert files.CancelIoEx(machine.p, end, reading) == 1
    assert error(files.GetOverlappedResult, machine.p, end, reading, done, 0) == (
        status.ERROR_OPERATION_ABORTED
    )
    pipes.DisconnectNamedPipe(machine.p, end)
    assert error(pipes.DisconnectNamedPipe, machine.p, end) == status.ERROR_PIPE_NOT_CONNECTED
    assert error(written, machine, client, b"x") == status.ERROR_PIPE_NOT_CONNECTED
    assert error(read, machine, end, 1) == status.ERROR_PIPE_NOT_CONNECTED


def test_a_message_comes_in_parts(machine):
    end = server(machine, mode=4 | 2, access=3)
    client = opened(machine, r"\\.\pipe\x")
    mode = machine.room(data=b"\x02")
    assert pipes.SetNamedPipeHandleState(machine.p, client, mode, 0, 0) == 1
    written(machine, end, b"message")
    buffer, done = machine.room(16), machine.room()
    assert error(files.ReadFile, machine.p, client, buffer, 4, done, 0) == status.ERROR_MORE_DATA
    assert machine.number(done) == 4
    assert read(machine, client, 16) == b"age"


def test_locks_wait_for_one_another(machine):
    one, other = opened(machine, "f"), opened(machine, "f")
    place = machine.overlapped()
    assert files.LockFileEx(machine.p, one, 3, 0, 1, 0, place) == 1
    assert error(files.LockFileEx, machine.p, other, 3, 0, 1, 0, place) == (
        status.ERROR_LOCK_VIOLATION
    )
    poll = waits(files.LockFileEx, machine.p, other, 2, 0, 1, 0, place)
    machine.p.handles.close(one)
    assert poll() == 1
    assert files.UnlockFileEx(machine.p, other, 0, 1, 0, place) == 1
    assert error(files.UnlockFileEx, machine.p, other, 0, 1, 0, place) == 158  # ERROR_NOT_LOCKED


def test_folders_and_names(machine):
    p = machine.p
    assert directories.CreateDirectoryW(p, "d", 0) == 1
    assert error(directories.CreateDirectoryW, p, "D", 0) == status.ERROR_ALREADY_EXISTS
    p.handles.close(opened(machine, r"d\f"))
    assert error(directories.RemoveDirectoryW, p, "d") == status.ERROR_DIR_NOT_EMPTY
    assert error(directories.DeleteFileW, p, "d") == status.ERROR_ACCESS_DENIED
    assert directories.MoveFileExW(p, r"d\f", "g", 1) == 1
    assert directories.CopyFileW(p, "g", "h", 1) == 1
    assert error(directories.CopyFileW, p, "g", "h", 1) == status.ERROR_FILE_EXISTS
    assert directories.MoveFileExW(p, "h", r"C:\Windows\Temp\h", 2) == 1
    assert error(directories.MoveFileExW, p, "g", r"C:\g", 0) == status.ERROR_NOT_SAME_DEVICE
    assert directories.SetCurrentDirectoryW(p, "d") == 1
    assert machine.text(directories.GetCurrentDirectoryW) == ("Z:\\d")
    assert error(directories.RemoveDirectoryW, p, r"..\d") == status.ERROR_SHARING_VIOLATION
    with pytest.raises(Unsupported):
        directories.MoveFileExW(p, "g", "h", 4)
    with pytest.raises(Unsupported):
        directories.ReadDirectoryChangesW(p, 0)


def test_a_search(machine):
    p = machine.p
    for name in ("a.txt", "b.TXT", "c"):
        p.handles.close(opened(machine, name))
    data = machine.room(592)
    handle = directories.FindFirstFileW(p, "*.txt", data)
    assert machine.memory.read(data + 44, 10) == "a.txt".encode("utf-16-le")
    assert directories.FindNextFileW(p, handle, data) == 1
    assert error(directories.FindNextFileW, p, handle, data) == status.ERROR_NO_MORE_FILES
    assert directories.FindClose(p, handle) == 1
    assert error(directories.FindClose, p, handle) == status.ERROR_INVALID_HANDLE
    assert error(directories.FindFirstFileW, p, "none*", data) == status.ERROR_FILE_NOT_FOUND
    assert error(directories.FindFirstFileW, p, r"none\*", data) == status.ERROR_PATH_NOT_FOUND
    assert error(directories.FindFirstFileW, p, r"c\*", data) == status.ERROR_DIRECTORY


def test_temporary_files(machine):
    p = machine.p
    assert machine.text(directories.GetTempPathW) == ("C:\\Windows\\Temp\\")
    buffer = machine.room(1024)
    assert directories.GetTempFileNameW(p, ".", "abcd", 0x1234, buffer) == 0x1234
    assert machine.memory.read_wide(buffer) == r".\abc1234.tmp"
    assert directories.GetTempFileNameW(p, ".", "x", 0, buffer)
    assert file_information.GetFileAttributesW(p, machine.memory.read_wide(buffer)) == 0x20


def test_names_as_they_are_written(machine):
    p = machine.p
    directories.CreateDirectoryW(p, "Folder", 0)
    p.handles.close(opened(machine, r"Folder\File.txt"))

    def long(name: str) -> str:
        buffer = machine.room(1024)
        length = directories.GetLongPathNameW(p, name, buffer, 512)
        return machine.memory.read(buffer, length * 2).decode("utf-16-le")

    assert long(r"folder\FILE.TXT") == r"Folder\File.txt"
    assert long(r"z:\folder\..\FOLDER\file.txt") == r"z:\folder\..\Folder\File.txt"
    assert error(directories.GetLongPathNameW, p, "none", 0, 0) == status.ERROR_FILE_NOT_FOUND


def nt_open(machine: Machine, name: str, root: int = 0, *, disposition: int = 1, options: int = 0,
            attributes: int = 0, access: int = 0x120089) -> int:  # fmt: skip
    """NtCreateFile; returns the handle, or raises."""
    text = name.encode("utf-16-le")
    string = machine.room(
        16, struct.pack("<HHIQ", len(text), len(text), 0, machine.room(data=text))
    )
    block = struct.pack("<IIQQIIQQ", 48, 0, root, string, attributes, 0, 0, 0)
    handle, told = machine.room(), machine.room(16)
    nt_files.NtCreateFile(
        machine.p,
        handle,
        access,
        machine.room(48, block),
        told,
        0,
        0x80,
        7,
        disposition,
        options,
        0,
        0,
    )
    return machine.memory.read_u64(handle)


def test_an_overlapped_that_is_gone_is_not_the_fault_of_who_ends_the_transfer(machine):
    end, place = server(machine), machine.overlapped()
    assert error(pipes.ConnectNamedPipe, machine.p, end, place) == status.ERROR_IO_PENDING
    client = opened(machine, r"\\.\pipe\X", flags=OVERLAPPED)
    page = machine.memory.new(4096)
    assert error(files.ReadFile, machine.p, end, machine.room(16), 16, 0, page) == (
        status.ERROR_IO_PENDING
    )
    machine.memory.release(page)
    written(machine, client, b"hi", machine.overlapped())
    with pytest.raises(AccessViolation):
        files.ReadFile(machine.p, end, machine.room(16), 16, 0, page)


def test_nt_files_relative_to_a_folder(machine):
    p = machine.p
    directories.CreateDirectoryW(p, "d", 0)
    folder = nt_open(machine, r"\??\Z:\d", options=1)
    file = nt_open(machine, "f", folder, disposition=2, access=0x120116, options=0x20)
    written(machine, file, b"x")
    p.handles.close(file)
    assert error(nt_open, machine, r"..\x.exe", folder) == status.ERROR_INVALID_NAME
    assert error(nt_open, machine, r"\f", folder) == status.ERROR_INVALID_NAME
    assert error(nt_open, machine, "f", folder) == 0
    assert nt_open(machine, "", folder, options=1)
    with pytest.raises(status.NtError) as caught:
        nt_open(machine, "F", folder, options=1)
    assert caught.value.status == status.STATUS_NOT_A_DIRECTORY


def test_a_link_is_made_and_read(machine):
    p = machine.p
    p.files.drives["Z"].makes_links = True
    p.handles.close(opened(machine, "target"))
    assert directories.CreateSymbolicLinkW(p, "link", "target", 2) == 1
    handle = opened(machine, "link", 0x80, OPEN_EXISTING, BACKUP | 0x200000)
    buffer, got = machine.room(200), machine.room()
    assert devices.DeviceIoControl(p, handle, 0x900A8, 0, 0, buffer, 200, got, 0) == 1
    data = machine.memory.read(buffer, machine.number(got))
    assert data.endswith("target".encode("utf-16-le"))
    assert error(devices.DeviceIoControl, p, handle, 0x900A8, 0, 0, buffer, 9, got, 0) == (
        status.ERROR_INSUFFICIENT_BUFFER
    )
    assert error(devices.DeviceIoControl, p, handle, 0x12345, 0, 0, 0, 0, got, 0) == 1
    with pytest.raises(status.NtError) as caught:
        nt_open(machine, r"\??\Z:\link", attributes=0x1000)
    assert caught.value.status == status.STATUS_REPARSE_POINT_ENCOUNTERED


def test_a_sandbox_has_no_right_to_links(machine):
    assert error(directories.CreateSymbolicLinkW, machine.p, "l", "x", 2) == (
        status.ERROR_PRIVILEGE_NOT_HELD
    )


def test_a_mapping_sees_the_file_and_the_file_sees_it(machine, tmp_path):
    p = machine.p
    handle = opened(machine, "f")
    written(machine, handle, b"0123456789")
    section = mappings.CreateFileMappingW(p, handle, 0, 4, 0, 0, None)
    view = mappings.MapViewOfFile(p, section, 2, 0, 0, 0)
    assert p.memory.read(view, 10) == b"0123456789"
    p.memory.write(view, b"abc")
    files.SetFilePointerEx(p, handle, 0, 0, 0)
    assert read(machine, handle, 5) == b"abc34"
    written(machine, handle, b"X")
    assert p.memory.read(view + 5, 1) == b"X"
    assert error(files.SetEndOfFile, p, handle) == status.ERROR_USER_MAPPED_FILE
    p.memory.write(view + 9, b"!")
    p.handles.close(section)
    p.handles.close(handle)
    assert mappings.FlushViewOfFile(p, view, 0) == 1
    assert mappings.UnmapViewOfFile(p, view) == 1
    assert error(mappings.UnmapViewOfFile, p, view) == status.ERROR_INVALID_ADDRESS
    assert (tmp_path / "host/f").read_bytes() == b"abc34X678!"
    assert not p.views


def test_a_mapping_is_written_back_at_the_end(machine, tmp_path):
    p = machine.p
    handle = opened(machine, "f")
    written(machine, handle, b"0123456789")
    section = mappings.CreateFileMappingW(p, handle, 0, 4, 0, 0, None)
    p.memory.write(mappings.MapViewOfFile(p, section, 2, 0, 0, 0), b"end")
    p.handles.close_all()
    p.files.close()
    assert (tmp_path / "host/f").read_bytes() == b"end3456789"


def test_mappings_that_cannot_be(machine):
    p = machine.p
    empty = opened(machine, "empty", READ)
    assert error(mappings.CreateFileMappingW, p, empty, 0, 2, 0, 0, None) == 1006
    assert error(mappings.CreateFileMappingW, p, empty, 0, 4, 0, 5, None) == 5
    huge = (1 << 64) - 1
    assert error(mappings.CreateFileMappingW, p, huge, 0, 4, 0xFFFF, 0, None) == 8
    section = mappings.CreateFileMappingW(p, huge, 0, 4, 0, 0x20000, None)
    assert error(mappings.MapViewOfFile, p, section, 2, 0, 5, 0) == 1132
    one = mappings.MapViewOfFile(p, section, 2, 0, 0x10000, 0)
    whole = mappings.MapViewOfFile(p, section, 4, 0, 0, 0)
    p.memory.write(one, b"shared")
    assert p.memory.read(whole + 0x10000, 6) == b"shared"


def test_standard_handles(machine):
    assert standard_handles.GetStdHandle(machine.p, OUTPUT) == 0
    assert standard_handles.SetStdHandle(machine.p, OUTPUT, 0x44) == 1
    assert standard_handles.GetStdHandle(machine.p, OUTPUT) == 0x44
    assert error(standard_handles.GetStdHandle, machine.p, 5) == status.ERROR_INVALID_HANDLE


def test_nul(machine):
    handle = opened(machine, "nul")
    assert written(machine, handle, b"gone") == 4
    assert read(machine, handle, 4) == b""
    assert files.GetFileType(machine.p, handle) == 2
    assert not machine.p.files.query(machine.p.files.locate("Z:\\")).size
