"""CW1603, CW1604: a program that was split, and the file that holds its debug data."""

from __future__ import annotations

from typing import NamedTuple

from crosswind.binary import debuglink, detect
from crosswind.binary.image import Image
from crosswind.binary.macho import FatFile, MachOImage
from crosswind.binary.view import FormatError, View
from crosswind.verify.expectation import Expectation
from crosswind.verify.subject import Subject
from crosswind.verify.verdict import Verdict, failed, passed

_AGAIN = "put the debug file of this build there, or build both again"


class _DebugFile(NamedTuple):
    """Where debug data should be: its place, what is there, the checksum that it should have."""

    place: str
    content: View | None
    checksum: int | None


def belongs(subject: Subject, expected: Expectation) -> Verdict | None:
    """CW1603: a program that was split names its debug file, and what lies there is of this build."""
    found = _find(subject, expected)
    if found is None:
        if not expected.debug_file:
            return None
        return failed("it names no debug file", "set debug: split, or run `crosswind split` on it")
    if found.content is None:
        if expected.debug_file:
            return failed(f"{found.place} is not beside the program", "build again")
        return passed(f"{found.place}, which is not beside the program")
    problem = _other_build(subject, found)
    if problem:
        return failed(f"{found.place} belongs to another build: {problem}", _AGAIN)
    return passed(f"{found.place}, {len(found.content)} bytes, of this build")


def holds(subject: Subject, expected: Expectation) -> Verdict | None:
    """CW1604: the debug file can be read, is for the same machine, and holds debug data."""
    found = _find(subject, expected)
    if found is None or found.content is None:
        return None
    try:
        debug = _image(found.content, subject.image)
    except FormatError as error:
        return failed(f"{found.place} is damaged: {error.message}", _AGAIN)
    image = subject.image
    if (debug.format, debug.goarchs) != (image.format, image.goarchs):
        return failed(f"{found.place} is for {debug.format}, {debug.machine}", _AGAIN)
    if not debug.has_dwarf and not debug.has_symbols:
        return failed(f"{found.place} holds no debug data", _AGAIN)
    size = sum(part.file_size for part in debug.sections if "debug_" in part.name)
    return passed(f"{size} bytes of DWARF" if debug.has_dwarf else "symbols, no DWARF")


def _find(subject: Subject, expected: Expectation) -> _DebugFile | None:
    if subject.macho:
        name = expected.file_name or subject.name
        inside = f"{name}.dSYM/Contents/Resources/DWARF/{name}"
        content = subject.beside(inside)
        if content is None and not expected.debug_file:
            return None
        return _DebugFile(f"{name}.dSYM", content, None)
    link = debuglink.read(subject.image)
    if link is None:
        return None
    if set(link.name) & set("/\\") or link.name in (".", ".."):
        raise FormatError(f"{debuglink.SECTION} names {link.name!r}, which is no file name")
    return _DebugFile(link.name, subject.beside(link.name), link.crc)


def _other_build(subject: Subject, found: _DebugFile) -> str:
    """Say by what the file that was found is not the program's; empty if it is."""
    if found.content is None:
        return ""
    if found.checksum is not None:
        checksum = debuglink.checksum(found.content.data)
        same = checksum == found.checksum
        return "" if same else f"its checksum is {checksum:08x}, not {found.checksum:08x}"
    try:
        debug = _image(found.content, subject.image)
    except FormatError:
        return ""  # CW1604 says it
    one, other = _identity(debug), _identity(subject.image)
    return "" if one == other else f"its UUID is {one or 'absent'}, not {other or 'absent'}"


def _image(content: View, program: Image) -> Image:
    """Read a debug file; of a universal one the part for the program's machine."""
    debug = detect.read(content)
    if not isinstance(debug, FatFile):
        return debug
    part = next((one for one in debug.slices if one.goarchs == program.goarchs), None)
    if part is None:
        raise FormatError("no part for this machine", content.base)
    return part.image()


def _identity(image: Image) -> str:
    return image.uuid.hex() if isinstance(image, MachOImage) and image.uuid else ""
