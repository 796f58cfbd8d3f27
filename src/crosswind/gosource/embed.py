"""Which files the patterns of `//go:embed` stand for (cmd/go/internal/load/pkg.go, resolveEmbed).

Go's rules; whoever calls knows the folders, and hands in what there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from enum import Enum
from operator import itemgetter
from typing import Protocol

from crosswind.frozen import frozen
from crosswind.gosource.glob import BadPatternError, Pattern
from crosswind.gosource.names import is_bad

_ALL = "all:"
_NO_UTF8 = re.compile("[\ud800-\udfff]")
_MAGIC = frozenset("*?[\\")


class Kind(Enum):
    """What something in a folder is, links not followed."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    OTHER = "other"


class Folder(Protocol):
    """A package's folder; paths are relative to it, with slashes, and "" is the folder itself."""

    def kind(self, path: str) -> Kind | None:
        """Return what a path is, without following a link at its end (lstat); None if there is nothing."""

    def target(self, path: str) -> Kind | None:
        """Return what a path leads to, all links followed (stat); None if there is nothing."""

    def entries(self, path: str) -> Mapping[str, Kind]:
        """Return the names in a folder, all links followed on the way to it.

        Raises:
            OSError: it cannot be read.
        """


@frozen
class Refusal:
    """A pattern that Go refuses; `str` gives Go's whole message."""

    pattern: str
    code: str
    message: str

    def __str__(self) -> str:
        """Say it as the go command does."""
        return f"pattern {self.pattern}: {self.message}"


@frozen
class Embedded:
    """What patterns stand for: all files, sorted, and those of each pattern; or why Go refuses them."""

    files: tuple[str, ...] = ()
    by_pattern: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refusal: Refusal | None = None


class _RefusedError(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def resolve(patterns: Sequence[str], folder: Folder, *, follow_links: bool = False) -> Embedded:
    """Find the files that patterns stand for.

    Args:
        patterns: of one kind of files (tests have their own), in the order in which they are to be
            judged: Go sorts them.
        folder: the package's.
        follow_links: whether a pattern may name a link to a file: `GODEBUG=embedfollowsymlinks=1`.
    """
    found: dict[str, tuple[str, ...]] = {}
    resolver = _Resolver(folder, follow_links)
    for pattern in patterns:
        try:
            found[pattern] = tuple(sorted(set(resolver.files(pattern))))
        except _RefusedError as error:
            return Embedded(refusal=Refusal(pattern, error.code, error.message))
        if not found[pattern]:
            return Embedded(refusal=Refusal(pattern, "CW5012", "no matching files found"))
    return Embedded(tuple(sorted({path for paths in found.values() for path in paths})), found)


def _is_valid(pattern: str) -> bool:
    """Whether a pattern stays inside of the folder, by its spelling (validEmbedPattern)."""
    try:
        Pattern.parse(pattern)
    except BadPatternError:
        return False
    return not _NO_UTF8.search(pattern) and {"", ".", ".."}.isdisjoint(pattern.split("/"))


class _Resolver:
    def __init__(self, folder: Folder, follow_links: bool) -> None:
        self._folder = folder
        self._follow_links = follow_links
        self._sound: set[str] = set()

    def files(self, pattern: str) -> Iterator[str]:
        """Yield the files that a pattern stands for; some perhaps twice."""
        bare = pattern.removeprefix(_ALL)
        if not _is_valid(bare):
            raise _RefusedError("CW5011", "invalid pattern syntax")
        for path in self._matches(bare):
            kind = self._folder.kind(path)
            self._check(path, "directory" if kind is Kind.FOLDER else "file")
            if kind is Kind.FOLDER:
                yield from self._below(path, hidden=bare != pattern)
            elif kind is Kind.FILE or self._leads_to_file(path, kind):
                yield path
            else:
                raise _RefusedError("CW5014", f"cannot embed irregular file {path}")

    def _leads_to_file(self, path: str, kind: Kind | None) -> bool:
        linked = self._follow_links and kind is Kind.LINK
        return linked and self._folder.target(path) is Kind.FILE

    def _matches(self, pattern: str) -> list[str]:
        """Return the paths that match, sorted folder by folder (cmd/go/internal/fsys/glob.go, Glob)."""
        elements = pattern.split("/")
        # From the first element with a sign in it on, folders are listed; before it they are not.
        signs = (number for number, one in enumerate(elements) if _MAGIC.intersection(one))
        first = next(signs, None)
        if first is None:
            return [pattern] if self._folder.kind(pattern) is not None else []
        found = ["/".join(elements[:first])]
        for element in elements[first:]:
            found = [path for place in found for path in self._match_in(place, element)]
        return found

    def _match_in(self, place: str, element: str) -> list[str]:
        """Return what matches in one folder; a folder that cannot be read has nothing."""
        if self._folder.target(place) is not Kind.FOLDER:
            return []
        try:
            names = sorted(self._folder.entries(place))
        except OSError:
            return []
        try:
            # Without a name to match, Go sees no mistake.
            pattern = Pattern.parse(element) if names else None
        except BadPatternError as error:
            raise _RefusedError("CW5011", str(error)) from error
        return [_join(place, name) for name in names if pattern and pattern.matches(name)]

    def _check(self, path: str, what: str) -> None:
        """Refuse what would not be part of this module, from the path up to the package's folder."""
        place = path
        while place and place not in self._sound:
            if self._folder.target(_join(place, "go.mod")) is not None:
                raise _RefusedError("CW5013", f"cannot embed {what} {path}: in different module")
            if place != path and self._folder.kind(place) not in (Kind.FOLDER, None):
                reason = f"cannot embed {what} {path}: in non-directory {place}"
                raise _RefusedError("CW5014", reason)
            name = place.rpartition("/")[2]
            if is_bad(name):
                where = "invalid name" if place == path else "in invalid directory"
                raise _RefusedError("CW5015", f"cannot embed {what} {path}: {where} {name}")
            self._sound.add(place)
            place = place.rpartition("/")[0]

    def _below(self, folder: str, *, hidden: bool) -> list[str]:
        """Return the files below a folder that would be part of this module."""
        found: list[str] = []
        waiting = [(folder, Kind.FOLDER)]
        while waiting:
            path, kind = waiting.pop()
            name = path.rpartition("/")[2]
            if path != folder and self._is_left_out(name, hidden=hidden):
                if kind is not Kind.FOLDER and not name.startswith((".", "_")):
                    reason = f"cannot embed file {path}: invalid name {name}"
                    raise _RefusedError("CW5015", reason)
            elif kind is Kind.FILE:
                found.append(path)
            elif kind is Kind.FOLDER and self._folder.target(_join(path, "go.mod")) is None:
                waiting += sorted(self._entries(path), key=itemgetter(0), reverse=True)
        if not found:
            reason = f"cannot embed directory {folder}: contains no embeddable files"
            raise _RefusedError("CW5016", reason)
        return found

    def _entries(self, place: str) -> list[tuple[str, Kind]]:
        try:
            entries = self._folder.entries(place)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise _RefusedError("CW5017", f"open {place}: {reason}") from error
        return [(_join(place, name), kind) for name, kind in entries.items()]

    @staticmethod
    def _is_left_out(name: str, *, hidden: bool) -> bool:
        return is_bad(name) or (name.startswith((".", "_")) and not hidden)


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
