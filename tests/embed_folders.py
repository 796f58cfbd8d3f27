"""Folders to embed from: on disk, and made at random."""

from __future__ import annotations

import os
import random
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crosswind.gosource.embed import Kind


@dataclass(frozen=True)
class DiskFolder:
    """A folder as it is."""

    root: Path

    def kind(self, path: str) -> Kind | None:
        return self._ask(path, follow=False)

    def target(self, path: str) -> Kind | None:
        return self._ask(path, follow=True)

    def _ask(self, path: str, *, follow: bool) -> Kind | None:
        try:
            return _kind((self.root / path).stat(follow_symlinks=follow).st_mode)
        except OSError:
            return None

    def entries(self, path: str) -> Mapping[str, Kind]:
        with os.scandir(self.root / path) as found:
            return {one.name: _kind(one.stat(follow_symlinks=False).st_mode) for one in found}


def _kind(mode: int) -> Kind:
    kinds = {stat.S_IFREG: Kind.FILE, stat.S_IFDIR: Kind.FOLDER, stat.S_IFLNK: Kind.LINK}
    return kinds.get(stat.S_IFMT(mode), Kind.OTHER)


_NAMES = [
    "a",
    "b.txt",
    "c.txt",
    "é.txt",
    "_x",
    ".h",
    "d",
    "e[1]",
    "a b",
    "LICENSE",
    "€",
    "f",
    "g.txt",
]
_BAD_NAMES = [".git", "con.txt", "a*b", "x:y", "end.", "nul", ".svn", "co'n"]
_PATTERNS = ["*", "a", "b.txt", "*.txt", "a/*", "all:a", "all:*", "?", "[a-d]", "a/b.txt", "*/*", "[^a]", "d/a", "**", "../x",
             "/etc", "a//b", "./a", "a/", ".", "", "[", "a[", "[a/b]", "\\\\a", "a\\\\*b", "*/", "all:", "all:../x", "_x", ".h", "*/*.txt",
             "[b-a]", "é*", "*??", "[é-ü].txt", ".git", "con.txt", "*[]", "e[[]1]", "link", "link/a", "a b", "\\u20ac", "x:y", "fifo"]  # fmt: skip


def fill(dice: random.Random, folder: Path, depth: int = 0) -> None:
    """Make files, folders, links and a pipe; sometimes the beginning of another module."""
    bad = _BAD_NAMES if dice.random() < 0.15 else []
    for name in dice.sample(_NAMES + bad, dice.randint(1, 5)):
        path = folder / name
        kind = dice.random()
        if kind < 0.6 or depth == 3:
            path.write_text("x")
        elif kind < 0.92:
            path.mkdir()
            if dice.random() < 0.8:
                fill(dice, path, depth + 1)
        else:
            path.symlink_to(dice.choice(["a", "b.txt", ".", "nowhere", name]))
    if dice.random() < 0.15:
        (folder / "link").symlink_to(dice.choice(["a", "d", "link", "b.txt"]))
    if depth and dice.random() < 0.08:
        (folder / "go.mod").write_text("module other\n")
    if dice.random() < 0.05:
        os.mkfifo(folder / "fifo")


def patterns(dice: random.Random, folder: Path) -> list[str]:
    """Choose patterns as a Go file may hold them, in Go's quotes; mostly of what is there."""
    there = [
        one.relative_to(folder).as_posix() for one in folder.rglob("*") if not one.is_symlink()
    ]
    near = [one for one in there if one.isalnum() or one.endswith(".txt")] or ["*"]
    chosen = dice.choices(near, k=dice.choice([1, 2])) if dice.random() < 0.75 else []
    if not chosen or dice.random() < 0.2:
        chosen.append(dice.choice(_PATTERNS))
    return sorted({f"all:{one}" if dice.random() < 0.2 else one for one in chosen})
