"""What is known of the files and packages of a source tree, for all contexts at once."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path

from crosswind.constraints import Constraint
from crosswind.frozen import frozen
from crosswind.gosource import GoFile

NONE = Constraint()
# What the system says of a file that is there and may not be read.
_DENIED = os.strerror(errno.EACCES)


@frozen
class File:
    """A file that the go command knows by its ending.

    Attributes:
        name: without folders.
        digest: sha256 of its content, in hex; empty if it cannot be read.
        constraint: what its head asks for.
        go: what its imports and the like say; None for other languages.
        unreadable: why it cannot be read; empty if it can.
    """

    name: str
    digest: str
    constraint: Constraint = NONE
    go: GoFile | None = None
    unreadable: str = ""


@frozen
class Folder:
    """A folder, read once.

    Attributes:
        path: where it is.
        files: those that the go command knows by their ending, ordered as Go orders them.
        folders: names of the folders in it, links to folders not among them.
        links: names of links that lead to folders.
        others: names of everything else.
        unreadable: why it cannot be read; empty if it can.
    """

    path: Path
    files: tuple[File, ...] = ()
    folders: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    unreadable: str = ""


def is_go_folder(folder: Folder) -> bool:
    """Whether a folder holds Go files that are files, be they readable or not (fsys, IsGoDir)."""
    return any(
        file.go is not None or (file.unreadable == _DENIED and file.name.endswith(".go"))
        for file in folder.files
    )


def has_go(folder: Folder) -> bool:
    """Whether a folder holds Go files, be they for other contexts alone."""
    return any(file.name.endswith(".go") for file in folder.files)


@frozen
class Problem:
    """Why the go command reports an error for a package, and in which contexts.

    Attributes:
        where: the contexts, as bits.
        message: in our words.
        place: `file:line:column`, or the folder.
    """

    where: int
    message: str
    place: str


Bits = Mapping[str, int]


@frozen
class Package:
    """A package, for all contexts at once: each set of contexts is the bits of one integer.

    Attributes:
        import_path: by which it is imported.
        directory: where its files are.
        module: path of the module that it belongs to; empty for the standard library.
        version: of that module; empty for a main module and the standard library. One in whose place there is
            a folder, or a copy in vendor, has one, and may change nevertheless.
        standard: whether it belongs to the standard library.
        files: all files that the go command knows by their ending.
        names: package names, with where the package has each.
        docs: first sentences of its comment, with where the package has each.
        lists: by Go's field name (`GoFiles`, `Imports`, `EmbedPatterns`, …), what stands in it and where.
        flags: by Go's field name (`CgoCFLAGS`, …), the flags in order and where; a flag may come twice.
        problems: errors, the one that Go would report first.
        empty: the contexts in which it has no Go file at all.
        unlinked: those in which it is a program that cannot be linked for want of cgo.
        halted: those in which Go ends before it looks at imports: there, and for names that it refuses.
        seen_from: as which import path it may see internal packages, if not as its own.
        digests: of the contents of its Go files, by name.
        own: whether it is worked on here: of a main module, or of a folder in another module's place.
    """

    import_path: str
    directory: Path
    module: str = ""
    version: str = ""
    standard: bool = False
    files: Sequence[File] = ()
    names: Bits = field(default_factory=dict)
    docs: Bits = field(default_factory=dict)
    lists: Mapping[str, Bits] = field(default_factory=dict)
    flags: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    empty: int = 0
    unlinked: int = 0
    halted: int = 0
    seen_from: str = ""
    digests: Mapping[str, str] = field(default_factory=dict)
    own: bool = False

    @property
    def sources(self) -> dict[str, int]:
        """Its Go files, those of tests apart, with the contexts of each."""
        found = dict(self.lists.get("GoFiles", {}))
        for name, where in self.lists.get("CgoFiles", {}).items():
            found[name] = found.get(name, 0) | where
        return found

    @property
    def content(self) -> str:
        """What tells `sources` from all others: a digest of their names and contents."""
        chosen = self.sources
        words = (f"{name} {digest}" for name, digest in self.digests.items() if name in chosen)
        return hashlib.sha256("\0".join(words).encode("utf-8", "surrogateescape")).hexdigest()

    @property
    def where(self) -> int:
        """The contexts in which it has Go files to build, those of tests apart."""
        found = 0
        for listed in ("GoFiles", "CgoFiles"):
            for bits in self.lists.get(listed, {}).values():
                found |= bits
        return found

    @property
    def broken(self) -> int:
        """The contexts in which the go command reports an error for it."""
        found = 0
        for problem in self.problems:
            found |= problem.where
        return found
