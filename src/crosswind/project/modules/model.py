"""What modules there are, as values: main modules, and what stands in another one's place."""

from __future__ import annotations

from pathlib import Path

from crosswind.frozen import frozen
from crosswind.project.modules.modfile import ModFile

# cmd/go/internal/gover/gomod.go, FromGoMod and FromGoWork: what a file without a go line counts for.
_DEFAULT_GO = "1.16"
DEFAULT_WORK_GO = "1.18"


@frozen
class MainModule:
    """A module that is worked on: the one around the directory, or one that go.work uses.

    Attributes:
        path: its module path.
        directory: of its go.mod.
        file: that file's content.
        file_path: that file, which `-modfile` may have put elsewhere.
        prefix: what its packages' paths begin with: its path, but nothing for `std` itself.
    """

    path: str
    directory: Path
    file: ModFile
    file_path: Path
    prefix: str

    @property
    def go(self) -> str:
        """The version of its go line, `1.16` without one."""
        return self.file.go.text if self.file.go else _DEFAULT_GO

    @property
    def toolchain(self) -> str:
        """The name on its toolchain line; empty without one."""
        return self.file.toolchain.text if self.file.toolchain else ""

    @property
    def ignore(self) -> tuple[str, ...]:
        """The folders that patterns leave out."""
        return tuple(one.text for one in self.file.ignore)


@frozen
class Replacement:
    """What a replace line puts in a module's place.

    Attributes:
        path: another module's path, or a folder as written.
        version: of that module; empty for a folder.
        folder: the folder, absolute; None where it is a module of the cache.
    """

    path: str
    version: str
    folder: Path | None = None


@frozen
class Found:
    """Where a package is.

    Attributes:
        path: its import path.
        module: the module's path; empty for the standard library.
        version: the module's; empty for main modules, the standard library, and unknown ones in vendor.
        directory: the package's folder; None where its module is not on this host.
        root: the module's folder; None likewise.
        standard: whether it belongs to GOROOT.
        main: whether it belongs to a main module.
        local: whether its files may change: those of main modules, replaced folders, the vendor folder.
        replaced: what stands in the module's place, if anything.
        implicit: whether go.mod does not name the module, so that Go refuses imports from main modules.
    """

    path: str
    module: str = ""
    version: str = ""
    directory: Path | None = None
    root: Path | None = None
    standard: bool = False
    main: bool = False
    local: bool = False
    replaced: Replacement | None = None
    implicit: bool = False


@frozen
class Absent:
    """Why a package cannot be found.

    Attributes:
        path: its import path.
        reason: worded after what the go command says.
        unknown: whether it may well exist, but cannot be told without the module cache.
    """

    path: str
    reason: str
    unknown: bool = False
