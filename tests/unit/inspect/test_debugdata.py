"""Whether debug data that lies elsewhere belongs to a program."""

from __future__ import annotations

import struct
import zlib

import pytest

from crosswind.errors import UsageError
from crosswind.inspect import inspect_file
from crosswind.inspect.debugdata import Match
from images import elf, macho, pdb, pe

GUID = bytes(range(16))  # of the CodeView entry in made PE files, whose age is 3


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "hello.exe"
    path.write_bytes(pe.build())
    return path


def references(path, debug_file=None):
    return inspect_file(path, {"debug"}, debug_file).contents[0].parts["debug"].references


def test_a_pdb_that_is_not_there(program):
    (found,) = references(program)
    assert (found.kind, found.name, found.state) == ("PDB", "C:\\build\\hello.pdb", Match.NOT_FOUND)
    assert found.wanted.endswith(" age 3")


@pytest.mark.parametrize(
    ("data", "state"),
    [
        (pdb.build(GUID, 3), Match.MATCH),
        (pdb.build(GUID, 1, dbi_age=3), Match.MATCH),
        (pdb.build(GUID, 2), Match.MISMATCH),
        (pdb.build(bytes(16), 3), Match.MISMATCH),
        (b"no PDB", Match.UNREADABLE),
        (pdb.build()[:600], Match.UNREADABLE),
    ],
)
def test_a_pdb_beside_the_program(program, data, state):
    (program.parent / "hello.pdb").write_bytes(data)
    (found,) = references(program)
    assert found.state is state
    assert found.file.endswith("hello.pdb")


def test_a_file_that_was_named(program, tmp_path):
    other = tmp_path / "elsewhere"
    other.write_bytes(pdb.build(GUID, 3))
    (found,) = references(program, other)
    assert (found.state, found.file) == (Match.MATCH, str(other))


def test_names_with_folders_are_not_followed(tmp_path):
    secret = tmp_path / "secret.pdb"
    secret.write_bytes(pdb.build(GUID, 3))
    folder = tmp_path / "inside"
    folder.mkdir()
    path = folder / "program.exe"
    path.write_bytes(pe.build().replace(b"C:\\build\\hello.pdb", b"../secret.pdb\0\0\0\0\0"))
    (found,) = references(path)
    assert found.state is Match.NOT_FOUND


def linked(name: bytes, crc: int) -> bytes:
    """An ELF file whose .debug_info became a .gnu_debuglink: the names have the same length or less."""
    data = elf.build().replace(b"\0.MIPS.abiflags\0", b"\0.gnu_debuglink\0")
    at = data.index(bytes((0, 0, 32, 1, 1, 1, 0, 3)))
    link = name.ljust(16, b"\0") + struct.pack("<I", crc) + bytes(4)
    return data[:at] + link + data[at + 24 :]


@pytest.mark.parametrize("folder", ["", ".debug"])
@pytest.mark.parametrize(("right", "state"), [(True, Match.MATCH), (False, Match.MISMATCH)])
def test_debug_links(tmp_path, folder, right, state):
    debug = b"debug data"
    place = tmp_path / folder / "program.debug"
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(debug)
    path = tmp_path / "program"
    path.write_bytes(linked(b"program.debug", zlib.crc32(debug) + (not right)))
    data = inspect_file(path, {"debug"}).contents[0]
    assert not data.problems
    found = next(one for one in data.parts["debug"].references if one.kind == "debug link")
    assert (found.name, found.state) == ("program.debug", state)


def test_a_bundle_beside_a_program_for_macos(tmp_path):
    path = tmp_path / "program"
    path.write_bytes(macho.build())
    assert references(path) == ()
    inner = tmp_path / "program.dSYM/Contents/Resources/DWARF/program"
    inner.parent.mkdir(parents=True)
    inner.write_bytes(macho.build())
    (found,) = references(path)
    assert (found.kind, found.state) == ("dSYM", Match.MATCH)
    other = bytearray(macho.build())
    at = other.index(struct.pack("<II", 0x1B, 24)) + 8
    other[at] ^= 1
    inner.write_bytes(other)
    (found,) = references(path)
    assert found.state is Match.MISMATCH


def test_a_bundle_without_files(tmp_path):
    path = tmp_path / "program"
    path.write_bytes(macho.build())
    (tmp_path / "no.dSYM").mkdir()
    (found,) = references(path, tmp_path / "no.dSYM")
    assert found.state is Match.NOT_FOUND


def test_a_file_that_was_named_and_is_not_there(program, tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        references(program, tmp_path / "nothing")


def test_a_program_that_refers_to_nothing(tmp_path):
    path = tmp_path / "plain.exe"
    path.write_bytes(pe.build(tables=False))
    other = tmp_path / "other.pdb"
    other.write_bytes(pdb.build())
    assert references(path) == ()
    (found,) = references(path, other)
    assert (found.state, found.file) == (Match.UNKNOWN, str(other))
