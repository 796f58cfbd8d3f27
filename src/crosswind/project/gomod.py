"""The lines of go.mod and go.work that must be known before any Go can be chosen.

All that these files say is read by `modules.load`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from crosswind.frozen import frozen
from crosswind.project.modules import locate, modfile
from crosswind.project.modules.modfile import ModFile, WorkFile
from crosswind.toolchain.settings import Settings


@frozen
class Module:
    """A main module.

    Attributes:
        directory: of its go.mod.
        path: its module path; empty in a workspace of several modules.
        go: the `go` line's version (the workspace's, if there is one), such as `1.25.0`; or empty.
        toolchain: the `toolchain` line's name, such as `go1.27.0`; or empty.
        workspace: the go.work file in force, if any.
    """

    directory: Path
    path: str
    go: str = ""
    toolchain: str = ""
    workspace: Path | None = None


def find(directory: Path, env: Mapping[str, str] | None = None) -> Module:
    """Find the main module as the go command does: upwards from a directory, GOWORK considered.

    Raises:
        UsageError: CW0301, no go.mod there or above; CW0302, unreadable.
    """
    settings = Settings.read(os.environ if env is None else env)
    work_path = locate.workspace(directory, settings)
    work = modfile.read_work_head(str(work_path), locate.read(work_path)) if work_path else None
    root = locate.module_root(directory)
    if root is None:
        if work is None or work_path is None:
            raise locate.nowhere(directory)
        return _module(work_path.parent, "", work, work_path)
    place = root / "go.mod"
    file = modfile.read_mod_head(str(place), locate.read(place))
    return _module(root, modfile.checked_path(file), work or file, work_path)


def _module(root: Path, path: str, versions: ModFile | WorkFile, work: Path | None) -> Module:
    go, toolchain = versions.go, versions.toolchain
    return Module(root, path, go.text if go else "", toolchain.text if toolchain else "", work)


def used(workspace: Path) -> tuple[Path, ...]:
    """List the folders of the modules that a go.work file uses, in its order.

    Raises:
        UsageError: CW0302, unreadable.
    """
    work = modfile.read_work(str(workspace), locate.read(workspace))
    return tuple(workspace.parent / one.text for one in work.use)


def everything(module: Module, directory: Path) -> tuple[str, ...]:
    """Return the patterns of all packages that are built where none is named.

    These are those below the directory. In a workspace without a module around the directory, where
    the go command takes no `./...`, they are those of every used module: of all of them where go.work
    lies, of those below the directory elsewhere.

    Raises:
        UsageError: CW0302, go.work is unreadable.
    """
    if module.path or module.workspace is None:
        return ("./...",)
    folders = [Path(os.path.normpath(folder)) for folder in used(module.workspace)]
    here = Path(os.path.normpath(directory.absolute()))
    if here != module.workspace.absolute().parent:
        folders = [folder for folder in folders if folder.is_relative_to(here)]
    names = [Path(os.path.relpath(folder, here)).as_posix() for folder in folders]
    return tuple(f"{name if name[0] == '.' else f'./{name}'}/..." for name in names) or ("./...",)
