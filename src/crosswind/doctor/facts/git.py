"""What git says of the project: the facts that version stamps depend on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from crosswind.frozen import frozen
from crosswind.system import process

# Seconds; a repository whose status takes longer has a problem worth hearing of.
_LIMIT = 60


@frozen
class GitFacts:
    """The state of the repository around the project.

    Attributes:
        program: path of git; empty if it is not installed.
        marked: whether a `.git` lies in the project or above it.
        root: the repository's root as git sees it; None if there is none or git refuses.
        refusal: what git says if it refuses to read a repository that is there.
        time: the newest commit's, in seconds since 1970; None without a commit.
        changes: number of lines of `git status --porcelain`.
        shallow: whether history is cut off.
        tag: the nearest tag; empty if none is reachable.
        distance: commits between that tag and HEAD.
        dist_ignored: whether git ignores the folder of results.
    """

    program: str = ""
    marked: bool = False
    root: Path | None = None
    refusal: str = ""
    time: int | None = None
    changes: int = 0
    shallow: bool = False
    tag: str = ""
    distance: int = 0
    dist_ignored: bool = False


def look(directory: Path, dist: str, env: Mapping[str, str]) -> GitFacts:
    """Ask git about a directory."""
    places = (directory, *directory.parents)
    marked = any((place / ".git").exists() for place in places)
    program = shutil.which("git", path=env.get("PATH", "")) or ""
    if not program or not marked:
        return GitFacts(program, marked)
    # What git prints is parsed, and a check must not fight an editor's git for the index.
    quiet = {**env, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}

    def ask(*words: str) -> tuple[int, str]:
        done = process.run([program, *words], cwd=directory, env=quiet, timeout=_LIMIT)
        text = done.stderr if done.returncode else done.stdout
        return done.returncode, text.decode(errors="replace").strip()

    status, told = ask("rev-parse", "--show-toplevel", "--is-shallow-repository")
    if status:
        return GitFacts(program, marked, refusal=told)
    root, _, shallow = told.partition("\n")
    without, time = ask("log", "-1", "--format=%ct", "--no-show-signature")
    _, changes = ask("status", "--porcelain", "--no-renames")
    untagged, described = ask("describe", "--tags", "--long")
    tag, distance, _ = ("", "0", "") if untagged else described.rsplit("-", 2)
    ignored, _ = ask("check-ignore", "-q", f"{dist}{os.sep}artifacts.json")
    return GitFacts(
        program=program,
        marked=marked,
        root=Path(root),
        time=None if without else int(time),
        changes=len(changes.splitlines()),
        shallow=shallow == "true",
        tag=tag,
        distance=int(distance),
        # 0 ignored, 1 not ignored, 128 for a folder outside of the repository (git-check-ignore).
        dist_ignored=ignored != 1,
    )
