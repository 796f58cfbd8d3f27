"""What git knows of the source tree, in the terms that release templates use."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import asdict, replace
from pathlib import Path

from crosswind.errors import MissingError
from crosswind.frozen import frozen
from crosswind.project import git_refs
from crosswind.project.git_refs import Refs
from crosswind.system import files, kept, process

# Seconds; a repository whose status takes longer has a problem worth hearing of.
_TIMEOUT = 60


@frozen
class Commit:
    """The checked-out commit and what points at it.

    Attributes:
        hash: full commit hash.
        date: committer date, ISO 8601 in UTC, such as `2026-11-23T08:00:00Z`.
        timestamp: the same in seconds since 1970.
        branch: its name; empty on a detached HEAD.
        tag: the tag on this very commit, else the newest reachable one; empty without tags.
        exact: whether `tag` is on this commit.
        previous_tag: the newest tag before `tag`; empty if there is none.
        summary: `git describe` with distance and short hash.
        dirty: whether tracked files differ or untracked ones lie about (as Go's vcs.modified).
        url: of the remote, credentials removed.
        refs: digest of all tags; empty where they could not be read.
    """

    hash: str
    date: str
    timestamp: int
    branch: str
    tag: str
    exact: bool
    previous_tag: str
    summary: str
    dirty: bool
    url: str
    refs: str = ""


def read(directory: Path) -> Commit | None:
    """Read the state of the repository around a directory; None if there is none, no commit, or git fails.

    Where neither HEAD nor a tag moved since the last time, git is asked for nothing but the state of
    the files.
    """
    refs = git_refs.read(directory)
    found = (_recall(refs) if refs else None) or _ask(directory)
    dirty = _is_dirty(directory) if found else None
    if found is None or dirty is None:
        return None
    found = replace(found, dirty=dirty)
    if refs is None or found.refs == refs.tags:
        return found
    found = replace(found, refs=refs.tags)
    if git_refs.read(directory) == refs:
        _remember(refs, found)
    return found


def _ask(directory: Path) -> Commit | None:
    head = _git(
        directory, "log", "-1", "--format=%H%n%ct%n%D", "--decorate=full", "--no-show-signature"
    )
    if not head:
        return None
    commit, seconds, refs = (*head.splitlines(), "", "")[:3]
    described = _git(directory, "describe", "--tags", "--long", "--always")
    nearest, distance = _described(described)
    return Commit(
        hash=commit,
        date=_utc(int(seconds)),
        timestamp=int(seconds),
        branch=_branch(refs),
        tag=nearest,
        exact=bool(nearest) and distance == 0,
        previous_tag=_git(directory, "describe", "--tags", "--abbrev=0", f"{nearest}^")
        if nearest
        else "",
        summary=described if distance or not nearest else nearest,
        dirty=False,  # to be seen
        url=_without_credentials(_git(directory, "config", "--get", "remote.origin.url")),
    )


def _is_dirty(directory: Path) -> bool | None:
    """Whether files differ from the commit; None where git does not tell."""
    said = _asked(directory, "status", "--porcelain", "--no-renames")
    return bool(said) if said is not None else None


def _memory(refs: Refs) -> Path:
    name = hashlib.sha256(str(refs.place).encode()).hexdigest()[:32]
    return files.cache_dir() / "commits" / f"{name}.json"


def _recall(refs: Refs) -> Commit | None:
    try:
        known = kept.load(_memory(refs))
        return Commit(**known["commit"]) if known and known["state"] == refs.state else None
    except (KeyError, TypeError):  # not of this crosswind
        return None


def _remember(refs: Refs, commit: Commit) -> None:
    kept.keep(_memory(refs), {"state": refs.state, "commit": asdict(commit)})


def silence(directory: Path) -> str:
    """Say why git tells nothing of a repository that is there; empty where there is none, or no commit."""
    if git_refs.mark(directory) is None:
        return ""
    done = _run(directory, "status", "--porcelain")
    if done is None:
        return "git was not found"
    words = done.stderr.decode(errors="replace").strip().partition("\n")[0]
    return f"git says `{words}`" if done.returncode else ""


def _git(directory: Path, *words: str) -> str:
    """Run git for reading only; empty if it fails, or is not installed."""
    return _asked(directory, *words) or ""


def _asked(directory: Path, *words: str) -> str | None:
    """Run git for reading only; None if it fails, or is not installed."""
    done = _run(directory, *words)
    if done is None or done.returncode:
        return None
    return done.stdout.decode(errors="replace").strip()


def _run(directory: Path, *words: str) -> process.Completed | None:
    """Run git; None if it is not installed."""
    # Locale and optional locks: messages are parsed, and a build must not fight an editor's git.
    env = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        return process.glance(["git", *words], cwd=directory, env=env, timeout=_TIMEOUT)
    except MissingError:
        return None


def _described(text: str) -> tuple[str, int]:
    """Take `v1.2.0-4-g0123abc` apart (git-describe(1), --long): the tag, and the commits since."""
    found = re.fullmatch(r"(.+)-(\d+)-g[0-9a-f]+", text)
    return (found[1], int(found[2])) if found else ("", 0)


def _branch(refs: str) -> str:
    marker = "HEAD -> refs/heads/"
    return next((ref[len(marker) :] for ref in refs.split(", ") if ref.startswith(marker)), "")


def _utc(seconds: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _without_credentials(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    if not separator or "@" not in rest.partition("/")[0]:
        return url
    return f"{scheme}://{rest.partition('@')[2]}"
