"""Git, run for reading only, and its answers."""

from __future__ import annotations

import os
from pathlib import Path

from crosswind.errors import BuildError, CrosswindError, MissingError
from crosswind.system import process
from crosswind.system.process import Completed

# Seconds; a repository whose difference takes longer has a problem worth hearing of.
_TIMEOUT = 120
# gitdatamodel(7): the mode of a commit of another repository.
SUBMODULE = "160000"
# git-config(1): what an index of one's own has no use for, and what git keeps in `.git` for it.
_ALONE = ("core.splitIndex", "core.fsmonitor", "core.untrackedCache")


def run(
    directory: Path, *words: str, stdin: bytes | None = None, index: Path | None = None
) -> Completed:
    """Run git, with another index than the repository's own if one is named: only that is written.

    Raises:
        MissingError: CW5092, there is no git.
    """
    # Messages are shown in one language, and an editor's git must not be waited for.
    env = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    if index:
        env["GIT_INDEX_FILE"] = str(index)
        words = (*(word for name in _ALONE for word in ("-c", f"{name}=false")), *words)
    try:
        return process.run(["git", *words], cwd=directory, env=env, stdin=stdin, timeout=_TIMEOUT)
    except MissingError as error:
        raise MissingError(
            "CW5092", "git is needed to tell what changed", subject="git", hint=error.hint
        ) from error


def checked(
    top: Path, *words: str, stdin: bytes | None = None, index: Path | None = None
) -> Completed:
    """Run git as `run`; raises BuildError CW5093, too: it fails."""
    done = run(top, *words, stdin=stdin, index=index)
    if done.returncode:
        raise failed(top, done)
    return done


def failed(top: Path, done: Completed) -> CrosswindError:
    """Return an error that tells what git said."""
    message = done.text.strip().removeprefix("fatal: ").partition("\n")[0]
    return BuildError(
        "CW5093",
        message or f"git ended with {done.returncode}",
        subject=str(top),
        hint="`git status` and `git fsck` may tell more",
    )


def texts(raw: bytes) -> list[str]:
    """Split what git prints with `-z`."""
    return [one.decode("utf-8", "surrogateescape") for one in raw.split(b"\0") if one]
