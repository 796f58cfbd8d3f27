"""Debug data: what is inside, what the file says lies elsewhere, and whether that belongs to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from crosswind.binary import debuglink, detect, dwarf, msf
from crosswind.binary.dwarf import DebugSection
from crosswind.binary.elf import ELFImage
from crosswind.binary.image import Image
from crosswind.binary.macho import FatFile, MachOImage
from crosswind.binary.macho_describe import uuid_text
from crosswind.binary.pe import PEImage
from crosswind.binary.view import FormatError, View
from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.inspect.model import Subject
from crosswind.system.mapping import view_of

# Where GDB looks ("Separate Debug Files"), beside the folders of the program.
_DEBUG_ROOT = Path("/usr/lib/debug")


class Match(StrEnum):
    """Whether separate debug data belongs to the file."""

    MATCH = "match"
    MISMATCH = "mismatch"
    NOT_FOUND = "not found"
    UNREADABLE = "unreadable"
    UNKNOWN = "the program says nothing to compare it by"


@frozen
class Producer:
    """A compiler by its own words, and how many units it made."""

    name: str
    language: str
    units: int


@frozen
class Reference:
    """Debug data that lies elsewhere.

    Attributes:
        kind: PDB, debug link, build id, dSYM.
        name: the file's name as the program has it, empty if it has none.
        wanted: GUID and age, CRC-32, build id or UUID that it must have.
        file: the file that was looked at, empty if there is none.
        found: what that file has.
        state: whether it belongs to the program.
    """

    kind: str
    name: str
    wanted: str
    file: str
    found: str
    state: Match


@frozen
class DebugFacts:
    """Debug data.

    Attributes:
        sections: of DWARF.
        stored, size: bytes of those in the file, and of their content.
        versions: of DWARF, lowest first.
        units: number of compile units.
        producers: compilers, the busiest first.
        problem: why the units cannot be read, empty if they can.
        references: debug data that lies elsewhere.
        alternate: file that debug data is shared with (dwz), empty if there is none.
    """

    sections: tuple[DebugSection, ...]
    stored: int
    size: int
    versions: tuple[int, ...]
    units: int
    producers: tuple[Producer, ...]
    problem: str
    references: tuple[Reference, ...]
    alternate: str


def read_debug(subject: Subject) -> DebugFacts:
    """Read the debug data's outline and look for what lies elsewhere.

    Raises:
        FormatError: the table that refers to it is damaged.
    """
    image = subject.image
    sections = dwarf.debug_sections(image)
    units, problem = _units(image)
    producers = Counter((unit.producer, unit.language) for unit in units)
    alternate = image.debug_alternate if isinstance(image, ELFImage) else None
    return DebugFacts(
        sections=sections,
        stored=sum(section.stored for section in sections),
        size=sum(section.size for section in sections),
        versions=tuple(sorted({unit.version for unit in units})),
        units=len(units),
        producers=tuple(Producer(*key, count) for key, count in producers.most_common()),
        problem=problem,
        references=tuple(_references(subject)) or _unknown(subject),
        alternate=f"{alternate.name} ({alternate.build_id})" if alternate else "",
    )


def _units(image: Image) -> tuple[list[dwarf.Unit], str]:
    """Read units up to the first that is damaged."""
    units: list[dwarf.Unit] = []
    try:
        units.extend(dwarf.read_units(image))
    except FormatError as error:
        return units, str(error)
    return units, ""


def _references(subject: Subject) -> Iterator[Reference]:
    image = subject.image
    if isinstance(image, PEImage):
        yield from _pdbs(subject, image)
    if isinstance(image, MachOImage):
        yield from _dsym(subject, image)
    else:
        yield from _links(subject, image)
    if isinstance(image, ELFImage):
        yield from _build_ids(subject, image)


def _unknown(subject: Subject) -> tuple[Reference, ...]:
    """Tell of a file that was named for a program which refers to none."""
    if subject.debug_file is None:
        return ()
    return (Reference("debug file", "", "", str(subject.debug_file), "", Match.UNKNOWN),)


def _pdbs(subject: Subject, image: PEImage) -> Iterator[Reference]:
    """Compare GUID and age with those of the PDB."""
    for entry in image.debug_entries:
        if entry.kind == "CodeView" and entry.path:
            wanted = f"{entry.guid} age {entry.age}" if entry.guid else f"age {entry.age}"
            # The path is of the machine that linked it; only its last part means something here.
            name = re.split(r"[\\/]", entry.path)[-1]
            places = [subject.path.with_name(name)] if _is_name(name) else []
            places.append(subject.path.with_suffix(".pdb"))
            yield _compare(
                subject, places, Reference("PDB", entry.path, wanted, "", "", Match.NOT_FOUND)
            )


def _links(subject: Subject, image: Image) -> Iterator[Reference]:
    """Compare the CRC-32 of `.gnu_debuglink`, which PE files may have as well."""
    link = debuglink.read(image)
    if link is None:
        return
    folder = subject.path.absolute().parent
    places = []
    if _is_name(link.name):
        places = [folder / link.name, folder / ".debug" / link.name,
                  _DEBUG_ROOT / folder.relative_to(folder.anchor) / link.name]  # fmt: skip
    wanted = f"CRC {link.crc:08x}"
    yield _compare(
        subject, places, Reference("debug link", link.name, wanted, "", "", Match.NOT_FOUND)
    )


def _build_ids(subject: Subject, image: ELFImage) -> Iterator[Reference]:
    """Compare the build id; nothing promises such a file, so one that is absent is no news."""
    wanted = image.build_id
    if not wanted:
        return
    places = [
        subject.path.with_name(subject.path.name + ".debug"),
        _DEBUG_ROOT / ".build-id" / wanted[:2] / f"{wanted[2:]}.debug",
    ]
    found = _compare(subject, places, Reference("build id", "", wanted, "", "", Match.NOT_FOUND))
    if found.state is not Match.NOT_FOUND:
        yield found


def _dsym(subject: Subject, image: MachOImage) -> Iterator[Reference]:
    """Compare the UUID with that of a dSYM bundle's slice for the same machine."""
    if image.uuid is None:
        return
    bundle = subject.debug_file or subject.path.with_name(subject.path.name + ".dSYM")
    places = [bundle]
    inner = bundle / "Contents" / "Resources" / "DWARF"
    if inner.is_dir():
        places = sorted(path for path in inner.iterdir() if path.is_file())[:_MAX_FILES]
    wanted = uuid_text(image.uuid)
    found = _compare(
        subject, places, Reference("dSYM", "", wanted, "", "", Match.NOT_FOUND), bundle
    )
    if found.state is not Match.NOT_FOUND or subject.debug_file:
        yield found


