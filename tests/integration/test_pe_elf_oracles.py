"""Our PE and ELF readers against pefile, lief, pyelftools and `go tool nm`, on real programs."""

from __future__ import annotations

import os
import subprocess
from itertools import chain
from pathlib import Path

import lief
import pefile
import pytest
from elftools.elf.dynamic import DynamicSegment
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection
from elftools.elf.sections import NoteSection, SymbolTableSection
from elftools.elf.segments import InterpSegment, NoteSegment

from crosswind.binary import elf, pe
from crosswind.binary.image import Image, SymbolKind
from crosswind.binary.view import View
from images import elf as elf_file
from images import pe as pe_file

SOURCE = 'package main\n\nfunc main() { println("hello") }\n'
STRIP = "-ldflags=-s -w"
WINDOWS = {
    "windows/amd64": [],
    "windows/386": ["-ldflags=-H=windowsgui"],
    "windows/arm64": [STRIP],
}
# Each with the GOOS values that its ELF file can stand for.
UNIX = {
    "linux/amd64": ([], ("linux", "dragonfly")),
    "linux/arm": ([STRIP], ("linux",)),
    "linux/mips": ([], ("linux",)),
    "linux/arm64": (["-buildmode=pie"], ("linux",)),
    "linux/s390x": ([STRIP], ("linux",)),
    "freebsd/amd64": ([], ("freebsd",)),
    "openbsd/amd64": ([], ("openbsd",)),
}
NM = {SymbolKind.CODE: "T", SymbolKind.DATA: "D", SymbolKind.BSS: "D"}
HOST = [
    Path("/bin/ls"),
    *Path("/").glob("lib*/*-linux-gnu/libc.so.6"),
    *Path("/").glob("lib64/libc.so.6"),
]


@pytest.fixture(scope="session")
def go_build(tmp_path_factory):
    """Build the hello program for a target, each once."""
    home = tmp_path_factory.mktemp("hello")
    (home / "go.mod").write_text("module example.com/hello\n\ngo 1.21\n")
    (home / "main.go").write_text(SOURCE)
    built: dict[str, Path] = {}

    def build(target: str, *flags: str) -> Path:
        if target not in built:
            goos, _, goarch = target.partition("/")
            path = home / target.replace("/", "_")
            env = {**os.environ, "GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0"}
            argv = ["go", "build", *flags, "-o", str(path), "."]
            subprocess.run(argv, cwd=home, env=env, check=True)
            built[target] = path
        return built[target]

    return build


@pytest.fixture(params=[*WINDOWS, "all tables 64", "all tables 32"])
def exe(request, go_build, tmp_path) -> Path:
    """A PE file: from Go, or one of ours with every table."""
    if request.param in WINDOWS:
        return go_build(request.param, *WINDOWS[request.param])
    bits = int(request.param[-2:])
    path = tmp_path / "all.exe"
    machine = 0x8664 if bits == 64 else 0x14C
    path.write_bytes(
        pe_file.build(bits=bits, machine=machine, certificate=b"PKCS", overlay=b"data")
    )
    return path


@pytest.fixture(params=[*UNIX, *map(str, HOST), "all tables"])
def unix(request, go_build, tmp_path) -> Path:
    """An ELF file: from Go, from this host, or one of ours with every table."""
    if request.param in UNIX:
        return go_build(request.param, *UNIX[request.param][0])
    if request.param == "all tables":
        path = tmp_path / "all"
        path.write_bytes(elf_file.build())
        return path
    return Path(request.param)


def read_pe(path: Path) -> pe.PEImage:
    return pe.read(View.of(path.read_bytes()))


def read_elf(path: Path) -> elf.ELFImage:
    return elf.read(View.of(path.read_bytes()))


