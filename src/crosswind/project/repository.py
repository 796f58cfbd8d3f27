"""Which repository Go sees around a folder: not always the one that git sees (cmd/go/internal/vcs/vcs.go)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from crosswind.project import git, git_refs
from crosswind.project.git import Commit
from crosswind.system import files

# vcsList: other systems that Go knows, by what marks their root.
_OTHERS = (".hg", ".svn", ".bzr", "_FOSSIL_", ".fslckout")
_GIT = ".git"
# From Go 1.27 on a .git that is a file, of a worktree or a submodule, marks a root, too (vcsGitRoot).
_READS_GIT_FILES = 27


def here(directory: Path, env: Mapping[str, str]) -> Path:
    """Return a folder as a go command that runs there spells it, and so finds what is around it.

    Like a shell it goes by PWD, where that names its working directory, and so keeps links (os.Getwd).
    """
    named = env.get("PWD", "")
    is_here = named.startswith("/") and files.is_same(Path(named), directory)
    return Path(named if is_here else os.path.realpath(directory))


def root(directory: Path, release: int) -> Path | None:
    """Return the root of the repository of git around a folder; None if there is none for Go.

    Args:
        directory: as Go spells it (`here`).
        release: N of Go's version 1.N.
    """
    for place in (directory, *directory.parents):
        mark = place / _GIT
        if mark.is_dir() or (release >= _READS_GIT_FILES and mark.is_file()):
            return place
    return None


def another(directory: Path) -> Path | None:
    """Return what marks a repository of another system around a folder, however far up."""
    # To the top: Go ends where one system lies in another, whichever is the outer one (FromDir).
    marks = (place / name for place in (directory, *directory.parents) for name in _OTHERS)
    return next(filter(os.path.lexists, marks), None)


def stamped(directory: Path, release: int, commit: Commit | None) -> Commit | None:
    """Return what git tells of the repository that Go sees; None without one, or where git fails.

    Args:
        directory: as Go spells it (`here`).
        release: N of Go's version 1.N.
        commit: what git told of the repository that it sees around the folder, without links.
    """
    seen = root(directory, release)
    if seen is None:
        return None
    nearest = git_refs.mark(directory)
    return commit if nearest and files.is_same(seen, nearest.parent) else git.read(seen)
