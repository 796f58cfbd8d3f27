"""Remove from the cache folder what nobody used for a month: each of these files can be made again.

Everything in these folders is called by a digest of what it was made from, so a new version of a module, of Go or
of crosswind's own code leaves the old files behind. The store has a limit of its own (`store/eviction.py`).
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

# (`listed` is of versions before 0.1.0; nothing is written there any more.)
_FOLDERS = (
    "c", "commits", "config", "goroots", "icons", "leading-back", "listed", "packages", "scan", "tags",
    "portability/declarations", "portability/habits", "portability/holes", "portability/partial", "portability/surveys",
    "portability/tables",
)  # fmt: skip
# Our names only, and what a run that was killed left beside them (`temporary.py`).
_OURS = re.compile(r"[0-9a-f]{16,64}(\.json|\.ico)?|\.[0-9a-f]{16,64}[.\w]*\.crosswind-\w+\.tmp")
# Seconds without use.
_UNUSED = 30 * 86400.0
# Seconds between two looks.
_PAUSE = 86400.0


def sweep(cache: Path) -> None:
    """Remove unused files, at most once a day; for those who have just written to the cache.

    Another process may read or replace a file meanwhile: it has it open, or makes it again.

    Args:
        cache: crosswind's cache folder.
    """
    now = time.time()
    mark = cache / "swept"
    with contextlib.suppress(OSError):  # without a cache that can be written nothing is removed
        # Beside a time to come: the clock was wrong then.
        if mark.exists() and 0 <= now - mark.stat().st_mtime < _PAUSE:
            return
        mark.touch()
        for entry in _files(cache):
            with contextlib.suppress(OSError):  # gone already, or on Windows in use
                seen = entry.stat(follow_symlinks=False)
                # Linux notes once a day that a file was read (mount(8), relatime). Where reads are not noted
                # a file is made again once a month.
                if max(seen.st_mtime, seen.st_atime) < now - _UNUSED:
                    os.unlink(entry.path)  # noqa: PTH108 - thousands of them


def _files(cache: Path) -> Iterator[os.DirEntry[str]]:
    for folder in _FOLDERS:
        with contextlib.suppress(OSError), os.scandir(cache / folder) as found:
            for entry in found:
                if _OURS.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    yield entry
