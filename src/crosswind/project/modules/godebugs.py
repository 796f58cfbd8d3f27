"""The settings that a `godebug` line may name: a table of the toolchain (internal/godebugs/table.go)."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from pathlib import Path

from crosswind.errors import UsageError
from crosswind.project.modules import locate
from crosswind.project.modules.directives import Godebug
from crosswind.project.modules.mistakes import ModFileError, mistake
from crosswind.toolchain import version as gover

_NAME = re.compile(r'\{Name: "([^"]+)"')


def check(file: str, lines: Iterable[Godebug], goroot: Path | None) -> None:
    """Refuse settings that Go does not know (init.go, CheckGodebug); without a GOROOT any name will do.

    Raises:
        ModFileError: CW0302.
    """
    found = [
        mistake(file, line.line, line.column, wrong)
        for line in lines
        if (wrong := refused(line, goroot))
    ]
    if found:
        raise ModFileError(tuple(found))


def refused(line: Godebug, goroot: Path | None) -> str:
    """Say why a setting is refused; empty if it is not."""
    if wrong := _mistake(line, goroot):
        return wrong
    known, removed = _table(goroot) if goroot else (frozenset[str](), frozenset[str]())
    if line.key in removed:
        return f'use of removed godebug "{line.key}"'
    if known and line.key not in known and line.key != "default":
        return f'unknown godebug "{line.key}"'
    return ""


def _mistake(line: Godebug, goroot: Path | None) -> str:
    for name, text in (("key", line.key), ("value", line.value)):
        for character, called in ((" ", "space"), ("\t", "space"), (",", "comma")):
            if character in text:
                return f"{name} contains {called}"
    if line.key != "default":
        return ""
    version = line.value.removeprefix("go")
    if version == line.value or not gover.is_valid(version):
        return "value for default= must be goVERSION"
    local = _version(goroot) if goroot else ""
    if local and gover.parse(version) > gover.parse(local):
        return f"default={line.value} too new (toolchain is go{local})"
    return ""


@functools.cache
def _table(goroot: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of known settings, and of removed ones; nothing where there is no table."""
    try:
        text = locate.read(goroot / "src/internal/godebugs/table.go").decode(errors="replace")
    except UsageError:
        return frozenset(), frozenset()
    known, _, removed = text.partition("var Removed = ")
    return frozenset(_NAME.findall(known)), frozenset(_NAME.findall(removed))


def _version(goroot: Path) -> str:
    """Return the version of a toolchain; empty for one under development."""
    try:
        first = locate.read(goroot / "VERSION").split(b"\n")[0].decode(errors="replace")
    except UsageError:
        return ""
    return gover.of_toolchain(first)
