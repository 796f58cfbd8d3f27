"""What a user wants to know of each target before choosing it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crosswind.port import Port
from crosswind.target import Target, select

# Names of the machines as their makers' and the ELF specifications write them.
_MACHINES = {
    "386": "x86", "amd64": "x86-64", "arm": "ARM", "arm64": "AArch64", "loong64": "LoongArch",
    "mips": "MIPS", "mipsle": "MIPS", "mips64": "MIPS64", "mips64le": "MIPS64",
    "ppc64": "PowerPC", "ppc64le": "PowerPC", "riscv64": "RISC-V", "s390x": "S/390",
    "sparc64": "SPARC V9", "wasm": "WebAssembly",
}  # fmt: skip

# QEMU's names of user-mode emulators (QEMU User space emulator, "Supported Operating Systems").
_QEMU = {
    "386": "i386", "amd64": "x86_64", "arm": "arm", "arm64": "aarch64", "loong64": "loongarch64",
    "mips": "mips", "mipsle": "mipsel", "mips64": "mips64", "mips64le": "mips64el",
    "ppc64": "ppc64", "ppc64le": "ppc64le", "riscv64": "riscv64", "s390x": "s390x",
}  # fmt: skip

# Go's own lib/wasm/go_wasip1_wasm_exec and go_js_wasm_exec start these.
_WASM = {"wasip1": ("wasmtime", "wazero", "wasmedge", "wasmer"), "js": ("node",)}

# What cgo needs where the system is another, for systems that have a name for it.
_SDKS = {
    "android": "the Android NDK",
    "darwin": "Apple's SDK",
    "ios": "Apple's SDK",
    "windows": "a MinGW-w64 C compiler",
}

# Wine translates the system, not the processor; x86-64 runs 32-bit programs, too.
_WINE = {"amd64": ("386", "amd64"), "386": ("386",), "arm64": ("arm64",)}

# Kernels that run another architecture's programs by themselves. For linux/386 there is no good
# alternative: under qemu-i386 7.2 the threads of Go's runtime crash.
_ALSO = {(("linux", "amd64"), ("linux", "386"))}

Which = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class TargetInfo:
    """One target, with what depends on this host.

    Attributes:
        port: what the toolchain says.
        machine: the processor's name outside of Go.
        cgo_needs: what building with cgo would take from here; empty if the port has no cgo.
        runner: `native`, or the program on PATH that may run its executables here; or empty.
    """

    port: Port
    machine: str
    cgo_needs: str
    runner: str

    @property
    def document(self) -> dict[str, Any]:
        """The target as it stands in the JSON document."""
        port, variant = self.port, self.port.arch.variant
        return {
            "target": str(port),
            "goos": port.goos,
            "goarch": port.goarch,
            "format": port.format.value,
            "machine": self.machine,
            "bits": port.arch.bits,
            "big_endian": port.arch.big_endian,
            "variant": variant
            and {
                "variable": variant.variable,
                "values": variant.values,
                "options": [option.lstrip(",") for option in variant.options],
                "default": variant.default,
            },
            "first_class": port.first_class,
            "broken": port.broken,
            "needs_external_linker": port.needs_external_linker,
            "cgo_supported": port.cgo_supported,
            "cgo_needs": self.cgo_needs,
            "runner": self.runner,
        }


def describe(
    ports: Sequence[Port], patterns: Sequence[str], host: Target, which: Which = shutil.which
) -> tuple[TargetInfo, ...]:
    """Describe the ports that the patterns select, all of them if there is no pattern.

    Broken ports are shown too, unlike where targets are built.

    Raises:
        UsageError: CW0101, CW0102 for a pattern that selects nothing, or is misspelt.
    """
    chosen: Iterable[Port] = ports
    if patterns:
        whole = [replace(port, broken=False) for port in ports]
        names = {str(found.port) for found in select(patterns, whole, host)}
        chosen = (port for port in ports if str(port) in names)
    return tuple(
        TargetInfo(
            port,
            _MACHINES.get(port.goarch, port.goarch),
            _cgo_needs(port, host),
            runner(port, host, which),
        )
        for port in chosen
    )


def _cgo_needs(port: Port, host: Target) -> str:
    if not port.cgo_supported:
        return ""
    if (port.goos, port.goarch) == (host.goos, host.goarch):
        return "a C compiler"
    if port.goos == host.goos:
        return f"a C compiler for {port.goarch}"
    return _SDKS.get(port.goos, "a C compiler and its sysroot")


def runner(port: Port, host: Target, which: Which) -> str:
    """Name what runs a port's programs on this host: `native`, a program found, or nothing."""
    wanted, here = (port.goos, port.goarch), (host.goos, host.goarch)
    if wanted == here or (here, wanted) in _ALSO:
        return "native"
    names: tuple[str, ...] = _WASM.get(port.goos, ())
    if port.goos == "windows" and port.goarch in _WINE.get(host.goarch, ()):
        names = ("wine64", "wine")
    elif port.goos == host.goos == "linux" and port.goarch in _QEMU:
        names = (f"qemu-{_QEMU[port.goarch]}", f"qemu-{_QEMU[port.goarch]}-static")
    return next((name for name in names if which(name)), "")
