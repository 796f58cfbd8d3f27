"""What Windows does with files: case, sharing, deletion, renaming, locks, attributes."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from crosswind.run.emulator import status
from crosswind.run.emulator.filesystem import changes, flags
from crosswind.run.emulator.filesystem.filesystem import Request
from crosswind.run.emulator.filesystem.reparse import Link

from .conftest import made, refused

READ, WRITE = 0x80000000, 0x40000000


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_case_is_kept_and_does_not_count(drive):
    drive.create(r"Z:\ReadMe.txt", b"x").close()
    assert names(drive.host) == ["ReadMe.txt"]
    assert drive.open(r"Z:\README.TXT").parts == ("ReadMe.txt",)
    with refused(status.STATUS_OBJECT_NAME_COLLISION):
        drive.create(r"Z:\readme.txt")


def test_names_that_differ_in_case_only(drive):
    (drive.host / "b").write_text("lower")
    (drive.host / "B").write_text("UPPER")
    assert drive.open(r"Z:\b").read(0, 9) == b"lower"
    assert drive.open(r"Z:\B").read(0, 9) == b"UPPER"
    (drive.host / "b").unlink()
    assert drive.open(r"Z:\b").read(0, 9) == b"UPPER"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (r"Z:\none", status.STATUS_OBJECT_NAME_NOT_FOUND),
        (r"Z:\none\x", status.STATUS_OBJECT_PATH_NOT_FOUND),
        (r"Z:\file\x", status.STATUS_OBJECT_PATH_NOT_FOUND),
        (r"X:\none", status.STATUS_OBJECT_PATH_NOT_FOUND),
        ("Z:\\file\\", status.STATUS_OBJECT_NAME_INVALID),
        (r"Z:\a<b", status.STATUS_OBJECT_NAME_INVALID),
    ],
)
def test_what_is_not_there(drive, path, code):
    drive.create(r"Z:\file").close()
    with refused(code):
        drive.open(path)


def test_a_file_and_a_folder_are_not_taken_for_each_other(drive):
    drive.make_folder(r"Z:\d")
    drive.create(r"Z:\f").close()
    with refused(status.STATUS_FILE_IS_A_DIRECTORY):
        drive.open(r"Z:\d", options=flags.NON_DIRECTORY_FILE)
    with refused(status.STATUS_NOT_A_DIRECTORY):
        drive.open(r"Z:\f", options=flags.DIRECTORY_FILE)


@pytest.mark.parametrize(
    ("first", "share", "second", "fits"),
    [
        (READ, 1, READ, True),
        (READ, 0, READ, False),
        (READ, 1, WRITE, False),
        (READ, 3, WRITE, True),
        (WRITE, 3, WRITE, True),
        (WRITE, 1, WRITE, False),
        (READ, 3, 0x10000, False),
        (READ, 7, 0x10000, True),
        (0x80, 0, WRITE, True),
        (READ, 0, 0x80, True),
    ],
)
def test_sharing(drive, first, share, second, fits):
    drive.create(r"Z:\f").close()
    held = drive.open(r"Z:\f", first, share=share)
    if fits:
        drive.open(r"Z:\F", second)
    else:
        with refused(status.STATUS_SHARING_VIOLATION):
            drive.open(r"Z:\F", second)
    held.close()
    drive.open(r"Z:\f", second)


def test_both_must_share(drive):
    drive.create(r"Z:\f").close()
    drive.open(r"Z:\f", WRITE, share=7)
    with refused(status.STATUS_SHARING_VIOLATION):
        drive.open(r"Z:\f", READ, share=1)


def test_hard_links_share_what_is_known_of_the_file(drive):
    file = drive.create(r"Z:\f")
    changes.link(drive.files, file, drive.files.locate(r"Z:\g"), replace=False)
    assert drive.files.info(file).links == 2
    file.close()
    drive.open(r"Z:\f", WRITE, share=0)
    with refused(status.STATUS_SHARING_VIOLATION):
        drive.open(r"Z:\g", WRITE)


def test_deletion_waits_for_the_last_handle(drive):
    one, other = drive.create(r"Z:\f", b"x"), drive.open(r"Z:\f", READ)
    changes.set_delete(drive.files, one, delete=True, posix=False, force=False)
    with refused(status.STATUS_DELETE_PENDING):
        drive.open(r"Z:\f")
    one.close()
    assert (drive.host / "f").exists()
    assert drive.files.info(other).delete_pending
    other.close()
    assert not (drive.host / "f").exists()


def test_deletion_by_posix_semantics_frees_the_name(drive):
    one, other = drive.create(r"Z:\f", b"x"), drive.open(r"Z:\f", READ)
    changes.set_delete(drive.files, one, delete=True, posix=True, force=False)
    one.close()
    assert not (drive.host / "f").exists()
    assert other.read(0, 5) == b"x"
    drive.create(r"Z:\f", b"new").close()
    assert other.read(0, 5) == b"x"
    other.close()
    assert (drive.host / "f").read_bytes() == b"new"


def test_delete_on_close(drive):
    drive.create(r"Z:\f", options=flags.DELETE_ON_CLOSE).close()
    assert not drive.exists(r"Z:\f")
    with refused(status.STATUS_INVALID_PARAMETER):
        drive.open(r"Z:\g", READ, disposition=flags.CREATE, options=flags.DELETE_ON_CLOSE)


def test_read_only_files(drive):
    file = drive.create(r"Z:\f", attributes=flags.ATTRIBUTE_READONLY)
    file.write(0, b"written by the handle that made it")
    file.close()
    assert not (drive.host / "f").stat().st_mode & 0o222
    with refused(status.STATUS_ACCESS_DENIED):
        drive.open(r"Z:\f", WRITE)
    file = drive.open(r"Z:\f", 0x10100)
    with refused(status.STATUS_CANNOT_DELETE):
        changes.set_delete(drive.files, file, delete=True, posix=True, force=False)
    changes.set_attributes(drive.files, file, flags.ATTRIBUTE_HIDDEN)
    assert drive.files.info(file).attributes == flags.ATTRIBUTE_HIDDEN
    assert (drive.host / "f").stat().st_mode & stat.S_IWUSR


def test_attributes_do_not_pass_to_a_new_file_of_the_same_number(drive):
    file = drive.create(r"Z:\f")
    file.access |= flags.WRITE_ATTRIBUTES
    changes.set_attributes(drive.files, file, flags.ATTRIBUTE_HIDDEN | flags.ATTRIBUTE_SYSTEM)
    changes.set_delete(drive.files, file, delete=True, posix=False, force=False)
    file.close()
    for name in "abc":
        file = drive.create(rf"Z:\{name}")
        assert drive.files.info(file).attributes == flags.ATTRIBUTE_ARCHIVE


def test_rename(drive):
    drive.make_folder(r"Z:\d")
    file = drive.create(r"Z:\f", b"1")
    changes.rename(drive.files, file, drive.files.locate(r"Z:\d\g"), replace=False, posix=False)
    assert file.path == r"Z:\d\g"
    changes.rename(drive.files, file, drive.files.locate(r"Z:\D\G"), replace=False, posix=False)
    assert names(drive.host / "d") == ["G"]
    folder = drive.open(r"Z:\d", 0x10000)
    with refused(status.STATUS_ACCESS_DENIED):
        changes.rename(drive.files, folder, drive.files.locate(r"Z:\e"), replace=False, posix=False)
    file.close()
    changes.rename(drive.files, folder, drive.files.locate(r"Z:\e"), replace=False, posix=False)
    with refused(status.STATUS_SHARING_VIOLATION):
        changes.rename(
            drive.files, folder, drive.files.locate(r"Z:\e\x"), replace=False, posix=False
        )
    assert drive.exists(r"Z:\e\g")


def test_renaming_over_something(drive):
    drive.make_folder(r"Z:\d")
    drive.create(r"Z:\old", b"old").close()
    file = drive.create(r"Z:\f", b"new")
    system, locate = drive.files, drive.files.locate
    with refused(status.STATUS_OBJECT_NAME_COLLISION):
        changes.rename(system, file, locate(r"Z:\old"), replace=False, posix=False)
    with refused(status.STATUS_ACCESS_DENIED):
        changes.rename(system, file, locate(r"Z:\d"), replace=True, posix=True)
    held = drive.open(r"Z:\old", share=7)
    with refused(status.STATUS_ACCESS_DENIED):
        changes.rename(system, file, locate(r"Z:\old"), replace=True, posix=False)
    changes.rename(system, file, locate(r"Z:\OLD"), replace=True, posix=True)
    assert held.read(0, 9) == b"old"
    assert (drive.host / "OLD").read_bytes() == b"new"
    assert names(drive.host) == ["OLD", "d"]


def test_renaming_onto_another_name_of_the_same_file(drive):
    file = drive.create(r"Z:\f")
    changes.link(drive.files, file, drive.files.locate(r"Z:\g"), replace=False)
    changes.rename(drive.files, file, drive.files.locate(r"Z:\g"), replace=True, posix=True)
    assert names(drive.host) == ["g"]


def test_locks(drive):
    drive.create(r"Z:\f", b"0123456789").close()
    one, other = drive.open(r"Z:\f", READ | WRITE), drive.open(r"Z:\f", READ | WRITE)
    assert one.lock(2, 3, exclusive=True)
    assert not other.lock(4, 2, exclusive=False)
    assert other.lock(5, 2, exclusive=False)
    with refused(status.STATUS_FILE_LOCK_CONFLICT):
        other.read(0, 3)
    assert other.read(0, 2) == b"01"
    one.write(2, b"x")
    with refused(status.STATUS_FILE_LOCK_CONFLICT):
        one.write(6, b"x")
    with refused(status.STATUS_RANGE_NOT_LOCKED):
        one.unlock(2, 2)
    one.close()
    assert other.read(0, 3) == b"01x"


def test_appending(drive):
    drive.create(r"Z:\f", b"12").close()
    file = drive.open(r"Z:\f", flags.APPEND_DATA)
    assert file.write(0, b"3") == 3
    assert (drive.host / "f").read_bytes() == b"123"
    with refused(status.STATUS_ACCESS_DENIED):
        file.resize(0)


def test_links_that_stay_inside(drive):
    drive.make_folder(r"Z:\d")
    drive.create(r"Z:\d\f", b"data").close()
    place = drive.files.locate(r"Z:\link")
    changes.make_link(drive.files, place, Link(r"d\f", relative=True), directory=False)
    assert drive.open(r"Z:\link").read(0, 9) == b"data"
    itself = drive.open(r"Z:\link", 0x80, options=flags.OPEN_REPARSE_POINT)
    assert drive.files.read_link(itself) == Link(r"d\f", relative=True)
    with refused(status.STATUS_REPARSE_POINT_ENCOUNTERED):
        drive.files.open(Request(place, READ, refuse_links=True))
    (drive.host / "loop").symlink_to("loop")
    with refused(status.STATUS_REPARSE_POINT_NOT_RESOLVED):
        drive.open(r"Z:\loop")
    (drive.host / "dir").symlink_to("d")
    assert drive.files.query(drive.files.locate(r"Z:\dir")).is_directory
    assert drive.open(r"Z:\dir\f").parts == ("d", "f")


def test_a_link_to_a_folder_that_is_missing_makes_no_file(drive):
    place = drive.files.locate(r"Z:\link")
    changes.make_link(drive.files, place, Link("missing\\", relative=True), directory=True)
    with refused(status.STATUS_OBJECT_NAME_INVALID):
        drive.open(r"Z:\link", WRITE, disposition=flags.OPEN_IF)
    assert not (drive.host / "missing").exists()


def test_listing(drive):
    for name in ("b", "A", "c.txt"):
        (drive.host / name).touch()
    drive.make_folder(r"Z:\d")
    root, below = drive.open("Z:\\", 1), drive.open(r"Z:\d", 1)
    assert drive.files.names(root, "*") == ["A", "b", "c.txt", "d"]
    assert drive.files.names(root, "*.txt") == ["c.txt"]
    assert drive.files.names(below, "*") == [".", ".."]
    assert drive.files.entry(below, "..").is_directory
    os.mkfifo(drive.host / "pipe")
    assert drive.files.entry(root, "pipe") is None


def test_a_drive_that_must_not_change(tmp_path):
    drive = made(tmp_path, writable=False)
    (drive.host / "f").write_text("x")
    assert drive.open(r"Z:\f").read(0, 1) == b"x"
    for path, access in ((r"Z:\f", WRITE), (r"Z:\f", 0x10000), (r"Z:\f", 0x100)):
        with refused(status.STATUS_ACCESS_DENIED):
            drive.open(path, access)
    with refused(status.STATUS_ACCESS_DENIED):
        drive.create(r"Z:\g")


def test_paths_longer_than_windows_takes(drive):
    with refused(status.STATUS_NAME_TOO_LONG):
        drive.files.locate("Z:\\" + "x\\" * 128 + "yy", long_paths=False)
    drive.files.locate("\\\\?\\Z:\\" + "x\\" * 128 + "yy", long_paths=False)
    with refused(status.STATUS_NAME_TOO_LONG):
        drive.create("Z:\\" + "é" * 200)


def test_the_current_directory(drive):
    drive.make_folder(r"Z:\Dir")
    drive.files.set_current("dir\\")
    assert drive.files.full("x") == r"Z:\dir\x"
    with refused(status.STATUS_OBJECT_NAME_NOT_FOUND):
        drive.files.set_current("none")
    with refused(status.STATUS_SHARING_VIOLATION):
        drive.open(r"Z:\Dir", flags.DELETE)
    drive.files.set_current("..")
    drive.open(r"Z:\Dir", flags.DELETE)


def test_no_descriptor_stays_open(drive):
    before = len(names(Path("/proc/self/fd")))
    for _ in range(5):
        file = drive.create(r"Z:\f", b"x", disposition=flags.OPEN_IF)
        drive.exists(r"Z:\none\x\y")
        drive.files.names(drive.open("Z:\\", 1), "*")
        file.close()
    assert len(names(Path("/proc/self/fd"))) == before
