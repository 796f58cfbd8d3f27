"""VERSIONINFO: what the Details tab of a Windows file shows.

Sources: Win32, "VS_FIXEDFILEINFO structure" (verrsrc.h), "VERSIONINFO resource" and "StringFileInfo
structure".
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Mapping
from enum import IntEnum, IntFlag

from crosswind.binary.view import FormatError, View
from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.windows import version_node
from crosswind.windows.damage import told
from crosswind.windows.resource import ENGLISH_US, Resource, ResourceType
from crosswind.windows.version_node import Node

Numbers = tuple[int, int, int, int]

# verrsrc.h: dwSignature and dwStrucVersion of VS_FIXEDFILEINFO; then file version and product
# version in two halves each, flags mask, flags, system, type, subtype, date in two halves.
_FIXED = struct.Struct("<13I")
_SIGNATURE, _STRUCTURE = 0xFEEF04BD, 0x00010000
_MASK = 0x3F
# VOS_NT_WINDOWS32.
_SYSTEM = 0x00040004
_ROOT = "VS_VERSION_INFO"
# Code page 1200 is UTF-16.
UNICODE = 0x04B0

# "StringFileInfo structure": what Windows itself knows, in its order.
STRINGS = (
    "Comments", "CompanyName", "FileDescription", "FileVersion", "InternalName", "LegalCopyright",
    "LegalTrademarks", "OriginalFilename", "PrivateBuild", "ProductName", "ProductVersion",
    "SpecialBuild",
)  # fmt: skip


class Flag(IntFlag):
    """dwFileFlags of VS_FIXEDFILEINFO (VS_FF_*)."""

    DEBUG = 0x01
    PRERELEASE = 0x02
    PATCHED = 0x04
    PRIVATE_BUILD = 0x08
    INFO_INFERRED = 0x10
    SPECIAL_BUILD = 0x20


class FileType(IntEnum):
    """dwFileType of VS_FIXEDFILEINFO (VFT_*), as far as Go makes them."""

    UNKNOWN = 0
    APP = 1
    DLL = 2


@frozen
class Fixed:
    """VS_FIXEDFILEINFO: the numbers that installers compare.

    Attributes:
        file: the file's version.
        product: the product's version.
        mask: which flags count.
        flags: see `Flag`.
        system: what the file was made for.
        type: see `FileType`.
        subtype: of drivers and fonts.
        date: 100 ns since 1601, or 0 as nearly everywhere.
        structure: version of the structure itself.
    """

    file: Numbers = (0, 0, 0, 0)
    product: Numbers = (0, 0, 0, 0)
    mask: int = _MASK
    flags: int = 0
    system: int = _SYSTEM
    type: int = FileType.APP
    subtype: int = 0
    date: int = 0
    structure: int = _STRUCTURE


@frozen
class StringTable:
    """Texts in one language, as names and values in their order."""

    language: int
    code_page: int
    strings: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str | None:
        """Return a text; Windows ignores the case of names."""
        lowered = name.lower()
        return next((value for key, value in self.strings if key.lower() == lowered), None)


@frozen
class VersionInfo:
    """A whole VS_VERSIONINFO.

    Attributes:
        fixed: the numbers; None if there are none.
        tables: the texts, a table per language.
        translations: language and code page of the tables that programs shall look for.
    """

    fixed: Fixed | None = Fixed()
    tables: tuple[StringTable, ...] = ()
    translations: tuple[tuple[int, int], ...] = ()

    def get(self, name: str) -> str | None:
        """Return a text from the first table that has it."""
        return next((text for table in self.tables if (text := table.get(name)) is not None), None)


# What a version may look like: v1.2.3-rc.1+meta of semver.org, with one to four numbers.
_VERSION = re.compile(
    r"[vV]?([0-9]+(?:\.[0-9]+){0,3})(?:-([0-9A-Za-z.+-]*))?(?:\+(.*))?", re.DOTALL
)


@frozen
class Version:
    """A version in words: its four numbers, and whether it comes before a release."""

    text: str
    numbers: Numbers
    prerelease: bool


def parse(text: str, subject: str = "") -> Version:
    """Take a version apart: `1.2.3`, `v1.2.3-rc.1+meta`, `1.2.3.4`.

    A leading `v` is dropped and numbers that are not there are 0. What follows a hyphen makes it a
    prerelease: so do Go's pseudo-versions, `git describe` between tags, and `+dirty`.

    Args:
        text: the version.
        subject: where it stands, for messages.

    Raises:
        UsageError: CW0740, it is no version; CW0741, a number is over 65535.
    """
    match = _VERSION.fullmatch(text.strip())
    if not match:
        raise UsageError(
            "CW0740",
            f"{text[:80]!r} is no version that Windows can hold",
            subject=subject,
            hint="write one to four numbers, such as 1.2.3 or v1.2.3-rc.1",
        )
    digits, prerelease, metadata = match.groups()
    # Longer numbers are too large whatever they are, and int() refuses very long ones.
    numbers = [
        int(number[-6:]) if len(number.lstrip("0")) < 6 else 0x10000 for number in digits.split(".")
    ]
    for number, digit in zip(numbers, digits.split("."), strict=True):
        if number > 0xFFFF:
            raise UsageError(
                "CW0741",
                f"{digit[:40]} in version {text[:80]!r} is over 65535",
                subject=subject,
                hint="Windows keeps each number of a version in 16 bits; choose a smaller one",
            )
    one, two, three, four = (*numbers, 0, 0, 0)[:4]
    dirty = "dirty" in (metadata or "").split(".")
    bare = text.strip().removeprefix("v").removeprefix("V")
    return Version(bare, (one, two, three, four), bool(prerelease) or dirty)


def from_settings(
    version: str,
    strings: Mapping[str, str] | None = None,
    *,
    product_version: str = "",
    language: int = ENGLISH_US,
    code_page: int = UNICODE,
    dll: bool = False,
    subject: str = "",
) -> VersionInfo:
    """Make version information as most programs want it: one language.

    `FileVersion` and `ProductVersion` among the strings are shown in place of the versions' own
    text; PRERELEASE, PRIVATE_BUILD and SPECIAL_BUILD are set where the versions and the strings call
    for them, as "VERSIONINFO resource" asks. Strings that are empty are left out.

    Args:
        version: the file's version, see `parse`.
        strings: texts by name; those Windows knows come first, in its order.
        product_version: the product's version; empty takes the file's.
        language: of the texts, a LANGID.
        code_page: said to be that of the texts, which are UTF-16 all the same.
        dll: whether the file is a library.
        subject: where the versions stand, for messages.

    Raises:
        UsageError: CW0740 or CW0741 as `parse`; CW0742, a string that cannot be stored.
    """
    file = parse(version, subject)
    product = parse(product_version, subject) if product_version else file
    texts = {"FileVersion": file.text, "ProductVersion": product.text, **(strings or {})}
    texts = {name: text for name, text in texts.items() if text}
    flags = Flag(0)
    for bit, wanted in (
        (Flag.PRERELEASE, file.prerelease or product.prerelease),
        (Flag.PRIVATE_BUILD, "PrivateBuild" in texts),
        (Flag.SPECIAL_BUILD, "SpecialBuild" in texts),
    ):
        flags |= bit if wanted else Flag(0)
    kind = FileType.DLL if dll else FileType.APP
    table = StringTable(language, code_page, checked(texts, subject))
    fixed = Fixed(file.numbers, product.numbers, flags=int(flags), type=kind)
    return VersionInfo(fixed, (table,), ((language, code_page),))


def checked(texts: Mapping[str, str], subject: str = "") -> tuple[tuple[str, str], ...]:
    """Order texts: those Windows knows first, in its order, then the others in theirs.

    Raises:
        UsageError: CW0742, a name is empty, or a name or a text has a NUL in it.
    """
    for name, text in texts.items():
        if not name or "\0" in name + text:
            raise UsageError(
                "CW0742",
                f"version string {name[:40]!r} cannot be stored",
                subject=subject,
                hint="names must not be empty, and nothing may hold a NUL",
            )
    known = [name for name in STRINGS if name in texts]
    return tuple((name, texts[name]) for name in [*known, *(n for n in texts if n not in STRINGS)])


def resource(info: VersionInfo, language: int = ENGLISH_US) -> Resource:
    """Make the resource; its name is 1 always (winver.h, VS_VERSION_INFO).

    Raises:
        BuildError: CW0743, it is too long.
    """
    return Resource(ResourceType.VERSION, 1, language, write(info))


def write(info: VersionInfo) -> bytes:
    """Write a VS_VERSIONINFO; raises BuildError CW0743 if it is too long."""
    children = []
    if info.tables:
        tables = tuple(
            Node(
                f"{table.language:04x}{table.code_page:04x}",
                text=True,
                children=tuple(version_node.text_node(*pair) for pair in table.strings),
            )
            for table in info.tables
        )
        children.append(Node("StringFileInfo", text=True, children=tables))
    if info.translations:
        value = b"".join(struct.pack("<HH", *pair) for pair in info.translations)
        children.append(Node("VarFileInfo", text=True, children=(Node("Translation", value),)))
    fixed = fixed_bytes(info.fixed) if info.fixed else b""
    return version_node.write(Node(_ROOT, fixed, children=tuple(children)))


def fixed_bytes(fixed: Fixed) -> bytes:
    """Write VS_FIXEDFILEINFO."""
    halves = (*_halves(fixed.file), *_halves(fixed.product))
    date = fixed.date >> 32 & 0xFFFFFFFF, fixed.date & 0xFFFFFFFF
    kind = fixed.system, fixed.type, fixed.subtype
    return _FIXED.pack(_SIGNATURE, fixed.structure, *halves, fixed.mask, fixed.flags, *kind, *date)


def _halves(numbers: Numbers) -> tuple[int, int]:
    return numbers[0] << 16 | numbers[1], numbers[2] << 16 | numbers[3]


def _numbers(high: int, low: int) -> Numbers:
    return high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF


def read(data: bytes, subject: str = "") -> VersionInfo:
    """Read a VS_VERSIONINFO, as tolerantly as Windows.

    Raises:
        BuildError: CW0744, it is damaged.
    """
    with told("CW0744", "the version information is damaged", subject=subject):
        root = version_node.read(View.of(data))
        if root.key != _ROOT:
            raise FormatError(f"its key is {root.key[:40]!r}")
        fixed = _read_fixed(root.value) if root.value else None
    tables: list[StringTable] = []
    translations: list[tuple[int, int]] = []
    for child in root.children:
        if child.key.lower() == "stringfileinfo":
            tables += [table for node in child.children if (table := _read_table(node))]
        elif child.key.lower() == "varfileinfo":
            translations += _read_translations(child)
    return VersionInfo(fixed, tuple(tables), tuple(translations))


def _read_fixed(value: bytes) -> Fixed:
    (signature, structure, *versions, mask, flags, system, kind, subtype, high, low) = View.of(
        value
    ).unpack(_FIXED, 0, "VS_FIXEDFILEINFO")
    if signature != _SIGNATURE:
        raise FormatError(f"VS_FIXEDFILEINFO starts with {signature:#x}")
    file, product = _numbers(*versions[:2]), _numbers(*versions[2:])
    date = high << 32 | low
    return Fixed(file, product, mask, flags, system, kind, subtype, date, structure)


def _read_table(node: Node) -> StringTable | None:
    """Read a StringTable; one whose key is no language and code page cannot be asked for."""
    if not re.fullmatch("[0-9a-fA-F]{8}", node.key):
        return None
    number = int(node.key, 16)
    strings = tuple((child.key, version_node.decoded(child.value)) for child in node.children)
    return StringTable(number >> 16, number & 0xFFFF, strings)


def _read_translations(node: Node) -> Iterable[tuple[int, int]]:
    value = found.value if (found := node.child("Translation")) else b""
    return struct.iter_unpack("<HH", value[: len(value) // 4 * 4])
