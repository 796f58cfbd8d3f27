"""What earlier scans of a tree found, in one file: read as a whole, taken apart folder by folder.

The first line is a header of JSON: what made the file, and where each folder's record stands behind it,
with the state that the folder was in and what its sources came to. A record is one line of JSON. Anything that does not fit, however it came about, is as if it were not
there: a scan is then only slower.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import crosswind.constraints
import crosswind.gosource
from crosswind.constraints import Constraint, Expression
from crosswind.constraints.facts import Broken
from crosswind.errors import CrosswindError
from crosswind.gosource import GoFile
from crosswind.project.graph.model import NONE, File
from crosswind.system import files, stamps
from crosswind.system.stamps import UNSURE, Stamp

# Raised whenever the layout changes.
_FORMAT = 2
# Bytes of a file of records; more than this was not written by us.
_MAX_SIZE = 1 << 30
# Where a folder's record begins, its size, the folder's state, and what tells its sources.
_Place = tuple[int, int, str, str]
_NOWHERE: _Place = (0, 0, "", "")


class Entry(NamedTuple):
    """A source file as it was when it was read."""

    stamp: Stamp
    file: File


@dataclass(slots=True)
class Record:
    """What is known of a folder.

    Attributes:
        entries: its sources, by name.
        digests: of further files in it, by name.
        folders, links, others: as of `Folder`; used where folders cannot change.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    digests: dict[str, tuple[Stamp, str]] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


class Records:
    """The records of one tree."""

    def __init__(self, path: Path, root: str, fixed: str = "") -> None:
        """Read the file of records of a tree.

        Args:
            path: that file; it need not be there.
            root: the tree's folder.
            fixed: what all of its content is known by, if it never changes.
        """
        self._path = path
        self._fixed = fixed
        self._header = {"scan": _FORMAT, "root": root, "fixed": fixed, "code": code()}
        self._places, self._body = _read(path, self._header)
        self._changed: dict[str, Record] = {}
        self._is_shorter = False

    def get(self, folder: str) -> Record:
        """Return what is known of a folder, named relative to the root; nothing where it is new."""
        if folder in self._changed:
            return self._changed[folder]
        place = self._places.get(folder)
        if place is None:
            return Record()
        try:
            start, size, _, _ = place
            return _decode(json.loads(self._body[start : start + size]))
        except (ValueError, TypeError, KeyError, IndexError, RecursionError):
            return Record()

    def knows(self, folder: str) -> bool:
        """Whether there is anything about a folder."""
        return folder in self._changed or folder in self._places

    def state(self, folder: str) -> str:
        """Return the state that a folder was in (`state`); empty if nothing may be believed of it."""
        if folder in self._changed:
            return _state_of(self._changed[folder])
        return self._places.get(folder, _NOWHERE)[2]

    def content(self, folder: str) -> str:
        """Return what tells a folder's sources from all others; empty if not all could be read."""
        if folder in self._changed:
            return self._content_of(self._changed[folder])
        return self._places.get(folder, _NOWHERE)[3]

    def put(self, folder: str, record: Record) -> None:
        """Replace what is known of a folder."""
        self._changed[folder] = record

    def _content_of(self, record: Record) -> str:
        files = [entry.file for entry in record.entries.values()]
        if any(file.unreadable for file in files):
            return ""
        return _digest([self._fixed, *(f"{file.name}/{file.digest}" for file in files)])

    def drop(self, folder: str) -> None:
        """Forget a folder that is no more."""
        self._changed.pop(folder, None)
        self._is_shorter |= self._places.pop(folder, None) is not None

    def save(self) -> bool:
        """Write the file anew if anything changed, and return whether; if it cannot be, the next scan is slower."""
        if not self._changed and not self._is_shorter:
            return False
        lines: list[bytes] = []
        places: dict[str, _Place] = {}
        at = 0
        for folder in self._places.keys() | self._changed.keys():
            changed = self._changed.get(folder)
            if changed is not None:
                line = json.dumps(_encode(changed), separators=(",", ":")).encode() + b"\n"
                state, content = _state_of(changed), self._content_of(changed)
            else:
                start, size, state, content = self._places[folder]
                line = self._body[start : start + size]
            lines.append(line)
            places[folder] = (at, len(line), state, content)
            at += len(line)
        body = b"".join(lines)
        header = {**self._header, "at": stamps.now(), "sum": zlib.crc32(body), "places": places}
        data = json.dumps(header, separators=(",", ":")).encode() + b"\n" + body
        with contextlib.suppress(CrosswindError):
            files.write_atomic(self._path, data)
        return True


