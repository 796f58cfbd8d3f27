"""Inputs that differ, in words: the cause before what follows from it, and each thing once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePath

from crosswind.building.key import Change
from crosswind.building.key.toolchain import GOROOT

_DIGEST = r"[0-9a-f]{64}|h1:\S+(?: h1:\S+)*"
# Characters of a value that are shown, and inputs that are named.
_SHOWN = 60
_NAMED = 8
# `Sources` names what is compiled, `C` what compilers and linkers of C read.
_FILE, _C_FILE = "file ", "C file "
_COMPILERS = {
    "variable CC": ("C compiler", ("gcc", "clang", "cc")),
    "variable CXX": ("C++ compiler", ("g++", "clang++", "c++")),
}
_GOWORK = "variable GOWORK"
# What the modules of a workspace put into a key (project/modules/hashes.py).
_OF_WORKSPACE = re.compile(r"go line of .+|go\.mod of .+|module .+|\S+\.(mod|sum|work)")
_WORKSPACE = re.compile(r"\S+\.work")


def told(changes: Sequence[Change], root: Path) -> str:
    """Say what differs.

    Args:
        changes: the inputs, by name.
        root: what names of files are told relative to.
    """
    words: list[str] = []
    left = list(changes)
    for cause in (_go, _compiler, _workspace):
        said, left = cause(left)
        words += said
    words += [describe(one) for one in sorted(_once(left, root), key=_rank)]
    more = len(words) - _NAMED
    # To hide one is to say no less.
    return "; ".join([*words[:_NAMED], f"and {more} more"] if more > 1 else words)


def describe(change: Change) -> str:
    """Say in words what became of an input."""
    name, before, after = change
    verb = "are" if name == GOROOT else "is"
    if before is None:
        return f"{name} {verb} new"
    if after is None:
        return f"{name} {verb} gone"
    if re.fullmatch(_DIGEST, before) or re.fullmatch(_DIGEST, after):
        return f"{name} changed"
    return f"{name}: {_short(before)} → {_short(after)}"


def _short(value: str) -> str:
    line = " ".join(value.split())
    return (line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…") or "nothing"


def _rank(change: Change) -> int:
    """Settings are few and tell most; then the project's files, and what C reads elsewhere."""
    name = change.name
    return 2 if name.startswith((f"{_C_FILE}/", f"{_C_FILE}..")) else int(_FILE in name)


_Folded = tuple[list[str], list[Change]]


def _go(changes: list[Change]) -> _Folded:
    """Another Go has other files."""
    is_other = any(one.name == "Go" for one in changes)
    return [], [one for one in changes if not (is_other and one.name == GOROOT)]


def _compiler(changes: list[Change]) -> _Folded:
    """Another compiler of C brings its own headers, programs and libraries."""
    words = []
    for one in changes:
        if one.name in _COMPILERS:
            what, usual = _COMPILERS[one.name]
            before = one.before or _named(changes, usual, lambda change: change.before)
            after = one.after or _named(changes, usual, lambda change: change.after)
            words.append(f"{what}: {_short(before)} → {_short(after)}")
    if not words:
        return [], changes
    return words, [
        one
        for one in changes
        if one.name not in _COMPILERS and not (one.name.startswith(_C_FILE) and _came_or_went(one))
    ]


def _named(
    changes: Sequence[Change], usual: Sequence[str], side: Callable[[Change], str | None]
) -> str:
    """Name the compiler that no variable names: it was read, or is read now."""
    names = {PurePath(one.name).name for one in changes if side(one) and _came_or_went(one)}
    return next((name for name in usual if name in names), "Go's default")


def _workspace(changes: list[Change]) -> _Folded:
    """With go.work other files of modules count."""
    files = {
        one.name: one for one in changes if _WORKSPACE.fullmatch(one.name) and _came_or_went(one)
    }
    if not files:
        return [], changes
    gone = ", ".join(name for name, one in files.items() if one.after is None)
    new = ", ".join(name for name, one in files.items() if one.before is None)
    setting = next((one.after for one in changes if one.name == _GOWORK and one.after), "")
    by = f" (GOWORK={_short(setting)})" if setting else ""
    left = [
        one
        for one in changes
        if one.name != _GOWORK and not (_OF_WORKSPACE.fullmatch(one.name) and _came_or_went(one))
    ]
    return [f"workspace: {gone or 'none'} → {new or 'none'}{by}"], left


def _came_or_went(change: Change) -> bool:
    return change.before is None or change.after is None


def _once(changes: Sequence[Change], root: Path) -> Iterator[Change]:
    """Leave out of the files that C reads those that are told among the sources, and shorten names."""
    sources = {one.name for one in changes if one.name.startswith(_FILE)}
    for one in changes:
        if not one.name.startswith(_C_FILE):
            yield one
            continue
        path = one.name.removeprefix(_C_FILE)
        name = os.path.relpath(path, root).replace(os.sep, "/")
        if f"{_FILE}{name}" not in sources:
            shown = path if name.startswith("../") else name
            yield one._replace(name=f"{_C_FILE}{shown}")
