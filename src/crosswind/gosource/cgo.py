"""`#cgo` lines: flags for C compilers and the linker, for all contexts at once (go/build/build.go, saveCgo)."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from crosswind.constraints import ConstraintError, Universe, parse
from crosswind.constraints.words import SPACE, fields, is_space, trim

# By the word before the colon, Go's field.
FIELDS = {
    "CFLAGS": "CgoCFLAGS",
    "CPPFLAGS": "CgoCPPFLAGS",
    "CXXFLAGS": "CgoCXXFLAGS",
    "FFLAGS": "CgoFFLAGS",
    "LDFLAGS": "CgoLDFLAGS",
    "pkg-config": "CgoPkgConfig",
}
_PKG_CONFIG = "pkg-config"
_SOURCE_DIR = "${SRCDIR}"
# safeString; and all that is not ASCII.
_SAFE = frozenset("+-.,/0123456789=ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz:$@%! ~^")


class Flag(NamedTuple):
    """A flag, and the contexts that it is for."""

    text: str
    where: int


class CgoError(NamedTuple):
    """A line that Go refuses, in its words, and the contexts in which it does."""

    message: str
    where: int


@dataclass(slots=True)
class CgoFlags:
    """What `#cgo` lines say.

    Attributes:
        flags: by Go's field (`CgoCFLAGS`, …) the flags in their order; one may come twice.
        errors: lines that Go refuses; those behind them do not count in these contexts.
    """

    flags: dict[str, list[Flag]] = field(default_factory=dict)
    errors: list[CgoError] = field(default_factory=list)


class _RefusedError(Exception):
    """A line that Go refuses."""


def read_flags(
    preambles: Sequence[str], where: int, universe: Universe, directory: str
) -> CgoFlags:
    """Read the `#cgo` lines of a file.

    Args:
        preambles: the texts above its `import "C"`.
        where: the contexts in which the file is part of the package.
        universe: all contexts.
        directory: the package's folder, absolute: what `${SRCDIR}` and relative paths become.
    """
    found = CgoFlags()
    for preamble in preambles:
        # What one text has wrong does not keep Go from reading the next.
        left = where
        for line in preamble.split("\n"):
            left = _take(line, left, universe, directory, found)
    return found


def _take(line: str, where: int, universe: Universe, directory: str, found: CgoFlags) -> int:
    """Take a line into account; return the contexts in which Go reads on."""
    said = _argument(line)
    if said is None:
        return where
    here = where
    try:
        head, colon, text = said.partition(":")
        words = fields(head)
        if len(words) > 1 and colon:
            here &= _any_of(words[:-1], universe)
        if here:
            verb = words[-1] if words and colon else None
            _add(verb, text, line, Flag("", here), directory, found)
    except _RefusedError as error:
        if here:
            found.errors.append(CgoError(str(error), here))
        return where & ~here
    return where


def _argument(line: str) -> str | None:
    """Return what follows `#cgo`; None if the line is none or says something to the compiler."""
    line = trim(line)
    if not line.startswith(("#cgo ", "#cgo\t")):
        return None
    words = fields(line)
    if len(words) == 3 and words[1] in ("nocallback", "noescape"):
        return None
    return trim(line[4:])


def _any_of(conditions: Sequence[str], universe: Universe) -> int:
    """Return where one of some conditions holds (matchAuto); one that cannot be read holds nowhere."""
    found = 0
    for one in conditions:
        prefix = "//go:build " if set("&|()").intersection(one) else "// +build "
        try:
            expression = parse(prefix + one)
        except ConstraintError:
            continue
        found |= expression.evaluate(universe.where, universe.everything)
    return found


def _add(
    verb: str | None, text: str, line: str, flag: Flag, directory: str, found: CgoFlags
) -> None:
    if verb is None:
        raise _RefusedError(f"invalid #cgo line: {line}")
    try:
        arguments = split_quoted(text)
    except ValueError as error:
        raise _RefusedError(f"invalid #cgo line: {line}") from error
    arguments = [_expand(argument, directory) for argument in arguments]
    if verb not in FIELDS:
        raise _RefusedError(f"invalid #cgo verb: {line}")
    if verb != _PKG_CONFIG:
        arguments = _absolute(arguments, directory)
    if arguments:
        flags = found.flags.setdefault(FIELDS[verb], [])
        flags += [flag._replace(text=argument) for argument in arguments]


def _expand(argument: str, directory: str) -> str:
    """Put the package's folder in (expandSrcDir).

    Raises:
        _RefusedError: the argument has a character that a shell might understand.
    """
    directory = directory.replace(os.sep, "/")
    pieces = argument.split(_SOURCE_DIR)
    expanded = directory.join(pieces)
    parts = pieces if len(pieces) == 1 else [*filter(None, pieces), *filter(None, [directory])]
    if not expanded or not all(map(_is_safe, parts)):
        raise _RefusedError(f"malformed #cgo argument: {expanded}")
    return expanded


def _is_safe(text: str) -> bool:
    return text != "" and all(one in _SAFE or not one.isascii() for one in text)


def _absolute(arguments: Sequence[str], directory: str) -> list[str]:
    """Make the paths of `-I` and `-L` absolute (makePathsAbsolute)."""
    found = []
    path_next = False
    for argument in arguments:
        if path_next:
            found.append(_join(directory, argument))
            path_next = False
        elif argument in ("-I", "-L"):
            found.append(argument)
            path_next = True
        elif argument.startswith(("-I", "-L")):
            found.append(argument[:2] + _join(directory, argument[2:]))
        else:
            found.append(argument)
    return found


def _join(directory: str, path: str) -> str:
    if os.path.isabs(path):  # noqa: PTH117 - a flag's spelling counts, which Path would change
        return path
    return os.path.normpath(f"{directory}{os.sep}{path}")


# A backslash, and what it takes as it is; what is between quotes; what is neither.
_QUOTED = r"""\\(?P<one>.)|"(?P<double>(?:\\.|[^"\\]++){0,9999})"|'(?P<single>(?:\\.|[^'\\]++){0,9999})'"""
_PIECE = re.compile(rf"{_QUOTED}|[^{SPACE}\"'\\]++", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def split_quoted(text: str) -> list[str]:
    r"""Split at white space outside of quotes; a backslash takes what follows as it is (splitQuoted).

    Raises:
        ValueError: a quote is not closed, or a backslash is the last character.
    """
    found = []
    at = 0
    while at < len(text):
        if is_space(text[at]):
            at += 1
            continue
        pieces = []
        while piece := _PIECE.match(text, at):
            pieces.append(_unquoted(piece))
            at = piece.end()
        if at < len(text) and not is_space(text[at]):
            raise ValueError("unclosed quote or unfinished escaping")
        found.append("".join(pieces))
    return found


def _unquoted(piece: re.Match[str]) -> str:
    if piece.lastgroup is None:
        return piece[0]
    inner = piece[piece.lastgroup]
    return inner if piece.lastgroup == "one" else _ESCAPED.sub(r"\1", inner)
