"""Go's programs, split, before the eyes of other tools."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import lief
import pefile
import pytest

from crosswind.binary import codesign, debuglink, detect
from crosswind.binary.elf import ELFImage
from crosswind.binary.elf_header import PT_LOAD
from crosswind.binary.image import Image
from crosswind.binary.macho import MachOImage
from crosswind.binary.view import View
from crosswind.split import Written, split_path
from crosswind.verify import verify_file
from integration.split.conftest import TARGETS, Build, clean_env

EVERY = pytest.mark.parametrize("target", TARGETS)


def read(path: Path) -> Image:
    image = detect.read(View.of(path.read_bytes()))
    assert isinstance(image, Image)
    return image


def run(*argv: str | Path, cwd: Path | None = None) -> str:
    if shutil.which(argv[0]) is None:
        pytest.skip(f"{argv[0]} is not installed")
    done = subprocess.run(
        argv, cwd=cwd, env=clean_env(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def divide(program: Build, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Written]:
    """Split a target's program, each once."""
    made: dict[tuple[str, ...], Written] = {}

    def divide(target: str, *flags: str) -> Written:
        key = (target, *flags)
        if key not in made:
            made[key] = split_path(
                program(target, *flags), output=tmp_path_factory.mktemp("divided")
            )
        return made[key]

    return divide


Divide = Callable[..., Written]


def debug_file(made: Written) -> Path:
    """The file with the DWARF; of a bundle its last one."""
    return made.debug[-1][0]


@EVERY
def test_all_debug_data_is_in_the_debug_file(
    target: str, program: Build, divide: Divide, walk: Callable[..., list[str]]
) -> None:
    before, after = walk(program(target), debug_file(divide(target)))
    assert before == after
    entries, _, lines, _, _ = before.split()
    assert int(entries) > 10_000
    assert int(lines) > 10_000


@EVERY
def test_the_program_shrinks_and_holds_none(target: str, divide: Divide) -> None:
    made = divide(target)
    image = read(made.path)
    assert made.size < 0.75 * made.before
    assert not image.has_dwarf
    assert not image.has_symbols
    again = split_path(made.path, strip=True)
    assert (again.size, again.debug) == (made.size, ())


@EVERY
def test_splitting_is_repeatable(
    target: str, program: Build, divide: Divide, tmp_path: Path
) -> None:
    made, again = divide(target), split_path(program(target), output=tmp_path)
    one, other = (
        [written.path, *(place for place, _ in written.debug)] for written in (made, again)
    )
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]


@EVERY
def test_go_reads_both(target: str, program: Build, divide: Divide) -> None:
    made, original = divide(target), program(target)
    version = run("go", "version", "-m", original).partition("\n")[2]
    assert run("go", "version", "-m", made.path).partition("\n")[2] == version
    # Of a dSYM the undefined symbols are left out, as Apple's tools do. And a debug file holds no
    # data, so Go 1.27 calls symbols of data those of bss there.
    symbols = [line for line in nm(original) if " U " not in line]
    assert nm(debug_file(made)) == symbols


def nm(path: Path) -> list[str]:
    text = run("go", "tool", "nm", path)
    return re.sub(r"^( *[0-9a-f]+) [DdBb] ", r"\1 B ", text, flags=re.MULTILINE).splitlines()


def test_it_runs_as_before_and_its_panics_name_lines(divide: Divide) -> None:
    made = divide("linux/amd64")
    done = subprocess.run([made.path], capture_output=True, text=True, check=True)
    assert done.stderr == "area 12\n"
    done = subprocess.run([made.path, "x"], capture_output=True, text=True, check=False)
    assert "main.go:10" in done.stderr


@pytest.mark.parametrize("flags", [(), ("-buildmode=pie",)])
def test_what_linux_loads_is_the_same(
    flags: tuple[str, ...], program: Build, divide: Divide
) -> None:
    before, after = read(program("linux/amd64", *flags)), read(divide("linux/amd64", *flags).path)
    assert isinstance(before, ELFImage)
    assert isinstance(after, ELFImage)
    assert after.segments == before.segments
    for part in after.segments:
        old, new = (
            bytearray(image.view.take(part.offset, part.file_size)) for image in (before, after)
        )
        if part.type == PT_LOAD and part.offset == 0:
            # e_shoff, e_shnum and e_shstrndx.
            for field in (slice(40, 48), slice(60, 64)):
                old[field] = new[field] = bytes(len(old[field]))
        assert old == new


