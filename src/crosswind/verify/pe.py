"""CW13xx: what Windows asks of a program's headers."""

from __future__ import annotations

from datetime import UTC, datetime

from crosswind.binary.pe import PEImage
from crosswind.verify.expectation import Expectation
from crosswind.verify.fitting import only
from crosswind.verify.subject import Subject
from crosswind.verify.verdict import Verdict, failed, passed, skipped, warned

_STARTED_BY_USERS = ("Windows console", "Windows GUI")
# "PE Format", optional header: FileAlignment is a power of two from 512 to 64 K.
_FILE_ALIGNMENTS = frozenset(1 << bits for bits in range(9, 17))
_PAGE, _SECTOR = 4096, 512


def subsystem(subject: Subject, expected: Expectation) -> Verdict | None:
    """CW1301: a console program, or one without (`-H windowsgui`), as asked."""
    image = subject.pe
    if image is None:
        if not expected.gui:
            return None
        # With a target the checks of format and machine say that it is no Windows program.
        return skipped("only Windows has GUI programs") if expected.target else failed("no PE file")
    found = image.subsystem
    if expected.gui is not None and image.is_gui is not expected.gui:
        wanted = "Windows GUI" if expected.gui else "Windows console"
        return failed(f"{found}, but {wanted} was asked for", "see -ldflags=-H=windowsgui")
    if found not in _STARTED_BY_USERS:
        return warned(f"{found}: not started from a desktop or a shell")
    return passed(found)


@only(PEImage)
def aslr(image: PEImage, expected: Expectation) -> Verdict:
    """CW1302: Windows may load it at a random address, and can."""
    if image.aslr and image.has_relocations:
        return passed("DYNAMIC_BASE, with base relocations")
    if expected.buildmode == "exe":
        return warned("off, as -buildmode=exe makes on Windows", "leave -buildmode out")
    missing = "base relocations" if image.aslr else "DYNAMIC_BASE"
    return failed(f"address space randomisation is off: no {missing}", "build with -buildmode=pie")


@only(PEImage)
def dep(image: PEImage, _expected: Expectation) -> Verdict:
    """CW1303: data is not executed."""
    if image.nx_compat:
        return passed("NX_COMPAT")
    return failed("data execution prevention is off: no NX_COMPAT", "link with --nxcompat")


@only(PEImage)
def high_entropy(image: PEImage, _expected: Expectation) -> Verdict | None:
    """CW1304: a 64-bit program is randomised over the 64-bit space."""
    if image.bits != 64:
        return None
    if not image.aslr:
        return skipped("address space randomisation is off")
    if image.high_entropy_va:
        return passed("HIGH_ENTROPY_VA")
    return failed("randomised with fewer bits: no HIGH_ENTROPY_VA", "link with --high-entropy-va")


@only(PEImage)
def checksum(image: PEImage, _expected: Expectation) -> Verdict:
    """CW1305: the checksum is right, if there is one."""
    if not image.checksum:
        return passed("0, as Go leaves it; Windows asks for it in drivers only")
    right = image.compute_checksum()
    if image.checksum == right:
        return passed(f"{right:#010x}, right")
    return failed(
        f"{image.checksum:#010x}, but the content gives {right:#010x}",
        "the file was changed after linking: rebuild it, or sign it again",
    )


@only(PEImage)
def timestamp(image: PEImage, _expected: Expectation) -> Verdict:
    """CW1306: no time of day makes the build irreproducible."""
    if not image.timestamp:
        return passed("0, as Go leaves it")
    if any(entry.kind == "repro" for entry in image.debug_entries):
        return passed(f"{image.timestamp:#010x}, a hash of the content")
    moment = datetime.fromtimestamp(image.timestamp, UTC)
    return warned(
        f"{moment:%Y-%m-%d %H:%M:%S} UTC: two builds will differ",
        "link C code with -Wl,--no-insert-timestamp (GNU ld) or /Brepro (lld, MSVC)",
    )


@only(PEImage)
def layout(image: PEImage, _expected: Expectation) -> Verdict:
    """CW1307: sections are aligned and in order, as Windows' loader insists."""
    problem = _layout_problem(image)
    if problem:
        return failed(problem, "Windows calls such a file not a valid Win32 application")
    header = image.headers.optional
    return passed(
        f"sections at multiples of {header.section_alignment:#x}, {header.file_alignment:#x} in the file"
    )


def _layout_problem(image: PEImage) -> str:
    """Say what breaks the rules of "PE Format", "Optional Header Windows-Specific Fields"."""
    # One after the other: sections cannot be placed by an alignment that is none.
    looks = (_alignment_problem, _placement_problem, _size_problem)
    return next(filter(None, (look(image) for look in looks)), "")


def _alignment_problem(image: PEImage) -> str:
    header = image.headers.optional
    section, file = header.section_alignment, header.file_alignment
    if file not in _FILE_ALIGNMENTS and file != section:
        return f"file alignment {file:#x} is no power of two from 512 to 64 K"
    if section == 0 or section < file or section & (section - 1):
        return f"section alignment {section:#x} does not fit file alignment {file:#x}"
    return ""


def _placement_problem(image: PEImage) -> str:
    header = image.headers.optional
    end, before = 0, ""
    for part in image.sections:
        if part.address % header.section_alignment:
            return f"section {part.name} is not aligned to {header.section_alignment:#x}"
        if part.file_size and header.section_alignment >= _PAGE and part.offset % _SECTOR:
            return f"section {part.name} begins at file offset {part.offset:#x}"
        if part.address < end:
            return f"section {part.name} overlaps {before} in memory"
        # "Section Table": sections of an image are adjacent. Stripping by other tools leaves gaps.
        if before and part.address >= end + header.section_alignment:
            return f"there is a gap in memory between sections {before} and {part.name}"
        end, before = part.address + part.size, part.name
    return ""


def _size_problem(image: PEImage) -> str:
    """SizeOfImage is where the last section ends, rounded up to whole sections."""
    header = image.headers.optional
    end = max((part.address + part.size for part in image.sections), default=header.image_base)
    rounded = -(-(end - header.image_base) // header.section_alignment) * header.section_alignment
    if image.sections and header.image_size != rounded:
        return f"the image's size is {header.image_size:#x}, its sections end at {rounded:#x}"
    return ""


@only(PEImage)
def overlay(image: PEImage, _expected: Expectation) -> Verdict:
    """CW1308: nothing is appended behind the image."""
    extra = image.overlay
    # lld fills the last block of the file up, behind the string table too.
    is_padding = len(extra) < image.headers.optional.file_alignment and not any(extra.data)
    if is_padding:
        return passed("none")
    return warned(
        f"{len(extra)} bytes behind the image, from file offset {extra.base:#x}",
        "installers and packers append data; an Authenticode signature does not cover what follows it",
    )


@only(PEImage)
def pdb_path(image: PEImage, _expected: Expectation) -> Verdict:
    """CW1309: no debug record names a file of the building machine."""
    paths = [entry.path for entry in image.debug_entries if entry.path]
    named = [path for path in paths if "/" in path or "\\" in path]
    if named:
        return warned(
            f"the debug directory names {named[0]}",
            "-s -w removes it; lld takes -pdbaltpath:%_PDB%",
        )
    return passed(", ".join(paths) or "no debug directory")
