"""ELF facts against pyelftools, on programs of this host and of Go."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from elftools.dwarf.dwarfinfo import DWARFInfo
from elftools.elf.descriptions import describe_reloc_type, describe_sh_type
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerDefSection, GNUVerSymSection
from elftools.elf.relocation import RelocationSection
from elftools.elf.sections import SymbolTableSection

from crosswind.binary import detect, dwarf, elf_words
from crosswind.binary.elf import ELFImage
from crosswind.binary.view import View
from crosswind.inspect import inspect_file

HOST = [
    Path("/bin/ls"),
    *Path("/").glob("lib*/*-linux-gnu/libc.so.6"),
    *Path("/").glob("lib64/libc.so.6"),
]


@pytest.fixture(scope="module", params=[*map(str, HOST), "linux/amd64", "linux/mips", "pie"])
def path(request, seed) -> Path:
    if request.param == "pie":
        return seed("linux/amd64", "-buildmode=pie")
    return (
        seed(request.param)
        if "/amd64" in request.param or "mips" in request.param
        else Path(request.param)
    )


@pytest.fixture(scope="module")
def theirs(path):
    with path.open("rb") as stream:
        yield ELFFile(stream)


@pytest.fixture(scope="module")
def ours(path) -> ELFImage:
    return detect.read(View.of(path.read_bytes()))


def test_section_types(ours, theirs):
    for one, other in zip(ours.section_headers, theirs.iter_sections(), strict=True):
        name = elf_words.name(elf_words.SECTION_TYPES, one.type)
        known = describe_sh_type(other["sh_type"])
        aliases = {"VERNEED": "GNU_VERNEED", "VERSYM": "GNU_VERSYM", "VERDEF": "GNU_VERDEF"}
        if not name.startswith(("processor", "MIPS", "0x")):
            assert name == aliases.get(known, known)


def test_relocations(ours, theirs):
    found = {table.name: dict(table.types) for table in ours.relocations}
    for section in theirs.iter_sections():
        if isinstance(section, RelocationSection):
            counts = Counter(
                describe_reloc_type(one["r_info_type"], theirs)
                for one in section.iter_relocations()
            )
            assert sum(found[section.name].values()) == counts.total()
            for name, count in found[section.name].items():
                if not name.startswith("type "):
                    assert any(
                        known.endswith(f"_{name}") and counts[known] == count for known in counts
                    )


def test_versions_of_dynamic_symbols(ours, theirs):
    table = theirs.get_section_by_name(".dynsym")
    marks = next((s for s in theirs.iter_sections() if isinstance(s, GNUVerSymSection)), None)
    if not isinstance(table, SymbolTableSection) or marks is None:
        assert all(not one.version for one in ours.versioned_symbols())
        return
    needs = theirs.get_section_by_name(".gnu.version_r")
    known = {}
    for library, versions in needs.iter_versions() if needs else ():
        known |= {one["vna_other"]: (one.name, library.name) for one in versions}
    found = [one for one in ours.versioned_symbols() if one.name and not one.defined]
    expected = []
    for number, symbol in enumerate(table.iter_symbols()):
        if symbol.name and symbol["st_shndx"] == "SHN_UNDEF":
            index = marks.get_symbol(number)["ndx"]
            version, library = known.get(index, ("", ""))
            expected.append((symbol.name, version, library))
    assert [(one.name, one.version, one.library) for one in found] == expected


def test_defined_versions(ours, theirs):
    section = next((s for s in theirs.iter_sections() if isinstance(s, GNUVerDefSection)), None)
    names = [next(iter(aux)).name for _, aux in section.iter_versions()] if section else []
    assert list(ours.defined_versions) == names


def test_compile_units(ours, theirs):
    info = theirs.get_dwarf_info() if theirs.has_dwarf_info() else None
    found = list(dwarf.read_units(ours))
    if not isinstance(info, DWARFInfo) or not info.debug_info_sec:
        assert not found
        return
    expected = []
    for unit in info.iter_CUs():
        top = unit.get_top_DIE()
        values = {key: value.value for key, value in top.attributes.items()}
        producer = values.get("DW_AT_producer", b"").decode()
        expected.append((unit["version"], producer, values.get("DW_AT_name", b"").decode()))
    assert [(one.version, one.producer, one.name) for one in found] == expected


def test_segments_hold_their_sections(path, theirs):
    facts = inspect_file(path, {"segments"}).contents[0].parts["segments"]
    for one, other in zip(facts.segments, theirs.iter_segments(), strict=True):
        assert (one.address, one.file_size) == (other["p_vaddr"], other["p_filesz"])
        if other["p_type"] == "PT_LOAD":
            inside = [
                s.name for s in theirs.iter_sections()
                if s["sh_size"] and other.section_in_segment(s) and s["sh_flags"] & 2 and not s["sh_flags"] & 0x400
            ]  # fmt: skip
            assert [name for name in inside if name not in one.sections] == []


def test_dwarf_in_programs_for_windows(seed):
    """The same compiler made the same units: those of the ELF file are checked above."""
    image = detect.read(View.of(seed("windows/amd64").read_bytes()))
    units = list(dwarf.read_units(image))
    assert {one.producer.split(";")[0].split(" go")[0] for one in units} >= {"Go cmd/compile"}
    assert "main" in {one.name for one in units}