def sections(path: Path) -> dict[str, tuple[str, ...]]:
    """Name, type, address and size of each section, as readelf tells them."""
    rows = {}
    for line in run("readelf", "-SW", path).splitlines():
        fields = line.partition("]")[2].split()
        if line.strip().startswith("[") and len(fields) > 5 and fields[0] != "Name":
            rows[fields[0]] = (fields[1], fields[2], fields[4])
    # GNU's tools write tables of names anew.
    return {name: row for name, row in rows.items() if name not in (".shstrtab", ".strtab")}


def test_gnu_objcopy_makes_the_same(program: Build, divide: Divide, tmp_path: Path) -> None:
    original, made = program("linux/amd64"), divide("linux/amd64")
    theirs, debug = tmp_path / "app", tmp_path / "app.debug"
    run("objcopy", "--only-keep-debug", original, debug)
    run("objcopy", "--strip-all", f"--add-gnu-debuglink={debug}", original, theirs)
    assert sections(made.path) == sections(theirs)
    assert sections(debug_file(made)) == sections(debug)
    said = run("readelf", "--debug-dump=links", made.path)
    assert "Separate debug info file: app.debug" in said
    assert f"CRC value: {debuglink.checksum(debug_file(made).read_bytes()):#x}" in said
    ours, gnus = read(debug_file(made)), read(debug)
    for part in ours.sections:
        if part.name.startswith(".debug_"):
            other = gnus.section(part.name)
            assert other is not None
            assert ours.content(part).data == gnus.content(other).data
    assert list(ours.symbols()) == list(gnus.symbols())


def test_gdb_finds_the_debug_file(divide: Divide) -> None:
    made = divide("linux/amd64")
    words = (
        "info line main.main", "break main.area", "run", "bt", "print p", "info functions main\\.",
    )  # fmt: skip
    said = run(
        "gdb", "-nx", "-batch", *(word for each in words for word in ("-ex", each)), made.path
    )
    assert 'Line 15 of "example.com/seed/main.go" starts at address' in said
    assert "main.area (p=" in said
    assert "in main.main () at example.com/seed/main.go:15" in said
    assert "= {X = 3, Y = 4}" in said
    assert "void main.area(main.point, int);" in said


def test_gdb_reads_that_of_a_windows_program(divide: Divide) -> None:
    made = divide("windows/amd64")
    said = run("gdb", "-nx", "-batch", "-ex", "info line main.main", made.path)
    assert 'Line 15 of "example.com/seed/main.go" starts at address' in said


def mapped(path: Path) -> bytes:
    with pefile.PE(str(path)) as image:
        assert image.get_warnings() == []
        return image.get_memory_mapped_image()


def test_what_windows_loads_is_the_same(program: Build, divide: Divide) -> None:
    original, made = program("windows/amd64"), divide("windows/amd64")
    before, after = read(original), read(made.path)
    old, new = mapped(original), mapped(made.path)
    base = 0x1_4000_0000
    for part in after.sections:
        start, end = part.address - base, part.address - base + part.file_size
        if part.name != debuglink.SECTION:
            assert old[start:end] == new[start:end], part.name
    kept = {part.name: part.address for part in before.sections}
    assert {part.name: part.address for part in after.sections}.items() - kept.items() == {
        (debuglink.SECTION, after.section(debuglink.SECTION).address)
    }
    assert after.entry == before.entry


def test_a_gap_as_gnu_strip_leaves_it_is_objected_to(
    program: Build, divide: Divide, tmp_path: Path
) -> None:
    run("x86_64-w64-mingw32-strip", "-o", tmp_path / "app.exe", program("windows/amd64"))
    for path, status in ((tmp_path / "app.exe", "fail"), (divide("windows/amd64").path, "pass")):
        (layout,) = (one for one in verify_file(path).checks if one.code == "CW1307")
        assert layout.status.value == status
        assert ("gap in memory between" in layout.message) == (status == "fail")


