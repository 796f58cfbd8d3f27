"""Names for the numbers of Mach-O: Apple's `mach-o/loader.h` and `mach/machine.h`.

Go's `cmd/internal/macho/macho.go` has the same load command numbers.
"""

from __future__ import annotations

# mach/machine.h: CPU_ARCH_ABI64 and the cpu_type_t values that Go has had ports for.
CPU_ARCH_ABI64 = 0x0100_0000
CPU_TYPE_I386 = 7
CPU_TYPE_ARM = 12
CPU_TYPE_X86_64 = CPU_TYPE_I386 | CPU_ARCH_ABI64
CPU_TYPE_ARM64 = CPU_TYPE_ARM | CPU_ARCH_ABI64

CPU_SUBTYPE_MASK = 0x00FF_FFFF  # the high byte holds capability bits
CPU_SUBTYPE_ARM64E = 2

_CPU_NAMES = {
    1: "VAX",
    6: "Motorola 68000",
    CPU_TYPE_I386: "i386",
    CPU_TYPE_X86_64: "x86-64",
    CPU_TYPE_ARM: "ARM",
    CPU_TYPE_ARM64: "arm64",
    0x0200_000C: "arm64_32",
    18: "PowerPC",
    18 | CPU_ARCH_ABI64: "PowerPC 64",
}

_GOARCHS = {
    CPU_TYPE_I386: ("386",),
    CPU_TYPE_X86_64: ("amd64",),
    CPU_TYPE_ARM: ("arm",),
    CPU_TYPE_ARM64: ("arm64",),
}

# loader.h, filetype of struct mach_header.
FILE_TYPES = {
    1: "object",
    2: "executable",
    3: "fixed VM library",
    4: "core",
    5: "preloaded executable",
    6: "dynamic library",
    7: "dynamic linker",
    8: "bundle",
    9: "library stub",
    10: "debug symbols",
    11: "kernel extension",
    12: "file set",
}

# loader.h, flags of struct mach_header, lowest bit first.
HEADER_FLAGS = (
    "NOUNDEFS", "INCRLINK", "DYLDLINK", "BINDATLOAD", "PREBOUND", "SPLIT_SEGS", "LAZY_INIT",
    "TWOLEVEL", "FORCE_FLAT", "NOMULTIDEFS", "NOFIXPREBINDING", "PREBINDABLE", "ALLMODSBOUND",
    "SUBSECTIONS_VIA_SYMBOLS", "CANONICAL", "WEAK_DEFINES", "BINDS_TO_WEAK",
    "ALLOW_STACK_EXECUTION", "ROOT_SAFE", "SETUID_SAFE", "NO_REEXPORTED_DYLIBS", "PIE",
    "DEAD_STRIPPABLE_DYLIB", "HAS_TLV_DESCRIPTORS", "NO_HEAP_EXECUTION", "APP_EXTENSION_SAFE",
    "NLIST_OUTOFSYNC_WITH_DYLDINFO", "SIM_SUPPORT", "IMPLICIT_PAGEZERO",
)  # fmt: skip

# loader.h, LC_REQ_DYLD: the dynamic linker must understand the command or refuse the file.
LC_REQ_DYLD = 0x8000_0000

LC_SEGMENT = 0x1
LC_SYMTAB = 0x2
LC_UNIXTHREAD = 0x5
LC_DYSYMTAB = 0xB
LC_LOAD_DYLIB = 0xC
LC_ID_DYLIB = 0xD
LC_LOAD_DYLINKER = 0xE
LC_LOAD_WEAK_DYLIB = 0x18 | LC_REQ_DYLD
LC_SEGMENT_64 = 0x19
LC_UUID = 0x1B
LC_RPATH = 0x1C | LC_REQ_DYLD
LC_CODE_SIGNATURE = 0x1D
LC_REEXPORT_DYLIB = 0x1F | LC_REQ_DYLD
LC_LAZY_LOAD_DYLIB = 0x20
LC_ENCRYPTION_INFO = 0x21
LC_DYLD_INFO = 0x22
LC_DYLD_INFO_ONLY = 0x22 | LC_REQ_DYLD
LC_LOAD_UPWARD_DYLIB = 0x23 | LC_REQ_DYLD
LC_VERSION_MIN_MACOSX = 0x24
LC_VERSION_MIN_IPHONEOS = 0x25
LC_MAIN = 0x28 | LC_REQ_DYLD
LC_SOURCE_VERSION = 0x2A
LC_ENCRYPTION_INFO_64 = 0x2C
LC_VERSION_MIN_TVOS = 0x2F
LC_VERSION_MIN_WATCHOS = 0x30
LC_BUILD_VERSION = 0x32
LC_DYLD_CHAINED_FIXUPS = 0x34 | LC_REQ_DYLD

# Names by number without LC_REQ_DYLD; number 0x22 is told apart in `command_name`.
_COMMANDS = {
    0x01: "SEGMENT", 0x02: "SYMTAB", 0x03: "SYMSEG", 0x04: "THREAD", 0x05: "UNIXTHREAD",
    0x06: "LOADFVMLIB", 0x07: "IDFVMLIB", 0x08: "IDENT", 0x09: "FVMFILE", 0x0A: "PREPAGE",
    0x0B: "DYSYMTAB", 0x0C: "LOAD_DYLIB", 0x0D: "ID_DYLIB", 0x0E: "LOAD_DYLINKER",
    0x0F: "ID_DYLINKER", 0x10: "PREBOUND_DYLIB", 0x11: "ROUTINES", 0x12: "SUB_FRAMEWORK",
    0x13: "SUB_UMBRELLA", 0x14: "SUB_CLIENT", 0x15: "SUB_LIBRARY", 0x16: "TWOLEVEL_HINTS",
    0x17: "PREBIND_CKSUM", 0x18: "LOAD_WEAK_DYLIB", 0x19: "SEGMENT_64", 0x1A: "ROUTINES_64",
    0x1B: "UUID", 0x1C: "RPATH", 0x1D: "CODE_SIGNATURE", 0x1E: "SEGMENT_SPLIT_INFO",
    0x1F: "REEXPORT_DYLIB", 0x20: "LAZY_LOAD_DYLIB", 0x21: "ENCRYPTION_INFO", 0x22: "DYLD_INFO",
    0x23: "LOAD_UPWARD_DYLIB", 0x24: "VERSION_MIN_MACOSX", 0x25: "VERSION_MIN_IPHONEOS",
    0x26: "FUNCTION_STARTS", 0x27: "DYLD_ENVIRONMENT", 0x28: "MAIN", 0x29: "DATA_IN_CODE",
    0x2A: "SOURCE_VERSION", 0x2B: "DYLIB_CODE_SIGN_DRS", 0x2C: "ENCRYPTION_INFO_64",
    0x2D: "LINKER_OPTION", 0x2E: "LINKER_OPTIMIZATION_HINT", 0x2F: "VERSION_MIN_TVOS",
    0x30: "VERSION_MIN_WATCHOS", 0x31: "NOTE", 0x32: "BUILD_VERSION", 0x33: "DYLD_EXPORTS_TRIE",
    0x34: "DYLD_CHAINED_FIXUPS", 0x35: "FILESET_ENTRY", 0x36: "ATOM_INFO",
    0x37: "FUNCTION_VARIANTS", 0x38: "FUNCTION_VARIANT_FIXUPS", 0x39: "TARGET_TRIPLE",
}  # fmt: skip

# loader.h, PLATFORM_*: as Apple writes the names.
PLATFORMS = {
    1: "macOS",
    2: "iOS",
    3: "tvOS",
    4: "watchOS",
    5: "bridgeOS",
    6: "Mac Catalyst",
    7: "iOS simulator",
    8: "tvOS simulator",
    9: "watchOS simulator",
    10: "DriverKit",
    11: "visionOS",
    12: "visionOS simulator",
}

# The commands from before LC_BUILD_VERSION, one per platform; a simulator uses its device's.
MINIMUM_COMMANDS = {
    LC_VERSION_MIN_MACOSX: "macOS",
    LC_VERSION_MIN_IPHONEOS: "iOS",
    LC_VERSION_MIN_TVOS: "tvOS",
    LC_VERSION_MIN_WATCHOS: "watchOS",
}

# GOOS by platform. Go writes macOS and iOS only (cmd/link/internal/ld/macho.go, machoPlatform);
# its ios/amd64 port is the simulator.
GOOSES = {"macOS": "darwin", "iOS": "ios", "iOS simulator": "ios"}


def goarchs(cpu: int, subtype: int) -> tuple[str, ...]:
    """GOARCH values for a CPU; none for arm64e, whose pointers are signed and which Go lacks."""
    if (cpu, subtype & CPU_SUBTYPE_MASK) == (CPU_TYPE_ARM64, CPU_SUBTYPE_ARM64E):
        return ()
    return _GOARCHS.get(cpu, ())


def machine(cpu: int, subtype: int) -> str:
    """Name a CPU in words, with its number."""
    name = _CPU_NAMES.get(cpu, "unknown CPU")
    if (cpu, subtype & CPU_SUBTYPE_MASK) == (CPU_TYPE_ARM64, CPU_SUBTYPE_ARM64E):
        name = "arm64e"
    return f"{name} ({cpu:#x})"


def command_name(number: int) -> str:
    """Return a load command's name as in loader.h, or its number in hex."""
    if number == LC_DYLD_INFO_ONLY:
        return "LC_DYLD_INFO_ONLY"
    name = _COMMANDS.get(number & ~LC_REQ_DYLD)
    return f"LC_{name}" if name else f"{number:#x}"
