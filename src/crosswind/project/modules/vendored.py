"""vendor/modules.txt: which modules and packages lie in the vendor folder (modload/vendor.go)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from crosswind.constraints.words import fields, trim
from crosswind.frozen import frozen
from crosswind.project.modules import paths, semver


class Version(NamedTuple):
    """A module and its version (module.Version); without a version it stands for all of them."""

    path: str
    version: str = ""

    def __str__(self) -> str:
        """Spell it as Go does."""
        return f"{self.path}@{self.version}" if self.version else self.path


_NOBODY = Version("")


@dataclass(slots=True)
class Entry:
    """What a module's lines say.

    Attributes:
        line: where the module is named first.
        explicit: whether the main module requires it by name.
        go: its go line.
        replacement: what takes its place; its path is empty without one.
    """

    line: int
    explicit: bool = False
    go: str = ""
    replacement: Version = _NOBODY


@frozen
class Vendored:
    """The file.

    Attributes:
        workspace: whether it was written for a workspace.
        entries: the modules.
        packages: each package's module.
        selected: version by path of modules that have packages in the folder, in the file's order.
        replaced: modules that are marked as replaced.
    """

    workspace: bool
    entries: dict[Version, Entry]
    packages: dict[str, Version]
    selected: dict[str, str]
    replaced: tuple[Version, ...]


def for_workspace(data: bytes) -> bool:
    """Whether the first line marks a workspace's file (modulesTextIsForWorkspace)."""
    first = data[:512].split(b"\n", 1)[0].decode("utf-8", "surrogateescape")
    if not first.startswith("## "):
        return False
    return "workspace" in map(trim, first[3:].split(";"))


def read(data: bytes) -> Vendored:
    """Read the file; lines that Go does not understand are ignored, as Go does (readVendorList)."""
    found = Vendored(for_workspace(data), {}, {}, {}, ())
    replaced: list[Version] = []
    module = Version("")
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), 1):
        if line.startswith("# "):
            words = fields(line)
            if len(words) < 3:
                continue
            module, rest = _module(words)
            if not module.path:
                continue
            entry = found.entries.setdefault(module, Entry(number))
            replacement = _replacement(rest)
            if replacement.path:
                entry.replacement = replacement
                replaced.append(module)
        elif not module.path:
            continue
        elif line.startswith("## "):
            _annotate(found.entries.setdefault(module, Entry(number)), line[3:])
        else:
            _package(found, module, fields(line))
    return Vendored(found.workspace, found.entries, found.packages, found.selected, tuple(replaced))


def _module(words: list[str]) -> tuple[Version, list[str]]:
    if semver.is_valid(words[2]):
        return Version(words[1], words[2]), words[3:]
    if words[2] == "=>":
        return Version(words[1]), words[2:]
    return Version(""), []


def _replacement(words: list[str]) -> Version:
    if len(words) == 2 and words[0] == "=>":
        return Version(words[1])
    if len(words) == 3 and words[0] == "=>" and semver.is_valid(words[2]):
        return Version(words[1], words[2])
    return Version("")


def _annotate(entry: Entry, text: str) -> None:
    for note in _notes(text):
        if note == "explicit":
            entry.explicit = True
        elif note.startswith("go "):
            entry.go = note[3:]


def _notes(text: str) -> Iterator[str]:
    return map(trim, text.split(";"))


def _package(found: Vendored, module: Version, words: list[str]) -> None:
    if len(words) != 1 or paths.import_path_mistake(words[0]):
        return
    found.packages[words[0]] = module
    known = found.selected.get(module.path)
    if known is None or semver.key(known) < semver.key(module.version):
        found.selected[module.path] = module.version
