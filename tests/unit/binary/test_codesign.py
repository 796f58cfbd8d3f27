"""Code signatures that are made here, sound and broken in one place each."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from functools import partial

import pytest

from crosswind.binary import codesign, macho
from crosswind.binary.view import FormatError, View
from images import macho as file

PLIST = b"<plist><dict><key>com.apple.security.app-sandbox</key><true/></dict></plist>"
PARTS = {
    codesign.SLOT_REQUIREMENTS: file.blob(0xFADE0C01, bytes(4)),
    codesign.SLOT_ENTITLEMENTS: file.blob(0xFADE7171, PLIST),
    codesign.SLOT_DER_ENTITLEMENTS: file.blob(0xFADE7172, b"DER"),
    codesign.SLOT_CMS: file.blob(0xFADE0B01, b"certificates"),
}
INFO = b"<plist>info</plist>"


def image(**options: object) -> macho.MachOImage:
    info = options.get("info", b"")
    return read(file.build(sign=partial(file.signature, **options), info=info))


def read(data: bytes | bytearray) -> macho.MachOImage:
    return macho.read(View.of(data))


def flipped(image: macho.MachOImage, offset: int) -> macho.MachOImage:
    data = bytearray(image.view.data)
    data[offset] ^= 1
    return read(data)


def test_unsigned() -> None:
    unsigned = read(file.build())
    assert codesign.read(unsigned) is None
    assert codesign.verify(unsigned) == []


def test_facts() -> None:
    signed = image(parts=PARTS, team=b"TEAM123456", flags=0x10000, version=0x20500)
    signature = codesign.read(signed)
    assert signature is not None
    (directory,) = signature.directories
    assert (directory.identifier, directory.team) == ("hello", "TEAM123456")
    assert (directory.version, directory.flags) == (0x20500, ("hardened-runtime",))
    assert (directory.hash_type, directory.page_size) == ("sha256", 4096)
    assert directory.code_limit == signature.offset
    assert directory.page_hashes == -(-signature.offset // 4096)
    assert directory.executable_segment == (0, 0x1000, 1)
    assert directory.runtime == 0x000C0000
    assert set(directory.special_hashes) == {2, 5, 7}
    assert signature.entitlements == PLIST
    assert signature.cms_size == len(b"certificates")
    assert not signature.adhoc
    assert [blob.name for blob in signature.blobs] == [
        "code directory", "requirements", "entitlements", "DER entitlements", "CMS signature"
    ]  # fmt: skip
    own = signature.blobs[0].view.data
    assert signature.cdhash == hashlib.sha256(own).digest()[:20]


def test_flags_in_words() -> None:
    signature = codesign.read(image(flags=0x4002_0002))
    assert signature is not None
    assert signature.adhoc
    assert signature.directories[0].flags == ("adhoc", "linker-signed", "0x40000000")


@pytest.mark.parametrize("version", [0x20001, 0x20100, 0x20200, 0x20300, 0x20400, 0x20500])
def test_versions(version: int) -> None:
    signed = image(version=version)
    signature = codesign.read(signed)
    assert signature is not None
    assert signature.directories[0].version == version
    assert (signature.directories[0].executable_segment is None) == (version < 0x20400)
    assert codesign.verify(signed) == []


@pytest.mark.parametrize(
    ("kind", "name"), [(1, "sha1"), (2, "sha256"), (3, "sha256-truncated"), (4, "sha384")]
)
def test_hash_types(kind: int, name: str) -> None:
    signed = image(kinds=(kind,), parts=PARTS, info=INFO)
    signature = codesign.read(signed)
    assert signature is not None
    assert signature.directories[0].hash_type == name
    assert len(signature.cdhash) == 20
    assert codesign.verify(signed) == []
    assert [problem.page for problem in codesign.verify(flipped(signed, 5000))] == [1]


def test_the_strongest_hash_identifies() -> None:
    signature = codesign.read(image(kinds=(1, 4, 2)))
    assert signature is not None
    assert [part.hash_type for part in signature.directories] == ["sha384", "sha256", "sha1"]
    assert signature.cdhash == signature.directories[0].cdhash


def test_every_directory_is_checked() -> None:
    problems = codesign.verify(flipped(image(kinds=(1, 2)), 5000))
    assert [problem.page for problem in problems] == [1, 1]


def test_each_page_by_itself() -> None:
    signed = image(page_bits=12)
    signature = codesign.read(signed)
    assert signature is not None
    for page in range(1, signature.directories[0].page_hashes):
        last = min((page + 1) * 4096, signature.offset) - 1
        for offset in (page * 4096, last):
            (problem,) = codesign.verify(flipped(signed, offset))
            assert (problem.page, problem.offset) == (page, page * 4096)


def test_one_hash_for_everything() -> None:
    signed = image(page_bits=0)
    signature = codesign.read(signed)
    assert signature is not None
    assert signature.directories[0].page_size == 0
    assert codesign.verify(signed) == []
    assert [problem.page for problem in codesign.verify(flipped(signed, 5000))] == [0]


def test_large_pages() -> None:
    signed = image(page_bits=14)
    assert codesign.verify(signed) == []
    assert [problem.page for problem in codesign.verify(flipped(signed, 5000))] == [0]


def changed_part(slot: int) -> Callable[[], macho.MachOImage]:
    def make() -> macho.MachOImage:
        signed = image(parts=PARTS)
        signature = codesign.read(signed)
        assert signature is not None
        blob = next(blob for blob in signature.blobs if blob.slot == slot)
        return flipped(signed, blob.view.base + 9)

    return make


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (changed_part(codesign.SLOT_ENTITLEMENTS), "entitlements: hash does not match"),
        (changed_part(codesign.SLOT_REQUIREMENTS), "requirements: hash does not match"),
        (changed_part(codesign.SLOT_DER_ENTITLEMENTS), "DER entitlements: hash does not match"),
        (lambda: image(parts=PARTS, unhashed=(5,)), "entitlements: hash does not match"),
        (lambda: image(limit=0x2000), "covers 8192 bytes, but the signature begins at"),
        (lambda: image(limit=0x20_0000), "covers 2097152 bytes"),
        (
            lambda: read(file.build(sign=file.signature, tail=b"more")),
            "4 bytes follow the signature",
        ),
    ],
)
def test_problems(make: Callable[[], macho.MachOImage], message: str) -> None:
    assert message in codesign.verify(make())[0].message


def test_embedded_info_plist() -> None:
    signed = image(info=INFO)
    assert codesign.verify(signed) == []
    section = signed.section("__info_plist")
    assert section is not None
    problems = codesign.verify(flipped(signed, section.offset))
    # It lies in a page and has a hash of its own.
    assert [problem.message for problem in problems] == [
        "page 1 does not match its hash", "Info.plist: hash does not match"
    ]  # fmt: skip


def test_what_is_hashed_but_absent() -> None:
    def without_entitlements(code: bytes) -> bytes:
        # Turn the slot's number in the index (second entry) into one that nothing checks.
        made = bytearray(file.signature(code, parts={5: PARTS[5]}))
        struct.pack_into(">I", made, 20, 99)
        return bytes(made)

    (problem,) = codesign.verify(read(file.build(sign=without_entitlements)))
    assert problem.message == "entitlements: hashed but absent"


def test_cms_is_not_judged() -> None:
    assert codesign.verify(changed_part(codesign.SLOT_CMS)()) == []


def test_pages_beyond_the_file_are_told_once() -> None:
    messages = [problem.message for problem in codesign.verify(image(limit=0x20_0000))]
    assert messages.count("pages beyond the end of the file") == 1


DIRECTORY = 20  # of a signature with one blob


@pytest.mark.parametrize(
    ("offset", "layout", "value", "message"),
    [
        (0, ">I", 0xFADE0CC1, "magic 0xfade0cc1"),
        (4, ">I", 0xFFFF_FFFF, "do not fit"),
        (8, ">I", 0xFFFF_FFFF, "index"),
        (8, ">I", 0, "no code directory"),
        (16, ">I", 0xFFFF_0000, "part"),
        (DIRECTORY, ">I", 0xFADE0C01, "code directory: magic"),
        (DIRECTORY + 4, ">I", 4, "length 4"),
        (DIRECTORY + 16, ">I", 0xFFFF, "page hashes"),
        (DIRECTORY + 24, ">I", 1000, "special hashes overlap"),
        (DIRECTORY + 28, ">I", 0xFFFF_FFFF, "page hashes"),
        (DIRECTORY + 36, ">B", 31, "hash type 2 of 31 bytes"),
        (DIRECTORY + 37, ">B", 9, "hash type 9"),
        (DIRECTORY + 39, ">B", 60, "page size 2^60"),
        (DIRECTORY + 44, ">I", 8, "scattered"),
    ],
)
def test_damage(offset: int, layout: str, value: int, message: str) -> None:
    def damaged(code: bytes) -> bytes:
        made = bytearray(file.signature(code))
        struct.pack_into(layout, made, offset, value)
        return bytes(made)

    broken = read(file.build(sign=damaged))
    with pytest.raises(FormatError) as error:
        codesign.read(broken)
    assert message in str(error.value)
    assert broken.signature is not None
    assert broken.signature.offset <= error.value.offset
    (problem,) = codesign.verify(broken)
    assert problem.message == error.value.message


def test_same_slot_twice() -> None:
    def doubled(code: bytes) -> bytes:
        made = bytearray(file.signature(code, parts={2: PARTS[2]}))
        struct.pack_into(">I", made, 20, 0)
        return bytes(made)

    with pytest.raises(FormatError, match="slot 0x0 twice"):
        codesign.read(read(file.build(sign=doubled)))
