"""What Go stamps into a program from version control, as a part of its own: it costs a link only.

cmd/go/internal/load/pkg.go, setBuildInfo: revision, time, whether the tree is modified, and from Go
1.24 on the main module's version, which follows from the tags and from the module at the repository's
root.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from crosswind.building.key.flags import Flags
from crosswind.building.key.model import Doubt, Part
from crosswind.errors import CrosswindError
from crosswind.project import repository
from crosswind.project.git import Commit
from crosswind.project.modules import locate, modfile

_NO = ("false", "0", "f", "F", "FALSE", "False")
_NOTHING = Part("stamp", {})


class Stamp:
    """What Go stamps into the programs that are built in a folder."""

    def __init__(self, directory: Path, release: int, commit: Commit | None) -> None:
        """Read nothing yet.

        Args:
            directory: where the go command runs, as it spells that folder.
            release: N of that Go's version 1.N.
            commit: what git told of the repository that Go sees around it.
        """
        self._directory = directory
        self._release = release
        self._commit = commit
        self._roots: dict[Path, Path | None] = {}
        self._parts: dict[bool, Part] = {}

    def part(self, flags: Flags, program: Path) -> Part:
        """Return what is stamped.

        Args:
            flags: of the build.
            program: the folder of the main package, as the go command spells it.

        Raises:
            Doubt: it comes from a system that crosswind does not read, or from a repository that git
                does not read.
        """
        mode = flags.last("buildvcs")
        if mode in _NO:
            return _NOTHING
        is_asked = mode not in ("", "auto")
        root = self._root(self._directory)
        # setBuildInfo: the folder of the go command, the package and its module are in one repository.
        if {root} != {self._root(one) for one in (program, _module_folder(program))}:
            if is_asked:
                raise Doubt(f"{program} and {self._directory} are not in one repository")
            return _NOTHING
        if root is None:
            return _NOTHING
        if is_asked not in self._parts:
            self._parts[is_asked] = self._part_of(root, is_asked=is_asked)
        return self._parts[is_asked]

    def _part_of(self, root: Path, *, is_asked: bool) -> Part:
        commit = self._commit
        if commit is None:
            if not is_asked and shutil.which("git") is None:
                return _NOTHING
            raise Doubt("git does not tell of this repository")
        if not commit.refs:
            raise Doubt("the tags are kept in a way that crosswind does not read")
        return Part(
            "stamp",
            {
                "stamp revision": commit.hash,
                "stamp modified": str(commit.dirty).lower(),
                "stamp tags": commit.refs,
                "stamp root module": _module(root / "go.mod"),
            },
        )

    def _root(self, directory: Path) -> Path | None:
        if directory not in self._roots:
            if mark := repository.another(directory):
                raise Doubt(f"{mark} is stamped by Go and not read by crosswind")
            self._roots[directory] = repository.root(directory, self._release)
        return self._roots[directory]


def _module_folder(program: Path) -> Path:
    """Return the root of the main module that a package lies in."""
    places = (program, *program.parents)
    return next((one for one in places if (one / "go.mod").is_file()), program)


def _module(file: Path) -> str:
    """Return the module at the root of the repository; without one Go stamps no version."""
    try:
        found = modfile.read_mod_head(str(file), locate.read(file)).module
    except CrosswindError:
        return ""
    return found.text if found else ""
