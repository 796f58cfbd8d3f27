"""Whether anybody touched sources while they were compiled.

A key that is the same before and after says that the sources are the same, not that they were all the
time: `git checkout` of another commit and back leaves no trace in any content. It leaves one in the times of
files, and in those of folders for files that came and went.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from crosswind.frozen import frozen
from crosswind.system import stamps
from crosswind.system.stamps import Stamp

# Files of a module that no input is named after.
_OF_MODULE = ("go.mod", "go.sum", "go.work", "go.work.sum", "vendor/modules.txt")
_FILE, _OF_C = "file ", "C file "


def sources(directory: Path, inputs: Collection[str]) -> frozenset[Path]:
    """Return the files that a key's inputs are named after, and the folders that they lie in."""
    names = [name.removeprefix(_FILE) for name in inputs if name.startswith(_FILE)]
    files = {directory / name for name in (*names, *_OF_MODULE)}
    of_c = {Path(name.removeprefix(_OF_C)) for name in inputs if name.startswith(_OF_C)}
    return frozenset(files | {path.parent for path in files} | of_c)


@frozen
class Watch:
    """How some files and folders were at one time."""

    seen: Mapping[Path, Stamp | None]

    @classmethod
    def begin(cls, paths: Iterable[Path]) -> Watch:
        """Look at all of them."""
        return cls({path: _stamp(path) for path in paths})

    def touched(self) -> Collection[Path]:
        """Return those that are not as they were."""
        return frozenset(path for path, stamp in self.seen.items() if _stamp(path) != stamp)


def _stamp(path: Path) -> Stamp | None:
    try:
        return stamps.of(path.stat())
    except OSError:
        return None