_MAX_FILES = 16


def _is_name(name: str) -> bool:
    """Whether it is a plain file name: no file may send us elsewhere."""
    return bool(name) and name not in (".", "..") and not re.search(r"[\\/\0:]", name)


def _compare(
    subject: Subject, places: list[Path], reference: Reference, bundle: Path | None = None
) -> Reference:
    """Look at the first file that is there; `--debug` puts another in place of all."""
    if subject.debug_file is not None and bundle is None:
        places = [subject.debug_file]
    path = next((path for path in places if path.is_file()), None)
    if path is None or path.samefile(subject.path):
        return reference
    try:
        found = _identity(view_of(path, "CW0901"), reference.kind, subject.image)
    except (FormatError, UsageError) as error:
        return _seen(reference, path, str(error), Match.UNREADABLE)
    same = found == reference.wanted
    return _seen(reference, path, found, Match.MATCH if same else Match.MISMATCH)


def _seen(reference: Reference, path: Path, found: str, state: Match) -> Reference:
    return Reference(reference.kind, reference.name, reference.wanted, str(path), found, state)


def _identity(view: View, kind: str, image: Image) -> str:
    """Return what a file of debug data is known by.

    Raises:
        FormatError: it is not of the kind that was expected, or damaged.
    """
    if kind == "debug link":
        return f"CRC {debuglink.checksum(view.data):08x}"
    if kind == "PDB":
        pdb = msf.read_identity(view)
        return f"{pdb.guid} age {pdb.age}"
    other = detect.read(view, whole=False)
    if isinstance(other, FatFile):
        slices = (part.image() for part in other.slices if part.machine == image.machine)
        other = next(slices, None) or next(part.image() for part in other.slices)
    if isinstance(other, ELFImage):
        return other.build_id or "no build id"
    if isinstance(other, MachOImage):
        return uuid_text(other.uuid) if other.uuid else "no UUID"
    raise FormatError(f"{kind}: it is {other.format}", view.base)
