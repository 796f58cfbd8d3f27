"""What changed in a working tree since a revision, as git sees it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from enum import StrEnum
from pathlib import Path

from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.project import git_hidden
from crosswind.project.git_command import SUBMODULE, checked, failed, run, texts

# Old contents are asked for in portions, so that neither the answer nor memory grows without end; a
# file of more than this has no head worth reading.
_PORTION, _LARGEST = 32 << 20, 16 << 20


class Kind(StrEnum):
    """How a file changed."""

    ADDED = "added"
    DELETED = "deleted"
    MODIFIED = "modified"
    RENAMED = "renamed"


@frozen
class Change:
    """A file that is not what it was.

    Attributes:
        path: relative to the top of the repository, with slashes.
        kind: how it changed.
        old_path: where it was before a renaming; empty otherwise.
        old_blob: git's name of its old content; empty if it is new.
        submodule: whether it is a whole repository of its own.
    """

    path: str
    kind: Kind
    old_path: str = ""
    old_blob: str = ""
    submodule: bool = False


@frozen
class Changes:
    """All changes since a revision.

    Attributes:
        top: the folder of the repository, links resolved.
        commit: the revision's full hash.
        changed: committed or not, and new files that git does not ignore.
        apart: whether HEAD does not descend from the revision, as far as the clone tells.
        hidden: those of the changed files that git was told to take for unchanged.
    """

    top: Path
    commit: str
    changed: tuple[Change, ...]
    apart: bool = False
    hidden: tuple[git_hidden.Hidden, ...] = ()
    _contents: dict[str, bytes] = field(default_factory=dict)
    _by_old_path: dict[str, Change] = field(default_factory=dict)

    def old(self, change: Change) -> bytes:
        """Return a file's old content; empty if there was none, or too much of it."""
        return self._contents.get(change.old_blob, b"")

    def old_file(self, path: str) -> bytes | None:
        """Return the old content of a changed path; None where it did not change, or was not there."""
        if not self._by_old_path:
            self._by_old_path.update({one.old_path or one.path: one for one in self.changed})
        change = self._by_old_path.get(path)
        return self.old(change) if change and change.old_blob else None

    def load(self, wanted: Iterable[Change]) -> None:
        """Read the old contents of changes.

        Raises:
            BuildError: CW5093, git does not give them.
        """
        blobs = {one.old_blob for one in wanted if one.old_blob and not one.submodule}
        for blob, data in _blobs(self.top, sorted(blobs - self._contents.keys())):
            self._contents[blob] = data


def since(directory: Path, revision: str) -> Changes:
    """Compare the working tree around a directory with a revision.

    Raises:
        UsageError: CW5090, there is no repository; CW5091, it has no such revision.
        MissingError: CW5092, there is no git.
        BuildError: CW5093, git fails.
    """
    top = _top(directory)
    commit = _commit(top, revision)
    words = ("diff", "--raw", "-z", "--no-abbrev", "--find-renames", "--ignore-submodules=none",
             "--no-relative", "--no-ext-diff", commit, "--")  # fmt: skip
    tracked = list(_tracked(checked(top, *words).stdout))
    listed = checked(top, "ls-files", "--others", "--exclude-standard", "-z").stdout
    known = {one.path: one for one in tracked}
    for path in texts(listed):
        # A file may be gone for git, and there all the same.
        gone = known.get(path)
        known[path] = Change(
            path.rstrip("/"),
            Kind.MODIFIED if gone else Kind.ADDED,
            old_blob=gone.old_blob if gone else "",
            submodule=path.endswith("/"),
        )
    hidden = sorted(git_hidden.changed(top))
    for one in hidden:
        kind = Kind.DELETED if one.deleted else Kind.MODIFIED
        change = known.get(one.path)
        if change is None:
            known[one.path] = Change(one.path, kind, old_blob=one.blob, submodule=one.submodule)
        elif change.kind is Kind.MODIFIED:
            known[one.path] = replace(change, kind=kind)
    descends = run(top, "merge-base", "--is-ancestor", commit, "HEAD")
    # git-merge-base(1): 1 says no; without any commit HEAD is none.
    apart = descends.returncode == 1
    return Changes(top, commit, tuple(known[path] for path in sorted(known)), apart, tuple(hidden))


def ignored(top: Path, paths: Sequence[str]) -> frozenset[str]:
    """Return those of some paths, relative to the top, that git ignores: it sees no change of them.

    Raises:
        BuildError: CW5093, git fails.
    """
    found: set[str] = set()
    for root, below in _by_repository(top, paths).items():
        prefix = f"{root}/" if root else ""
        listed = "\0".join(below).encode("utf-8", "surrogateescape")
        done = run(top / root, "check-ignore", "-z", "--stdin", stdin=listed)
        # git-check-ignore(1): 1 where none is ignored.
        if done.returncode not in (0, 1):
            raise failed(top, done)
        found.update(f"{prefix}{one}" for one in texts(done.stdout))
    return frozenset(found)


