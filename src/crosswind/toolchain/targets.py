"""What a user wants to know of each target before choosing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from crosswind.frozen import frozen
from crosswind.port import Port
from crosswind.target import Target, select

# Names of the machines as their makers' and the ELF specifications write them.
_MACHINES = {
    "386": "x86", "amd64": "x86-64", "arm": "ARM", "arm64": "AArch64", "loong64": "LoongArch",
    "mips": "MIPS", "mipsle": "MIPS", "mips64": "MIPS64", "mips64le": "MIPS64",
    "ppc64": "PowerPC", "ppc64le": "PowerPC", "riscv64": "RISC-V", "s390x": "S/390",
    "sparc64": "SPARC V9", "wasm": "WebAssembly",
}  # fmt: skip

# What cgo needs where the system is another, for systems that have a name for it.
_SDKS = {
    "android": "the Android NDK",
    "darwin": "Apple's SDK",
    "ios": "Apple's SDK",
    "windows": "a MinGW-w64 C compiler",
}

# Names what runs a port's programs here; the runners are no part of the toolchain.
RunsBy = Callable[[Port], str]


@frozen
class TargetInfo:
    """One target, with what depends on this host.

    Attributes:
        port: what the toolchain says.
        machine: the processor's name outside of Go.
        cgo_needs: what building with cgo would take from here; empty if the port has no cgo.
        runner: what runs its programs here, as `run --with` takes it; or empty.
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
    ports: Sequence[Port], patterns: Sequence[str], host: Target, runs_by: RunsBy
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
            runs_by(port),
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
