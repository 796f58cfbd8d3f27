"""The toolchains in crosswind's own cache: `toolchains/1.27.3-linux-amd64/go` is a GOROOT.

A folder appears there whole, by one rename, with `origin.json` telling where it came from.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from crosswind.errors import RemoteError
from crosswind.events import Noted, Observer
from crosswind.finding import Finding, Severity
from crosswind.system import files
from crosswind.target import Target
from crosswind.toolchain.archive import Member
from crosswind.toolchain.model import Source, Toolchain, label

_ORIGIN = "origin.json"


def root() -> Path:
    """The folder of all toolchains."""
    return files.cache_dir() / "toolchains"


def find(number: str, runs_on: Target) -> Toolchain | None:
    """Find an installed toolchain."""
    return _read(_place(number, runs_on))


def everything() -> Iterator[Toolchain]:
    """Find all installed toolchains, in order of their names."""
    for place in sorted(root().glob("[!.]*")):
        if found := _read(place):
            yield found


@contextlib.contextmanager
def exclusively(number: str, runs_on: Target, observer: Observer) -> Iterator[None]:
    """Let one process at a time install this toolchain; tell the observer if we have to wait.

    What an earlier, killed process left behind is removed.
    """
    place = _place(number, runs_on)
    name = label(number, runs_on)

    def waiting() -> None:
        message = "another process is fetching it, waiting"
        observer(Noted(Finding("CW0413", Severity.NOTE, name, message)))

    with files.lock(place.with_name(f".{place.name}.lock"), waiting):
        for debris in place.parent.glob(f".{place.name}.*.tmp"):
            files.remove_tree(debris)
        yield


@contextlib.contextmanager
def workshop(number: str, runs_on: Target) -> Iterator[Path]:
    """Yield an empty directory for a download; use it inside `exclusively`. It goes away."""
    place = _place(number, runs_on)
    path = place.with_name(f".{place.name}.download.tmp")
    files.remove_tree(path)
    with files.translated(path):
        path.mkdir(parents=True)
    try:
        yield path
    finally:
        files.remove_tree(path)


def install(wanted: Toolchain, members: Iterable[Member]) -> Toolchain:
    """Write a toolchain's files; use it inside `exclusively`.

    Args:
        wanted: what it is; its goroot is set here.
        members: its files; if reading them raises, nothing is installed.

    Raises:
        RemoteError: CW0407, a name leads out of GOROOT, or what `members` raises.
        MissingError: CW0503, the disk is full.
    """
    place = _place(wanted.version, wanted.host)
    origin = {
        "version": wanted.version,
        "source": wanted.source.value,
        "goos": wanted.host.goos,
        "goarch": wanted.host.goarch,
        "digest": wanted.digest,
    }
    # Whoever installs has not found it; what lies there is damaged.
    files.remove_tree(place)
    with files.new_directory(place) as staging:
        for name, data in members:
            mode = 0o755 if _runs(name) else 0o644
            files.write_atomic(staging / "go" / _inside(name), data, mode)
        files.write_atomic(staging / _ORIGIN, json.dumps(origin, indent=2).encode())
    return replace(wanted, goroot=place / "go")


def _place(number: str, runs_on: Target) -> Path:
    return root() / f"{number}-{runs_on.goos}-{runs_on.goarch}"


def _read(place: Path) -> Toolchain | None:
    try:
        origin = json.loads((place / _ORIGIN).read_bytes())
        runs_on = Target(origin["goos"], origin["goarch"])
        source = Source(origin["source"])
        found = Toolchain(origin["version"], place / "go", source, runs_on, origin["digest"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if found.go.is_file() else None


def _runs(name: str) -> bool:
    """Which files may be executed, as in Go's own archives (cmd/distpack/pack.go, mode)."""
    return (
        name.startswith(("bin/", "pkg/tool/"))
        or name.endswith((".bash", ".sh", ".pl", ".rc"))
        or fnmatchcase(PurePosixPath(name).name, "go_?*_?*_exec")
    )


def _inside(name: str) -> PurePosixPath:
    """Let no archive write outside of its directory, on Windows either."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or set(name) & set("\\:\0"):
        raise RemoteError("CW0407", f"the archive holds the unusable name {name!r}", subject=name)
    return path
