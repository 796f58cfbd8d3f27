"""Split or strip a program of any format that can be: bytes in, bytes out."""

from __future__ import annotations

from pathlib import PurePosixPath

from crosswind.binary import debuglink, detect
from crosswind.binary.elf import ELFImage
from crosswind.binary.elf_header import ET_DYN, ET_EXEC
from crosswind.binary.image import Image
from crosswind.binary.pe import PEImage
from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError, UsageError
from crosswind.split import elf, pe
from crosswind.split.model import Split

# What a file system takes for a name, in bytes.
_MAX_NAME = 255


def split_file(
    data: bytes, name: str, debug_name: str = "", *, strip_signature: bool = False
) -> Split:
    """Move a program's debug data into a file of its own.

    Args:
        data: the program.
        name: its file name.
        debug_name: of the file with the debug data; `NAME.debug` if empty.
        strip_signature: take an Authenticode signature away, which would not hold any more.

    Raises:
        BuildError: CW0820 its structure is damaged, CW0821 there is nothing to split, CW0822 its
            format cannot be split, CW0823 it is signed.
        UsageError: CW0824, the name is none.
    """
    debug_name = debug_name or f"{name}.debug"
    for one in (name, debug_name):
        _check_name(one)
    image = _read(data, name, strip_signature=strip_signature)
    notes = () if image.has_dwarf else ("it holds symbols only: there was no DWARF",)
    try:
        if isinstance(image, ELFImage):
            made = elf.debug(image)
            shipped = elf.ship(image, _link(image, debug_name, made))
        else:
            made = pe.debug(image)
            shipped = pe.ship(image, _link(image, debug_name, made))
    except FormatError as error:
        raise _damaged(name, error) from error
    return Split(shipped, {PurePosixPath(debug_name): made}, notes=notes)


def strip_file(data: bytes, name: str, *, strip_signature: bool = False) -> Split:
    """Throw a program's debug data away; raises like `split_file`."""
    image = _read(data, name, strip_signature=strip_signature)
    try:
        shipped = (elf if isinstance(image, ELFImage) else pe).ship(image, None)
    except FormatError as error:
        raise _damaged(name, error) from error
    return Split(shipped, {})


def command(file: str, *, strip: bool) -> tuple[str, ...]:
    """Spell the command that does to a file what `split_file` or `strip_file` do to its bytes."""
    return ("crosswind", "split", *(("--strip",) if strip else ()), file)


def _read(data: bytes, name: str, *, strip_signature: bool) -> ELFImage | PEImage:
    try:
        image = detect.read(View.of(data))
    except FormatError as error:
        raise _damaged(name, error) from error
    if not isinstance(image, Image):
        raise _unfit(name, "a universal file", "split its slices, then join them")
    if not image.has_dwarf and not image.has_symbols:
        raise BuildError(
            "CW0821",
            "there is nothing to split: it has no debug data and no symbols",
            subject=name,
            hint="leave -s and -w out of ldflags, or set debug: keep",
        )
    if isinstance(image, PEImage) and image.certificates and not strip_signature:
        raise BuildError(
            "CW0823",
            "it is signed, and the signature would not hold any more",
            subject=name,
            hint="split before signing, or give --strip-signature and sign again",
        )
    if isinstance(image, PEImage) or (
        isinstance(image, ELFImage) and image.header.type in (ET_EXEC, ET_DYN)
    ):
        return image
    kind = image.kind if isinstance(image, ELFImage) else str(image.format)
    raise _unfit(name, f"this {kind} file", "set debug: keep for this target")


def _link(image: Image, name: str, made: bytes) -> bytes:
    return debuglink.make(name, made, big_endian=image.big_endian)


def _check_name(name: str) -> None:
    if not name or set(name) & set("/\\\0") or len(name.encode()) > _MAX_NAME:
        raise UsageError("CW0824", f"{name!r} is no name of a file", hint="give it without folders")


def _damaged(name: str, error: FormatError) -> BuildError:
    return BuildError("CW0820", f"cannot be split: {error}", subject=name)


def _unfit(name: str, what: str, hint: str) -> BuildError:
    return BuildError("CW0822", f"{what} cannot be split", subject=name, hint=hint)
