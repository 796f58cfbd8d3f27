"""The lines of go.mod and go.work that must be known before any Go can be chosen.

Grammar: Go Modules Reference, "go.mod files" and "Workspaces". The rest of the files is the go
command's business, which also reports their mistakes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crosswind.errors import UsageError

# go.mod files are small; cmd/go itself refuses to read one above 16 MiB (modfetch, maxModFileSize).
_MAX_SIZE = 16 << 20
_LINE = re.compile(r'^\s*(module|go|toolchain)\s+("[^"]*"|`[^`]*`|[^\s/]\S*)\s*(?://.*)?$')


@dataclass(frozen=True, slots=True)
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
    environment = os.environ if env is None else env
    workspace = _workspace(directory, environment.get("GOWORK", ""))
    go_mod = _upwards(directory, "go.mod")
    if go_mod is None:
        if workspace is None:
            raise UsageError(
                "CW0301",
                "no go.mod here or in any parent directory",
                subject=str(directory),
                hint="go to the module, name it with -C DIR, or make one: go mod init example.com/app",
            )
        lines = _directives(workspace)
        return Module(
            workspace.parent, "", lines.get("go", ""), lines.get("toolchain", ""), workspace
        )
    lines = _directives(go_mod)
    if not lines.get("module"):
        raise UsageError(
            "CW0302",
            "no module line",
            subject=str(go_mod),
            hint="its first line reads: module example.com/app",
        )
    versions = _directives(workspace) if workspace else lines
    return Module(
        go_mod.parent,
        lines["module"],
        versions.get("go", ""),
        versions.get("toolchain", ""),
        workspace,
    )


def used(workspace: Path) -> tuple[Path, ...]:
    """List the folders of the modules that a go.work file uses, in its order.

    Raises:
        UsageError: CW0302, unreadable.
    """
    paths = []
    inside = False
    for line in _text(workspace).splitlines():
        words = line.partition("//")[0].split(maxsplit=1)
        if words[:1] == ["use"] and words[1:] and words[1].strip() == "(":
            inside = True
        elif words[:1] == [")"]:
            inside = False
        elif inside and words:
            paths.append(" ".join(words))
        elif words[:1] == ["use"] and words[1:]:
            paths.append(words[1])
    return tuple(workspace.parent / path.strip().strip('"`') for path in paths)


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


def _workspace(directory: Path, gowork: str) -> Path | None:
    if gowork == "off":
        return None
    if gowork:
        return Path(gowork)
    return _upwards(directory, "go.work")


def _upwards(directory: Path, name: str) -> Path | None:
    start = directory.absolute()
    return next((d / name for d in (start, *start.parents) if (d / name).is_file()), None)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_SIZE:
            raise UsageError("CW0302", "larger than 16 MiB", subject=str(path))
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        hint = "unset GOWORK, or: go env -u GOWORK" if path.suffix == ".work" else ""
        message = error.strerror or str(error)
        raise UsageError("CW0302", message, subject=str(path), hint=hint) from error
    except UnicodeDecodeError as error:
        raise UsageError("CW0302", "not UTF-8 text", subject=str(path)) from error


def _directives(path: Path) -> dict[str, str]:
    """Return the first module, go and toolchain lines outside of blocks."""
    found: dict[str, str] = {}
    inside = False
    for line in _text(path).splitlines():
        code = line.partition("//")[0].rstrip()
        if code.endswith("("):
            inside = True
        elif code.strip() == ")":
            inside = False
        elif not inside and (match := _LINE.match(line)):
            found.setdefault(match[1], match[2].strip('"`'))
    return found
