"""Names for the numbers of ELF: the gABI's, GNU's (binutils' include/elf/common.h) and Go's."""

from __future__ import annotations

from collections.abc import Mapping

# sh_type
SECTION_TYPES = {
    0: "NULL", 1: "PROGBITS", 2: "SYMTAB", 3: "STRTAB", 4: "RELA", 5: "HASH", 6: "DYNAMIC",
    7: "NOTE", 8: "NOBITS", 9: "REL", 10: "SHLIB", 11: "DYNSYM", 14: "INIT_ARRAY",
    15: "FINI_ARRAY", 16: "PREINIT_ARRAY", 17: "GROUP", 18: "SYMTAB_SHNDX", 19: "RELR",
    0x6FFF_4C00: "LLVM_ODRTAB", 0x6FFF_4C03: "LLVM_ADDRSIG", 0x6FFF_FFF5: "GNU_ATTRIBUTES",
    0x6FFF_FFF6: "GNU_HASH", 0x6FFF_FFF7: "GNU_LIBLIST", 0x6FFF_FFFD: "GNU_VERDEF",
    0x6FFF_FFFE: "GNU_VERNEED", 0x6FFF_FFFF: "GNU_VERSYM", 0x7000_0001: "processor 1",
    0x7000_0003: "processor ATTRIBUTES", 0x7000_002A: "MIPS_ABIFLAGS",
}  # fmt: skip
# sh_flags
SECTION_FLAGS = {
    0x1: "WRITE", 0x2: "ALLOC", 0x4: "EXECINSTR", 0x10: "MERGE", 0x20: "STRINGS",
    0x40: "INFO_LINK", 0x80: "LINK_ORDER", 0x100: "OS_NONCONFORMING", 0x200: "GROUP", 0x400: "TLS",
    0x800: "COMPRESSED", 0x20_0000: "GNU_RETAIN", 0x8000_0000: "EXCLUDE",
}  # fmt: skip
# p_type
SEGMENT_TYPES = {
    0: "NULL", 1: "LOAD", 2: "DYNAMIC", 3: "INTERP", 4: "NOTE", 5: "SHLIB", 6: "PHDR", 7: "TLS",
    0x6474_E550: "GNU_EH_FRAME", 0x6474_E551: "GNU_STACK", 0x6474_E552: "GNU_RELRO",
    0x6474_E553: "GNU_PROPERTY", 0x6474_E554: "GNU_SFRAME", 0x6464_E550: "SUNW_UNWIND",
    0x65A3_DBE5: "OPENBSD_MUTABLE", 0x65A3_DBE6: "OPENBSD_RANDOMIZE",
    0x65A3_DBE7: "OPENBSD_WXNEEDED", 0x65A3_DBE8: "OPENBSD_NOBTCFI",
    0x65A3_DBE9: "OPENBSD_SYSCALLS", 0x65A4_1BE6: "OPENBSD_BOOTDATA", 0x6FFF_FFFA: "SUNWBSS",
    0x6FFF_FFFB: "SUNWSTACK", 0x7000_0000: "processor 0", 0x7000_0001: "ARM_EXIDX",
    0x7000_0003: "processor 3",
}  # fmt: skip
# d_tag
DYNAMIC_TAGS = {
    1: "NEEDED", 2: "PLTRELSZ", 3: "PLTGOT", 4: "HASH", 5: "STRTAB", 6: "SYMTAB", 7: "RELA",
    8: "RELASZ", 9: "RELAENT", 10: "STRSZ", 11: "SYMENT", 12: "INIT", 13: "FINI", 14: "SONAME",
    15: "RPATH", 16: "SYMBOLIC", 17: "REL", 18: "RELSZ", 19: "RELENT", 20: "PLTREL", 21: "DEBUG",
    22: "TEXTREL", 23: "JMPREL", 24: "BIND_NOW", 25: "INIT_ARRAY", 26: "FINI_ARRAY",
    27: "INIT_ARRAYSZ", 28: "FINI_ARRAYSZ", 29: "RUNPATH", 30: "FLAGS", 32: "PREINIT_ARRAY",
    33: "PREINIT_ARRAYSZ", 34: "SYMTAB_SHNDX", 35: "RELRSZ", 36: "RELR", 37: "RELRENT",
    0x6FFF_FDF5: "GNU_PRELINKED", 0x6FFF_FEF5: "GNU_HASH", 0x6FFF_FEF6: "TLSDESC_PLT",
    0x6FFF_FEF7: "TLSDESC_GOT", 0x6FFF_FFF0: "VERSYM", 0x6FFF_FFF9: "RELACOUNT",
    0x6FFF_FFFA: "RELCOUNT", 0x6FFF_FFFB: "FLAGS_1", 0x6FFF_FFFC: "VERDEF",
    0x6FFF_FFFD: "VERDEFNUM", 0x6FFF_FFFE: "VERNEED", 0x6FFF_FFFF: "VERNEEDNUM",
    0x7FFF_FFFD: "AUXILIARY", 0x7FFF_FFFF: "FILTER",
}  # fmt: skip
# Of these tags the value is a name in the string table.
NAMED_TAGS = frozenset({1, 14, 15, 29, 0x7FFF_FFFD, 0x7FFF_FFFF})
# DF_*
DYNAMIC_FLAGS = {
    0x1: "ORIGIN",
    0x2: "SYMBOLIC",
    0x4: "TEXTREL",
    0x8: "BIND_NOW",
    0x10: "STATIC_TLS",
}
# DF_1_*
DYNAMIC_FLAGS_1 = {
    0x1: "NOW", 0x2: "GLOBAL", 0x4: "GROUP", 0x8: "NODELETE", 0x10: "LOADFLTR", 0x20: "INITFIRST",
    0x40: "NOOPEN", 0x80: "ORIGIN", 0x100: "DIRECT", 0x400: "INTERPOSE", 0x800: "NODEFLIB",
    0x1000: "NODUMP", 0x80000: "GLOBAUDIT", 0x0200_0000: "STUB", 0x0800_0000: "PIE",
}  # fmt: skip
# EI_OSABI
OS_ABIS = {
    0: "System V", 1: "HP-UX", 2: "NetBSD", 3: "GNU/Linux", 6: "Solaris", 7: "AIX", 8: "IRIX",
    9: "FreeBSD", 10: "Tru64", 12: "OpenBSD", 64: "ARM EABI", 97: "ARM", 255: "standalone",
}  # fmt: skip
# st_info's high and low half, st_other's two low bits
BINDINGS = {0: "local", 1: "global", 2: "weak", 10: "unique"}
SYMBOL_TYPES = {
    0: "none", 1: "object", 2: "function", 3: "section", 4: "file", 5: "common", 6: "tls",
    10: "ifunc",
}  # fmt: skip
VISIBILITIES = ("default", "internal", "hidden", "protected")