# Our field, theirs.
COFF = {
    "machine": "Machine",
    "section_count": "NumberOfSections",
    "timestamp": "TimeDateStamp",
    "symbol_offset": "PointerToSymbolTable",
    "symbol_count": "NumberOfSymbols",
    "optional_size": "SizeOfOptionalHeader",
    "characteristics": "Characteristics",
}
OPTIONAL = {
    "magic": "Magic",
    "linker_major": "MajorLinkerVersion",
    "linker_minor": "MinorLinkerVersion",
    "code_size": "SizeOfCode",
    "initialized_size": "SizeOfInitializedData",
    "uninitialized_size": "SizeOfUninitializedData",
    "entry_point": "AddressOfEntryPoint",
    "code_base": "BaseOfCode",
    "image_base": "ImageBase",
    "section_alignment": "SectionAlignment",
    "file_alignment": "FileAlignment",
    "os_major": "MajorOperatingSystemVersion",
    "os_minor": "MinorOperatingSystemVersion",
    "image_major": "MajorImageVersion",
    "image_minor": "MinorImageVersion",
    "subsystem_major": "MajorSubsystemVersion",
    "subsystem_minor": "MinorSubsystemVersion",
    "win32_version": "Reserved1",
    "image_size": "SizeOfImage",
    "headers_size": "SizeOfHeaders",
    "checksum": "CheckSum",
    "subsystem": "Subsystem",
    "dll_characteristics": "DllCharacteristics",
    "stack_reserve": "SizeOfStackReserve",
    "stack_commit": "SizeOfStackCommit",
    "heap_reserve": "SizeOfHeapReserve",
    "heap_commit": "SizeOfHeapCommit",
    "loader_flags": "LoaderFlags",
    "directory_count": "NumberOfRvaAndSizes",
    "data_base": "BaseOfData",
}


def test_pe_headers_equal_pefile_s(exe):
    image, theirs = read_pe(exe), pefile.PE(str(exe), fast_load=True)
    ours = image.headers
    assert {k: getattr(ours.coff, k) for k in COFF} == {
        k: getattr(theirs.FILE_HEADER, name) for k, name in COFF.items()
    }
    assert set(OPTIONAL) == set(ours.optional._fields)
    assert {k: getattr(ours.optional, k) for k in OPTIONAL} == {
        # Only PE32 has a BaseOfData.
        k: getattr(theirs.OPTIONAL_HEADER, name, 0)
        for k, name in OPTIONAL.items()
    }
    assert [(d.address, d.size) for d in ours.directories] == [
        (d.VirtualAddress, d.Size) for d in theirs.OPTIONAL_HEADER.DATA_DIRECTORY
    ]
    base = theirs.OPTIONAL_HEADER.ImageBase
    assert [(s.address, s.size, s.offset, s.characteristics) for s in image.sections] == [
        (base + s.VirtualAddress, s.Misc_VirtualSize, s.PointerToRawData, s.Characteristics)
        for s in theirs.sections
    ]
    assert ours.checksum_offset == theirs.OPTIONAL_HEADER.get_field_absolute_offset("CheckSum")


def test_pe_tables_equal_pefile_s(exe):
    image, theirs = read_pe(exe), pefile.PE(str(exe))
    assert _imports(image.imports) == _pefile_imports(theirs, "DIRECTORY_ENTRY_IMPORT")
    assert _imports(image.delay_imports) == _pefile_imports(theirs, "DIRECTORY_ENTRY_DELAY_IMPORT")
    exports = getattr(theirs, "DIRECTORY_ENTRY_EXPORT", None)
    assert sorted((e.ordinal, e.name, e.forwarder) for e in image.exports) == sorted(
        (e.ordinal, (e.name or b"").decode(), (e.forwarder or b"").decode())
        for e in (exports.symbols if exports else ())
    )
    debug = getattr(theirs, "DIRECTORY_ENTRY_DEBUG", ())
    assert [(e.offset, e.size, e.timestamp) for e in image.debug_entries] == [
        (e.struct.PointerToRawData, e.struct.SizeOfData, e.struct.TimeDateStamp) for e in debug
    ]
    paths = (e.entry.PdbFileName.rstrip(b"\0").decode() for e in debug if e.entry)
    assert [e.path for e in image.debug_entries if e.path] == list(filter(None, paths))


