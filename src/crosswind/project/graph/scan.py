"""Read the folders of source trees, each file once, and again only if it may have changed."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path
from typing import NamedTuple

from crosswind import gosource
from crosswind.constraints import constraint, names
from crosswind.frozen import frozen
from crosswind.project.graph import records
from crosswind.project.graph.model import File, Folder
from crosswind.project.graph.records import Entry, Record, Records
from crosswind.system import disuse, stamps
from crosswind.system.stamps import UNSURE, Stamp

# Constraints and imports stand at the start; a source file of more than this is none.
_MAX_SIZE = 64 << 20
_CHUNK = 1 << 20
# Why a pipe or a device cannot be read, in our words.
NOT_REGULAR = "it is no regular file"
# A pipe would wait for its writer otherwise; Windows would take line ends for text.
_READING = (
    os.O_RDONLY
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)
# How often a file is read that changes while it is.
_TRIES = 3


@frozen
class _Tree:
    root: str
    records: Records
    fixed: str


class Scan:
    """Folders of some trees, read as they are asked for.

    What is found is kept for the next run, in one file for each tree. A file is read again unless its
    size, times and inode are the same, and were old enough when it was read.

    Attributes:
        held: contents of Go files by their digest, tests apart: of those that were read in this run, as
            far as `hold` goes. Who looks at them next need not read them again.
    """

    def __init__(self, cache: Path | None, hold: int = 0) -> None:
        """Begin with nothing read.

        Args:
            cache: folder of what earlier runs found; None keeps nothing.
            hold: how many bytes of contents to hold at most.
        """
        self.held: dict[str, bytes] = {}
        self._room = hold
        self._cache = cache
        self._trees: dict[str, _Tree] = {}
        self._folders: dict[str, Folder] = {}
        self._looked_at: set[str] = set()

    def add(self, root: Path, *, fixed: str = "") -> None:
        """Announce a tree.

        Args:
            root: its folder.
            fixed: what all of its content is known by, if it never changes: the `h1:` of a module in the
                module cache.
        """
        name = str(root)
        if self._cache is None or name in self._trees:
            return
        if self._tree(name):
            self._forget(name)
        there = Records(records.path_for(name, self._cache), name, fixed)
        self._trees[name] = _Tree(name, there, fixed)

    def _forget(self, root: str) -> None:
        """Forget folders that were read as parts of the tree around another one: it has records of its own."""
        for name, folder in list(self._folders.items()):
            if f"{name}{os.sep}".startswith(f"{root}{os.sep}") and not folder.unreadable:
                del self._folders[name]
                self._looked_at.add(name)

    def is_fixed(self, path: Path) -> bool:
        """Whether a folder is in a tree that never changes."""
        return self._is_fixed(str(path))

    def folder(self, path: Path) -> Folder:
        """Return a folder, read at the first time; never raises."""
        name = str(path)
        found = self._folders.get(name)
        if found is None:
            tree = self._tree(name)
            found = self._in_tree(path, tree) if tree else self._read(path, Record())[0]
            self._folders[name] = found
        return found

    def content(self, path: Path) -> str:
        """Return what tells a folder's sources from all others, without reading them.

        Empty if that cannot be told: nothing is known of them, or they are in another state than they were.
        """
        name = str(path)
        tree = self._tree(name)
        if tree is None:
            return ""
        folder, read = _relative(name, tree), self._folders.get(name)
        if read is None and not tree.fixed:
            self._looked_at.add(name)
            known = tree.records.state(folder)
            if not known or known != _state(name):
                return ""
        return "" if read and read.unreadable else tree.records.content(folder)

    def known(self, path: Path) -> Folder:
        """Return a folder in the state that is known, whatever became of it; one of which nothing is known is empty."""
        name = str(path)
        tree = self._tree(name)
        record = tree.records.get(_relative(name, tree)) if tree else Record()
        return _folder(path, record)

    def tree(self, path: Path) -> str:
        """Return the root of the tree that a folder is in; empty if that was not announced."""
        tree = self._tree(str(path))
        return tree.root if tree else ""

    def looked_at(self) -> list[str]:
        """Return the folders that were read, and the roots of trees; those that never change apart."""
        read = [name for name in (*self._folders, *self._looked_at) if not self._is_fixed(name)]
        roots = [tree.root for tree in self._trees.values() if not tree.fixed]
        return sorted({*read, *roots})

    def _is_fixed(self, path: str) -> bool:
        tree = self._tree(path)
        return tree is not None and bool(tree.fixed)

    def digest(self, path: Path) -> str:
        """Return the sha256 of any file's content, in hex.

        Raises:
            OSError: it cannot be read.
        """
        seen = _regular(path.stat())
        tree = self._tree(str(path))
        if tree is None:
            return _content(str(path), _CHUNK)[1]
        folder = _relative(str(path.parent), tree)
        record = tree.records.get(folder)
        known = record.digests.get(path.name)
        if known and known[0] == stamps.of(seen):
            return known[1]
        stamp, digest, _ = _content(str(path), _CHUNK)
        record.digests[path.name] = stamp, digest
        tree.records.put(folder, record)
        return digest

    @property
    def unreadable(self) -> dict[str, str]:
        """The folders that could not be read so far, with the reason."""
        folders = self._folders.items()
        return {name: one.unreadable for name, one in folders if one.unreadable}

    def save(self) -> None:
        """Keep what was found for the next run."""
        changed = [tree for tree in self._trees.values() if tree.records.save()]
        if changed and self._cache:
            disuse.sweep(self._cache)

    def _in_tree(self, path: Path, tree: _Tree) -> Folder:
        name = _relative(str(path), tree)
        known = tree.records.get(name)
        if tree.fixed and tree.records.knows(name):
            return _folder(path, known)
        folder, record = self._read(path, known)
        if record is None:
            tree.records.drop(name)
        elif record != known and not (tree.fixed and _is_incomplete(folder)):
            tree.records.put(name, record)
        return folder

    def _read(self, path: Path, known: Record) -> tuple[Folder, Record | None]:
        """Read a folder; of files that did not change, what is known of them counts."""
        place = str(path)
        try:
            listing = _list(place)
        except OSError as error:
            return Folder(path, unreadable=error.strerror or str(error)), None
        found = {
            name: self._entry(entry, f"{place}{os.sep}{name}", known.entries.get(name))
            for name, entry in listing.sources.items()
        }
        others = {*listing.others, *found}
        there = {name: one for name, one in known.digests.items() if name in others}
        names_of = map(tuple, (listing.folders, listing.links, listing.others))
        record = Record(found, there, *names_of)
        return _folder(path, record), record

    def _entry(self, there: os.DirEntry[str], path: str, known: Entry | None) -> Entry:
        name = there.name
        try:
            if known and known.stamp == stamps.of(os.stat(path)):  # noqa: PTH116 - thousands of times
                return known
            if not there.is_file():
                _regular(os.stat(path))  # noqa: PTH116 - says why it is none
            stamp, digest, data = _content(path, _MAX_SIZE)
        except OSError as error:
            return Entry(UNSURE, File(name, "", unreadable=error.strerror or str(error)))
        self._hold(name, digest, data)
        if known and known.file.digest == digest:
            return Entry(stamp, known.file)
        go = gosource.read(data) if name.endswith(".go") else None
        return Entry(stamp, File(name, digest, constraint(name, data), go))

    def _hold(self, name: str, digest: str, data: bytes) -> None:
        if name.endswith(".go") and not name.endswith("_test.go") and len(data) <= self._room:
            self._room -= len(data)
            self.held[digest] = data

    def _tree(self, path: str) -> _Tree | None:
        """Find the innermost tree that a path is in."""
        if not self._trees:
            return None
        while path not in self._trees:
            above = os.path.dirname(path)  # noqa: PTH120 - thousands of times a run
            if above == path:
                return None
            path = above
        return self._trees[path]


class _Listing(NamedTuple):
    """What is in a folder, by name and in order."""

    sources: dict[str, os.DirEntry[str]]
    folders: list[str]
    links: list[str]
    others: list[str]


def _list(place: str) -> _Listing:
    """List a folder.

    Raises:
        OSError: it cannot be read.
    """
    with os.scandir(place) as listing:
        entries = sorted(listing, key=lambda entry: entry.name)
    found = _Listing({}, [], [], [])
    for entry in entries:
        name = entry.name
        if entry.is_dir(follow_symlinks=False):
            found.folders.append(name)
        elif entry.is_symlink() and _leads_to_folder(entry):
            found.links.append(name)
        elif names.is_ignored(name):
            found.others.append(name)
        else:
            found.sources[name] = entry
    return found


def _state(place: str) -> str:
    """Return the state that a folder is in; empty if it cannot be read."""
    try:
        listing = _list(place)
        seen = [(name, stamps.of(os.stat(f"{place}{os.sep}{name}"))) for name in listing.sources]  # noqa: PTH116
    except OSError:
        return ""
    return records.state(seen, listing.folders, listing.links, listing.others)


def _is_incomplete(folder: Folder) -> bool:
    """Whether a file could not be read: what never changes would never be read again."""
    return any(file.unreadable for file in folder.files)


def _folder(path: Path, record: Record) -> Folder:
    sources = tuple(entry.file for entry in record.entries.values())
    return Folder(path, sources, record.folders, record.links, record.others)


def _relative(path: str, tree: _Tree) -> str:
    return path[len(tree.root) :].lstrip(os.sep)


def _leads_to_folder(link: os.DirEntry[str]) -> bool:
    try:
        return link.is_dir()
    except OSError:  # links in a circle, or through a folder that nobody may enter
        return False


def _regular(seen: os.stat_result) -> os.stat_result:
    """Return what the system says of a file, before it is opened: opening a device may do something.

    Raises:
        OSError: it is no regular file.
    """
    if not stat.S_ISREG(seen.st_mode):
        raise OSError(errno.EINVAL, NOT_REGULAR)
    return seen


def _content(path: str, limit: int) -> tuple[Stamp, str, bytes]:
    """Read a file: what it is known by, the digest of its content, and the content's first bytes.

    Raises:
        OSError: it cannot be read, or is no regular file.
    """
    stamp, digest, data = UNSURE, "", b""
    for _ in range(_TRIES):
        read_at = stamps.now()
        file = os.open(path, _READING)
        try:
            seen = _regular(os.fstat(file))
            data, digest = _read_all(file, seen.st_size, limit)
            before, after = stamps.of(seen), stamps.of(os.fstat(file))
        finally:
            os.close(file)
        if before == after:
            stamp = UNSURE if stamps.is_racy(after, read_at) else after
            break
    return stamp, digest, data


def _read_all(file: int, size: int, limit: int) -> tuple[bytes, str]:
    """Read an open file: its first bytes, and the digest of all.

    Raises:
        OSError: it cannot be read.
    """
    # One byte more than there should be: where the answer is shorter, that was all.
    data = os.read(file, min(size + 1, limit))
    content = hashlib.sha256(data)
    if len(data) != size:
        while more := os.read(file, _CHUNK):
            content.update(more)
            if len(data) < limit:
                data += more[: limit - len(data)]
    return data, content.hexdigest()
