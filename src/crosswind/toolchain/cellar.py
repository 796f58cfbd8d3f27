"""The toolchains in crosswind's own cache.

`toolchains/1.27.3-linux-amd64/go` is a GOROOT, `toolchains/zig-0.17.1-linux-amd64/zig` holds a Zig.

A folder appears there whole, by one rename, with `origin.json` telling where it came from.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from crosswind.errors import RemoteError
from crosswind.events import Noted, Observer
from crosswind.finding import Finding, Severity
from crosswind.system import files
from crosswind.target import Target
from crosswind.toolchain.kinds import Edition, Kept, Kind
from crosswind.toolchain.model import Source

if TYPE_CHECKING:
    from crosswind.toolchain.archive import Member

_ORIGIN = "origin.json"


def root() -> Path:
    """The folder of all toolchains."""
    return files.cache_dir() / "toolchains"


def find(edition: Edition[Kept]) -> Kept | None:
    """Find an installed toolchain."""
    return _read(edition.kind, _place(edition))


def everything(kind: Kind[Kept]) -> Iterator[Kept]:
    """Find all installed toolchains of a kind, in order of their names."""
    places: list[Path] = []
    with contextlib.suppress(OSError):  # a cache that may not be read has none for us
        places = sorted(root().glob(f"{kind.prefix}[0-9]*"))
    for place in places:
        if found := _read(kind, place):
            yield found


@contextlib.contextmanager
def exclusively(edition: Edition[Kept], observer: Observer) -> Iterator[None]:
    """Let one process at a time install this toolchain; tell the observer if we have to wait.

    What an earlier, killed process left behind is removed.
    """
    place = _place(edition)

    def waiting() -> None:
        message = "another process is fetching it, waiting"
        observer(Noted(Finding("CW0413", Severity.NOTE, str(edition), message)))

    with files.lock(place.with_name(f".{place.name}.lock"), waiting):
        for debris in place.parent.glob(f".{place.name}.*.tmp"):
            files.remove_tree(debris)
        yield


@contextlib.contextmanager
def workshop(edition: Edition[Kept]) -> Iterator[Path]:
    """Yield an empty directory for a download; use it inside `exclusively`. It goes away."""
    place = _place(edition)
    path = place.with_name(f".{place.name}.download.tmp")
    files.remove_tree(path)
    with files.translated(path):
        path.mkdir(parents=True)
    try:
        yield path
    finally:
        files.remove_tree(path)


def install(edition: Edition[Kept], source: Source, digest: str, members: Iterable[Member]) -> Kept:
    """Write a toolchain's files; use it inside `exclusively`.

    Args:
        edition: what it is.
        source: where it comes from.
        digest: what identifies its content.
        members: its files; if reading them raises, nothing is installed.

    Raises:
        RemoteError: CW0407, a name leads out of its root, or what `members` raises.
        MissingError: CW0503, the disk is full.
    """
    place, kind = _place(edition), edition.kind
    origin = {
        "version": edition.version,
        "source": source.value,
        "goos": edition.host.goos,
        "goarch": edition.host.goarch,
        "digest": digest,
    }
    # Whoever installs has not found it; what lies there is damaged.
    files.remove_tree(place)
    with files.new_directory(place) as staging:
        for name, data in members:
            mode = 0o755 if kind.runs(name) else 0o644
            files.write_atomic(staging / kind.name / _inside(name), data, mode)
        files.write_atomic(staging / _ORIGIN, json.dumps(origin, indent=2).encode())
    return kind.make(edition.version, place / kind.name, source, edition.host, digest)


def _place(edition: Edition[Kept]) -> Path:
    host = edition.host
    return root() / f"{edition.kind.prefix}{edition.version}-{host.goos}-{host.goarch}"


def _read(kind: Kind[Kept], place: Path) -> Kept | None:
    try:
        origin = json.loads((place / _ORIGIN).read_bytes())
        runs_on = Target(origin["goos"], origin["goarch"])
        source = Source(origin["source"])
        found = kind.make(origin["version"], place / kind.name, source, runs_on, origin["digest"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if kind.program(found).is_file() else None


def _inside(name: str) -> PurePosixPath:
    """Let no archive write outside of its directory, on Windows either."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or set(name) & set("\\:\0"):
        raise RemoteError("CW0407", f"the archive holds the unusable name {name!r}", subject=name)
    return path
