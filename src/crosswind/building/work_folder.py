"""Where a go command works: in a folder of ours, where it would have made its own.

Not below dist. With `-trimpath` a C compiler is told to write a module's path for its folder, and that hits
the work folder first if it lies in there (cmd/go/internal/work/exec.go, ccompilerEnv and gccCmd): then debug
data of C names a folder that is another one each time, and objects with it stay in Go's cache.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from crosswind.system import files, host, temporary
from crosswind.toolchain import Settings

# Of the folders that go makes there.
_NAME = "go-build"


def parent(settings: Settings, directory: Path) -> Path:
    """Return the folder in which go makes its own (cmd/go/internal/work/action.go, NewBuilder)."""
    return directory / (settings.get("GOTMPDIR").value or _temporary(settings))


def _temporary(settings: Settings) -> str:
    """os/file_unix.go and os/file_windows.go, TempDir."""
    if host.goos() == "windows":
        return settings.env.get("TMP") or settings.env.get("TEMP") or tempfile.gettempdir()
    return settings.env.get("TMPDIR") or "/tmp"  # noqa: S108 - as go has it


def is_below(settings: Settings, directory: Path, folders: Iterable[Path]) -> bool:
    """Whether go works below one of some folders, however that is spelled."""
    place = parent(settings, directory)
    places = [place, Path(os.path.normpath(place)), place.resolve()]
    spelled = [one for folder in folders for one in (folder, folder.resolve())]
    return any(one.is_relative_to(folder) for one in places for folder in spelled)


@contextlib.contextmanager
def made(settings: Settings, directory: Path) -> Iterator[Path | None]:
    """Yield a new folder for one go command, which goes with the block.

    What runs that were killed left there is removed first. None where no folder can be made: go, which
    cannot either, says why.
    """
    beside = parent(settings, directory) / _NAME
    files.sweep(beside)
    with contextlib.ExitStack() as stack:
        folder = None
        with contextlib.suppress(OSError):
            folder = stack.enter_context(temporary.folder(beside))
            stack.callback(_remove, folder)
        yield folder


def _remove(folder: Path) -> None:
    with contextlib.suppress(OSError):  # on Windows something may still run from it
        files.remove_tree(folder)
