"""Information classes and listings as bytes."""

from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crosswind.run.emulator import status
from crosswind.run.emulator.filesystem import classes, flags, info
from crosswind.run.emulator.filesystem.classes import InfoClass
from crosswind.run.emulator.status import NtError

from .conftest import refused


def rename_data(name: str, chosen: int = 0, root: int = 0) -> bytes:
    raw = name.encode("utf-16-le")
    return (struct.pack("<IxxxxQI", chosen, root, len(raw)) + raw).ljust(24, b"\0")


def test_standard(drive):
    file = drive.create(r"Z:\f", b"x" * 5000)
    allocated, size, links, pending, folder = struct.unpack_from(
        "<QQIBB", classes.query(file, InfoClass.STANDARD, 24)
    )
    assert (allocated, size, links, pending, folder) == (8192, 5000, 1, 0, 0)
    with refused(status.STATUS_INFO_LENGTH_MISMATCH):
        classes.query(file, InfoClass.STANDARD, 8)
    with refused(status.STATUS_INVALID_INFO_CLASS):
        classes.query(file, InfoClass.RENAME, 800)


def test_every_class_answers_for_files_and_folders(drive):
    drive.make_folder(r"Z:\d")
    for file in (drive.create(r"Z:\f", b"x"), drive.open(r"Z:\d", 0x80)):
        for wanted in InfoClass:
            with contextlib.suppress(NtError):
                assert isinstance(classes.query(file, wanted, 1000), bytes)


def test_basic_sets_times_and_attributes(drive):
    file = drive.create(r"Z:\f")
    file.access |= flags.WRITE_ATTRIBUTES | flags.READ_ATTRIBUTES
    moment = 130_000_000_000_000_000
    data = struct.pack("<qqqqII", moment, 0, moment + 10, -1, flags.ATTRIBUTE_HIDDEN, 0)
    classes.change(drive.files, file, InfoClass.BASIC, data, drive.files.locate)
    created, _, written, _, attributes = struct.unpack_from(
        "<QQQQI", classes.query(file, InfoClass.BASIC, 40)
    )
    assert (created, written, attributes) == (moment, moment + 10, flags.ATTRIBUTE_HIDDEN)


def test_rename_and_link(drive):
    file = drive.create(r"Z:\f", b"x")

    def resolve(root: int, name: str):
        assert root == 7
        return drive.files.locate("Z:\\" + name)

    data = rename_data("g", root=7)
    classes.change(drive.files, file, InfoClass.LINK, data, resolve)
    with refused(status.STATUS_OBJECT_NAME_COLLISION):
        classes.change(
            drive.files, file, InfoClass.RENAME, rename_data("G", root=7), drive_g(drive)
        )
    classes.change(drive.files, file, InfoClass.RENAME_EX, rename_data("h", 3, 7), resolve)
    assert sorted(path.name for path in drive.host.iterdir()) == ["g", "h", "other"]


def drive_g(drive):
    drive.create(r"Z:\other").close()
    return lambda _root, _name: drive.files.locate(r"Z:\other")


@pytest.mark.parametrize("wanted", [InfoClass.END_OF_FILE, InfoClass.ALLOCATION])
def test_sizes(drive, wanted):
    file = drive.create(r"Z:\f", b"12345")
    classes.change(drive.files, file, wanted, struct.pack("<q", 2), drive.files.locate)
    assert (drive.host / "f").read_bytes() == b"12"
    with refused(status.STATUS_INVALID_PARAMETER):
        classes.change(drive.files, file, wanted, struct.pack("<q", -1), drive.files.locate)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.sampled_from(list(InfoClass)), st.binary(max_size=64))
def test_any_buffer_changes_or_is_refused(drive, wanted, data):
    file = drive.create(r"Z:\any", disposition=flags.OPEN_IF, share=7)
    file.access = flags.ALL_ACCESS
    try:
        classes.change(
            drive.files, file, wanted, data, lambda _root, name: drive.files.locate(name)
        )
    except NtError:
        pass
    finally:
        file.node.delete_pending = False
        file.close()


@pytest.mark.parametrize("kind", info.ENTRIES)
def test_listings_in_little_room(drive, kind):
    names = [f"file{number:02}" for number in range(30)]
    for name in names:
        (drive.host / name).touch()
    folder = drive.open("Z:\\", 1)
    found = []
    while len(found) < len(names):
        data = classes.listing(folder, kind, 300, restart=False)
        assert len(data) <= 300
        offset = 0
        while True:
            (following,) = struct.unpack_from("<I", data, offset)
            entry = data[offset : offset + following] if following else data[offset:]
            assert offset % 8 == 0
            (length,) = struct.unpack_from("<I", entry, 8 if kind == info.NAMES else 60)
            start = _name_at(kind)
            found.append(entry[start : start + length].decode("utf-16-le"))
            if not following:
                break
            offset += following
    assert found == names
    with refused(status.STATUS_NO_MORE_FILES):
        classes.listing(folder, kind, 300, restart=False)
    with refused(status.STATUS_BUFFER_OVERFLOW):
        classes.listing(folder, kind, 10, restart=True)
    with refused(status.STATUS_NO_SUCH_FILE):
        classes.listing(folder, kind, 300, restart=True, expression="none*")


def _name_at(kind: int) -> int:
    # [MS-FSCC] 2.4: where FileName begins in each structure.
    return {1: 64, 2: 68, 3: 94, 12: 12, 37: 104, 38: 80, 60: 88}[kind]


def test_single_entries(drive):
    for name in "ab":
        (drive.host / name).touch()
    folder = drive.open("Z:\\", 1)
    assert classes.listing(folder, info.NAMES, 999, restart=True, single=True)[12:] == b"a\0"
    assert classes.listing(folder, info.NAMES, 999, restart=False, single=True)[12:] == b"b\0"


def test_volumes(drive):
    file = drive.create(r"Z:\f")
    for wanted in (1, 3, 4, 5, 7):
        assert classes.volume(file, wanted)
    with refused(status.STATUS_INVALID_INFO_CLASS):
        classes.volume(file, 99)
