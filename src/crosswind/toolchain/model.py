"""`Toolchain` and `Zig`: each at a path, with its version, its host and where it came from."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from crosswind.frozen import frozen
from crosswind.target import Target
from crosswind.toolchain.version import Version, of_toolchain, parse


class Source(StrEnum):
    """Where a toolchain came from."""

    SYSTEM = "system"
    MODULE = "module"
    WHEEL = "wheel"


@frozen
class Toolchain:
    """A Go toolchain that is unpacked and ready.

    Attributes:
        version: such as `1.27.3`, as its VERSION file has it behind `go`.
        goroot: its root directory.
        source: where it came from.
        host: what it runs on itself (not what it builds for).
        digest: what identifies its content: the module's `h1:` sum from the checksum database, or
            the wheel's `sha256:`; empty for the system's, of which nothing is known but its version.
    """

    version: str
    goroot: Path
    source: Source
    host: Target
    digest: str = ""

    @property
    def go(self) -> Path:
        """Its go command."""
        return self.goroot / "bin" / f"go{self.host.exe_suffix}"

    @property
    def name(self) -> str:
        """What Go calls it: `go1.27.3`."""
        return f"go{self.version}"

    @property
    def order(self) -> Version:
        """Its version in a form that compares as Go does."""
        return parse(of_toolchain(self.name))

    def __str__(self) -> str:
        """For messages: `Go 1.27.3 for linux/amd64`."""
        return label(self.version, self.host)


@frozen
class Zig:
    """A Zig that is unpacked and ready: compilers and linkers of C, and of resource scripts.

    Attributes:
        version: such as `0.17.1`.
        root: its directory, with the program and its `lib` folder.
        source: where it came from.
        host: what it runs on itself.
        digest: the `sha256:` of the wheel, which identifies its content.
    """

    version: str
    root: Path
    source: Source
    host: Target
    digest: str

    @property
    def path(self) -> Path:
        """Its program."""
        return self.root / f"zig{self.host.exe_suffix}"

    def __str__(self) -> str:
        """For messages: `Zig 0.17.1 for linux/amd64`."""
        return label(self.version, self.host, "Zig")


def label(number: str, host: Target, title: str = "Go") -> str:
    """Name a toolchain in messages and progress."""
    return f"{title} {number} for {host}"


def read_version(goroot: Path) -> str:
    """The version that GOROOT/VERSION tells; empty if there is no such file or no version in it.

    cmd/dist, build.go, findgoversion: the first line is the version, perhaps with experiments
    behind a space.
    """
    try:
        line = (goroot / "VERSION").read_text(encoding="utf-8").partition("\n")[0]
    except (OSError, UnicodeDecodeError):
        return ""
    word = line.partition(" ")[0].strip()
    return word.removeprefix("go") if of_toolchain(word) else ""


def read_host(goroot: Path) -> Target | None:
    """What a toolchain runs on, by its one folder pkg/tool/GOOS_GOARCH; None if not that simple."""
    try:
        folders = [entry.name for entry in (goroot / "pkg" / "tool").iterdir() if entry.is_dir()]
    except OSError:
        return None
    if len(folders) != 1 or folders[0].count("_") != 1:
        return None
    goos, _, goarch = folders[0].partition("_")
    return Target(goos, goarch)
