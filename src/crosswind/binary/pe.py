"""PE32 and PE32+ images: Windows programs and DLLs.

Headers are read at once, tables behind the data directories when they are asked for. Constants
carry their section of Microsoft's "PE Format" specification.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from functools import cached_property

from crosswind.binary.image import Image, Symbol
from crosswind.binary.memory import Memory
from crosswind.binary.pe_header import (
    DataDirectory,
    Headers,
    read_headers,
    string_table_view,
)
from crosswind.binary.pe_loader import (
    BoundImport,
    ClrHeader,
    Relocations,
    TlsDirectory,
    read_bound_imports,
    read_clr,
    read_load_config,
    read_relocations,
    read_tls,
    unwind_entries,
)
from crosswind.binary.pe_stub import DosHeader, RichHeader, read_dos_header, read_rich, stub_text
from crosswind.binary.pe_symbols import read_symbols
from crosswind.binary.pe_tables import (
    Certificate,
    DebugEntry,
    Export,
    ImportedLibrary,
    read_certificates,
    read_debug,
    read_delay_imports,
    read_export_name,
    read_exports,
    read_imports,
)
from crosswind.binary.view import View
from crosswind.frozen import frozen
from crosswind.port import Format

# "Machine Types": words and, where Go has the architecture (debug/pe/pe.go), its GOARCH.
_MACHINES = {
    0x14C: ("x86", "386"),
    0x1C0: ("ARM", ""),
    0x1C2: ("ARM Thumb", ""),
    0x1C4: ("ARM Thumb-2", "arm"),
    0x200: ("Itanium", ""),
    0x5032: ("RISC-V 32", ""),
    0x5064: ("RISC-V 64", "riscv64"),
    0x6232: ("LoongArch 32", ""),
    0x6264: ("LoongArch 64", "loong64"),
    0x8664: ("x86-64", "amd64"),
    0xA641: ("ARM64EC", ""),
    0xAA64: ("ARM64", "arm64"),
    0xEBC: ("EFI byte code", ""),
}

# "Characteristics".
_CHARACTERISTICS = (
    (0x0001, "RELOCS_STRIPPED"),
    (0x0002, "EXECUTABLE_IMAGE"),
    (0x0004, "LINE_NUMS_STRIPPED"),
    (0x0008, "LOCAL_SYMS_STRIPPED"),
    (0x0010, "AGGRESSIVE_WS_TRIM"),
    (0x0020, "LARGE_ADDRESS_AWARE"),
    (0x0080, "BYTES_REVERSED_LO"),
    (0x0100, "32BIT_MACHINE"),
    (0x0200, "DEBUG_STRIPPED"),
    (0x0400, "REMOVABLE_RUN_FROM_SWAP"),
    (0x0800, "NET_RUN_FROM_SWAP"),
    (0x1000, "SYSTEM"),
    (0x2000, "DLL"),
    (0x4000, "UP_SYSTEM_ONLY"),
    (0x8000, "BYTES_REVERSED_HI"),
)
_RELOCS_STRIPPED = 0x0001
_DLL = 0x2000

# "DLL Characteristics".
_DLL_CHARACTERISTICS = (
    (0x0020, "HIGH_ENTROPY_VA"),
    (0x0040, "DYNAMIC_BASE"),
    (0x0080, "FORCE_INTEGRITY"),
    (0x0100, "NX_COMPAT"),
    (0x0200, "NO_ISOLATION"),
    (0x0400, "NO_SEH"),
    (0x0800, "NO_BIND"),
    (0x1000, "APPCONTAINER"),
    (0x2000, "WDM_DRIVER"),
    (0x4000, "GUARD_CF"),
    (0x8000, "TERMINAL_SERVER_AWARE"),
)
_HIGH_ENTROPY_VA = 0x0020
_DYNAMIC_BASE = 0x0040
_NX_COMPAT = 0x0100
_GUARD_CF = 0x4000

# "Windows Subsystem".
_SUBSYSTEMS = {
    1: "native",
    2: "Windows GUI",
    3: "Windows console",
    5: "OS/2 console",
    7: "POSIX console",
    8: "Windows 9x driver",
    9: "Windows CE GUI",
    10: "EFI application",
    11: "EFI boot service driver",
    12: "EFI runtime driver",
    13: "EFI ROM",
    14: "Xbox",
    16: "Windows boot application",
}
_GUI = 2

# "Optional Header Data Directories": indexes.
_EXPORTS = 0
_IMPORTS = 1
_RESOURCES = 2
_EXCEPTIONS = 3
_CERTIFICATES = 4
_RELOCATIONS = 5
_DEBUG_DIRECTORY = 6
_TLS = 9
_LOAD_CONFIG = 10
_BOUND_IMPORTS = 11
_DELAY_IMPORTS = 13
_CLR = 14
_ABSENT = DataDirectory(0, 0)

# "Optional Header (Image Only)": the magic number of PE32+.
_PE32_PLUS = 0x20B

_CHECKSUM_CHUNK = 1 << 20


@frozen(slots=False)
class PEImage(Image):
    """A PE image. Addresses of sections and symbols include the image base.

    Properties that read tables raise FormatError if the table is damaged.

    Attributes:
        headers: every header field as it stands in the file.
    """

    headers: Headers = field(repr=False)

    @cached_property
    def memory(self) -> Memory:
        """Addresses relative to the image base, mapped to the file; the headers are mapped too."""
        base = self.headers.optional.image_base
        ranges = [(0, self.headers.optional.headers_size, 0)]
        ranges += [(part.address - base, part.file_size, part.offset) for part in self.sections]
        return Memory(self.view, ranges)

    def at(self, address: int, size: int) -> View:
        """Return up to `size` bytes of memory at a virtual address, as far as the file holds them."""
        return self.memory.at(address - self.headers.optional.image_base, size)

    def directory(self, index: int) -> DataDirectory:
        """Return a data directory; one that the file does not have is empty."""
        directories = self.headers.directories
        return directories[index] if index < len(directories) else _ABSENT

    @property
    def characteristics(self) -> tuple[str, ...]:
        """The COFF header's flags by the specification's names, without `IMAGE_FILE_`."""
        return _names(_CHARACTERISTICS, self.headers.coff.characteristics)

    @property
    def dll_characteristics(self) -> tuple[str, ...]:
        """The optional header's flags, without `IMAGE_DLLCHARACTERISTICS_`."""
        return _names(_DLL_CHARACTERISTICS, self.headers.optional.dll_characteristics)

    @property
    def subsystem(self) -> str:
        """What the program expects of Windows: `Windows console`, `Windows GUI` and so on."""
        number = self.headers.optional.subsystem
        return _SUBSYSTEMS.get(number, f"unknown ({number})")

    @property
    def is_gui(self) -> bool:
        """Whether Windows starts it without a console (`-H windowsgui`)."""
        return self.headers.optional.subsystem == _GUI

    @property
    def is_dll(self) -> bool:
        """Whether it is a library."""
        return bool(self.headers.coff.characteristics & _DLL)

    @property
    def relocations_stripped(self) -> bool:
        """Whether it can be loaded at its preferred address only."""
        return bool(self.headers.coff.characteristics & _RELOCS_STRIPPED)

    @property
    def has_relocations(self) -> bool:
        """Whether a base relocation table is there."""
        return self.directory(_RELOCATIONS).size > 0

    @property
    def aslr(self) -> bool:
        """Whether the loader may place it at a random address: it says so, and can be moved."""
        wanted = bool(self.headers.optional.dll_characteristics & _DYNAMIC_BASE)
        return wanted and not self.relocations_stripped

    @property
    def high_entropy_va(self) -> bool:
        """Whether that address may use the whole 64-bit space."""
        return bool(self.headers.optional.dll_characteristics & _HIGH_ENTROPY_VA)

    @property
    def nx_compat(self) -> bool:
        """Whether it runs under data execution prevention (DEP)."""
        return bool(self.headers.optional.dll_characteristics & _NX_COMPAT)

    @property
    def control_flow_guard(self) -> bool:
        """Whether indirect calls are checked (CFG)."""
        return bool(self.headers.optional.dll_characteristics & _GUARD_CF)

    @property
    def has_resources(self) -> bool:
        """Whether a resource tree is there."""
        return self.directory(_RESOURCES).size > 0

    @property
    def has_tls(self) -> bool:
        """Whether a thread-local storage directory is there."""
        return self.directory(_TLS).size > 0

    @property
    def has_load_config(self) -> bool:
        """Whether a load configuration is there."""
        return self.directory(_LOAD_CONFIG).size > 0

    @property
    def is_dotnet(self) -> bool:
        """Whether it holds .NET code (a CLR runtime header)."""
        return self.directory(_CLR).size > 0

    @property
    def timestamp(self) -> int:
        """Link time in Unix seconds, 0 if left out, a hash in reproducible builds of some linkers."""
        return self.headers.coff.timestamp

    @property
    def checksum(self) -> int:
        """The checksum in the header; Go leaves it 0, which Windows accepts except for drivers."""
        return self.headers.optional.checksum

    def compute_checksum(self) -> int:
        """Compute what the header's checksum should be (as ImageHlp's CheckSumMappedFile does)."""
        return checksum(self.view, self.headers.checksum_offset)

    @cached_property
    def imports(self) -> tuple[ImportedLibrary, ...]:
        """Libraries that the loader loads at start, with what is wanted of each."""
        return read_imports(self.memory, self.directory(_IMPORTS), self.bits, len(self.view))

    @cached_property
    def delay_imports(self) -> tuple[ImportedLibrary, ...]:
        """Libraries that are loaded at the first call."""
        base = self.headers.optional.image_base
        directory = self.directory(_DELAY_IMPORTS)
        return read_delay_imports(self.memory, directory, self.bits, base, len(self.view))

    @property
    def libraries(self) -> tuple[str, ...]:
        """DLLs that the loader must find at start, in the file's order."""
        return tuple(library.name for library in self.imports)

    @cached_property
    def exports(self) -> tuple[Export, ...]:
        """What other images may import from this one."""
        return read_exports(self.memory, self.directory(_EXPORTS), len(self.view))

    @property
    def dos_header(self) -> DosHeader:
        """The MS-DOS header."""
        return read_dos_header(self.view)

    @property
    def dos_message(self) -> str:
        """What the MS-DOS stub prints."""
        return stub_text(self.view)

    @cached_property
    def rich_header(self) -> RichHeader | None:
        """Which of Microsoft's tools made it, where its linker left that."""
        return read_rich(self.view)

    @cached_property
    def tls(self) -> TlsDirectory | None:
        """Thread-local storage and the callbacks that run before the entry point."""
        base = self.headers.optional.image_base
        return read_tls(self.memory, self.directory(_TLS), self.bits, base)

    @cached_property
    def load_config(self) -> dict[str, int]:
        """The fields of the load configuration that the file has, by name."""
        return read_load_config(self.memory, self.directory(_LOAD_CONFIG), self.bits)

    @cached_property
    def relocations(self) -> Relocations | None:
        """The base relocations, counted."""
        return read_relocations(self.memory, self.directory(_RELOCATIONS))

    @property
    def unwind_count(self) -> int:
        """Number of functions with unwind data (.pdata)."""
        return unwind_entries(self.directory(_EXCEPTIONS), self.headers.coff.machine)

    @cached_property
    def clr(self) -> ClrHeader | None:
        """The header of .NET code."""
        return read_clr(self.memory, self.directory(_CLR))

    @cached_property
    def bound_imports(self) -> tuple[BoundImport, ...]:
        """DLLs whose addresses were filled in at link time."""
        return read_bound_imports(self.view, self.directory(_BOUND_IMPORTS))

    @property
    def export_name(self) -> str:
        """What a library calls itself where it lists its exports."""
        return read_export_name(self.memory, self.directory(_EXPORTS))

    @cached_property
    def debug_entries(self) -> tuple[DebugEntry, ...]:
        """The debug directory; a `CodeView` entry names the PDB file."""
        return read_debug(self.view, self.memory, self.directory(_DEBUG_DIRECTORY))

    @cached_property
    def certificates(self) -> tuple[Certificate, ...]:
        """Entries of the certificate table, where Authenticode signatures lie."""
        return read_certificates(self.view, self.directory(_CERTIFICATES))

    @property
    def is_signed(self) -> bool:
        """Whether a certificate table is there; `authenticode.read` reads what is in it."""
        return self.directory(_CERTIFICATES).address > 0

    @property
    def overlay(self) -> View:
        """Bytes behind sections and COFF symbols that are no certificate, such as an installer's data."""
        names = string_table_view(self.view, self.headers.coff)
        ends = [part.offset + part.file_size for part in self.sections if part.file_size]
        start = max(self.headers.headers_end, names.base - self.view.base + len(names), *ends)
        signed = self.directory(_CERTIFICATES)
        end = signed.address if signed.address >= start else len(self.view)
        return self.view.clip(start, end - start)

    @property
    def compressed_debug(self) -> tuple[str, ...]:
        """Debug sections that are compressed, by the `.zdebug_` in their names."""
        return tuple(part.name for part in self.sections if part.name.startswith(".zdebug_"))

    @property
    def has_symbols(self) -> bool:
        """Whether a COFF symbol table is there."""
        return self.headers.coff.symbol_offset > 0 and self.headers.coff.symbol_count > 0

    def symbols(self) -> Iterator[Symbol]:
        """Yield the COFF symbols in file order; the format knows no sizes.

        Raises:
            FormatError: the table does not fit the file, or its names overlap beyond reason.
        """
        if not self.has_symbols:
            return iter(())
        return read_symbols(self.view, self.headers.coff, self.headers.sections)