def _imports(libraries):
    return [
        (library.name, [(f.name, f.ordinal) for f in library.functions]) for library in libraries
    ]


def _pefile_imports(theirs, directory):
    return [
        (
            entry.dll.decode(),
            [((i.name or b"").decode(), 0 if i.name else i.ordinal) for i in entry.imports],
        )
        for entry in getattr(theirs, directory, ())
    ]


def test_pe_equals_lief_s(exe):
    image, theirs = read_pe(exe), lief.PE.parse(str(exe))
    assert image.has_tls == theirs.has_tls
    assert image.has_relocations == theirs.has_relocations
    assert image.aslr == theirs.is_pie
    assert image.nx_compat == theirs.has_nx
    assert list(image.libraries) == [library.name for library in theirs.imports]
    assert image.compute_checksum() == theirs.compute_checksum()
    names = [
        section.coff_string.string if section.coff_string else section.name
        for section in theirs.sections
    ]
    assert [section.name for section in image.sections] == names


def test_pe_checksum_equals_pefile_s(exe):
    assert (
        read_pe(exe).compute_checksum() == pefile.PE(str(exe), fast_load=True).generate_checksum()
    )


def test_what_go_puts_into_a_pe(go_build):
    amd64, gui, stripped = (read_pe(go_build(*_flags(target))) for target in WINDOWS)
    assert amd64.goarchs == ("amd64",)
    assert amd64.libraries == ("kernel32.dll",)
    assert amd64.aslr
    assert amd64.nx_compat
    assert amd64.high_entropy_va
    assert amd64.has_symbols
    assert amd64.has_dwarf
    assert amd64.compressed_debug
    assert (amd64.subsystem, gui.subsystem) == ("Windows console", "Windows GUI")
    assert gui.goarchs == ("386",)
    assert stripped.goarchs == ("arm64",)
    assert not stripped.has_symbols
    assert not stripped.has_dwarf
    assert not any(image.truncated for image in (amd64, gui, stripped))
    assert not len(amd64.overlay)


def _flags(target):
    return (target, *WINDOWS[target])


def test_elf_headers_equal_pyelftools_s(unix):
    image = read_elf(unix)
    with unix.open("rb") as stream:
        theirs = ELFFile(stream)
        header = theirs.header
        assert image.bits == theirs.elfclass
        assert image.big_endian == (not theirs.little_endian)
        assert (image.entry, image.header.flags) == (header.e_entry, header.e_flags)
        assert (image.header.segments_offset, image.header.sections_offset) == (
            header.e_phoff,
            header.e_shoff,
        )
        assert [
            (s.offset, s.address, s.file_size, s.size, s.flags, s.alignment) for s in image.segments
        ] == [
            (s["p_offset"], s["p_vaddr"], s["p_filesz"], s["p_memsz"], s["p_flags"], s["p_align"])
            for s in theirs.iter_segments()
        ]
        fields = ("sh_addr", "sh_size", "sh_offset", "sh_flags", "sh_link", "sh_info", "sh_entsize")
        assert [
            (s.name, s.address, s.size, s.offset, s.flags, s.link, s.info, s.entry_size)
            for s in image.section_headers
        ] == [(s.name, *(s[name] for name in fields)) for s in theirs.iter_sections()]


