"""What identifies a Go: its version where its files were verified, else the content of its files.

Go's own modules and the pinned wheels are verified when they are unpacked, so their version says all,
also where the toolchain itself is not there. A system's Go may be patched, by its distributor or by
hand. Its files are read once; after that their sizes, times and inodes tell whether one changed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from crosswind.building.key.model import Doubt, Part
from crosswind.errors import CrosswindError
from crosswind.system import files, kept, stamps
from crosswind.system.stamps import Stamp
from crosswind.toolchain import Toolchain
from crosswind.toolchain.model import Source

# The input's name.
GOROOT = "files of GOROOT"
# Sources that compiles never read. cmd is compiled into pkg/tool and bin when Go is built.
_UNUSED = frozenset(("testdata", "cmd"))
_TOOLS = ("asm", "cgo", "compile", "link", "preprofile")


def part(toolchain: Toolchain) -> Part:
    """Return what identifies a toolchain.

    Raises:
        Doubt: its files cannot be read.
    """
    inputs = {"Go": toolchain.name}
    if toolchain.source is Source.SYSTEM:
        inputs[GOROOT] = _content(toolchain)
    return Part("toolchain", inputs)


def _content(toolchain: Toolchain) -> str:
    goroot = toolchain.goroot
    name = hashlib.sha256(str(goroot).encode()).hexdigest()[:16]
    memory = files.cache_dir() / "goroots" / f"{name}.json"
    try:
        read_at = stamps.now()
        found = sorted(_files(toolchain))
        seen = hashlib.sha256(repr(found).encode()).hexdigest()
        known = kept.load(memory)
        if isinstance(known, dict) and known.get("seen") == seen:
            return str(known["digest"])
        digest = hashlib.sha256()
        for path, _ in found:
            name = os.path.relpath(path, goroot).replace(os.sep, "/")
            digest.update(f"{name} {files.sha256(Path(path))}\n".encode())
        # A file that changed while it was read would be taken for what it was before.
        if sorted(_files(toolchain)) != found:
            raise Doubt(f"the files of {goroot} change")
    except (OSError, CrosswindError) as error:
        raise Doubt(f"cannot read {goroot}: {error}") from error
    if not any(stamps.is_racy(stamp, read_at) for _, stamp in found):
        kept.keep(memory, {"seen": seen, "digest": digest.hexdigest()})
    return digest.hexdigest()


def _files(toolchain: Toolchain) -> Iterator[tuple[str, Stamp]]:
    """Yield every file that a compile may read, and what tells one state of it from the next."""
    goroot, suffix = toolchain.goroot, toolchain.host.exe_suffix
    tools = goroot / "pkg" / "tool" / f"{toolchain.host.goos}_{toolchain.host.goarch}"
    single = [goroot / "VERSION", goroot / "go.env", toolchain.go]
    single += [tools / f"{tool}{suffix}" for tool in _TOOLS]
    for path in single:
        if path.exists():
            yield str(path), stamps.of(path.stat())
    pending = [goroot / "src", goroot / "pkg" / "include", goroot / "lib" / "fips140"]
    while pending:
        place = pending.pop()
        if not place.is_dir():
            continue
        with os.scandir(place) as listing:
            for entry in listing:
                if entry.is_dir():
                    if entry.name not in _UNUSED:
                        pending.append(Path(entry.path))
                elif not entry.name.endswith("_test.go"):
                    yield entry.path, stamps.of(entry.stat())
