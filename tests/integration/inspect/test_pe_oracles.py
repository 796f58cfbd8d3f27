"""PE facts against pefile, LIEF and binutils, on programs of Microsoft's compilers and of Go."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import distlib
import lief
import pefile
import pytest

from crosswind.binary import detect
from crosswind.binary.entropy import entropy
from crosswind.binary.pe import PEImage
from crosswind.binary.view import View
from crosswind.inspect import inspect_file

# distlib carries small launchers: made by Visual C++, for three machines, with resources.
LAUNCHERS = sorted(Path(distlib.__file__).parent.glob("*.exe"))
NAMES = [path.name for path in LAUNCHERS]


@pytest.fixture(scope="module", params=[*NAMES, "windows/amd64"])
def exe(request, seed) -> Path:
    if request.param in NAMES:
        return LAUNCHERS[NAMES.index(request.param)]
    return seed(request.param)


@pytest.fixture(scope="module")
def ours(exe) -> PEImage:
    return detect.read(View.of(exe.read_bytes()))


@pytest.fixture(scope="module")
def theirs(exe) -> pefile.PE:
    return pefile.PE(str(exe))


def test_there_are_launchers():
    assert len(LAUNCHERS) >= 6


def test_ms_dos_header(ours, theirs):
    dos = theirs.DOS_HEADER
    assert tuple(ours.dos_header)[1:] == (
        dos.e_cblp, dos.e_cp, dos.e_crlc, dos.e_cparhdr, dos.e_minalloc, dos.e_maxalloc, dos.e_ss,
        dos.e_sp, dos.e_csum, dos.e_ip, dos.e_cs, dos.e_lfarlc, dos.e_ovno, dos.e_oemid,
        dos.e_oeminfo, dos.e_lfanew,
    )  # fmt: skip
    assert ours.dos_message == "This program cannot be run in DOS mode."


def test_rich_header(ours, theirs):
    rich = theirs.parse_rich_header()
    if rich is None:
        assert ours.rich_header is None
        return
    values = rich["values"]
    assert [(one.product << 16 | one.build, one.objects) for one in ours.rich_header.tools] == list(
        zip(values[::2], values[1::2], strict=True)
    )
    assert ours.rich_header.key == int.from_bytes(rich["key"], "little") == rich["checksum"]
    assert ours.rich_header.valid


def test_base_relocations(ours, theirs):
    counts = Counter()
    for block in getattr(theirs, "DIRECTORY_ENTRY_BASERELOC", ()):
        counts.update(entry.type for entry in block.entries)
    names = {0: "ABSOLUTE", 3: "HIGHLOW", 10: "DIR64"}
    found = ours.relocations.types if ours.relocations else {}
    assert found == {names[kind]: count for kind, count in counts.items()}


def test_tls(ours, theirs):
    tls = getattr(theirs, "DIRECTORY_ENTRY_TLS", None)
    if tls is None:
        assert ours.tls is None
        return
    entry = tls.struct
    assert (ours.tls.start, ours.tls.end) == (
        entry.StartAddressOfRawData, entry.EndAddressOfRawData,
    )  # fmt: skip
    assert ours.tls.callbacks_address == entry.AddressOfCallBacks


def test_load_configuration(ours, theirs):
    config = getattr(theirs, "DIRECTORY_ENTRY_LOAD_CONFIG", None)
    if config is None:
        assert not ours.load_config
        return
    entry = config.struct
    for name, field in (
        ("security_cookie", "SecurityCookie"),
        ("se_handler_count", "SEHandlerCount"),
        ("guard_cf_function_count", "GuardCFFunctionCount"),
        ("guard_flags", "GuardFlags"),
    ):
        if name in ours.load_config:
            assert ours.load_config[name] == getattr(entry, field), name


def test_unwind_data(ours, exe):
    config = lief.PE.ParserConfig()
    config.parse_exceptions = True
    theirs = lief.PE.parse(str(exe), config).exceptions
    assert ours.unwind_count == len(theirs)
    assert bool(ours.unwind_count) == (ours.bits == 64)


def test_entropy_is_that_of_pefile(ours, theirs):
    for one, other in zip(ours.sections, theirs.sections, strict=True):
        if one.file_size:
            assert entropy(ours.content(one)) == pytest.approx(other.get_entropy(), abs=1e-6)


def test_debug_directory(exe, theirs):
    found = inspect_file(exe, {"debug-directory"}).contents[0].parts.get("debug-directory")
    entries = getattr(theirs, "DIRECTORY_ENTRY_DEBUG", [])
    assert len(entries) == (len(found.entries) if found else 0)
    for one, other in zip(found.entries if found else (), entries, strict=True):
        assert (one.entry.timestamp, one.entry.size) == (
            other.struct.TimeDateStamp, other.struct.SizeOfData,
        )  # fmt: skip
        assert not one.problem


def test_resources_are_those_of_lief(exe):
    found = inspect_file(exe, {"resources"}).contents[0].parts.get("resources")
    manager = lief.PE.parse(str(exe))
    if not manager.has_resources:
        assert found is None
        return
    theirs = []
    for kind in manager.resources.childs:
        for name in kind.childs:
            theirs += [(kind.id, name.id, leaf.id, len(leaf.content)) for leaf in name.childs]
    ids = {"ICON": 3, "RCDATA": 10, "GROUP_ICON": 14, "VERSION": 16, "MANIFEST": 24}
    assert [
        (ids[one.type], int(one.name), one.language, one.size) for one in found.resources
    ] == theirs
    assert found.version.get("InternalName") == exe.name.replace("-arm", "") or found.version
    assert found.manifest.level == "asInvoker"
    assert not found.problems


def test_dll_exports_are_those_of_objdump(tmp_path):
    """A DLL with forwarders, made by binutils' own assembler where there is one."""
    objdump = shutil.which("x86_64-w64-mingw32-objdump")
    if objdump is None:
        pytest.skip("needs binutils-mingw-w64-x86-64")
    from images import pe

    path = tmp_path / "made.dll"
    path.write_bytes(pe.build())
    text = subprocess.run(
        [objdump, "-p", str(path)], capture_output=True, text=True, check=True
    ).stdout
    names = re.findall(r"\[ *\d+\] \+base\[ *(\d+)\] +\w* ?(\w+)$", text, re.MULTILINE)
    found = inspect_file(path, {"exports"}).contents[0].parts["exports"].exports
    ours = {(str(one.ordinal), one.name) for one in found if one.name}
    assert {(ordinal, name) for ordinal, name in names if name in ("add", "gone")} <= ours
