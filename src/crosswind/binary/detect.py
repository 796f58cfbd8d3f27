"""Tell what a file is by its first bytes, and read it with the reader of that format."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from crosswind.binary.image import Image
from crosswind.binary.view import FormatError, View

if TYPE_CHECKING:
    from crosswind.binary.macho import FatFile

# First bytes -> module of this package. The readers name the sources of their magic numbers.
_READERS = {
    b"\x7fELF": "elf",
    b"MZ": "pe",
    b"\xfe\xed\xfa\xce": "macho",
    b"\xce\xfa\xed\xfe": "macho",
    b"\xfe\xed\xfa\xcf": "macho",
    b"\xcf\xfa\xed\xfe": "macho",
    b"\0asm": "wasm",
    b"\x01\xdf": "xcoff",
    b"\x01\xf7": "xcoff",
    b"\x00\x00\x01\xeb": "plan9",
    b"\x00\x00\x8a\x97": "plan9",
    b"\x00\x00\x06\x47": "plan9",
}
_FAT = (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf")
# Magic numbers of what is no executable but is often taken for one, with the name a user knows.
_KNOWN = (
    (b"#!", "a script"),
    (b"!<thin>\n", "a thin ar archive"),
    (b"go object ", "a Go object file"),
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ\0", "xz data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"BC\xc0\xde", "LLVM bitcode"),
    (b"\xed\xab\xee\xdb", "an RPM package"),
    (b"xar!", "a macOS installer package"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a Windows installer or Office document"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\xca\xfe\xba\xbe", "a Java class file"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
)
# IMAGE_FILE_HEADER.Machine (PE specification, 3.3.1): COFF objects have no other magic.
_COFF = {b"\x4c\x01": "386", b"\x64\x86": "x86-64", b"\x64\xaa": "arm64", b"\xc4\x01": "ARM"}
_COFF_HEADER_SIZE = 20
_TEXT_SAMPLE = 512


def read(view: View, *, whole: bool = True) -> Image | FatFile:
    """Read an executable, library or object file of any format Go has a port for.

    Args:
        view: the file.
        whole: refuse a file that ends before its sections do.

    Raises:
        FormatError: it is of no such format, and the message says what it seems to be; or it is
            truncated or damaged.
    """
    head = bytes(view.clip(0, 4).data)
    if head in _FAT:
        from crosswind.binary import macho

        if macho.is_fat(view):
            return macho.read_fat(view)
    name = _READERS.get(head) or _READERS.get(head[:2])
    if name is None:
        raise FormatError(f"not an executable: {describe(view)}", view.base)
    # A reader is imported only when a file of its format comes.
    image: Image = import_module(f"crosswind.binary.{name}").read(view)
    if whole and image.truncated:
        raise FormatError(
            f"truncated: the {image.format} file goes on behind byte {len(view)}",
            view.base + len(view),
        )
    return image


def describe(view: View) -> str:
    """Say in words what a file that is no executable seems to be."""
    head = bytes(view.clip(0, _TEXT_SAMPLE).data)
    if len(head) < 4:
        return f"the file has only {len(head)} bytes" if head else "the file is empty"
    known = next((name for magic, name in _KNOWN if head.startswith(magic)), None)
    return f"it is {known or _guess(head)}"


def _guess(head: bytes) -> str:
    """Name what has no magic number of its own."""
    if head.startswith(b"!<arch>\n"):
        return _archive(head)
    if not any(head):
        return "filled with zeros"
    if head[:2] in _COFF and len(head) >= _COFF_HEADER_SIZE:
        return f"perhaps a COFF object file for {_COFF[head[:2]]}"
    return "text" if _is_text(head) else f"unknown data that begins with {head[:4].hex(' ')}"


def _archive(head: bytes) -> str:
    """Tell archives apart by the name of their first member."""
    member = head[8:24].rstrip()
    if member == b"__.PKGDEF":  # cmd/pack: the compiler's export data comes first
        return "a Go package archive"
    if member == b"debian-binary":
        return "a Debian package"
    return "a static library (ar archive), as -buildmode=c-archive makes them"


def _is_text(head: bytes) -> bool:
    """Whether it decodes as UTF-8 (cut anywhere) and holds no control characters but blanks."""
    try:
        decoded = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return False
        decoded = head[: error.start].decode("utf-8")
    return all(char.isprintable() or char in "\t\n\r\f\ufeff" for char in decoded)