def test_elf_tables_equal_pyelftools_s(unix):
    image = read_elf(unix)
    with unix.open("rb") as stream:
        theirs = ELFFile(stream)
        segments = list(theirs.iter_segments())
        interpreters = [s.get_interp_name() for s in segments if isinstance(s, InterpSegment)]
        assert [image.interpreter] == (interpreters or [""])
        tags = [t for s in segments if isinstance(s, DynamicSegment) for t in s.iter_tags()]
        assert list(image.libraries) == [t.needed for t in tags if t.entry.d_tag == "DT_NEEDED"]
        assert [image.soname] == ([t.soname for t in tags if t.entry.d_tag == "DT_SONAME"] or [""])
        assert [image.runpath] == (
            [t.runpath for t in tags if t.entry.d_tag == "DT_RUNPATH"] or [""]
        )
        sections = list(theirs.iter_sections())
        needs = chain.from_iterable(
            s.iter_versions() for s in sections if isinstance(s, GNUVerNeedSection)
        )
        assert [(n.library, list(n.versions)) for n in image.version_needs] == [
            (need.name, [version.name for version in versions]) for need, versions in needs
        ]
        holders = [s for s in segments if isinstance(s, NoteSegment)]
        notes = [n for holder in holders for n in holder.iter_notes()]
        ours = [(n.name, len(n.content)) for n in image.notes][: len(notes)]
        assert ours == [(n["n_name"], n["n_descsz"]) for n in notes]
        alone = {
            n["n_name"] for s in sections if isinstance(s, NoteSection) for n in s.iter_notes()
        }
        assert alone <= {n.name for n in image.notes}
        tables = {s.name: s for s in sections if isinstance(s, SymbolTableSection)}
        for name, symbols in ((".symtab", image.symbols()), (".dynsym", image.dynamic_symbols())):
            listed = list(tables[name].iter_symbols())[1:] if name in tables else []
            assert [(s.name, s.address, s.size) for s in symbols] == [
                # pyelftools makes up a name for the nameless symbols of sections.
                ("" if not s.entry.st_name else s.name, s["st_value"], s["st_size"])
                for s in listed
            ]


def test_elf_equals_lief_s(unix):
    image, theirs = read_elf(unix), lief.ELF.parse(str(unix))
    assert bool(image.interpreter) == theirs.has_interpreter
    assert image.libraries == tuple(theirs.libraries)
    assert (image.stack_executable is False) == theirs.has_nx
    # lief leaves weak symbols out.
    assert {s.name for s in theirs.dynamic_symbols if s.imported} <= set(image.imports)
    assert {s.name for s in theirs.dynamic_symbols if s.exported} <= set(image.exports)
    assert image.has_symbols == bool(len(theirs.symtab_symbols))


@pytest.mark.parametrize("target", UNIX)
def test_what_go_puts_into_an_elf(target, go_build):
    goos, _, goarch = target.partition("/")
    flags, systems = UNIX[target]
    path = go_build(target, *flags)
    image = read_elf(path)
    assert image.goos_candidates == systems
    assert goos in systems
    assert image.goarchs == (goarch,)
    assert image.go_build_id == _tool("buildid", path).strip()
    assert (
        image.has_symbols == image.has_dwarf == bool(image.compressed_debug) == (STRIP not in flags)
    )
    assert image.is_pie == ("-buildmode=pie" in flags)
    # OpenBSD's kernel lets only the C library make system calls.
    assert (image.linkage is elf.Linkage.STATIC) == (goos != "openbsd" and not image.is_pie)
    assert bool(image.libraries) == (goos == "openbsd")
    assert not image.truncated
    assert not image.stack_executable


@pytest.mark.parametrize(
    "target", ["windows/amd64", "windows/386", "linux/amd64", "linux/mips", "freebsd/amd64"]
)
def test_symbols_equal_go_tool_nm_s(target, go_build):
    flags = WINDOWS[target] if target in WINDOWS else UNIX[target][0]
    path = go_build(target, *flags)
    image: Image = read_pe(path) if target in WINDOWS else read_elf(path)
    ours = [(s.name, s.address, NM.get(s.kind, "?")) for s in image.symbols()]
    theirs = []
    for line in _tool("nm", path).splitlines():
        address, code, name = line.split(None, 2)
        # What nm calls R, D or B in one section hangs on Go's version.
        letter = {"T": "T", "R": "D", "D": "D", "B": "D"}.get(code.upper(), "?")
        theirs.append((name, int(address, 16), letter))
    assert len(ours) > 500
    assert sorted(ours) == sorted(theirs)


def _tool(name: str, *arguments: str | Path) -> str:
    argv = ["go", "tool", name, *map(str, arguments)]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout
