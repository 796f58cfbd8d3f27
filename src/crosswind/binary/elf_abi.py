"""What an ELF header's machine, flags and OS fields mean, in Go's words and in the ABIs' words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from crosswind.binary.elf_header import ET_EXEC, ELFHeader

# e_machine (gABI, "ELF Header"; newer numbers from the registry that replaced its table).
_MACHINES = {
    2: "SPARC", 3: "x86", 4: "68000", 8: "MIPS", 10: "MIPS RS3000", 15: "PA-RISC",
    18: "SPARC V8+", 20: "PowerPC", 21: "PowerPC 64", 22: "S/390", 40: "ARM", 42: "SuperH",
    43: "SPARC V9", 50: "Itanium", 62: "x86-64", 94: "Xtensa", 183: "AArch64", 195: "ARC",
    243: "RISC-V", 247: "BPF", 252: "C-SKY", 258: "LoongArch",
}  # fmt: skip
_X86 = (3, 62)
_EM_MIPS = 8
_EM_PPC64 = 21
_EM_ARM = 40
_EM_RISCV = 243
_EM_LOONGARCH = 258

# (e_machine, word size, big-endian) of each GOARCH that links as ELF: cmd/link/internal/ld/elf.go,
# Elfinit and asmbElf.
_GOARCHS = {
    (3, 32, False): "386",
    (62, 64, False): "amd64",
    (_EM_ARM, 32, False): "arm",
    (183, 64, False): "arm64",
    (_EM_LOONGARCH, 64, False): "loong64",
    (_EM_MIPS, 32, True): "mips",
    (_EM_MIPS, 32, False): "mipsle",
    (_EM_MIPS, 64, True): "mips64",
    (_EM_MIPS, 64, False): "mips64le",
    (_EM_PPC64, 64, True): "ppc64",
    (_EM_PPC64, 64, False): "ppc64le",
    (_EM_RISCV, 64, False): "riscv64",
    (22, 64, True): "s390x",
    (43, 64, True): "sparc64",
}


def machine(header: ELFHeader) -> str:
    """Name the machine: `x86-64 (62)`."""
    return f"{_MACHINES.get(header.machine, 'unknown')} ({header.machine})"


def goarchs(header: ELFHeader) -> tuple[str, ...]:
    """Return the GOARCH that this machine, word size and byte order stand for, if Go has one."""
    name = _GOARCHS.get((header.machine, header.bits, header.big_endian))
    return (name,) if name else ()


# ELF for the Arm Architecture, "ELF header": e_flags.
_ARM_EABI_SHIFT = 24
_ARM_FLOAT = {0x200: "soft", 0x400: "hard"}
# MIPS: e_flags as binutils' include/elf/mips.h has them.
_MIPS_ISA = (
    "MIPS I", "MIPS II", "MIPS III", "MIPS IV", "MIPS V", "MIPS32", "MIPS64", "MIPS32r2",
    "MIPS64r2", "MIPS32r6", "MIPS64r6",
)  # fmt: skip
_MIPS_ABI = {0x1000: "o32", 0x2000: "o64", 0x3000: "eabi32", 0x4000: "eabi64"}
_MIPS_BITS = ((0x2, "PIC"), (0x4, "CPIC"), (0x20, "n32"), (0x200, "fp64"), (0x400, "nan2008"))
# RISC-V ELF psABI, "File Header": e_flags.
_RISCV_FLOAT = ("soft", "single", "double", "quad")
_RISCV_BITS = ((0x1, "RVC"), (0x8, "RVE"), (0x10, "TSO"))
# LoongArch ELF psABI, "e_flags: ABI type and version".
_LOONGARCH_FLOAT = ("", "soft", "single", "double")
# Value of fp_abi in .MIPS.abiflags, at byte 7 (cmd/link/internal/ld/elf.go, elfWriteMipsAbiFlags;
# the numbers are the GNU attribute Tag_GNU_MIPS_ABI_FP).
_MIPS_FP_ABI_OFFSET = 7
_MIPS_FP_ABI = {
    1: "hard (double)", 2: "hard (single)", 3: "soft", 5: "hard (XX)", 6: "hard (64)",
    7: "hard (64A)",
}  # fmt: skip


def float_abi(header: ELFHeader, mips_abi_flags: bytes) -> str:
    """Tell how floating-point values are passed; empty if the file does not say.

    Args:
        header: whose flags say it on ARM, RISC-V and LoongArch.
        mips_abi_flags: content of `.MIPS.abiflags`, which says it on MIPS.
    """
    flags = header.flags
    if header.machine == _EM_ARM:
        return _ARM_FLOAT.get(flags & 0x600, "")
    if header.machine == _EM_RISCV:
        return _RISCV_FLOAT[flags >> 1 & 3]
    if header.machine == _EM_LOONGARCH:
        return dict(enumerate(_LOONGARCH_FLOAT)).get(flags & 7, "")
    if header.machine == _EM_MIPS and len(mips_abi_flags) > _MIPS_FP_ABI_OFFSET:
        return _MIPS_FP_ABI.get(mips_abi_flags[_MIPS_FP_ABI_OFFSET], "")
    return ""


def flag_words(header: ELFHeader) -> tuple[str, ...]:
    """Put the machine-specific flags into words: `("EABI5",)`, `("MIPS32", "o32", "CPIC")`, …."""
    flags = header.flags
    if header.machine == _EM_ARM:
        version = flags >> _ARM_EABI_SHIFT
        return (f"EABI{version}",) if version else ()
    if header.machine == _EM_MIPS:
        return tuple(_mips_words(flags))
    if header.machine == _EM_RISCV:
        return _set(_RISCV_BITS, flags)
    if header.machine == _EM_PPC64:
        # Power ABI for ELFv2, "ELF Header": the two lowest bits, 0 says nothing.
        return (f"ELFv{flags & 3}",) if flags & 3 else ()
    if header.machine == _EM_LOONGARCH:
        return (f"object ABI v{flags >> 6 & 3}",)
    return ()


def _mips_words(flags: int) -> Iterable[str]:
    isa = flags >> 28
    if isa < len(_MIPS_ISA):
        yield _MIPS_ISA[isa]
    if abi := _MIPS_ABI.get(flags & 0xF000):
        yield abi
    yield from _set(_MIPS_BITS, flags)


def _set(bits: Iterable[tuple[int, str]], flags: int) -> tuple[str, ...]:
    return tuple(word for bit, word in bits if flags & bit)


# EI_OSABI (gABI, "ELF Identification"). Go writes 2, 9 and 12 for the BSDs and 0 for all others
# (cmd/link/internal/ld/elf.go, asmbElf).
_OS_ABI = {
    2: ("netbsd",),
    3: ("linux",),
    6: ("solaris", "illumos"),
    9: ("freebsd",),
    12: ("openbsd",),
}
# Names of the notes that mark an operating system's programs.
_OS_NOTES = {
    "Android": "android",
    "DragonFly": "dragonfly",
    "FreeBSD": "freebsd",
    "NetBSD": "netbsd",
    "OpenBSD": "openbsd",
}
# First word of the GNU ABI note (Linux Standard Base, ".note.ABI-tag").
_GNU_OS = {0: ("linux",), 2: ("solaris", "illumos"), 3: ("freebsd",)}
_Table = tuple[tuple[str, tuple[str, ...]], ...]
# Interpreters by how their paths start: those of cmd/link/internal/*/obj.go and of C libraries.
_INTERPRETERS: _Table = (
    ("/system/bin/linker", ("android",)),
    ("/system/bin/bootstrap/linker", ("android",)),
    ("/lib/ld-musl-", ("linux",)),
    ("/lib/ld-linux", ("linux",)),
    ("/lib64/ld-linux", ("linux",)),
    ("/lib32/ld", ("linux",)),
    ("/libx32/ld", ("linux",)),
    ("/lib/ld64.so", ("linux",)),
    ("/lib64/ld64.so", ("linux",)),
    ("/lib64/ld.so", ("linux",)),
    ("/lib/amd64/ld.so.1", ("solaris", "illumos")),
    ("/lib/64/ld.so.1", ("solaris", "illumos")),
    ("/usr/lib/amd64/ld.so.1", ("solaris", "illumos")),
    ("/usr/lib/ld.so.1", ("solaris", "illumos")),
    ("/libexec/ld-elf.so.1", ("freebsd",)),
    ("/usr/libexec/ld-elf.so.1", ("freebsd",)),
    ("/libexec/ld-elf.so.2", ("dragonfly",)),
    ("/usr/libexec/ld-elf.so.2", ("dragonfly",)),
    ("/libexec/ld.elf_so", ("netbsd",)),
    ("/usr/libexec/ld.elf_so", ("netbsd",)),
    ("/usr/libexec/ld.so", ("openbsd",)),
)
# /lib/ld.so.1 is Linux's on MIPS and PowerPC, and Solaris's on x86.
_LD_SO_1 = "/lib/ld.so.1"
# C libraries by how their file names start: shared libraries name no interpreter.
_C_LIBRARIES: _Table = (
    ("libc.so.6", ("linux",)),
    ("libc.musl-", ("linux",)),
    ("libc.so.7", ("freebsd",)),
    ("libc.so.8", ("dragonfly",)),
    ("libc.so.12", ("netbsd",)),
    ("libc.so.1", ("solaris", "illumos")),
)
# The systems that leave no mark of their own, with the GOARCHs they have (internal/platform,
# zosarch.go). Linux has all.
_UNMARKED = {
    "android": ("386", "amd64", "arm", "arm64"),
    "dragonfly": ("amd64",),
    "solaris": ("amd64",),
    "illumos": ("amd64",),
}
_UNMARKED_STATIC = ("dragonfly",)


class Marks(NamedTuple):
    """What tells operating systems apart.

    Attributes:
        notes: names of the notes' owners.
        gnu_os: the system in the GNU ABI note, if there is one.
        interpreter: path of the dynamic loader, empty if there is none.
        libraries: shared libraries that are needed.
    """

    notes: tuple[str, ...]
    gnu_os: int | None
    interpreter: str
    libraries: tuple[str, ...]


def goos_candidates(header: ELFHeader, marks: Marks) -> tuple[str, ...]:
    """Return the GOOS values that the file can stand for, Linux first.

    The notes decide, then EI_OSABI, the interpreter, the C library; programs of the systems that
    leave no mark cannot be told apart by their format.
    """
    return _marked(header, marks) or _unmarked(header, marks)


def _marked(header: ELFHeader, marks: Marks) -> tuple[str, ...]:
    for name in marks.notes:
        if name in _OS_NOTES:
            return (_OS_NOTES[name],)
    if marks.gnu_os in _GNU_OS:
        return _GNU_OS[marks.gnu_os]
    if header.os_abi in _OS_ABI:
        return _OS_ABI[header.os_abi]
    if marks.interpreter == _LD_SO_1:
        return ("solaris", "illumos") if header.machine in _X86 else ("linux",)
    paths = [(marks.interpreter, _INTERPRETERS)]
    paths += [(library, _C_LIBRARIES) for library in marks.libraries]
    return next(
        (oses for path, table in paths for start, oses in table if path.startswith(start)), ()
    )


def _unmarked(header: ELFHeader, marks: Marks) -> tuple[str, ...]:
    arch = "".join(goarchs(header))
    # Programs of the others always name their loader: Go links Solaris's and illumos's against the
    # C library (cmd/link/internal/ld/lib.go) and cannot link a static one for Android.
    static = not marks.interpreter and not marks.libraries and header.type == ET_EXEC
    possible = _UNMARKED_STATIC if static else _UNMARKED
    return ("linux", *(name for name in possible if arch in _UNMARKED[name]))
