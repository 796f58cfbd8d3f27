"""Inputs of a program that is named as `module/path@version`: a module version never changes.

What `go install` builds follows from the module's files, and from those of the modules that its go.mod names.
Both enter by their `h1:` hashes: as the module cache has them, where Go checked them against the checksum
database or what stands in its place, else as the module's own go.sum does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from crosswind.building.key.model import Doubt, Part
from crosswind.errors import CrosswindError
from crosswind.project import remote
from crosswind.project.modules import folders, load, locate
from crosswind.project.modules.modules import Modules
from crosswind.project.remote import Remote


def part(source: Remote, env: Mapping[str, str]) -> Part:
    """Return the modules that a program is built from.

    Args:
        source: the module.
        env: of the go command.

    Raises:
        Doubt: their hashes cannot be told, or Go refuses the module.
    """
    try:
        modules = load.load(source.directory, remote.outside_modules(env))
        found = dict(_hashes(source, modules))
    except CrosswindError as error:
        raise Doubt(f"{error.subject}: {error.message}") from error
    return Part("modules", found)


def _hashes(source: Remote, modules: Modules) -> Iterator[tuple[str, str]]:
    file = modules.mains[0].file
    if file.replace or file.exclude:
        raise Doubt("go install takes no module that replaces or excludes others")
    cache = modules.cache
    own = _cached(cache, source.module, source.version)
    if not own:
        raise Doubt(f"the module cache has no hash of {source.module}@{source.version}")
    yield f"module {source.module}@{source.version}", own
    if not modules.is_complete and modules.selection.missing:
        raise Doubt(modules.selection.unknown(source.module))
    versions = modules.required if modules.is_complete else modules.selection.versions
    for path, version in sorted(versions.items()):
        here, recorded = _cached(cache, path, version), modules.sums.of(path, version)
        if here and recorded and here not in recorded.split():
            raise Doubt(f"{path}@{version} is not what {source.module} was released with")
        yield f"module {path}@{version}", here or recorded


def _cached(cache: Path | None, path: str, version: str) -> str:
    """Return the hash of a module in the cache (modfetch/cache.go, DownloadDir); empty if it is not there."""
    if cache is None:
        return ""
    place = folders.download(cache, path, version, "ziphash")
    return locate.read(place).decode(errors="replace").strip() if locate.is_file(place) else ""
