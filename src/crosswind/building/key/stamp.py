"""What Go stamps into a program from version control, as a part of its own: it costs a link only.

cmd/go/internal/load/pkg.go, setBuildInfo: revision, time, whether the tree is modified, and from Go
1.24 on the main module's version, which follows from the tags and from the module at the repository's
root.
"""

from __future__ import annotations

from pathlib import Path

from crosswind.building.key.flags import Flags
from crosswind.building.key.model import Doubt, Part
from crosswind.errors import CrosswindError
from crosswind.project.git import Commit
from crosswind.project.modules import locate, modfile

# cmd/go/internal/vcs/vcs.go, vcsList: other systems that Go knows, by what marks their root.
_OTHERS = (".hg", ".svn", ".bzr", "_FOSSIL_", ".fslckout")


def part(flags: Flags, directory: Path, commit: Commit | None) -> Part:
    """Return what is stamped.

    Raises:
        Doubt: it comes from a system that crosswind does not read, or from a repository that git
            does not read.
    """
    if flags.last("buildvcs") in ("false", "0", "f", "F", "FALSE", "False"):
        return Part("stamp", {})
    for place in (directory, *directory.parents):
        for name in _OTHERS:
            if (place / name).exists():
                raise Doubt(f"{place / name} is stamped by Go and not read by crosswind")
        if (place / ".git").exists():
            break
    else:
        return Part("stamp", {})
    if commit is None:
        raise Doubt("git does not tell of this repository")
    if not commit.refs:
        raise Doubt("the tags are kept in a way that crosswind does not read")
    return Part(
        "stamp",
        {
            "stamp revision": commit.hash,
            "stamp modified": str(commit.dirty).lower(),
            "stamp tags": commit.refs,
            "stamp root module": _module(place / "go.mod"),
        },
    )


def _module(file: Path) -> str:
    """Return the module at the root of the repository; without one Go stamps no version."""
    try:
        found = modfile.read_mod_head(str(file), locate.read(file)).module
    except CrosswindError:
        return ""
    return found.text if found else ""