def test_windows_finds_no_gap_between_sections(divide: Divide) -> None:
    image = lief.parse(str(divide("windows/amd64").path))
    alignment = image.optional_header.section_alignment
    end = 0x1000
    for part in image.sections:
        assert part.virtual_address == end, part.name
        end += -(-part.virtual_size // alignment) * alignment
    assert image.optional_header.sizeof_image == end
    with pefile.PE(str(divide("windows/amd64").path)) as parsed:
        assert [one.dll for one in parsed.DIRECTORY_ENTRY_IMPORT] == [b"kernel32.dll"]
        assert len(parsed.DIRECTORY_ENTRY_BASERELOC) > 10


@pytest.mark.parametrize("target", ["windows/amd64", "darwin/arm64"])
def test_decompressed_it_is_what_go_links_uncompressed(
    target: str, program: Build, divide: Divide
) -> None:
    plain, made = read(program(target, "-ldflags=-compressdwarf=false")), divide(target)
    split = read(debug_file(made))
    names = [part.name for part in plain.sections if "debug_" in part.name]
    assert len(names) > 5
    for name in names:
        one, other = plain.section(name), split.section(name)
        assert one is not None
        assert other is not None
        assert other.size == one.size
        old, new = (
            image.view.take(part.offset, part.size)
            for image, part in ((plain, one), (split, other))
        )
        assert old == new


@pytest.mark.parametrize("target", ["darwin/arm64", "darwin/amd64"])
def test_a_dsym_belongs_to_its_program(target: str, divide: Divide) -> None:
    made = divide(target)
    bundle = made.path.parent / "app.dSYM"
    one, other = run("llvm-dwarfdump", "--uuid", made.path, bundle).splitlines()
    assert one.split()[:3] == other.split()[:3]
    assert (bundle / "Contents" / "Info.plist").read_text().startswith("<?xml")
    said = run("llvm-dwarfdump", "--name=main.area", bundle)
    assert "DW_AT_decl_line\t(8)" in said.replace("    ", "") or "main.area" in said
    symbols = run("llvm-symbolizer", f"--obj={debug_file(made)}", address(made, "_main.main"))
    assert "main.go:15" in symbols


def address(made: Written, name: str) -> str:
    return next(hex(one.address) for one in read(debug_file(made)).symbols() if one.name == name)


@pytest.mark.parametrize("target", ["darwin/arm64", "darwin/amd64"])
def test_a_mac_program_is_as_go_links_it_stripped(
    target: str, program: Build, divide: Divide
) -> None:
    made, stripped = divide(target), program(target, "-ldflags=-s -w")
    assert run("llvm-nm", "-m", made.path) == run("llvm-nm", "-m", stripped)
    ours, theirs = (
        [line for line in said.splitlines()[1:] if "uuid" not in line]
        for said in (
            run("llvm-objdump", "--macho", "--private-headers", path)
            for path in (made.path, stripped)
        )
    )
    assert ours == theirs
    for option in ("--bind", "--rebase", "--indirect-symbols"):
        ours, theirs = (
            [
                line.split()[-1:]
                for line in run("llvm-objdump", "--macho", option, path).splitlines()[1:]
            ]
            for path in (made.path, program(target))
        )
        assert ours == theirs, option
    image = read(made.path)
    assert isinstance(image, MachOImage)
    assert codesign.verify(image) == []
    assert (codesign.read(image) is not None) == (target == "darwin/arm64")
    parsed = lief.MachO.parse(str(made.path)).at(0)
    assert lief.MachO.check_layout(parsed)[0]


def test_what_macos_loads_is_the_same(program: Build, divide: Divide) -> None:
    before, after = read(program("darwin/arm64")), read(divide("darwin/arm64").path)
    assert isinstance(before, MachOImage)
    assert isinstance(after, MachOImage)
    known = {part.name: part for part in before.segments}
    end = min(part.offset for part in before.sections if part.file_size)
    for part in after.segments:
        if part.name != "__LINKEDIT":
            assert known[part.name] == part
            start = max(part.offset, end)
            size = part.offset + part.file_size - start
            assert before.view.clip(start, size).data == after.view.clip(start, size).data
    assert set(known) - {part.name for part in after.segments} == {"__DWARF"}
