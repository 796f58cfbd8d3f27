"""CW15xx: nothing in the file tells where, or by whom, it was built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from crosswind.binary.image import Image
from crosswind.frozen import frozen
from crosswind.verify.debugdata import inflated
from crosswind.verify.expectation import Expectation
from crosswind.verify.search import find_all
from crosswind.verify.subject import Subject
from crosswind.verify.verdict import Verdict, failed, passed, skipped, warned

_SHOWN = 3
# Enough to be sure; a build without -trimpath has thousands.
_MAX_HITS = 100
# No real file has so many places to look at closely; a hostile one would keep us busy for minutes.
_MAX_PLACES = 200_000
_CONTEXT = 200

_BEFORE = re.compile(rb"[0-9A-Za-z_.\-+~@:/\\]{0,100}\Z")
# The neighbours of a whole name.
_START, _END = rb"(?<![0-9A-Za-z_\-])", rb"(?![0-9A-Za-z_\-])"
# A path that goes on to a source or object file: what compilers and linkers leave behind. A program
# may well speak of /root or /home/user for reasons of its own, but not of such files there.
_SOURCE = (
    rb"[/\\][0-9A-Za-z_.\-+~@!/\\ ]{0,180}"
    rb"\.(?:go|s|S|c|cc|cpp|cxx|h|hh|hpp|m|mm|o|a|syso)(?![0-9A-Za-z_])"
)

# Folders below which many machines have the same names.
_SHARED = ("usr", "var", "opt", "etc", "lib", "bin", "go", "tmp")
# Folders of users: what follows is somebody's.
_HOMES = ("home", "Users")
# Accounts and hosts that say nothing about whose they are.
_ANONYMOUS = (
    "root", "user", "runner", "build", "builder", "admin", "ubuntu", "debian", "nobody",
    "localhost",
)  # fmt: skip
_MIN_NAME = 3


@frozen
class Trace:
    """A text to look for: literally first, then by a pattern that begins with the same bytes."""

    what: str
    needle: bytes
    pattern: re.Pattern[bytes]


@frozen
class Hit:
    """A trace that was found, and where."""

    what: str
    place: str
    text: str

    def __str__(self) -> str:
        """Put it into words."""
        return f"{self.what} at {self.place}: {self.text}"


def traces(subject: Subject, expected: Expectation) -> Verdict | None:
    """CW1501: none of the building machine's own names is inside."""
    if not expected.traces:
        return None
    wanted = [trace for what, text in expected.traces for trace in traces_of(what, text)]
    kinds = ", ".join(dict.fromkeys(trace.what for trace in wanted))
    if not wanted:
        return skipped("the names of this machine and user are everybody's")
    found = _found(subject, wanted)
    if not found:
        return passed(f"no trace of {kinds}")
    if expected.trimpath is False:
        return warned(found, "build with -trimpath")
    return failed(
        found,
        "build with -trimpath; C code needs -ffile-prefix-map; see embedded files and -X values too",
    )


def source_paths(subject: Subject, expected: Expectation) -> Verdict | None:
    """CW1502: no path of a source file in some user's folder, where nothing better is known."""
    if expected.traces:
        return None
    found = _found(subject, _GENERIC)
    return warned(found, "build with -trimpath") if found else passed("none")


def _found(subject: Subject, wanted: list[Trace]) -> str:
    """Describe the first few hits; empty if there is none."""
    hits = list(islice(_hits(subject, wanted), _MAX_HITS))
    if not hits:
        return ""
    more = len(hits) - _SHOWN
    count = f"{more} or more" if len(hits) == _MAX_HITS else str(more)
    return "; ".join(map(str, hits[:_SHOWN])) + (f"; {count} others" if more > 0 else "")


