"""Ad-hoc signatures of small files; Go's own and real programs are in tests/integration/sign."""

from __future__ import annotations

import hashlib
import plistlib
import struct
from functools import partial

import pytest

from crosswind.binary import codesign, macho
from crosswind.binary.codesign import SLOT_DER_ENTITLEMENTS, SLOT_ENTITLEMENTS, SLOT_REQUIREMENTS
from crosswind.binary.macho import MachOImage
from crosswind.binary.view import FormatError, View
from crosswind.darwin import entitlements
from crosswind.darwin.adhoc import AdHoc, sign
from crosswind.errors import BuildError
from images import macho as file

RIGHTS = plistlib.dumps({"com.apple.security.cs.allow-jit": True, "get-task-allow": True})


def read(data: bytes) -> MachOImage:
    return macho.read(View.of(data))


def signature(data: bytes) -> codesign.CodeSignature:
    found = codesign.read(read(data))
    assert found is not None
    assert codesign.verify(read(data)) == []
    return found


@pytest.mark.parametrize("goarch", ["amd64", "arm64"])
def test_unsigned(goarch):
    before = file.build(goarch=goarch)
    made = sign(before, AdHoc(default="hello"))
    found = signature(made)
    directory = found.directories[0]
    assert (directory.identifier, directory.flags) == ("hello", ("adhoc",))
    assert (directory.version, directory.hash_type, directory.page_size) == (
        0x20400,
        "sha256",
        4096,
    )
    assert directory.executable_segment == (0, 2 * file.PAGE, 1)
    assert found.offset % 16 == 0
    assert found.offset + found.size == len(made)
    edit = read(made).segment("__LINKEDIT")
    assert edit.offset + edit.file_size == len(made)
    # The code itself: everything but the header, the load commands and the signature.
    assert made[file.PAGE : found.offset] == before[file.PAGE :].ljust(
        found.offset - file.PAGE, b"\0"
    )


def test_hashes_recomputed_without_the_reader():
    made = sign(file.build(), AdHoc(default="x"))
    at = struct.unpack_from(">I", made, made.index(struct.pack(">I", 0xFADE0CC0)) + 16)[0]
    start = made.index(struct.pack(">I", 0xFADE0CC0))
    directory = made[start + at :]
    hashes, _, _, pages, limit = struct.unpack_from(">5I", directory, 16)
    assert limit == start
    for page in range(pages):
        digest = hashlib.sha256(made[page * 4096 : min(page * 4096 + 4096, limit)]).digest()
        assert directory[hashes + 32 * page :][:32] == digest


def test_signing_again_changes_nothing():
    once = sign(file.build(), AdHoc(identifier="com.example.hello", entitlements=RIGHTS))
    assert sign(once) == once
    assert sign(once, AdHoc(default="other")) == once


def test_a_changed_program_is_mended():
    made = bytearray(sign(file.build()))
    made[file.PAGE] ^= 1
    assert codesign.verify(read(bytes(made)))
    assert signature(sign(bytes(made)))


def test_linker_signed_stays_unless_something_is_asked():
    linked = file.build(sign=partial(file.signature, flags=0x20002))
    assert signature(sign(linked)).directories[0].flags == ("adhoc", "linker-signed")
    named = sign(linked, AdHoc(identifier="x"))
    assert signature(named).directories[0].flags == ("adhoc",)


def test_entitlements():
    made = sign(file.build(), AdHoc(entitlements=RIGHTS))
    found = signature(made)
    assert found.entitlements == RIGHTS
    parts = {SLOT_REQUIREMENTS, SLOT_ENTITLEMENTS, SLOT_DER_ENTITLEMENTS}
    assert set(found.directories[0].special_hashes) == parts
    # CS_EXECSEG_MAIN_BINARY and, for get-task-allow, CS_EXECSEG_ALLOW_UNSIGNED.
    assert found.directories[0].executable_segment[2] == 0x11
    assert signature(sign(made, AdHoc(identifier="new"))).entitlements == RIGHTS
    assert sign(made, AdHoc(entitlements=b"")) == sign(file.build())


