"""The main packages that patterns mean, found in the import graph: no go command is started."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from crosswind.constraints import Context, Universe
from crosswind.constraints.universe import release_tags
from crosswind.errors import UsageError
from crosswind.project.graph import File, Folder, Package, Root, build, contexts, patterns
from crosswind.project.graph.loading import ModuleFinder, modules_at
from crosswind.project.graph.roots import Roots
from crosswind.project.graph.scan import Scan
from crosswind.project.modules.modules import Modules
from crosswind.project.programs import Program, executable_name
from crosswind.target import Target
from crosswind.toolchain import Settings, Toolchain, goflags, tags

# A file for `go run` alone is marked by this tag.
_IGNORE = "ignore"


def find(
    toolchain: Toolchain,
    env: Mapping[str, str],
    wanted: Sequence[str],
    targets: Sequence[Target],
    directory: Path,
    scan: Scan,
) -> tuple[Program, ...] | None:
    """Find the main packages that match, whichever of the targets they are for.

    Args:
        toolchain: the Go.
        env: of the go command.
        wanted: patterns of packages.
        targets: the targets.
        directory: where patterns begin.
        scan: reads folders.

    Returns:
        The programs, ordered by import path; None where Go refuses something, or where only the go
        command can tell.
    """
    bare = tuple(dict.fromkeys(Target(one.goos, one.goarch) for one in targets))
    try:
        chosen = goflags.user_tags(Settings.read(env, toolchain.goroot))
        modules = modules_at(directory, env, toolchain.goroot, wanted)
        if not _is_told(modules):
            return None
        finder = ModuleFinder(modules, scan)
        roots = Roots(modules, finder, scan, directory.absolute())
        asked = tuple(chain.from_iterable(map(roots.of, wanted)))
    except UsageError:
        return None
    if scan.unreadable:  # a program may be in there
        return None
    if any(map(contexts.needs_toolchain, _files(asked, scan))):
        universe = contexts.universe(toolchain, env, bare)
    else:
        always = release_tags(tags.release(toolchain.version)) | chosen
        universe = Universe(tuple(Context(one, cgo=False, tags=always) for one in bare))
    graph = build(universe, asked, finder, scan.folder, deps=False)
    found: dict[str, Program] = {}
    for root in asked:
        package = graph.packages.get(root.place.import_path)
        if package is None or _is_refused(package, root, scan):
            return None
        if _is_program(package, root, scan):
            path = package.import_path
            found[path] = Program(executable_name(path), path, package.directory, package.module)
    scan.save()
    return tuple(sorted(found.values(), key=lambda one: one.package))


def _is_told(modules: Modules) -> bool:
    """Whether the go.mod files that the build list follows from can be read."""
    return modules.is_complete or bool(modules.vendor) or not modules.selection.missing


def _files(asked: Sequence[Root], scan: Scan) -> Iterator[File]:
    for root in asked:
        if root.place.directory:
            yield from scan.folder(root.place.directory).files


def _is_program(package: Package, root: Root, scan: Scan) -> bool:
    """Whether it is one for any target; what no target takes must not vanish without a word."""
    if "main" in package.names:
        return not root.library
    is_local = root.named or root.folder is not None
    return is_local and not package.names and says_main(scan.folder(package.directory))


def _is_refused(package: Package, root: Root, scan: Scan) -> bool:
    """Whether `go list` has nothing but an error to say of a package."""
    if package.names:
        return False
    if package.broken & ~package.empty:
        return True
    return root.named and not says_main(scan.folder(package.directory))


def says_main(folder: Folder) -> bool:
    """Whether any file in a folder belongs to a program, whichever constraints it has."""
    return any(
        file.go is not None and file.go.package == "main" and not _is_ignored(file)
        for file in folder.files
        if not file.name.endswith("_test.go")
    )


def _is_ignored(file: File) -> bool:
    expression = file.constraint.expression
    return expression is not None and _IGNORE in expression.tags


def folders(directory: Path, wanted: Sequence[str]) -> tuple[Path, ...]:
    """List the local folders whose files say `package main`, whichever constraints they have.

    For where there is no Go: then nothing is known of modules.
    """
    read = Scan(None).folder
    found: dict[Path, None] = {}
    for pattern in wanted:
        if not pattern.startswith("."):
            continue
        base, dots, _ = pattern.partition("...")
        start = Path(os.path.normpath(directory / base.rstrip("/")))
        walked = patterns.walk(start, read, into_vendor=False) if dots else [("", read(start))]
        found |= dict.fromkeys(folder.path for _, folder in walked if says_main(folder))
    return tuple(sorted(found))