def path_for(root: str, cache: Path) -> Path:
    """Return where the records of a tree are kept."""
    name = hashlib.sha256(os.fsencode(root)).hexdigest()[:32]
    return cache / "scan" / f"{name}.json"


def state(seen: Iterable[tuple[str, Stamp]], *names_of: Iterable[str]) -> str:
    """Return what tells one state of a folder from all others; empty where nothing may be believed.

    Args:
        seen: its sources with their stamps, by name.
        names_of: names of all else in it, one group for each kind.
    """
    words = []
    for name, stamp in seen:
        if stamp == UNSURE:
            return ""
        words.append(f"{name}/{stamp.size}/{stamp.mtime}/{stamp.ctime}/{stamp.inode}")
    return _digest([*words, *map("/".join, names_of)])


def _state_of(record: Record) -> str:
    seen = ((name, entry.stamp) for name, entry in record.entries.items())
    return state(seen, record.folders, record.links, record.others)


def _digest(words: Iterable[str]) -> str:
    # No name of a file has a slash in it, nor a NUL byte.
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _read(path: Path, wanted: dict[str, Any]) -> tuple[dict[str, _Place], bytes]:
    try:
        with path.open("rb") as stream:
            head, _, body = stream.read(_MAX_SIZE).partition(b"\n")
        header = json.loads(head)
        total = header.pop("sum")
        places = header.pop("places")
        # Where the clock was set back, a file may get the times of an older one.
        if header.pop("at") > stamps.now():
            return {}, b""
        if header == wanted and total == zlib.crc32(body) and isinstance(places, dict):
            return places, body
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    return {}, b""


@functools.cache
def code() -> str:
    """Identify the code that reads sources."""
    packages = (*crosswind.constraints.__path__, *crosswind.gosource.__path__)
    return stamps.of_code(Path(__file__).parent, *map(Path, packages))[:16]


def _encode(record: Record) -> list[Any]:
    entries = [
        [*entry.stamp, *_encode_file(entry.file)]
        for entry in record.entries.values()
        if not entry.file.unreadable
    ]
    digests = [[*stamp, name, digest] for name, (stamp, digest) in record.digests.items()]
    return [entries, digests, record.folders, record.links, record.others]


def _encode_file(file: File) -> list[Any]:
    said = file.constraint
    expression = " ".join(said.expression.postfix) if said.expression else ""
    broken = said.broken
    wrong = (broken.line, broken.column, broken.message, broken.hint) if broken else None
    go = file.go.to_tuple() if file.go else None
    return [file.name, file.digest, expression, said.line, wrong, go]


def _decode(values: list[Any]) -> Record:
    entries, digests, folders, links, others = values
    record = Record({}, {}, tuple(folders), tuple(links), tuple(others))
    for size, mtime, ctime, inode, name, digest, expression, line, wrong, go in entries:
        said = _constraint(expression, line, wrong and tuple(wrong))
        source = GoFile.from_tuple(go) if go else None
        file = File(name, digest, said, source)
        record.entries[name] = Entry(Stamp(size, mtime, ctime, inode), file)
    for size, mtime, ctime, inode, name, digest in digests:
        record.digests[name] = Stamp(size, mtime, ctime, inode), digest
    return record


@functools.lru_cache(4096)
def _constraint(expression: str, line: int, wrong: tuple[int, int, str, str] | None) -> Constraint:
    if not expression and not wrong:
        return NONE
    broken = Broken(*wrong) if wrong else None
    found = Expression(tuple(expression.split(" "))) if expression else None
    return Constraint(found, line, broken)
