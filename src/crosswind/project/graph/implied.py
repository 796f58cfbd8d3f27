"""What the go command adds to a package's imports (cmd/go/internal/load/pkg.go, load and LinkerDeps)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crosswind.constraints import Universe
from crosswind.port import Port
from crosswind.project.graph.model import Bits

# cgoSyscallExclude; only the first one is in cgoExclude, too.
_WITHOUT_SYSCALL = frozenset(("runtime/cgo", "runtime/race", "runtime/msan", "runtime/asan"))
# hasSimd, since Go 1.27.
_WITH_SIMD, _SIMD_BRIDGE = ("wasm", "amd64", "arm64"), "simd/internal/bridge"


def external(universe: Universe) -> int:
    """Return the contexts in which every program needs a linker of C (externalLinkingReason)."""
    found = 0
    for bit, context in enumerate(universe.contexts):
        if Port(context.target.goos, context.target.goarch).needs_external_linker:
            found |= 1 << bit
    return found


def implied(
    path: str, names: Bits, lists: Mapping[str, Bits], universe: Universe, unlinked: int
) -> dict[str, int]:
    """Return packages that one needs without importing them, and where.

    Args:
        path: its import path.
        names: as of `Package`.
        lists: likewise.
        universe: all contexts.
        unlinked: those in which programs need a linker of C (`external`).
    """
    cgo = union(lists.get("CgoFiles", {}).values())
    swig = union(lists.get("SwigFiles", {}).values()) | union(
        lists.get("SwigCXXFiles", {}).values()
    )
    main = names.get("main", 0)
    simd = lists.get("Imports", {}).get("simd", 0) & union(map(universe.where, _WITH_SIMD))
    found = {
        "unsafe": cgo | swig,
        "runtime/cgo": (cgo if path != "runtime/cgo" else 0) | swig | main & unlinked,
        "syscall": (cgo if path not in _WITHOUT_SYSCALL else 0) | swig,
        "sync": swig,
        "runtime": main,
        "math": main & universe.where("arm"),
        _SIMD_BRIDGE: simd & universe.where("go1.27"),
    }
    return {one: where for one, where in found.items() if where}


def union(sets: Iterable[int]) -> int:
    """Return the contexts that are in any of some sets."""
    found = 0
    for where in sets:
        found |= where
    return found
