"""Load a program into memory as Windows' loader does, from what our own reader of PE files tells.

The file is hostile: sizes and counts are bounded before anything is allocated, and what does not fit is a
FormatError. Microsoft's "PE Format" names the fields.
"""

from __future__ import annotations

from collections.abc import Iterator

from crosswind.binary import pe
from crosswind.binary.pe import PEImage
from crosswind.binary.pe_header import PESection
from crosswind.binary.pe_loader import relocation_entries
from crosswind.binary.pe_tables import ImportedLibrary
from crosswind.binary.view import FormatError, View
from crosswind.frozen import frozen
from crosswind.port import Format
from crosswind.run.emulator.memory import PAGE, AccessViolation, Kind, Memory, Protection
from crosswind.run.emulator.modules import Module, Modules
from crosswind.run.emulator.status import Unsupported, WinError

_X86_64 = 0x8664
# Larger than any Go program; Windows itself stops at 2 GiB.
_MAX_IMAGE = 1 << 30
_MAX_RELOCATIONS = 1 << 22
# "Base Relocation Types".
_ABSOLUTE, _DIR64 = 0, 10
_BASE_RELOCATIONS = 5
# "Section Flags".
_EXECUTE, _READ, _WRITE = 0x20000000, 0x40000000, 0x80000000
_PROTECTIONS = {
    0: Protection.NOACCESS,
    _READ: Protection.READONLY,
    _WRITE: Protection.READWRITE,
    _READ | _WRITE: Protection.READWRITE,
    _EXECUTE: Protection.EXECUTE,
    _EXECUTE | _READ: Protection.EXECUTE_READ,
    _EXECUTE | _WRITE: Protection.EXECUTE_READWRITE,
    _EXECUTE | _READ | _WRITE: Protection.EXECUTE_READWRITE,
}
# What the linker of Visual C++ writes as security cookie; the loader replaces it
# (vcruntime, DEFAULT_SECURITY_COOKIE).
_DEFAULT_COOKIE = 0x00002B992DDFA232


@frozen
class Loaded:
    """A program in memory.

    Attributes:
        image: as the reader tells.
        module: where it lies.
        callbacks: functions that run before the entry point and in each thread.
        stack_reserve: bytes of a thread's stack.
    """

    image: PEImage
    module: Module
    callbacks: tuple[int, ...]
    stack_reserve: int


def read(view: View) -> PEImage:
    """Read a program that the emulator can run.

    Raises:
        FormatError: it is no PE file, or is damaged.
        Unsupported: it is for another machine, a DLL, .NET or of 32 bits.
    """
    image = pe.read(view)
    if image.format is not Format.PE32_PLUS or image.headers.coff.machine != _X86_64:
        raise Unsupported(f"programs for {image.machine}: the emulator runs x86-64 only")
    if image.is_dll:
        raise Unsupported("libraries (DLL): the emulator runs programs only")
    if image.is_dotnet:
        raise Unsupported(".NET programs: the emulator has no .NET")
    size = image.headers.optional.image_size
    if not 0 < size <= _MAX_IMAGE:
        raise FormatError(f"the image takes {size} bytes of memory", view.base)
    if image.headers.optional.image_base % 0x10000:
        raise FormatError("the preferred address is not a multiple of 64 KiB", view.base)
    return image


def load(image: PEImage, memory: Memory, modules: Modules, path: str) -> Loaded:
    """Put a program into memory: sections, relocations, imports; protections come last.

    Raises:
        FormatError: the file contradicts itself.
        Unsupported: it needs something that is not there, such as a DLL.
    """
    base = _place(image, memory)
    try:
        _write_sections(image, memory, base)
        _relocate(image, memory, base)
        for library in image.imports:
            _bind(library, memory, modules, base)
        for library in image.delay_imports:
            _bind(library, memory, modules, base)
        _set_cookie(image, memory, base)
    except AccessViolation as error:
        raise FormatError(f"a table of the loader points outside of the image: {error}") from error
    module = Module(base, _size(image), path, path.rpartition("\\")[2].lower())
    callbacks = _tls_callbacks(image, base)
    _protect(image, memory, base)
    entry = image.headers.optional.entry_point
    module.entry = base + entry
    modules.add(module)
    return Loaded(image, module, callbacks, image.headers.optional.stack_reserve)


