"""Wine's Windows files in a prefix: some 700 links, in folders that one session after the other gets.

Making and removing them takes as long as everything else about a prefix, and on a slow file system ten
times as long. So a session that left its folders as they were hands them on: they wait in the user's
cache, and the next session takes them by a rename. No two sessions ever have the same ones, and those of
a session that was killed are simply lost.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from crosswind.frozen import frozen
from crosswind.run.wine_layout import Layout
from crosswind.system import files

# Ours, for Wine before 9, which lacks it; Go's runtime loads it since 1.22 (runtime/os_windows.go).
SHIM = Path(__file__).with_name("wine_shim") / "bcryptprimitives.dll"

# How many sets of folders are kept: as many sessions at once lose nothing.
_KEPT = 8
# Nanoseconds, as coarse as times of a file system are: a change within them may not show.
_COARSE = 2_000_000_000


def lacks_shim(wine: Layout) -> bool:
    """Whether programs for x86-64 find no bcryptprimitives.dll in this Wine."""
    folder = wine.libraries.get("amd64")
    return folder is not None and not (folder / SHIM.name).exists()


def add_shim(system: Path, wine: Layout) -> None:
    """Put the missing DLL into a folder for system files."""
    if lacks_shim(wine):
        (system / SHIM.name).write_bytes(SHIM.read_bytes())


@contextlib.contextmanager
def windows(folder: Path, wine: Layout) -> Iterator[None]:
    """Make a prefix's folder `windows`, whose parent is there, for as long as the block runs.

    A program may change everything in it; then nobody else gets it. Raises what `files.translated` does.
    """
    system = _System(wine, _sources(wine))
    with files.translated(folder):
        if not system.take(folder):
            system.make(folder)
        (folder / "temp").mkdir()
        stamp = system.stamp(folder)
    began = time.time_ns()
    try:
        yield
    finally:
        # What cannot be kept is made again: the next session only takes a little longer.
        with contextlib.suppress(OSError):
            if system.is_whole(folder, stamp, began):
                system.keep(folder)


def _sources(wine: Layout) -> dict[str, Path]:
    """Return the folders of `windows` that hold system files, and which of Wine's each shows."""
    main = next(name for name in ("amd64", "arm64", "386") if name in wine.libraries)
    sources = {"system32": wine.libraries[main]}
    if main != "386" and "386" in wine.libraries:
        sources["syswow64"] = wine.libraries["386"]
    return sources


@frozen
class _System:
    """The folders of system files of one Wine; each shows the files of one of Wine's."""

    wine: Layout
    sources: Mapping[str, Path]

    def make(self, folder: Path) -> None:
        """Make them in a folder that is made, too."""
        for name, source in self.sources.items():
            place = folder / name
            place.mkdir(parents=True)
            for file in source.iterdir():
                (place / file.name).symlink_to(file)
        add_shim(folder / "system32", self.wine)

    def take(self, folder: Path) -> bool:
        """Move kept ones here; false if there are none, or on another file system only."""
        with contextlib.suppress(OSError):
            for kept in list(self._pool().iterdir()):
                with contextlib.suppress(OSError):  # another session was faster
                    kept.rename(folder)
                    if self.is_whole(folder, kept.name.partition(".")[0], time.time_ns()):
                        return True
                    files.remove_tree(folder)
        return False

    def keep(self, folder: Path) -> None:
        """Move them to those that are kept, without anything else that is in the folder."""
        for entry in list(folder.iterdir()):
            if entry.name not in self.sources:
                files.remove_tree(entry)
        pool = self._pool()
        if not pool.is_dir():
            _retire(pool.parent)
            pool.mkdir(parents=True, exist_ok=True)
        if len(_names(pool)) < _KEPT:
            folder.rename(pool / f"{self.stamp(folder)}.{secrets.token_hex(8)}")

    def stamp(self, folder: Path) -> str:
        """Say when something in one of them was last made, renamed or removed.

        Nobody can set these times, and a folder that is moved with the one around it keeps its own.
        """
        return "-".join(f"{(folder / name).lstat().st_ctime_ns:x}" for name in self.sources)

    def is_whole(self, folder: Path, stamp: str, began: int) -> bool:
        """Whether nothing in them changed since a time, when they had that stamp."""
        if self.stamp(folder) != stamp:
            return False
        changed = max(int(time, 16) for time in stamp.split("-"))
        if began - changed < _COARSE and not all(self._shows(folder, one) for one in self.sources):
            return False
        shim = folder / "system32" / SHIM.name
        return not lacks_shim(self.wine) or (
            not shim.is_symlink() and shim.read_bytes() == SHIM.read_bytes()
        )

    def _shows(self, folder: Path, name: str) -> bool:
        """Whether each link is there and leads where it should."""
        place, source = folder / name, self.sources[name]
        names = _names(place)
        if name == "system32" and lacks_shim(self.wine):
            names.discard(SHIM.name)
        return names == _names(source) and all(
            (place / file).readlink() == source / file for file in names
        )

    def _pool(self) -> Path:
        """Return where they are kept: for this state of Wine's files, and this DLL of ours."""
        facts = [hashlib.sha256(SHIM.read_bytes()).hexdigest()]
        for name, source in self.sources.items():
            status = source.stat()
            facts += [name, str(source), str(status.st_ino), str(status.st_ctime_ns)]
        return (
            files.cache_dir()
            / "wine/links"
            / hashlib.sha256("\0".join(facts).encode()).hexdigest()[:32]
        )


def _names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def _retire(pools: Path) -> None:
    """Remove what was kept for a Wine that was there before."""
    if pools.is_dir():
        for pool in list(pools.iterdir()):
            # By its new name no session finds one of its folders while they are removed.
            gone = pool.rename(pool.with_name(f"old-{secrets.token_hex(8)}"))
            files.remove_tree(gone)
