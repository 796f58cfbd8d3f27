"""Find a project's configuration and read it, from the cache if its content is known there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from crosswind.config.cache import Cache
from crosswind.config.settings import Config
from crosswind.errors import UsageError

NAMES = ("crosswind.yaml", ".crosswind.yaml")
_LIKELY_MEANT = ("crosswind.yml", ".crosswind.yml")


def load(directory: Path, file: Path | None = None, cache: Cache | None = None) -> Config:
    """Read the configuration of a project; without a file that is `Config()`.

    Args:
        directory: the project's directory; the file is looked for in it alone.
        file: a file to read instead, relative to the current directory.
        cache: where read configurations are kept, if anywhere.

    Raises:
        ConfigError: mistakes in the file, all of them.
        UsageError: CW0203 two files, CW0204 no such file or not readable.
    """
    path = file if file is not None else find(directory)
    if path is None:
        return Config()
    name = _shown(path, directory)
    data = _content(path, name)
    config = cache.load(data, name) if cache else None
    if config is None:
        from crosswind.config.read import read

        config = read(data, name)
        if cache:
            cache.store(data, config)
    return config


def find(directory: Path) -> Path | None:
    """Return the project's configuration file, None if it has none.

    Raises:
        UsageError: CW0203 both names are there, CW0204 a name that crosswind does not read.
    """
    found = [directory / name for name in NAMES if os.path.lexists(directory / name)]
    if len(found) > 1:
        raise UsageError(
            "CW0203", f"both {NAMES[0]} and {NAMES[1]} are here", hint="keep one of them"
        )
    if not found:
        for name in _LIKELY_MEANT:
            if os.path.lexists(directory / name):
                meant = name.replace(".yml", ".yaml")
                raise UsageError(
                    "CW0204", f"crosswind reads {meant}", subject=name, hint=f"mv {name} {meant}"
                )
    return found[0] if found else None


def _shown(path: Path, directory: Path) -> str:
    """Name a file for messages: relative to the project if it lies in it."""
    try:
        return str(path.absolute().relative_to(directory.absolute()))
    except ValueError:
        return str(path)


def _content(path: Path, name: str) -> bytes:
    from crosswind.config.document import MAX_BYTES

    try:
        # A device or pipe would never end; one byte past the limit is enough to refuse.
        if not path.is_file():
            raise _unreadable(path, name)
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError("CW0204", f"cannot read: {error.strerror}", subject=name) from error


def _unreadable(path: Path, name: str) -> UsageError:
    if path.exists():
        return UsageError("CW0204", "not a file", subject=name)
    if path.is_symlink():
        return UsageError("CW0204", "a link that leads nowhere", subject=name)
    import difflib

    near = difflib.get_close_matches(path.name, _siblings(path), 1)
    hint = f"did you mean {near[0]}?" if near else ""
    return UsageError("CW0204", "no such file", subject=name, hint=hint)


def _siblings(path: Path) -> Sequence[str]:
    try:
        return [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return ()
