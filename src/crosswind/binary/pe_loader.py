"""What Windows' loader reads beside imports: TLS, load configuration, relocations, unwind data, .NET.

Names and sections are those of Microsoft's "PE Format" and of winnt.h.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from crosswind.binary.memory import Memory
from crosswind.binary.pe_header import DataDirectory
from crosswind.binary.strings import text
from crosswind.binary.view import FormatError, View

# "The TLS Directory": four pointers, SizeOfZeroFill, Characteristics.
_TLS = {32: struct.Struct("<6I"), 64: struct.Struct("<4Q2I")}
_MAX_CALLBACKS = 1 << 10
# "The .reloc Section": page address and block size, then entries of type (4 bits) and offset.
_BLOCK = struct.Struct("<II")
_MAX_BLOCKS = 1 << 18
_RELOCATION_TYPES = {
    0: "ABSOLUTE", 1: "HIGH", 2: "LOW", 3: "HIGHLOW", 4: "HIGHADJ", 5: "MIPS_JMPADDR or ARM_MOV32",
    7: "THUMB_MOV32", 8: "RISCV_LOW12S", 9: "MIPS_JMPADDR16", 10: "DIR64",
}  # fmt: skip
# "The .pdata Section": bytes of a function's entry by machine.
_UNWIND_SIZES = {0x8664: 12, 0xAA64: 8, 0x1C4: 8, 0x14C: 0, 0x200: 12}
# winnt.h, IMAGE_COR20_HEADER; the flags are COMIMAGE_FLAGS_* of CorHdr.h.
_CLR = struct.Struct("<IHHIIII")
_CLR_FLAGS = ("ILONLY", "32BITREQUIRED", "IL_LIBRARY", "STRONGNAMESIGNED", "NATIVE_ENTRYPOINT")
_CLR_METADATA = 0x424A5342  # ECMA-335, II.24.2.1: the metadata root's signature
# winnt.h, IMAGE_BOUND_IMPORT_DESCRIPTOR.
_BOUND = struct.Struct("<IHH")
_MAX_BOUND = 1 << 12

# "Load Configuration Layout" and winnt.h, IMAGE_LOAD_CONFIG_DIRECTORY32/64: the fields in order, by
# size: 2 and 4 bytes, or p for a pointer's. Later versions of Windows appended to them.
_LOAD_CONFIG = (
    ("size", 4), ("timestamp", 4), ("major_version", 2), ("minor_version", 2),
    ("global_flags_clear", 4), ("global_flags_set", 4), ("critical_section_timeout", 4),
    ("decommit_free_block_threshold", "p"), ("decommit_total_free_threshold", "p"),
    ("lock_prefix_table", "p"), ("maximum_allocation_size", "p"),
    ("virtual_memory_threshold", "p"), ("process_affinity_mask", "affinity"),
    ("process_heap_flags", "heap"), ("csd_version", 2), ("dependent_load_flags", 2),
    ("edit_list", "p"), ("security_cookie", "p"), ("se_handler_table", "p"),
    ("se_handler_count", "p"), ("guard_cf_check_function", "p"),
    ("guard_cf_dispatch_function", "p"), ("guard_cf_function_table", "p"),
    ("guard_cf_function_count", "p"), ("guard_flags", 4), ("code_integrity_flags", 2),
    ("code_integrity_catalog", 2), ("code_integrity_catalog_offset", 4),
    ("code_integrity_reserved", 4), ("guard_address_taken_iat_table", "p"),
    ("guard_address_taken_iat_count", "p"), ("guard_long_jump_table", "p"),
    ("guard_long_jump_count", "p"), ("dynamic_value_reloc_table", "p"),
    ("chpe_metadata", "p"), ("guard_rf_failure_routine", "p"),
    ("guard_rf_failure_routine_function", "p"), ("dynamic_value_reloc_table_offset", 4),
    ("dynamic_value_reloc_table_section", 2), ("reserved_2", 2),
    ("guard_rf_verify_stack_pointer_function", "p"), ("hot_patch_table_offset", 4),
    ("reserved_3", 4), ("enclave_configuration", "p"), ("volatile_metadata", "p"),
    ("guard_eh_continuation_table", "p"), ("guard_eh_continuation_count", "p"),
    ("guard_xfg_check_function", "p"), ("guard_xfg_dispatch_function", "p"),
    ("guard_xfg_table_dispatch_function", "p"), ("cast_guard_failure_mode", "p"),
    ("guard_memcpy_function", "p"),
)  # fmt: skip
# winnt.h, IMAGE_GUARD_*; the top four bits are the stride of the function table.
_GUARD_FLAGS = {
    0x100: "CF_INSTRUMENTED", 0x200: "CFW_INSTRUMENTED", 0x400: "CF_FUNCTION_TABLE_PRESENT",
    0x800: "SECURITY_COOKIE_UNUSED", 0x1000: "PROTECT_DELAYLOAD_IAT",
    0x2000: "DELAYLOAD_IAT_IN_ITS_OWN_SECTION", 0x4000: "CF_EXPORT_SUPPRESSION_INFO_PRESENT",
    0x8000: "CF_ENABLE_EXPORT_SUPPRESSION", 0x1_0000: "CF_LONGJUMP_TABLE_PRESENT",
    0x2_0000: "RF_INSTRUMENTED", 0x4_0000: "RF_ENABLE", 0x8_0000: "RF_STRICT",
    0x10_0000: "RETPOLINE_PRESENT", 0x40_0000: "EH_CONTINUATION_TABLE_PRESENT",
    0x80_0000: "XFG_ENABLED", 0x100_0000: "CASTGUARD_PRESENT", 0x200_0000: "MEMCPY_PRESENT",
}  # fmt: skip


class TlsDirectory(NamedTuple):
    """Thread-local storage; addresses are virtual, `callbacks` run before the entry point."""

    start: int
    end: int
    index_address: int
    callbacks_address: int
    zero_fill: int
    characteristics: int
    callbacks: tuple[int, ...]


class Relocations(NamedTuple):
    """Base relocations: how many there are of each type, on how many pages."""

    blocks: int
    pages: int
    types: Mapping[str, int]

    @property
    def total(self) -> int:
        """All that change something."""
        return sum(count for name, count in self.types.items() if name != "ABSOLUTE")


class ClrHeader(NamedTuple):
    """The header of .NET code; `version` is that of the runtime its metadata names."""

    major: int
    minor: int
    flags: tuple[str, ...]
    entry: int
    metadata_address: int
    metadata_size: int
    version: str


class BoundImport(NamedTuple):
    """A DLL whose addresses were filled in at link time, and the time stamp it must have."""

    name: str
    timestamp: int
    forwarders: int


def read_tls(
    memory: Memory, directory: DataDirectory, bits: int, image_base: int
) -> TlsDirectory | None:
    """Read the TLS directory.

    Raises:
        FormatError: it is not in the file, or its list of callbacks does not end.
    """
    if not directory.address:
        return None
    layout = _TLS[bits]
    fields = memory.at(directory.address, layout.size).unpack(layout, 0, "TLS directory")
    callbacks: tuple[int, ...] = ()
    if fields[3]:
        table = memory.rest(fields[3] - image_base)
        callbacks = tuple(_callbacks(table, bits))
    start, end, index, address, zero_fill, characteristics = fields
    return TlsDirectory(start, end, index, address, zero_fill, characteristics, callbacks)


def _callbacks(table: View, bits: int) -> Iterator[int]:
    pointer = struct.Struct("<Q" if bits == 64 else "<I")
    for (address,) in table.records(pointer, 0, min(len(table) // pointer.size, _MAX_CALLBACKS)):
        if not address:
            return
        yield address
    raise FormatError("TLS callbacks: the list does not end", table.base)


def read_load_config(memory: Memory, directory: DataDirectory, bits: int) -> dict[str, int]:
    """Read the load configuration: fields by name, as far as its own size covers them.

    Raises:
        FormatError: it is not in the file.
    """
    if not directory.address:
        return {}
    table = memory.rest(directory.address)
    size = int.from_bytes(table.take(0, 4, "load configuration"), "little")
    fields: dict[str, int] = {}
    offset = 0
    for name, width in _load_config_fields(bits):
        if offset + width > size:
            break
        fields[name] = int.from_bytes(table.take(offset, width, "load configuration"), "little")
        offset += width
    return fields


def _load_config_fields(bits: int) -> Iterator[tuple[str, int]]:
    pointer = bits // 8
    table: list[tuple[str, int | str]] = list(_LOAD_CONFIG)
    if bits == 32:
        # The 32-bit structure has the heap's flags before the affinity mask.
        names = [name for name, _ in table]
        one, other = names.index("process_affinity_mask"), names.index("process_heap_flags")
        table[one], table[other] = table[other], table[one]
    special = {"p": pointer, "affinity": pointer, "heap": 4}
    for name, width in table:
        yield name, special[width] if isinstance(width, str) else width


def guard_flags(flags: int) -> tuple[str, ...]:
    """Name the flags of Control Flow Guard."""
    return tuple(name for bit, name in _GUARD_FLAGS.items() if flags & bit)


def read_relocations(memory: Memory, directory: DataDirectory) -> Relocations | None:
    """Count the base relocations.

    Raises:
        FormatError: a block is damaged.
    """
    if not directory.address or not directory.size:
        return None
    table = memory.at(directory.address, directory.size)
    counts: Counter[int] = Counter()
    pages = set()
    offset = blocks = 0
    while offset + _BLOCK.size <= len(table):
        page, size = table.unpack(_BLOCK, offset, "base relocations")
        if not size:  # the rest is padding
            break
        blocks += 1
        if size < _BLOCK.size or blocks > _MAX_BLOCKS:
            raise FormatError(f"base relocations: block of {size} bytes", table.base + offset)
        body = table.take(offset + _BLOCK.size, size - _BLOCK.size, "base relocations")
        # The type stands in the top four bits of each little-endian word.
        counts.update(byte >> 4 for byte in body[1::2])
        pages.add(page)
        offset += size
    types = {_RELOCATION_TYPES.get(n, f"type {n}"): count for n, count in sorted(counts.items())}
    return Relocations(blocks, len(pages), types)


def unwind_entries(directory: DataDirectory, machine: int) -> int:
    """Return how many functions the exception directory describes; 0 for machines without."""
    size = _UNWIND_SIZES.get(machine, 0)
    return directory.size // size if directory.address and size else 0


def read_clr(memory: Memory, directory: DataDirectory) -> ClrHeader | None:
    """Read the header of .NET code; raises FormatError if it is not in the file."""
    if not directory.address:
        return None
    header = memory.at(directory.address, _CLR.size)
    _, major, minor, address, size, flags, entry = header.unpack(_CLR, 0, "CLR header")
    words = tuple(name for bit, name in enumerate(_CLR_FLAGS) if flags >> bit & 1)
    root = memory.at(address, 16 + 256)
    version = ""
    if len(root) > 16 and int.from_bytes(root.take(0, 4), "little") == _CLR_METADATA:
        length = int.from_bytes(root.take(12, 4), "little")
        version = text(root.cstring(16, min(length, 255)))
    return ClrHeader(major, minor, words, entry, address, size, version)


def read_bound_imports(view: View, directory: DataDirectory) -> tuple[BoundImport, ...]:
    """Read the bound import directory, which lies between the headers and the first section.

    Raises:
        FormatError: it is not in the file, or does not end.
    """
    if not directory.address or not directory.size:
        return ()
    table = view.sub(directory.address, directory.size, "bound imports")
    found: list[BoundImport] = []
    offset = 0
    while True:
        timestamp, name, forwarders = table.unpack(_BOUND, offset, "bound imports")
        if not (timestamp or name):
            return tuple(found)
        if len(found) == _MAX_BOUND:
            raise FormatError("bound imports: the list does not end", table.base)
        found.append(BoundImport(text(table.cstring(name, 256)), timestamp, forwarders))
        offset += _BOUND.size * (1 + forwarders)


def relocation_entries(memory: Memory, directory: DataDirectory) -> Iterator[tuple[int, int]]:
    """Yield the type and the address, relative to the image base, of each base relocation.

    Raises:
        FormatError: a block is damaged.
    """
    if not directory.address or not directory.size:
        return
    table = memory.at(directory.address, directory.size)
    offset = 0
    while len(table) - offset >= _BLOCK.size:
        page, size = table.unpack(_BLOCK, offset, "base relocations")
        if not size:  # the rest is padding
            return
        if size < _BLOCK.size:
            raise FormatError(f"base relocations: block of {size} bytes", table.base + offset)
        body = table.take(offset + _BLOCK.size, size - _BLOCK.size, "base relocations")
        for (entry,) in struct.iter_unpack("<H", body[: len(body) & ~1]):
            yield entry >> 12, page + (entry & 0xFFF)
        offset += size
