"""The files of a toolchain, out of a module zip, a wheel or a wheel that uv has unpacked.

Each reader yields (name below the toolchain's root, content) and raises at its end if the whole is not what it
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
# Go 1.27.3 has 12,000 files in 230 MB, Zig 0.17.1 has 20,000 in 380 MB.
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


def wheel(path: Path, package: str, expected: str) -> Iterator[Member]:
    """Read a wheel whose Python package of this name is the toolchain; raises like `module`."""
    yield from _package(path, _zip(path), package, expected)


def folder(path: Path, package: str, expected: str) -> Iterator[Member]:
    """Read such a wheel that an installer has unpacked; raises like `module`."""
    yield from _package(path, _walk(path), package, expected)


def installed_name(name: str) -> str:
    """The name below GOROOT of a file in the module."""
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}go.mod" if last == "_go.mod" else name


def _package(
    path: Path, members: Iterator[Member], package: str, expected: str
) -> Iterator[Member]:
    total = DirHash()
    for full, data in members:
        name = full.removeprefix(f"{package}/")
        if name == full or belongs_to_python(name):
            continue
        total.add(name, data)
        yield name, data
    _check(path, total.sum(), expected)


def belongs_to_python(name: str) -> bool:
    """Whether a file is there only to make the toolchain a Python package.

    These are the package's own modules, and the byte code that an installer adds.
    """
    return name in ("__init__.py", "__main__.py") or "__pycache__" in name.split("/")


def _zip(path: Path) -> Iterator[Member]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            size = sum(entry.file_size for entry in entries)
            if len(entries) > _MOST_FILES or size > _MOST_BYTES:
                raise zipfile.BadZipFile("too large for a toolchain")  # noqa: TRY301 - one exit
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