# The vectors are those that other signers agree on: the top, and one key of each sort.
@pytest.mark.parametrize(
    ("values", "octets"),
    [
        ({}, "7005020101b000"),
        ({"key": False}, "700f020101b00a30080c036b6579010100"),
        ({"key": True}, "700f020101b00a30080c036b65790101ff"),
        ({"key": 42}, "700f020101b00a30080c036b657902012a"),
        ({"key": -1}, "700f020101b00a30080c036b65790201ff"),
        ({"key": 128}, "7010020101b00b30090c036b657902020080"),
        ({"key": "value"}, "7013020101b00e300c0c036b65790c0576616c7565"),
        ({"key": []}, "700e020101b00930070c036b65793000"),
    ],
)
def test_der(values, octets):
    assert entitlements.der(values).hex() == octets


def test_der_sorts_keys():
    made = entitlements.der({"b": True, "a": {}})
    # 30 05: key a, an empty dictionary (b0 00); 30 06: key b, true.
    assert made.hex() == "7014020101b00f30050c0161b00030060c01620101ff"


def test_der_as_apple_writes_it():
    """The entitlements of Node.js for macOS, signed by Apple's codesign: both forms are in the file."""
    names = (
        "allow-dyld-environment-variables", "allow-jit", "allow-unsigned-executable-memory",
        "disable-executable-page-protection", "disable-library-validation",
    )  # fmt: skip
    values = {f"com.apple.security.cs.{name}": True for name in reversed(names)}
    values["com.apple.security.get-task-allow"] = True
    made = entitlements.der(values)
    assert len(made) == 329
    assert hashlib.sha256(made).hexdigest() == (
        "a2eb5c7921ac834d2bc7345e26c1c47215c55bc4e5794b975c45a701931c42a3"
    )
    # There the code directory has CS_EXECSEG_MAIN_BINARY alone.
    assert entitlements.segment_flags(values) == 0


def test_long_der():
    made = entitlements.der({"groups": ["x" * 300]})
    assert made[:4] == bytes([0x70, 0x82, 0x01, 0x47])
    assert len(made) == 4 + 0x147


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"no list",
        b"<plist><array/></plist>",
        b"<plist><dict><key>a</key><real>1.5</real></dict></plist>",
        b"<plist><dict><key>a</key><data>AAAA</data></dict></plist>",
        b"<plist><dict><true/></dict></plist>",
        b"<plist><dict><key>a</key></dict></plist>",
        b"<plist><dict><key>a</key><integer>one</integer></dict></plist>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><plist><dict/></plist>',
        b"<plist><dict><key>a</key>" + b"<array>" * 40 + b"</array>" * 40 + b"</dict></plist>",
        b"<plist>" + b"<array>" * 100_000,
        b"x" * (2 << 20),
    ],
)
def test_no_entitlements(xml):
    with pytest.raises(BuildError) as error:
        entitlements.parse(xml)
    assert error.value.code == "CW0809"


def test_universal():
    both = file.fat(file.build(goarch="amd64"), file.build(goarch="arm64"))
    made = sign(both, AdHoc(default="hello"))
    assert sign(made) == made
    slices = macho.read_fat(View.of(made)).slices
    assert [part.goarchs for part in slices] == [("amd64",), ("arm64",)]
    for part in slices:
        assert part.offset % part.align == 0
        assert codesign.verify(part.image()) == []
        assert codesign.read(part.image()).directories[0].identifier == "hello"


def test_universal_of_64_bits():
    made = sign(file.fat(file.build(), wide=True))
    (part,) = macho.read_fat(View.of(made)).slices
    assert codesign.verify(part.image()) == []


def test_overlapping_slices():
    both = bytearray(file.fat(file.build(), file.build()))
    struct.pack_into(">I", both, 8 + 20 + 8, file.PAGE)
    with pytest.raises(FormatError, match="overlaps another"):
        sign(bytes(both))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (file.build(tail=b"more"), "CW0808"),
        (file.build(goarch="386"), "CW0808"),
        (file.build(big_endian=True), "CW0808"),
        (file.build(sign=file.signature, tail=b"more"), "CW0808"),
    ],
)
def test_unfit(data, code):
    with pytest.raises(BuildError) as error:
        sign(data)
    assert error.value.code == code


def test_no_room():
    made = bytearray(file.build())
    end = 32 + struct.unpack_from("<I", made, 20)[0]
    made[end + 8] = 1
    with pytest.raises(BuildError) as error:
        sign(bytes(made))
    assert error.value.code == "CW0807"


def test_no_mach_o():
    with pytest.raises(FormatError):
        sign(b"MZ")
