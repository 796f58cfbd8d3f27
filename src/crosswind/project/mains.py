"""The main packages of a module, found by reading its folders: no go command is started.

What is found here is what `programs.find` finds. Wherever something is not plain the answer is None, and
the go command is asked: it knows all cases, and has the words for what is wrong.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from crosswind.constraints import Context, Universe
from crosswind.constraints.universe import release_tags
from crosswind.project import gomod, programs
from crosswind.project.gomod import Module
from crosswind.project.graph import Folder, Package, Place, Root, build, patterns
from crosswind.project.graph.contexts import needs_toolchain
from crosswind.project.programs import Program
from crosswind.target import Target
from crosswind.toolchain import Settings, goflags, tags

Read = Callable[[Path], Folder]


def find(
    module: Module,
    settings: Settings,
    wanted: Sequence[str],
    targets: Sequence[Target],
    directory: Path,
    go_version: str,
    read: Read,
) -> tuple[Program, ...] | None:
    """Find the main packages that match, whichever of the targets they are for.

    Args:
        module: the main module.
        settings: of the go command.
        wanted: patterns of packages; none for all.
        targets: the targets.
        directory: where patterns begin.
        go_version: of the toolchain, such as `1.27.3`.
        read: reads a folder.

    Returns:
        The programs, ordered by import path; None if only the go command can tell.
    """
    flags = goflags.of(settings)
    plain = all(goflags.name(word) in ("buildvcs", "tags", "trimpath", "mod") for word in flags)
    if module.workspace or not plain or goflags.value(flags, "mod") == "mod":
        return None
    chosen = frozenset(re.split(r"[\s,]+", goflags.value(flags, "tags") or "")) - {""}
    always = release_tags(tags.release(go_version)) | chosen
    bare = dict.fromkeys(Target(one.goos, one.goarch) for one in targets)
    universe = Universe(tuple(Context(one, cgo=False, tags=always) for one in bare))
    found: dict[str, Program] = {}
    for pattern in wanted or gomod.everything(module, directory):
        places = _places(pattern, module, directory, read)
        if places is None:
            return None
        for place, named in places:
            told = _program(place, module, universe, read, named=named)
            if told is None:
                return None
            found |= {one.package: one for one in told}
    return tuple(sorted(found.values(), key=lambda one: one.package)) or None


def _places(
    pattern: str, module: Module, directory: Path, read: Read
) -> list[tuple[Path, bool]] | None:
    """List the folders that a pattern means, each with whether it is named itself."""
    base, dots, rest = pattern.partition("...")
    if rest or not (pattern == "." or pattern.startswith("./")):
        return None
    start = Path(os.path.normpath(directory / base))
    if not start.is_relative_to(module.directory) or not start.is_dir():
        return None
    if any((one / "go.mod").exists() for one in _between(start, module.directory)):
        return None
    if not dots:
        return [(start, True)]
    if not pattern.endswith("/..."):
        return None
    walked = patterns.walk(start, read, into_vendor=False)
    return [(folder.path, False) for _, folder in walked]


def _between(start: Path, root: Path) -> Iterator[Path]:
    """Yield a folder and those above it, up to a root that is left out."""
    while start != root:
        yield start
        start = start.parent


def _program(
    place: Path, module: Module, universe: Universe, read: Read, *, named: bool
) -> list[Program] | None:
    """Return the program of a folder, if it has one; None where only the go command can tell."""
    below = place.relative_to(module.directory).as_posix()
    path = module.path if below == "." else f"{module.path}/{below}"
    folder = read(place)
    if folder.unreadable or any(map(needs_toolchain, folder.files)):
        return None
    if not any(file.go for file in folder.files):
        return None if named else []
    package = _package(Place(path, place, module.path), universe, read, named=named)
    if package.broken & ~package.empty:
        return None
    if package.names.get("main", 0) & ~package.where:
        return None  # in tests alone
    excluded = package.empty == universe.everything
    if excluded and named and not programs.folders(module.directory, place, (".",)):
        return None
    is_main = bool(package.names.get("main")) or (
        excluded and bool(programs.folders(module.directory, place, (".",)))
    )
    name = programs.executable_name(path)
    return [Program(name, path, place, module.path)] if is_main else []


def _package(place: Place, universe: Universe, read: Read, *, named: bool) -> Package:
    def nowhere(path: str, importer: Package | None) -> Place:
        del importer
        return Place(path, None)

    graph = build(universe, [Root(place, named=named)], nowhere, read, deps=False)
    return graph.packages[place.import_path]
