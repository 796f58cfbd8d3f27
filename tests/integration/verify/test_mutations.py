"""For every check a program that it alone objects to: a real one, with a few bytes changed."""

from __future__ import annotations

import hashlib
import plistlib
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from crosswind.binary import codesign, debuglink, detect
from crosswind.binary.elf import ELFImage
from crosswind.binary.elf_header import PF_W, PF_X, PT_GNU_STACK, PT_LOAD, SHT_SYMTAB
from crosswind.binary.macho import MachOImage
from crosswind.binary.pe import PEImage
from crosswind.binary.view import View
from crosswind.darwin import adhoc
from crosswind.finding import Report, Status
from crosswind.target import Target
from crosswind.verify import Expectation, verify_file
from crosswind.verify.registry import CHECKS
from crosswind.windows import rsrc
from crosswind.windows.resource import ResourceType
from images import pdb
from signing import authority, missing

PDB = "app.pdb"
BUILD_INFO = b"\xff Go buildinf:"
# These say that something is odd, never that it is broken.
NEVER_FAIL = {"CW1113", "CW1114", "CW1306", "CW1308", "CW1309", "CW1405", "CW1502", "CW1912"}

Change = Callable[[bytearray], bytes | None]


@dataclass(frozen=True)
class Mutation:
    """What to do to a seed, and what then is expected differently; `debug` is in its debug file."""

    code: str
    seed: str
    change: Change
    status: Status = Status.FAIL
    expected: dict[str, Any] | None = None
    label: str = ""
    file: str = ""
    debug: bytes = b""


def unchanged(_data: bytearray) -> None:
    """Leave the bytes alone: only the expectation or the name changes."""


def swap(old: bytes, new: bytes, *, after: bytes = b"") -> Change:
    """Replace every occurrence behind the first one of `after` by as many bytes."""
    assert len(old) == len(new)

    def change(data: bytearray) -> None:
        start = data.index(after)
        assert old in data[start:]
        data[start:] = data[start:].replace(old, new)

    return change


def link_to(debug: bytes) -> Change:
    """Let a program that was split be one whose debug file is this."""

    def change(data: bytearray) -> None:
        # The name has 11 letters, and the checksum stands behind its NUL.
        at = data.rindex(b"linux.debug\0") + 12
        data[at : at + 4] = debuglink.checksum(debug).to_bytes(4, "little")

    return change


def recorded(old: bytes, new: bytes) -> Change:
    """Change a line of the build information."""
    assert len(old) == len(new)

    def change(data: bytearray) -> None:
        at = data.index(old, data.index(BUILD_INFO))
        data[at : at + len(new)] = new

    return change


def another_revision(data: bytearray) -> tuple[bytes, bytes]:
    """Return what is recorded of the revision, and the same with another first digit."""
    start = data.index(b"vcs.revision=", data.index(BUILD_INFO))
    old = bytes(data[start : start + 14])
    return old, old[:-1] + (b"0" if old.endswith(b"1") else b"1")


def both(*changes: Change) -> Change:
    """Make one change after the other."""

    def change(data: bytearray) -> None:
        for each in changes:
            each(data)

    return change


