"""What tells one state of a file from the next without reading it, and when that may be believed.

Two versions of a file may have the same stamp if the second was written within the tick of the file
system's clock in which the first was read. So nothing is believed of a file that was young when it was
read (git's racy entries; Go's module index has the same rule: modindex/read.go, modTimeCutoff).
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from pathlib import Path
from typing import NamedTuple

# Nanoseconds: the coarsest clock of a file system in use (FAT: 2 s).
_TICK = 2_000_000_000


class Stamp(NamedTuple):
    """Size in bytes, times in nanoseconds, inode: at least one changes when a file does."""

    size: int
    mtime: int
    ctime: int
    inode: int


# That of a file of which nothing may be believed.
UNSURE = Stamp(-1, 0, 0, 0)


def of(seen: os.stat_result) -> Stamp:
    """Return the stamp of a file."""
    return Stamp(seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)


def is_racy(stamp: Stamp, read_at: int) -> bool:
    """Whether a file was so young when it was read that a change since may not show."""
    return max(stamp.mtime, stamp.ctime) >= read_at - _TICK


def may_be_set(seen: os.stat_result) -> bool:
    """Whether a file's time of change may have been set, as by `touch -d` and by tools that unpack or copy.

    Windows keeps no time of that: there it may be so of each.
    """
    return sys.platform == "win32" or seen.st_ctime_ns - seen.st_mtime_ns > _TICK


def now() -> int:
    """Return the time, as files are stamped with it."""
    return time.time_ns()


def of_code(*places: Path) -> str:
    """Identify code of ours, files or whole folders: what an older one found may be wrong."""
    digest = hashlib.sha256()
    for place in places:
        for path in [place] if place.suffix else sorted(place.rglob("*.py")):
            there = path.stat()
            digest.update(f"{path} {there.st_size} {there.st_mtime_ns}\n".encode(errors="replace"))
    return digest.hexdigest()
