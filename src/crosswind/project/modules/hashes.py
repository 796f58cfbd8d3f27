"""What of go.mod, go.sum and their like can change what is built: named inputs for the keys of units."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from crosswind.project.modules import locate
from crosswind.project.modules.model import Absent, Replacement
from crosswind.project.modules.modules import Modules
from crosswind.project.modules.vendored import Version


def hashes(modules: Modules, imports: Iterable[str] | None = None) -> dict[str, str]:
    """Return what modules put into a build, by names that can be shown; no cache is needed for it.

    Modules enter by their `h1:` sums, of their files and of their go.mod. Which packages of them are used is not known without the cache,
    so as soon as one package comes from there, all modules count. Where go.mod does not name all
    modules that may take part (before Go 1.17, and in workspaces), the files enter as a whole.
    Packages of main modules, replaced folders and the vendor folder are not in it: they are
    files to be read.

    Args:
        modules: the project's.
        imports: the import paths of every package reached in local folders, and what these import;
            None stands for "anything".

    Raises:
        UsageError: CW0302, a file cannot be read.
    """
    found = dict(_language(modules))
    if imports is None or any(_is_elsewhere(modules, path) for path in imports):
        if modules.vendored is None:
            found.update(_modules(modules))
        if not modules.is_complete or modules.mode.name != "readonly":
            found.update(_texts(modules))
    return {_plain(name): _plain(value) for name, value in found.items()}


def _plain(text: str) -> str:
    """Write out bytes that are no text: paths of folders may hold them."""
    return text.encode("utf-8", "backslashreplace").decode()


def _is_elsewhere(modules: Modules, path: str) -> bool:
    """Whether a package comes from another module, be it in the vendor folder."""
    found = modules.find(path)
    return isinstance(found, Absent) or not (found.main or found.standard)


def _language(modules: Modules) -> Iterator[tuple[str, str]]:
    """The language versions of local modules, and settings for the runtime."""
    yield "go line", modules.go
    if modules.work_path:
        for main in modules.mains:
            yield f"go line of {main.path}", main.go
    lines = modules.work.godebug if modules.work else modules.mains[0].file.godebug
    for number, line in enumerate(lines, 1):
        yield f"godebug line {number}", f"{line.key}={line.value}"
    for path, new in _replaced_folders(modules):
        yield (
            f"go.mod of {path}, in {new.path}",
            _digest(new.folder / "go.mod" if new.folder else None),
        )


def _replaced_folders(modules: Modules) -> Iterator[tuple[str, Replacement]]:
    for module in sorted(modules.required.items()):
        new = modules.replacement(Version(*module))
        if new and new.folder:
            yield module[0], new


def _modules(modules: Modules) -> Iterator[tuple[str, str]]:
    for path, version in sorted(modules.required.items()):
        new = modules.replacement(Version(path, version))
        if new and new.folder:
            yield f"module {path}@{version}", f"in {new.path}"
        else:
            actual = (new.path, new.version) if new else (path, version)
            spelt = f"{new.path}@{new.version} " if new else ""
            yield f"module {path}@{version}", spelt + modules.sums.of(*actual)
            # Go checks this one, too, of each module that go.mod names (modfetch/fetch.go, checkModSum).
            go_mod = modules.sums.of(*actual, only_go_mod=True)
            yield f"go.mod of module {path}@{version}", go_mod


def _texts(modules: Modules) -> Iterator[tuple[str, str]]:
    files = [main.file_path for main in modules.mains]
    files += [file.with_suffix(".sum") for file in files]
    if modules.work_path:
        files += [modules.work_path, modules.work_path.with_name(f"{modules.work_path.name}.sum")]
    if modules.vendor:
        files.append(modules.vendor / "modules.txt")
    for file in files:
        yield Path(os.path.relpath(file, modules.top)).as_posix(), _digest(file)


def _digest(file: Path | None) -> str:
    if file is None or not locate.is_file(file):
        return "absent"
    return hashlib.sha256(locate.read(file)).hexdigest()
