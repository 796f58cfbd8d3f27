"""Which other files C, C++ and assembly sources take in, as far as their text tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from crosswind.frozen import frozen

# C23, 6.10.3 and 6.10.4; `#import` and `#include_next` of GCC and Clang; `.include` and `.incbin` of the
# GNU assembler. Conditions are not evaluated and comments not left out: rather a file too many.
_DIRECTIVE = re.compile(
    rb"(?:^|[\n;])[ \t\f\v]*(?:(?:#|%:|\?\?=)[ \t]*(?:include|include_next|import|embed)\b|\.inc(?:lude|bin)\b)"
    rb"[ \t]*(?:/\*[^*\n]*\*/[ \t]*)?(?:\"([^\"\n]*)\"|<([^>\n]*)>|([^\s]))"
)
_CONTINUED = re.compile(rb"\\[ \t]*\r?\n")
# Files of one closure; what is beyond is told as not known.
_MAX_FILES = 10_000
# Linux' PATH_MAX; no system opens a longer one.
_MAX_PATH = 4096


@frozen
class Includes:
    """What a text takes in.

    Attributes:
        quoted: names between quotes, which are looked for beside the file first.
        angled: names between angle brackets.
        computed: whether a name comes from a macro, so that it could be any file.
    """

    quoted: tuple[str, ...] = ()
    angled: tuple[str, ...] = ()
    computed: bool = False


@frozen
class Reached:
    """What sources reach.

    Attributes:
        files: the files, by the paths that `find` knew.
        missing: names that were found nowhere: the system's, or of another package.
        computed: whether some name comes from a macro, so that more may be reached.
    """

    files: frozenset[str]
    missing: frozenset[str]
    computed: bool


def includes(data: bytes) -> Includes:
    """Return what a source of C, C++ or assembly, or a cgo preamble, asks to be taken in."""
    quoted: dict[str, None] = {}
    angled: dict[str, None] = {}
    computed = False
    for match in _DIRECTIVE.finditer(joined(data)):
        if match[3] is not None:
            computed = True
        else:
            names = angled if match[1] is None else quoted
            names[(match[1] or match[2] or b"").decode("utf-8", "surrogateescape")] = None
    return Includes(tuple(quoted), tuple(angled), computed)


def joined(data: bytes) -> bytes:
    """Join the lines that end in a backslash with the next (C23, 5.1.1.2)."""
    return _CONTINUED.sub(b"", data)


def closure(
    sources: Iterable[tuple[str, bytes]],
    folders: Sequence[str],
    read: Callable[[str], bytes | None],
) -> Reached:
    """Follow sources into the files that they take in, and these further on.

    Args:
        sources: path and content of each; paths with slashes, relative to the package's folder.
        folders: where else names are looked for, as `-I` says; the package's folder is `""`.
        read: returns a file's content; None if it is not there, or none of the caller's.
    """
    files: dict[str, None] = {}
    missing: set[str] = set()
    computed = False
    waiting = list(sources)
    while waiting:
        path, data = waiting.pop()
        found = includes(data)
        computed = computed or found.computed
        beside = path.rpartition("/")[0]
        for name in (*found.quoted, *found.angled):
            # GCC looks beside the file for quoted names alone; for the other kind one too many is no harm.
            if not _follow(name, (beside, *folders), read, files, waiting):
                missing.add(name)
        if len(files) > _MAX_FILES:
            return Reached(frozenset(files), frozenset(missing), computed=True)
    return Reached(frozenset(files), frozenset(missing), computed)


def _follow(
    name: str,
    folders: Sequence[str],
    read: Callable[[str], bytes | None],
    files: dict[str, None],
    waiting: list[tuple[str, bytes]],
) -> bool:
    """Look for a name in folders, in their order; note the file unless it is known."""
    for folder in folders:
        path = _join(folder, name)
        if path in files:
            return True
        data = read(path) if len(path) < _MAX_PATH else None
        if data is not None:
            files[path] = None
            waiting.append((path, data))
            return True
    return False


def _join(folder: str, name: str) -> str:
    """Join a path and take `.` and `..` out of it, as far as the spelling allows."""
    path = name if name.startswith("/") or not folder else f"{folder}/{name}"
    parts: list[str] = []
    for part in path.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return ("/" if path.startswith("/") else "") + "/".join(parts)
