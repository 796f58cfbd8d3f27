"""Files that are named one by one: a package of their own (cmd/go/internal/load/pkg.go, GoFilesPackage)."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Sequence
from pathlib import Path

from crosswind.errors import UsageError
from crosswind.project.graph.graph import Place
from crosswind.project.modules import locate
from crosswind.project.modules.modules import Modules

IMPORT_PATH = "command-line-arguments"
_ENDING = ".go"
_HINT = "name Go files of one folder, each once, or the folder itself: ./FOLDER"


def are_files(patterns: Sequence[str], directory: Path) -> bool:
    """Whether files are named, not packages: one that is there suffices (PackagesAndErrors)."""
    return any(one.endswith(_ENDING) and locate.is_file(directory / one) for one in patterns)


def place(names: Sequence[str], directory: Path, modules: Modules) -> Place:
    """Return the package that files make.

    Args:
        names: of the files.
        directory: where relative names begin.
        modules: as part of which the files import packages.

    Raises:
        UsageError: CW5030, they are no Go files of one folder.
    """
    folders = {}
    for name in names:
        file = directory / name
        if not name.endswith(_ENDING):
            raise UsageError("CW5030", "named files must be .go files", subject=name, hint=_HINT)
        if not locate.exists(file):
            raise UsageError("CW5030", "there is no such file", subject=name, hint=_HINT)
        if locate.is_folder(file):
            raise UsageError(
                "CW5030", "is a directory, should be a Go file", subject=name, hint=_HINT
            )
        if names.count(name) > 1:
            raise UsageError("CW5030", "this file is named twice", subject=name, hint=_HINT)
        folders[os.path.dirname(os.path.normpath(name))] = name  # noqa: PTH120 - as Go compares them
    if len(folders) > 1:
        message = "named files must all be in one directory"
        raise UsageError("CW5030", message, subject=" and ".join(folders.values()), hint=_HINT)
    where = Path(os.path.normpath(directory / next(iter(folders))))
    files = tuple(Path(name).name for name in names)
    return Place(IMPORT_PATH, where, files=files, seen_from=_seen_from(where, modules), own=True)


def _seen_from(folder: Path, modules: Modules) -> str:
    """Return the import path of a folder of a main module, else one that no package has (DirImportPath)."""
    for main in modules.mains:
        if folder.is_relative_to(main.directory):
            below = folder.relative_to(main.directory).as_posix()
            return posixpath.normpath(posixpath.join(main.prefix, below))
    return "."