def cut(data: bytearray) -> bytes:
    """Lose the last third."""
    return bytes(data[: len(data) * 2 // 3])


def append(data: bytearray) -> bytes:
    """Gain a tail."""
    return bytes(data) + b"tail" * 100


def put(layout: str, value: int, where: Callable[[Any], int]) -> Change:
    """Write one number at the file offset that `where` finds in the image."""

    def change(data: bytearray) -> None:
        struct.pack_into(layout, data, where(detect.read(View.of(bytes(data)))), value)

    return change


def start_with(code: bytes) -> Change:
    """Overwrite the first instructions that run; sections tell where they lie in the file."""

    def change(data: bytearray) -> None:
        image = detect.read(View.of(bytes(data)))
        (at,) = (
            image.entry - part.address + part.offset
            for part in image.sections
            if part.address <= image.entry < part.address + part.file_size
        )
        data[at : at + len(code)] = code

    return change


def write_into_code(text: bytes) -> Change:
    """Overwrite code that only runs when the program does."""

    def change(data: bytearray) -> None:
        image = detect.read(View.of(bytes(data)))
        code = next(section for section in image.sections if section.name.endswith("text"))
        at = code.offset + code.file_size // 2
        data[at : at + len(text)] = text

    return change


# ELF


def segment_flags(kind: int, flags: int) -> Change:
    """Set bits in p_flags of the last segment of a kind (64-bit: the second word)."""

    def change(data: bytearray) -> None:
        image = detect.read(View.of(bytes(data)))
        assert isinstance(image, ELFImage)
        index = max(n for n, part in enumerate(image.segments) if part.type == kind)
        at = image.header.segments_offset + index * image.header.segment_size + 4
        struct.pack_into("<I", data, at, image.segments[index].flags | flags)

    return change


def dynamic_entry(old_tag: int, tag: int, value: int | None = None) -> Change:
    """Give an entry of the dynamic section another tag."""

    def change(data: bytearray) -> None:
        image = detect.read(View.of(bytes(data)))
        table = image.section(".dynamic")
        for at in range(table.offset, table.offset + table.file_size, 16):
            found, old = struct.unpack_from("<QQ", data, at)
            if found == old_tag:
                struct.pack_into("<QQ", data, at, tag, old if value is None else value)
                return
        pytest.fail(f"no dynamic entry {old_tag}")

    return change


def need_new_glibc(data: bytearray) -> None:
    """Ask for GLIBC_2.99: its name takes the RUNPATH's place, a version table some code's."""
    swap(b"$ORIGIN/lib\0", b"GLIBC_2.99\0\0")(data)
    image = detect.read(View.of(bytes(data)))
    assert isinstance(image, ELFImage)
    name = next(value for tag, value in image.dynamic.entries if tag == 29)
    code = image.section(".text")
    # One Elf64_Verneed with one Elf64_Vernaux.
    table = struct.pack("<HHIII", 1, 1, name, 16, 0) + struct.pack("<IHHII", 0, 0, 2, name, 0)
    data[code.offset + 4096 : code.offset + 4096 + len(table)] = table
    dynamic_entry(29, 0x6FFF_FFFF, 1)(data)
    dynamic_entry(21, 0x6FFF_FFFE, code.address + 4096)(data)


def hide_symbols(data: bytearray) -> None:
    """Call the symbol table something else."""
    image = detect.read(View.of(bytes(data)))
    assert isinstance(image, ELFImage)
    index = next(n for n, part in enumerate(image.section_headers) if part.type == SHT_SYMTAB)
    at = image.header.sections_offset + index * image.header.section_size + 4
    struct.pack_into("<I", data, at, 1)


# PE


def coff(field: int) -> Callable[[PEImage], int]:
    """Offset of a field in the COFF header, by its distance from the header's start."""
    # The optional header, 24 bytes behind the signature, has CheckSum at 64.
    return lambda image: image.headers.checksum_offset - 64 - 20 + field


def optional(field: int) -> Callable[[PEImage], int]:
    """Offset of a field in the optional header."""
    return lambda image: image.headers.checksum_offset - 64 + field


def last_section(field: int) -> Callable[[PEImage], int]:
    """Offset of a field in the last section header."""
    return lambda image: image.headers.headers_end - 40 + field


def leave_a_gap(data: bytearray) -> None:
    """Move the last section up by a page, and the end of the image with it."""
    image = detect.read(View.of(bytes(data)))
    address = image.sections[-1].address - image.headers.optional.image_base
    put("<I", address + 0x1000, last_section(12))(data)
    put("<I", image.headers.optional.image_size + 0x1000, optional(56))(data)


def clear_flag(flag: int) -> Change:
    """Clear one bit of DllCharacteristics."""

    def change(data: bytearray) -> None:
        image = detect.read(View.of(bytes(data)))
        value = image.headers.optional.dll_characteristics & ~flag
        put("<H", value, optional(70))(data)

    return change


def add_pdb_path(data: bytearray, path: bytes = rb"C:\Users\bob\app.pdb") -> None:
    """Write a debug directory with a CodeView record into unused space of the headers."""
    image = detect.read(View.of(bytes(data)))
    start = (image.headers.headers_end + 15) & ~15
    record = b"RSDS" + bytes(20) + path + b"\0"
    entry = struct.pack("<IIHHIIII", 0, 0, 0, 0, 2, len(record), 0, start + 28)
    assert start + 28 + len(record) <= image.headers.optional.headers_size
    data[start : start + 28 + len(record)] = entry + record
    # Data directory 6; directories begin at 112 in PE32+.
    struct.pack_into("<II", data, optional(112 + 6 * 8)(image), start, 28)


def add_pdb(data: bytearray) -> None:
    """Name a PDB, which lies beside the program then."""
    add_pdb_path(data, PDB.encode())


def lose_a_picture(data: bytearray) -> None:
    """Let the icon name a picture that is not there: the number ends the group's last entry."""
    (group,) = rsrc.read_image(detect.read(View.of(bytes(data)))).of_type(ResourceType.GROUP_ICON)
    end = data.index(group.data) + len(group.data)
    struct.pack_into("<H", data, end - 2, 999)


# Mach-O


def command(name: str, field: int) -> Callable[[MachOImage], int]:
    """Offset of a field of the first load command of that name."""
    return lambda image: next(c.offset for c in image.commands if c.name == name) + field


LC_FUNCTION_STARTS = 0x26


# Signatures


def checksummed(change: Change) -> Change:
    """Change a signed program, and correct the checksum that osslsigncode wrote."""

    def changed(data: bytearray) -> bytes:
        made = bytearray(change(data) or data)
        image = detect.read(View.of(bytes(made)))
        assert isinstance(image, PEImage)
        put("<I", image.compute_checksum(), optional(64))(made)
        return bytes(made)

    return changed


def in_table(text: bytes, field: int) -> Change:
    """Flip a bit in the certificate table, so many bytes behind the first occurrence of a text."""

    def change(data: bytearray) -> None:
        image = detect.read(View.of(bytes(data)))
        (entry,) = image.certificates
        at = data.index(text, entry.offset, entry.offset + entry.size)
        data[at + len(text) + field] ^= 1

    return change


def longer_table(data: bytearray) -> bytes:
    """Hide data behind the signature, inside its table."""
    image = detect.read(View.of(bytes(data)))
    (entry,) = image.certificates
    struct.pack_into("<I", data, entry.offset, entry.size + 64)
    put("<I", image.headers.directories[4].size + 64, optional(112 + 4 * 8 + 4))(data)
    return bytes(data) + b"settings" * 8


def shorter_table(data: bytearray) -> bytes:
    """Lose the end of the signature."""
    image = detect.read(View.of(bytes(data)))
    put("<I", image.headers.directories[4].size - 800, optional(112 + 4 * 8 + 4))(data)
    return bytes(data[:-800])


def no_table(data: bytearray) -> bytes:
    """Take the signature off."""
    image = detect.read(View.of(bytes(data)))
    where = image.headers.directories[4]
    struct.pack_into("<II", data, optional(112 + 4 * 8)(image), 0, 0)
    return bytes(data[: where.address])


def in_cms(data: bytearray) -> None:
    """Flip a bit of the signature value over the code directory: it ends the CMS signature."""
    image = detect.read(View.of(bytes(data)))
    blob = next(one for one in codesign.read(image).blobs if one.slot == codesign.SLOT_CMS)
    data[blob.view.base + len(blob.view) - 20] ^= 1


def other_rights(data: bytearray) -> bytes:
    """Sign with entitlements, then say no in the DER form alone; its hash fits."""
    rights = plistlib.dumps({"com.apple.security.cs.allow-jit": True})
    made = adhoc.sign(bytes(data), adhoc.AdHoc(entitlements=rights))
    signature = codesign.read(detect.read(View.of(made)))
    old = bytes(next(one for one in signature.blobs if one.slot == 7).view.data)
    new = old[:-1] + b"\0"
    hashes = (hashlib.sha256(blob).digest() for blob in (old, new))
    return made.replace(old, new).replace(*hashes)


# signingTime: the signer's is in front of the timestamp server's. Its value is a SET of one UTCTime.
SIGNING_TIME = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05\x31\x0f\x17\x0d"
# A timestamp's policy; behind it 19 octets of headers, then the digest of the signature.
POLICY = b"\x06\x04\x2a\x03\x04\x01"
SELF_SIGNED = authority.issue("Other", authority.ec_key(), authority=True).der

# What a resource holds is looked at, too, where nobody said what it should be.
ANY = {"resources": None}
SOME = "RCDATA 1 (0x0000)"
# VS_FIXEDFILEINFO's dwSignature, and the version of the structure.
FIXED = b"\xbd\x04\xef\xfe\0\0\1"


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


MUTATIONS = [
    Mutation("CW1001", "linux", unchanged, expected={"target": Target("windows", "amd64")}),
    Mutation("CW1001", "linux", lambda _: b"#!/bin/sh\n", label="script"),
    Mutation("CW1001", "linux", lambda _: b"", label="empty"),
    Mutation("CW1002", "linux", unchanged, expected={"file_name": "seed.exe"}),
    Mutation("CW1002", "windows", unchanged, expected={"file_name": "seed"}, label="no .exe"),
    Mutation("CW1002", "windows", unchanged, Status.WARN, {"file_name": None}, file="seed"),
    Mutation("CW1003", "linux", put("<H", 183, lambda _: 18), label="e_machine is AArch64"),
    Mutation("CW1003", "windows", put("<H", 0xAA64, coff(0)), label="Machine is ARM64"),
    Mutation("CW1003", "darwin", put("<I", 0x0100_0007 + 99, lambda _: 4), label="no such CPU"),
    Mutation("CW1004", "linux", cut, label="ELF"),
    Mutation("CW1004", "windows", cut, label="PE"),
    Mutation("CW1004", "signed", cut, label="Mach-O"),
    Mutation("CW1004", "linux", lambda data: bytes(data[:40]), label="half a header"),
    Mutation("CW1005", "linux", put("<H", 1, lambda _: 16), label="e_type is ET_REL"),
    Mutation("CW1005", "windows", put("<H", 0x2022, coff(18)), label="DLL"),
    Mutation("CW1005", "darwin", put("<I", 6, lambda _: 12), label="MH_DYLIB"),
    Mutation("CW1006", "linux", put("<Q", 0x1000, lambda _: 24), label="ELF"),
    Mutation("CW1006", "windows", put("<I", 0x7FFF_0000, optional(16)), label="PE"),
    Mutation("CW1006", "darwin", put("<Q", 0x1000, command("LC_UNIXTHREAD", 16 + 16 * 8))),
    Mutation("CW1006", "linux", start_with(b"\x0f\x0b"), label="UD2"),
    Mutation("CW1007", "linux", put("<B", 9, lambda _: 7), label="EI_OSABI is FreeBSD"),
    Mutation("CW1101", "linux", swap(BUILD_INFO, b"\xff Go buildxxx:")),
    Mutation("CW1102", "linux", unchanged, expected={"go_version": "1.18"}),
    Mutation("CW1103", "linux", recorded(b"GOARCH=amd64", b"GOARCH=arm64")),
    Mutation("CW1103", "linux", put("<H", 183, lambda _: 18), expected={"target": None}),
    Mutation("CW1104", "linux", recorded(b"GOAMD64=v1", b"GOAMD64=v3"), Status.WARN),
    Mutation("CW1104", "linux", unchanged, expected={"target": Target("linux", "amd64", "v3")}),
    Mutation("CW1105", "linux", recorded(b"CGO_ENABLED=0", b"CGO_ENABLED=1")),
    Mutation("CW1106", "linux", recorded(b"-tags=seed", b"-tags=sxed")),
    Mutation("CW1107", "linux", recorded(b"-trimpath=true", b"-trimpath=tree")),
    Mutation(
        "CW1108",
        "linux",
        recorded(b"-buildmode=exe", b"-buildmode=pie"),
        expected={"buildmode": "exe"},
    ),
    Mutation("CW1109", "linux", recorded(b"path\texample.com/seed", b"path\texample.com/sxxd")),
    Mutation("CW1110", "linux", recorded(b"mod\texample.com/seed", b"mod\texample.com/sxxd")),
    Mutation("CW1110", "linux", unchanged, expected={"module_version": "v1.4.0"}, label="version"),
    Mutation("CW1111", "linux", lambda data: recorded(*another_revision(data))(data)),
    Mutation("CW1112", "dirty", unchanged, expected={"vcs_modified": False}),
    Mutation("CW1112", "dirty", unchanged, Status.WARN, {"vcs_modified": None}),
    Mutation("CW1113", "linux", recorded(b"DefaultGODEBUG=", b"GOEXPERIMENT=x,"), Status.WARN),
    Mutation("CW1114", "linux", recorded(b"-compiler=gc", b'-race="true"'), Status.WARN),
    Mutation("CW1115", "linux", recorded(b"-compiler=gc", b"-pgo=abc.pgo")),
    Mutation("CW1201", "pie", swap(b"/lib64/ld-linux-x86-64", b"/opt64/ld-linux-x86-64")),
    Mutation("CW1202", "darwin", swap(b"/usr/lib/libresolv", b"/tmp/lib/libresolv")),
    Mutation("CW1202", "windows", swap(b"kernel32.dll", b"libwinp4.dll"), Status.WARN),
    Mutation("CW1203", "pie", need_new_glibc),
    Mutation("CW1204", "pie", swap(b"$ORIGIN/lib", b"/home/x/lib")),
    Mutation("CW1204", "pie", swap(b"$ORIGIN/lib", b"relative/to"), label="relative"),
    Mutation("CW1204", "pie", swap(b"$ORIGIN/lib", b"/opt/thelib"), Status.WARN),
    Mutation("CW1205", "linux", segment_flags(PT_GNU_STACK, PF_X), label="ELF"),
    Mutation("CW1205", "darwin", put("<I", 0x0022_0085, lambda _: 24), label="Mach-O"),
    Mutation("CW1206", "linux", segment_flags(PT_LOAD, PF_X | PF_W), label="ELF"),
    Mutation("CW1206", "darwin", put("<I", 7, command("LC_SEGMENT_64", 60)), label="Mach-O"),
    Mutation("CW1207", "pie", dynamic_entry(21, 22), label="DT_TEXTREL"),
    Mutation("CW1301", "windows", put("<H", 2, optional(68)), label="GUI"),
    Mutation("CW1302", "windows", clear_flag(0x40)),
    Mutation("CW1302", "windows", clear_flag(0x40), Status.WARN, {"buildmode": "exe"}),
    Mutation("CW1303", "windows", clear_flag(0x100)),
    Mutation("CW1304", "windows", clear_flag(0x20)),
    Mutation("CW1305", "windows", put("<I", 1, optional(64))),
    Mutation("CW1306", "windows", put("<I", 1_700_000_000, coff(4)), Status.WARN),
    Mutation("CW1307", "windows", put("<I", 0x1000, optional(56)), label="SizeOfImage"),
    Mutation("CW1307", "windows", put("<I", 0x2001, last_section(12)), label="VirtualAddress"),
    Mutation("CW1307", "windows", put("<I", 0x300, optional(36)), label="FileAlignment"),
    Mutation("CW1307", "windows", leave_a_gap, label="gap"),
    Mutation("CW1308", "windows", append, Status.WARN),
    Mutation("CW1309", "windows", add_pdb_path, Status.WARN),
    Mutation("CW1401", "darwin", put("<I", 2, command("LC_BUILD_VERSION", 8)), label="iOS"),
    Mutation("CW1402", "darwin", swap(b"/usr/lib/dyld", b"/usr/lib/dyle"), label="loader"),
    Mutation("CW1402", "darwin", swap(b"/libSystem.B.dylib", b"/libSxstem.B.dylib")),
    Mutation("CW1403", "signed", put("<I", LC_FUNCTION_STARTS, command("LC_CODE_SIGNATURE", 0))),
    Mutation("CW1404", "signed", write_into_code(b"changed")),
    Mutation("CW1405", "darwin", put("<I", LC_FUNCTION_STARTS, command("LC_UUID", 0)), Status.WARN),
    Mutation("CW1406", "developer", in_cms, label="value"),
    Mutation("CW1406", "developer", unchanged, expected={"trusted": (SELF_SIGNED,)}),
    Mutation("CW1406", "signed", unchanged, expected={"signed": True}, label="ad hoc"),
    Mutation("CW1406", "signed", unchanged, expected={"trusted": (SELF_SIGNED,)}, label="roots"),
    Mutation("CW1406", "developer", unchanged, expected={"signed": False, "trusted": ()}),
    Mutation("CW1407", "signed", other_rights),
    Mutation("CW1404", "developer", write_into_code(b"changed")),
    Mutation("CW1501", "linux", write_into_code(b"/home/bob/x"), label="ELF"),
    Mutation("CW1501", "windows", write_into_code("/home/bob/x".encode("utf-16-le"))),
    Mutation(
        "CW1501",
        "linux",
        both(write_into_code(b"/home/bob/x"), recorded(b"-trimpath=true", b"-trimpath=tree")),
        Status.WARN,
        {"trimpath": False},
    ),
    Mutation(
        "CW1502", "linux", write_into_code(b"\0/home/eve/src/m.go\0"), Status.WARN, {"traces": ()}
    ),
    Mutation("CW1601", "linux", hide_symbols, expected={"variables": ()}),
    Mutation("CW1601", "stripped", unchanged, expected={"strip_symbols": False, "variables": ()}),
    Mutation("CW1602", "linux", swap(b".debug_", b".xebug_")),
    Mutation("CW1602", "darwin", unchanged, expected={"strip_dwarf": True}),
    Mutation("CW1603", "split", link_to(b"another")),
    Mutation("CW1603", "linux", unchanged, expected={"debug_file": True}, label="not split"),
    Mutation("CW1604", "split", link_to(b"a text"), debug=b"a text"),
    Mutation("CW1605", "windows", add_pdb, debug=pdb.build(), label="another link"),
    Mutation("CW1605", "windows", add_pdb, debug=b"a text", label="no PDB"),
    Mutation("CW1605", "windows", unchanged, expected={"pdb": True}, label="none"),
    Mutation("CW1701", "linux", swap(b"main.version", b"main.verzion")),
    Mutation("CW1702", "linux", swap(b"v1.2.3-seed", b"v1.2.4-seed")),
    Mutation("CW1702", "pie", swap(b"v1.2.3-seed", b"v1.2.4-seed"), label="relocated"),
    Mutation("CW1702", "darwin", swap(b"v1.2.3-seed", b"v1.2.4-seed"), label="Mach-O"),
    Mutation("CW1702", "windows", swap(b"v1.2.3-seed", b"v1.2.4-seed"), label="PE"),
    Mutation("CW1901", "resources", swap(b"raw data", b"raw DATA"), label="other content"),
    Mutation("CW1901", "windows", unchanged, expected={"resources": ((SOME, "00"),)}),
    Mutation("CW1901", "resources", unchanged, expected={"resources": ()}, label="not asked for"),
    Mutation("CW1902", "resources", swap(b"</assembly>", b"</xssembly>"), expected=ANY),
    Mutation(
        "CW1902", "resources", swap(b'level="asI', b'level="xsI'), expected=ANY, label="level"
    ),
    Mutation("CW1902", "resources", swap(b"longPath", b"lungPath"), Status.WARN, ANY),
    Mutation("CW1903", "resources", swap(FIXED, b"?" + FIXED[1:]), expected=ANY),
    Mutation("CW1903", "resources", swap(wide("1.2.3"), wide("1.2.4")), Status.WARN, ANY),
    Mutation("CW1904", "resources", lose_a_picture, expected=ANY),
    Mutation("CW1910", "windows", unchanged, expected={"signed": True}, label="not signed"),
    Mutation("CW1910", "authenticode", unchanged, expected={"signed": False, "trusted": ()}),
    Mutation("CW1910", "authenticode", checksummed(write_into_code(b"changed"))),
    Mutation("CW1910", "authenticode", checksummed(append), label="appended"),
    Mutation("CW1910", "authenticode", checksummed(no_table), label="taken off"),
    Mutation("CW1910", "authenticode", checksummed(in_table(SIGNING_TIME, 11)), label="attribute"),
    Mutation("CW1004", "authenticode", checksummed(shorter_table), label="cut signature"),
    Mutation("CW1911", "authenticode", checksummed(in_table(POLICY, 20)), label="timestamp"),
    Mutation("CW1912", "authenticode", checksummed(longer_table), Status.WARN),
    Mutation("CW1702", "stripped", swap(b"v1.2.3-seed", b"v1.2.4-seed"), label="nowhere"),
]


def name(mutation: Mutation) -> str:
    words = (mutation.code, mutation.seed, str(mutation.status), mutation.label)
    return " ".join(filter(None, words))


def needed(seeds, name: str):
    """Return a seed; skip the test on a host whose tools cannot make it."""
    if name not in seeds:
        pytest.skip(missing("osslsigncode", "openssl"))
    return seeds[name]


def objections(report: Report) -> dict[str, Status]:
    return {
        check.code: check.status
        for check in report.checks
        if check.status in (Status.FAIL, Status.WARN)
    }


@pytest.mark.parametrize("mutation", MUTATIONS, ids=name)
def test_one_change_gives_one_finding(mutation, seeds, tmp_path: Path):
    seed = needed(seeds, mutation.seed)
    data = bytearray(seed.path.read_bytes())
    changed = mutation.change(data)
    path = tmp_path / (mutation.file or seed.path.name)
    path.write_bytes(data if changed is None else changed)

    if seed.debug or mutation.debug:
        name_ = seed.debug.name if seed.debug else PDB
        (tmp_path / name_).write_bytes(mutation.debug or seed.debug.read_bytes())

    report = verify_file(path, replace(seed.expected, **(mutation.expected or {})))

    before = objections(verify_file(seed.path, seed.expected))
    found = objections(report)
    assert {code: status for code, status in found.items() if before.get(code) != status} == {
        mutation.code: mutation.status
    }, report


@pytest.mark.parametrize(
    "kind",
    [
        *("linux", "stripped", "pie", "windows", "darwin", "signed", "dirty"),
        *("authenticode", "developer", "resources", "split"),
    ],
)
def test_seeds_are_as_asked(kind, seeds):
    seed = needed(seeds, kind)
    # What stripping takes away cannot be proved any more.
    odd = {"CW1702": Status.WARN} if kind == "stripped" else {}
    assert objections(verify_file(seed.path, seed.expected)) == odd
    assert verify_file(seed.path).ok


def test_every_check_has_its_mutation():
    assert {mutation.code for mutation in MUTATIONS} == {spec.code for spec in CHECKS}
    failing = {mutation.code for mutation in MUTATIONS if mutation.status is Status.FAIL}
    assert failing == {spec.code for spec in CHECKS} - NEVER_FAIL


def test_what_nobody_asked_for_is_only_told(seeds):
    report = verify_file(seeds["linux"].path, Expectation())
    assert not objections(report)
    assert {check.code for check in report.unchecked} <= {"CW1111", "CW1112"}


def test_verifying_is_cheap(seeds):
    """A small part of what linking costs; measured 0.02 s for these 2.4 MB."""
    start = time.process_time()
    verify_file(seeds["linux"].path, seeds["linux"].expected)
    assert time.process_time() - start < 0.25
