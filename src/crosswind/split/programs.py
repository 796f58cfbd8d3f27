"""Split or strip a program of any format that can be: bytes in, bytes out."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from crosswind.binary import codesign, debuglink, detect
from crosswind.binary.elf import ELFImage
from crosswind.binary.elf_header import ET_DYN, ET_EXEC
from crosswind.binary.image import Image
from crosswind.binary.macho import FatFile, MachOImage
from crosswind.binary.pe import PEImage
from crosswind.binary.view import FormatError, View
from crosswind.darwin import adhoc
from crosswind.errors import BuildError, UsageError
from crosswind.split import dsym, elf, macho, pe
from crosswind.split.model import Split

# What a file system takes for a name, in bytes.
_MAX_NAME = 255
_MACHO_TYPES = ("executable", "dynamic library", "bundle")
_KEEP = "set debug: keep for this target"
_Program = ELFImage | PEImage | MachOImage
Debug = Mapping[PurePosixPath, bytes]


def split_file(
    data: bytes, name: str, debug_name: str = "", *, strip_signature: bool = False
) -> Split:
    """Move a program's debug data into a file of its own.

    Args:
        data: the program.
        name: its file name.
        debug_name: of the file with the debug data; if empty `NAME.debug`, or `NAME.dSYM` for
            macOS, where it is a folder.
        strip_signature: take an Authenticode signature away, which would not hold any more.

    Raises:
        BuildError: CW0820 its structure is damaged, CW0821 there is nothing to split, CW0822 its
            format cannot be split, CW0823 it is signed, CW0825 it has no UUID.
        UsageError: CW0824, the name is none.
    """
    image = _read(data, name, strip_signature=strip_signature)
    debug_name = debug_name or name + (".dSYM" if isinstance(image, MachOImage) else ".debug")
    for one in (name, debug_name):
        _check_name(one)
    if not _has_debug_data(image):
        raise _nothing(image, name)
    with _refusing(name):
        shipped, debug = _divide(image, name, debug_name)
        _prove(shipped)
        return Split(shipped, debug, tuple(_notes(image)))


def _nothing(image: _Program, name: str) -> BuildError:
    with _refusing(name):
        link = debuglink.read(image)
        there = link.name if link else _pdb(image)
    if there:
        message = f"there is nothing to split: its debug data is in {there} already"
        return BuildError("CW0821", message, subject=name, hint=_KEEP)
    return BuildError(
        "CW0821",
        "there is nothing to split: it has no debug data and no symbols",
        subject=name,
        hint="leave -s and -w out of ldflags, or set debug: keep",
    )


def _notes(image: _Program) -> Iterator[str]:
    if not image.has_dwarf:
        yield "there was no DWARF: the debug file holds symbols only"
    pdb = _pdb(image)
    if pdb:
        yield f"it names a PDB file, too: {pdb}"


def _divide(image: _Program, name: str, debug_name: str) -> tuple[bytes, Debug]:
    if isinstance(image, MachOImage):
        if image.uuid is None:
            raise BuildError(
                "CW0825",
                "it has no UUID, by which debuggers find the debug data of a program for macOS",
                subject=name,
                hint="link with -ldflags=-B=gobuildid, or Go 1.24 or newer",
            )
        return _ship_signed(image), dsym.bundle(image, name, debug_name)
    if isinstance(image, ELFImage):
        made = elf.debug(image)
        link = debuglink.make(debug_name, made, big_endian=image.big_endian)
        return elf.ship(image, link), {PurePosixPath(debug_name): made}
    made = pe.debug(image)
    link = debuglink.make(debug_name, made, big_endian=False)
    return pe.ship(image, link), {PurePosixPath(debug_name): made}


def strip_file(data: bytes, name: str, *, strip_signature: bool = False) -> Split:
    """Throw a program's debug data away; one that has none stays as it is.

    Raises like `split_file`, but for CW0821.
    """
    image = _read(data, name, strip_signature=strip_signature)
    if not _has_debug_data(image):
        return Split(data, {}, notes=("there was nothing to remove",))
    with _refusing(name):
        shipped = _strip(image)
        _prove(shipped)
    return Split(shipped, {})


def _strip(image: _Program) -> bytes:
    if isinstance(image, MachOImage):
        return _ship_signed(image)
    return elf.ship(image, None) if isinstance(image, ELFImage) else pe.ship(image, None)


def command(file: str, *, strip: bool) -> tuple[str, ...]:
    """Spell the command that does to a file what `split_file` or `strip_file` do to its bytes."""
    return ("crosswind", "split", *(("--strip",) if strip else ()), file)


def _ship_signed(image: MachOImage) -> bytes:
    """Sign a program for macOS again, if it was signed: any change breaks a signature."""
    shipped = macho.ship(image)
    return adhoc.sign(shipped) if image.signature else shipped


def _read(data: bytes, name: str, *, strip_signature: bool) -> _Program:
    with _refusing(name):
        image = detect.read(View.of(data))
        if isinstance(image, FatFile):
            raise _unfit(name, "a universal file", "split each program before they are joined")
        if not isinstance(image, _Program):
            raise _unfit(name, f"a {image.format} file", _KEEP)
        if not _is_linked(image):
            raise _unfit(name, "what is not linked yet, or no program,", _KEEP)
        if _is_signed(image) and not strip_signature:
            raise BuildError(
                "CW0823",
                "it is signed, and the signature would not hold any more",
                subject=name,
                hint="split before signing, or give --strip-signature and sign again",
            )
    return image


@contextlib.contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Say that a file is damaged, for the user.

    Offsets and sizes of a sound file fit their fields after the work as before.
    """
    try:
        yield
    except FormatError as error:
        raise BuildError("CW0820", f"cannot be split: {error}", subject=name) from error
    except struct.error as error:
        message = "cannot be split: places or sizes in it are beyond its format"
        raise BuildError("CW0820", message, subject=name) from error


def _prove(shipped: bytes) -> None:
    """Read what was made: headers that contradict each other may have led to anything."""
    image = detect.read(View.of(shipped))
    if not isinstance(image, _Program) or _has_debug_data(image):
        raise FormatError("debug data would stay in it")


def _has_debug_data(image: Image) -> bool:
    return image.has_dwarf or image.has_symbols


def _pdb(image: _Program) -> str:
    """The PDB file that a Windows program names; empty if it names none."""
    entries = image.debug_entries if isinstance(image, PEImage) else ()
    return next((entry.path for entry in entries if entry.path), "")


def _is_linked(image: _Program) -> bool:
    """Whether it is a program or a library, as opposed to object files, core dumps and their like."""
    if isinstance(image, ELFImage):
        return image.header.type in (ET_EXEC, ET_DYN)
    return isinstance(image, PEImage) or image.file_type in _MACHO_TYPES


def _is_signed(image: _Program) -> bool:
    """Whether somebody signed it with a certificate; anybody can repeat an ad-hoc signature."""
    if isinstance(image, MachOImage):
        signature = codesign.read(image)
        return signature is not None and not signature.adhoc
    return isinstance(image, PEImage) and bool(image.certificates)


def _check_name(name: str) -> None:
    if not name or set(name) & set("/\\\0") or len(name.encode()) > _MAX_NAME:
        raise UsageError("CW0824", f"{name!r} is no name of a file", hint="give it without folders")


def _unfit(name: str, what: str, hint: str) -> BuildError:
    return BuildError("CW0822", f"{what} cannot be split", subject=name, hint=hint)