def _size(image: PEImage) -> int:
    return image.headers.optional.image_size + PAGE - 1 & ~(PAGE - 1)


def _place(image: PEImage, memory: Memory) -> int:
    """Reserve the image's memory: where it prefers, or elsewhere if it can be moved."""
    preferred = image.headers.optional.image_base
    try:
        made = memory.reserve(preferred, _size(image), Protection.READWRITE, Kind.IMAGE)
    except WinError:
        if image.relocations_stripped or not image.has_relocations:
            raise Unsupported(f"the address {preferred:#x}, which the program must have") from None
        made = memory.reserve(0, _size(image), Protection.READWRITE, Kind.IMAGE)
    try:
        memory.commit(made.base, _size(image), Protection.READWRITE)
    except WinError:
        raise Unsupported("so large an image: it exceeds the memory limit") from None
    return made.base


def _write_sections(image: PEImage, memory: Memory, base: int) -> None:
    size = _size(image)
    headers = image.view.clip(0, min(image.headers.optional.headers_size, size))
    memory.poke(base, headers.data)
    for part in image.sections:
        start = part.address - image.headers.optional.image_base
        length = min(part.file_size, part.size or part.file_size)
        if start < 0 or start + max(part.size, length) > size + PAGE:
            raise FormatError(f"section {part.name} lies outside of the image", part.offset)
        data = image.view.take(part.offset, length, f"section {part.name}") if length else b""
        memory.poke(base + start, data[: max(size - start, 0)])


def _relocate(image: PEImage, memory: Memory, base: int) -> None:
    """Add the distance from the preferred address wherever the linker noted an address."""
    distance = base - image.headers.optional.image_base
    if not distance:
        return
    entries = relocation_entries(image.memory, image.directory(_BASE_RELOCATIONS))
    for number, (kind, address) in enumerate(entries):
        if number > _MAX_RELOCATIONS:
            raise FormatError(f"more than {_MAX_RELOCATIONS} base relocations")
        if kind == _ABSOLUTE:
            continue
        if kind != _DIR64:
            raise FormatError(f"base relocation of type {kind}, which x86-64 does not have")
        value = memory.read_u64(base + address)
        memory.write_u64(base + address, value + distance)


def _bind(library: ImportedLibrary, memory: Memory, modules: Modules, base: int) -> None:
    """Fill in the addresses of a DLL's functions."""
    try:
        module = modules.load(library.name)
    except WinError:
        raise Unsupported(f"{library.name}: this Windows has no such DLL") from None
    for index, function in enumerate(library.functions):
        name = function.name or f"#{function.ordinal}"
        address = modules.entry_point(module, name)
        memory.write_u64(base + library.address_table + 8 * index, address)


def _set_cookie(image: PEImage, memory: Memory, base: int) -> None:
    """Replace the security cookie's default, which a program would take for a mistake."""
    address = image.load_config.get("security_cookie", 0)
    if not address:
        return
    place = address - image.headers.optional.image_base + base
    if memory.read_u64(place) == _DEFAULT_COOKIE:
        memory.write_u64(place, _DEFAULT_COOKIE ^ 0x5A5A_5A5A_5A5A)


def _tls_callbacks(image: PEImage, base: int) -> tuple[int, ...]:
    directory = image.tls
    if directory is None:
        return ()
    distance = base - image.headers.optional.image_base
    return tuple(address + distance for address in directory.callbacks)


def _protect(image: PEImage, memory: Memory, base: int) -> None:
    headers = min(image.headers.optional.headers_size, _size(image))
    memory.protect(base, max(headers, 1), Protection.READONLY)
    for part, start, size in _spans(image):
        wanted = part.characteristics & (_EXECUTE | _READ | _WRITE)
        memory.protect(base + start, size, _PROTECTIONS[wanted])


def _spans(image: PEImage) -> Iterator[tuple[PESection, int, int]]:
    """Yield the sections that take memory, within the image."""
    limit = _size(image)
    for part in image.headers.sections:
        start = part.address - image.headers.optional.image_base
        size = min(max(part.size, part.file_size), limit - start)
        if size > 0:
            yield part, start, size
