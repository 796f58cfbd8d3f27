"""Files that git was told to take for unchanged, and that are not what it has of them.

git-update-index(1): `--assume-unchanged` and `--skip-worktree`. `git diff` and `git status` show no
change of such files; a build reads them all the same.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from crosswind.project import git_command

# Paths that one command line takes.
_PORTION = 200


class Hidden(NamedTuple):
    """A file that changed behind git's back: its content in the index, its marks, what is there now."""

    path: str
    blob: str
    deleted: bool
    submodule: bool
    marks: tuple[str, ...]


def changed(top: Path) -> Iterator[Hidden]:
    """Yield the files that differ from the index without git showing it.

    Git itself compares them, by an index of its own that holds these files without their marks: it
    knows filters, ends of lines, links and submodules.

    Raises:
        BuildError: CW5093, git fails.
    """
    marked = dict(_marked(top))
    if not marked:
        return
    with tempfile.TemporaryDirectory(prefix="crosswind-") as folder:
        index = Path(folder) / "index"
        git_command.checked(
            top, "-c", "core.ignoreStat=false", "update-index", "-z", "--index-info",
            stdin=b"".join(_entries(top, list(marked))), index=index,
        )  # fmt: skip
        # git-config(1), diff.autoRefreshIndex: else files are named that only have other times.
        raw = git_command.checked(
            top, "-c", "diff.autoRefreshIndex=true", "diff", "--raw", "-z", "--no-abbrev", "--no-renames",
            "--ignore-submodules=none", "--no-relative", "--no-ext-diff", "--", index=index,
        ).stdout  # fmt: skip
    words = iter(git_command.texts(raw))
    for head in words:
        # git-diff(1), "Raw output format".
        mode, _, blob, _, status = head.lstrip(":").split(" ")
        path = next(words)
        submodule = mode == git_command.SUBMODULE
        yield Hidden(path, blob, status == "D", submodule, marked.get(path, ()))


def _marked(top: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield files and marks (git-ls-files(1), `-v`): `S` skips the working tree, small letters assume.

    A sparse checkout skips files that are not there: those did not change.
    """
    for line in git_command.texts(git_command.checked(top, "ls-files", "-v", "-z").stdout):
        tag, _, path = line.partition(" ")
        assumed = ("assume-unchanged",) if tag.islower() else ()
        if tag not in "Ss":
            if assumed:
                yield path, assumed
        elif os.path.lexists(top / path):
            yield path, (*assumed, "skip-worktree")


def _entries(top: Path, paths: Sequence[str]) -> Iterator[bytes]:
    """Yield the entries of files as they stand in the index: mode, content, stage."""
    for start in range(0, len(paths), _PORTION):
        some = paths[start : start + _PORTION]
        words = ("--literal-pathspecs", "ls-files", "-s", "-z", "--", *some)
        yield git_command.checked(top, *words).stdout