# Relocation types that linked programs carry, by e_machine: each processor's ELF supplement.
_X86_64 = {
    0: "NONE", 1: "64", 5: "COPY", 6: "GLOB_DAT", 7: "JUMP_SLOT", 8: "RELATIVE", 16: "DTPMOD64",
    17: "DTPOFF64", 18: "TPOFF64", 36: "TLSDESC", 37: "IRELATIVE",
}  # fmt: skip
_386 = {
    1: "32", 5: "COPY", 6: "GLOB_DAT", 7: "JMP_SLOT", 8: "RELATIVE", 14: "TLS_TPOFF",
    35: "TLS_DTPMOD32", 36: "TLS_DTPOFF32", 42: "IRELATIVE",
}  # fmt: skip
_ARM = {
    2: "ABS32", 17: "TLS_DTPMOD32", 18: "TLS_DTPOFF32", 19: "TLS_TPOFF32", 20: "COPY",
    21: "GLOB_DAT", 22: "JUMP_SLOT", 23: "RELATIVE", 160: "IRELATIVE",
}  # fmt: skip
_AARCH64 = {
    257: "ABS64", 1024: "COPY", 1025: "GLOB_DAT", 1026: "JUMP_SLOT", 1027: "RELATIVE",
    1028: "TLS_DTPMOD", 1029: "TLS_DTPREL", 1030: "TLS_TPREL", 1031: "TLSDESC", 1032: "IRELATIVE",
}  # fmt: skip
_RISCV = {
    1: "32",
    2: "64",
    3: "RELATIVE",
    4: "COPY",
    5: "JUMP_SLOT",
    11: "TLS_TPREL64",
    58: "IRELATIVE",
}
_PPC64 = {19: "COPY", 20: "GLOB_DAT", 21: "JMP_SLOT", 22: "RELATIVE", 38: "ADDR64", 73: "TPREL64"}
_S390 = {
    4: "32",
    9: "COPY",
    10: "GLOB_DAT",
    11: "JMP_SLOT",
    12: "RELATIVE",
    22: "64",
    56: "TLS_TPOFF",
}
_LOONGARCH = {1: "32", 2: "64", 3: "RELATIVE", 4: "COPY", 5: "JUMP_SLOT", 12: "IRELATIVE"}
_MIPS = {3: "REL32", 126: "COPY", 127: "JUMP_SLOT"}
_RELOCATIONS: Mapping[int, Mapping[int, str]] = {
    3: _386, 8: _MIPS, 21: _PPC64, 22: _S390, 40: _ARM, 62: _X86_64, 183: _AARCH64, 243: _RISCV,
    258: _LOONGARCH,
}  # fmt: skip


def names(table: Mapping[int, str], flags: int) -> tuple[str, ...]:
    """Name the bits that are set; unknown ones stay one number."""
    rest = flags & ~sum(table)
    known = tuple(word for bit, word in table.items() if flags & bit)
    return (*known, f"{rest:#x}") if rest else known


def name(table: Mapping[int, str], number: int) -> str:
    """Name a number, or spell it in hexadecimal."""
    return table.get(number) or f"{number:#x}"


def relocation(machine: int, kind: int) -> str:
    """Name a relocation type, without the machine's prefix."""
    return _RELOCATIONS.get(machine, {}).get(kind) or f"type {kind}"
