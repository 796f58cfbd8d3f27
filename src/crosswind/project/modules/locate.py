"""Where go.mod and go.work are, and their bytes (cmd/go/internal/modload/init.go)."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from crosswind.errors import UsageError
from crosswind.toolchain.settings import Settings

# A file of modules above this is none; cmd/go refuses go.mod files from 16 MiB on (modfetch, MaxGoMod).
MAX_SIZE = 16 << 20


def workspace(directory: Path, settings: Settings) -> Path | None:
    """Find the go.work file in force (FindGoWork); None outside of workspaces.

    Raises:
        UsageError: CW5020, GOWORK is no absolute path.
    """
    chosen = settings.get("GOWORK").value
    if chosen == "off":
        return None
    if chosen in ("", "auto"):
        return _upwards(directory, "go.work")
    if not Path(chosen).is_absolute():
        raise UsageError(
            "CW5020",
            "invalid GOWORK: not an absolute path",
            subject=f"GOWORK={chosen}",
            hint="unset GOWORK, or: go env -u GOWORK",
        )
    return Path(chosen)


def module_root(directory: Path) -> Path | None:
    """Find the folder of the go.mod file around a directory (findModuleRoot); None without one.

    A go.mod in the system's folder for temporary files counts for nothing: Go takes it for a mistake.
    """
    found = _upwards(directory, "go.mod")
    if found is None or found.parent == Path(os.path.normpath(tempfile.gettempdir())):
        return None
    return found.parent


def nowhere(directory: Path) -> UsageError:
    """Say that there is no module."""
    return UsageError(
        "CW0301",
        "no go.mod here or in any parent directory",
        subject=str(directory),
        hint="go to the module, name it with -C DIR, or make one: go mod init example.com/app",
    )


def _upwards(directory: Path, name: str) -> Path | None:
    start = Path(os.path.normpath(directory.absolute()))
    return next((d / name for d in (start, *start.parents) if is_file(d / name)), None)


def exists(path: Path | str) -> bool:
    """Whether there is something; what cannot be asked counts as absent."""
    return os.path.exists(path)  # noqa: PTH110 - Path.exists raises where a folder may not be entered


def is_folder(path: Path | str) -> bool:
    """Whether there is a folder; what cannot be asked counts as absent."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises where a folder may not be entered


def is_file(path: Path | str) -> bool:
    """Whether there is something that is no folder; what cannot be asked counts as absent."""
    return exists(path) and not is_folder(path)


def read(path: Path) -> bytes:
    """Read a file of modules.

    Raises:
        UsageError: CW0302, it cannot be read, or is no file of modules by its size.
    """
    try:
        # A pipe would wait for its writer.
        if path.exists() and not path.is_file():
            raise UsageError("CW0302", "not a file", subject=str(path))
        with path.open("rb") as stream:
            data = stream.read(MAX_SIZE + 1)
    except OSError as error:
        hint = "make it a file that can be read here"
        if path.suffix == ".work":
            hint = "unset GOWORK, or: go env -u GOWORK"
        message = error.strerror or str(error)
        raise UsageError("CW0302", message, subject=str(path), hint=hint) from error
    except ValueError as error:  # a NUL in its name
        raise UsageError("CW0302", "no name of a file", subject=repr(str(path))) from error
    if len(data) > MAX_SIZE:
        raise UsageError("CW0302", "larger than 16 MiB", subject=str(path))
    return data
