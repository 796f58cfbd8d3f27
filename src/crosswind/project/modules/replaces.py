"""Replace lines in force: go.work's before those of the modules (modload/modfile.go, replacementFrom)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.project.modules.directives import Replace
from crosswind.project.modules.model import Replacement
from crosswind.project.modules.vendored import Version


@frozen
class Level:
    """The replace lines of one file.

    Attributes:
        file: its name, for messages.
        lines: what is replaced by what.
    """

    file: str
    lines: Mapping[Version, Replacement]

    def get(self, module: Version) -> Replacement | None:
        """Return what replaces a module: a line for its very version goes before one for all."""
        return self.lines.get(module) or self.lines.get(Version(module.path))


def level(file: str, folder: Path, lines: Iterable[Replace]) -> Level:
    """Take the replace lines of a file; folders are counted from `folder` (toReplaceMap).

    Raises:
        UsageError: CW5022, two lines disagree.
    """
    found: dict[Version, Replacement] = {}
    for line in lines:
        old = Version(line.path, line.version)
        new = Replacement(line.new_path, line.new_version, _folder(line, folder))
        if found.setdefault(old, new) != new:
            place = f"{file}:{line.line}:{line.column}"
            raise _conflict(place, old, found[old], new)
    return Level(file, found)


def _folder(line: Replace, folder: Path) -> Path | None:
    if line.new_version:
        return None
    return Path(os.path.normpath(folder / line.new_path))


def check(work: Level | None, modules: Iterable[Level]) -> None:
    """Refuse modules of a workspace whose replace lines disagree (init.go, makeMainModules).

    Raises:
        UsageError: CW5022.
    """
    decided = {module.path for module in work.lines} if work else set()
    known: dict[Version, Replacement] = {}
    for one in modules:
        for old, new in one.lines.items():
            if old.path in decided:
                continue
            if _what(known.setdefault(old, new)) != _what(new):
                raise _conflict(one.file, old, known[old], new)


def _what(replacement: Replacement) -> object:
    return replacement.folder or (replacement.path, replacement.version)


def _conflict(subject: str, old: Version, one: Replacement, other: Replacement) -> UsageError:
    def shown(new: Replacement) -> str:
        return str(new.folder) if new.folder else f"{new.path}@{new.version}"

    return UsageError(
        "CW5022",
        f"conflicting replacements for {old}: {shown(one)} and {shown(other)}",
        subject=subject,
        hint=f"take one out, or in a workspace: go work edit -replace {old}=[override]",
    )
