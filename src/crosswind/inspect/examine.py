"""Read every part of a file that was asked for; a damaged part never hides another."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path

from crosswind.binary import detect
from crosswind.binary.image import Image
from crosswind.binary.macho import FatFile, FatSlice
from crosswind.binary.view import FormatError
from crosswind.errors import UsageError
from crosswind.inspect.model import Contents, Inspection, Problem, Subject
from crosswind.inspect.parts import PARTS
from crosswind.system.mapping import view_of


def inspect_file(
    path: Path,
    parts: Collection[str] | None = None,
    debug_file: Path | None = None,
    *,
    quick: bool = False,
) -> Inspection:
    """Read a program, library or object file; what is damaged is a problem and never raises.

    Args:
        path: the file.
        parts: names of what to read (`crosswind.inspect.parts.PARTS`); everything if left out.
        debug_file: separate debug data that should belong to it; looked for beside it if left out.
        quick: leave out what costs much and tells little: the file's digest, the entropy of debug
            data, what of Go's function table describes each package.

    Raises:
        UsageError: CW0901, there is no such file, it cannot be read, or there is no such debug file.
    """
    view = view_of(path, "CW0901")
    if debug_file is not None and not debug_file.exists():
        raise UsageError("CW0901", "no such file", subject=str(debug_file))
    digest = "" if quick else hashlib.sha256(view.data).hexdigest()
    try:
        read = detect.read(view, whole=False)
    except FormatError as error:
        problem = Problem("file", error.message, error.offset)
        return Inspection(path, len(view), "", (Contents("", {}, (problem,)),), digest)
    if isinstance(read, FatFile):
        slices = tuple(_slice(part, path, parts, debug_file, quick=quick) for part in read.slices)
        return Inspection(path, len(view), "universal Mach-O", slices, digest)
    contents = _contents("", Subject(read, path, debug_file, quick), parts)
    return Inspection(path, len(view), str(read.format), (contents,), digest)


def _slice(
    part: FatSlice,
    path: Path,
    parts: Collection[str] | None,
    debug_file: Path | None,
    *,
    quick: bool,
) -> Contents:
    try:
        image = part.image()
    except FormatError as error:
        problem = Problem("file", error.message, error.offset)
        return Contents(part.machine, {}, (problem,), part.offset, part.size)
    return _contents(part.machine, Subject(image, path, debug_file, quick), parts)


def _contents(name: str, subject: Subject, wanted: Collection[str] | None) -> Contents:
    parts: dict[str, object] = {}
    problems = list(_cut(subject.image))
    for part in PARTS:
        reader = part.reader(subject.image)
        if reader is None or not (wanted is None or part.name in wanted):
            continue
        try:
            facts = reader(subject)
        except FormatError as error:
            problems.append(Problem(part.name, error.message, error.offset))
            continue
        if facts is not None:
            parts[part.name] = facts
    view = subject.image.view
    return Contents(name, parts, tuple(problems), view.base, len(view))


def _cut(image: Image) -> tuple[Problem, ...]:
    """Tell of a file that ends before its sections do; what is left of them is shown."""
    if not image.truncated:
        return ()
    end = image.view.base + len(image.view)
    return (Problem("file", f"truncated: the file goes on behind byte {len(image.view)}", end),)
