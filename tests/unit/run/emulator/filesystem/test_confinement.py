"""Nothing of the host outside of a drive's folder can be read, written, listed or found out."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crosswind.run.emulator import status
from crosswind.run.emulator.filesystem import changes, flags, reparse
from crosswind.run.emulator.filesystem.reparse import Link
from crosswind.run.emulator.filesystem.volume import kernel_devices
from crosswind.run.emulator.status import NtError
from crosswind.system import folder
from crosswind.system.folder import Folder

from .conftest import made, refused


@pytest.mark.parametrize(
    "path",
    [
        r"Z:\..\outside\secret",
        r"..\outside\secret",
        r"\..\..\outside\secret",
        r"\\?\Z:\..\outside\secret",
        r"\\?\Z:\x\..\..\outside\secret",
        r"\\.\Z:\..\outside\secret",
        r"\??\Z:\..\outside\secret",
        "Z:\\..\\..\\..\\..\\..\\..\\..\\etc\\passwd",
        "\\\\?\\Z:\\../outside/secret",
        r"\\?\GLOBALROOT\Device\HarddiskVolume1\secret",
        r"\\localhost\c$\etc\passwd",
        r"\\.\PhysicalDrive0",
        r"\\?\Volume{00000000-0000-0000-0000-000000000000}\secret",
        "Z:\\\uf02f\uf02f\\secret",
        "Z:\\..\uf05coutside\\secret",
        "C:\\etc\\passwd",
    ],
)
def test_paths_do_not_lead_out(drive, path):
    with pytest.raises(NtError):
        drive.open(path)


@pytest.mark.parametrize(
    "target", ["../outside/secret", "{outside}/secret", "sub/../../outside/secret"]
)
def test_links_of_the_host_do_not_lead_out(drive, target):
    (drive.host / "sub").mkdir()
    (drive.host / "link").symlink_to(target.format(outside=drive.outside))
    for access in (0x80000000, 0x40000000, 0x80):
        with pytest.raises(NtError):
            drive.open(r"Z:\link", access)
    with pytest.raises(NtError):
        drive.create(r"Z:\link", b"x", disposition=flags.OVERWRITE_IF)
    assert (drive.outside / "secret").read_text() == "secret"
    assert drive.files.query(drive.files.locate(r"Z:\link")).tag == flags.TAG_SYMLINK


def test_a_link_to_a_folder_outside_is_a_dead_end(drive):
    (drive.host / "dir").symlink_to(drive.outside)
    (drive.host / "up").symlink_to("..")
    for path in (r"Z:\dir\secret", r"Z:\dir\new", r"Z:\up\outside\secret", r"Z:\up\up\outside\new"):
        with pytest.raises(NtError):
            drive.create(path, disposition=flags.OPEN_IF)
    # `..` of the root is the root: the link leads nowhere new.
    assert drive.open(r"Z:\up", 0x80).parts == ()
    assert sorted(path.name for path in drive.outside.iterdir()) == ["secret"]


def test_a_dangling_link_outside_creates_nothing(drive):
    (drive.host / "link").symlink_to(drive.outside / "new")
    with pytest.raises(NtError):
        drive.create(r"Z:\link", disposition=flags.OPEN_IF)
    assert not (drive.outside / "new").exists()


@pytest.mark.parametrize("target", [r"..\outside", r"a\..\..\outside", "Y:\\x", "C:\\x"])
def test_programs_make_no_link_that_leads_out(drive, target):
    link = Link(target, relative=target[1] != ":")
    with pytest.raises(NtError):
        changes.make_link(drive.files, drive.files.locate(r"Z:\link"), link, directory=False)
    assert not os.path.lexists(drive.host / "link")


def test_a_link_of_a_program_is_written_so_that_other_tools_stay_inside(drive):
    drive.make_folder(r"Z:\d")
    link = Link(r"..\x\..\y", relative=True)
    changes.make_link(drive.files, drive.files.locate(r"Z:\d\link"), link, directory=False)
    assert (drive.host / "d/link").readlink() == Path("../y")
    link = Link(r"\a\b", relative=True)
    changes.make_link(drive.files, drive.files.locate(r"Z:\d\root"), link, directory=False)
    assert (drive.host / "d/root").readlink() == Path("../a/b")


def test_a_sandbox_makes_no_links(tmp_path):
    drive = made(tmp_path, makes_links=False)
    with refused(status.STATUS_PRIVILEGE_NOT_HELD):
        changes.make_link(
            drive.files, drive.files.locate(r"Z:\l"), Link("x", relative=True), directory=False
        )


def test_a_folder_that_becomes_a_link_is_not_entered(drive):
    """What a second process could swap between two calls, and between look and open."""
    drive.make_folder(r"Z:\d")
    drive.create(r"Z:\d\secret", b"mine").close()
    held = drive.open(r"Z:\d\secret")
    handle = drive.open(r"Z:\d", 1)
    (drive.host / "d").rename(drive.host / "moved")
    (drive.host / "d").symlink_to(drive.outside)
    with pytest.raises(NtError):
        drive.open(r"Z:\d\secret")
    with pytest.raises(NtError):
        drive.files.names(handle, "*")
    assert held.read(0, 10) == b"mine"
    held.access |= flags.DELETE
    changes.set_delete(drive.files, held, delete=True, posix=True, force=True)
    held.close()
    assert (drive.outside / "secret").exists()


def test_a_swap_between_look_and_open_is_not_followed(drive, monkeypatch):
    drive.create(r"Z:\f", b"mine").close()
    look = Folder.look

    def swapped(self: Folder, name: str) -> os.stat_result:
        found = look(self, name)
        if name == "f":
            (drive.host / "f").unlink()
            (drive.host / "f").symlink_to(drive.outside / "secret")
        return found

    monkeypatch.setattr(Folder, "look", swapped)
    with refused(status.STATUS_ACCESS_DENIED):
        drive.open(r"Z:\f")


def test_what_is_no_file_is_not_opened(drive):
    os.mkfifo(drive.host / "pipe")
    place = drive.host / "socket"
    os.mknod(place, 0o600 | stat.S_IFSOCK)
    for name in ("pipe", "socket"):
        with refused(status.STATUS_ACCESS_DENIED):
            drive.open(rf"Z:\{name}")


def test_the_kernels_file_systems_are_closed(tmp_path):
    devices = kernel_devices()
    if Path("/proc/self/mem").exists():
        assert Path("/proc").stat().st_dev in devices
        drive = made(tmp_path)
        drive.files.drives["Z"].root = Folder.root(Path("/"))
        for path in (r"Z:\proc\self\mem", r"Z:\proc\self\root\etc", r"Z:\dev\null"):
            with refused(status.STATUS_ACCESS_DENIED):
                drive.open(path)


def test_a_table_of_mounts(tmp_path):
    table = tmp_path / "mountinfo"
    table.write_text(
        "22 1 0:77 / /jail/proc rw - proc proc rw\n23 1 0:78 / /d rw - ext4 x rw\nbad\n"
    )
    assert os.makedev(0, 77) in kernel_devices(table)
    assert os.makedev(0, 78) not in kernel_devices(table)


@pytest.mark.parametrize("name", ["..", ".", "", "a/b", "/etc/passwd", "a\0b", "../outside"])
def test_a_folder_takes_single_names_only(drive, name):
    with Folder.root(drive.host) as root:
        for call in (root.enter, root.look, root.make_folder, root.read_link):
            with pytest.raises(OSError, match="not one name"):
                call(name)
        with pytest.raises(OSError, match="not one name"):
            root.open(name, os.O_RDONLY)
        with pytest.raises(OSError, match="not one name"):
            root.rename("x", root, name)


def test_hosts_without_descriptors_of_folders(drive, monkeypatch):
    monkeypatch.setattr(folder, "RELATIVE", False)
    (drive.host / "link").symlink_to(drive.outside)
    (drive.host / "file").symlink_to(drive.outside / "secret")
    with Folder.root(drive.host) as root:
        with pytest.raises(OSError, match="not a folder"):
            root.enter("link")
        with pytest.raises(OSError):
            root.open("file", os.O_RDONLY)
        root.make_folder("d")
        with root.enter("d") as below:
            os.close(below.open("f", os.O_RDWR | os.O_CREAT))
            below.rename("f", root, "g")
            assert root.names().count("g") == 1
            (drive.host / "d").rmdir()
            (drive.host / "d").symlink_to(drive.outside)
            with pytest.raises(OSError, match="a link"):
                below.look("secret")


NAMES = st.sampled_from(["a", "b", "..", ".", "up", "out", "abs", "loop"])


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(NAMES, min_size=1, max_size=8), target=st.lists(NAMES, min_size=1, max_size=5)
)
def test_no_path_over_any_link_leads_out(drive, parts, target):
    host = drive.host
    for name in ("up", "out", "abs", "loop", "new"):
        (host / name).unlink(missing_ok=True)
    (host / "a/b").mkdir(parents=True, exist_ok=True)
    (host / "up").symlink_to("..")
    (host / "out").symlink_to("/".join(["..", *target]))
    (host / "abs").symlink_to(drive.outside)
    (host / "loop").symlink_to("/".join(target))
    inside = {status.st_ino for status in (path.lstat() for path in [host, *host.rglob("*")])}
    try:
        file = drive.open("\\\\?\\Z:\\" + "\\".join(p for p in parts if p not in ("..", ".")), 0x80)
    except NtError:
        return
    assert file.status().st_ino in inside
    file.close()


@given(st.binary(max_size=80))
def test_reparse_buffers_are_read_or_refused(data):
    head = b"\x0c\x00\x00\xa0" + max(0, len(data)).to_bytes(2, "little") + b"\0\0"
    for buffer in (data, head + data):
        link = reparse.unpack(buffer)
        assert link is None or link.target