def read(view: View) -> PEImage:
    """Read a PE image.

    Raises:
        FormatError: the bytes are no PE image, or its headers are damaged.
    """
    headers = read_headers(view)
    words, goarch = _MACHINES.get(headers.coff.machine, ("unknown", ""))
    plus = headers.optional.magic == _PE32_PLUS
    entry = headers.optional.entry_point
    return PEImage(
        view=view,
        format=Format.PE32_PLUS if plus else Format.PE32,
        goarchs=(goarch,) if goarch else (),
        machine=f"{words} ({headers.coff.machine:#06x})",
        big_endian=False,
        bits=64 if plus else 32,
        sections=headers.sections,
        entry=headers.optional.image_base + entry if entry else 0,
        headers=headers,
    )


def checksum(view: View, field_offset: int) -> int:
    """Compute a PE file's checksum: the 16-bit one's complement sum of the file plus its length.

    Args:
        view: the whole file.
        field_offset: where the CheckSum field lies; its four bytes count as zeros.
    """
    # A one's complement sum of 16-bit words is the number they spell, modulo 0xffff, and Python
    # divides long numbers by short ones quickly. Chunks keep the numbers small.
    total = nonzero = 0
    for start in range(0, len(view), _CHECKSUM_CHUNK):
        chunk = bytearray(view.data[start : start + _CHECKSUM_CHUNK])
        inside = range(max(field_offset, start), min(field_offset + 4, start + len(chunk)))
        for position in inside:
            chunk[position - start] = 0
        number = int.from_bytes(chunk, "little")
        nonzero |= number > 0
        total += number % 0xFFFF
    total %= 0xFFFF
    # In one's complement a sum that is not made of zeros alone is never 0 but 0xffff.
    return (total or (0xFFFF if nonzero else 0)) + len(view)


def _names(table: tuple[tuple[int, str], ...], flags: int) -> tuple[str, ...]:
    return tuple(name for bit, name in table if flags & bit)
