"""Facts that only ELF files have."""

from __future__ import annotations

from typing import cast

from crosswind.binary import elf_abi, elf_marks, elf_words
from crosswind.binary.elf import ELFImage
from crosswind.binary.elf_dynamic import VersionNeed
from crosswind.binary.elf_header import ELFHeader
from crosswind.binary.elf_relocations import RelocationTable
from crosswind.binary.elf_versions import DynamicSymbol
from crosswind.frozen import frozen
from crosswind.inspect.model import Subject


@frozen
class ELFHeaders:
    """Every header field, and what the numbers mean."""

    header: ELFHeader
    kind: str
    machine: str
    os_abi: str
    flags: tuple[str, ...]
    float_abi: str
    systems: tuple[str, ...]


@frozen
class DynamicEntry:
    """An entry of the dynamic section; `text` is the name or the flags that its value stands for."""

    tag: str
    value: int
    text: str


@frozen
class ELFLoader:
    """What the dynamic loader reads.

    Attributes:
        linkage: static, static-pie, dynamic.
        interpreter: the loader's path, empty if there is none.
        soname, rpath, runpath: as the dynamic section has them.
        needed: libraries in the order of search.
        versions: of those libraries' symbols that must be there.
        defines: versions of its own symbols.
        glibc: the oldest glibc it runs with, empty if it asks for none.
        relro: none, partial, full.
        bind_now: whether all symbols are resolved at start.
        stack: executable, not executable, unspecified.
        pie: whether it is a program that may be loaded anywhere.
        tls: whether it has thread-local storage.
        entries: the dynamic section.
        relocations: counted by table and type.
    """

    linkage: str
    interpreter: str
    soname: str
    rpath: str
    runpath: str
    needed: tuple[str, ...]
    versions: tuple[VersionNeed, ...]
    defines: tuple[str, ...]
    glibc: str
    relro: str
    bind_now: bool
    stack: str
    pie: bool
    tls: bool
    entries: tuple[DynamicEntry, ...]
    relocations: tuple[RelocationTable, ...]


@frozen
class ELFDynamicSymbols:
    """Symbols that other images must define (imports), or that it defines (exports)."""

    symbols: tuple[DynamicSymbol, ...]


@frozen
class NoteFacts:
    """A note: owner, type, what it is and what it says in words."""

    owner: str
    type: int
    kind: str
    text: str
    offset: int
    size: int


@frozen
class Notes:
    """All notes."""

    notes: tuple[NoteFacts, ...]


def _image(subject: Subject) -> ELFImage:
    return cast("ELFImage", subject.image)


def read_headers(subject: Subject) -> ELFHeaders:
    """Read every header field."""
    image = _image(subject)
    return ELFHeaders(
        header=image.header,
        kind=image.kind,
        machine=image.machine,
        os_abi=elf_words.name(elf_words.OS_ABIS, image.header.os_abi),
        flags=elf_abi.flag_words(image.header),
        float_abi=image.float_abi,
        systems=image.goos_candidates,
    )


def read_loader(subject: Subject) -> ELFLoader:
    """Read what the dynamic loader reads; raises FormatError if a table is damaged."""
    image = _image(subject)
    stack = {None: "unspecified", True: "executable", False: "not executable"}
    return ELFLoader(
        linkage=image.linkage.value,
        interpreter=image.interpreter,
        soname=image.soname,
        rpath=image.rpath,
        runpath=image.runpath,
        needed=image.libraries,
        versions=image.version_needs,
        defines=image.defined_versions,
        glibc=image.glibc_needed,
        relro=image.relro.value,
        bind_now=image.bind_now,
        stack=stack[image.stack_executable],
        pie=image.is_pie,
        tls=image.has_tls,
        entries=tuple(_entry(image, *entry) for entry in image.dynamic.entries)
        if image.dynamic
        else (),
        relocations=image.relocations,
    )


def _entry(image: ELFImage, tag: int, value: int) -> DynamicEntry:
    text = ""
    if tag in elf_words.NAMED_TAGS and image.dynamic:
        text = image.dynamic.strings.name(value)
    elif tag == 30:
        text = " ".join(elf_words.names(elf_words.DYNAMIC_FLAGS, value))
    elif tag == 0x6FFF_FFFB:
        text = " ".join(elf_words.names(elf_words.DYNAMIC_FLAGS_1, value))
    return DynamicEntry(elf_words.name(elf_words.DYNAMIC_TAGS, tag), value, text)


def read_imports(subject: Subject) -> ELFDynamicSymbols | None:
    """Read the symbols that others must define; raises FormatError if a table is damaged."""
    found = tuple(s for s in _image(subject).versioned_symbols() if s.name and not s.defined)
    return ELFDynamicSymbols(found) if found else None


def read_exports(subject: Subject) -> ELFDynamicSymbols | None:
    """Read the symbols that it defines for others; raises FormatError if a table is damaged."""
    found = tuple(s for s in _image(subject).versioned_symbols() if s.name and s.defined)
    return ELFDynamicSymbols(found) if found else None


def read_notes(subject: Subject) -> Notes | None:
    """Read the notes in words."""
    image = _image(subject)
    found = tuple(
        NoteFacts(
            note.name,
            note.type,
            *elf_marks.describe(image.header, note),
            note.content.base,
            len(note.content),
        )
        for note in image.notes
    )
    return Notes(found) if found else None