def _hits(subject: Subject, wanted: list[Trace]) -> Iterator[Hit]:
    """Search the file, then what is compressed inside it."""
    by_needle: dict[bytes, list[Trace]] = {}
    for trace in wanted:
        by_needle.setdefault(trace.needle, []).append(trace)
    views = [("", subject.view)]
    if isinstance(subject.source, Image):
        views += inflated(subject.source)
    for name, view in views:
        for count, (needle, offset, before, behind) in enumerate(
            find_all(view, list(by_needle), _CONTEXT)
        ):
            if count == _MAX_PLACES:
                yield Hit("more places than can be looked at", name or "the file", repr(needle))
                return
            for trace in by_needle[needle]:
                if match := trace.pattern.match(before + behind, len(before)):
                    start = _BEFORE.search(before)
                    text = (start[0] if start else b"") + match[0]
                    yield Hit(trace.what, _place(subject, name, view.base + offset), _show(text))


def _place(subject: Subject, name: str, offset: int) -> str:
    if name:
        return f"{name} (decompressed) {offset:#x}"
    section = subject.section_at(offset)
    return f"{section} {offset:#x}" if section else f"{offset:#x}"


def _show(raw: bytes) -> str:
    text = raw.replace(b"\0", b"").decode("utf-8", "backslashreplace")
    return text if len(text) <= 90 else f"{text[:87]}..."


def traces_of(what: str, text: str) -> Iterator[Trace]:
    """Turn one text to avoid into what to look for; nothing if it is too common to tell anything."""
    if what in ("user name", "host name"):
        if len(text) >= _MIN_NAME and text.lower() not in _ANONYMOUS:
            yield from _personal(what, text)
    elif "/" in text or "\\" in text:
        yield from _folder(what, text)
    elif text:
        yield from _literal(what, text)


def _personal(what: str, name: str) -> Iterator[Trace]:
    """Look for a name where only a person's or a machine's name stands, not in a module's path."""
    places = ("@",) if what == "host name" else ("/home/", "/Users/", "\\Users\\")
    for place in places:
        raw = (place + name).encode()
        yield Trace(what, raw, re.compile(re.escape(raw) + _END))


def _folder(what: str, path: str) -> Iterator[Trace]:
    """Look for a path with either slash."""
    path = path.rstrip("/\\")
    slashed = path.replace("\\", "/")
    parts = [part for part in slashed.split("/") if part]
    for spelling in dict.fromkeys((path, slashed) if parts else ()):
        raw = spelling.encode()
        if len(parts) == 1 or parts[0] in _SHARED or parts[-1].lower() in _ANONYMOUS:
            # Many machines have it: only a source file below it comes from a build.
            yield Trace(what, raw, re.compile(_START + re.escape(raw) + _SOURCE))
        elif len(parts) == 2 and parts[0] not in _HOMES and ":" not in parts[0]:
            # It may also be a part of some module's path.
            yield Trace(what, raw, re.compile(_START + re.escape(raw) + _END))
        else:
            yield from _literal(what, spelling)


def _literal(what: str, text: str) -> Iterator[Trace]:
    for raw in (text.encode(), text.encode("utf-16-le")):
        yield Trace(what, raw, re.compile(re.escape(raw)))


_ONE_NAME = rb"[^/\\\0]{1,64}"
_GENERIC = [
    Trace("home directory", needle, re.compile(re.escape(needle) + _ONE_NAME + _SOURCE))
    for needle in (b"/home/", b"/Users/", b":\\Users\\")
] + [
    Trace("home directory", b"/root/", re.compile(_START + rb"/root" + _SOURCE)),
    Trace("temporary directory", b"/tmp/", re.compile(_START + rb"/tmp" + _SOURCE)),
    Trace("temporary directory", b"/go-build", re.compile(rb"/go-build\d{3,}")),
    Trace(
        "module cache",
        b"/pkg/mod/",
        re.compile(rb"/pkg/mod/[^\0@ ]{1,200}@v[^\0/ ]{1,60}" + _SOURCE),
    ),
    # Every program holds this file; with -trimpath its name begins with `runtime`.
    Trace("Go installation", b"/src/runtime/", re.compile(rb"/src/runtime/proc\.go")),
]