def _by_repository(top: Path, paths: Sequence[str]) -> dict[str, list[str]]:
    """Sort files by the repository that they are in: git speaks of none in another one's folder."""
    roots = {"": ""}

    def root(folder: str) -> str:
        passed = []
        while folder not in roots:
            passed.append(folder)
            if os.path.lexists(top / folder / ".git"):
                roots[folder] = folder
            folder = folder if folder in roots else folder.rpartition("/")[0]
        roots.update(dict.fromkeys(passed, roots[folder]))
        return roots[folder]

    found: dict[str, list[str]] = {}
    for path in paths:
        inside = root(path.rpartition("/")[0])
        found.setdefault(inside, []).append(path[len(inside) :].lstrip("/"))
    return found


def _top(directory: Path) -> Path:
    done = run(directory, "rev-parse", "--show-toplevel")
    if done.returncode == 0:
        return Path(done.stdout.decode("utf-8", "surrogateescape").rstrip("\n"))
    message = done.text.strip().removeprefix("fatal: ").partition("\n")[0]
    raise UsageError(
        "CW5090",
        message or "there is no git repository with files here",
        subject=str(directory),
        hint="run it in a checkout, or name one with -C DIR",
    )


def _commit(top: Path, revision: str) -> str:
    """Return the hash of a revision. What looks like an option is none of git's."""
    words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    done = run(top, *words) if revision and "\0" not in revision else None
    if done and done.returncode == 0:
        return done.stdout.decode().strip()
    raise UsageError(
        "CW5091", "git knows no such revision", subject=revision or "''", hint=_hint(top, revision)
    )


def _hint(top: Path, revision: str) -> str:
    """Say what may be wrong with a revision; the first three are what CI systems hand on."""
    if not revision.strip():
        return "--since is empty: is a variable set that CI takes it from?"
    if not revision.strip("0"):
        return "CI says so of a new branch: git merge-base origin/main HEAD finds where it began"
    if run(top, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true":
        return "the clone is shallow: git fetch --unshallow, or in CI a fetch depth of 0"
    if ".." in revision:
        return "give one revision: the working tree is compared with it"
    return "`git log --oneline` shows what is there; branches of a server are called origin/NAME"


def _tracked(raw: bytes) -> Iterator[Change]:
    """Read `git diff --raw -z` (git-diff(1), "Raw output format")."""
    words = iter(texts(raw))
    kinds = {"A": Kind.ADDED, "D": Kind.DELETED, "R": Kind.RENAMED}
    for head in words:
        old_mode, new_mode, old_blob, _, status = head.lstrip(":").split(" ")
        path = next(words)
        kind = kinds.get(status[:1], Kind.MODIFIED)
        renamed = kind is Kind.RENAMED
        new_path = next(words) if status[:1] in "RC" else path
        blob = "" if kind is Kind.ADDED or status[:1] == "C" else old_blob
        whole = SUBMODULE in (old_mode, new_mode)
        yield Change(new_path, kind, path if renamed else "", blob, whole)


def _blobs(top: Path, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the contents of blobs, those apart that are too large."""
    portion: list[str] = []
    total = 0
    for name, size in _sizes(top, names):
        if size > _LARGEST:
            continue
        if total + size > _PORTION:
            yield from _contents(top, portion)
            portion, total = [], 0
        portion.append(name)
        total += size
    yield from _contents(top, portion)


def _sizes(top: Path, names: Sequence[str]) -> Iterator[tuple[str, int]]:
    if not names:
        return
    listed = "".join(f"{name}\n" for name in names).encode()
    done = checked(top, "cat-file", "--batch-check", stdin=listed)
    for line in done.stdout.decode().splitlines():
        name, _, rest = line.partition(" ")
        if rest.startswith("blob "):
            yield name, int(rest.removeprefix("blob "))


def _contents(top: Path, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Read `git cat-file --batch` (git-cat-file(1), "Batch output")."""
    if not names:
        return
    listed = "".join(f"{name}\n" for name in names).encode()
    data = checked(top, "cat-file", "--batch", stdin=listed).stdout
    at = 0
    while (end := data.find(b"\n", at)) >= 0:
        name, _, size = data[at:end].decode().split(" ")
        start = end + 1
        yield name, data[start : start + int(size)]
        at = start + int(size) + 1
